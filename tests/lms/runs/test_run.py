"""What a run did, as a report and as files that a person can read."""

import csv
import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.lms.made import school
from tests.lms.runs.conftest import Runs
from toolbox_cli.lms.runs.telling.differences import KINDS, OPEN
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.toolboxai import base, lms, users  # noqa: F401  the tables
from toolbox_cli.models.toolboxai.base import Base

NASTY = '=HYPERLINK("https://evil.example")<script>alert(1)</script>'


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class Page(HTMLParser):
    """What a page has: its tags with attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_a_run_is_told_record_by_record_also_what_it_made(runs: Runs) -> None:
    done = runs.sync(school(3, 1))
    report = runs.report("run", str(done.id))
    assert report["summary"]["status"] == "success"
    assert len(report["items"]) == report["summary"]["changes"]
    user = next(item for item in report["items"] if item["kind"] == "user" and item["external_id"] == "s1")
    assert user["action"] == "insert"
    assert {"status", "given_name"} <= set(user["fields"])
    enrolled = [item["record"] for item in report["items"] if item["kind"] == "enrollment"]
    assert sorted(enrolled) == ["s0 in c0", "s1 in c0", "s2 in c0", "t0 in c0"]


def test_what_was_made_shows_as_it_was_made_and_not_as_it_is(runs: Runs) -> None:
    roster = school(3, 1)
    first = runs.sync(roster)
    runs.sync(roster.having("users", "s1", enabled=False))
    made = [
        item
        for item in runs.report("run", str(first.id), "--diff")["items"]
        if (item["kind"], item["external_id"], item["field"]) == ("user", "s1", "is_enabled")
    ]
    assert [item["after"] for item in made] == [True]


def test_names_are_hidden_unless_they_are_asked_for_and_then_it_is_written_down(runs: Runs) -> None:
    roster = school(3, 1)
    runs.sync(roster)
    run = str(runs.sync(roster.having("users", "s1", given_name="Zoe", email="zoe@home.example")).id)
    for argv in ((), ("--diff",), ("--issues",), ("--as", "csv"), ("--as", "html"), ("--diff", "--format", "json")):
        shown = runs("run", run, *argv)
        assert shown.exit_code == 0
        assert "Zoe" not in shown.stdout
        assert "zoe@" not in shown.stdout
    assert runs.rows("SELECT FROM audit_log WHERE command LIKE 'toolbox lms run%%'") == []
    hidden = [item for item in runs.report("run", run, "--diff")["items"] if item["field"] == "given_name"]
    assert [(item["hidden"], item["before"], item["after"]) for item in hidden] == [(True, None, None)]
    for argv in (("--diff",), ("--as", "csv"), ("--as", "html")):
        assert "Zoe" in runs("run", run, "--personal", *argv).stdout
    looks = runs.rows(
        "SELECT command, details, os_user FROM audit_log WHERE command LIKE 'toolbox lms run%%' ORDER BY id"
    )
    assert [look["command"] for look in looks] == [f"toolbox lms run {run} --personal"] * 3
    assert looks[0]["details"].items() >= {"integration": "district", "run": int(run), "looked_at": "changes"}.items()
    assert [look["details"]["looked_at"] for look in looks] == ["changes", "changes", "changes and issues"]
    assert looks[0]["os_user"]
    assert "Zoe" not in json.dumps(looks)


def test_only_columns_that_tell_no_name_are_open() -> None:
    """Held against the privacy class of each column: a new column is hidden until somebody says otherwise."""
    keys = {
        "external_user_id", "external_enrollment_id", "user_id", "merged_into_id", "lms_identity_id", "opted_out",
    }  # fmt: skip
    for table in KINDS:
        columns = Base.metadata.tables[f"toolboxai.{table}"].columns
        for name in OPEN[table]:
            open_to_all = columns[name].info["privacy"] in {Privacy.NONE, Privacy.QUASI_IDENTIFIER}
            assert open_to_all or name in keys, f"{table}.{name}"


def test_issues_are_listed_and_their_messages_are_for_those_who_ask_for_names(runs: Runs) -> None:
    roster = school(3, 1)
    broken = roster.enrollments[-1]._replace(id="e-more", user_id="nobody")
    run = str(runs.sync(roster.plus(broken)).id)
    [issue] = runs.report("run", run, "--issues")["items"]
    assert (issue["code"], issue["external_id"], issue["message"]) == ("lms-unknown-user", "e-more", None)
    [issue] = runs.report("run", run, "--issues", "--personal")["items"]
    assert "nobody" in issue["message"]
    assert "lms-unknown-user" in runs("run", run, "--issues").stdout
    [row] = cells(runs("run", run, "--issues", "--as", "csv").stdout)
    assert (row["code"], row["message"]) == ("lms-unknown-user", "")


def test_what_was_wrong_is_said_without_a_name_to_those_who_don_t_ask_for_names(runs: Runs) -> None:
    roster = school(3, 1)
    run = str(runs.sync(roster.plus(roster.enrollments[-1]._replace(id="e-more", user_id="nobody"))).id)
    meaning = "Its person was not sent, and we don't have them."
    [row] = cells(runs("run", run, "--issues", "--as", "csv").stdout)
    [issue] = runs.report("run", run, "--issues")["items"]
    for shown in (row["meaning"], issue["meaning"], runs("run", run, "--issues").stdout):
        assert meaning in shown
        assert "nobody" not in shown
    assert meaning in " ".join(Page(runs("run", run, "--as", "html").stdout).words)
    assert "The person nobody was not read" in runs("run", run, "--issues", "--personal").stdout


def test_a_file_with_names_is_its_owner_s_alone(runs: Runs, tmp_path: Path) -> None:
    run = str(runs.sync(school(1, 1)).id)
    named, plain = tmp_path / "named.html", tmp_path / "plain.html"
    plain.touch(0o666)
    named.touch(0o666)
    assert runs("run", run, "--personal", "--output", str(named)).exit_code == 0
    assert runs("run", run, "--output", str(plain)).exit_code == 0
    assert named.stat().st_mode & 0o777 == 0o600
    assert plain.stat().st_mode & 0o044 == 0o044 & ~umask()


def umask() -> int:
    before = os.umask(0)
    os.umask(before)
    return before


def test_of_what_was_made_people_read_what_and_programs_each_field(runs: Runs) -> None:
    run = str(runs.sync(school(1, 1)).id)
    assert "given_name" not in runs("run", run).stdout
    assert any("given_name" in item["fields"] for item in runs.report("run", run)["items"])


def test_a_spreadsheet_runs_nothing_of_a_csv(runs: Runs) -> None:
    begins = ("=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1", "\uff1d1", "'=1", "|cmd", "%0", "\n=1", "\u00a0=1")
    run = runs.sync(school(1, 1)).id
    for number, text in enumerate(begins, 900):
        runs.change(run, number, {"given_name": text, "email": "a"}, {"given_name": "", "email": "Ada"})
    rows = cells(runs("run", str(run), "--as", "csv", "--personal").stdout)
    names = [row["before"] for row in rows if int(row["number"]) >= 900 and row["field"] == "given_name"]
    assert names == [f"'{text}" for text in begins]
    assert {row["after"] for row in rows if int(row["number"]) >= 900} == {"", "Ada"}


def test_csv_tells_nothing_from_empty_from_hidden_and_numbers_stay_numbers(runs: Runs) -> None:
    run = runs.sync(school(1, 1)).id
    runs.change(run, 900, {"role": None, "grade_level": -5, "email": "a"}, {"role": "", "grade_level": 7, "email": "b"})
    rows = [row for row in cells(runs("run", str(run), "--as", "csv").stdout) if row["number"] == "900"]
    assert {row["field"]: (row["before"], row["before_is"], row["after"], row["after_is"]) for row in rows} == {
        "role": ("", "null", "", "empty"),
        "grade_level": ("-5", "value", "7", "value"),
        "email": ("", "hidden", "", "hidden"),
    }


def test_a_page_stands_alone_escapes_everything_and_can_be_read_without_eyes_or_screen(
    runs: Runs, tmp_path: Path
) -> None:
    run = runs.sync(school(2, 1)).id
    runs.change(run, 900, {"given_name": NASTY, "role": None}, {"given_name": "a\u202eb\x1b[0m", "role": ""})
    file = tmp_path / "run.html"
    done = runs("run", str(run), "--as", "html", "--personal", "--output", str(file))
    assert done.exit_code == 0
    assert done.stdout == ""
    text = file.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not any(name.startswith("on") or name in {"src", "href", "style"} for _, at in page.tags for name in at)
    assert not re.search(r"url\(|@import|https?://(?!evil\.example)", text)
    policy = next(at["content"] for tag, at in page.tags if at.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    words = "".join(page.words)
    assert NASTY in words
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "a\\u202eb\\u001b[0m" in words
    assert "no value" in words
    assert "empty text" in words
    assert ("html", {"lang": "en"}) in page.tags
    assert page.count("h1") == page.count("title") == page.count("main") == 1
    assert page.count("caption") == page.count("table") > 0
    assert all(at.get("scope") for tag, at in page.tags if tag == "th")
    assert "@media print" in text


def test_what_was_approved_says_which_run_applied_it(runs: Runs) -> None:
    runs.sync(school(60))
    held = runs.sync(school(20))
    done = runs.sync(school(20), approve=held.id)
    assert (held.status, done.status) == ("held", "success")
    assert f"Applied by run {done.id}." in runs("run", str(held.id)).stdout
    assert f"Applies held run {held.id}." in runs("run", str(done.id)).stdout
    words = "".join(Page(runs("run", str(held.id), "--as", "html").stdout).words)
    assert "a later run applied exactly this" in words
    assert "Nothing was changed" not in words
    last, before, _ = runs.report("runs")["items"]
    assert (last["because_of"], before["because_of"]) == (
        f"applies held run {held.id}", f"lms-limits; applied by run {done.id}",
    )  # fmt: skip


def test_each_kind_of_run_is_called_what_it_is(runs: Runs) -> None:
    run = runs.sync(school(1, 1)).id
    assert runs("undo", str(run), "--yes").exit_code == 0
    undoing = runs.report("runs")["items"][0]["run"]
    assert runs("run", str(undoing)).stdout.startswith(f"Undoing {undoing} of district: success")
    assert "Takes back run" in "".join(Page(runs("run", str(undoing), "--as", "html").stdout).words)
    assert f"Taken back by run {undoing}." in runs("run", str(run), "--diff").stdout
    assert runs("run", str(run)).stdout.startswith(f"Sync {run} of district: undone")


def test_what_was_held_says_so_and_how_to_apply_it(runs: Runs) -> None:
    runs.sync(school(60))
    held = runs.sync(school(20))
    text = runs("run", str(held.id), "--diff").stdout
    assert "Apply it with: toolbox lms sync district --approve" in text
    assert "would be lost" in text
    rows = cells(runs("run", str(held.id), "--diff", "--as", "csv").stdout)
    removed = {row["external_id"] for row in rows if (row["kind"], row["field"]) == ("user", "status")}
    assert removed == {f"s{n}" for n in range(20, 60)}
    assert {row["applied"] for row in rows} == {"no"}
    words = "".join(Page(runs("run", str(held.id), "--as", "html").stdout).words)
    assert "waits for somebody" in words
    assert f"toolbox lms sync district --approve {held.id}" in words


def test_a_table_ends_and_says_how_to_see_the_rest(runs: Runs) -> None:
    done = runs.sync(school(100, 1))
    shown = runs("run", str(done.id)).stdout
    assert "... and" in shown
    assert len(shown.splitlines()) < 220
    items = runs.report("run", str(done.id))["items"]
    assert len(items) > 300
    assert f"... and {len(items) - 200:,} more" in shown


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("99",), "There is no run 99"),
        (("1", "--issues", "--diff"), "two lists"),
        (("1", "--output", "x.txt"), "--output needs --as"),
        (("1", "--output", "nowhere/x.csv"), "can't be written"),
    ],
)
def test_wrong_use_is_refused(runs: Runs, argv: tuple[str, ...], told: str) -> None:
    runs.sync(school(1, 1))
    done = runs("run", *argv)
    assert done.exit_code == 2
    assert told in done.stderr
