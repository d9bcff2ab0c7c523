"""What every source keeps, whatever its system does: nothing is complete that was not read to its honest end.

Each vendor's tests subclass `SourceContract`, with a fixture `system`: five students, two courses, pages of four rows.
"""

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from tests.lms.doubles.roster import district
from tests.lms.sources.gathering import everything, gather
from tests.lms.sources.systems import COURSES, USERS, System
from tests.support.web import (
    Answer,
    Trouble,
    cut_before,
    cut_within,
    drip,
    html_page,
    instead,
    silent,
    throttled,
    unauthorized,
)
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.errors import NoConnectionError, ServerFaultError, ThrottledError, UnauthorizedError
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.records import Kind, Pushed, Role


class SourceContract:
    takes_bonus: ClassVar = True

    def test_reads_everything_to_its_end(self, system: System) -> None:
        found = everything(system.source)
        for kind, held in [(Kind.COURSE, "courses"), (Kind.USER, "people"), (Kind.ASSIGNMENT, "assignments")]:
            assert sorted(found[kind].ids) == sorted(getattr(system.roster, held)), kind
        memberships = {(row.course_id, row.user_id, row.role) for row in found[Kind.ENROLLMENT].records}
        assert memberships == {
            (row.course_id, row.person_id, Role(row.role)) for row in system.roster.enrollments.values()
        }
        for gathered in found.values():
            assert not gathered.broken
            assert gathered.error is None
        assert found[Kind.USER].complete == {USERS}
        assert found[Kind.ENROLLMENT].complete == {system.of_course(course) for course in system.roster.courses}

    def test_clamped_pages_lose_nobody(self, system: System) -> None:
        system.double.page_rows = 1
        found = system.users()
        assert sorted(found.ids) == sorted(system.roster.people)
        assert found.of(USERS)

    def test_a_page_that_was_asked_for_again_is_told_once(self, system: System) -> None:
        course = next(iter(system.roster.courses))
        system.trouble_with_course(course, throttled("7", text="Slow down"))
        found = system.enrollments()
        told = found.fault("lms-asked-again")
        assert (told.kind, told.severity) == (Kind.ENROLLMENT, Severity.NOTE)
        assert "429: Slow down" in told.message
        assert found.complete == {system.of_course(one) for one in system.roster.courses}

    def test_an_empty_list_is_complete_and_empty(self, system: System) -> None:
        courses = system.courses()
        system.roster.enrollments.clear()
        found = gather(system.source.enrollments(courses))
        assert not found.records
        assert found.complete == {system.of_course(course.id) for course in courses}

    def test_a_page_that_comes_again_is_not_complete(self, system: System) -> None:
        first = self.first_rows(system)
        system.trouble_with_users(system.rows(lambda rows: [first[-1], *rows[1:]]), page=2)
        found = system.users()
        assert USERS not in found.complete
        assert found.broken[USERS].code == "lms-moved"
        assert found.fault("lms-moved").id == str(first[-1][system.user_id_at])
        assert len(set(found.ids)) == len(found.ids)

    def test_a_row_that_moves_between_pages_is_not_taken_for_removed(self, system: System) -> None:
        """Whoever joins before what was read pushes the last row of a page to the next one."""
        gathered = []
        events = iter(system.source.users(system.courses()))
        gathered.append(next(events))
        others = list(system.roster.people.items())
        joined = district(courses=1, students=1, id_from=900).people
        system.roster.people.clear()
        system.roster.people.update({**joined, **dict(others)})
        found = gather([*gathered, *events])
        assert USERS not in found.complete
        assert "lms-moved" in found.codes
        assert sorted(system.users().ids) == sorted(system.roster.people)

    @pytest.mark.parametrize("gone", [1, 3])
    def test_who_leaves_while_pages_are_read_hides_nobody_else(self, system: System, gone: int) -> None:
        """Whoever leaves pulls the first row of the next page onto the page that was read."""

        def leave(exchange: Any) -> bool:
            for own in list(system.roster.people)[:gone]:
                del system.roster.people[own]
            return bool(exchange.send(exchange.handle()))

        courses = system.courses()
        system.trouble_with_users(leave, page=2)
        found = gather(system.source.users(courses))
        assert USERS not in found.complete or set(found.ids) >= set(system.roster.people)

    def test_an_id_that_stands_twice_is_told_and_taken_once(self, system: System) -> None:
        system.trouble_with_users(system.rows(lambda rows: [rows[0], *rows[:-1]]))
        found = system.users()
        twice = found.fault("lms-twice")
        assert twice.id is not None
        assert found.ids.count(twice.id) == 1
        assert twice.place is not None
        assert "row 2" in twice.place

    @pytest.mark.parametrize("bad", [None, {}, 1.5, True, ["x"]])
    def test_a_row_without_an_id_may_be_anybody(self, system: System, bad: Any) -> None:
        broken = {system.user_id_at: bad, "uid": bad, "id": bad}
        system.trouble_with_users(system.rows(lambda rows: [{**rows[0], **broken}, *rows[1:]]))
        found = system.users()
        assert USERS not in found.complete
        assert found.broken[USERS].code == "lms-rows-lost"
        assert found.fault("lms-no-id").kind is Kind.USER
        assert len(found.records) == len(system.roster.people) - 1

    @pytest.mark.parametrize("body", [{"error": "sorry"}, [], "fine", "null", [1, 2], {"message": "no", "status": 500}])
    def test_an_error_with_status_200_is_no_list(self, system: System, body: Any) -> None:
        system.trouble_with_users(instead(Answer(body)), times=math.inf)
        found = system.users()
        assert not found.records
        assert USERS not in found.complete
        assert USERS in found.broken

    def test_a_page_of_html_breaks_its_course_alone(self, system: System) -> None:
        broken, whole = system.roster.courses
        system.trouble_with_course(broken, html_page(), page=2)
        found = system.enrollments()
        assert found.complete == {system.of_course(whole)}
        fault = found.broken[system.of_course(broken)]
        assert (fault.code, fault.kind, fault.id) == ("lms-unreadable", Kind.ENROLLMENT, broken)
        assert "HTML" in fault.message or "not JSON" in fault.message
        assert fault.place is not None
        assert "/" in fault.place

    @pytest.mark.parametrize(
        ("status", "code"), [(403, "lms-forbidden"), (404, "lms-not-found"), (500, "lms-unreadable")]
    )
    def test_a_course_that_can_not_be_read_keeps_no_other(self, system: System, status: int, code: str) -> None:
        broken, whole = system.roster.courses
        system.trouble_with_course(broken, instead(Answer({"message": "no"}, status)), times=math.inf)
        found = system.enrollments()
        assert found.complete == {system.of_course(whole)}
        assert found.broken[system.of_course(broken)].code == code
        assert {row.course_id for row in found.records} == {whole}

    def test_half_a_course_tells_nothing_of_it(self, system: System) -> None:
        broken, whole = system.roster.courses
        system.trouble_with_course(broken, instead(Answer({"message": "no"}, 403)), page=2)
        found = system.enrollments()
        assert {row.course_id for row in found.records} == {whole}

    @pytest.mark.parametrize(("retry_after", "waits_s"), [("7", 7), ("Tue, 01 Sep 2026 12:00:09 GMT", 9)])
    def test_429_is_waited_out(self, system: System, retry_after: str, waits_s: float) -> None:
        system.trouble_with_users(throttled(retry_after, text="Too many, sorry"), page=2)
        found = system.users()
        assert found.of(USERS)
        assert waits_s in system.stopped.slept

    def test_429_without_end_ends_the_reading(self, system: System) -> None:
        system.trouble_with_users(throttled(), page=2, times=math.inf)
        found = system.users()
        assert isinstance(found.error, ThrottledError)
        assert not found.complete

    def test_401_in_the_middle_ends_the_reading(self, system: System) -> None:
        system.trouble_with_users(unauthorized(), page=2, times=math.inf)
        found = system.users()
        assert isinstance(found.error, UnauthorizedError)
        assert found.error.exit_code is Exit.UNREACHABLE
        assert not found.complete

    @pytest.mark.parametrize("trouble", [cut_within(20), cut_within(20, chunked=True), cut_before()])
    def test_a_connection_that_is_cut_is_made_again(self, system: System, trouble: Any) -> None:
        system.trouble_with_users(trouble, page=2)
        assert system.users().of(USERS)

    def test_a_connection_that_is_cut_each_time_ends_the_reading(self, system: System) -> None:
        system.trouble_with_users(cut_within(20), page=2, times=math.inf)
        found = system.users()
        assert isinstance(found.error, NoConnectionError)
        assert not found.complete

    def test_nobody_there_ends_the_reading(self, system: System) -> None:
        courses = system.courses()
        with system.web.refusing():
            found = gather(system.source.enrollments(courses))
        assert isinstance(found.error, NoConnectionError)
        assert not found.complete
        assert not found.broken

    @pytest.mark.hasty
    @pytest.mark.parametrize("trouble", [drip(), silent()])
    def test_what_drips_or_says_nothing_breaks_its_course(self, system: System, trouble: Any) -> None:
        broken, whole = system.roster.courses
        system.trouble_with_course(broken, trouble, times=3)
        found = system.enrollments()
        assert found.complete == {system.of_course(whole)}
        assert found.broken[system.of_course(broken)].code == "lms-unreadable"

    def test_nul_and_halves_of_characters_are_left_out_and_told(self, system: System) -> None:
        own, person = next(iter(system.roster.people.items()))
        system.roster.people[own] = replace(person, family_name="N\x00g\ud83d", given_name="Zoe\u0308")
        found = system.users()
        (read,) = [user for user in found.records if user.id == own]
        assert (read.given_name, read.family_name) == ("Zo\u00eb", "Ng")
        assert {fault.id for fault in found.faults if fault.code == "lms-nul"} == {own}
        assert found.of(USERS)

    def test_64_bit_ids_are_exact(self, system: System) -> None:
        first = 9_007_199_254_740_993
        system.double.roster = district(id_from=first)
        found = everything(system.source)
        assert str(first) in found[Kind.USER].ids
        assert {row.user_id for row in found[Kind.ENROLLMENT].records} == set(system.roster.people)

    def test_a_link_to_another_host_is_not_followed(self, system: System) -> None:
        self.lead_away(system)
        found = system.users()
        assert USERS not in found.complete
        assert "another server" in found.broken[USERS].message

    def test_courses_that_can_not_be_listed_are_not_complete(self, system: System) -> None:
        system.web.trouble(html_page(502), times=math.inf)
        found = gather(system.source.courses())
        assert not found.complete
        assert found.broken[COURSES].code == "lms-unreadable"

    def test_a_clean_reading_after_trouble_is_whole(self, system: System) -> None:
        system.trouble_with_users(html_page(), page=2)
        assert not system.users().complete
        assert sorted(system.users().ids) == sorted(system.roster.people)

    def test_writes_a_grade_once_however_often_it_is_sent(self, system: System) -> None:
        assert system.source.push_grade(system.grade("40.25")) is Pushed.WRITTEN
        before = dict(system.double.scores)
        assert system.source.push_grade(system.grade("40.25")) is Pushed.WRITTEN
        assert system.double.scores == before
        assert list(map(str, before.values())) == ["40.25"]

    @pytest.mark.parametrize(("score", "more"), [("50.5", {}), ("-1", {}), ("NaN", {}), ("1", {"points": 0})])
    def test_refuses_nonsense_before_it_is_sent(self, system: System, score: str, more: dict[str, Any]) -> None:
        given = {name: Decimal(value) for name, value in more.items()}
        with pytest.raises(RefusedGradeError):
            system.source.push_grade(system.grade(score, **given))
        assert not system.web.asked

    def test_a_bonus_is_written_where_the_system_takes_one(self, system: System) -> None:
        over = system.grade("50.5", bonus=True)
        if self.takes_bonus:
            assert system.source.push_grade(over) is Pushed.WRITTEN
            assert list(map(str, system.double.scores.values())) == ["50.5"]
        else:
            with pytest.raises(RefusedGradeError, match="points possible"):
                system.source.push_grade(over)
            assert not system.web.asked

    def test_a_bonus_that_is_cut_there_is_told(self, system: System) -> None:
        system.double.stores = lambda score: min(score, Decimal(50))
        with pytest.raises(RefusedGradeError, match="50"):
            system.source.push_grade(system.grade("50.5", bonus=True))

    def test_a_lost_answer_is_read_back(self, system: System) -> None:
        system.trouble_with_grades(done_but_cut(), times=math.inf)
        assert system.source.push_grade(system.grade()) is Pushed.WRITTEN

    def test_a_grade_that_may_be_lost_is_unknown(self, system: System) -> None:
        system.trouble_with_grades(cut_before(), times=math.inf)
        assert system.source.push_grade(system.grade()) is Pushed.UNKNOWN
        assert not system.double.scores

    @pytest.mark.parametrize("trouble", [html_page(503), cut_before()])
    def test_where_nothing_works_it_is_the_system_that_fails_and_not_the_grade(
        self, system: System, trouble: Trouble
    ) -> None:
        system.web.trouble(trouble, times=math.inf)
        with pytest.raises((ServerFaultError, NoConnectionError)):
            system.source.push_grade(system.grade())

    def test_a_grade_that_was_surely_not_written_can_be_tried_again(self, system: System) -> None:
        with system.web.refusing(), pytest.raises(NoConnectionError):
            system.source.push_grade(system.grade())

    def test_a_grade_that_the_system_refuses_is_refused(self, system: System) -> None:
        system.trouble_with_grades(instead(Answer({"message": "closed"}, 400)))
        with pytest.raises(RefusedGradeError, match="400"):
            system.source.push_grade(system.grade())

    def test_a_grade_that_is_stored_otherwise_is_refused(self, system: System) -> None:
        system.double.stores = lambda score: min(score, Decimal(30))
        with pytest.raises(RefusedGradeError, match="30"):
            system.source.push_grade(system.grade())

    def test_says_what_works(self, system: System) -> None:
        assert system.source.test().notes
        assert all(sentence.endswith(".") for sentence in system.source.cannot)

    def first_rows(self, system: System) -> list[dict[str, Any]]:
        """Give the rows of the first page of people, as they are sent."""
        raise NotImplementedError

    def lead_away(self, system: System) -> None:
        """Let the first page of people lead to another host."""
        raise NotImplementedError


def done_but_cut() -> Any:
    """Do what was asked, and hang up before the answer."""

    def answer(exchange: Any) -> bool:
        exchange.handle()
        return False

    return answer
