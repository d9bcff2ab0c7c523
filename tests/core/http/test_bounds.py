"""Nothing lasts or grows beyond its cap; nothing is shortened to it either."""

import math
import time
import tracemalloc

import pytest

from tests.core.http.connecting import USERS, connected
from tests.support.web import (
    Answer,
    Asked,
    Exchange,
    Trouble,
    Web,
    altered,
    cut_within,
    drip,
    drip_headers,
    endless,
    gzip_bomb,
    instead,
    pack,
    silent,
)
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import (
    NoConnectionError,
    TimedOutError,
    TooLargeError,
    TooManyError,
    UnexpectedReplyError,
)


@pytest.mark.parametrize("trouble", [drip(), drip_headers(), endless(), silent()])
def test_a_try_has_an_end_however_steadily_it_drips(web: Web, trouble: Trouble) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(trouble)
    began = time.monotonic()
    with (
        connected(web, clock=Clock(), attempts=1, total_s=0.2, body_bytes=1 << 40) as (client, _),
        pytest.raises(TimedOutError, match="too slowly"),
    ):
        client.get("users")
    assert time.monotonic() - began < 25  # a server that goes on would hold it for ever, a silent one for 30 seconds


def test_time_starts_anew_with_each_try(web: Web) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(drip())
    with connected(web, clock=Clock(sleep=lambda _: None), total_s=0.2) as (client, _):
        assert client.get("users").attempts == 2


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"a" * 4096 + b"\r\n", id="more headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * 4096, id="a longer header"),
        pytest.param(b"HTTP/1.1 200 ", b"O" * 4096, id="a longer first line"),
    ],
)
def test_headers_without_an_end_are_given_up(web: Web, begins: bytes, goes_on: bytes) -> None:
    def answer(exchange: Exchange) -> bool:
        exchange.connection.sendall(begins)
        while not exchange.closing.is_set():
            exchange.connection.sendall(goes_on)
        return False

    web.trouble(answer, times=math.inf)
    with connected(web, attempts=2) as (client, _), pytest.raises(NoConnectionError):
        client.get("users")
    assert len(web.asked) == 2


def test_an_answer_that_is_announced_for_ever_is_given_up(web: Web) -> None:
    def answer(exchange: Exchange) -> bool:
        while not exchange.closing.is_set():
            exchange.connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        return False

    web.trouble(answer)
    with (
        connected(web, clock=Clock(), attempts=1, total_s=0.2) as (client, _),
        pytest.raises(TimedOutError, match="too slowly"),
    ):
        client.get("users")


@pytest.mark.parametrize("trouble", [endless(), gzip_bomb(1 << 28)])
def test_a_body_without_an_end_is_given_up(web: Web, trouble: Trouble) -> None:
    web.trouble(trouble)
    with connected(web, body_bytes=1 << 20) as (client, _):
        tracemalloc.start()
        with pytest.raises(TooLargeError, match="more than 1048576 bytes"):
            client.get("users")
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak_bytes < 8 << 20
    assert len(web.asked) == 1


def test_an_announced_body_that_is_too_large_is_not_read(web: Web) -> None:
    web.on("GET", "/users", Answer(b"x" * 101))
    with connected(web, body_bytes=100) as (client, _), pytest.raises(TooLargeError, match="with 101 bytes"):
        client.get("users")


def test_a_body_of_just_the_size_is_whole(web: Web) -> None:
    web.on("GET", "/users", Answer(b"x" * 100))
    with connected(web, body_bytes=100) as (client, _):
        assert client.get("users").body == b"x" * 100


def test_a_packed_body_is_measured_unpacked(web: Web) -> None:
    web.on("GET", "/users", pack(Answer(b"x" * 1001)))
    with connected(web, body_bytes=1000) as (client, _), pytest.raises(TooLargeError, match="more than 1000 bytes"):
        client.get("users")


@pytest.mark.parametrize("size_bytes", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 3 << 18])
def test_unpacking_loses_nothing(web: Web, size_bytes: int) -> None:
    web.on("GET", "/users", Answer(b"x" * size_bytes))
    web.trouble(altered(pack))
    with connected(web) as (client, _):
        assert client.get("users").body == b"x" * size_bytes


def test_a_packed_body_that_was_cut_is_no_answer(web: Web) -> None:
    web.on("GET", "/users", pack(Answer(["Zoë"] * 1000)))
    web.trouble(cut_within(50, announced=False), times=5)
    with connected(web) as (client, _):
        with pytest.raises(NoConnectionError, match="hung up"):
            client.get("users")
        assert client.get("users").json(list) == ["Zoë"] * 1000


@pytest.mark.parametrize(
    "trouble",
    [
        gzip_bomb(1 << 20, layers=2),
        instead(Answer(b"{}", headers={"Content-Encoding": "br"})),
        instead(Answer(b"{}", headers={"Content-Encoding": "gzip"})),
    ],
)
def test_other_packings_are_refused(web: Web, trouble: Trouble) -> None:
    web.trouble(trouble)
    with connected(web) as (client, _), pytest.raises(UnexpectedReplyError):
        client.get("users")


def test_what_is_no_http_is_no_answer(web: Web) -> None:
    def nonsense(exchange: object) -> bool:
        exchange.connection.sendall(b"220 mail.example ESMTP\r\n\r\n")  # type: ignore[attr-defined]
        return False

    web.trouble(nonsense, times=9)
    with connected(web) as (client, _), pytest.raises(NoConnectionError):
        client.get("users")


def test_pages_are_counted(web: Web) -> None:
    def page(asked: Asked) -> Answer:
        number = int(asked.query.get("page", "1"))
        return Answer([number], headers={"Link": f'</users?page={number + 1}>; rel="next"'})

    web.on("GET", "/users", page)
    read = []
    with connected(web, pages=3) as (client, _), pytest.raises(TooManyError, match="over 3 pages"):
        read += [reply.json(list) for reply in client.pages("users")]
    assert read == []
    assert len(web.asked) == 3


def test_pages_in_a_circle_end(web: Web) -> None:
    web.on("GET", "/users", Answer([], headers={"Link": '</users?page=2>; rel="next"'}))
    with connected(web) as (client, _), pytest.raises(TooManyError, match="leads back"):
        list(client.pages("users", {"page": 1}))
    assert web.paths() == ["/users?page=1", "/users?page=2"]
