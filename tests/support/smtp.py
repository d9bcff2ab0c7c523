"""A small mail server on a socket of this machine: ESMTP with STARTTLS, TLS and AUTH, which fails on command.

    with serving(certificate=self_signed(tmp_path)) as smtp:
        ... Mail(SmtpSettings(host="127.0.0.1", port=smtp.port, ...))
        smtp.taken[0].message["Subject"]

`smtp.answers["RCPT"] = [b"451 later"]` answers the first such command so, once. What comes is in `smtp.said`, in order.
Source: RFC 5321, RFC 3207 and RFC 4954, as far as clients need.
"""

import base64
import contextlib
import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Final

from tests.support.web import Certificate

PATIENCE_S: Final = 30.0


@dataclass(frozen=True)
class Taken:
    """A message that the server took.

    Attributes:
        secure: whether it came by TLS.
        user: who had signed in.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    secure: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)


@dataclass
class Smtp:
    """The server.

    Attributes:
        tls: from the first byte on.
        starttls: whether it offers that.
        accounts: user to password; who is not among them does not get in.
        answers: by command, what to say instead, each once; b"" hangs up.
    """

    certificate: Certificate | None = None
    tls: bool = False
    starttls: bool = True
    accounts: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(PATIENCE_S)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(PATIENCE_S)
            with contextlib.suppress(OSError), contextlib.closing(_Session(self, connection)) as session:
                session.serve()


class _Session:
    """One client."""

    def __init__(self, server: Smtp, connection: socket.socket) -> None:
        self.server, self.connection, self.secure = server, connection, False
        self.user: str | None = None
        self.sender, self.recipients = "", list[str]()
        self.received: Any = None

    def close(self) -> None:
        if self.received is not None:
            self.received.close()
        self.connection.close()

    def serve(self) -> None:
        if self.server.tls:
            self._wrap()
        self.received = self.connection.makefile("rb")
        self._send(b"220 here ESMTP")
        while line := self.received.readline():
            text = line.decode().rstrip("\r\n")
            self.server.said.append(text)
            word = text.split(" ", 1)[0].upper()
            planned = self.server.answers.get(word)
            if planned:
                answer = planned.pop(0)
                if not answer:
                    return
                self._send(answer)
            elif not getattr(self, f"_{word.lower()}", self._unknown)(text):
                return

    def _ehlo(self, _: str) -> bool:
        offers = [b"here", b"8BITMIME"]
        if self.server.starttls and not self.secure and self.server.certificate:
            offers.append(b"STARTTLS")
        if self.server.accounts:
            offers.append(b"AUTH PLAIN")
        for number, offer in enumerate(offers, 1):
            self._send(b"250" + (b" " if number == len(offers) else b"-") + offer)
        return True

    def _starttls(self, _: str) -> bool:
        self._send(b"220 go on")
        self.received.close()
        self._wrap()
        self.received = self.connection.makefile("rb")
        return True

    def _auth(self, text: str) -> bool:
        _, user, password = base64.b64decode(text.split(" ", 2)[2]).decode().split("\0")
        right = self.server.accounts.get(user) == password
        self.user = user if right else None
        self._send(b"235 welcome" if right else b"535 5.7.8 no, ada@school.example")
        return True

    def _mail(self, text: str) -> bool:
        if self.server.accounts and self.user is None:
            self._send(b"530 sign in first")
            return True
        self.sender, self.recipients = _address(text), []
        self._send(b"250 good")
        return True

    def _rcpt(self, text: str) -> bool:
        self.recipients.append(_address(text))
        self._send(b"250 good")
        return True

    def _data(self, _: str) -> bool:
        self._send(b"354 go on")
        lines = []
        while (line := self.received.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        taken = Taken(self.sender, tuple(self.recipients), b"".join(lines), self.secure, self.user)
        self.server.taken.append(taken)
        self._send(b"250 taken")
        return True

    def _rset(self, _: str) -> bool:
        self._send(b"250 forgotten")
        return True

    def _quit(self, _: str) -> bool:
        self._send(b"221 bye")
        return False

    def _unknown(self, _: str) -> bool:
        self._send(b"502 what?")
        return True

    def _wrap(self) -> None:
        assert self.server.certificate is not None
        context: ssl.SSLContext = self.server.certificate.context()
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def _send(self, line: bytes) -> None:
        self.connection.sendall(line + b"\r\n")


def _address(text: str) -> str:
    return text[text.index("<") + 1 : text.index(">")]


@contextlib.contextmanager
def serving(certificate: Certificate | None = None, **how: Any) -> Iterator[Smtp]:
    """Run a mail server."""
    smtp = Smtp(certificate, **how)
    try:
        yield smtp
    finally:
        smtp.close()
