import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import UuidKey, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after, set_exactly_when
from toolbox_cli.models.toolbox.base import Base


class PseudonymKey(Base):
    """What makes the pseudonyms of one recipient and period; once it is destroyed, nobody finds the persons again."""

    __tablename__ = "pseudonym_keys"
    __table_args__ = (
        CheckConstraint("btrim(recipient) <> ''", name="recipient"),
        CheckConstraint("btrim(period) <> ''", name="period"),
        set_exactly_when("wrapped_key", "destroyed_at IS NULL"),
        ends_after("destroyed_at", "created_at"),
        UniqueConstraint("recipient", "period"),
        {"comment": "Keys of pseudonyms, one a recipient and period, each encrypted with the installation's own keys."},
    )

    id: Mapped[UuidKey]
    recipient: Mapped[str] = column("Who gets what it makes pseudonyms for.", Privacy.IDENTIFIER)
    period: Mapped[str] = column("Time that its pseudonyms stay the same for, such as 2026 or 2026-11.", Privacy.NONE)
    wrapped_key: Mapped[str | None] = column(
        "The key, encrypted for this row alone; null when it was destroyed.", Privacy.SECRET
    )
    created_at: Mapped[datetime.datetime] = column(
        "When it was first asked for, by the database's clock.", Privacy.NONE, server_default=now()
    )
    destroyed_at: Mapped[datetime.datetime | None] = column(
        "When it was destroyed; null while it is there.", Privacy.NONE
    )
