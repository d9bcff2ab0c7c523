"""What a list that can't be read means: for its scope, or for everything."""

from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    TooLargeError,
    TooManyError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.oneroster.rest.cleaning import storable
from toolbox_cli.lms.sources.records import Fault, Kind

SCOPED: Final = (
    ForbiddenError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    TooLargeError,
    TooManyError,
    UnexpectedReplyError,
)
"""Failures of one list; all others concern the connection as a whole."""

_CODES: Final[Mapping[type[HttpError], str]] = {
    ForbiddenError: "lms-forbidden",
    NotFoundError: "lms-not-served",
    RejectedError: "lms-rejected",
    ServerFaultError: "lms-server-fault",
    TooLargeError: "lms-too-large",
    TooManyError: "lms-too-many",
    UnexpectedReplyError: "lms-unexpected-reply",
}
_NOT_SERVED: Final = {404, 405, 410, 501}
_DEPTH: Final = 6


class BrokenListError(Exception):
    """A list can't be read to its end; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def not_served(error: HttpError) -> bool:
    """Tell whether a server says that it does not have this at all."""
    return error.status in _NOT_SERVED


def of_list(code: str, kind: Kind, place: str, message: str, *, remedy: str | None = None) -> Fault:
    """Say what is wrong with a list as a whole."""
    return Fault(f"lms-{code}", message, kind, place=place, remedy=remedy, severity=Severity.ERROR)


def of_error(error: HttpError, kind: Kind, place: str) -> Fault:
    """Say why a list can't be read, in the server's own words where it has any."""
    message = error.message
    said = explained(error.reply) if error.reply else None
    if said and error.reply:
        message = f"{error.reply.place} answered {error.status}: {said}"
    code = _CODES.get(type(error), "lms-unreadable")
    return Fault(code, message, kind, place=place, remedy=error.remedy, severity=Severity.ERROR)


def explained(reply: Reply) -> str | None:
    """Give what the standard's error body says, redacted; None where the answer has none."""
    try:
        status = _status_info(reply.json(object), _DEPTH)
    except UnexpectedReplyError:
        return None
    if status is None:
        return None
    minor = status.get("imsx_CodeMinor") or status.get("imsx_codeMinor")
    codes = [str(status.get("imsx_codeMajor", "")), *_minor(minor, _DEPTH)]
    described = reply.redactor.excerpt(storable(str(status.get("imsx_description") or "nothing described")))
    named = reply.redactor.excerpt(storable(", ".join(filter(None, codes))), 100)
    return f"{described} ({named})" if named else described


def _status_info(value: Any, depth: int) -> Mapping[str, Any] | None:
    """Find the status, which 1.1 has in a list, some in an object of its own, and some at the top."""
    if isinstance(value, dict):
        if "imsx_codeMajor" in value or "imsx_description" in value:
            return value
        value = list(value.values())
    if isinstance(value, list) and depth:
        return next(filter(None, (_status_info(one, depth - 1) for one in value[:20])), None)
    return None


def _minor(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        found = value.get("imsx_codeMinorFieldValue")
        return [found] if isinstance(found, str) else _minor(list(value.values()), depth - 1)
    if isinstance(value, list) and depth > 0:
        return [code for one in value[:20] for code in _minor(one, depth - 1)]
    return []


def failed(reply: Reply) -> bool:
    """Tell whether an answer that looks like a success says that it is a failure."""
    try:
        status = _status_info(reply.json(object), _DEPTH)
    except UnexpectedReplyError:
        return False
    return status is not None and str(status.get("imsx_codeMajor", "")).casefold() in {"failure", "unsupported"}
