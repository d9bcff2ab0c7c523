"""What universities' rows tell, without a database."""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.seed.domains.frames.shared import REFERENCE
from tests.seed.domains.made import Tables, context_of, correlation, fingerprint, made, profile_of
from tests.seed.looking import DAY
from toolbox_cli.core.errors import UsageError
from toolbox_cli.seed.domains.frames import blocks as frames
from toolbox_cli.seed.domains.frames.teaching.courses import in_order, shared_courses
from toolbox_cli.seed.domains.frames.universities import campus_of
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.reference.reading import read_reference

BLOCKS = 12
END = datetime.datetime.combine(DAY, datetime.time(), datetime.UTC)
PRACTICE = {"sandbox", "game", "interactive", "guided_struggle"}
OF_TROUBLE = {
    "hint_count": "hint_used",
    "retry_count": "retry",
    "error_count": "error_encountered",
    "pause_count": "pause",
}


@pytest.fixture(scope="module")
def context() -> Context:
    """Twelve universities, the last with 40 students."""
    return context_of(profile_of("district", students=4560), reference=REFERENCE)


@pytest.fixture(scope="module")
def tables(context: Context) -> Tables:
    return made(frames, context, range(BLOCKS))


@pytest.fixture(scope="module")
def practiced(tables: Tables) -> set[int]:
    """Modules in which students try things."""
    sections = [*tables["module_sections"], *REFERENCE["module_sections"].values()]
    return {row["module_id"] for row in sections if row["section_type"] in PRACTICE}


def begun(tables: Tables) -> list[Any]:
    return [row for row in tables["module_progress"] if row["started_at"]]


def completed(tables: Tables) -> list[Any]:
    return [row for row in tables["module_progress"] if row["status"] == "completed"]


def test_a_block_is_the_same_whenever_it_is_made(context: Context) -> None:
    prints = [fingerprint(frames, context, block) for block in (0, 1, 11)]
    again = context_of(context.profile, reference=dict(reversed(REFERENCE.items())))
    assert [fingerprint(frames, again, block) for block in (11, 1, 0)] == prints[::-1]
    assert len(set(prints)) == 3
    assert fingerprint(frames, context_of(context.profile, 43, REFERENCE), 0) not in prints


def test_as_many_rows_are_made_as_are_expected(context: Context, tables: Tables) -> None:
    assert frames.blocks(context.profile) == BLOCKS
    for table, count in frames.expected(context.profile).items():
        assert len(tables[table]) == pytest.approx(count, rel=0.15), table


@pytest.mark.parametrize("modules", ["none", "small", "shipped"])
def test_a_school_gets_rows_of_every_kind(modules: str) -> None:
    profile = profile_of("school")
    reference = {"none": {}, "small": REFERENCE}[modules] if modules != "shipped" else read_reference(("frames",))
    tables = made(frames, context_of(profile, reference=reference), range(frames.blocks(profile)))
    for table, count in frames.expected(profile).items():
        assert len(tables[table]) == pytest.approx(count, rel=0.3 if modules == "none" else 0.15), table
    assert {row["section_type"] for row in tables["module_sections"]} == {
        "text", "video", "image", "checklist", "sandbox", "game", "interactive", "guided_struggle",
    }  # fmt: skip
    assert {row["status"] for row in tables["module_progress"]} == {
        "not_started",
        "in_progress",
        "completed",
        "skipped",
    }
    assert {row["status"] for row in tables["modules"]} == {"published", "draft"}


def key_of(row: Mapping[str, Any]) -> Any:
    """Give the key that tells whose a row is; a module's revision has the module's."""
    return row.get("id", row.get("module_id"))


def test_keys_are_the_runs_and_no_row_has_anothers(context: Context, tables: Tables) -> None:
    for table, rows in tables.items():
        keys = [key_of(row) for row in rows]
        assert len(set(keys)) == len(keys), table
        if isinstance(keys[0], int):
            assert context.run.integers.start <= min(keys) <= max(keys) < context.run.integers.stop
        else:
            assert all(key.startswith(context.run.text_prefix) for key in keys)


def test_a_million_students_have_keys_enough_and_more_are_refused() -> None:
    million = profile_of("district", students=1_000_000)
    context = context_of(million, reference=REFERENCE)
    last = frames.blocks(million) - 1
    assert last == 2499
    rows = made(frames, context, [last])
    assert max(row["id"] for row in rows["module_analytics_events"]) < context.run.integers.stop
    with pytest.raises(UsageError, match="more rows of module_analytics_events than a seeding has keys for"):
        frames.blocks(profile_of("district", students=1_000_000, frames__events_a_module=20))


