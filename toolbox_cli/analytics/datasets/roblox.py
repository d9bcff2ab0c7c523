"""What happens in Roblox, and what was made for it.

`roblox_game_sessions` are planned classes and `roblox_player_sessions` the visits to them; `roblox_sessions` are the
live records, to which progress and results belong.
"""

from typing import Final

from sqlalchemy import join, outerjoin

from toolbox_cli.analytics.datasets.consents import MAY_BE_USED
from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import (
    AUTHOR,
    LENGTH,
    LEVELS,
    TASK,
    USER,
    json_length,
    json_number,
    json_word,
    seconds_between,
)
from toolbox_cli.analytics.masking.masks import Cut, OneOf, Pseudonym, RowKey
from toolbox_cli.models.toolboxai.roblox.games import RobloxGameSession as Planned
from toolbox_cli.models.toolboxai.roblox.games import RobloxPlayerSession as Visit
from toolbox_cli.models.toolboxai.roblox.live import RobloxSession as Live
from toolbox_cli.models.toolboxai.roblox.players import RobloxPlayerProgress as Progress
from toolbox_cli.models.toolboxai.roblox.published import RobloxContent as Published
from toolbox_cli.models.toolboxai.roblox.results import RobloxQuizResult as Result
from toolbox_cli.models.toolboxai.roblox.studio import RobloxScript as Script
from toolbox_cli.models.toolboxai.users import User
from toolbox_cli.models.toolboxai.works import AgentMadeContent, AgentMadeScript

PROGRESS: Final = Pseudonym("toolboxai.roblox_player_progress")
VERDICTS: Final = OneOf(("deny", "unverifiable", "review", "advice", "clean"))

