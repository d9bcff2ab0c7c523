"""Calls of Moodle's web services: the token goes into the body, and what is wrong comes with status 200.

Source: Moodle 4.3, REST protocol, and its recorded answers; `public static function` of `core_webservice`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.client import Call, Client
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    UnauthorizedError,
)
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.reading.scopes import concerns_all

PATH: Final = "webservice/rest/server.php"
LIMITS: Final = Limits(read_s=600, total_s=900)
"""Lists without pages and gradebooks of large courses take Moodle minutes, in which it sends nothing."""

_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_NOBODY: Final = re.compile(r"invalidtoken|invalidtimedtoken|wsaccessuser\w*|forcepasswordchangenotice")
_FORBIDDEN: Final = re.compile(r"errorcoursecontextnotvalid|nopermissions?|requireloginerror|accessdenied|notingroup")
_CLOSED: Final = re.compile(r"sitemaintenance|upgraderunning|servicenotavailable|enablewsdescription")


class MissingFunctionError(ForbiddenError):
    """The service of the token lacks a function."""


class ClosedError(ServerFaultError):
    """The site is closed for everybody, for a while."""


class Service:
    """What a token may call.

    Args:
        client: of the site's root address; see `opened`.
        token: of an external service.

    Raises:
        ConfigurationError: the token can't be one.
    """

    def __init__(self, client: Client, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise ConfigurationError(
                "The token is empty or holds blanks or line ends.", remedy="Give the token of the web service again."
            )
        client.redactor.learn(token)
        self.client, self._token = client, token

    def read(self, function: str, arguments: Mapping[str, Any] | None = None, **place: str | int) -> Reply:
        """Ask for something.

        Args:
            function: its name, such as `core_course_get_courses`.
            arguments: nested as the function has them.
            place: what a message names besides the function.

        Raises:
            HttpError: also where the answer is an error with status 200.
        """
        return self._call(function, arguments or {}, place, idempotent=True)

    def write(self, function: str, arguments: Mapping[str, Any]) -> None:
        """Change something; never sent twice on its own.

        Raises:
            HttpError: `doubtful` where it may have been done all the same.
        """
        self._call(function, arguments, {}, idempotent=False)

    def _call(
        self, function: str, arguments: Mapping[str, Any], place: Mapping[str, str | int], *, idempotent: bool
    ) -> Reply:
        form = {"wstoken": self._token, "wsfunction": function, "moodlewsrestformat": "json", **dict(flat(arguments))}
        try:
            reply = self.client.send(Call("POST", PATH, form=form, idempotent=idempotent))
        except HttpError as error:
            error.message = f"{function}: {error.message}"
            error.args = (error.message,)
            raise
        reply = replace(reply, url=f"{reply.url}?{urlencode({'wsfunction': function, **place})}")
        _check(reply, function)
        return reply


def opened(
    base_url: str, *, limits: Limits | None = None, clock: Clock | None = None, ca_file: Path | None = None
) -> Client:
    """Give a client for a Moodle at its root address, such as `https://moodle.school.example`."""
    root = base_url.rstrip("/").removesuffix("/" + PATH)
    return Client(root, limits=limits or LIMITS, clock=clock, ca_file=ca_file)


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Write arguments as PHP reads them.

    Example:
        >>> list(flat({"criteria": [{"key": "email", "value": "%"}], "since": 0}))
        [('criteria[0][key]', 'email'), ('criteria[0][value]', '%'), ('since', '0')]
    """
    if isinstance(value, Mapping):
        items: Iterator[tuple[Any, Any]] = iter(value.items())
    elif isinstance(value, list | tuple):
        items = iter(enumerate(value))
    else:
        yield name, str(value)
        return
    for key, inner in items:
        yield from flat(inner, f"{name}[{key}]" if name else str(key))


def rows(reply: Reply, name: str) -> list[Any]:
    """Give the list of that name in an answer.

    Raises:
        UnexpectedReplyError: there is none.
    """
    found = reply.json(dict).get(name)
    if not isinstance(found, list):
        reply.unexpected(f"no list of {name}")
    return found


def warnings(reply: Reply) -> list[dict[str, Any]]:
    """Give what an answer warns of.

    Raises:
        UnexpectedReplyError: that can't be read.
    """
    found = reply.json(dict).get("warnings") or []
    if not isinstance(found, list):
        reply.unexpected("warnings that can't be read")
    return [one for one in found if isinstance(one, dict)]


def told(reply: Reply, warning: Mapping[str, Any]) -> str:
    """Give a warning as one sentence; Moodle appends its own call stack to some."""
    return reply.redactor.excerpt(str(warning.get("message", "")).split("#0 ")[0])


def concerns_everything(error: HttpError) -> bool:
    """Tell whether what went wrong here will go wrong everywhere."""
    return isinstance(error, MissingFunctionError | ClosedError) or concerns_all(error)


def _check(reply: Reply, function: str) -> None:
    """Refuse an answer that is an error.

    Raises:
        HttpError: one of its kinds.
    """
    answer: Any = reply.json()
    if not isinstance(answer, dict) or not {"exception", "errorcode"} & answer.keys():
        return
    code, message = str(answer.get("errorcode", "")), str(answer.get("message", ""))
    kind, remedy = _kind(code, message, function)
    text = reply.redactor.excerpt(f"{code}: {message}")
    raise kind(f"{function} answered with the error {text}", remedy=remedy, reply=reply)


def _kind(code: str, message: str, function: str) -> tuple[type[HttpError], str | None]:
    if _NOBODY.fullmatch(code):
        return UnauthorizedError, "Check the token of this integration, and the account that it belongs to."
    if code == "accessexception":
        return MissingFunctionError, (
            f"Add {function} to the token's service: Site administration, Server, Web services, External services."
        )
    if code == "invalidrecord" and "external_functions" in message:
        return MissingFunctionError, f"This Moodle has no function {function}: its version or a plugin is missing."
    if _CLOSED.fullmatch(code):
        return ClosedError, "Repeat this later."
    if _FORBIDDEN.fullmatch(code):
        return ForbiddenError, (
            "Give the token's account, for the whole site, the capabilities moodle/course:view, "
            "moodle/course:viewhiddencourses, moodle/course:viewparticipants and moodle/course:enrolreview."
        )
    return (NotFoundError if code.startswith("invalidrecord") else RejectedError), None