def test_one_block_never_takes_the_keys_of_the_next() -> None:
    profile = profile_of("district", students=800, learners__struggling=1, frames__feedback=1)
    context = context_of(profile, reference=REFERENCE)
    one, two = (made(frames, context, [block]) for block in (0, 1))
    for table, rows in one.items():
        if isinstance(key_of(rows[0]), int):
            assert max(map(key_of, rows)) < min(map(key_of, two[table]))


def test_students_study_in_terms_and_mostly_in_the_evening(tables: Tables) -> None:
    zones = {"America/New_York", "America/Chicago"}
    local = [[row["started_at"].astimezone(ZoneInfo(zone)) for zone in zones] for row in begun(tables)]
    assert all(any(moment.weekday() < 5 for moment in moments) for moments in local)
    in_term = [any((moment.month, moment.day) not in _HOLIDAYS for moment in moments) for moments in local]
    assert all(in_term)
    late = [all(moment.hour >= 15 for moment in moments) for moments in local]
    assert 0.65 < sum(late) / len(late) < 0.85


_HOLIDAYS = {(month, day) for month in (7,) for day in range(1, 32)} | {(12, day) for day in range(19, 32)}


def test_nothing_happens_before_the_first_day_or_after_the_last(context: Context, tables: Tables) -> None:
    first = datetime.datetime.combine(context.profile.first_day(DAY), datetime.time(), datetime.UTC)
    for table, rows in tables.items():
        for row in rows:
            moments = [value for value in row.values() if isinstance(value, datetime.datetime)]
            assert all(first <= moment < END for moment in moments), table


@pytest.mark.parametrize("days", [14, 3650])
def test_short_and_long_windows_hold_everything(days: int) -> None:
    context = context_of(profile_of("district", students=400, calendar__days=days), reference=REFERENCE)
    test_nothing_happens_before_the_first_day_or_after_the_last(context, made(frames, context, [0]))


def test_those_who_master_a_module_need_less_help_and_less_time(tables: Tables, practiced: set[int]) -> None:
    done = [row for row in completed(tables) if row["module_id"] in practiced]
    for column in ("hint_count", "retry_count", "error_count", "total_time_seconds"):
        of_module = defaultdict(list)
        for row in done:
            of_module[row["module_id"]].append((row["mastery_score"], row[column]))
        common = [pairs for pairs in of_module.values() if len(pairs) > 150]
        assert common
        assert all(correlation(pairs) < -0.2 for pairs in common), column


def test_hard_modules_are_mastered_less(tables: Tables) -> None:
    hard = {row["id"]: row["difficulty_level"] for row in [*tables["modules"], *REFERENCE["modules"].values()]}
    assert correlation((hard[row["module_id"]], row["mastery_score"]) for row in completed(tables)) < -0.15


def test_students_learn(tables: Tables) -> None:
    """Of modules equally hard, the second that a student finishes goes better than the first, of the same students."""
    hard = {row["id"]: row["difficulty_level"] for row in [*tables["modules"], *REFERENCE["modules"].values()]}
    of_student = defaultdict(list)
    for row in sorted(completed(tables), key=lambda row: row["completed_at"]):
        of_student[row["student_id"], hard[row["module_id"]]].append(float(row["mastery_score"]))
    pairs = [scores[:2] for scores in of_student.values() if len(scores) > 1]
    assert len(pairs) > 200
    assert sum(second - first for first, second in pairs) / len(pairs) > 0.02


