"""One place says what settings there are, how they are read, and what is wrong with one."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.support.commands import ROOT
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.lms.settings.definitions import DEFAULTS, SETTINGS, Setting, find, nearest
from toolbox_cli.lms.settings.grading import Policy, Progress, Rules
from toolbox_cli.lms.settings.limits import Limit
from toolbox_cli.lms.settings.reading import Settings, read_settings, values_of
from toolbox_cli.lms.sources.connecting.kinds import KINDS
from toolbox_cli.lms.sources.records import Role

DOCS = ROOT / "docs" / "lms.md"


def test_without_settings_everything_is_as_usual() -> None:
    assert read_settings("canvas", {}) == Settings()
    assert Settings().grades == Rules()


def test_all_of_them_are_read() -> None:
    document = {
        "zone": "Asia/Kolkata", "roles": {"Coach": "teacher", "a.b": "skip"}, "accounts": [],
        "limits": {"percent": 5.5, "user": {"rows": 0}}, "full_sync_days": 0, "overlap_minutes": 1.5,
        "ca_file": "/etc/ca.pem", "insecure_http": True, "version": "1.1", "gradebook": "beside", "scopes": "a b",
        "signature": "PLAINTEXT", "score_status": "fullyGraded",
        "grades": {"policy": "last", "progress": "completion", "letters": {"A": 90, "B+": 85.5}, "attempts": 1,
                   "backoff_minutes": 0},
    }  # fmt: skip
    read = read_settings("oneroster", document)
    assert str(read.zone) == "Asia/Kolkata"
    assert read.roles == {"Coach": Role.TEACHER, "a.b": None}
    assert (read.accounts, read.full_sync_days, read.overlap) == (frozenset(), 0, datetime.timedelta(seconds=90))
    assert (read.limits.of("user"), read.limits.of("course")) == (Limit(5.5, 0), Limit(5.5, 20))
    assert (str(read.ca_file), read.insecure_http, read.version) == ("/etc/ca.pem", True, "1.1")
    assert (read.gradebook, read.scopes, read.signature, read.score_status) == (
        "beside", "a b", "PLAINTEXT", "fullyGraded"
    )  # fmt: skip
    assert read.grades == Rules(Policy.LAST, Progress.COMPLETION, {"A": 90, "B+": 85.5}, False, 1, datetime.timedelta())
    assert read_settings("canvas", {"account": "12", "grades": {"bonus": True}}).grades.bonus


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_settings("canvas", {"zone": "Mars", "limits": {"rows": True}, "acounts": [], "version": "1.1"}, "oak")
    for part in ("of oak can't", "zone is 'Mars', not a time zone", "limits.rows is True", "(did you mean accounts?)",
                 "version is a setting of oneroster, and this is canvas"):  # fmt: skip
        assert part in raised.value.message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zone", ""), ("zone", 5), ("zone", "../etc/passwd"), ("accounts", "student"), ("accounts", ["boss"]),
        ("limits", [1]), ("limits.percent", "5"), ("limits.percent", True), ("limits.percent", 100.1),
        ("limits.rows", 1.5), ("full_sync_days", float("nan")), ("full_sync_days", -1), ("ca_file", "ca.pem"),
        ("ca_file", "/a\nb"), ("account", "1/2"), ("account", ""), ("grades.letters", {"A": 90, "B": 90}),
        ("grades.letters", {"Superb": 1}), ("grades.letters", {"A": "90"}), ("grades.letters", {"A B": 9}),
        ("grades.bonus", "yes"), ("grades.attempts", 0), ("grades.attempts", 2.5), ("roles", "teacher"),
        ("roles.Coach", None), ("frequency_hours", 5), ("include", ["Oak"]), ("limits.users", {}),
        ("colour", None), ("grades.backoff_minutes", 1441),
    ],
)  # fmt: skip
def test_what_nothing_can_be_made_of_is_told(key: str, value: Any) -> None:
    document = value
    for step in reversed(key.split(".")):
        document = {step: document}
    values, faults = values_of("canvas", document)
    assert not values
    assert [fault.key for fault in faults] == [key]


ONE = {"course": "2", "members": "https://lms.example/2?type=1"}


def test_courses_of_launches_are_read() -> None:
    bare = {"course": "3", "members": "https://lms.example/3"}
    document = {"contexts": [{**ONE, "lineitems": "https://lms.example/2/i", "title": "Art"}, bare], "key_id": "k"}
    read = read_settings("lti", {"lti": document})
    assert [one.course for one in read.contexts] == ["2", "3"]
    assert (read.contexts[0].title, read.contexts[1].lineitems) == ("Art", None)
    assert (read.key_id, read.audience) == ("k", None)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ([], "is []"), ({}, "is {}"), ("https://lms.example", "is 'https"), (["2"], "has no course in place 1"),
        ([{"course": "2"}], "has no members in place 1"), ([{**ONE, "member": "x"}], "has 'member' in place 1"),
        ([{**ONE, "members": "ftp://lms.example"}], "no address of the web"),
        ([{**ONE, "members": "https://a:b@lms.example"}], "holds credentials"),
        ([{**ONE, "members": "https://lms.example/?a=b@c"}], "holds credentials or a fragment"),
        ([{**ONE, "lineitems": "https://lms.example/#x"}], "fragment"),
        ([{**ONE, "lineitems": 5}], "has a lineitems in place 1 that is not an address"),
        ([{**ONE, "course": "a\nb"}], "not an id"), ([{**ONE, "course": "2" * 101}], "not an id"),
        ([ONE, {**ONE, "members": "https://lms.example/4"}], "the same course twice: 2"),
        ([ONE, {**ONE, "course": "3"}], "the same members twice"), ([{**ONE, "title": ""}], "has a title"),
    ],
)  # fmt: skip
def test_what_no_launch_told_is_said_by_its_place(value: Any, why: str) -> None:
    values, [fault] = values_of("lti", {"lti": {"contexts": value}})
    assert not values
    assert why in str(fault)


@pytest.mark.parametrize("one", [one for one in SETTINGS if one.default is not None], ids=lambda one: one.key)
def test_what_is_usual_may_be_said_and_is_written_as_it_is_read(one: Setting) -> None:
    assert one.form.check(one.default) == one.default
    assert one.form.read(one.form.write(one.default)) == one.default
    assert DEFAULTS[one.key] == one.default


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("limits.percent", " 5 ", 5), ("limits.percent", "2.5", 2.5), ("full_sync_days", 7.0, 7),
        ("accounts", "nobody", []), ("sync.grades", "OFF", False), ("version", 1.1, "1.1"),
        ("grades.letters", "A=90, B=80.5", {"A": 90, "B": 80.5}), ("account", 12, "12"),
        ("include", {"term": "2026*"}, {"term": ["2026*"]}),
    ],
)  # fmt: skip
def test_what_a_person_writes_is_read(key: str, said: Any, value: Any) -> None:
    named = find(key)
    assert named is not None
    read = named.setting.form.read(said)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("said", ["B=80,A=90", {"B": 80, "A": 90}, "A=90,A=80", "A", "A=", "", "A=90,B=90", Decimal(1)])
def test_letters_come_the_best_first_each_once(said: Any) -> None:
    named = find("grades.letters")
    assert named is not None
    with pytest.raises(ValueError):  # noqa: PT011  whoever reads says what was expected
        named.setting.form.read(said)


def test_keys_are_found_and_near_ones_proposed() -> None:
    for key, place in {
        "zone": ("zone",), "roles.Site.Coach": ("roles", "Site.Coach"),
        "limits.course.rows": ("limits", "course", "rows"),
    }.items():  # fmt: skip
        named = find(key)
        assert named is not None
        assert named.place == place
    for key in ("roles.", "roles", "limits.KIND.rows", "limits.users.rows", "limits.", "Zone", ""):
        assert find(key) is None, key
    for key, meant in {
        "role": "roles.WORD", "role.Coach": "roles.Coach", "letters": "grades.letters", "xyzzy": None,
        "limits.users.row": "limits.user.rows", "grade.policy": "grades.policy", "": None, "...": None,
    }.items():  # fmt: skip
        assert nearest(key) == meant, key


def test_the_docs_have_them_all_and_nothing_else() -> None:
    [told] = re.findall(r"\n## Settings\n.*?\n(\| key \|.*?)\n\n", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert told.splitlines() == ["| key | may be | usual | means |", "|---|---|---|---|", *map(line, SETTINGS)]


def line(one: Setting) -> str:
    """Give the line of a setting in the table of the docs."""
    without = [f"`{kind}`" for kind in KINDS if not one.is_of(kind)]
    of = [f"`{kind}`" for kind in KINDS if one.is_of(kind)]
    kinds = f" Not of {without[0]}." if len(without) == 1 else f" Of {', '.join(of)}." if without else ""
    return f"| `{one.key}` | {one.form.expected} | {one.usually} | {one.means}{kinds} |"
