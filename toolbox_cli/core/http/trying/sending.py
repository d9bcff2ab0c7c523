"""One try: a request goes out, and an answer comes in whole or not at all."""

import logging
import zlib
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, NoReturn

import httpcore
import httpx

from toolbox_cli import __version__
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import (
    HttpError,
    NoConnectionError,
    RejectedError,
    TimedOutError,
    TooLargeError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.redaction import Redactor
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.core.http.trying.connections import Deadline, Transport

LOG: Final = logging.getLogger(__name__)
PIECE_BYTES: Final = 1 << 18
_PACKED: Final = {"gzip", "x-gzip", "deflate"}
_BEFORE_SENDING: Final = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, httpcore.ProxyError)
_AWAY: Final = (
    "Look whether the address is right, and whether name server, firewall and proxy let this machine reach it."
)


class Sender:
    """Connections of one client; follows nothing, repeats nothing."""

    def __init__(self, limits: Limits, clock: Clock, redactor: Redactor, ca_file: str | None) -> None:
        self._limits, self._clock, self._redactor = limits, clock, redactor
        self._deadline = Deadline(clock.elapsed_s)
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._http = httpx.Client(
            transport=Transport(self._deadline, ca_file), follow_redirects=False, cookies=no_cookies
        )
        self._http.headers = httpx.Headers(
            {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": f"toolbox/{__version__}"}
        )

    def close(self) -> None:
        self._http.close()

    def send(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, read_s: float | None = None
    ) -> Reply:
        """Send one request.

        Raises:
            NoConnectionError: no connection, or it was cut; `doubtful` if the server may have read the request.
            TimedOutError: likewise.
            TooLargeError: the body exceeds the cap.
            UnexpectedReplyError: the answer is no HTTP, or packed in an unknown way.
        """
        place = f"{method} {self._redactor.url(url)}"
        started_s = self._clock.elapsed_s()
        self._deadline.start(max(self._limits.total_s, read_s or 0))
        try:
            status, given, body = self._exchange(self._request(method, url, headers, content, read_s))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as fault:
            self._failed(place, fault)
        except OSError as fault:
            raise NoConnectionError(f"{place}: {fault.strerror or 'the connection failed'}.", doubtful=True) from None
        elapsed_s = self._clock.elapsed_s() - started_s
        LOG.debug("%s: %d, %d bytes in %.3f s", place, status, len(body), elapsed_s)
        return Reply(method, url, status, given, body, elapsed_s, self._redactor)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, read_s: float | None
    ) -> httpx.Request:
        limits = self._limits
        timeout = httpx.Timeout(read_s or limits.read_s, connect=limits.connect_s, pool=limits.connect_s)
        return self._http.build_request(method, url, headers=dict(headers), content=content, timeout=timeout)

    def _exchange(self, request: httpx.Request) -> tuple[int, Mapping[str, str], bytes]:
        response = self._http.send(request, stream=True)
        try:
            body = b"".join(self._pieces(response, f"{request.method} {self._redactor.url(str(request.url))}"))
        finally:
            response.close()
        return response.status_code, response.headers, body

    def _pieces(self, response: httpx.Response, place: str) -> Iterator[bytes]:
        cap = self._limits.body_bytes
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > cap and response.request.method != "HEAD":
            raise TooLargeError(f"{place} answers with {announced} bytes; {cap} are allowed.", doubtful=True)
        size = 0
        for piece in _unpacked(response, place):
            size += len(piece)
            if size > cap:
                raise TooLargeError(f"{place} answers with more than {cap} bytes.", doubtful=True)
            yield piece

    def _failed(self, place: str, fault: Exception) -> NoReturn:
        LOG.debug("%s: %s", place, type(fault).__name__)
        doubtful = not isinstance(fault, _BEFORE_SENDING)
        kind, what = _told(fault, doubtful)
        raise kind(f"{place}: {what}.", remedy=None if doubtful else _AWAY, doubtful=doubtful) from None


def as_sent(url: str, redactor: Redactor) -> str:
    """Give an address in the very spelling that is sent: what signatures are made of.

    Raises:
        RejectedError: it can't be sent.
    """
    try:
        return str(httpx.URL(url))
    except (httpx.InvalidURL, UnicodeError):
        raise RejectedError(f"{redactor.excerpt(url)} is no address.") from None


def _told(fault: Exception, doubtful: bool) -> tuple[type[HttpError], str]:
    if isinstance(fault, httpcore.LocalProtocolError):
        return RejectedError, "a header can't be sent"
    if isinstance(fault, httpcore.TimeoutException):
        return TimedOutError, "the server answers too slowly" if doubtful else "no connection came about in time"
    if doubtful:
        return NoConnectionError, "the server hung up before its answer was whole"
    reason = str(fault).partition("] ")[2] or str(fault)
    return NoConnectionError, f"no connection ({reason})" if reason else "no connection"


def _unpacked(response: httpx.Response, place: str) -> Iterator[bytes]:
    """Unpack piece by piece, so that a small answer can't fill the memory before it is counted."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"identity", ""}:
        yield from response.iter_raw()
        return
    if coding not in _PACKED:
        raise UnexpectedReplyError(f"{place} answers in a packing that was not asked for.", doubtful=True)
    try:
        yield from _inflated(response.iter_raw(), zlib.MAX_WBITS | 32)
    except zlib.error:
        raise UnexpectedReplyError(f"{place} answers with what can't be unpacked.", doubtful=True) from None


def _inflated(pieces: Iterator[bytes], window_bits: int) -> Iterator[bytes]:
    unpacking, came = zlib.decompressobj(window_bits), False
    for piece in pieces:
        left = piece
        while left and not unpacking.eof:
            came = True
            yield unpacking.decompress(left, PIECE_BYTES)
            left = unpacking.unconsumed_tail
    if came and not unpacking.eof:
        raise httpcore.RemoteProtocolError("the packed body has no end")
