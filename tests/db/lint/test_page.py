"""docs/lint.md lists every rule: ours, those of squawk's that ours cover, and those that are off, with the reason."""

import re
from typing import Final

from tests.support.commands import ROOT
from toolbox_cli.db.lint.rules.every import RULES
from toolbox_cli.db.lint.squawk.judgement import JUDGEMENTS, Fate
from toolbox_cli.db.lint.weight import SEVERITIES, Pace, Takes

PAGE: Final = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
ABOUT_COMMENTS: Final = ("allow-unclear", "allow-unused")


def table(heading: str) -> dict[str, str]:
    """Give the rows of the table with such a heading: what is in the first column to what is in the second."""
    rows = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", rows, re.MULTILINE))


def test_our_rules() -> None:
    listed = table("rule | finds")
    assert [name for name in listed if name not in ABOUT_COMMENTS] == [rule.name for rule in RULES]
    assert {rule.name: rule.looks_for for rule in RULES}.items() <= listed.items()


def test_rules_that_ours_cover() -> None:
    covered = {name: one for name, one in JUDGEMENTS.items() if one.fate is Fate.COVERED}
    assert table("squawk's rule | ours") == {
        name: ", ".join(f"`{rule}`" for rule in one.otherwise) for name, one in covered.items()
    }


def test_rules_that_are_off() -> None:
    off = {name: one for name, one in JUDGEMENTS.items() if one.fate is Fate.OFF}
    assert table("squawk's rule | why") == {
        name: ("In the documents' revisions alone: " if one.documents_only else "") + one.why
        for name, one in off.items()
    }


def test_paces() -> None:
    rows = [pace.value.rows_per_s for pace in Pace]
    assert rows == [1_000_000, 500_000, 200_000, 100_000]
    assert "a million rows a second to read, half a million to\nindex, 200,000 to write anew, 100,000 to update" in PAGE
    sizes = [str(pace.value.bytes_per_s >> 20) for pace in Pace]
    assert f"{', '.join(sizes[:3])} and {sizes[3]} MiB a second" in PAGE
    assert [str(SEVERITIES[one]) for one in Takes] == ["None", "warning", "error", "error"]
    assert [one.value for one in Takes] == [1, 60, 3600, None]
