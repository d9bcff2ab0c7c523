"""Sign-ins, events and errors: they follow who people are, when school is, and who agreed to what."""

import datetime
import ipaddress
import re
from collections import Counter, defaultdict
from typing import Any, Final

import pytest

from tests.seed.domains.activity.conftest import School
from tests.seed.domains.made import Tables, context_of, made, profile_of
from tests.seed.domains.seeded import REFERENCE
from toolbox_cli.seed.domains import ACTIVITY
from toolbox_cli.seed.domains.activity.signins import CONNECTED
from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.making.domain import Context

DOCUMENTS_ONLY: Final = [ipaddress.ip_network(one) for one in ("198.51.100.0/24", "2001:db8::/32")]
PLANNED: Final = {"expires_at", "refresh_expires_at"}


def by(rows: Any, column: str) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def happens_in_time(context: Context, tables: Tables) -> None:
    first, last = (
        datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        for day in (context.profile.first_day(context.as_of), context.as_of)
    )
    for table, rows in tables.items():
        for row in rows:
            times = {key: value for key, value in row.items() if isinstance(value, datetime.datetime)}
            assert all(first <= value < last for key, value in times.items() if key not in PLANNED), (table, times)
            assert all(value.tzinfo is datetime.UTC for value in times.values())


def test_nothing_happens_outside_the_days_of_the_profile(school: School) -> None:
    happens_in_time(school.context, school.tables)


def test_who_signs_in_late_on_the_last_day_is_done_at_its_end() -> None:
    late = {"calendar__homework": {"from": "18:00", "to": "20:00"}, "calendar__at_home": 1}  # midnight in UTC
    context = context_of(profile_of("classroom", calendar__days=14, activity__sign_ins=30, **late), reference=REFERENCE)
    tables = made(ACTIVITY.content, context, [0])
    happens_in_time(context, tables)
    moments = [row["last_activity"] for row in tables["user_sessions"]]
    assert moments.count(max(moments)) > 1  # of several that would have gone on


def test_everybody_signs_in_when_the_roster_says(school: School) -> None:
    sessions = by(school.tables["user_sessions"], "user_id")
    for key, person in school.people.items():
        assert tuple(row["created_at"] for row in sessions[key]) == person.sign_ins
    assert {key for key, rows in sessions.items() if rows} <= set(school.people)


def test_a_session_is_not_longer_than_its_token_nor_than_the_account(school: School) -> None:
    for row in school.tables["user_sessions"]:
        person = school.people[row["user_id"]]
        assert row["created_at"] <= row["last_activity"] <= row["expires_at"] < row["refresh_expires_at"]
        closed = person.leaves_at if isinstance(person, Student) else None
        if closed is not None:
            assert row["last_activity"] <= closed
            assert row["refresh_expires_at"] <= closed or (row["revoked_at"], row["is_active"]) == (closed, False)
        assert row["revoked_at"] is None or (not row["is_active"] and row["revoked_reason"])


def test_tokens_are_hashes_that_nobody_else_has(school: School) -> None:
    tokens = [row[name] for row in school.tables["user_sessions"] for name in ("token", "refresh_token")]
    assert all(re.fullmatch("[0-9a-f]{64}", token) for token in tokens)
    assert len(set(tokens)) == len(tokens)


def test_addresses_are_nobodys_and_tell_school_from_home(school: School) -> None:
    places: Counter[tuple[str, bool]] = Counter()
    for row in school.tables["user_sessions"]:
        address = ipaddress.ip_address(str(row["ip_address"]))
        assert any(address in network for network in DOCUMENTS_ONLY)
        local = row["created_at"].astimezone(datetime.timezone(datetime.timedelta(hours=-4)))
        places[school.people[row["user_id"]].role, address.version == 4] += 1
        assert address.version == 6 or 7 <= local.hour < 15  # the clocks of New York, with and without summer time
    assert places["parent", True] == 0
    at_school = places["student", True] / (places["student", True] + places["student", False])
    assert at_school == pytest.approx(1 - school.context.profile.calendar.at_home, abs=0.05)


def test_some_sessions_hold_a_connection_for_as_long(school: School) -> None:
    sessions = {row["id"]: row for row in school.tables["user_sessions"]}
    connections = school.tables["websocket_connections"]
    assert len(connections) / len(sessions) == pytest.approx(CONNECTED, abs=0.05)
    for name in ("connection_id", "socket_id"):
        assert len({row[name] for row in connections}) == len(connections)
    for row in connections:
        session = sessions[row["session_id"]]
        assert session["created_at"] <= row["connected_at"] <= row["disconnected_at"] == session["last_activity"]
        assert (row["connection_type"] == "plugin") == (session["session_type"] == "api")
        assert (row["message_count"] > 0) == (row["last_message_at"] is not None)


