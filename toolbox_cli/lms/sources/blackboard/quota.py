"""A day's calls: a site has 10,000 for all who ask it, so they are counted before they are spent.

Source: Anthology developer documentation, "Rate limits": `X-Rate-Limit-Limit`, `-Remaining` and `-Reset`.
"""

import datetime
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.errors import SourceError

_DIGITS: Final = 12
"""More of them are neither a number of calls nor a moment."""


class QuotaError(SourceError):
    """The day's calls are used up, or would not do."""


@dataclass
class Quota:
    """Hears from each answer what is left; it is the client's pace too, and never waits: a day is too long.

    Attributes:
        reserve: calls of a day that are left to others.
        left: as the server said last; None until it did.
    """

    reserve: int = 500
    left: int | None = None
    resets_at: datetime.datetime | None = None

    def wait_s(self, reply: Reply, now: datetime.datetime) -> float:
        left = _number(reply.headers.get("x-rate-limit-remaining"))
        if left is not None:
            self.left, self.resets_at = left, _moment(_number(reply.headers.get("x-rate-limit-reset")), now)
        return 0.0

    def throttles(self, reply: Reply) -> bool:
        return False

    def need(self, calls: int, what: str) -> None:
        """Make sure that so many calls are left before the first of them is spent.

        Raises:
            QuotaError: they aren't.
        """
        if self.left is None or self.left - calls >= self.reserve:
            return
        until = f" The next ones come at {self.resets_at:%Y-%m-%d %H:%M} UTC." if self.resets_at else ""
        raise QuotaError(
            f"{what} takes at least {calls} calls; {self.left} are left of today's, and {self.reserve} are kept for"
            f" others.{until}",
            remedy="Repeat this later, read fewer courses (--include term=…), or ask Anthology for a larger quota.",
        )


def _number(text: str | None) -> int | None:
    number = (text or "").strip()
    return int(number) if number.isdecimal() and len(number) <= _DIGITS else None


def _moment(reset: int | None, now: datetime.datetime) -> datetime.datetime | None:
    """Read a reset, which is in seconds since 1970 by the documentation; a small one can only be a wait."""
    if reset is None:
        return None
    try:
        if reset > 1_000_000_000:
            return datetime.datetime.fromtimestamp(reset, datetime.UTC)
        return now + datetime.timedelta(seconds=reset)
    except (OverflowError, ValueError, OSError):
        return None
