"""`toolbox lms identities`."""

import datetime
from typing import Any

from tests.lms.district import audited, journal, key, row
from tests.lms.group import Lms
from tests.support.commands import CommandLine
from tests.support.servers import Database
from toolbox_cli.core.database.locks import NAMESPACE
from toolbox_cli.lms.sync.running import lock_key

ROW = "lms_identities"


def people(report: dict[str, Any]) -> dict[str, str]:
    return {item["external_id"]: item["person"] for item in report["items"]}


def rows(database: Database) -> list[Any]:
    return database.execute("SELECT to_jsonb(t) FROM toolboxai.lms_identities AS t ORDER BY id")


def but_times(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"updated_at", "last_run_id"}}


def test_which_keys_are_one_person_and_who_that_is_here(lms: Lms) -> None:
    lms("identities", "district", "--merge", "s-4", "s-1")
    report = lms.report("identities", "district")
    assert report["kind"] == "toolbox.lms.identities/1"
    assert people(report) == {"s-1": "s-1", "s-4": "s-1", "s-2": "s-2", "s-3": "s-3", "t-1": "t-1"}
    assert report["summary"] == {
        "identities": 5, "people": 4, "removed": 1, "merged": 1, "opted_out": 0, "locked": 0, "without_account": 2,
    }  # fmt: skip
    assert report["items"][0] == {
        "external_id": "s-1", "person": "s-1", "account": str(key("ada")), "account_made": True, "role": "student",
        "status": "present", "is_enabled": True, "opted_out": False, "locked_fields": [],
        "id": str(key("s1")), "run": 1, "elsewhere": ["moodle:17"],
    }  # fmt: skip


def test_only_some(lms: Lms) -> None:
    lms("identities", "district", "--merge", "s-4", "s-1")
    lms("identities", "district", "--opt-out", "s-2")
    lms("identities", "district", "--lock", "t-1", "email")
    for only, found in (
        ("present", {"s-1", "s-2", "s-3", "t-1"}), ("removed", {"s-4"}), ("merged", {"s-1", "s-4"}),
        ("opted-out", {"s-2"}), ("locked", {"t-1"}), ("without-account", {"s-3", "s-4"}),
    ):  # fmt: skip
        report = lms.report("identities", "district", "--only", only)
        assert (people(report).keys(), report["summary"]["identities"]) == (found, len(found)), only


def test_names_are_shown_only_when_asked_for_and_then_it_is_recorded(lms: Lms) -> None:
    plain = lms("identities", "district").stdout + lms("identities", "district", "--format", "json").stdout
    assert not [word for word in ("Lovelace", "Grace", "@", "ada.l") if word in plain]
    assert audited(lms.database) == []
    report = lms.report("identities", "district", "--only", "present", "--personal")
    assert [item["family_name"] for item in report["items"]] == ["Lovelace", "Kahn", "Lovelace", "Hopper"]
    [(command, _, details)] = audited(lms.database)
    assert command == "toolbox lms identities district --personal"
    assert details == {
        "integration": "district", "looked_at": "identities", "seen": 4, "filters": {"only": "present"},
    }  # fmt: skip


def test_a_merge_changes_who_counts_and_nothing_else_and_a_split_restores_it(lms: Lms) -> None:
    before = row(lms.database, ROW, "s2")
    others = [one for (one,) in rows(lms.database) if one["id"] != before["id"]]
    report = lms.report("identities", "district", "--merge", "s-2", "s-1")
    assert report["items"] == [{
        "table": ROW, "external_id": "s-2", "field": "merged_into_id", "before": None, "after": str(key("s1")),
    }]  # fmt: skip
    assert "keeps its account here" in report["summary"]["warnings"][0]
    merged = row(lms.database, ROW, "s2")
    assert but_times(merged) == but_times(before) | {"merged_into_id": str(key("s1"))}
    assert lms("identities", "district", "--split", "s-2").exit_code == 0
    assert but_times(row(lms.database, ROW, "s2")) == but_times(before)
    assert [one for (one,) in rows(lms.database) if one["id"] != before["id"]] == others


