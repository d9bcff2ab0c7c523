from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import SerialKey, column, now
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import within


class UserQuestLibrary(Base):
    __tablename__ = "user_quest_library"
    __table_args__ = (
        Index("ix_user_quest_library_user_quest", "user_id", "quest_id", unique=True),
        {"comment": "Quests that a parent took from the public library."},
    )

    id: Mapped[SerialKey]
    user_id: Mapped[int] = column(
        "The parent.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="CASCADE")
    )
    quest_id: Mapped[int] = column(
        "The quest.", Privacy.NONE, ForeignKey("pas_in_peace.quests.id", ondelete="CASCADE"), index=True
    )
    added_at: Mapped[datetime] = column("When the parent took it.", Privacy.QUASI_IDENTIFIER, server_default=now())


class QuestRating(Base):
    __tablename__ = "quest_ratings"
    __table_args__ = (
        Index("ix_quest_ratings_user_quest", "user_id", "quest_id", unique=True),
        *within(1, 5, "rating"),
        {"comment": "What parents think of public quests; one rating a parent and quest."},
    )

    id: Mapped[SerialKey]
    user_id: Mapped[int] = column(
        "The parent.", Privacy.IDENTIFIER, ForeignKey("pas_in_peace.users.id", ondelete="CASCADE")
    )
    quest_id: Mapped[int] = column(
        "The quest.", Privacy.NONE, ForeignKey("pas_in_peace.quests.id", ondelete="CASCADE"), index=True
    )
    rating: Mapped[int] = column("Stars, 1 to 5.", Privacy.SENSITIVE)
    review_text: Mapped[str | None] = column("What the parent wrote about it.", Privacy.SENSITIVE)
    created_at: Mapped[datetime] = column("When the parent rated.", Privacy.QUASI_IDENTIFIER, server_default=now())
