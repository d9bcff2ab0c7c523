from datetime import datetime

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import JsonList, SerialKey, column, now
from toolbox_cli.models.pas_in_peace.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after


class ChildPrivacySettings(Base):
    """What a child lets others know of one quest.

    Consent to its progress is *live* while it is given, has its time, is not revoked, and `share_completion_progress`
    is on; the trigger of `safeguards` holds `quest_progress` to that.
    """

    __tablename__ = "child_privacy_settings"
    __table_args__ = (
        ends_after("consent_revoked_at", "consent_timestamp", name="consent_revoked_at"),
        {"comment": "What a child lets others know of one quest, and the child's consent to it."},
    )

    id: Mapped[SerialKey]
    quest_id: Mapped[int] = column(
        "The quest.", Privacy.NONE, ForeignKey("pas_in_peace.quests.id", ondelete="CASCADE"), unique=True
    )
    share_completion_progress: Mapped[bool | None] = column(
        "Whether the child shares how far it came.", Privacy.SENSITIVE, server_default=text("false")
    )
    share_educational_progress: Mapped[bool | None] = column(
        "Whether the child shares what it learned.", Privacy.SENSITIVE, server_default=text("false")
    )
    share_achievements: Mapped[bool | None] = column(
        "Whether the child shares its achievements.", Privacy.SENSITIVE, server_default=text("false")
    )
    share_play_frequency: Mapped[bool | None] = column(
        "Whether the child shares how often it plays.", Privacy.SENSITIVE, server_default=text("false")
    )
    notify_both_parents: Mapped[bool | None] = column(
        "Whether both parents hear of it, or the author alone.", Privacy.SENSITIVE, server_default=text("true")
    )
    notification_frequency: Mapped[str | None] = column(
        "How often parents hear of it; open text.", Privacy.NONE, String(20), server_default="immediate"
    )
    consent_given_by_child: Mapped[bool | None] = column(
        "Whether the child agreed.", Privacy.SENSITIVE, server_default=text("false")
    )
    consent_timestamp: Mapped[datetime | None] = column("When the child agreed.", Privacy.SENSITIVE)
    consent_revoked_at: Mapped[datetime | None] = column(
        "When the child took it back; NULL while the consent stands.", Privacy.SENSITIVE
    )
    consent_history: Mapped[JsonList | None] = column(
        "Earlier consents and revocations.", Privacy.SENSITIVE, server_default="[]"
    )
    created_at: Mapped[datetime] = column(
        "When the settings were made.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    last_updated: Mapped[datetime | None] = column(
        "When the settings last changed, as the program that changed them says.",
        Privacy.QUASI_IDENTIFIER,
        server_default=now(),
    )
