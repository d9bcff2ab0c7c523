"""The shape of a profile. Shares are from 0 to 1; what is counted a thing is a mean."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

AGE_BANDS: Final = ("under_13", "13_17", "adult")
AgeBand = Literal["under_13", "13_17", "adult"]
Device = Literal["desktop", "tablet", "mobile"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Mean = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Grade = Annotated[int, Field(ge=1, le=12)]
HOUR: Final = r"^([01]\d|2[0-3]):[0-5]\d$"
MONTH_DAY: Final = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
Hour = Annotated[str, Field(pattern=HOUR)]
MonthDay = Annotated[str, Field(pattern=MONTH_DAY)]

MAX_STUDENTS: Final = 1_000_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Grades(_Part):
    """From one grade to another, both included; `start` and `end` in Python, `from` and `to` in the file."""

    start: Grade = Field(alias="from")
    end: Grade = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("to comes before from")
        return self


class Hours(_Part):
    """A part of each school day, local time."""

    start: Hour = Field(alias="from")
    end: Hour = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("to is not after from")
        return self


class Term(_Part):
    """A term, every year; the days are both in it. One that ends before it begins goes over the new year."""

    start: MonthDay = Field(alias="from")
    end: MonthDay = Field(alias="to")


class Calendar(_Part):
    """When something happens.

    Attributes:
        days: how far back from the day taken as today the rows go.
        school_days: on which days there is school.
        hours: when there is.
        homework: when students work at home.
        at_home: share of what happens at home.
        time_zones: IANA names; each class lives in one.
    """

    days: Annotated[int, Field(ge=14, le=3650)]
    school_days: Annotated[tuple[Weekday, ...], Field(min_length=1, strict=False)]
    hours: Hours
    homework: Hours
    at_home: Share
    time_zones: Annotated[Mapping[str, Weight], Field(min_length=1)]
    terms: Annotated[tuple[Term, ...], Field(min_length=1, strict=False)]


class Classes(_Part):
    """What a class is.

    Attributes:
        students_a_teacher: size of a class; each has one teacher.
        lessons: lessons a class, spread over the days.
        sessions_a_lesson: live sessions in Roblox.
        present: share of the class that comes to a session.
        attempts_a_quiz: attempts a student makes; more for those who struggle.
        own_content: share of lessons for which the teacher made content and quiz; the others use the reference data's.
        objectives_a_lesson: learning objectives each lesson serves.
    """

    students_a_teacher: Annotated[int, Field(ge=2, le=200)]
    grades: Grades
    lessons: Annotated[int, Field(ge=1, le=400)]
    sessions_a_lesson: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)]
    present: Share
    attempts_a_quiz: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)]
    own_content: Share
    objectives_a_lesson: Annotated[int, Field(ge=1, le=10)]


class Learners(_Part):
    """Who needs what.

    Attributes:
        struggling: share of students who find everything harder.
        leaving: share who leave the school on the way.
        never_back: share who sign in once and never again.
    """

    struggling: Share
    leaving: Share
    never_back: Share


class Consent(_Part):
    """Shares of an age band's students.

    Attributes:
        parental: whose parents agreed.
        data_collection: who, or whose parents, agreed to data collection, of those with parental consent.
    """

    parental: Share
    data_collection: Share


class Activity(_Part):
    """What people and the platform do beside lessons.

    Attributes:
        sign_ins: sessions of the web and of the plugin, a person.
        events_a_sign_in: rows of usage analytics a sign-in.
        measures_a_lesson: rows of educational analytics a student and lesson.
        agent_tasks_a_lesson: tasks of AI agents a lesson with the teacher's own content.
        errors_a_thousand_events: rows of the error log a thousand events.
        health_checks_a_day: checks of each service a day; for the whole installation.
        collaborations_a_class: sessions in which several people change content.
    """

    sign_ins: Mean
    events_a_sign_in: Mean
    measures_a_lesson: Mean
    agent_tasks_a_lesson: Mean
    errors_a_thousand_events: Mean
    health_checks_a_day: Annotated[int, Field(ge=0, le=1440)]
    collaborations_a_class: Mean


class Quests(_Part):
    """Parents and children.

    Attributes:
        families_a_hundred_students: how many families; one parent, one child's quests.
        quests_a_family: quests that a parent makes.
        published: share of quests that are reviewed and public.
        consent: share of quests whose child agrees that progress is shared.
        revoked: share of those who take it back later.
        plays_a_quest: players of a public quest.
        ratings_a_play: ratings by those who played it through.
    """

    families_a_hundred_students: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
    quests_a_family: Mean
    published: Share
    consent: Share
    revoked: Share
    plays_a_quest: Mean
    ratings_a_play: Share


class Frames(_Part):
    """Universities.

    Attributes:
        students_a_hundred_students: university students for each hundred pupils of the profile.
        students_a_team: size of a team.
        modules_a_student: modules that a student begins.
        events_a_module: analytics events of a student in a module.
        feedback: share of finished modules that get feedback.
    """

    students_a_hundred_students: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
    students_a_team: Annotated[int, Field(ge=2, le=200)]
    modules_a_student: Mean
    events_a_module: Mean
    feedback: Share


class Lms(_Part):
    """Learning management systems.

    Attributes:
        classes_with_course: share of classes that have a course in a school's system.
        assignments_a_lesson: share of their lessons that are assignments there.
        passed_back: share of attempts whose grade goes back.
        failing: share of grades that the other side refused.
    """

    classes_with_course: Share
    assignments_a_lesson: Share
    passed_back: Share
    failing: Share


class Profile(_Part):
    """How much of what a seeding makes.

    Attributes:
        name: the file's name without its ending.
        title: what it is, a line.
        locales: names and addresses are of these; with their weights.
        devices: what people sign in with.
        consent: by age band.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    students: Annotated[int, Field(ge=1, le=MAX_STUDENTS)]
    locales: Annotated[Mapping[str, Weight], Field(min_length=1)]
    calendar: Calendar
    classes: Classes
    learners: Learners
    consent: Mapping[AgeBand, Consent]
    devices: Annotated[Mapping[Device, Weight], Field(min_length=1)]
    activity: Activity
    quests: Quests
    frames: Frames
    lms: Lms

    @field_validator("consent")
    @classmethod
    def _every_band(cls, given: Mapping[AgeBand, Consent]) -> Mapping[AgeBand, Consent]:
        if missing := [band for band in AGE_BANDS if band not in given]:
            raise ValueError(f"it lacks {', '.join(missing)}")
        return given

    @property
    def class_count(self) -> int:
        """How many classes there are; the last one may be small."""
        return -(-self.students // self.classes.students_a_teacher)

    def class_size(self, number: int) -> int:
        """How many students a class has."""
        size = self.classes.students_a_teacher
        return min(size, self.students - number * size)

    def first_day(self, as_of: datetime.date) -> datetime.date:
        """Give the day before which nothing happened."""
        return as_of - datetime.timedelta(days=self.calendar.days)
