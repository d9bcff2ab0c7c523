"""What somebody accepts in a revision's own SQL is a note; what accepts nothing is told of."""

from pathlib import Path

import pytest

from tests.db.lint.writing import FEW, LARGE, read, tables, upgrade_of, write
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import UNKNOWN, Facts
from toolbox_cli.db.lint.lint import looked
from toolbox_cli.db.lint.placing import Linted
from toolbox_cli.db.lint.rules.remark import Case
from toolbox_cli.db.lint.squawk.program import find_squawk
from toolbox_cli.db.lint.squawk.remarks import hear

NOTE, WARNING, ERROR = Severity

INDEX = "CREATE INDEX i ON t (a)"
BECAUSE = "-- toolbox: allow index-build because it is night"


def linted(folder: Path, *texts: str, facts: Facts = UNKNOWN) -> list[Linted]:
    reading = read(write(folder, upgrade_of(*texts)))
    [heard] = hear(find_squawk(), [reading], 18)
    return list(looked(Case(reading, facts), heard))


def found(folder: Path, *texts: str, facts: Facts = UNKNOWN) -> list[tuple[str, Severity]]:
    return [(one.finding.code, one.finding.severity) for one in linted(folder, *texts, facts=facts)]


@pytest.mark.parametrize(
    "texts",
    [
        [f"{BECAUSE}\n{INDEX}"],
        [f"{INDEX}; {BECAUSE}\nSELECT 1"],
        [f"SELECT 1; {INDEX} /* {BECAUSE[3:]} */"],
        [f"CREATE INDEX i {BECAUSE}\n ON t (a)"],
        [f"/* Toolbox: ALLOW set-not-null, index-build BECAUSE it is\n   night */ {INDEX}"],
        [BECAUSE, INDEX],
    ],
)
def test_a_comment_accepts_what_is_found_in_its_statement(tmp_path: Path, texts: list[str]) -> None:
    [accepted, *rest] = linted(tmp_path, *texts, facts=tables(LARGE))
    assert (accepted.finding.code, accepted.finding.severity, accepted.accepted) == ("index-build", NOTE, True)
    assert accepted.finding.remedy == "Accepted: it is night"
    assert [one.finding.code for one in rest] == (["allow-unused"] if "set-not-null" in texts[0] else [])


@pytest.mark.parametrize(
    "texts",
    [
        [f"{BECAUSE}\nSELECT 1;\n{INDEX}"],
        [f"{INDEX};\n{BECAUSE}\nSELECT 1"],
        [f"SELECT '{BECAUSE}'; {INDEX}"],
        [f"{BECAUSE.replace('index-build', 'table-rewrite')}\n{INDEX}"],
    ],
)
def test_a_comment_accepts_nothing_else(tmp_path: Path, texts: list[str]) -> None:
    assert ("index-build", ERROR) in found(tmp_path, *texts, facts=tables(LARGE))


@pytest.mark.parametrize(
    ("comment", "lacks"),
    [
        ("-- toolbox: allow index-build", "no reason"),
        ("-- toolbox: allow index-build because", "no reason"),
        ("-- toolbox: allow because it is night", "no rule"),
        ("-- toolbox: allow", "no rule"),
        ("-- toolbox: allow index-build since it is night", "no rule"),
    ],
)
def test_a_comment_gives_its_reason(tmp_path: Path, comment: str, lacks: str) -> None:
    [index, unclear] = linted(tmp_path, f"{comment}\n{INDEX}", facts=tables(LARGE))
    assert (index.finding.severity, index.accepted) == (ERROR, False)
    told = unclear.finding
    assert (told.code, told.severity, told.found) == ("allow-unclear", WARNING, lacks)
    assert told.expected == "-- toolbox: allow RULE because …"


def test_squawks_findings_are_accepted_the_same_way(tmp_path: Path) -> None:
    text = "-- toolbox: allow renaming-column because nothing reads it\nALTER TABLE t RENAME a TO b"
    assert found(tmp_path, text) == [("renaming-column", NOTE)]


def test_a_comment_for_larger_databases_is_of_use_on_small_ones(tmp_path: Path) -> None:
    assert found(tmp_path, f"{BECAUSE}\n{INDEX}", facts=tables(FEW)) == []
    assert found(tmp_path, f"{BECAUSE}\n{INDEX}", facts=tables({})) == []
    hidden = "-- toolbox: allow renaming-table because it is new\nALTER TABLE t RENAME TO v"
    assert found(tmp_path, hidden, facts=tables({})) == []


def test_a_comment_that_accepts_nothing_is_told_of_with_its_line(tmp_path: Path) -> None:
    revision = write(tmp_path, f'\ndef upgrade():\n    op.execute("""\nSELECT 1;\n{BECAUSE}\nSELECT 2""")\n')
    [told] = looked(Case(read(revision), UNKNOWN), [])
    finding = told.finding
    assert (finding.code, finding.severity, finding.remedy) == ("allow-unused", NOTE, "Remove it.")
    assert (finding.expected, finding.found) == ("a finding of index-build", "none")
    assert revision.path.read_text().split("\n")[(finding.line or 0) - 1] == BECAUSE
