import math
import socket
from urllib.request import urlopen

import pytest

from tests.support.web import Answer, Asked, Web, cut_before, html_page, matched, serving


def fetch(web: Web, path: str) -> bytes:
    with urlopen(web.url + path, timeout=5) as answer:  # noqa: S310 this machine's own server
        content: bytes = answer.read()
    return content


def test_a_handler_that_fails_fails_the_test() -> None:
    def broken(_: Asked) -> Answer:
        raise LookupError("no such course")

    def ask() -> None:
        with serving() as web:
            web.on("GET", "/x", broken)
            with pytest.raises(OSError, match="500"):
                fetch(web, "/x")

    with pytest.raises(AssertionError, match="no such course"):
        ask()


def test_the_nth_matching_request_goes_wrong(web: Web) -> None:
    web.on("GET", "/{any}", "fine")
    web.trouble(html_page(503), path="/b", nth=2, times=2)
    outcomes = []
    for path in ("/b", "/a", "/b", "/a", "/b", "/b"):
        try:
            outcomes.append(fetch(web, path).decode())
        except OSError as fault:
            outcomes.append(str(fault)[11:14])
    assert outcomes == ["fine", "fine", "503", "fine", "503", "fine"]


def test_troubles_last_until_calm(web: Web) -> None:
    web.on("GET", "/a", "fine")
    web.trouble(cut_before(), times=math.inf)
    for _ in range(2):
        with pytest.raises(OSError, match="closed connection"):
            fetch(web, "/a")
    web.calm()
    assert fetch(web, "/a") == b"fine"


def test_nobody_connects_meanwhile(web: Web) -> None:
    web.on("GET", "/a", "fine")
    with web.refusing(), pytest.raises(OSError, match="refused"):
        fetch(web, "/a")
    assert fetch(web, "/a") == b"fine"


def test_the_newest_route_is_taken(web: Web) -> None:
    web.on("GET", "/{rest*}", "any")
    web.on("GET", "/a", "a")
    assert (fetch(web, "/a"), fetch(web, "/b/c")) == (b"a", b"any")


def test_chunked_requests_are_read(web: Web) -> None:
    web.on("POST", "/a", lambda asked: asked.body.decode())
    host, _, port = web.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 5) as client, client.makefile("rb") as received:
        client.sendall(
            b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        )
        assert received.read().endswith(b"\r\n\r\nabc")


def test_patterns() -> None:
    assert matched(["a", "{x}", "b"], ["a", "1", "b"]) == {"x": "1"}
    assert matched(["a", "{rest*}"], ["a", "1", "b"]) == {"rest": "1/b"}
    assert matched(["a", "{x}"], ["a"]) is None
    assert matched(["a"], ["b"]) is None
