import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, shaped
from toolbox_cli.models.toolbox.base import Base


class IngestedEvent(Base):
    """An event that was taken in, so that it is taken once, however often it is sent."""

    __tablename__ = "ingested_events"
    __table_args__ = (
        CheckConstraint("length(event_id) BETWEEN 1 AND 200", name="event_id"),
        shaped("content_sha256", SHA256),
        {"comment": "Events that were taken in from files, by the id that their sender gave them."},
    )

    event_id: Mapped[str] = column(
        "What its sender calls the event, of 1 to 200 characters.", Privacy.QUASI_IDENTIFIER, primary_key=True
    )
    platform: Mapped[str] = column("Platform whose table it went into.", Privacy.NONE)
    content_sha256: Mapped[str] = column(
        "SHA-256 of what it says, 64 hexadecimal digits: the same id must say the same.", Privacy.QUASI_IDENTIFIER
    )
    happened_at: Mapped[datetime.datetime] = column(
        "When it happened: rows go when the events of that time go.", Privacy.QUASI_IDENTIFIER
    )
    ingested_at: Mapped[datetime.datetime] = column(
        "When the taking-in's transaction began.", Privacy.NONE, server_default=now()
    )
