"""What a Moodle 4.3 answered, read as it was recorded."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.lms.doubles.moodle import PATH, answered, nested
from tests.lms.sources.gathering import Gathered, gather
from tests.lms.sources.systems import COURSES, USERS
from tests.support.clocks import NOON
from tests.support.web import Answer, Asked, Web
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.moodle.source import Moodle
from toolbox_cli.lms.sources.moodle.webservice import opened
from toolbox_cli.lms.sources.records import Course, Grade, Kind, Pushed, Role, Scope, Standing

RECORDED = Path(__file__).parents[4] / "fixtures/lms/recorded/moodle"
COURSE = Course("2", "Test course: XS")


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


class Replay:
    """Gives what was recorded: for each function a file's name, or the answer itself."""

    def __init__(self, web: Web, **files: Any) -> None:
        self.files: dict[str, Any] = {
            "core_webservice_get_site_info": "site_info",
            "core_course_get_courses": "courses",
            "core_user_get_users": "users_after",
            "core_user_get_users_by_field": "by_field_deleted",
            "mod_assign_get_assignments": "assignments_notenrolled",
            "mod_assign_get_grades": "assign_get_grades",
            "mod_assign_save_grade": "save_grade_over_max",
            "gradereport_user_get_grade_items": "grade_items",
        }
        self.files |= files
        web.on("POST", PATH, self._handle)

    def _handle(self, asked: Asked) -> Answer:
        given = nested(asked.form)
        if given["wsfunction"] == "core_enrol_get_enrolled_users":
            return Answer(self._enrolled(given))
        file = self.files[given["wsfunction"]]
        return answered(recorded(file) if isinstance(file, str) else file)

    def _enrolled(self, given: dict[str, Any]) -> Any:
        options = {one["name"]: one["value"] for one in given["options"]}
        file = "enrolled_2_onlyactive" if options.get("onlyactive") else "enrolled_2_all"
        rows = recorded(self.files.get(file, file))
        return rows[int(options.get("limitfrom", 0)) :] if isinstance(rows, list) else rows


@pytest.fixture
def source(web: Web) -> Iterator[Moodle]:
    made = Moodle(opened(web.url), "0123456789abcdef")
    yield made
    made.close()


def test_courses(web: Web, source: Moodle) -> None:
    Replay(web)
    found = gather(source.courses())
    assert found.ids == ["4", "2", "3"]
    assert found.of(COURSES)
    assert not found.faults


def test_enrollments(web: Web, source: Moodle) -> None:
    Replay(web)
    found = gather(source.enrollments([COURSE]))
    read = {(row.user_id, row.role): row.standing for row in found.records}
    assert found.of(Scope(Kind.ENROLLMENT, "2"))
    assert {user for (user, _), standing in read.items() if standing is Standing.INACTIVE} == {"107", "108", "109"}
    assert {role for user, role in read if user == "111"} == {Role.ASSISTANT, Role.STUDENT}
    assert {role for user, role in read if user in {"103", "104", "105"}} == {Role.TEACHER, Role.ASSISTANT, Role.ADMIN}
    assert read["110", Role.STUDENT] is Standing.ACTIVE


def test_who_is_not_active_is_who_the_other_option_gives() -> None:
    """Why `onlysuspended` needn't be asked: it is everybody who is not active."""
    everybody, active, others = (
        {row["id"] for row in recorded(f"enrolled_2_{name}")} for name in ("all", "onlyactive", "onlysuspended")
    )
    assert everybody - active == others


def test_people(web: Web, source: Moodle) -> None:
    Replay(web)
    found = gather(source.users([COURSE]))
    assert found.of(USERS)
    assert not {"1", "2"} & set(found.ids)
    users = {user.id: user for user in found.records}
    assert [own for own, user in users.items() if not user.enabled] == ["110"]
    assert (users["106"].sis_id, users["112"].sis_id, users["107"].sis_id) == (None, None, "S-2")
    assert {fault.id for fault in found.faults} == {"106", "112"}


def test_somebody_who_was_deleted(web: Web, source: Moodle) -> None:
    listed = [row for row in recorded("users_after")["users"] if row["id"] != 109]
    Replay(web, core_user_get_users={"users": listed, "warnings": []})
    found = gather(source.users([COURSE]))
    [gone] = [user for user in found.records if user.id == "109"]
    assert (gone.removed, gone.enabled, gone.username, gone.email) == (True, False, None, None)


def test_a_teachers_token_reads_nobody(web: Web, source: Moodle) -> None:
    """Seven of over a hundred, status 200 and no warning."""
    Replay(web, core_user_get_users="teacher_users")
    found = gather(source.users([COURSE]))
    assert not found.records
    assert found.broken[USERS].code == "lms-fields-hidden"


def test_a_teachers_token_lists_no_courses(web: Web, source: Moodle) -> None:
    Replay(web, core_course_get_courses="teacher_courses")
    assert gather(source.courses()).broken[COURSES].code == "lms-forbidden"


@pytest.mark.parametrize(("file", "code"), [("teacher_enrolled_3", "forbidden"), ("err_unknown_course", "not-found")])
def test_a_course_that_is_not_shown(web: Web, source: Moodle, file: str, code: str) -> None:
    Replay(web, enrolled_2_all=file)
    assert gather(source.enrollments([COURSE])).broken[Scope(Kind.ENROLLMENT, "2")].code == f"lms-{code}"


@pytest.mark.parametrize("file", ["err_bad_token", "err_unknown_function"])
def test_errors_that_concern_everything(web: Web, source: Moodle, file: str) -> None:
    Replay(web, core_course_get_courses=file)
    found = gather(source.courses())
    assert found.error is not None
    assert not found.complete


def test_assignments(web: Web, source: Moodle) -> None:
    Replay(web)
    found = assignments(source)
    assert len(found.records) == 12
    assert {(row.id, row.raw["cmid"]) for row in found.records} >= {("1", 1), ("2", 6), ("8", 16)}
    assert {row.due_at for row in found.records} == {None}
    assert len(found.complete) == 3


@pytest.mark.parametrize("file", ["assignments", "assignments_explicit"])
def test_assignments_that_are_not_shown(web: Web, source: Moodle, file: str) -> None:
    Replay(web, mod_assign_get_assignments=file)
    found = assignments(source)
    assert not found.complete
    assert {fault.code for fault in found.broken.values()} == {"lms-forbidden"}


def test_a_look(web: Web, source: Moodle) -> None:
    Replay(web)
    tried = source.test()
    assert tried.version == "4.3 (Build: 20231009)"
    assert tried.notes[0] == "The token sees 3 courses."


def test_a_grade_that_is_there(web: Web, source: Moodle) -> None:
    Replay(web)
    assert source.push_grade(grade("66")) is Pushed.WRITTEN
    assert "mod_assign_save_grade" not in {asked.form["wsfunction"] for asked in web.asked}


def test_a_grade_that_is_answered_with_null_and_not_stored(web: Web, source: Moodle) -> None:
    Replay(web)
    with pytest.raises(RefusedGradeError, match="stored 66"):
        source.push_grade(grade("70"))


def test_a_grade_in_the_gradebook_alone(web: Web, source: Moodle) -> None:
    Replay(web, mod_assign_get_grades={"exception": "x", "errorcode": "accessexception", "message": ""})
    assert source.push_grade(grade("100")) is Pushed.WRITTEN


def grade(score: str) -> Grade:
    return Grade("k", "2", "1", "3", Decimal(score), Decimal(100), NOON)


def assignments(source: Moodle) -> Gathered:
    return gather(source.assignments([COURSE._replace(id=own) for own in ("2", "3", "4")]))
