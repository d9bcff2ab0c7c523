"""Who is in a class, and when it meets."""

import datetime
import re
import warnings
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from tests.seed.domains.made import context_of, profile_of
from tests.seed.domains.small_reference import SUBJECTS, small_reference
from tests.seed.looking import DAY
from toolbox_cli.core.chance import Chance
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.seed.domains.classes.demo import DEMOS, PASSWORD
from toolbox_cli.seed.domains.classes.people import Student, local_part, numbers_of, tail
from toolbox_cli.seed.domains.classes.roster import SchoolClass, roster, school_name
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.names import names_of, spelled

MIDNIGHT = datetime.datetime.combine(DAY, datetime.time(), datetime.UTC)


@pytest.fixture
def students(classes: list[SchoolClass]) -> list[Student]:
    return [student for one in classes for student in one.students]


def share(students: list[Student], held: list[bool]) -> float:
    return sum(held) / len(students)


def test_a_class_is_the_same_whenever_it_is_made(context: Context, classes: list[SchoolClass]) -> None:
    again = context_of(context.profile, reference=small_reference())
    assert [roster(again, block) for block in (3, 0)] == [classes[3], classes[0]]
    other = context_of(context.profile, seed=43, reference=small_reference())
    assert roster(other, 3) != classes[3]


def test_who_struggles_leaves_or_never_comes_back_is_as_the_profile_has_it(students: list[Student]) -> None:
    assert share(students, [one.struggling for one in students]) == pytest.approx(0.1, abs=0.025)
    assert share(students, [one.leaves_at is not None for one in students]) == pytest.approx(0.04, abs=0.015)
    assert share(students, [one.never_back for one in students]) == pytest.approx(0.03, abs=0.015)
    assert not [one for one in students if one.never_back and (one.leaves_at or len(one.sign_ins) != 1)]


def test_those_who_struggle_are_weaker(students: list[Student]) -> None:
    ability = {held: [one.ability for one in students if one.struggling is held] for held in (True, False)}
    means = {held: sum(values) / len(values) for held, values in ability.items()}
    assert means[False] == pytest.approx(0, abs=0.1)
    assert means[True] == pytest.approx(-1.2, abs=0.25)


def test_age_bands_follow_grades(classes: list[SchoolClass], students: list[Student]) -> None:
    assert {one.age_band for one in students if one.grade <= 7} == {"under_13"}
    assert {one.age_band for one in students if one.grade >= 8} == {"13_17"}
    assert Counter(one.grades for one in classes) == {(grade,): 4 for grade in range(3, 13)}


def test_fewer_classes_than_grades_share_them() -> None:
    whole = context_of(profile_of("classroom"), reference=small_reference())
    one = roster(whole, 0)
    assert one.grades == (5, 6, 7, 8)
    assert set(Counter(student.grade for student in one.students).values()) <= {7, 8}


def test_consents_hang_together(students: list[Student]) -> None:
    for band, parental in (("under_13", 0.92), ("13_17", 0.95)):
        held = [one for one in students if one.age_band == band]
        agreed = [one for one in held if one.parental_consent]
        assert len(agreed) / len(held) == pytest.approx(parental, abs=0.04)
        assert len([one for one in agreed if one.data_consent]) / len(agreed) == pytest.approx(0.9, abs=0.05)
    for one in students:
        assert one.parental_consent or not one.data_consent
        assert bool(one.parents) is one.parental_consent
        assert {parent.last for parent in one.parents} <= {one.last}


def test_only_who_may_and_is_there_comes(classes: list[SchoolClass]) -> None:
    there, eligible = 0, 0
    for session in (session for one in classes for lesson in one.lessons for session in lesson.sessions):
        for student in session.present:
            assert student.data_consent
            assert not student.never_back
            assert student.leaves_at is None or session.starts_at < student.leaves_at
        there += len(session.present)
    for one in classes:
        for session in (session for lesson in one.lessons for session in lesson.sessions):
            eligible += sum(student.takes_part(session.starts_at) for student in one.students)
    assert there / eligible == pytest.approx(0.93, abs=0.01)


def test_names_and_addresses_are_nobodys_else_at_a_million() -> None:
    context = context_of(profile_of("district"))
    names, chance, each = names_of("en_US"), Chance("names"), numbers_of(context)
    people = (divmod(number, each) for number in range(1_000_000))
    assert len({local_part(*names.person(chance), tail(context, *one)) for one in people}) == 1_000_000


