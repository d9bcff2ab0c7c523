"""Quizzes with their questions and options, and what students answered."""

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, finite, not_negative, positive, within
from toolbox_cli.models.toolboxai.base import Base, CreatedAt, PersonRowKey, UpdatedAt


class Quiz(Base):
    __tablename__ = "quizzes"
    __table_args__ = (
        *within(1, 12, "grade_level"),
        *within(0, 100, "passing_score"),
        *not_negative("time_limit"),
        *positive("max_attempts"),
        {"comment": "Quiz definitions: what is asked, how long and how often."},
    )

    id: Mapped[UuidKey]
    title: Mapped[str] = column("Name shown to students.", Privacy.NONE, String(200))
    description: Mapped[str | None] = column("What it covers, for teachers.", Privacy.NONE)
    subject: Mapped[str] = column("School subject; open list.", Privacy.NONE, String(50))
    grade_level: Mapped[int] = column("School grade it is written for, 1 to 12.", Privacy.NONE)
    content_id: Mapped[uuid.UUID | None] = column(
        "Content that it tests; null for one that stands alone.",
        Privacy.NONE,
        ForeignKey("toolboxai.educational_content.id"),
        index=True,
    )
    time_limit: Mapped[int | None] = column("Seconds for the whole quiz; null means no limit.", Privacy.NONE)
    passing_score: Mapped[int | None] = column(
        "Least percent of the points that passes, 0 to 100.", Privacy.NONE, server_default=text("70")
    )
    max_attempts: Mapped[int | None] = column(
        "How often a student may try, at least 1; null means no limit.", Privacy.NONE, server_default=text("3")
    )
    shuffle_questions: Mapped[bool | None] = column(
        "Whether each attempt gets the questions in its own order.", Privacy.NONE, server_default=true()
    )
    shuffle_options: Mapped[bool | None] = column(
        "Whether each attempt gets the options in its own order.", Privacy.NONE, server_default=true()
    )
    show_results: Mapped[bool | None] = column(
        "Whether students see right and wrong afterwards.", Privacy.NONE, server_default=true()
    )
    is_adaptive: Mapped[bool | None] = column(
        "Whether later questions depend on earlier answers.", Privacy.NONE, server_default=false()
    )
    difficulty_progression: Mapped[Json | None] = column(
        "Rules by which an adaptive quiz gets harder or easier; null otherwise.", Privacy.NONE
    )
    created_by: Mapped[uuid.UUID | None] = column(
        "Author; the account toolbox-reference for a quiz that came with the platform.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.users.id"),
        index=True,
    )
    created_at: Mapped[CreatedAt | None]
    updated_at: Mapped[UpdatedAt | None]


class QuizQuestion(Base):
    __tablename__ = "quiz_questions"
    __table_args__ = (
        *not_negative("points", "time_limit", "order_index"),
        {"comment": "Questions of a quiz, in order; they go with it."},
    )

    id: Mapped[UuidKey]
    quiz_id: Mapped[uuid.UUID | None] = column(
        "Quiz that asks it.", Privacy.NONE, ForeignKey("toolboxai.quizzes.id", ondelete="CASCADE"), index=True
    )
    question_type: Mapped[str] = column(
        "How it is answered, such as multiple_choice; open list.", Privacy.NONE, String(20)
    )
    question_text: Mapped[str] = column("The question as students read it.", Privacy.NONE)
    correct_answer: Mapped[str | None] = column(
        "Expected answer of a question without options; null where quiz_options say it.", Privacy.NONE
    )
    difficulty: Mapped[str | None] = column(
        "How hard it is, such as easy, medium or hard; open list.", Privacy.NONE, String(20), server_default="medium"
    )
    points: Mapped[int | None] = column("Points of a right answer, 0 or more.", Privacy.NONE, server_default=text("1"))
    time_limit: Mapped[int | None] = column("Seconds for this question; null means no limit of its own.", Privacy.NONE)
    hint: Mapped[str | None] = column("Help shown on request; null if there is none.", Privacy.NONE)
    explanation: Mapped[str | None] = column("Why the answer is right, shown afterwards.", Privacy.NONE)
    order_index: Mapped[int] = column("Place in the quiz, from 0, before shuffling.", Privacy.NONE)
    question_data: Mapped[Json | None] = column(
        "What its type needs besides: pictures, tolerances, pairs.", Privacy.NONE
    )
    created_at: Mapped[CreatedAt | None]


class QuizOption(Base):
    __tablename__ = "quiz_options"
    __table_args__ = (
        *not_negative("order_index"),
        {"comment": "Answers to choose from; they go with their question."},
    )

    id: Mapped[UuidKey]
    question_id: Mapped[uuid.UUID | None] = column(
        "Question that offers it.",
        Privacy.NONE,
        ForeignKey("toolboxai.quiz_questions.id", ondelete="CASCADE"),
        index=True,
    )
    option_text: Mapped[str] = column("The answer as students read it.", Privacy.NONE)
    is_correct: Mapped[bool | None] = column(
        "Whether choosing it is right; several may be.", Privacy.NONE, server_default=false()
    )
    explanation: Mapped[str | None] = column("Why it is right or wrong, shown afterwards.", Privacy.NONE)
    order_index: Mapped[int] = column("Place among the options, from 0, before shuffling.", Privacy.NONE)
    created_at: Mapped[CreatedAt | None]


class QuizAttempt(Base):
    __tablename__ = "quiz_attempts"
    __table_args__ = (
        UniqueConstraint("quiz_id", "user_id", "attempt_number"),
        *positive("attempt_number"),
        *finite("score"),
        *not_negative("time_taken"),
        ends_after("completed_at", "started_at"),
        {"comment": "Each try of a student at a quiz, on the web or in Roblox."},
    )

    id: Mapped[PersonRowKey]
    quiz_id: Mapped[uuid.UUID | None] = column(
        "The quiz that was tried.", Privacy.NONE, ForeignKey("toolboxai.quizzes.id")
    )
    user_id: Mapped[uuid.UUID | None] = column(
        "The student.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"), index=True
    )
    session_id: Mapped[uuid.UUID | None] = column(
        "Sign-in session it was taken in; null if that is not known, as in Roblox.",
        Privacy.IDENTIFIER,
        ForeignKey("toolboxai.user_sessions.id"),
        index=True,
    )
    attempt_number: Mapped[int] = column("This student's tries at this quiz, counted from 1.", Privacy.SENSITIVE)
    started_at: Mapped[datetime.datetime | None] = column(
        "When the first question was shown.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    completed_at: Mapped[datetime.datetime | None] = column(
        "When it was handed in, not before started_at; null while open or given up.", Privacy.QUASI_IDENTIFIER
    )
    score: Mapped[Decimal | None] = column(
        "Percent of the points, to compare with quizzes.passing_score; bonus points can lift it over 100.",
        Privacy.SENSITIVE,
        Numeric(5, 2),
    )
    passed: Mapped[bool | None] = column(
        "Whether the score reached passing_score; null until handed in.", Privacy.SENSITIVE
    )
    time_taken: Mapped[int | None] = column("Seconds spent answering, pauses left out.", Privacy.SENSITIVE)
    answers: Mapped[Json | None] = column("What the student answered, by question.", Privacy.SENSITIVE)
    feedback: Mapped[Json | None] = column("Generated feedback on the answers.", Privacy.SENSITIVE)
    adaptive_adjustments: Mapped[Json | None] = column(
        "Changes of difficulty made during the try, in order; null if none.", Privacy.SENSITIVE
    )
