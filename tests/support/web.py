"""A real HTTP/1.1 server on a socket of this machine that answers as told, and misbehaves on command.

    web.on("GET", "/courses/{course}/users", lambda asked: [{"id": asked.parts["course"]}])
    web.trouble(cut_within(10), path="/courses/*", nth=2)

A handler gets the `Asked` request and gives an `Answer`, or what becomes one: a dict or list is JSON, a str is text,
None is 204. Whatever comes is in `web.asked`, in order. A handler that raises fails the test at its end.

Troubles: `instead`, `altered`, `html_page`, `throttled`, `unauthorized`, `redirect`, `link`, `cut_before`,
`cut_within`, `silent`, `drip`, `drip_headers`, `endless`, `gzip_bomb`. `web.refusing()` lets nobody connect.
"""

import contextlib
import datetime
import gzip
import io
import ipaddress
import json
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

REASONS: Final = {200: "OK", 204: "No Content", 303: "See Other", 401: "Unauthorized", 429: "Too Many Requests"}
BOMB_BYTES: Final = 1 << 20
PATIENCE_S: Final = 30.0
"""How long a connection may be silent before the server gives a test up."""


@dataclass(frozen=True)
class Asked:
    """A request as it came.

    Attributes:
        path: decoded, without the query.
        target: path and query as they were sent.
        headers: by lower-case name; repeated ones are joined by a comma.
        parts: what stands at the names of the route's pattern.
        connection: number of the connection that it came on, from 1.
    """

    method: str
    path: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; of a repeated one the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def queries(self) -> dict[str, list[str]]:
        """Query parameters, each with all its values."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        """The body, where it is a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self) -> Any:
        """The body, where it is JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What is sent back; a dict or list is sent as JSON, a str as text."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    @property
    def content_type(self) -> str:
        if isinstance(self.body, bytes):
            return "application/octet-stream"
        return "text/plain; charset=utf-8" if isinstance(self.body, str) else "application/json"

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        return replace(self, headers={**self.headers, **headers})


Handler = Callable[[Asked], Any]


@dataclass
class Exchange:
    """One request and the connection that waits for the answer."""

    asked: Asked
    connection: socket.socket
    handle: Callable[[], Answer]
    closing: threading.Event

    def send(self, answer: Answer) -> bool:
        """Send a whole answer; gives whether the connection goes on."""
        self.connection.sendall(head(answer, len(answer.content)) + self.content(answer))
        return True

    def content(self, answer: Answer) -> bytes:
        return b"" if self.asked.method == "HEAD" or answer.status == 204 else answer.content


Trouble = Callable[[Exchange], bool]
"""Answers in some wrong way; gives whether the connection goes on."""


def head(answer: Answer, length: int | None) -> bytes:
    """Give status line and headers; without a length the body is chunked, unless the answer says otherwise."""
    headers = {"Content-Type": answer.content_type}
    if answer.status == 204:
        headers = {}
    elif length is None:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(length)
    names = {name.lower() for name in answer.headers}
    headers = {name: value for name, value in headers.items() if name.lower() not in names}
    lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'So')}"]
    lines += [f"{name}: {value}" for name, value in {**headers, **answer.headers}.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def instead(answer: Answer) -> Trouble:
    """Answer this and leave the handler alone."""
    return lambda exchange: exchange.send(answer)


def altered(change: Callable[[Answer], Answer]) -> Trouble:
    """Answer what the handler gives, changed."""
    return lambda exchange: exchange.send(change(exchange.handle()))


def html_page(
    status: int = 200, text: str = "<!DOCTYPE html><title>Sorry</title><h1>Down for maintenance</h1>"
) -> Trouble:
    return instead(Answer(text, status, {"Content-Type": "text/html; charset=utf-8"}))


def throttled(retry_after: str | None = None, *, status: int = 429, text: str = "Slow down") -> Trouble:
    return instead(Answer(text, status, {"Retry-After": retry_after} if retry_after is not None else {}))


def unauthorized() -> Trouble:
    return instead(Answer({"error": "invalid_token"}, 401, {"WWW-Authenticate": "Bearer"}))


def redirect(to: str, status: int = 302) -> Trouble:
    return instead(Answer("", status, {"Location": to}))


def link(value: str) -> Trouble:
    """Answer as the handler does, but with this Link header."""
    return altered(lambda answer: answer.with_headers({"Link": value}))


def cut_before() -> Trouble:
    """Close the connection without a word."""
    return lambda exchange: False


def cut_within(size_bytes: int, *, chunked: bool = False, announced: bool = True) -> Trouble:
    """Send so much of the body, then close; not `announced` hides from the client that there is more."""

    def answer(exchange: Exchange) -> bool:
        given = exchange.handle()
        part = given.content[:size_bytes]
        if not announced:
            given = given.with_headers({"Transfer-Encoding": "identity", "Connection": "close"})
            begins = head(given, None).replace(b"Transfer-Encoding: identity\r\n", b"")
            exchange.connection.sendall(begins + part)
        elif chunked:
            exchange.connection.sendall(head(given, None) + chunk(part))
        else:
            exchange.connection.sendall(head(given, len(given.content)) + part)
        return False

    return answer


def silent() -> Trouble:
    """Say nothing until the client goes."""

    def answer(exchange: Exchange) -> bool:
        with contextlib.suppress(OSError):
            exchange.connection.recv(1)
        return False

    return answer


def drip(every_s: float = 0.02) -> Trouble:
    """Send the body byte by byte, with blanks before it that never end."""

    def answer(exchange: Exchange) -> bool:
        exchange.connection.sendall(head(exchange.handle(), None))
        while not exchange.closing.wait(every_s):
            exchange.connection.sendall(chunk(b" "))
        return False

    return answer


def drip_headers(every_s: float = 0.02) -> Trouble:
    """Send a header that never ends."""

    def answer(exchange: Exchange) -> bool:
        exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not exchange.closing.wait(every_s):
            exchange.connection.sendall(b"a")
        return False

    return answer


def endless(content: bytes = b" " * 65536) -> Trouble:
    """Send a body without an end, as fast as it is taken."""

    def answer(exchange: Exchange) -> bool:
        exchange.connection.sendall(head(Answer({}), None))
        while not exchange.closing.is_set():
            exchange.connection.sendall(chunk(content))
        return False

    return answer


def gzip_bomb(size_bytes: int = 1 << 30, *, layers: int = 1) -> Trouble:
    """Send blanks of that size, packed `layers` times."""
    packed = packed_blanks(size_bytes)
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    headers = {"Content-Type": "application/json", "Content-Encoding": ", ".join(["gzip"] * layers)}
    return instead(Answer(packed, 200, headers))


def packed_blanks(size_bytes: int) -> bytes:
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", compresslevel=9) as packing:
        for _ in range(max(1, size_bytes // BOMB_BYTES)):
            packing.write(b" " * BOMB_BYTES)
    return made.getvalue()


def pack(answer: Answer) -> Answer:
    """Give the answer with its body packed by gzip, as most servers send it."""
    headers = {"Content-Type": answer.content_type, "Content-Encoding": "gzip", **answer.headers}
    return Answer(gzip.compress(answer.content), answer.status, headers)


@dataclass
class Planned:
    trouble: Trouble
    method: str
    path: str
    nth: int
    times: float
    seen: int = 0

    def meets(self, asked: Asked) -> bool:
        if self.method not in {"*", asked.method} or not fnmatchcase(asked.path, self.path):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


class Web:
    """The server; runs until `close`, or as a context.

    Attributes:
        url: where it is, such as `http://127.0.0.1:40123`, without a slash at the end.
        asked: every request that came whole, in order.
        ca_file: what its certificate is checked by, with TLS.
    """

    def __init__(self, *, certificate: "Certificate | None" = None) -> None:
        self.asked: list[Asked] = []
        self.faults: list[str] = []
        self.connections = 0
        self._routes: list[tuple[str, list[str], Handler]] = []
        self._planned: list[Planned] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._tls = certificate.context() if certificate else None
        self.ca_file = certificate.file if certificate else None
        self._port = 0
        self._listen()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self._port}"

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def on(self, method: str, path: str, answer: Any) -> None:
        """Answer requests; the newest route that matches is taken.

        Args:
            path: such as `/courses/{course}/users`; a name stands for one segment, `{rest*}` at the end for several.
            answer: a handler, or what is always answered.
        """
        handler = answer if callable(answer) else lambda _: answer
        self._routes.insert(0, (method, path.strip("/").split("/"), handler))

    def trouble(self, trouble: Trouble, *, method: str = "*", path: str = "*", nth: int = 1, times: float = 1) -> None:
        """Let the `nth` request from now on that matches go wrong, and `times` - 1 after it.

        Args:
            path: with `*` for anything.
            nth: counts from 1.
            times: `math.inf` for ever.
        """
        with self._lock:
            self._planned.append(Planned(trouble, method, path, nth, times))

    def calm(self) -> None:
        """Forget the troubles that were planned."""
        with self._lock:
            self._planned.clear()

    def paths(self, method: str = "*") -> list[str]:
        """Path and query of each request that came, in order."""
        return [asked.target for asked in self.asked if method in {"*", asked.method}]

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Let nobody connect meanwhile, and hang up on who is."""
        self._hang_up()
        yield
        self._listen()

    def close(self) -> None:
        """Stop, and hang up."""
        self._closing.set()
        self._hang_up()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _listen(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        self._start(self._accept, self._listening)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, connection, self.connections)

    def _serve(self, plain: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), plain:
            plain.settimeout(PATIENCE_S)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._tls.wrap_socket(plain, server_side=True) if self._tls else plain as connection:
                with self._lock:
                    self._open.add(connection)
                try:
                    with connection.makefile("rb") as received:
                        while (asked := read_request(received, number)) and self._answer(connection, asked):
                            pass
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
                finally:
                    with self._lock:
                        self._open.discard(connection)

    def _answer(self, connection: socket.socket, asked: Asked) -> bool:
        with self._lock:
            asked, handler = self._routed(asked)
            self.asked.append(asked)
            due = [planned.trouble for planned in self._planned if planned.meets(asked)]
        exchange = Exchange(asked, connection, lambda: self._handled(handler, asked), self._closing)
        going_on = due[0](exchange) if due else exchange.send(exchange.handle())
        return going_on and asked.headers.get("connection", "").lower() != "close"

    def _routed(self, asked: Asked) -> tuple[Asked, Handler]:
        segments = [unquote(part) for part in urlsplit(asked.target).path.strip("/").split("/")]
        for method, pattern, handler in self._routes:
            parts = matched(pattern, segments) if method in {"*", asked.method} else None
            if parts is not None:
                return replace(asked, parts=parts), handler
        return asked, lambda _: Answer({"error": "not found"}, 404)

    def _handled(self, handler: Handler, asked: Asked) -> Answer:
        try:
            given = handler(asked)
        except Exception:  # noqa: BLE001 a handler's fault belongs to the test, which runs in another thread
            self.faults.append(traceback.format_exc())
            return Answer("the test's handler failed", 500)
        if given is None:
            return Answer(b"", 204)
        return given if isinstance(given, Answer) else Answer(given)


