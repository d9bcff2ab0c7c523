"""The one way out: calls of one system, signed, paced, repeated and bounded."""

import json as json_text
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.auth import Anonymous, Auth, Outgoing
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import (
    ForeignLinkError,
    HttpError,
    NoConnectionError,
    ServerFaultError,
    ThrottledError,
    TimedOutError,
    TooManyError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.links import next_page, origin_of, resolve
from toolbox_cli.core.http.pacing import Pace, QuotaPace
from toolbox_cli.core.http.redaction import Redactor
from toolbox_cli.core.http.reply import READS, Reply
from toolbox_cli.core.http.trying.breaker import Breaker
from toolbox_cli.core.http.trying.judging import judge
from toolbox_cli.core.http.trying.retrying import repeat
from toolbox_cli.core.http.trying.sending import Sender, as_sent
from toolbox_cli.core.http.trying.tokens import TokenEndpoint

Parameters = Mapping[str, str | int | Sequence[str | int]]
Step = Callable[[Reply], str | Parameters | None]
"""Gives after a page where the next one is: an address, parameters that replace those of the first page, or None."""

_BROKEN: Final = (NoConnectionError, TimedOutError, ServerFaultError)
_REDIRECTS: Final = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Call:
    """What to ask.

    Attributes:
        path: below the base address, or a whole address on its origin.
        params: a sequence is sent as the same name repeated.
        json: body to send as JSON.
        form: body to send as a form.
        body: body to send as it is, where its signature is among `headers`.
        idempotent: whether doing it twice is as good as once, so that it may be repeated; None: only reads are.
        allow: statuses from 400 on that are an answer, not an error.
        read_s: how long the server may take to begin its answer, instead of the limit.
    """

    method: str
    path: str
    params: Parameters | None = None
    json: Any = None
    form: Parameters | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotent: bool | None = None
    allow: Collection[int] = ()
    read_s: float | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again after a doubtful end."""
        return self.method in READS if self.idempotent is None else self.idempotent


class Client:
    """Calls one origin; not for several threads at once.

    Args:
        base_url: such as `https://lms.example/api/v1`; paths are below it.
        ca_file: certificates to trust instead of the usual ones.

    Raises:
        ConfigurationError: the base address is none, or holds credentials.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth | None = None,
        *,
        limits: Limits | None = None,
        pace: Pace | None = None,
        clock: Clock | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self.base_url, self.origin = _base(base_url)
        self.auth = auth or Anonymous()
        self.limits = limits or Limits()
        self.clock = clock or Clock()
        self.redactor = Redactor(self.auth.secrets)
        self._pace = pace or QuotaPace()
        self._breaker = Breaker(self.origin, self.limits.breaker_failures, self.limits.breaker_rest_s, self.clock)
        self._sender = Sender(self.limits, self.clock, self.redactor, str(ca_file) if ca_file else None)
        self._tokens = TokenEndpoint(self._sender, self._pace, self.clock, self.redactor)
        self._free_at_s = 0.0

    def __repr__(self) -> str:
        return f"Client({self.base_url!r}, {self.auth!r})"

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of connections."""
        self._sender.close()

    def get(self, path: str, params: Parameters | None = None, *, allow: Collection[int] = ()) -> Reply:
        """Read something; see `send`."""
        return self.send(Call("GET", path, params, allow=allow))

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        form: Parameters | None = None,
        idempotent: bool = False,
        allow: Collection[int] = (),
    ) -> Reply:
        """Post something; see `send`."""
        return self.send(Call("POST", path, json=json, form=form, idempotent=idempotent, allow=allow))

    def put(self, path: str, *, json: Any, idempotent: bool = False, allow: Collection[int] = ()) -> Reply:
        """Put something; see `send`."""
        return self.send(Call("PUT", path, json=json, idempotent=idempotent, allow=allow))

    def patch(self, path: str, *, json: Any, idempotent: bool = False, allow: Collection[int] = ()) -> Reply:
        """Change something; see `send`."""
        return self.send(Call("PATCH", path, json=json, idempotent=idempotent, allow=allow))

    def send(self, call: Call) -> Reply:
        """Do a call: wait for the server's pace, sign, send, follow redirects, repeat what may be repeated.

        Effects: network. Waits.

        Returns:
            An answer with a status below 300, or one of `call.allow`.

        Raises:
            HttpError: one of its kinds; `doubtful` if a write may have been carried out all the same.
        """
        url = self._url(call)
        self._breaker.check()
        limits = replace(self.limits, attempts=1) if self._breaker.trying else self.limits
        troubles: list[HttpError] = []

        def attempt(number: int) -> Reply:
            try:
                return self._try(call, url, number)
            except HttpError as error:
                troubles.append(error)
                raise

        try:
            reply = repeat(attempt, idempotent=call.repeatable, limits=limits, clock=self.clock)
        except HttpError as error:
            error.doubtful &= call.method not in READS
            self._note(error)
            raise
        self._breaker.succeeded()
        return replace(reply, trouble=troubles[-1].message) if troubles else reply

    def pages(self, path: str, params: Parameters | None = None, *, step: Step = next_page) -> Iterator[Reply]:
        """Read a list page by page, by its Link headers or by `step`.

        Raises:
            TooManyError: more pages than allowed, or a page that was there already.
            HttpError: as `send`; the pages until then are not the whole list.
        """
        call: Call | None = Call("GET", path, params)
        seen: set[str] = set()
        while call is not None:
            url = self._url(call)
            if url in seen or len(seen) >= self.limits.pages:
                why = "leads back to a page that was read" if url in seen else f"has over {len(seen)} pages"
                raise TooManyError(f"GET {self.redactor.url(url)}: the list {why}.")
            seen.add(url)
            reply = self.send(call)
            yield reply
            call = self._next(path, params, reply, step)

    def _next(self, path: str, params: Parameters | None, reply: Reply, step: Step) -> Call | None:
        to = step(reply)
        if to is None:
            return None
        if isinstance(to, str):
            return Call("GET", resolve(reply, to))
        return Call("GET", path, {**(params or {}), **to})

    def _url(self, call: Call) -> str:
        url = call.path if "://" in call.path else f"{self.base_url}/{call.path.lstrip('/')}"
        if call.params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(call.params, doseq=True)}"
        url = as_sent(url, self.redactor)
        if not _within(url, self.origin):
            raise ForeignLinkError(f"{self.redactor.url(url)} is not on {self.origin}, and is not asked.")
        return url

    def _try(self, call: Call, url: str, number: int) -> Reply:
        self._keep_pace()
        reply = self._signed(call, url)
        trouble = None
        if reply.status == 401 and reply.method == call.method and self.auth.renew():
            trouble = f"{reply.place} answered 401 to a token that was good before."
            reply = self._signed(call, url)
        reply = replace(reply, attempts=number, trouble=trouble)
        error = judge(reply, self._pace, self.clock.now(), call.allow)
        if error is not None:
            error.doubtful |= reply.method != call.method
            raise error
        return reply

    def _signed(self, call: Call, url: str) -> Reply:
        method = call.method
        try:
            for _ in range(self.limits.redirects + 1):
                reply = self._once(call, url)
                if reply.status not in _REDIRECTS:
                    return reply
                call, url = _redirected(call, reply)
        except HttpError as error:
            error.doubtful |= call.method != method  # 303: what was sent is done, and only its outcome can't be read
            raise
        raise UnexpectedReplyError(
            f"{reply.place} redirects more than {self.limits.redirects} times.", reply=reply, doubtful=True
        )

    def _once(self, call: Call, url: str) -> Reply:
        content, kind = _content(call)
        form = content.decode() if content is not None and call.form is not None else None
        signature = self.auth.headers(Outgoing(call.method, url, form), self._tokens)
        self.redactor.learn(*self.auth.secrets)
        headers = {**kind, **call.headers, **signature}
        reply = self._sender.send(call.method, url, headers, content, call.read_s)
        self._free_at_s = self.clock.elapsed_s() + self._pace.wait_s(reply, self.clock.now())
        return reply

    def _keep_pace(self) -> None:
        wait_s = self._free_at_s - self.clock.elapsed_s()
        if wait_s > self.limits.patience_s:
            raise ThrottledError(
                f"{self.origin} lets us ask again in {wait_s:.0f} seconds, which is longer than we wait.",
                remedy="Repeat this later.",
                retry_after_s=wait_s,
            )
        if wait_s > 0:
            self.clock.sleep(wait_s)

    def _note(self, error: HttpError) -> None:
        if isinstance(error, _BROKEN):
            self._breaker.failed()
        elif error.reply is not None:
            self._breaker.succeeded()


def _base(url: str) -> tuple[str, str]:
    try:
        origin, parts = origin_of(url), urlsplit(url)
    except ValueError:
        raise ConfigurationError(
            "The base address is no address of the web.", remedy="It begins with https:// and a host."
        ) from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError(
            "The base address holds more than scheme, host, port and path.",
            remedy="Leave out user, password, query and fragment; credentials are given by themselves.",
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")), origin


def _within(url: str, origin: str) -> bool:
    try:
        return origin_of(url) == origin and "@" not in urlsplit(url).netloc
    except ValueError:
        return False


def _content(call: Call) -> tuple[bytes | None, Mapping[str, str]]:
    if call.body is not None:
        return call.body, {}
    if call.form is not None:
        return urlencode(call.form, doseq=True).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if call.json is not None:
        return json_text.dumps(call.json, allow_nan=False).encode(), {"Content-Type": "application/json"}
    return None, {}


def _redirected(call: Call, reply: Reply) -> tuple[Call, str]:
    """Give the call that a redirect asks for; it is signed anew.

    Raises:
        ForeignLinkError: it leads to another origin.
        UnexpectedReplyError: it leads nowhere, or would turn a write into something else.
    """
    to = reply.headers.get("location")
    if not to:
        reply.unexpected("a redirect to nowhere")
    url = resolve(reply, to)
    if call.method in READS or reply.status in {307, 308}:
        return call, url
    if reply.status != 303:
        reply.unexpected("a redirect that would lose what was sent")
    return replace(call, method="GET", json=None, form=None, body=None), url
