import datetime
from typing import Final

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, ends_after, not_negative, one_of, positive, shaped
from toolbox_cli.models.toolbox.base import Base, RecordKey

REASONS: Final = (
    "too-long", "no-text", "no-json", "no-event", "unknown-type", "missing", "wrong-value", "unknown-reference",
    "other-content",
)  # fmt: skip
"""Why an event is not taken in, in the order in which it is looked at."""

FORMS: Final = ("jsonl", "xapi")
"""How a line was read."""


class QuarantinedEvent(Base):
    """A line that was not taken in, kept until somebody can say what it is."""

    __tablename__ = "quarantined_events"
    __table_args__ = (
        one_of("reason", *REASONS),
        one_of("form", *FORMS),
        shaped("content_sha256", SHA256),
        *not_negative("size_bytes"),
        *positive("line"),
        ends_after("seen_at", "quarantined_at"),
        ends_after("released_at", "quarantined_at"),
        UniqueConstraint("content_sha256"),
        {"comment": "Lines that looked like no event that can be taken in, each once, with the reason."},
    )

    id: Mapped[RecordKey]
    reason: Mapped[str] = column(
        "too-long, no-text, no-json, no-event, unknown-type, missing, wrong-value, unknown-reference or other-content.",
        Privacy.NONE,
    )
    detail: Mapped[str] = column("What is wrong with it, a sentence without its values.", Privacy.NONE)
    form: Mapped[str] = column("What it was read as: jsonl or xapi.", Privacy.NONE)
    event_id: Mapped[str | None] = column(
        "What its sender calls the event; null where that can't be read.", Privacy.QUASI_IDENTIFIER
    )
    event_type: Mapped[str | None] = column(
        "Type that it names, at most 100 characters; null where that can't be read.", Privacy.SENSITIVE
    )
    content: Mapped[bytes] = column(
        "The line as it came, byte by byte; the first 64 KiB of one that is too long; empty once it was taken in.",
        Privacy.SENSITIVE,
        LargeBinary,
    )
    size_bytes: Mapped[int] = column("Length of the whole line in bytes.", Privacy.NONE, BigInteger)
    content_sha256: Mapped[str] = column(
        "SHA-256 of the whole line, 64 hexadecimal digits: a line is kept once.", Privacy.QUASI_IDENTIFIER
    )
    source: Mapped[str] = column("File that it came from last; - for a stream.", Privacy.QUASI_IDENTIFIER)
    line: Mapped[int] = column("Its line there, 1 for the first.", Privacy.NONE, BigInteger)
    quarantined_at: Mapped[datetime.datetime] = column("When it came first.", Privacy.NONE, server_default=now())
    seen_at: Mapped[datetime.datetime] = column("When it came last.", Privacy.NONE, server_default=now())
    released_at: Mapped[datetime.datetime | None] = column(
        "When it could be taken in after all; null while it can't.", Privacy.NONE
    )
    tool_version: Mapped[str] = column("Version of toolbox that put it here last.", Privacy.NONE)
