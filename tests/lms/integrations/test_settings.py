"""Settings are changed all at once or not at all, by what one place says of them; each change is recorded."""

from pathlib import Path
from typing import Any

import pytest

from tests.lms.integrations.conftest import Lms, add_canvas
from tests.support.commands import ROOT
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.exits import Exit
from toolbox_cli.lms.settings.definitions import SETTINGS
from toolbox_cli.lms.sync.running import lock_key


@pytest.fixture
def oak(lms: Lms, secret_file: Path) -> Lms:
    add_canvas(lms, "oak", secret_file)
    return lms


@pytest.fixture
def moodle(lms: Lms, secret_file: Path) -> Lms:
    url = "https://moodle.example"
    lms.done("add", "fir", "--kind", "moodle", "--base-url", url, "--secret-file", str(secret_file))
    return lms


def settings(lms: Lms, *argv: str, name: str = "oak", **more: Any) -> Any:
    return lms.json("settings", name, *argv, **more)


def held(lms: Lms, name: str = "oak") -> dict[str, Any]:
    return {item["key"]: item["value"] for item in settings(lms, name=name)["items"] if item["set"]}


def write(lms: Lms, assignments: str) -> None:
    with lms.connect() as connection:
        connection.execute(f"UPDATE lms_integrations SET {assignments} WHERE name = 'oak'".encode())


def test_without_options_all_that_can_be_set_is_shown(oak: Lms) -> None:
    report = settings(oak)
    assert [item["key"] for item in report["items"]] == [one.key for one in SETTINGS if one.is_of("canvas")]
    assert all(item["means"] and item["usual"] and item["may_be"] for item in report["items"])
    assert (report["summary"]["set"], report["ok"]) == (0, True)
    by_key = {item["key"]: item for item in report["items"]}
    assert (by_key["limits.percent"]["value"], by_key["limits.percent"]["set"]) == (10, False)
    table = oak.done("settings", "oak").stdout
    assert "grades.letters" in table
    assert "signature" not in table


def test_values_of_every_form_are_set_and_come_back(oak: Lms, tmp_path: Path) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.write_text("")
    said = {
        "zone": "America/New_York", "roles.Site Coach": "teacher", "roles.Observer": "skip",
        "accounts": "teacher, student,admin", "limits.percent": "5", "limits.user.rows": "3", "full_sync_days": "0.5",
        "frequency_hours": "12", "sync.grades": "no", "include": "school=Oak, North,school=Elm*,term=2026*",
        "institution": "Oak School", "ca_file": str(certificates), "grades.letters": "A+=97.5,A=90,B=80",
        "grades.bonus": "true",
    }  # fmt: skip
    done = settings(oak, *(f"--set={key}={value}" for key, value in said.items()))
    assert {item["key"]: item["is"] for item in done["items"]} == {
        **said, "accounts": "student,teacher,admin", "sync.grades": "false"
    }  # fmt: skip
    row = oak.row("oak")
    assert row["settings"] == {
        "zone": "America/New_York", "roles": {"Site Coach": "teacher", "Observer": "skip"},
        "accounts": ["student", "teacher", "admin"], "limits": {"percent": 5, "user": {"rows": 3}},
        "full_sync_days": 0.5, "ca_file": str(certificates),
        "grades": {"letters": {"A+": 97.5, "A": 90, "B": 80}, "bonus": True},
    }  # fmt: skip
    assert (row["sync_frequency_hours"], row["grade_passback_enabled"]) == (12, False)
    assert row["institution_name"] == "Oak School"
    assert row["filters"] == {"include": {"school": ["Oak, North", "Elm*"], "term": ["2026*"]}}
    shown = held(oak)
    assert shown["roles.WORD"] == {"Site Coach": "teacher", "Observer": "skip"}
    assert shown["limits.KIND.rows"] == {"user": 3}
    assert oak.json("show", "oak")["items"][0]["unusable"] is None


def test_all_faults_are_told_at_once_and_nothing_is_changed(oak: Lms) -> None:
    before = oak.everything()
    wrong = {
        "zone=Mars/Olympus": "a time zone", "limits.percent=101": "0 to 100", "limits.user.rows=-1": "a whole number",
        "accounts=boss": "nobody", "roles.Coach=boss": "or skip", "limit.rows=3": "Did you mean limits.rows?",
        "limits.users.rows=3": "Did you mean limits.user.rows?", "percent=3": "Did you mean limits.percent?",
        "grades=best": "a group of settings", "version=1.1": "of oneroster", "grades.letters=B=80,A=90": "best first",
        "full_sync_days=nan": "0 to 366", "sync.grades=maybe": "true or false", "include=colour=red": "school=",
        "ca_file=/nowhere/ca.pem": "where no file is", "institution= ": "1 to 200", "zone": "KEY=VALUE",
        "frequency_hours=24": "is said twice", "insecure_http=1": "true or false",
        "score_status= ": "score_status: is a setting of oneroster",
    }  # fmt: skip
    argv = [part for text in wrong for part in ("--set", text)]
    done = oak("settings", "oak", *argv, "--set", "frequency_hours=2", "--unset", "colour")
    assert done.exit_code == Exit.USAGE
    for text, why in wrong.items():
        assert text.partition("=")[0] in done.stderr
        assert why in done.stderr, text
    assert "colour: is no setting" in done.stderr
    assert oak.everything() == before