def test_tails_alone_tell_people_of_a_run_apart_and_runs_mostly() -> None:
    profile = profile_of("district", students=1_000_000, classes__students_a_teacher=2)
    one, other = context_of(profile), context_of(profile, seed=43)
    blocks = [(block, number) for block in (0, 1, 77_777, 499_999) for number in range(numbers_of(one))]
    tails = {tail(one, *place) for place in blocks}
    assert len(tails) == len(blocks)
    assert {len(found) for found in tails} == {6}
    assert not tails & {tail(other, *place) for place in blocks}


def test_accounts_look_right_and_reach_nobody(classes: list[SchoolClass]) -> None:
    people = [person for one in classes for person in one.people]
    assert len({person.username for person in people}) == len({person.email for person in people}) == len(people)
    assert len({person.key for person in people}) == len(people)
    for person in people:
        assert person.username.startswith(("demo-", f"{spelled(person.first)}.{spelled(person.last)}."))
        assert re.fullmatch(r"[a-z0-9.-]+@(demo\.)?school\.example|[a-z0-9.]+@example\.(org|com)", person.email)
        assert person.email.startswith("demo") or person.email.split("@")[0] in {person.username, person.role}
    for student in (student for one in classes for student in one.students):
        assert re.fullmatch(r"9\d{10}", student.roblox_id)
        assert re.fullmatch(r"[A-Za-z]+\d+", student.roblox_name)
        assert len(student.roblox_name) <= 20
    roles = Counter(person.role for person in people)
    assert (roles["teacher"], roles["admin"], roles["student"]) == (40, 1, 1000)


def test_names_fit_the_locale(classes: list[SchoolClass]) -> None:
    people = [person for one in classes for person in one.people if person.role != "parent"]
    assert {person.first for person in people if person.locale == "es_MX"} <= set(names_of("es_MX").first)
    mexican = [person for person in people if person.locale == "es_MX"]
    assert len(mexican) / len(people) == pytest.approx(0.2, abs=0.04)


def test_names_in_other_letters_still_make_addresses() -> None:
    assert spelled("さくら") == ""
    context = context_of(profile_of("classroom", locales={"ja_JP": 1}), reference=small_reference())
    assert all(re.fullmatch(r"[a-z0-9.-]+", person.username) for person in roster(context, 0).people)


def test_people_sign_in_on_school_days_after_their_account_was_made(classes: list[SchoolClass]) -> None:
    signed, at_home = 0, 0
    for one in classes:
        days = {day.date for day in one.days}
        for person in one.people:
            assert list(person.sign_ins) == sorted(person.sign_ins)
            local = [moment.astimezone(ZoneInfo(person.zone)) for moment in person.sign_ins]
            assert all(person.joined_at < moment < MIDNIGHT for moment in local)
            assert {moment.date() for moment in local} <= days
            clock = [f"{moment:%H:%M}" for moment in local]
            assert all("08:30" <= time < "15:00" or "16:00" <= time < "19:30" for time in clock)
            signed, at_home = signed + len(clock), at_home + sum(time >= "16:00" for time in clock)
            if isinstance(person, Student) and person.leaves_at:
                assert all(moment < person.leaves_at for moment in person.sign_ins)
    people = sum(len(one.people) for one in classes)
    assert signed / people == pytest.approx(4, abs=0.3)
    assert at_home / signed == pytest.approx(0.2, abs=0.03)


def test_lessons_fill_the_terms(context: Context, classes: list[SchoolClass]) -> None:
    zone = ZoneInfo("America/New_York")
    sessions = 0
    for one in classes:
        assert one.zone == zone.key
        assert [lesson.number for lesson in one.lessons] == list(range(12))
        starts = [lesson.starts_at for lesson in one.lessons]
        assert starts == sorted(starts)
        assert len({lesson.content_key for lesson in one.lessons}) == len({one.quiz_key for one in one.lessons}) == 12
        assert [lesson.subject for lesson in one.lessons] == [*one.subjects] * 4
        assert set(one.subjects) <= set(SUBJECTS)
        for lesson in one.lessons:
            assert one.days[0].school.start < lesson.planned_at < lesson.starts_at < lesson.ends_at <= MIDNIGHT
            for session in lesson.sessions:
                assert lesson.starts_at <= session.starts_at < session.ends_at <= lesson.ends_at
                span = session.day.home if session.at_home else session.day.school
                assert span.start <= session.starts_at < session.ends_at <= span.end
                sessions += 1
    assert sessions / (12 * len(classes)) == pytest.approx(context.profile.classes.sessions_a_lesson, abs=0.1)