def matched(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """Give what stands at the names of a pattern, or None where it doesn't match."""
    if pattern[-1].endswith("*}") and len(segments) >= len(pattern):
        last = len(pattern) - 1
        segments = [*segments[:last], "/".join(segments[last:])]
    if len(pattern) != len(segments):
        return None
    parts = {}
    for wanted, found in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            parts[wanted.strip("{*}")] = found
        elif wanted != found:
            return None
    return parts


def read_request(received: BinaryIO, connection: int) -> Asked | None:
    """Read one request; None if the client went or sends what is none."""
    first = received.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := received.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        name = name.lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b"".join(read_chunks(received))
    else:
        body = received.read(int(headers.get("content-length", "0")))
    return Asked(first[0], unquote(urlsplit(first[1]).path), first[1], headers, body, connection)


def read_chunks(received: BinaryIO) -> Iterable[bytes]:
    while size := int(received.readline().strip() or b"0", 16):
        yield received.read(size)
        received.readline()
    received.readline()


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""

    file: Path

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.file)
        return made


def self_signed(folder: Path) -> Certificate:
    """Make a certificate, in a file in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    unlocked = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(pem, pkcs8, unlocked) + signed.public_bytes(pem))
    return Certificate(file)


@contextlib.contextmanager
def serving(*, certificate: Certificate | None = None) -> Iterator[Web]:
    """Run a server; at its end, every handler must have worked."""
    with Web(certificate=certificate) as web:
        yield web
    assert not web.faults, "\n".join(web.faults)
