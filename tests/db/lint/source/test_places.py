"""Each statement of a revision is found on the line where the revision's file has it, however the file writes it."""

import ast
import itertools
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.db.lint.writing import chunks, write
from tests.support.template import NAMES
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.db.lint.reading import render
from toolbox_cli.db.lint.source.places import Source
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.plan.statements import split

MARK: Final = "mark_"


def found_lines(revision: Revision) -> dict[str, int]:
    """Give the line of each statement that has a mark in it, by the mark."""
    source = Source(revision.path.read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    for chunk in chunks(revision):
        written = source.written(chunk.text, chunk.caller)
        for one in split(chunk.text):
            for word in one.bare.split():
                if word.startswith(MARK):
                    place = one.start + one.bare.index(word)
                    found[word] = written.at(place, place + len(word))
    return found


def marked_lines(revision: Revision) -> dict[str, int]:
    rows = revision.path.read_text(encoding="utf-8").split("\n")
    words = ((word.strip("\"'();,\\"), number) for number, row in enumerate(rows, 1) for word in row.split())
    return {word: number for word, number in words if word.startswith(MARK)}


INSIDE: Final = st.text("aé1 \n\t,()=*-/$'\";%{}\\", max_size=8)
HOSTILE: Final = st.one_of(
    INSIDE.map(lambda text: "'" + text.replace("'", "''").replace("\\", "") + "'"),
    INSIDE.map(lambda text: "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + ";'"),
    INSIDE.filter(lambda text: "$" not in text).map(lambda text: f"$q$ {text}; -- $$ $q$"),
    INSIDE.map(lambda text: '"' + text.replace('"', '""') + 'x"'),
    INSIDE.map(lambda text: "-- " + text.replace("\n", ";") + "\n"),
    INSIDE.map(lambda text: "/* ; " + text.replace("*", "").replace("/", "") + " /* ' */ */"),
    st.sampled_from(["a - b", "x\n,\ny", "1::text", "\\:word", "\n\n", "\t"]),
)
STATEMENT: Final = st.lists(HOSTILE, max_size=4)


def statements_of(parts: list[list[str]], numbers: Iterator[int]) -> str:
    made = []
    for before in parts:
        made.append("SELECT " + " ".join([*before, f"{MARK}{next(numbers)} "]))
    return ";\n".join(made)


def in_triple_quotes(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""\n{body}"""'


def in_lines(text: str) -> str:
    return "(\n" + "\n".join(f"        {row + chr(10)!r}" for row in text.split("\n")) + "\n    )"


def in_an_f_string(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("{", "{{").replace("}", "}}")
    return f'f"""{{WORD}} {body} {{WORD!s:>7}}"""'


def in_a_format(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("{", "{{").replace("}", "}}")
    return f'"""{{word}} {body}{{}}""".format("x", word=WORD)'


def in_percents(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"""%s {body}""" % (WORD,)'


WRITTEN: Final = st.sampled_from([in_triple_quotes, in_lines, repr, in_an_f_string, in_a_format, in_percents])
Way = Callable[[str], str]


@given(st.lists(st.tuples(WRITTEN, st.lists(STATEMENT, min_size=1, max_size=3), st.booleans()), min_size=1, max_size=3))
def test_hostile_sql_is_found_on_its_line(calls: list[tuple[Way, list[list[str]], bool]]) -> None:
    numbers, constants, body = itertools.count(), ["WORD = 'word'"], ["def upgrade() -> None:"]
    for place, (way, parts, named) in enumerate(calls):
        expression = way(statements_of(parts, numbers))
        if named:
            constants.append(f"TEXT_{place} = {expression}")
        body.append(f"    op.execute({f'TEXT_{place}' if named else expression})")
    with tempfile.TemporaryDirectory() as folder:
        revision = write(Path(folder), "\n\n".join(["", *constants, "\n".join(body)]) + "\n")
        assume(_is_python(revision))
        expected = marked_lines(revision)
        assert expected
        assert found_lines(revision) == expected


def _is_python(revision: Revision) -> bool:
    try:
        ast.parse(revision.path.read_text(encoding="utf-8"))
    except SyntaxError:
        return False
    return True


EQUAL: Final = """
AGAIN = "SELECT 1"


def upgrade() -> None:
    op.execute("SELECT 1; SELECT 1")
    op.execute(AGAIN)
    op.execute(
        "SELECT 1"
    )
    for number in (1, 2):
        op.execute(f"SELECT {number}"); op.execute(
            "SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
"""


def test_equal_statements_are_told_apart_by_the_call(tmp_path: Path) -> None:
    revision = write(tmp_path, EQUAL)
    source = Source(revision.path.read_text(encoding="utf-8"))
    written = [(source.written(chunk.text, chunk.caller), chunk.text) for chunk in chunks(revision)]
    first = len(revision.path.read_text(encoding="utf-8").split("AGAIN")[0].split("\n"))
    lines = [[text.at(one.start, one.end) - first for one in split(said)] for text, said in written]
    assert lines == [[4, 4], [0], [7], [10], [11], [10], [11]]


def lines_of(folder: Path, body: str) -> list[int]:
    """Give the line within `body` of each statement of a revision."""
    revision = write(folder, body)
    text = revision.path.read_text(encoding="utf-8")
    source, before = Source(text), text.count("\n") - body.count("\n")
    return [
        source.written(chunk.text, chunk.caller).at(one.start, one.end) - before
        for chunk in chunks(revision)
        for one in split(chunk.text)
    ]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("""
NAMES = {
    "one": ("a",),
    "two": ("b", "c"),
}
def upgrade():
    op.execute(";".join(
        f"CREATE INDEX {t}_{c}_idx ON {t} ({c})"
        for t, cs in NAMES.items() for c in cs
    ))
""", [8, 8, 8]),
        ("""
def upgrade():
    _both("one")
    _both("two")
def _both(table):
    op.execute(f"DROP TABLE {table};"
               f"DROP TABLE {table}_old")
""", [6, 7, 6, 7]),
        ("""
def upgrade():
    _run("DROP TABLE one")
    _run('''
        DROP TABLE two''')
def _run(text):
    op.execute(text)
""", [3, 5]),
        ("""
TWICE = '''SELECT 1;
SELECT 1'''
def upgrade():
    op.execute(TWICE + ";" + "DROP TABLE one")
""", [2, 3, 5]),
        ("""
MADE = {"f": '''
CREATE TABLE f ();
CREATE TABLE g ()'''}
def upgrade():
    for name, text in MADE.items():
        op.execute(text)
        op.execute("COMMENT ON TABLE " + name +
            " IS 'x'")
""", [3, 4, 8]),
        ("""
from toolbox_cli.core.database.guards import Rule, require
RULES = {
    "first_table": "first_column > 0",
    "second_table": "second_column > 0",
}
def upgrade():
    require([Rule("third_table", "third", "third_column > 0")])
    op.create_table("fourth_table")
    for table, expression in RULES.items():
        require([Rule(table, f"{table}_check", expression)])
""", [8, 9, 4, 5]),
        (r"""
def upgrade():
    op.execute("SELECT '\t;\x3b\u00e9\N{SEMICOLON}\
';\n"
        r'SELECT 2 /*\n*/;' "SELECT 3")
""", [3, 5, 5]),
        ("""
from alembic import op as other
def upgrade():
    other.execute(
        # SELECT 9;
        'SELECT 1;'  # "SELECT 8"
        '''SELECT 2;
        SELECT 3'''
    )
""", [6, 7, 8]),
    ],
)  # fmt: skip
def test_a_statement_is_found_where_it_is_written(tmp_path: Path, body: str, lines: list[int]) -> None:
    assert lines_of(tmp_path, body) == lines


CHECKS = """
from toolbox_cli.core.database.guards import Rule, drop_checks
RULES = {
    "first_table": {"order": "order_index >= 0"},
    "second_table": {"order": "order_index >= 0", "time": "time_taken > 0"},
    "third_table": {
        "order": "order_index >= 0",
        "time": "time_taken > 0",
    },
}


def upgrade():
    drop_checks([Rule(t, f"{t}_{name}_check", x) for t, rules in RULES.items() for name, x in rules.items()])
"""


def test_text_that_others_put_together_is_found_by_its_words(tmp_path: Path) -> None:
    """By the name of each constraint, although no string says all of it: and equal ones by their table."""
    revision = write(tmp_path, CHECKS.replace("drop_checks", "add_checks"))
    text = revision.path.read_text(encoding="utf-8")
    source, rows, found = Source(text), text.split("\n"), []
    for chunk in chunks(revision):
        written = source.written(chunk.text, chunk.caller)
        for match in re.finditer(r"ADD CONSTRAINT (\w+) CHECK \([^)]*\)", chunk.text):
            found.append((match[1], rows[written.at(*match.span()) - 1].strip()))
    assert found == [
        ("first_table_order_check", '"first_table": {"order": "order_index >= 0"},'),
        ("second_table_order_check", '"second_table": {"order": "order_index >= 0", "time": "time_taken > 0"},'),
        ("second_table_time_check", '"second_table": {"order": "order_index >= 0", "time": "time_taken > 0"},'),
        ("third_table_order_check", '"order": "order_index >= 0",'),
        ("third_table_time_check", '"time": "time_taken > 0",'),
    ]


RETYPED = """
TIMES = {"made": "now()", "seen": None}


def upgrade():
    op.execute(f"ALTER TABLE t {', '.join(_changes())}")


def _changes():
    for name, default in TIMES.items():
        if default:
            yield f"ALTER COLUMN {name} DROP DEFAULT"
        yield f"ALTER COLUMN {name} TYPE timestamptz"
        if default:
            yield f"ALTER COLUMN {name} SET DEFAULT {default}"
"""


def test_parts_that_a_helper_gives_are_found_in_the_helper(tmp_path: Path) -> None:
    revision = write(tmp_path, RETYPED)
    text = revision.path.read_text(encoding="utf-8")
    [chunk] = chunks(revision)
    written, rows = Source(text).written(chunk.text, chunk.caller), text.split("\n")
    found = [rows[written.at(*match.span()) - 1].strip() for match in re.finditer(r"ALTER COLUMN [^,;]*", chunk.text)]
    told = [re.sub(r"yield f|[\"{}]", "", row) for row in found]
    assert told == [
        "ALTER COLUMN name DROP DEFAULT",
        "ALTER COLUMN name TYPE timestamptz",
        "ALTER COLUMN name SET DEFAULT default",
        "ALTER COLUMN name TYPE timestamptz",
    ]


def test_what_nothing_of_the_file_says_is_the_calls(tmp_path: Path) -> None:
    body = "\nimport base64\n\n\ndef upgrade():\n    op.execute(base64.b64decode('U0VMRUNUIDE=').decode())\n"
    assert lines_of(tmp_path, body) == [6]


def test_a_comment_has_its_line_too(tmp_path: Path) -> None:
    revision = write(
        tmp_path, "\ndef upgrade():\n    op.execute('''-- one\n    -- one\nSELECT 1;\n-- one\nSELECT 2''')\n"
    )
    [chunk] = chunks(revision)
    text = revision.path.read_text(encoding="utf-8")
    written = Source(text).written(chunk.text, chunk.caller)
    starts = [comment.start for one in split(chunk.text) for comment in one.comments]
    rows = text.split("\n")
    assert [rows[written.comment(start) - 1].strip() for start in starts] == [
        "op.execute('''-- one",
        "-- one",
        "-- one",
    ]
    assert len({written.comment(start) for start in starts}) == 3


def test_shipped_revisions_are_found_exactly() -> None:
    """What stands in a revision's file as it is run is found on the line that holds it, all of it."""
    lines = read_history().lines
    revisions = [one for platform in PLATFORMS for one in lines[platform] if not one.id.endswith("_comments")]
    exact = 0
    for name, written in render(NAMES, revisions).items():
        revision = next(one for one in revisions if one.id == name)
        text = revision.path.read_text(encoding="utf-8")
        source, rows = Source(text), text.split("\n")
        for chunk in written:
            for one in split(chunk.text):
                first = one.text.split("\n")[0].rstrip()
                if text.count(first) == 1:
                    exact += 1
                    assert first in rows[source.written(chunk.text, chunk.caller).at(one.start, one.end) - 1]
    assert exact > 100
