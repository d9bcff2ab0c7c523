"""What students learn: measurements, attempts at quizzes, progress, and what they learn from."""

from typing import Final

from sqlalchemy import BigInteger, cast, func, select

from toolbox_cli.analytics.datasets.consents import NOT_WITHHELD
from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import AUTHOR, DAY, GRADES, LEVELS, MONTH, SIGN_IN, USER, WHETHER
from toolbox_cli.analytics.masking.masks import Cut, OneOf, Pseudonym, RowKey
from toolbox_cli.models.toolboxai.analytics import EducationalAnalytics as Metric
from toolbox_cli.models.toolboxai.learning.content import EducationalContent as Content
from toolbox_cli.models.toolboxai.learning.lessons import Lesson
from toolbox_cli.models.toolboxai.learning.progress import UserProgress as Progress
from toolbox_cli.models.toolboxai.learning.quizzes import Quiz, QuizQuestion
from toolbox_cli.models.toolboxai.learning.quizzes import QuizAttempt as Attempt
from toolbox_cli.models.toolboxai.users import User

EDUCATIONAL_METRICS: Final = Dataset(
    name="educational-metrics",
    platform="toolboxai",
    version=2,
    title="One measurement of a student's learning, or of a group's.",
    columns=(
        Column("metric_id", Metric.id, RowKey("toolboxai.educational_analytics")),
        Column("student", Metric.user_id, USER),
        Column("content_id", Metric.content_id),
        Column("quiz_id", Metric.quiz_id),
        Column("learning_objective_id", Metric.learning_objective_id),
        Column("metric_type", Metric.metric_type),
        Column("metric_value", Metric.metric_value),
        Column("metric_unit", Metric.metric_unit),
        Column("subject", Metric.subject),
        Column("grade_level", Metric.grade_level, GRADES),
        Column("difficulty_level", Metric.difficulty_level, LEVELS),
        Column("activity_type", Metric.activity_type),
        Column("session_duration_seconds", Metric.session_duration_seconds),
        Column("time_to_completion_seconds", Metric.time_to_completion_seconds),
        Column("attempts_before_success", Metric.attempts_before_success),
        Column("peer_average", Metric.peer_average),
        Column("historical_average", Metric.historical_average),
        Column("benchmark_value", Metric.benchmark_value),
        Column("calculated_at", Metric.calculated_at, Cut()),
        Column("happened_at", Metric.recorded_at, Cut()),
    ),
    key=("metric_id", "happened_at"),
    time="happened_at",
    grows=Grows.BY_EVENTS,
    person="student",
    by=("metric_type", "subject", "grade_level"),
    measures=(Measure("mean_value", "metric_value", "Mean of the measurements, in the unit of their type."),),
)

QUIZ_ATTEMPTS: Final = Dataset(
    name="quiz-attempts",
    platform="toolboxai",
    title="One try of a student at a quiz, on the web or, as far as consents let it be used, in Roblox.",
    columns=(
        Column("attempt", Attempt.id, Pseudonym("toolboxai.quiz_attempt")),
        Column("quiz_id", Attempt.quiz_id),
        Column("student", Attempt.user_id, USER),
        Column("session", Attempt.session_id, SIGN_IN),
        Column("attempt_number", Attempt.attempt_number),
        Column("score", Attempt.score),
        Column("passed", Attempt.passed),
        Column("time_taken_seconds", Attempt.time_taken),
        Column(
            "is_completed",
            Attempt.completed_at.is_not(None),
            WHETHER,
            "Whether it was handed in.",
            made_from=(Attempt.completed_at,),
        ),
        Column("started_at", Attempt.started_at, Cut()),
        Column("completed_at", Attempt.completed_at, Cut()),
    ),
    key=("attempt",),
    time="started_at",
    grows=Grows.IN_PLACE,
    where=(NOT_WITHHELD,),
    person="student",
    by=("quiz_id", "passed"),
    measures=(
        Measure("mean_score", "score", "Mean score in percent."),
        Measure("mean_seconds", "time_taken_seconds", "Mean seconds spent answering."),
    ),
)