def test_a_class_meets_once_at_a_time(classes: list[SchoolClass]) -> None:
    often = context_of(profile_of("classroom", classes__lessons=150), reference=small_reference())
    for one in (*classes, roster(often, 0)):
        spans = sorted((session.starts_at, session.ends_at) for lesson in one.lessons for session in lesson.sessions)
        assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_a_share_of_the_lessons_is_the_teachers_own(classes: list[SchoolClass]) -> None:
    lessons = [lesson for one in classes for lesson in one.lessons]
    assert sum(lesson.own for lesson in lessons) / len(lessons) == pytest.approx(0.4, abs=0.02)
    for lesson in lessons:
        assert lesson.content_key.startswith("5eed0000") is not lesson.own
        assert all(key.startswith("5eed0000") is not lesson.own for key in lesson.questions)
        assert lesson.objectives
        assert len(lesson.questions) == 6


def test_what_is_taught_is_near_the_grade(classes: list[SchoolClass]) -> None:
    for one in classes:
        grades = [lesson.content.grade for lesson in one.lessons]
        assert max(abs(grade - one.grades[0]) for grade in grades) <= 4
        assert min(abs(grade - one.grades[0]) for grade in grades) == 0


def test_schools_have_names_of_their_own() -> None:
    names = [school_name(block) for block in range(0, 40 * 300, 40)]
    assert len(set(names)) == 300
    assert all("Example School" in name for name in names)
    assert school_name(39) == school_name(0)


def test_demo_accounts_are_whole(classes: list[SchoolClass]) -> None:
    first = classes[0]
    demo = {person.role: person for person in first.people if person.username.startswith("demo-")}
    assert {role: (one.key, one.email) for role, one in demo.items()} == {
        role: (one.key, one.email) for role, one in DEMOS.items()
    }
    student = demo["student"]
    assert isinstance(student, Student)
    assert student.parents[0] == demo["parent"]
    assert first.teacher == demo["teacher"]
    assert (student.leaves_at, student.never_back, student.struggling) == (None, False, False)
    assert student.data_consent
    assert not [person for one in classes[1:] for person in one.people if person.username.startswith("demo-")]


def test_another_seeding_of_a_database_has_no_demo_accounts(context: Context) -> None:
    without = Context(context.profile, 42, DAY, context.run, "1", "2", context.reference, demo=False)
    people = roster(without, 0).people
    assert not [person for person in people if person.username.startswith("demo-")]
    assert all(person.key.startswith(f"5eed{context.run.key}") for person in people)


def test_the_documented_password_signs_in() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        crypt = pytest.importorskip("crypt", reason="Python has no bcrypt from 3.13 on")
    for demo in DEMOS.values():
        assert crypt.crypt(PASSWORD, demo.password_hash) == demo.password_hash
    assert crypt.crypt("another", demo.password_hash) != demo.password_hash


def test_without_content_there_are_no_classes(context: Context) -> None:
    with pytest.raises(RefusedError, match="no content with a quiz"):
        roster(context_of(context.profile), 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"classes__lessons": 200},
        {"classes__sessions_a_lesson": 0.0},
        {"classes__sessions_a_lesson": 6.5},
        {"calendar__days": 14},
        {"calendar__school_days": ["monday"], "calendar__days": 14},
        {"calendar__hours": {"from": "10:00", "to": "10:01"}, "calendar__homework": {"from": "11:00", "to": "11:01"}},
        {"calendar__time_zones": {"Pacific/Auckland": 1}},
        {"learners__never_back": 1.0},
        {"learners__leaving": 1.0, "learners__never_back": 0.0},
    ],
)
def test_extreme_profiles_make_classes_too(changes: dict[str, object]) -> None:
    context = context_of(profile_of("classroom", **changes), reference=small_reference())
    one = roster(context, 0)
    begin = MIDNIGHT - datetime.timedelta(days=context.profile.calendar.days)
    for lesson in one.lessons:
        assert begin <= lesson.planned_at <= lesson.ends_at <= MIDNIGHT
        assert lesson.starts_at <= lesson.ends_at
    assert all(begin <= moment <= MIDNIGHT for person in one.people for moment in person.sign_ins)
