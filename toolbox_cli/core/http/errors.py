"""What goes wrong on the way to another system.

UnreachableError                     5
└── HttpError                        5
    ├── NoConnectionError            the server can't be connected to, or hung up
    ├── TimedOutError                it takes too long
    ├── UnauthorizedError            401, also with a fresh token
    ├── ForbiddenError               403
    ├── NotFoundError                404 and 410
    ├── RejectedError                another 4xx
    ├── ThrottledError               429, or a 403 that means it
    ├── ServerFaultError             5xx
    ├── UnexpectedReplyError         not what was asked for: HTML, other JSON, a strange redirect
    ├── TooLargeError                a body beyond the cap
    ├── TooManyError                 pages beyond the cap, or in a circle
    ├── CircuitOpenError             it failed so often that it is left alone for a while
    ├── MalformedLinkError           a Link header that can't be read
    └── ForeignLinkError             a link or redirect to another origin

Messages hold no secret: addresses and excerpts are redacted before they come here.
"""

from typing import TYPE_CHECKING

from toolbox_cli.core.errors import UnreachableError

if TYPE_CHECKING:
    from toolbox_cli.core.http.reply import Reply


class HttpError(UnreachableError):
    """The other system could not be worked with.

    Attributes:
        reply: what it answered, where it did.
        doubtful: it may have carried out what was asked, although nothing says so.
        retry_after_s: how long it wants to be left alone, where it says.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        remedy: str | None = None,
        reply: "Reply | None" = None,
        doubtful: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.reply = reply
        self.doubtful = doubtful
        self.retry_after_s = retry_after_s

    @property
    def status(self) -> int | None:
        """The HTTP status, where there was an answer."""
        return self.reply.status if self.reply else None


class NoConnectionError(HttpError):
    """The server can't be connected to, or hung up."""


class TimedOutError(HttpError):
    """The server takes too long."""


class UnauthorizedError(HttpError):
    """The server does not take the credentials."""


class ForbiddenError(HttpError):
    """The credentials lack a permission."""


class NotFoundError(HttpError):
    """The server has nothing at this address."""


class RejectedError(HttpError):
    """The server does not take the request."""


class ThrottledError(HttpError):
    """The server wants fewer requests."""


class ServerFaultError(HttpError):
    """The server failed."""


class UnexpectedReplyError(HttpError):
    """The server answered what was not asked for."""


class TooLargeError(HttpError):
    """The answer is larger than allowed."""


class TooManyError(HttpError):
    """The list has more pages than allowed."""


class CircuitOpenError(HttpError):
    """The server failed too often in a row, and is left alone for a while."""


class MalformedLinkError(HttpError):
    """The link to the next page can't be read."""


class ForeignLinkError(HttpError):
    """A link leads to another server."""
