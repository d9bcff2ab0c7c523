"""Addresses and sign-in names, which are unique here and change hands there."""

import pytest

from tests.lms.made import Roster, school
from tests.lms.sync.conftest import District
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.lms.runs.undo import undo
from toolbox_cli.lms.sources.records import Role, User

SOMEBODY = "INSERT INTO users (email, username, password_hash) VALUES (%s, %s, repeat('x', 60))"


def addressed(roster: Roster, **addresses: str) -> Roster:
    """Give people other addresses, and the sign-in names that go with them."""
    for key, of in addresses.items():
        roster = roster.having("users", key, email=f"{of}@school.example", username=of)
    return roster


def addresses(district: District, *keys: str) -> list[str]:
    found = [district.account(key) for key in keys]
    assert [one["username"] for one in found] == [one["email"].split("@")[0] for one in found]
    return [one["username"] for one in found]


def test_people_swap_their_addresses_in_one_night_and_back_with_an_undo(district: District) -> None:
    roster = addressed(school(), s0="a", s1="b", s2="c", s3="d")
    district.sync(roster)
    before = district.snapshot()
    run = district.sync(addressed(roster, s0="b", s1="a", s2="d", s3="c"))
    assert (run.status, run.counts, district.issues(run)) == (
        "success",
        {"user": {"update": 4}, "account": {"update": 4}},
        [],
    )
    assert addresses(district, "s0", "s1", "s2", "s3") == ["b", "a", "d", "c"]
    after = district.snapshot()
    again = undo(district.target, run.id)
    assert district.snapshot() == before
    undo(district.target, again.id)
    assert district.snapshot() == after


def test_an_address_goes_down_a_row_of_people_to_a_new_one(district: District) -> None:
    roster = addressed(school(), s0="a", s1="b", s2="c")
    district.sync(roster)
    before = district.snapshot()
    new = User("new", "c", "c@school.example", "N", "Ew", "SN", Role.STUDENT, "5")
    run = district.sync(addressed(roster, s0="z", s1="a", s2="b").plus(new))
    assert addresses(district, "s0", "s1", "s2", "new") == ["z", "a", "b", "c"]
    undo(district.target, run.id)
    assert district.snapshot() == before


def test_who_waits_for_somebody_that_keeps_theirs_keeps_their_own(district: District) -> None:
    district.rows(SOMEBODY, ["x@school.example", "x"])
    roster = addressed(school(), s0="a", s1="b", s2="c")
    district.sync(roster)
    before = addresses(district, "s0", "s1", "s2")
    run = district.sync(addressed(roster, s0="x", s1="a", s2="b"))
    assert addresses(district, "s0", "s1", "s2") == before
    assert {key for code, _, key in district.issues(run) if code == "lms-email-taken"} == {"s0", "s1", "s2"}


def test_a_locked_address_is_nobody_elses(district: District) -> None:
    roster = addressed(school(), s0="a", s1="b")
    district.sync(roster)
    district.rows("UPDATE lms_identities SET locked_fields = '{email,username}' WHERE external_user_id = 's0'")
    district.sync(addressed(roster, s0="b", s1="a"))
    assert addresses(district, "s0", "s1") == ["a", "b"]


def test_who_had_to_wait_gets_their_address_when_it_is_free(district: District) -> None:
    district.rows(SOMEBODY, ["s1@school.example", "pupil1"])
    roster = (
        school().having("users", "s2", email="family@home.example").having("users", "s3", email="family@home.example")
    )
    district.sync(roster)
    assert district.account("s1")["email"].endswith("@roster.invalid")
    assert district.sync(roster).changes == 0
    district.rows("DELETE FROM users WHERE password_hash = repeat('x', 60)")
    run = district.sync(roster.without("users", "s3"))
    assert run.counts["account"] == {"update": 2, "remove": 1}
    assert (district.account("s1")["email"], district.account("s1")["username"]) == ("s1@school.example", "pupil1")
    assert district.account("s2")["email"] == "family@home.example"
    assert district.sync(roster.without("users", "s3")).changes == 0


def test_who_had_to_keep_theirs_gets_the_new_one_when_it_is_free_but_none_that_they_chose(district: District) -> None:
    district.rows(SOMEBODY, ["x@school.example", "x"])
    roster = addressed(school(), s0="a", s1="b")
    district.sync(roster)
    roster = addressed(roster, s0="x", s1="y")
    district.sync(roster)
    assert addresses(district, "s0", "s1") == ["a", "y"]
    district.rows("UPDATE users SET email = 'me@home.example', username = 'me' WHERE username = 'y'")
    district.rows("DELETE FROM users WHERE username = 'x'")
    district.sync(roster)
    assert addresses(district, "s0", "s1") == ["x", "me"]
    district.sync(roster.having("users", "s1", given_name="New"))
    assert addresses(district, "s0", "s1") == ["x", "me"]


def test_an_undo_takes_no_address_away_that_a_person_chose_since(district: District) -> None:
    roster = addressed(school(), s0="a", s1="b")
    district.sync(roster)
    run = district.sync(addressed(roster, s0="z").having("users", "s1", given_name="New"))
    district.rows("UPDATE users SET email = 'a@school.example' WHERE username = 'b'")
    before = district.snapshot()
    with pytest.raises(RefusedError, match="users_email_key"):
        undo(district.target, run.id)
    assert district.snapshot() == before
