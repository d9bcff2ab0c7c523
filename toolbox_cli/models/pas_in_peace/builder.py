from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, JsonList, SerialKey, column, now, programs, touch_trigger
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import one_of


class BuilderStage(StrEnum):
    """Steps of making a quest in conversation, in their order."""

    GREETING = "greeting"
    COLLECTING_INFO = "collecting_info"
    CLARIFYING = "clarifying"
    GENERATING = "generating"
    REVIEWING = "reviewing"
    QUEST_READY = "quest_ready"


class QuestBuilderSession(Base):
    __tablename__ = "quest_builder_sessions"
    __table_args__ = (
        Index(
            "ix_quest_builder_sessions_user_created",
            "user_id",
            "created_at",
            info={"serves": "WHERE user_id = $1 ORDER BY created_at DESC"},
        ),
        one_of("current_stage", *BuilderStage),
        {"comment": "Conversations in which a parent makes a quest."},
    )

    id: Mapped[SerialKey]
    user_id: Mapped[int] = column(
        "The parent.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="CASCADE")
    )
    conversation_history: Mapped[JsonList | None] = column(
        "Every message so far.", Privacy.SENSITIVE, server_default="[]"
    )
    current_stage: Mapped[str | None] = column(
        "Step that the conversation is at.", Privacy.NONE, String(50), server_default=BuilderStage.GREETING
    )
    current_graph: Mapped[Json | None] = column("The graph as built so far.", Privacy.SENSITIVE)
    quest_context: Mapped[Json | None] = column("What the parent told of the child and the family.", Privacy.SENSITIVE)
    created_at: Mapped[datetime] = column(
        "When the conversation began.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    updated_at: Mapped[datetime | None] = column(
        "When the row last changed.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )


programs(Base.metadata).triggers.append(touch_trigger("quest_builder_sessions"))