def test_an_event_belongs_to_a_session_while_it_lasts(school: School) -> None:
    sessions = {row["id"]: row for row in school.tables["user_sessions"]}
    for row in school.tables["usage_analytics"]:
        if row["session_id"] is not None:
            session = sessions[row["session_id"]]
            assert row["user_id"] == session["user_id"]
            assert session["created_at"] <= row["recorded_at"] <= session["last_activity"]
            assert row["ip_address"] == session["ip_address"]


def test_an_event_is_about_what_the_class_was_taught_last(school: School) -> None:
    room = {person.key: one for one in school.classes for person in one.people}
    seen = 0
    for row in school.tables["usage_analytics"]:
        if row["user_id"] is not None and row["content_id"] is not None:
            taught = [one for one in room[row["user_id"]].lessons if one.starts_at <= row["recorded_at"]]
            assert row["content_id"] in {one.content_key for one in taught[-2:]}
            seen += 1
    assert seen > 500


def test_nothing_leads_from_an_event_to_who_did_not_agree(school: School) -> None:
    people = school.people
    for row in school.tables["usage_analytics"]:
        if row["user_id"] is None:
            assert (row["session_id"], row["ip_address"], row["user_agent"]) == (None, None, None)
        else:
            person = people[row["user_id"]]
            assert not isinstance(person, Student) or person.data_consent
    refusing = {person.key for person in people.values() if isinstance(person, Student) and not person.data_consent}
    assert refusing
    assert not refusing & {row["user_id"] for row in school.tables["error_logs"]}
    assert any(row["user_id"] is None for row in school.tables["usage_analytics"])


def test_who_struggles_asks_for_help_more_often(school: School) -> None:
    events: dict[bool, Counter[bool]] = {True: Counter(), False: Counter()}
    for row in school.tables["usage_analytics"]:
        person = school.people.get(str(row["user_id"]))
        if isinstance(person, Student):
            events[person.struggling][row["event_type"] == "help_view"] += 1
    struggling, others = (found[True] / found.total() for found in (events[True], events[False]))
    assert struggling > 1.7 * others


def test_each_failure_of_a_person_is_in_the_error_log(school: School) -> None:
    failed = [row for row in school.tables["usage_analytics"] if row["event_category"] == "error"]
    logged = [row for row in school.tables["error_logs"] if row["endpoint"]]
    told = [
        Counter((row["user_id"], row["session_id"], row["endpoint"], row[moment]) for row in rows)
        for rows, moment in ((failed, "recorded_at"), (logged, "first_seen"))
    ]
    assert told[0] == told[1]
    assert {int(row["status_code"]) for row in failed} <= {422, 500, 502, 504}
    share = len(failed) / len(school.tables["usage_analytics"])
    assert share == pytest.approx(school.context.profile.activity.errors_a_thousand_events / 1000, rel=0.3)


def test_what_is_old_or_grave_is_settled_first(school: School) -> None:
    rows = school.tables["error_logs"]
    assert len({row["error_hash"] for row in rows}) == len(rows)
    for row in rows:
        settled = row["resolved_at"]
        assert (row["status"] == "resolved") == (settled is not None) == (row["resolution_notes"] is not None)
        assert row["first_seen"] <= row["last_seen"]
        assert settled is None or row["last_seen"] < settled
        assert (row["occurrence_count"] > 1) == (row["last_seen"] > row["first_seen"])
    midnight = datetime.datetime.combine(school.context.as_of, datetime.time(), datetime.UTC)
    old = [row for row in rows if midnight - row["last_seen"] > datetime.timedelta(days=13)]
    assert len(old) > 30
    assert {row["status"] for row in old} <= {"resolved", "ignored"}


def test_answers_take_longer_when_much_goes_on(school: School) -> None:
    times: dict[bool, list[int]] = {True: [], False: []}
    for row in school.tables["usage_analytics"]:
        if row["event_name"] == "dashboard_opened" and row["ip_address"] is not None:
            times[":" in str(row["ip_address"])].append(row["response_time_ms"])
    home, at_school = (sum(found) / len(found) for found in (times[True], times[False]))
    assert at_school > 1.1 * home


def test_people_do_what_their_role_does(school: School) -> None:
    done = {
        (school.people[row["user_id"]].role, row["event_type"])
        for row in school.tables["usage_analytics"]
        if row["user_id"] is not None
    }
    assert {role for role, event in done if event in {"plugin_call", "content_generation"}} == {"teacher"}
    assert {role for role, event in done if event in {"quiz_attempt", "game_event"}} == {"student"}
