"""What students do in live sessions."""

import datetime
import uuid

from sqlalchemy import Double, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, JsonList, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, not_negative, within
from toolbox_cli.models.toolboxai.base import ActCreatedAt, ActUpdatedAt, Base, PersonRowKey


class RobloxPlayerProgress(Base):
    __tablename__ = "roblox_player_progress"
    __table_args__ = (
        UniqueConstraint("session_id", "student_id", "roblox_user_id"),
        Index("idx_roblox_progress_lesson", "lesson_id"),
        Index("idx_roblox_progress_roblox_user", "roblox_user_id"),
        Index("idx_roblox_progress_session", "session_id", info={"keep": "deployed"}),
        Index("idx_roblox_progress_student", "student_id"),
        *within(0, 100, "progress_percentage"),
        *not_negative("score", "time_spent_seconds", "actions_completed", "mistakes_made", "hints_used"),
        *not_negative("collaborative_actions", "peer_interactions", "session_duration_seconds", "disconnections"),
        ends_after("left_at", "joined_at"),
        {"comment": "A student's progress in a live session, with the consents that it rests on."},
    )

    id: Mapped[PersonRowKey]
    session_id: Mapped[uuid.UUID] = column("Live session.", Privacy.NONE, ForeignKey("toolboxai.roblox_sessions.id"))
    student_id: Mapped[uuid.UUID] = column("The student.", Privacy.IDENTIFIER, ForeignKey("toolboxai.users.id"))
    lesson_id: Mapped[uuid.UUID] = column(
        "Lesson of the session, kept here for reports.", Privacy.NONE, ForeignKey("toolboxai.lessons.id")
    )
    roblox_user_id: Mapped[str] = column("The student's account in Roblox.", Privacy.IDENTIFIER, String(100))
    roblox_username: Mapped[str] = column("That account's name when they joined.", Privacy.IDENTIFIER, String(100))
    progress_percentage: Mapped[float | None] = column(
        "How much of the lesson is done, 0 to 100.", Privacy.SENSITIVE, Double(), server_default=text("0")
    )
    checkpoints_completed: Mapped[JsonList | None] = column("Checkpoints reached, in order.", Privacy.SENSITIVE)
    objectives_met: Mapped[JsonList | None] = column("Learning objectives met.", Privacy.SENSITIVE)
    score: Mapped[int | None] = column("Points in the game, 0 or more.", Privacy.SENSITIVE, server_default=text("0"))
    time_spent_seconds: Mapped[int | None] = column(
        "Seconds of play, breaks left out.", Privacy.SENSITIVE, server_default=text("0")
    )
    actions_completed: Mapped[int | None] = column(
        "Tasks in the game done.", Privacy.SENSITIVE, server_default=text("0")
    )
    mistakes_made: Mapped[int | None] = column("Wrong tries.", Privacy.SENSITIVE, server_default=text("0"))
    hints_used: Mapped[int | None] = column("Hints asked for.", Privacy.SENSITIVE, server_default=text("0"))
    current_position: Mapped[Json | None] = column("Where in the world the student is, in studs.", Privacy.SENSITIVE)
    current_activity: Mapped[str | None] = column(
        "What the student is at; null when gone.", Privacy.SENSITIVE, String(200)
    )
    last_interaction: Mapped[datetime.datetime | None] = column(
        "Latest act of the student; null before the first.", Privacy.QUASI_IDENTIFIER
    )
    team_id: Mapped[str | None] = column("Team in the game; null without one.", Privacy.QUASI_IDENTIFIER, String(100))
    collaborative_actions: Mapped[int | None] = column(
        "Tasks done together with others.", Privacy.SENSITIVE, server_default=text("0")
    )
    peer_interactions: Mapped[int | None] = column(
        "Exchanges with other players.", Privacy.SENSITIVE, server_default=text("0")
    )
    difficulty_adjustments: Mapped[JsonList | None] = column(
        "Changes of difficulty made for the student.", Privacy.SENSITIVE
    )
    learning_path: Mapped[JsonList | None] = column("Steps that the student took or is led along.", Privacy.SENSITIVE)
    performance_trends: Mapped[Json | None] = column("How results changed over time.", Privacy.SENSITIVE)
    age_verified: Mapped[bool | None] = column(
        "Whether somebody checked the student's age band.", Privacy.SENSITIVE, server_default=false()
    )
    parental_consent_given: Mapped[bool | None] = column(
        "Whether a parent allowed a child under 13 to take part.", Privacy.SENSITIVE, server_default=false()
    )
    data_collection_consent: Mapped[bool | None] = column(
        "Whether this row may be kept and used.", Privacy.SENSITIVE, server_default=false()
    )
    joined_at: Mapped[datetime.datetime | None] = column("When the student came.", Privacy.QUASI_IDENTIFIER)
    left_at: Mapped[datetime.datetime | None] = column(
        "When the student left, not before joined_at; null while playing.", Privacy.QUASI_IDENTIFIER
    )
    session_duration_seconds: Mapped[int | None] = column(
        "Seconds from joined_at to left_at; null while playing.", Privacy.SENSITIVE
    )
    disconnections: Mapped[int | None] = column(
        "How often the connection was lost.", Privacy.NONE, server_default=text("0")
    )
    created_at: Mapped[ActCreatedAt | None]
    updated_at: Mapped[ActUpdatedAt | None]