ROBLOX_CLASSES: Final = Dataset(
    name="roblox-classes",
    platform="toolboxai",
    version=2,
    title="One planned class in Roblox.",
    columns=(
        Column("class_id", Planned.id),
        Column("content_id", Planned.content_id),
        Column("teacher", Planned.teacher_id, AUTHOR),
        Column("status", Planned.status),
        Column("max_players", Planned.max_players),
        Column("current_players", Planned.current_players),
        Column("started_at", Planned.started_at, Cut()),
        Column("ended_at", Planned.ended_at, Cut()),
        Column(
            "duration_seconds",
            seconds_between(Planned.started_at, Planned.ended_at),
            LENGTH,
            "Seconds from its start to its end; null until then.",
            made_from=(Planned.started_at, Planned.ended_at),
        ),
        Column("created_at", Planned.created_at, Cut()),
    ),
    key=("class_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="teacher",
    by=("status",),
)

ROBLOX_VISITS: Final = Dataset(
    name="roblox-visits",
    platform="toolboxai",
    title="One visit of a person to a planned class.",
    columns=(
        Column("visit_id", Visit.id, Pseudonym("toolboxai.roblox_player_session")),
        Column("class_id", Visit.game_session_id),
        Column("user", Visit.user_id, USER),
        Column("duration_seconds", Visit.duration_seconds),
        Column("joined_at", Visit.joined_at, Cut()),
        Column("left_at", Visit.left_at, Cut()),
    ),
    key=("visit_id",),
    time="joined_at",
    grows=Grows.BY_EVENTS,
    person="user",
    measures=(Measure("mean_seconds", "duration_seconds", "Mean seconds played."),),
)

ROBLOX_SESSIONS: Final = Dataset(
    name="roblox-sessions",
    platform="toolboxai",
    version=2,
    title="One live session of a lesson in Roblox.",
    columns=(
        Column("session_id", Live.id),
        Column("lesson_id", Live.lesson_id),
        Column("teacher", Live.teacher_id, AUTHOR),
        Column("status", Live.status),
        Column("max_players", Live.max_players),
        Column("current_players", Live.current_players),
        Column("sync_frequency_seconds", Live.sync_frequency_seconds),
        Column("sync_errors", Live.sync_errors),
        Column("coppa_consent_verified", Live.coppa_consent_verified),
        Column("started_at", Live.started_at, Cut()),
        Column("ended_at", Live.ended_at, Cut()),
        Column(
            "duration_seconds",
            seconds_between(Live.started_at, Live.ended_at),
            LENGTH,
            "Seconds from its start to its end; null until then.",
            made_from=(Live.started_at, Live.ended_at),
        ),
        Column("created_at", Live.created_at, Cut()),
    ),
    key=("session_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="teacher",
    by=("status",),
    measures=(Measure("mean_seconds", "duration_seconds", "Mean seconds that sessions took."),),
)

ROBLOX_PROGRESS: Final = Dataset(
    name="roblox-progress",
    platform="toolboxai",
    title="A student's progress in a live session, where the consents are there that it rests on.",
    columns=(
        Column("progress", Progress.id, PROGRESS),
        Column("session_id", Progress.session_id),
        Column("lesson_id", Progress.lesson_id),
        Column("student", Progress.student_id, USER),
        Column("team", Progress.team_id, Pseudonym("toolboxai.roblox_team")),
        Column("progress_percentage", Progress.progress_percentage),
        Column(
            "checkpoints",
            json_length(Progress.checkpoints_completed),
            doc="Checkpoints reached.",
            made_from=(Progress.checkpoints_completed,),
        ),
        Column(
            "objectives",
            json_length(Progress.objectives_met),
            doc="Learning objectives met.",
            made_from=(Progress.objectives_met,),
        ),
        Column("score", Progress.score),
        Column("time_spent_seconds", Progress.time_spent_seconds),
        Column("actions_completed", Progress.actions_completed),
        Column("mistakes_made", Progress.mistakes_made),
        Column("hints_used", Progress.hints_used),
        Column("collaborative_actions", Progress.collaborative_actions),
        Column("peer_interactions", Progress.peer_interactions),
        Column("session_duration_seconds", Progress.session_duration_seconds),
        Column("disconnections", Progress.disconnections),
        Column("joined_at", Progress.joined_at, Cut()),
        Column("left_at", Progress.left_at, Cut()),
        Column("created_at", Progress.created_at, Cut()),
    ),
    rows=join(Progress, User, Progress.student_id == User.id),
    where=(MAY_BE_USED,),
    key=("progress",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="student",
    measures=(
        Measure("mean_progress", "progress_percentage", "Mean percent of the lesson that is done."),
        Measure("mean_seconds", "time_spent_seconds", "Mean seconds of play."),
    ),
)

QUIZ_RESULTS: Final = Dataset(
    name="quiz-results",
    platform="toolboxai",
    title="A student's result of a quiz in Roblox, where the consents are there that it rests on.",
    columns=(
        Column("result", Result.id, Pseudonym("toolboxai.roblox_quiz_result")),
        Column("session_id", Result.session_id),
        Column("progress", Result.player_progress_id, PROGRESS),
        Column("student", Progress.student_id, USER),
        Column("quiz_id", Result.quiz_id),
        Column("quiz_type", Result.quiz_type),
        Column("difficulty_level", Result.difficulty_level, LEVELS),
        Column("total_questions", Result.total_questions),
        Column("correct_answers", Result.correct_answers),
        Column("incorrect_answers", Result.incorrect_answers),
        Column("skipped_questions", Result.skipped_questions),
        Column("raw_score", Result.raw_score),
        Column("percentage_score", Result.percentage_score),
        Column("weighted_score", Result.weighted_score),
        Column("bonus_points", Result.bonus_points),
        Column("time_allocated_seconds", Result.time_allocated_seconds),
        Column("time_taken_seconds", Result.time_taken_seconds),
        Column("average_time_per_question", Result.average_time_per_question),
        Column("hints_provided", Result.hints_provided),
        Column("help_requests", Result.help_requests),
        Column("improvement_from_previous", Result.improvement_from_previous),
        Column("consistency_score", Result.consistency_score),
        Column("completed", Result.completed),
        Column("passed", Result.passed),
        Column("retry_count", Result.retry_count),
        Column("started_at", Result.started_at, Cut()),
        Column("completed_at", Result.completed_at, Cut()),
    ),
    rows=join(Result, Progress, Result.player_progress_id == Progress.id).join(User, Progress.student_id == User.id),
    where=(MAY_BE_USED,),
    key=("result",),
    time="started_at",
    grows=Grows.IN_PLACE,
    person="student",
    by=("difficulty_level", "passed"),
    measures=(
        Measure("mean_score", "percentage_score", "Mean result in percent."),
        Measure("mean_seconds", "time_taken_seconds", "Mean seconds used."),
    ),
)

GENERATED_SCRIPTS: Final = Dataset(
    name="generated-scripts",
    platform="toolboxai",
    version=2,
    title="One generated Luau script, what its tests and its scan found, and whether it was deployed.",
    columns=(
        Column("script_id", Script.id, RowKey("toolboxai.roblox_script")),
        Column("content_id", Script.content_id),
        Column("task_id", AgentMadeScript.task_id, TASK),
        Column("script_type", Script.script_type),
        Column(
            "lines",
            json_number(Script.performance_metrics, "lines"),
            doc="Lines of its source, as the scan counted them.",
            made_from=(Script.performance_metrics,),
        ),
        Column("tested", Script.tested),
        Column(
            "tests_passed",
            json_number(Script.test_results, "passed"),
            doc="Tests that it passed.",
            made_from=(Script.test_results,),
        ),
        Column(
            "tests_failed",
            json_number(Script.test_results, "failed"),
            doc="Tests that it failed.",
            made_from=(Script.test_results,),
        ),
        Column(
            "scan_verdict",
            json_word(Script.performance_metrics, "scan", "verdict"),
            VERDICTS,
            "What the scan said of it: deny, unverifiable, review, advice or clean; null if it was not scanned.",
            made_from=(Script.performance_metrics,),
        ),
        Column("reviewing_agent_id", Script.reviewed_by),
        Column("deployed_to_studio", Script.deployed_to_studio),
        Column("author", Script.created_by, AUTHOR),
        Column("created_at", Script.created_at, Cut()),
        Column("updated_at", Script.updated_at, Cut()),
    ),
    rows=outerjoin(Script, AgentMadeScript, AgentMadeScript.roblox_script_id == Script.id),
    key=("script_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    person="author",
    by=("script_type", "scan_verdict", "deployed_to_studio"),
)

ROBLOX_CONTENT: Final = Dataset(
    name="roblox-content",
    platform="toolboxai",
    version=2,
    title="One object that was made for a lesson in Roblox, and whether it is deployed.",
    columns=(
        Column("object_id", Published.id, RowKey("toolboxai.roblox_content")),
        Column("lesson_id", Published.lesson_id),
        Column("template_id", Published.template_id),
        Column("task_id", AgentMadeContent.task_id, TASK),
        Column("content_type", Published.content_type),
        Column("ai_generated", Published.ai_generated),
        Column("ai_model", Published.ai_model),
        Column(
            "scan_verdict",
            json_word(Published.performance_metrics, "scan", "verdict"),
            VERDICTS,
            "What the scan of its script said: deny, unverifiable, review, advice or clean; null if there was none.",
            made_from=(Published.performance_metrics,),
        ),
        Column("is_deployed", Published.is_deployed),
        Column("deployed_at", Published.deployed_at, Cut()),
        Column("usage_count", Published.usage_count),
        Column("coppa_compliant", Published.coppa_compliant),
        Column("created_at", Published.created_at, Cut()),
        Column("updated_at", Published.updated_at, Cut()),
    ),
    rows=outerjoin(Published, AgentMadeContent, AgentMadeContent.roblox_content_id == Published.id),
    key=("object_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    by=("content_type", "ai_generated", "is_deployed"),
)

DATASETS: Final = (
    ROBLOX_CLASSES, ROBLOX_VISITS, ROBLOX_SESSIONS, ROBLOX_PROGRESS, QUIZ_RESULTS, GENERATED_SCRIPTS, ROBLOX_CONTENT,
)  # fmt: skip