def test_each_change_is_a_run_with_the_whole_row_before_and_after(lms: Lms) -> None:
    """So that undoing an earlier run sees it, and it can be undone itself."""
    before = row(lms.database, ROW, "s2")
    run = lms.report("identities", "district", "--merge", "s-2", "s-1")["summary"]["run"]
    after = row(lms.database, ROW, "s2")
    assert after["last_run_id"] == run > before["last_run_id"]
    assert journal(lms.database) == [(run, ROW, "s-2", before, after)]
    [(status, counts, asked_by)] = lms.database.execute(
        f"SELECT status, counts, asked_by FROM toolboxai.lms_sync_runs WHERE id = {run} AND ended_at IS NOT NULL"
    )
    assert (status, counts) == ("success", {"user": {"update": 1}})
    assert asked_by
    [(command, counts, details)] = audited(lms.database)
    assert (command, counts) == ("toolbox lms identities district --merge", {"lms_identities": 1})
    assert details == {"integration": "district", "run": run}


def test_what_is_so_already_makes_no_run(lms: Lms) -> None:
    lms("identities", "district", "--merge", "s-2", "s-1")
    before = rows(lms.database)
    for argv in (("--merge", "s-2", "s-1"), ("--split", "s-1"), ("--opt-in", "s-1"), ("--unlock", "s-1", "email")):
        done = lms("identities", "district", *argv)
        assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Nothing changed: it was so already.")
    assert rows(lms.database) == before
    assert (len(journal(lms.database)), len(audited(lms.database))) == (1, 1)


REFUSED = [
    (("--merge", "s-1", "s-1"), 2, "can't be merged into itself"),
    (("--merge", "s-1", "s-9"), 2, "district has nobody with the key s-9."),
    (("--merge", "s-1", "17"), 2, "district has nobody with the key 17."),
    (("--merge", "s-3", "s-4"), 4, "Merge the other way: --merge s-4 s-3"),
    (("--merge", "s-1", "s-3"), 4, "the person would lose it"),
    (("--merge", "s-1", "s-2", "--split", "s-3"), 2, "One thing at a time: --merge and --split were given."),
    (("--lock", "s-1", "email,shoe_size"), 2, "No sync writes shoe_size."),
    (("--lock", "s-1", ","), 2, "Fields are username, email,"),
    (("--link", "s-3", "nobody"), 2, "There is nobody nobody here."),
    (("--link", "s-3", "root"), 4, "who rules a school's system must not rule that account"),
    (("--link", "s-3", "bob"), 4, "toolbox lms identities district --merge s-3 s-2"),
    (("--unlink", "s-1"), 4, "the next sync would make another"),
]


def test_what_would_lose_something_is_refused_and_changes_nothing(lms: Lms) -> None:
    before = rows(lms.database)
    for argv, exit_code, told in REFUSED:
        done = lms("identities", "district", *argv)
        assert (done.exit_code, done.stdout) == (exit_code, ""), argv
        assert told in done.stderr, argv
    assert (rows(lms.database), journal(lms.database), audited(lms.database)) == (before, [], [])


def test_a_merge_goes_into_the_one_that_counts(lms: Lms) -> None:
    lms("identities", "district", "--merge", "s-2", "s-1")
    done = lms("identities", "district", "--merge", "s-3", "s-2")
    assert (done.exit_code, "Merge into the one that counts: s-1" in done.stderr) == (4, True)
    again = lms("identities", "district", "--merge", "s-2", "t-1")
    assert (again.exit_code, "s-2 is merged into s-1 already" in again.stderr) == (4, True)
    assert lms("identities", "district", "--merge", "s-1", "t-1").exit_code == 0
    assert people(lms.report("identities", "district", "--person", "t-1")) == dict.fromkeys(
        ["t-1", "s-1", "s-2"], "t-1"
    )


