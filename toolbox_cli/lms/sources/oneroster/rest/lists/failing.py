"""What a list that can't be read means, in the server's own words where it has any."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from toolbox_cli.core.http.errors import HttpError, UnexpectedReplyError
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.reading.scopes import unreadable
from toolbox_cli.lms.sources.reading.values import clean
from toolbox_cli.lms.sources.records import Fault, Kind, Scope

_NOT_SERVED: Final = {404, 405, 410, 501}
_FAILURES: Final = {"failure", "unsupported"}
_DEPTH: Final = 6
_ENTRIES: Final = 20


class BrokenListError(Exception):
    """A list can't be read to its end.

    Attributes:
        fault: why.
        others: what else was found before.
    """

    def __init__(self, fault: Fault, others: tuple[Fault, ...] = ()) -> None:
        super().__init__(fault.message)
        self.fault, self.others = fault, others


def not_served(error: HttpError) -> bool:
    """Tell whether a server says that it does not have this at all."""
    return error.status in _NOT_SERVED


def of_error(error: HttpError, kind: Kind, name: str) -> Fault:
    """Say why a list can't be read."""
    fault = unreadable(Scope(kind), error)
    said = explained(error.reply) if error.reply else None
    message = f"{error.reply.place} answered {error.status}: {said}" if said and error.reply else fault.message
    return replace(fault, message=message, place=fault.place or name)


def explained(reply: Reply) -> str | None:
    """Give what the standard's error body says, redacted; None where the answer has none."""
    status = _status_of(reply)
    if status is None:
        return None
    minor = status.get("imsx_CodeMinor") or status.get("imsx_codeMinor")
    codes = filter(None, [str(status.get("imsx_codeMajor", "")), *_minor(minor, _DEPTH)])
    described = reply.redactor.excerpt(clean(str(status.get("imsx_description") or "nothing described")))
    named = reply.redactor.excerpt(clean(", ".join(codes)), 100)
    return f"{described} ({named})" if named else described


def failed(reply: Reply) -> bool:
    """Tell whether an answer that looks like a success says that it is a failure."""
    status = _status_of(reply)
    return status is not None and str(status.get("imsx_codeMajor", "")).casefold() in _FAILURES


def _status_of(reply: Reply) -> Mapping[str, Any] | None:
    try:
        return _status_info(reply.json(object), _DEPTH)
    except UnexpectedReplyError:
        return None


def _status_info(value: Any, depth: int) -> Mapping[str, Any] | None:
    """Find the status, which 1.1 has in a list, some in an object of its own, and some at the top."""
    if isinstance(value, dict):
        if "imsx_codeMajor" in value or "imsx_description" in value:
            return value
        value = list(value.values())
    if isinstance(value, list) and depth:
        return next(filter(None, (_status_info(one, depth - 1) for one in value[:_ENTRIES])), None)
    return None


def _minor(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        found = value.get("imsx_codeMinorFieldValue")
        return [found] if isinstance(found, str) else _minor(list(value.values()), depth - 1)
    if isinstance(value, list) and depth > 0:
        return [code for one in value[:_ENTRIES] for code in _minor(one, depth - 1)]
    return []
