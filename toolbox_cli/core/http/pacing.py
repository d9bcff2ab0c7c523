"""When to ask again, by what the server itself says."""

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Literal, Protocol

from toolbox_cli.core.http.reply import Reply

_COMBINED: Final = re.compile(r"(?:^|[;,\s])(?:remaining|r)\s*=\s*(\d{1,15}).*?[;,\s](?:reset|t)\s*=\s*(\d{1,15})")
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
_COMBINED_AT_MOST: Final = 500
"""Characters of the one header that says both: a server could write one that takes minutes to look through."""
_EPOCH_FROM: Final = 1_000_000_000
"""A reset this large can only be a moment since 1970: as a wait it would be 31 years."""


def parse_retry_after(value: str | None, now: datetime.datetime) -> float | None:
    """Give the seconds to wait, 0 or more; None where the header is missing or can't be read.

    Args:
        value: seconds, or an HTTP date in any of its three forms.
        now: by the server's clock, where it says; aware.

    Example:
        >>> parse_retry_after("120", datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC))
        120.0
    """
    text = (value or "").strip()
    if _NUMBER.fullmatch(text) and text.isascii():
        return float(text)
    moment = _http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _http_date(text: str) -> datetime.datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def server_time(headers: Mapping[str, str], ours: datetime.datetime) -> datetime.datetime:
    """Give the server's own time, so that clocks that differ do no harm; ours where it doesn't say."""
    return _http_date(headers.get("date", "")) or ours


def retry_after(reply: Reply, now: datetime.datetime) -> float | None:
    """Give the seconds that an answer wants us to wait."""
    return parse_retry_after(reply.headers.get("retry-after"), server_time(reply.headers, now))


class Pace(Protocol):
    """One system's way to say how fast it may be asked."""

    def wait_s(self, reply: Reply, now: datetime.datetime) -> float:
        """Give the seconds to wait before the next request."""
        ...

    def throttles(self, reply: Reply) -> bool:
        """Tell whether a 403 means "slower" instead of "never"."""
        ...


def _never(_: Reply) -> bool:
    return False


@dataclass(frozen=True)
class QuotaPace:
    """So many requests in a window; when they are used up, wait for the next.

    The fields of the IETF drafts by default: `RateLimit-Remaining` with `RateLimit-Reset`, or `RateLimit` alone.

    Attributes:
        keep: requests of each window that are left to others.
        reset_is: seconds from now, or seconds since 1970; `either` tells by the size.
    """

    remaining: str = "RateLimit-Remaining"
    reset: str = "RateLimit-Reset"
    combined: str | None = "RateLimit"
    keep: int = 0
    reset_is: Literal["seconds", "epoch", "either"] = "either"
    throttle: Callable[[Reply], bool] = _never

    def wait_s(self, reply: Reply, now: datetime.datetime) -> float:
        told = self._told(reply)
        if told is None or told[0] > self.keep:
            return 0.0
        since_1970 = self.reset_is == "epoch" or (self.reset_is == "either" and told[1] >= _EPOCH_FROM)
        seconds = told[1] - server_time(reply.headers, now).timestamp() if since_1970 else told[1]
        return max(0.0, seconds)

    def throttles(self, reply: Reply) -> bool:
        return self.throttle(reply)

    def _told(self, reply: Reply) -> tuple[float, float] | None:
        given = [_number(reply.headers.get(name)) for name in (self.remaining, self.reset)]
        if given[0] is not None and given[1] is not None:
            return given[0], given[1]
        both = reply.headers.get(self.combined, "")[:_COMBINED_AT_MOST] if self.combined else ""
        found = _COMBINED.search(both)
        return (float(found[1]), float(found[2])) if found else None


@dataclass(frozen=True)
class BucketPace:
    """A bucket that leaks: the server says what is left of it, and it fills again by itself.

    Attributes:
        remaining: header with what is left.
        floor: what must be left; below it we wait.
        refill_per_s: what comes back in a second.
    """

    remaining: str
    floor: float
    refill_per_s: float
    throttle: Callable[[Reply], bool] = _never

    def wait_s(self, reply: Reply, now: datetime.datetime) -> float:
        left = _number(reply.headers.get(self.remaining))
        return 0.0 if left is None else max(0.0, (self.floor - left) / self.refill_per_s)

    def throttles(self, reply: Reply) -> bool:
        return self.throttle(reply)


def _number(text: str | None) -> float | None:
    try:
        number = float((text or "").strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None
