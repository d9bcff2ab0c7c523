"""Errors with status 200, and where the token goes."""

import logging
from typing import Any

import pytest

from tests.lms.doubles.moodle import TOKEN
from tests.lms.sources.gathering import gather
from tests.lms.sources.systems import COURSES, USERS, System
from tests.support.web import Answer, html_page, instead
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.http.errors import HttpError, UnauthorizedError
from toolbox_cli.lms.sources.moodle.source import Moodle
from toolbox_cli.lms.sources.moodle.webservice import MissingFunctionError, Service, opened

ROLL = "core_enrol_get_enrolled_users"


def error(code: str, message: str = "…", kind: str = "moodle_exception") -> Any:
    return instead(Answer({"exception": kind, "errorcode": code, "message": message}))


def test_the_token_is_in_the_body_alone(system: System, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    system.users()
    assert all(asked.form["wstoken"] == TOKEN for asked in system.web.asked)
    assert all(TOKEN not in asked.target and TOKEN not in str(asked.headers) for asked in system.web.asked)
    assert TOKEN not in caplog.text


def test_a_token_that_is_repeated_back_is_shown_nowhere(system: System) -> None:
    system.trouble_with_users(html_page(text=f"<p>wstoken {TOKEN}</p>"))
    system.double.trouble(error("boom", f"about {TOKEN}"), ROLL)
    found = system.users()
    assert found.broken
    assert TOKEN not in str(found.broken)
    assert "***" in found.broken[USERS].message


def test_a_wrong_token_ends_everything(system: System) -> None:
    source = Moodle(opened(system.web.url + "/webservice/rest/server.php"), "other")
    found = gather(source.courses())
    source.close()
    assert isinstance(found.error, UnauthorizedError)
    assert found.error.exit_code is Exit.UNREACHABLE
    assert "invalidtoken" in found.error.message


def test_a_token_that_ends_in_the_middle_completes_nothing_more(system: System) -> None:
    courses = system.courses()
    system.double.trouble(error("invalidtoken"), ROLL, course="11")
    found = gather(system.source.enrollments(courses))
    assert isinstance(found.error, UnauthorizedError)
    assert found.complete == {system.of_course("10")}
    assert not found.broken


@pytest.mark.parametrize(
    "function", ["core_course_get_courses", "core_user_get_users", ROLL, "mod_assign_get_assignments"]
)
def test_a_function_that_is_missing_is_named_and_ends_everything(system: System, function: str) -> None:
    courses = system.courses()
    system.double.missing = {function}
    source = system.source
    events = [source.courses(), source.users(courses), source.enrollments(courses), source.assignments(courses)]
    found = [gather(one) for one in events]
    errors = [one.error for one in found if one.error]
    assert errors
    assert all(isinstance(one, MissingFunctionError) for one in errors)
    assert f"Add {function} to the token's service" in (errors[0].remedy or "")
    assert not [one for one in found if one.error and one.complete]


def test_a_function_that_no_version_has_is_no_missing_course(system: System) -> None:
    unknown = "Can't find data record in database table external_functions."
    system.double.trouble(error("invalidrecord", unknown, "dml_missing_record_exception"), ROLL, times=9)
    assert isinstance(system.enrollments().error, MissingFunctionError)


def test_a_site_that_is_closed_ends_everything(system: System) -> None:
    system.double.trouble(error("sitemaintenance"), ROLL, times=9)
    found = system.enrollments()
    assert found.error is not None
    assert not found.broken


def test_one_course_that_may_not_be_entered_hides_all(system: System) -> None:
    system.double.closed = {"11"}
    found = gather(system.source.courses())
    assert not found.records
    fault = found.broken[COURSES]
    assert fault.code == "lms-forbidden"
    assert "course id:11" in fault.message
    assert "moodle/course:view" in (fault.remedy or "")


def test_an_error_is_no_list_of_nothing(system: System) -> None:
    system.double.trouble(error("boom"), "core_course_get_courses")
    found = gather(system.source.courses())
    assert not found.complete
    assert "boom" in found.broken[COURSES].message


@pytest.mark.parametrize("body", [{"courses": []}, [], {"users": None}, "<br />\nWarning: [{}]"])
def test_what_has_another_shape_is_no_list(system: System, body: Any) -> None:
    system.trouble_with_users(instead(Answer(body)))
    found = system.users()
    assert not found.records
    assert not found.complete
    assert "core_user_get_users" in found.broken[USERS].message


@pytest.mark.parametrize("token", ["", "a b", "a\n"])
def test_a_token_that_is_none_is_not_sent(system: System, token: str) -> None:
    with pytest.raises(ConfigurationError):
        Service(opened(system.web.url), token)


def test_what_the_connection_says_names_the_function(system: System) -> None:
    system.double.trouble(instead(Answer("no", 400)), "core_webservice_get_site_info")
    with pytest.raises(HttpError, match="core_webservice_get_site_info: POST"):
        system.source.test()
