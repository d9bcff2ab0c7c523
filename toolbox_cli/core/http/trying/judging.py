"""What a status means."""

import datetime
from collections.abc import Collection, Mapping
from typing import Final

from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    ThrottledError,
    UnauthorizedError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.pacing import Pace, retry_after
from toolbox_cli.core.http.reply import Reply

_KINDS: Final[Mapping[int, tuple[type[HttpError], str]]] = {
    401: (UnauthorizedError, "Check the credentials of this integration; they may have expired or been revoked."),
    403: (ForbiddenError, "Ask the other system's administrator for the permission that this needs."),
    404: (NotFoundError, "Check the base address, and whether this still exists there."),
    410: (NotFoundError, "Check whether this still exists there."),
    429: (ThrottledError, "Repeat this later."),
}


def judge(reply: Reply, pace: Pace, now: datetime.datetime, allow: Collection[int]) -> HttpError | None:
    """Give the error that an answer is; None where it is a good one."""
    status = reply.status
    if 200 <= status < 300 or status in allow:
        return None
    kind, remedy = _kind(reply, pace)
    error = kind(f"{reply.place} answered {status}: {reply.excerpt or 'nothing'}", remedy=remedy, reply=reply)
    if kind in {ThrottledError, ServerFaultError}:
        error.retry_after_s = retry_after(reply, now)
    error.doubtful = kind is ServerFaultError
    return error


def _kind(reply: Reply, pace: Pace) -> tuple[type[HttpError], str | None]:
    status = reply.status
    if status == 403 and pace.throttles(reply):
        return _KINDS[429]
    if status in _KINDS:
        return _KINDS[status]
    if status >= 500:
        return ServerFaultError, "Repeat this later, and look whether the server is well."
    return (RejectedError if status >= 400 else UnexpectedReplyError), None