def test_unset_goes_back_to_what_is_usual_alone_or_as_a_group(oak: Lms) -> None:
    write(oak, """settings = '{"limits": {"rows": 3, "user": {"percent": 4}}, "roles": {"a.b": "skip"}, "zone": "UTC"}',
                  filters = '{"exclude": {"term": ["Old"]}}', sync_frequency_hours = 2, institution_name = 'X',
                  roster_sync_enabled = false, content_sync_enabled = false""")  # fmt: skip
    argv = ["limits.user.percent", "roles", "sync", "frequency_hours", "exclude", "institution"]
    settings(oak, *(f"--unset={key}" for key in argv))
    row = oak.row("oak")
    assert row["settings"] == {"limits": {"rows": 3}, "zone": "UTC"}
    assert (row["filters"], row["sync_frequency_hours"], row["institution_name"]) == ({}, 24, "oak")
    assert (row["roster_sync_enabled"], row["content_sync_enabled"]) == (True, True)
    settings(oak, "--unset", "limits", "--unset", "zone")
    assert oak.row("oak")["settings"] == {}


def test_a_file_sets_what_it_has_and_null_unsets(oak: Lms, tmp_path: Path) -> None:
    write(oak, """settings = '{"zone": "UTC", "overlap_minutes": 5}'""")
    file = tmp_path / "oak.yaml"
    file.write_text(
        "zone: ~\nlimits: {percent: 5, user: {rows: 3}}\nlimits.rows: 9\ninclude: {school: [Oak], term: 2026*}\n"
        "roles: {7: skip}\naccount: 12\ngrades: {letters: {A: 90, B: 80}, attempts: 3}\naccounts: []\n"
    )
    settings(oak, "--file", str(file))
    assert oak.row("oak")["settings"] == {
        "overlap_minutes": 5, "limits": {"percent": 5, "rows": 9, "user": {"rows": 3}}, "roles": {"7": "skip"},
        "account": "12", "grades": {"letters": {"A": 90, "B": 80}, "attempts": 3}, "accounts": [],
    }  # fmt: skip
    assert oak.row("oak")["filters"] == {"include": {"school": ["Oak"], "term": ["2026*"]}}
    assert "nobody" in oak.done("settings", "oak").stdout
    settings(oak, "--file", "-", stdin="full_sync_days: 3\n")
    assert oak.row("oak")["settings"]["full_sync_days"] == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("zone: UTC\nzone: UTC\n", "twice"), ("- zone\n", "no settings"), ("zone: [\n", "not valid YAML"),
        ("limits: {percent: much}\n", "limits.percent: is 'much'"), ("limits.user: 5\n", "a group of settings"),
        ("grades: {letters: {B: 80, A: 90}}\n", "grades.letters"), ("zone: 5\n", "a time zone"),
        ("include: {school: [1]}\n", "include: is"), ("colour: {red: 1}\n", "colour.red: is no setting"),
        ("limits: {rows: 1}\nlimits.rows: 1\n", "is said twice"), ("sync: {grades: 1}\n", "true or false"),
    ],
)  # fmt: skip
def test_files_that_can_not_be_taken(oak: Lms, tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "oak.yaml").write_text(text)
    done = oak("settings", "oak", "--file", str(tmp_path / "oak.yaml"))
    assert done.exit_code == Exit.USAGE
    assert why in done.stderr
    assert oak.row("oak")["settings"] == {}


def test_a_change_is_recorded_and_a_dry_run_or_no_change_is_not(oak: Lms) -> None:
    before = len(oak.audits())
    report = settings(oak, "--set", "zone=UTC", "--dry-run")
    assert (report["summary"]["changed"], report["summary"]["dry_run"]) == (1, True)
    assert settings(oak, "--set", "frequency_hours=24", "--unset", "zone")["items"] == []
    assert len(oak.audits()) == before
    assert oak.row("oak")["settings"] == {}
    settings(oak, "--set", "frequency_hours=6", "--set", "zone=UTC")
    *_, audit = oak.audits()
    assert (audit["command"], audit["counts"]) == ("toolbox lms settings oak", {"lms_integrations": 1})
    assert audit["details"]["changes"] == {
        "frequency_hours": {"before": None, "after": 6}, "zone": {"before": None, "after": "UTC"}
    }  # fmt: skip


