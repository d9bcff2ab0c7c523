import math

import pytest

from tests.core.http.connecting import USERS, connected
from tests.support.web import Web, html_page, silent, throttled
from toolbox_cli.core.http.errors import CircuitOpenError, HttpError, ServerFaultError


def test_a_server_that_keeps_failing_is_left_alone_for_a_while(web: Web) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(html_page(503), times=math.inf)
    with connected(web, attempts=2, breaker_failures=3, breaker_rest_s=60) as (client, stopped):
        for _ in range(3):
            with pytest.raises(ServerFaultError):
                client.get("users")
        assert len(web.asked) == 6
        with pytest.raises(CircuitOpenError, match="3 times in a row and is left alone for 60 more seconds") as caught:
            client.get("users")
        assert (len(web.asked), caught.value.retry_after_s, caught.value.doubtful) == (6, 60, False)

        stopped.passed_s += 60
        with pytest.raises(ServerFaultError):
            client.get("users")
        assert len(web.asked) == 7, "the call that finds out is not repeated"
        with pytest.raises(CircuitOpenError):
            client.get("users")

        stopped.passed_s += 60
        web.calm()
        assert client.get("users").json(dict) == USERS
        web.trouble(html_page(503))
        assert client.get("users").attempts == 2, "closed again, calls are repeated"


def test_silence_and_refused_connections_count(web: Web) -> None:
    web.trouble(silent())
    with connected(web, attempts=1, breaker_failures=2, read_s=0.05) as (client, _):
        with pytest.raises(HttpError):
            client.get("users")
        with web.refusing(), pytest.raises(HttpError):
            client.get("users")
        with pytest.raises(CircuitOpenError):
            client.get("users")


def test_whoever_answers_is_alive(web: Web) -> None:
    web.trouble(html_page(503), nth=1)
    web.trouble(html_page(404), nth=2)
    web.trouble(html_page(503), nth=3)
    web.trouble(throttled(), nth=4)
    web.trouble(html_page(503), nth=5)
    web.on("GET", "/users", USERS)
    with connected(web, attempts=1, breaker_failures=2) as (client, _):
        for _ in range(5):
            with pytest.raises(HttpError):
                client.get("users")
        assert client.get("users").json(dict) == USERS
