"""Datasets of FRAMES: what students do in modules, how far they are, and what they think of them."""

from typing import Final

from sqlalchemy import case, func, null

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import DAY, MONTH
from toolbox_cli.analytics.events.types import EVENT_TYPES
from toolbox_cli.analytics.masking.masks import Cut, Keep, OneOf, Pseudonym, RowKey
from toolbox_cli.models.frames.analytics_event import ModuleAnalyticsEvent as Event
from toolbox_cli.models.frames.assignment import ModuleAssignment as Assignment
from toolbox_cli.models.frames.feedback import ModuleFeedback as Feedback
from toolbox_cli.models.frames.module import Module
from toolbox_cli.models.frames.progress import ModuleProgress as Progress
from toolbox_cli.models.frames.student import Student
from toolbox_cli.models.frames.university import University

STUDENT: Final = Pseudonym("frames.student")
FACULTY: Final = Pseudonym("frames.faculty")
AUTHOR: Final = Pseudonym("frames.author")
"""Of modules, which bear a title: many know who wrote them, and are not to know by it who assigned what to whom."""
UNIVERSITY: Final = Pseudonym("frames.university")
TEAM: Final = Pseudonym("frames.team")

MODULE_EVENTS: Final = Dataset(
    name="module-events",
    platform="frames",
    version=2,
    title="One thing that a student did in a module.",
    columns=(
        Column("event_id", Event.id, RowKey("frames.module_analytics_event")),
        Column("module_id", Event.module_id),
        Column("student", Event.student_id, STUDENT),
        Column("event_type", Event.event_type, OneOf(EVENT_TYPES)),
        Column("section_number", Event.section_number, Keep("a place in the module, not of the student")),
        Column("session", Event.session_id, Pseudonym("frames.session")),
        Column("device_type", Event.device_type, OneOf(("tablet", "phone", "desktop"))),
        Column("happened_at", Event.timestamp, Cut()),
        Column("elapsed_seconds", Event.time_elapsed_seconds, Keep("a length of time, not a moment")),
        Column("struggle_signal", Event.struggle_signal),
        Column(
            "pattern_detected",
            Event.pattern_detected,
            OneOf(("confusion_loop", "rapid_progress", "stuck")),
        ),
    ),
    key=("event_id", "happened_at"),
    time="happened_at",
    grows=Grows.BY_EVENTS,
    person="student",
    by=("module_id", "event_type"),
    measures=(Measure("mean_struggle", "struggle_signal", "Mean struggle signal, 0 to 1."),),
)

MODULE_PROGRESS: Final = Dataset(
    name="module-progress",
    platform="frames",
    title="How far a student is in a module.",
    columns=(
        Column("progress_id", Progress.id, Pseudonym("frames.module_progress")),
        Column("module_id", Progress.module_id),
        Column("student", Progress.student_id, STUDENT),
        Column("status", Progress.status, OneOf(("not_started", "in_progress", "completed", "skipped"))),
        Column("progress_percent", Progress.progress_percent),
        Column("current_section", Progress.current_section),
        Column("total_time_seconds", Progress.total_time_seconds),
        Column("pause_count", Progress.pause_count),
        Column("hint_count", Progress.hint_count),
        Column("retry_count", Progress.retry_count),
        Column("error_count", Progress.error_count),
        Column("mastery_score", Progress.mastery_score),
        Column("started_at", Progress.started_at, Cut()),
        Column("completed_at", Progress.completed_at, Cut()),
        Column("last_accessed_at", Progress.last_accessed_at, Cut()),
    ),
    key=("progress_id",),
    time="last_accessed_at",
    grows=Grows.IN_PLACE,
    person="student",
    by=("module_id", "status"),
    measures=(
        Measure("mean_progress", "progress_percent", "Mean percent that is done."),
        Measure("mean_mastery", "mastery_score", "Mean mastery, 0 to 1."),
        Measure("mean_seconds", "total_time_seconds", "Mean seconds spent."),
    ),
)

NAMED: Final = Feedback.is_anonymous.is_(False)
"""The student did not wish to stay unnamed."""

GIVEN_IN_MONTH: Final = func.date_trunc("month", Feedback.created_at, "UTC", type_=Feedback.created_at.type)