def test_what_was_read_otherwise_is_read_again(oak: Lms) -> None:
    write(oak, "cursor_at = now()")
    assert not settings(oak, "--set", "frequency_hours=6", "--set", "limits.rows=5")["summary"]["reads_everything"]
    assert oak.row("oak")["cursor_at"] is not None
    for key in ("sync.rosters=false", "roles.Coach=skip", "exclude=term=Old", "accounts=student"):
        write(oak, "cursor_at = now()")
        done = oak.done("settings", "oak", "--set", key)
        assert "The next sync reads everything." in done.stdout
        assert ("is removed" in done.stdout) == key.startswith(("roles", "exclude"))
        assert oak.row("oak")["cursor_at"] is None


def test_while_a_sync_goes_on_what_it_reads_by_stays(oak: Lms) -> None:
    key = lock_key(oak.row("oak")["id"])
    with oak.database.connect(autocommit=True) as other, advisory_lock(other, key, wait_s=0):
        assert oak("settings", "oak", "--set", "zone=UTC").exit_code == Exit.LOCKED
        assert oak("settings", "oak", "--set", "frequency_hours=3").exit_code == Exit.DONE
    assert (oak.row("oak")["settings"], oak.row("oak")["sync_frequency_hours"]) == ({}, 3)


def test_what_somebody_else_wrote_is_told_and_can_be_set_right(oak: Lms) -> None:
    write(oak, """settings = '{"zon": "UTC", "limits": {"percent": "much"}}', filters = '{"only": {}}'""")
    shown = settings(oak)
    assert not shown["ok"]
    assert len(shown["summary"]["faults"]) == 2
    done = oak("settings", "oak", "--set", "limits.percent=5")
    assert done.exit_code == Exit.USAGE
    assert "Did you mean zone?" in done.stderr
    settings(oak, "--set", "limits.percent=5", "--unset", "zon", "--unset", "include")
    assert (oak.row("oak")["settings"], oak.row("oak")["filters"]) == ({"limits": {"percent": 5}}, {})
    assert settings(oak)["ok"]


def test_the_next_sync_goes_by_them(lms: Lms) -> None:
    files = str(ROOT / "fixtures" / "lms" / "district" / "v1p1")
    lms.done("add", "oak", "--kind", "oneroster-csv", "--base-url", files)
    lms.done("sync", "oak")
    settings(lms, "--set", "roles.Aide=skip", "--set", "limits.percent=0", "--set", "limits.rows=0")
    assert lms("sync", "oak").exit_code == Exit.REFUSED
    settings(lms, "--unset", "limits")
    lms.done("sync", "oak")
    states = "SELECT status, count(*) FROM lms_identities WHERE role = 'assistant' GROUP BY status"
    assert lms.ask(states) == [{"status": "removed", "count": 1}]
    settings(lms, "--unset", "roles", "--set", "accounts=nobody", "--set", "sync.contents=false")
    lms.done("sync", "oak")
    assert lms.ask(states) == [{"status": "present", "count": 1}]


def test_a_sync_that_settings_keep_from_beginning_is_a_failed_run(oak: Lms) -> None:
    write(oak, """settings = '{"limits": {"percent": 500}}'""")
    done = oak("sync", "oak")
    assert done.exit_code == Exit.USAGE
    assert "limits.percent is 500, not a number from 0 to 100" in done.stdout + done.stderr
    [run] = oak.ask("SELECT * FROM lms_sync_runs WHERE lms_integration_id = %s", oak.row("oak")["id"])
    assert (run["status"], run["error_code"]) == ("failed", "lms-not-opened")
    assert oak.row("oak")["last_sync_status"] == "failed"


def test_a_change_that_lets_it_not_be_opened_is_refused(oak: Lms) -> None:
    write(oak, """base_url = 'http://canvas.example', settings = '{"insecure_http": true}'""")
    done = oak("settings", "oak", "--unset", "insecure_http")
    assert done.exit_code == Exit.USAGE
    assert "not https" in done.stderr
    assert oak.row("oak")["settings"] == {"insecure_http": True}


def test_a_system_has_the_settings_that_fit_it(moodle: Lms) -> None:
    wrong = ("grades.bonus=true", "include=school=Oak", "account=1")
    done = moodle("settings", "fir", *(f"--set={one}" for one in wrong))
    assert done.exit_code == Exit.USAGE
    for part in ("of canvas and schoology and blackboard", "names a school, which moodle does not tell", "account: is"):
        assert part in done.stderr
    assert settings(moodle, "--set", "include=course=7", name="fir")["summary"]["changed"] == 1
    assert "grades.bonus" not in {item["key"] for item in settings(moodle, name="fir")["items"]}


def test_an_unknown_integration_is_wrong_use(lms: Lms) -> None:
    for more in ((), ("--set", "zone=UTC")):
        assert lms("settings", "nobody", *more).exit_code == Exit.USAGE