def test_a_merge_does_not_bring_back_who_opted_out(lms: Lms) -> None:
    lms("identities", "district", "--opt-out", "s-3")
    done = lms("identities", "district", "--merge", "s-3", "s-1")
    assert (done.exit_code, "left out of syncs at somebody's wish" in done.stderr) == (4, True)
    lms("identities", "district", "--opt-out", "s-1")
    assert lms("identities", "district", "--merge", "s-3", "s-1").exit_code == 0


def test_opting_out_is_for_the_person_under_every_key(lms: Lms) -> None:
    lms("identities", "district", "--merge", "s-3", "s-1")
    report = lms.report("identities", "district", "--opt-out", "s-3", "--opt-out", "s-2")
    assert {item["external_id"] for item in report["items"]} == {"s-1", "s-2", "s-3"}
    assert report["summary"]["warnings"] == ["The same account is read from moodle too, which this does not change."]
    lms("identities", "district", "--opt-in", "s-1")
    assert people(lms.report("identities", "district", "--only", "opted-out")).keys() == {"s-2"}


def test_locks_add_up_and_go_one_by_one(lms: Lms) -> None:
    lms("identities", "district", "--lock", "s-2", "last_name, email")
    lms("identities", "district", "--lock", "s-2", "email,username")
    assert row(lms.database, ROW, "s2")["locked_fields"] == ["username", "email", "last_name"]
    lms("identities", "district", "--unlock", "s-2", "email,username")
    assert row(lms.database, ROW, "s2")["locked_fields"] == ["last_name"]


def test_an_account_is_linked_by_key_or_username(lms: Lms) -> None:
    lms.database.execute(
        "INSERT INTO toolboxai.users (id, username, email, password_hash, role)"
        f" VALUES ('{key('eve')}', 'eve', 'eve@school.example', repeat('x', 60), 'student')"
    )
    assert lms("identities", "district", "--link", "s-3", "eve").exit_code == 0
    assert row(lms.database, ROW, "s3")["user_id"] == str(key("eve"))
    assert lms("identities", "district", "--unlink", "s-3").exit_code == 0
    done = lms("identities", "district", "--link", "s-2", str(key("eve")))
    assert f"The account {key('bob')}, made for s-2, stays without it." in done.stdout
    found = row(lms.database, ROW, "s2")
    assert (found["user_id"], found["account_made"]) == (str(key("eve")), False)


def test_a_dry_run_says_the_same_and_changes_nothing(lms: Lms) -> None:
    before = rows(lms.database)
    tried = lms.report("identities", "district", "--merge", "s-2", "s-1", "--dry-run")
    assert (rows(lms.database), journal(lms.database), audited(lms.database)) == (before, [], [])
    done = lms.report("identities", "district", "--merge", "s-2", "s-1")
    assert (tried["items"], tried["summary"]["run"]) == (done["items"], None)
    assert lms("identities", "district", "--merge", "s-3", "s-3", "--dry-run").exit_code == 2


def test_nothing_is_changed_by_hand_while_a_sync_goes_on(lms: Lms) -> None:
    with lms.database.connect() as syncing:
        syncing.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, lock_key(key("district"))))
        done = lms("identities", "district", "--opt-out", "s-1")
        assert (done.exit_code, "Another run holds the lock" in done.stderr) == (6, True)
        assert lms("identities", "moodle", "--opt-out", "17").exit_code == 0


def test_a_database_that_is_behind_is_told_apart(cli: CommandLine, empty_database: Database, lms: Lms) -> None:
    done = cli("lms", "identities", "district", database=empty_database)
    assert (done.exit_code, "toolbox db upgrade" in done.stderr) == (4, True)


def test_times_move_on_when_a_row_changes(lms: Lms) -> None:
    before = row(lms.database, ROW, "s1")["updated_at"]
    lms("identities", "district", "--opt-out", "s-1")
    after = row(lms.database, ROW, "s1")["updated_at"]
    assert datetime.datetime.fromisoformat(after) > datetime.datetime.fromisoformat(before)
