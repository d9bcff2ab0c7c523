import pytest

from toolbox_cli.lms.sources.lti.roles import ROLES, held
from toolbox_cli.lms.sources.records import Role

COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
SYSTEM = "http://purl.imsglobal.org/vocab/lti/system/person"


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        (["Learner"], [Role.STUDENT]),
        ([f"{COURSE}#Learner"], [Role.STUDENT]),
        ([f"{COURSE.replace('http', 'https')}#Learner"], [Role.STUDENT]),
        (["urn:lti:role:ims/lis/Learner"], [Role.STUDENT]),
        (["urn:lti:role:ims/lis/TeachingAssistant/Grader"], [Role.ASSISTANT]),
        (["Instructor"], [Role.TEACHER]),
        ([" instructor "], [Role.TEACHER]),
        (["Instructor", "Learner"], [Role.STUDENT, Role.TEACHER]),
        ([f"{COURSE}#Instructor", f"{COURSE}/Instructor#TeachingAssistant"], [Role.ASSISTANT]),
        ([f"{COURSE}/Instructor#TeachingAssistantSection"], [Role.ASSISTANT]),
        ([f"{COURSE}#Instructor", f"{COURSE}/Instructor#Grader"], [Role.ASSISTANT]),
        ([f"{COURSE}#Instructor", f"{COURSE}/Instructor#Lecturer"], [Role.TEACHER]),
        (["Instructor", "Instructor#Lecturer", "Instructor#TeachingAssistant"], [Role.TEACHER, Role.ASSISTANT]),
        ([f"{COURSE}/Learner#Instructor"], [Role.STUDENT]),
        (["ContentDeveloper"], [Role.ASSISTANT]),
        ([f"{COURSE}#Administrator"], [Role.ADMIN]),
        (["Mentor"], []),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"], []),
        ([f"{SYSTEM}#SysAdmin", "urn:lti:instrole:ims/lis/Administrator", "Learner"], [Role.STUDENT]),
    ],
)
def test_words(words: list[str], roles: list[Role]) -> None:
    found = held(words)
    assert list(found.roles) == roles
    assert not found.unknown


@pytest.mark.parametrize(
    "word", ["Manager", "", "http://other.example/vocab#Learner", f"{COURSE}#Boss", "Learner Instructor", "x" * 300]
)
def test_others_are_unknown(word: str) -> None:
    assert held([word]) == ((), (word,), False, False)


def test_settings_say_what_others_mean() -> None:
    known = {**ROLES, "manager": Role.TEACHER, "instructor#guestinstructor": None}
    assert held([f"{COURSE}#Manager"], known).roles == (Role.TEACHER,)
    assert held(["Instructor#GuestInstructor"], known).roles == ()


def test_the_first_teacher_and_nobody() -> None:
    assert held([f"{COURSE}#Instructor", f"{COURSE}/Instructor#PrimaryInstructor"]).primary
    assert not held([f"{COURSE}#Instructor"]).primary
    assert held([f"{COURSE}#Learner", f"{SYSTEM}#TestUser"]).test