LEARNER_PROGRESS: Final = Dataset(
    name="learner-progress",
    platform="toolboxai",
    title="How far a student is with a content, one row for each kind of progress.",
    columns=(
        Column("progress", Progress.id, Pseudonym("toolboxai.user_progress")),
        Column("student", Progress.user_id, USER),
        Column("content_id", Progress.content_id),
        Column("progress_type", Progress.progress_type),
        Column("completion_percentage", Progress.completion_percentage),
        Column("time_spent_seconds", Progress.time_spent_seconds),
        Column("attempts_count", Progress.attempts_count),
        Column("best_score", Progress.best_score),
        Column("current_streak", Progress.current_streak),
        Column("max_streak", Progress.max_streak),
        Column("difficulty_level", Progress.difficulty_level, LEVELS),
        Column("mastery_level", Progress.mastery_level, OneOf(("novice", "developing", "proficient", "advanced"))),
        Column("last_interaction_at", Progress.last_interaction, DAY),
        Column("created_at", Progress.created_at, DAY),
    ),
    key=("progress",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="student",
    by=("progress_type", "mastery_level"),
    measures=(Measure("mean_completion", "completion_percentage", "Mean percent that is done."),),
)

PEOPLE: Final = Dataset(
    name="people",
    platform="toolboxai",
    title="One account of the learning platform, without anything that names it.",
    columns=(
        Column("user", User.id, USER),
        Column("role", User.role, OneOf(("student", "teacher", "admin", "developer", "parent"))),
        Column("grade_level", User.grade_level, GRADES),
        Column("age_band", User.age_band, OneOf(("under_13", "13_17", "adult", "unknown"))),
        Column("school", User.school_name, Pseudonym("toolboxai.school")),
        Column("district", User.district_name, Pseudonym("toolboxai.district")),
        Column("is_active", User.is_active),
        Column("created_at", User.created_at, MONTH),
    ),
    key=("user",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="user",
    by=("role", "grade_level"),
)

CONTENT: Final = Dataset(
    name="content",
    platform="toolboxai",
    version=2,
    title="One learning environment or template, without its words.",
    columns=(
        Column("content_id", Content.id),
        Column("subject", Content.subject),
        Column("grade_level", Content.grade_level),
        Column("environment_type", Content.environment_type),
        Column("terrain_size", Content.terrain_size),
        Column("difficulty_level", Content.difficulty_level),
        Column("duration_minutes", Content.duration_minutes),
        Column("max_students", Content.max_students),
        Column("accessibility_features", Content.accessibility_features),
        Column("multilingual", Content.multilingual),
        Column("edition", Content.version),
        Column("is_template", Content.is_template),
        Column("author", Content.created_by, AUTHOR),
        Column("created_at", Content.created_at, Cut()),
        Column("updated_at", Content.updated_at, Cut()),
    ),
    key=("content_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="author",
    by=("subject", "grade_level"),
)

LESSONS: Final = Dataset(
    name="lessons",
    platform="toolboxai",
    version=2,
    title="One use of content in class, without its words.",
    columns=(
        Column("lesson_id", Lesson.id),
        Column("content_id", Lesson.content_id),
        Column("teacher", Lesson.teacher_id, AUTHOR),
        Column("status", Lesson.status),
        Column("subject", Lesson.subject),
        Column("grade_level", Lesson.grade_level),
        Column("difficulty", Lesson.difficulty),
        Column("starts_at", Lesson.starts_at, DAY),
        Column("ends_at", Lesson.ends_at, DAY),
        Column("created_at", Lesson.created_at, Cut()),
    ),
    key=("lesson_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="teacher",
    by=("status", "subject"),
)

QUIZZES: Final = Dataset(
    name="quizzes",
    platform="toolboxai",
    version=2,
    title="One quiz, without its words.",
    columns=(
        Column("quiz_id", Quiz.id),
        Column("content_id", Quiz.content_id),
        Column("subject", Quiz.subject),
        Column("grade_level", Quiz.grade_level),
        Column("time_limit_seconds", Quiz.time_limit),
        Column("passing_score", Quiz.passing_score),
        Column("max_attempts", Quiz.max_attempts),
        Column("is_adaptive", Quiz.is_adaptive),
        Column(
            "questions",
            cast(
                select(func.count()).where(QuizQuestion.quiz_id == Quiz.id).correlate(Quiz).scalar_subquery(),
                BigInteger,
            ),
            doc="Questions that it asks.",
            made_from=(Quiz.id, QuizQuestion.quiz_id),
        ),
        Column("author", Quiz.created_by, AUTHOR),
        Column("created_at", Quiz.created_at, Cut()),
    ),
    key=("quiz_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="author",
    by=("subject", "grade_level"),
)

DATASETS: Final = (EDUCATIONAL_METRICS, QUIZ_ATTEMPTS, LEARNER_PROGRESS, PEOPLE, CONTENT, LESSONS, QUIZZES)
