import pytest

from toolbox_cli.db.declared.rules import rule_of

COLUMNS = ("a", "b", "at", "until", "timestamp")
TIMES = ("at", "until", "timestamp")


@pytest.mark.parametrize(
    ("sql", "subject", "words"),
    [
        ("a >= 0", "a", "0 or more"),
        ("a > 0", "a", "more than 0"),
        ("a >= -1.5", "a", "-1.5 or more"),
        ("a BETWEEN 1 AND 12", "a", "1 to 12"),
        ("a >= 1 AND a <= 5", "a", "1 to 5"),
        ("a >= 0 AND a < 'Infinity'", "a", "0 or more, finite"),
        ("a BETWEEN 0 AND b", "a", "0 to `b`"),
        ("a <= b", "a", "at most `b`"),
        ("until >= at", "until", "not before `at`"),
        ('"timestamp" >= at', "timestamp", "not before `at`"),
        ("a ~ '^[A-Z]{2}$'", "a", "matches `^[A-Z]{2}$`"),
        ("a IN ('x', 'it''s, all')", "a", "one of `x`, `it's, all`"),
        ("jsonb_typeof(a) = 'object'", "a", "a JSON object"),
    ],
)
def test_what_is_said_in_words(sql: str, subject: str, words: str) -> None:
    found = rule_of("t_check", sql, COLUMNS, TIMES)
    assert (found.subject, found.words, found.sql, found.text) == (subject, words, sql, words)


@pytest.mark.parametrize(
    ("sql", "columns", "subject"),
    [
        ("a >= b", ("a", "b"), None),
        ("at >= a", ("at", "a"), None),
        ("a <> b", ("a", "b"), None),
        ("a = 0 OR a BETWEEN 1 AND 5", ("a",), "a"),
        ("a >= 1 AND b <= 5", ("a", "b"), None),
        ("a BETWEEN 0 AND pi", ("a",), "a"),
        ("c > 0", (), None),
        ("a <> 'b'", ("a",), "a"),
        ("num_nonnulls(a, b) > 0", ("a", "b"), None),
    ],
)
def test_what_only_sql_says(sql: str, columns: tuple[str, ...], subject: str | None) -> None:
    found = rule_of("t_check", sql, COLUMNS, TIMES)
    assert (found.columns, found.subject, found.words, found.text) == (columns, subject, None, f"`{sql}`")


def test_a_closed_list_has_its_values() -> None:
    assert rule_of("t_check", "a IN ('x', 'it''s, all')", COLUMNS).values == ("x", "it's, all")
    assert rule_of("t_check", "a >= 0", COLUMNS).values == ()
