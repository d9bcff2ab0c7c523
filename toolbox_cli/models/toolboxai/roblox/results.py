"""Results of quizzes that are played in Roblox."""

import datetime
import uuid

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, JsonList, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, finite, not_negative, positive, within
from toolbox_cli.models.toolboxai.base import DIFFICULTY_LEVEL, ActCreatedAt, Base, DifficultyLevel, PersonRowKey

ANSWERS = "coalesce(correct_answers, 0) + coalesce(incorrect_answers, 0) + coalesce(skipped_questions, 0)"


class RobloxQuizResult(Base):
    __tablename__ = "roblox_quiz_results"
    __table_args__ = (
        Index("idx_roblox_quiz_completion", "completed", "passed"),
        Index("idx_roblox_quiz_performance", "percentage_score"),
        Index("idx_roblox_quiz_player", "player_progress_id"),
        Index("idx_roblox_quiz_session", "session_id"),
        *positive("total_questions"),
        *not_negative("correct_answers", "incorrect_answers", "skipped_questions"),
        CheckConstraint(f"{ANSWERS} <= total_questions", name="answers_within_total"),
        *within(0, 100, "percentage_score"),
        *finite("raw_score", "weighted_score", "average_time_per_question", "consistency_score"),
        *not_negative("bonus_points", "time_allocated_seconds", "time_taken_seconds"),
        *not_negative("hints_provided", "help_requests", "retry_count"),
        ends_after("completed_at", "started_at"),
        {"comment": "Results of quizzes in Roblox; a finished one with quiz_id is a quiz_attempts row too."},
    )

    id: Mapped[PersonRowKey]
    session_id: Mapped[uuid.UUID] = column("Live session.", Privacy.NONE, ForeignKey("toolboxai.roblox_sessions.id"))
    player_progress_id: Mapped[uuid.UUID] = column(
        "Progress of the student who answered.", Privacy.IDENTIFIER, ForeignKey("toolboxai.roblox_player_progress.id")
    )
    quiz_id: Mapped[uuid.UUID | None] = column(
        "Quiz of the platform; null for one that only the game knows.",
        Privacy.NONE,
        ForeignKey("toolboxai.quizzes.id"),
        index=True,
    )
    quiz_name: Mapped[str] = column("Name shown in the game.", Privacy.NONE, String(200))
    quiz_type: Mapped[str | None] = column("How it is played; open list.", Privacy.NONE, String(100))
    difficulty_level: Mapped[DifficultyLevel | None] = column(
        "Level it was played at; null if it has none.", Privacy.SENSITIVE, DIFFICULTY_LEVEL
    )
    total_questions: Mapped[int] = column("Questions in the quiz, at least 1.", Privacy.NONE)
    correct_answers: Mapped[int | None] = column("Right answers.", Privacy.SENSITIVE, server_default=text("0"))
    incorrect_answers: Mapped[int | None] = column(
        "Wrong answers; with right and skipped never more than total_questions.",
        Privacy.SENSITIVE,
        server_default=text("0"),
    )
    skipped_questions: Mapped[int | None] = column(
        "Questions passed over.", Privacy.SENSITIVE, server_default=text("0")
    )
    raw_score: Mapped[float | None] = column("Points before weights and bonus, 0 or more.", Privacy.SENSITIVE, Double())
    percentage_score: Mapped[float | None] = column("Result in percent, 0 to 100.", Privacy.SENSITIVE, Double())
    weighted_score: Mapped[float | None] = column(
        "Points after weighting by difficulty, 0 or more.", Privacy.SENSITIVE, Double()
    )
    bonus_points: Mapped[int | None] = column(
        "Points beyond the questions, for speed or streaks.", Privacy.SENSITIVE, server_default=text("0")
    )
    time_allocated_seconds: Mapped[int | None] = column("Seconds allowed; null means no limit.", Privacy.NONE)
    time_taken_seconds: Mapped[int | None] = column("Seconds used.", Privacy.SENSITIVE)
    average_time_per_question: Mapped[float | None] = column(
        "Seconds a question, on average.", Privacy.SENSITIVE, Double()
    )
    question_responses: Mapped[JsonList | None] = column("Each answer with its question, in order.", Privacy.SENSITIVE)
    response_patterns: Mapped[Json | None] = column("What the answers have in common.", Privacy.SENSITIVE)
    learning_gaps: Mapped[JsonList | None] = column("What the student does not know yet.", Privacy.SENSITIVE)
    in_game_location: Mapped[Json | None] = column("Where in the world it was played, in studs.", Privacy.NONE)
    game_context: Mapped[Json | None] = column("What was going on in the game.", Privacy.SENSITIVE)
    interactive_elements: Mapped[JsonList | None] = column("Objects of the game that were part of it.", Privacy.NONE)
    difficulty_adjustments: Mapped[JsonList | None] = column("Changes of difficulty made during it.", Privacy.SENSITIVE)
    hints_provided: Mapped[int | None] = column("Hints shown.", Privacy.SENSITIVE, server_default=text("0"))
    help_requests: Mapped[int | None] = column(
        "How often the student asked for help.", Privacy.SENSITIVE, server_default=text("0")
    )
    improvement_from_previous: Mapped[float | None] = column(
        "Change of percentage_score since the try before, in points of percent; null for the first.",
        Privacy.SENSITIVE,
        Double(),
    )
    consistency_score: Mapped[float | None] = column(
        "How even the answers were, 0 or more; the game's own scale.", Privacy.SENSITIVE, Double()
    )
    confidence_indicators: Mapped[Json | None] = column("Signs of how sure the student was.", Privacy.SENSITIVE)
    completed: Mapped[bool | None] = column(
        "Whether it was played to the end.", Privacy.SENSITIVE, server_default=false()
    )
    passed: Mapped[bool | None] = column("Whether it was passed; null if nobody judged it.", Privacy.SENSITIVE)
    retry_count: Mapped[int | None] = column(
        "Tries before this one, in this session.", Privacy.SENSITIVE, server_default=text("0")
    )
    started_at: Mapped[datetime.datetime] = column(
        "When the first question was shown.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    completed_at: Mapped[datetime.datetime | None] = column(
        "When it ended, not before started_at; null while open or given up.", Privacy.QUASI_IDENTIFIER
    )
    created_at: Mapped[ActCreatedAt | None]
