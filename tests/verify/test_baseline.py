import datetime
from pathlib import Path

import pytest

from toolbox_cli.core.errors import InputError
from toolbox_cli.verify.baseline import Accepted, read_baseline

ENTRY = "- {object: a.b, code: table-extra, owner: ada, reason: Old., expires: 2026-12-31}\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "known.yaml"
    file.write_text(text)
    return file


def test_reads_entries_with_their_lines(tmp_path: Path) -> None:
    file = written(tmp_path, f"# ours\n{ENTRY}\n{ENTRY.replace('a.b', 'a.c').replace('12-31', '12-31T10:00:00')}")
    day = datetime.date(2026, 12, 31)
    assert read_baseline(file).entries == (
        Accepted("a.b", "table-extra", "ada", "Old.", day, 2),
        Accepted("a.c", "table-extra", "ada", "Old.", day, 4),
    )


@pytest.mark.parametrize("text", ["", "[]", "# nothing yet\n"])
def test_nothing_may_be_accepted(tmp_path: Path, text: str) -> None:
    assert read_baseline(written(tmp_path, text)).entries == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENTRY.replace("owner: ada, ", ""), "1 owner a text nothing"),
        (ENTRY.replace("ada", "''"), "1 owner a text ''"),
        (ENTRY.replace("2026-12-31", "soon"), "1 expires a day, such as 2030-12-31 'soon'"),
        (ENTRY.replace("code: table-extra", "code: [1]"), "1 code a text [1]"),
        (ENTRY.replace("reason", "because"), "1 reason a text nothing"),
        (f"\n{ENTRY}{ENTRY}", "3 a.b one entry a second one; the first is in line 2"),
        ("accepted: []", "1 baseline a list of entries something else"),
        (ENTRY.replace("owner: ada", "owner: ada, owner: bob"), "1 0.owner None stands twice, first in line 1"),
        ("- 5", "1 entry the keys object, code, owner, reason, expires something else"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read_baseline(written(tmp_path, text))
    first = caught.value.findings[0]
    assert f"{first.line} {first.object} {first.expected} {first.found}" == told


@pytest.mark.parametrize(
    ("text", "told"), [("- [", r":\d+:\d+: not valid YAML"), ("a: b: c", "not valid YAML"), (None, "No such file")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "known.yaml" if text is None else written(tmp_path, text)
    with pytest.raises(InputError, match=told):
        read_baseline(file)


def test_runs_no_code_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_baseline(written(tmp_path, "- !!python/object/apply:os.getcwd []\n"))
