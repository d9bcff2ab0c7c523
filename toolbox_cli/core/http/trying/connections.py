"""Sockets that keep to a deadline: a server that drips headers or body byte by byte does not hold us for ever."""

import logging
import ssl
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.hosts import proxy_of

for _name in ("httpx", "httpcore", "oauthlib", "stamina"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # they log addresses and headers with secrets


class Deadline:
    """When the current try must be over."""

    def __init__(self, elapsed_s: Callable[[], float]) -> None:
        self._elapsed_s = elapsed_s
        self._at_s: float | None = None

    def start(self, seconds: float) -> None:
        """Begin a try."""
        self._at_s = self._elapsed_s() + seconds

    def left(self, timeout: float | None, late: type[Exception]) -> float | None:
        """Give the time that one operation may take.

        Raises:
            Exception: `late`, when none is left.
        """
        if self._at_s is None:
            return timeout
        left_s = self._at_s - self._elapsed_s()
        if left_s <= 0:
            raise late("the deadline is over")
        return left_s if timeout is None else min(timeout, left_s)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left_s = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left_s), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._backend, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left_s = self._deadline.left(timeout, httpcore.ConnectTimeout)
        stream = self._backend.connect_tcp(host, port, left_s, local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Body(httpx.SyncByteStream):
    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces

    def close(self) -> None:
        self._pieces.close()


class Transport(httpx.BaseTransport):
    """httpx over connections with a deadline, and through the proxy that the environment names.

    Raises httpcore's errors, not httpx's.
    """

    def __init__(self, deadline: Deadline, ca_file: str | None) -> None:
        self._network = _Network(deadline)
        self._ca_file = ca_file
        self._pools: dict[tuple[str | None, str], httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answered = self._pool(str(url)).handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answered.status, headers=answered.headers, stream=_Body(answered.stream), extensions=answered.extensions
        )

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()

    def _pool(self, url: str) -> httpcore.ConnectionPool:
        scheme = urlsplit(url).scheme
        proxy = proxy_of(url)
        key = (proxy, scheme)
        if key not in self._pools:
            context = self._context() if scheme == "https" else None
            self._pools[key] = self._made(proxy, context)
        return self._pools[key]

    def _made(self, proxy: str | None, context: ssl.SSLContext | None) -> httpcore.ConnectionPool:
        if proxy is None:
            return httpcore.ConnectionPool(ssl_context=context, network_backend=self._network)
        given = _proxy(proxy)
        raw = given.url
        return httpcore.HTTPProxy(
            proxy_url=httpcore.URL(scheme=raw.raw_scheme, host=raw.raw_host, port=raw.port, target=raw.raw_path),
            proxy_auth=given.raw_auth,
            ssl_context=context,
            network_backend=self._network,
        )

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._ca_file) if self._ca_file else httpx.create_ssl_context()
        except OSError as fault:
            raise ConfigurationError(
                f"The certificates in {self._ca_file} can't be read: {fault.strerror or 'they are none'}."
            ) from None


def _proxy(address: str) -> httpx.Proxy:
    try:
        return httpx.Proxy(address)
    except (httpx.InvalidURL, ValueError):  # neither is shown: it may hold a password
        raise ConfigurationError(
            "The proxy that the environment names has an address that can't be read.",
            remedy="Give HTTPS_PROXY as http://host:port, with what is odd in its password percent-encoded.",
        ) from None
