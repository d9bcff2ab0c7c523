"""Statements are found where they are, whatever stands in their quotes, comments and bodies."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.db.revisions.plan.statements import comments, split, without_comments

ATOMIC: Final = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"
RULE: Final = "CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; UPDATE u SET a = 1)"

NOISE: Final = st.text("aE1 \n,()=*-/$'\";é", max_size=6)
COMMENT: Final = st.one_of(
    NOISE.map(lambda text: "-- " + text.replace("\n", " ") + "\n"),
    NOISE.map(lambda text: "/* " + text.replace("*/", "").replace("/*", "").strip("/*") + " */"),
    st.just("/* /* /* three ; */ ' */ $$ */"),
)
WORD: Final = st.sampled_from(
    ["SELECT 1", "a - b", "x / y", 't."odd \';--"', "$1", "date 'now;'", "E'\\';'", "$é$;'$é$"]
)


@pytest.mark.parametrize("whole", [ATOMIC, RULE, 'SELECT "(;"', "DO LANGUAGE plpgsql $a$ BEGIN; $$ END $a$"])
def test_what_holds_semicolons_is_one_statement(whole: str) -> None:
    assert [one.text for one in split(f"{whole};SELECT 1")] == [whole, "SELECT 1"]


@given(st.lists(st.lists(st.one_of(WORD, COMMENT), min_size=1, max_size=5), max_size=4))
def test_every_sign_keeps_its_place(statements: list[list[str]]) -> None:
    text = ";\n".join(" ".join(parts) for parts in statements)
    assert len(without_comments(text)) == len(text)
    for one in split(text):
        assert len(one.bare) == len(one.text) == one.end - one.start
        written = text[one.start : one.end]
        assert [told for told, was in zip(one.text, written, strict=True) if told not in {was, " "}] == []
        assert (one.text[0], one.text[-1]) == (written[0], written[-1])
    for comment in comments(text):
        assert text.startswith(comment.text, comment.start)


@given(st.lists(st.lists(st.one_of(WORD, COMMENT), min_size=1, max_size=5), max_size=4))
def test_each_comment_is_some_statements(statements: list[list[str]]) -> None:
    text = ";\n".join(" ".join(parts) for parts in statements)
    found = split(text)
    held = [comment for one in found for comment in one.comments]
    assert sorted(held, key=lambda comment: comment.start) == (list(comments(text)) if found else [])


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("-- c\nSELECT 1; SELECT 2", 0),
        ("SELECT 1; -- c\nSELECT 2", 0),
        ("SELECT 1;\n-- c\nSELECT 2", 1),
        ("SELECT 1; SELECT /* c */ 2", 1),
        ("SELECT 1; SELECT 2 -- c", 1),
        ("SELECT 1; SELECT 2;\n\n-- c", 1),
    ],
)
def test_a_comment_is_about_its_line_or_what_comes_next(text: str, owner: int) -> None:
    assert [n for n, one in enumerate(split(text)) if one.comments] == [owner]
    assert [comment.text.strip("-/* ") for comment in comments(text)] == ["c"]


def test_quotes_are_hollow_and_names_are_not() -> None:
    [one] = split("SELECT 'a''b', E'c\\'d', $q$ ; $q$, \"e\" -- f\n, 1")
    assert one.bare == "SELECT '    ', E'    ', $q$   $q$, \"e\"     \n, 1"
    assert one.text == "SELECT 'a''b', E'c\\'d', $q$ ; $q$, \"e\"     \n, 1"


def test_a_text_of_comments_alone_has_no_statement() -> None:
    assert split("-- a\n/* b; */ ;") == ()
    assert [comment.text for comment in comments("-- a\n/* b; */ ;")] == ["-- a", "/* b; */"]