def test_deadlines_are_near_when_students_begin(tables: Tables) -> None:
    due = {
        (row["module_id"], row["university_id"]): row for row in tables["module_assignments"] if row["university_id"]
    }
    university = {row["id"]: row["university_id"] for row in tables["students"]}
    left = Counter()
    for row in begun(tables):
        given = due.get((row["module_id"], university[row["student_id"]]))
        if given and given["assigned_at"] <= row["started_at"] and given["due_date"] >= row["started_at"].date():
            left[min((given["due_date"] - row["started_at"].date()).days // 7, 2)] += 1
    assert left[0] > 2 * left[1] > 2 * left[2] > 0


def test_what_comes_first_is_finished_first(tables: Tables) -> None:
    modules = [*tables["modules"], *REFERENCE["modules"].values()]
    slugs = {row["id"]: row["module_id"] for row in modules}
    first = {row["id"]: row["prerequisites"] for row in modules}
    ended = {(row["student_id"], slugs[row["module_id"]]): row["completed_at"] for row in completed(tables)}
    asked = [(row, slug) for row in begun(tables) for slug in first[row["module_id"]]]
    assert len(asked) > 100
    assert all(ended[row["student_id"], slug] < row["started_at"] for row, slug in asked)


def test_events_are_what_progress_counts(tables: Tables) -> None:
    events = defaultdict(list)
    for row in tables["module_analytics_events"]:
        events[row["module_id"], row["student_id"]].append(row)
    assert events.keys() == {(row["module_id"], row["student_id"]) for row in begun(tables)}
    for row in begun(tables):
        told = events[row["module_id"], row["student_id"]]
        kinds = Counter(event["event_type"] for event in told)
        assert {column: row[column] for column in OF_TROUBLE} == {c: kinds[kind] for c, kind in OF_TROUBLE.items()}
        assert kinds["module_complete"] == (row["status"] == "completed")
        assert told[0]["event_type"] == "module_start"
        assert told[0]["timestamp"] == row["started_at"]
        moments = [event["timestamp"] for event in told]
        assert moments == sorted(moments)
        assert moments[-1] <= row["last_accessed_at"]
        assert all(
            event["time_elapsed_seconds"] == int((at - moments[0]).total_seconds())
            for event, at in zip(told, moments, strict=True)
        )


def test_struggle_shows_in_events(tables: Tables) -> None:
    scores = {(row["module_id"], row["student_id"]): row["mastery_score"] for row in completed(tables)}
    told = [
        (scores[key], row["struggle_signal"])
        for row in tables["module_analytics_events"]
        if (key := (row["module_id"], row["student_id"])) in scores
    ]
    assert correlation(told) < -0.35
    patterns = {row["pattern_detected"] for row in tables["module_analytics_events"]}
    assert patterns == {None, "stuck", "confusion_loop", "rapid_progress"}


def test_opinions_follow_what_was_met(tables: Tables) -> None:
    scores = {(row["module_id"], row["student_id"]): row for row in completed(tables)}
    told = [(scores[row["module_id"], row["student_id"]], row) for row in tables["module_feedback"]]
    assert correlation((done["mastery_score"], row["rating"]) for done, row in told) > 0.3
    assert correlation((done["mastery_score"], row["difficulty_rating"]) for done, row in told) < -0.3
    assert all(row["created_at"] > done["completed_at"] for done, row in told)


def test_a_few_come_once_or_leave(context: Context, tables: Tables) -> None:
    sessions = defaultdict(set)
    for row in tables["module_analytics_events"]:
        sessions[row["student_id"]].add(row["session_id"])
    assert 0.02 < sum(len(found) == 1 for found in sessions.values()) / len(sessions) < 0.2


def test_nobody_can_be_reached(tables: Tables) -> None:
    for table, column in (("students", "email"), ("faculty", "email"), ("universities", "contact_email")):
        mails = [row[column] for row in tables[table]]
        assert len(set(mails)) == len(mails)
        assert all(mail.endswith(".example") for mail in mails)
    names = [row["name"] for row in tables["universities"]]
    assert len(set(names)) == len(names)


def test_the_facultys_own_modules_take_as_long_as_they_say(tables: Tables) -> None:
    seconds = Counter()
    for row in tables["module_sections"]:
        seconds[row["module_id"]] += row["duration_seconds"]
    assert {row["id"]: row["estimated_minutes"] * 60 for row in tables["modules"]} == seconds


def test_addresses_are_whole_where_names_have_no_letters_for_them() -> None:
    context = context_of(profile_of("school", locales={"ja_JP": 1}))
    mails = [row["email"] for row in made(frames, context, [0])["students"]]
    assert all(re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)*@[a-z]+\.example", mail) for mail in mails)


def test_names_of_universities_are_different_however_many_there_are() -> None:
    context = context_of(profile_of("district", students=1_000_000, frames__students_a_team=100))
    found = {campus_of(context, block, context.chance("frames", block)).name for block in range(2500)}
    assert len(found) == 2500


def test_modules_that_wait_for_each_other_or_for_nothing_are_never_begun() -> None:
    courses = {course.slug: course for course in shared_courses(REFERENCE)}
    assert {"draft", "empty"}.isdisjoint(courses)
    assert [course.slug for course in in_order(list(courses.values()))] == [
        "lab-safety", "welcome", "python-basics", "orbits", "soldering", "telemetry", "fault-trees",
    ]  # fmt: skip
    del courses["python-basics"]
    assert "telemetry" not in {course.slug for course in in_order(list(courses.values()))}
