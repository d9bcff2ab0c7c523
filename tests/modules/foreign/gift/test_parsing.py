"""What GIFT says is read, whatever it says; what it does not say has a place."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.foreign.gift.writing import QUESTIONS, written
from toolbox_cli.modules.foreign.gift.blocks import GiftError, blocks, counted
from toolbox_cli.modules.foreign.gift.parsing import Answer, Kind, Question, Words, parsed


def read(text: str) -> Question:
    (block,) = blocks(text)
    return parsed(block.piece)


def problem(text: str) -> tuple[str, int, int]:
    (block,) = blocks(text)
    with pytest.raises(GiftError) as raised:
        parsed(block.piece)
    return raised.value.problem, *block.place(raised.value.index)


@settings(max_examples=100, deadline=None)
@given(QUESTIONS)
def test_questions_that_are_written_are_read_as_they_were(question: Question) -> None:
    assert read(written(question)) == question


@settings(max_examples=25, deadline=None)
@given(st.lists(QUESTIONS, max_size=4))
def test_each_stands_by_itself(questions: list[Question]) -> None:
    text = "\r\n\r\n".join(written(question) for question in questions)
    assert [parsed(block.piece) for block in blocks(text)] == questions
    assert counted(text) == len(questions)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab ~=#{}:\\n\n%5.-T>[]$/\0"), max_size=60))
def test_any_text_is_read_or_has_a_fault_within_it(text: str) -> None:
    found = [*blocks(text.replace("\0", ""))]
    assert len(found) == counted(text.replace("\0", ""))
    for block in found:
        try:
            parsed(block.piece)
        except GiftError as error:
            line, column = block.place(error.index)
            assert 1 <= column <= len(text.replace("\0", "").split("\n")[line - 1]) + 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Only a text", Kind.DESCRIPTION), ("Tell {}", Kind.ESSAY), ("Tell { ####Well. }", Kind.ESSAY),
        ("So? {T}", Kind.TRUE_FALSE), ("So? { false#no }", Kind.TRUE_FALSE), ("So? {True}", Kind.SHORT),
        ("So? {=T}", Kind.SHORT), ("So? {=a ~b}", Kind.CHOICE), ("So? {~a ~%100%b}", Kind.CHOICE),
        ("So? {=a =b}", Kind.SHORT), ("So? {a}", Kind.SHORT), ("So? {=a -> b =c -> d}", Kind.MATCHING),
        ("So? {#3}", Kind.NUMERIC), ("So? {#=3 ~}", Kind.NUMERIC), ("$CATEGORIES? {T}", Kind.TRUE_FALSE),
    ],
)  # fmt: skip
def test_what_stands_in_the_braces_is_the_kind(text: str, kind: Kind) -> None:
    expected = Kind.TRUE_FALSE if "{True}" in text else kind
    assert read(text).kind is expected


def test_numbers() -> None:
    assert read("So? {#-1.5..2.5}").answers == (Answer(Words("0.5"), Decimal(100), tolerance=Decimal(2)),)
    assert read("So? {#=3:0.1 =%50%3:1 ~#No.}").answers == (
        Answer(Words("3"), Decimal(100), tolerance=Decimal("0.1")),
        Answer(Words("3"), Decimal(50), tolerance=Decimal(1)),
        Answer(Words("*"), Decimal(0), Words("No.")),
    )  # fmt: skip


def test_comments_and_signs() -> None:
    question = read("// who\n::A \\: b:: [html]One \\{ two \\\\n // no comment {\n // gone\n =\\~a}\\n behind")
    assert (question.title, question.stem) == ("A : b", Words("One { two \\n // no comment", "html"))
    assert (question.answers[0].text.text, question.tail) == ("~a", "behind")


def test_categories_end_with_their_lines() -> None:
    text = "$CATEGORY: top/Door\nWho? {T}\n\n//\n\n$CATEGORY: Window\n"
    assert [block.category for block in blocks(text)] == ["top/Door", None, "Window"]
    assert counted(text) == 3


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a\nWho {=b", (2, 5), "not closed"), ("a } b", (1, 3), "closes nothing"), ("a {=b} {=c}", (1, 8), "second {"),
        ("a {=b}}", (1, 7), "second }"), ("a {={}}", (1, 5), "second {"), ("::a {T}", (1, 1), "no :: behind"),
        ("a {=b\n~%101%c}", (2, 2), "between -100 and 100"), ("a {#}", (1, 5), "number is missing"),
        ("a {#b}", (1, 5), "number is expected"), ("a {#1..}", (1, 8), "number is expected"),
        ("a {#1:b}", (1, 7), "number is expected"), ("a {= ~b}", (1, 6), "an answer is empty"),
        ("a {b ~c}", (1, 4), "begins with ~ or ="), ("a {=b -> c =d}", (1, 13), "= left -> right"),
        ("a {b =c}", (1, 4), "begins with ="), ("a {T#b#c#d}", (1, 10), "two texts of feedback"),
        ("{T}", (1, 2), "nothing is asked"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(text: str, place: tuple[int, int], told: str) -> None:
    said, line, column = problem(text)
    assert told in said
    assert (line, column) == place
