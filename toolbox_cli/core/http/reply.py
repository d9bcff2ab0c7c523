"""An answer that came whole."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from toolbox_cli.core.http.errors import UnexpectedReplyError
from toolbox_cli.core.http.redaction import LOOKED_AT, Redactor

T = TypeVar("T")
READS = frozenset({"GET", "HEAD"})
"""Methods that change nothing there."""

_WIDEST_BYTES = 4
"""Of one character, in any usual encoding."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, repr=False)
class Reply:
    """An answer of the server, with its body in memory.

    Attributes:
        url: where it came from, after redirects; as sent, so it may hold secrets: show `place`.
        headers: by name in any case.
        elapsed_s: of the last try.
        attempts: how many tries it took.
        trouble: what went wrong before it came, in a sentence; None where it came at once.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float
    redactor: Redactor
    attempts: int = 1
    trouble: str | None = None
    _read: dict[bool, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return f"<Reply {self.status} to {self.place}>"

    @property
    def place(self) -> str:
        """What was asked, for a message."""
        return f"{self.method} {self.redactor.url(self.url)}"

    @property
    def content_type(self) -> str:
        """Such as `application/json`; empty where the server says nothing."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text; what can't be decoded is replaced."""
        return self._decoded(self.body)

    @property
    def excerpt(self) -> str:
        """The first 200 characters on one line, redacted."""
        return self.redactor.excerpt(self._decoded(self.body[: LOOKED_AT * _WIDEST_BYTES]))

    def json(self, of: type[T] = object, *, decimals: bool = False) -> T:  # type: ignore[assignment]
        """Read the body as JSON; whole numbers are exact, however long.

        The content type is not asked: servers label right answers wrongly and error pages rightly, and the other way
        round. What counts is that the body is JSON of the expected type.

        Args:
            of: dict or list.
            decimals: read fractions as Decimal instead of float.

        Raises:
            UnexpectedReplyError: it is something else.
        """
        if decimals not in self._read:
            self._read[decimals] = self._parse(decimals)
        value = self._read[decimals]
        if not isinstance(value, of):
            self.unexpected(f"JSON, but no {_KINDS.get(of, of.__name__)}")
        return value

    def unexpected(self, what: str) -> NoReturn:
        """Say that this is not the answer that was asked for.

        Raises:
            UnexpectedReplyError: always.
        """
        kind = self.content_type or "no content type"
        raise UnexpectedReplyError(
            f"{self.place} answered {self.status} with {what} ({kind}): {self.excerpt or 'nothing'}",
            reply=self,
            doubtful=self.method not in READS and self.status < 300,
        )

    def _decoded(self, body: bytes) -> str:
        named = _CHARSET.search(self.headers.get("content-type", ""))
        try:
            return body.decode(named[1] if named else "utf-8", "replace")
        except (LookupError, ValueError):
            return body.decode("utf-8", "replace")

    def _parse(self, decimals: bool) -> Any:
        try:
            return json.loads(
                self.body,
                strict=False,  # a raw control character spoils one field, not the page; who reads the field cleans it
                parse_float=Decimal if decimals else None,
                parse_constant=_refuse_constant,
            )
        except (ValueError, RecursionError, ArithmeticError):
            self.unexpected("what is not JSON" if self.body.strip() else "an empty body")


_KINDS: Mapping[type, str] = {dict: "object", list: "list"}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
