"""Speaks the beginning of PostgreSQL's protocol: enough to be an old server, or one that refuses."""

import socket
import struct
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

ENCRYPTION_REQUESTS: Final = {80877103, 80877104}
"""Codes of the requests for TLS and for GSSAPI encryption."""


def greeting(server_version: str) -> bytes:
    """Let the client in, as a server of a version does."""
    return (
        _message(b"R", struct.pack("!I", 0))
        + _message(b"S", b"server_version\0" + server_version.encode() + b"\0")
        + _message(b"S", b"client_encoding\0UTF8\0")
        + _message(b"K", struct.pack("!II", 1, 1))
        + _message(b"Z", b"I")
    )


def refusal(sqlstate: str, message: str, **more: str) -> bytes:
    """Turn the client away: `more` are further fields by their letter."""
    fields: Mapping[str, str] = {"S": "FATAL", "V": "FATAL", "C": sqlstate, "M": message, **more}
    return _message(b"E", b"".join(f"{key}{value}\0".encode() for key, value in fields.items()) + b"\0")


@contextmanager
def fake_server(answer: bytes) -> Iterator[str]:
    """Answer every client the same; gives the URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
        serving = threads.submit(_serve, listening, answer)
        port = listening.getsockname()[1]
        yield f"postgresql://ada:s3cr3t@127.0.0.1:{port}/school"
        with socket.create_connection(("127.0.0.1", port)) as goodbye:
            goodbye.sendall(struct.pack("!I", 0))
        serving.result()


def _serve(listening: socket.socket, answer: bytes) -> None:
    while True:
        client, _ = listening.accept()
        with client, client.makefile("rb") as received:
            while (size := struct.unpack("!I", received.read(4))[0]) == 8:
                assert struct.unpack("!I", received.read(4))[0] in ENCRYPTION_REQUESTS
                client.sendall(b"N")
            if size == 0:
                return
            received.read(size - 4)
            client.sendall(answer)
            client.shutdown(socket.SHUT_WR)
            received.read()


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!I", len(content) + 4) + content
