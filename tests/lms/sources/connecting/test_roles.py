"""What settings say of roles goes before what every system means by them, and a role can be left out of each."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.lms.misbehaving.district import reference
from tests.lms.misbehaving.systems import System, system_of
from tests.lms.sources.gathering import Gathered, everything
from tests.support.web import Web
from toolbox_cli.lms.sources.records import Kind, Role

WORDS = {
    "oneroster-1.1": "TEACHER", "oneroster-1.2": "Tea cher", "oneroster-csv": "Teacher", "moodle": "editingteacher",
    "canvas": "TeacherEnrollment", "schoology": "Teacher", "blackboard": "Instructor",
}  # fmt: skip
"""What each calls a teacher, as the settings may write it."""
OF_PEOPLE = {"oneroster-1.1", "oneroster-1.2", "oneroster-csv", "schoology"}
OF_ENROLLMENTS = WORDS.keys() - {"schoology"}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(params=WORDS)
def system(request: pytest.FixtureRequest, web: Web, tmp_path: Path, key: rsa.RSAPrivateKey) -> System:
    made = system_of(request.param, web, tmp_path, key)
    made.serve(reference())
    return made


def read(system: System, **roles: str) -> dict[Kind, Gathered]:
    system.settings["roles"] = roles  # type: ignore[assignment]
    source = system.source()
    try:
        return everything(source)
    finally:
        source.close()


def of_people(found: dict[Kind, Gathered]) -> set[Role | None]:
    return {one.role for one in found[Kind.USER].records}


def of_enrollments(found: dict[Kind, Gathered]) -> set[Role | None]:
    return {one.role for one in found[Kind.ENROLLMENT].records}


def test_a_role_is_left_out_without_a_fault_and_lists_stay_whole(system: System) -> None:
    usual = read(system)
    found = read(system, **{WORDS[system.name]: "skip"})
    assert Role.TEACHER in of_enrollments(usual)
    assert of_enrollments(found) == {Role.STUDENT}
    if system.name in OF_PEOPLE:
        assert of_people(found) == {Role.STUDENT}
    for kind in (Kind.USER, Kind.ENROLLMENT):
        assert found[kind].complete == usual[kind].complete
        assert not found[kind].broken
        assert {fault.code for fault in found[kind].faults} <= {"lms-role-skipped"}


def test_a_role_means_what_is_said(system: System) -> None:
    found = read(system, **{WORDS[system.name]: "assistant"})
    if system.name in OF_PEOPLE:
        assert of_people(found) == {Role.STUDENT, Role.ASSISTANT}
    if system.name in OF_ENROLLMENTS:
        assert of_enrollments(found) == {Role.STUDENT, Role.ASSISTANT}
