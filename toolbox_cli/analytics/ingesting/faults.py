"""Why a line is not taken in."""

from enum import StrEnum


class Reason(StrEnum):
    """Kinds of reasons, in the order in which they are looked at."""

    TOO_LONG = "too-long"
    NO_TEXT = "no-text"
    NO_JSON = "no-json"
    NO_EVENT = "no-event"
    UNKNOWN_TYPE = "unknown-type"
    MISSING = "missing"
    WRONG_VALUE = "wrong-value"
    UNKNOWN_REFERENCE = "unknown-reference"
    OTHER_CONTENT = "other-content"


class Fault(Exception):  # noqa: N818  never leaves the room: it is told as a finding
    """A line can't be taken in.

    Attributes:
        reason: which kind.
        detail: a sentence in words that show nothing of the line.
        field: what is wrong, where one thing is.
        remedy: what to do, where that can be said.
    """

    def __init__(self, reason: Reason, detail: str, *, field: str | None = None, remedy: str | None = None) -> None:
        self.reason, self.detail, self.field, self.remedy = reason, detail, field, remedy
        super().__init__(detail)
