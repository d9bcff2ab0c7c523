"""What people change by hand outlasts the syncs that come after."""

import pytest

from tests.lms.group import Lms
from tests.lms.made import Roster, school
from tests.lms.sync.conftest import District, standing
from tests.support.commands import CommandLine
from tests.support.servers import Database


@pytest.fixture
def lms(cli: CommandLine, database: Database) -> Lms:
    return Lms(cli, database)


@pytest.fixture
def district(database: Database) -> District:
    made = District(database)
    made.connect_one()
    assert made.sync(school()).status == "success"
    return made


def renamed(key: str) -> Roster:
    return school().having("users", key, given_name="Other")


def person_of(district: District, key: str) -> str | None:
    into = district.identity(key)["merged_into_id"]
    return None if into is None else str(into)


def test_a_merge_of_two_who_are_both_there(lms: Lms, district: District) -> None:
    assert lms("identities", "district", "--merge", "s1", "s0").exit_code == 0
    into = str(district.identity("s0")["id"])
    assert district.sync(school()).status in {"success", "partial"}
    assert person_of(district, "s1") == into
    district.sync(renamed("s1"))
    assert (person_of(district, "s1"), district.identity("s1")["given_name"]) == (into, "Other")


def test_who_is_split_again_gets_their_enrollments_back(lms: Lms, district: District) -> None:
    assert lms("identities", "district", "--merge", "s1", "t0").exit_code == 0
    district.sync(school())
    assert ("c0", "t0", "student") in district.present()["enrollments"]
    assert lms("identities", "district", "--split", "s1").exit_code == 0
    district.sync(school())
    assert district.present() == standing(school())
    assert district.sync(school()).changes == 0


def test_a_merged_one_that_goes_stays_merged(lms: Lms, district: District) -> None:
    assert lms("identities", "district", "--merge", "s1", "s0").exit_code == 0
    into = str(district.identity("s0")["id"])
    roster = school().without("users", "s1")
    roster = roster.but(enrollments=tuple(one for one in roster.enrollments if one.user_id != "s1"))
    district.sync(roster)
    found = district.identity("s1")
    assert (found["status"], person_of(district, "s1")) == ("removed", into)


def test_who_opted_out_and_what_is_locked_stays_as_it_is(lms: Lms, district: District) -> None:
    assert lms("identities", "district", "--opt-out", "s1").exit_code == 0
    assert lms("identities", "district", "--lock", "s2", "first_name").exit_code == 0
    roster = renamed("s1").having("users", "s2", given_name="Other", family_name="Name")
    district.sync(roster)
    assert district.identity("s1")["given_name"] == "Pu"
    account = district.account("s2")
    assert (account["first_name"], account["last_name"]) == ("Pu", "Name")


def other() -> Roster:
    """Give the key s1 to somebody else."""
    return school().having("users", "s1", sis_id="SO", given_name="Some", family_name="One", email="o@home.example")


def test_a_key_that_another_person_has_now_is_theirs_once_somebody_says_so(lms: Lms, district: District) -> None:
    refused = lms("identities", "district", "--unlink", "s1")
    assert (refused.exit_code, "would make another" in refused.stderr) == (4, True)
    account = district.account("s1")
    assert district.sync(other()).status == "partial"
    before = district.snapshot()
    changed = lms.report("identities", "district", "--unlink", "s1")
    run = district.sync(other())
    assert (run.status, district.account("s1")["display_name"]) == ("success", "Some One")
    assert district.account("s1")["id"] != account["id"]
    assert district.present() == standing(school())
    assert {item["field"] for item in changed["items"]} == {"user_id", "account_made", "sis_id"}
    assert district.one("SELECT display_name, is_active FROM users WHERE id = %s", [account["id"]]) == {
        "display_name": "Pu Pil1", "is_active": True,
    }  # fmt: skip
    assert lms("undo", str(run.id), "--yes").exit_code == 0
    assert lms("undo", str(changed["summary"]["run"]), "--yes").exit_code == 0
    assert district.snapshot() == before


def test_a_record_that_was_held_back_is_the_same_persons_once_somebody_says_so(lms: Lms, district: District) -> None:
    account = district.account("s1")
    assert district.sync(other()).status == "partial"
    assert lms("identities", "district", "--link", "s1", str(account["id"])).exit_code == 0
    assert district.sync(other()).status == "success"
    assert (district.account("s1")["id"], district.account("s1")["display_name"]) == (account["id"], "Some One")


def test_undoing_a_sync_does_not_take_a_change_by_hand_away(lms: Lms, district: District) -> None:
    district.sync(renamed("s1"))
    before = district.snapshot()
    run = lms.report("identities", "district", "--merge", "s1", "s0")["summary"]["run"]
    done = lms("undo", str(run - 1), "--yes")
    assert (done.exit_code, f"toolbox lms undo {run}" in done.stderr) == (4, True)
    undone = lms("undo", str(run), "--yes")
    assert undone.exit_code == 0, undone.stderr
    assert district.snapshot() == before
    assert lms("undo", str(run - 1), "--yes").exit_code == 0
    assert district.identity("s1")["given_name"] == "Pu"