MODULE_FEEDBACK: Final = Dataset(
    name="module-feedback",
    platform="frames",
    title="A student's ratings of a module, without words, and without the student who wished to stay unnamed.",
    columns=(
        Column(
            "feedback_id",
            case((NAMED, Feedback.id), else_=null()),
            Pseudonym("frames.module_feedback"),
            "Feedback; null for who wished to stay unnamed, whom its place among the others would tell.",
            made_from=(Feedback.id, Feedback.is_anonymous),
        ),
        Column("module_id", Feedback.module_id),
        Column(
            "student",
            case((NAMED, Feedback.student_id), else_=null()),
            STUDENT,
            "Student who rates; null for who wished to stay unnamed.",
            made_from=(Feedback.student_id, Feedback.is_anonymous),
        ),
        Column("rating", Feedback.rating),
        Column("difficulty_rating", Feedback.difficulty_rating),
        Column("engagement_rating", Feedback.engagement_rating),
        Column("clarity_rating", Feedback.clarity_rating),
        Column("is_anonymous", Feedback.is_anonymous),
        Column(
            "created_at",
            case((NAMED, Feedback.created_at), else_=GIVEN_IN_MONTH),
            MONTH,
            "When the feedback was given; of who wished to stay unnamed the month alone.",
            made_from=(Feedback.created_at, Feedback.is_anonymous),
        ),
    ),
    key=("feedback_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="student",
    by=("module_id",),
    measures=(
        Measure("mean_rating", "rating", "Mean rating, 1 to 5."),
        Measure("mean_difficulty", "difficulty_rating", "Mean rating of the difficulty, 1 to 5."),
    ),
    order=(
        Feedback.module_id,
        Feedback.is_anonymous,
        Feedback.rating,
        Feedback.difficulty_rating,
        Feedback.engagement_rating,
        Feedback.clarity_rating,
    ),  # fmt: skip
)

MODULES: Final = Dataset(
    name="modules",
    platform="frames",
    version=2,
    title="One training module.",
    columns=(
        Column("module_id", Module.id),
        Column("slug", Module.module_id),
        Column("title", Module.title),
        Column("category", Module.category),
        Column("status", Module.status),
        Column("module_type", Module.module_type),
        Column("interaction_level", Module.interaction_level),
        Column("difficulty_level", Module.difficulty_level),
        Column("estimated_minutes", Module.estimated_minutes),
        Column("revision", Module.revision),
        Column("author", Module.created_by_id, AUTHOR),
        Column("university", Module.university_id, UNIVERSITY),
        Column("created_at", Module.created_at, Cut()),
        Column("updated_at", Module.updated_at, Cut()),
        Column("published_at", Module.published_at, Cut()),
    ),
    key=("module_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="author",
    by=("category", "status"),
)

MODULE_ASSIGNMENTS: Final = Dataset(
    name="module-assignments",
    platform="frames",
    title="A module that was given to a student, a team or a university.",
    columns=(
        Column("assignment_id", Assignment.id, Pseudonym("frames.module_assignment")),
        Column("module_id", Assignment.module_id),
        Column("student", Assignment.student_id, STUDENT),
        Column("team", Assignment.team_id, TEAM),
        Column("university", Assignment.university_id, UNIVERSITY),
        Column("assigned_by", Assignment.assigned_by_id, FACULTY),
        Column("assignment_type", Assignment.assignment_type),
        Column("auto_assigned", Assignment.auto_assigned),
        Column("due_on", Assignment.due_date, MONTH),
        Column("assigned_at", Assignment.assigned_at, DAY),
    ),
    key=("assignment_id",),
    time="assigned_at",
    grows=Grows.IN_PLACE,
    person="student",
    by=("module_id", "assignment_type"),
)

MODULE_STUDENTS: Final = Dataset(
    name="module-students",
    platform="frames",
    title="One student of modules, without anything that names them.",
    columns=(
        Column("student", Student.id, STUDENT),
        Column("university", Student.university_id, UNIVERSITY),
        Column("team", Student.team_id, TEAM),
        Column("created_at", Student.created_at, MONTH),
    ),
    key=("student",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="student",
)

UNIVERSITIES: Final = Dataset(
    name="universities",
    platform="frames",
    title="One university that uses FRAMES.",
    columns=(
        Column("university", University.id, UNIVERSITY),
        Column("name", University.name),
        Column("created_at", University.created_at),
    ),
    key=("university",),
    time="created_at",
    grows=Grows.IN_PLACE,
)

DATASETS: Final = (
    MODULE_EVENTS, MODULE_PROGRESS, MODULE_FEEDBACK, MODULES, MODULE_ASSIGNMENTS, MODULE_STUDENTS, UNIVERSITIES,
)  # fmt: skip
