"""The script as text: what stands above it, around its statements, and between them."""

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.diff.script import SETTINGS, commented, script
from toolbox_cli.db.diff.statement import Phase, Statement

FOUND = Finding("index-missing", Severity.ERROR, "s.t.i", None, "USING btree (a)", "nothing")
OTHER = Finding("column-extra", Severity.ERROR, "s.t.b\n;DROP TABLE t", None, "nothing", "text\n" + "x" * 200)


def statement(sql: str, **fields: object) -> Statement:
    return Statement(
        **{"phase": Phase.INDEXES, "object": "s.t.i", "table": "t", "findings": (FOUND,), **fields}, sql=sql
    )  # type: ignore[arg-type]


def body(*statements: Statement) -> list[str]:
    text = script(statements, "s")
    assert text.endswith("\n")
    return text.partition('SET search_path TO "s", pg_temp;\n')[2].splitlines()


def test_what_a_statement_means_does_not_depend_on_the_session() -> None:
    text = script([], 'a "b"', title="Title", there=False)
    assert text.splitlines() == [
        "-- Title",
        *(f"{one};" for one in SETTINGS),
        'CREATE SCHEMA IF NOT EXISTS "a ""b""";',
        'SET search_path TO "a ""b""", pg_temp;',
    ]
    assert "SET lock_timeout TO '5s';" in text


def test_what_belongs_together_is_one_transaction() -> None:
    assert body(
        statement("ONE", transaction=1), statement("TWO", transaction=1), statement("THREE", transaction=2)
    ) == [
        "",
        "BEGIN;",
        "-- index-missing s.t.i: expected USING btree (a), found nothing",
        "ONE;",
        "TWO;",
        "COMMIT;",
        "",
        "THREE;",
    ]


def test_what_waits_for_all_others_waits_without_end() -> None:
    assert body(statement("BUILD CONCURRENTLY", hazard="Takes long.", rows=1234)) == [
        "",
        "-- index-missing s.t.i: expected USING btree (a), found nothing",
        "-- Note: Takes long. About 1,234 rows.",
        "SET lock_timeout TO 0;",
        "BUILD CONCURRENTLY;",
        "SET lock_timeout TO '5s';",
    ]


def test_what_is_withheld_is_a_comment_to_its_last_line() -> None:
    lines = body(
        statement("ONE\nLINE", transaction=1, withheld=True, hazard="Loses\nsomething.", findings=(OTHER,)),
        statement("TWO", transaction=1, withheld=True, findings=(OTHER,)),
        statement("", withheld=True, hazard="Nobody can.", findings=(OTHER,)),
    )
    assert all(not line or line.startswith("--") for line in lines)
    assert [line for line in lines if line.startswith("--! ")] == [
        "--! BEGIN;", "--! ONE", "--! LINE;", "--! TWO;", "--! COMMIT;",
    ]  # fmt: skip
    assert "-- Note: Nobody can." in lines
    assert max(map(len, lines)) < 200


def test_comments_are_told_apart_from_the_rest() -> None:
    """Of an object whose comment differs too, each part tells what it is for."""
    comment = Finding("index-changed", Severity.WARNING, "s.t.i", "comment", "A", "B")
    valid = Finding("index-changed", Severity.ERROR, "s.t.i", "valid", "valid", "invalid")
    lines = body(
        statement("REINDEX", findings=(comment, valid), transaction=1),
        statement("COMMENT", findings=(comment, valid), transaction=2, phase=Phase.COMMENTS),
    )
    assert "-- index-changed s.t.i valid: expected valid, found invalid" in lines[: lines.index("REINDEX;")]
    assert "-- index-changed s.t.i comment: expected A, found B" not in lines[: lines.index("REINDEX;")]


def test_lines_above() -> None:
    assert commented(["one", "two\nthree"]) == "-- one\n-- two\n-- three\n\n"
