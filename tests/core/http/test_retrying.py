import math

import pytest

from tests.core.http.connecting import USERS, connected
from tests.support.web import (
    Answer,
    Trouble,
    Web,
    cut_before,
    cut_within,
    html_page,
    instead,
    silent,
    throttled,
)
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NoConnectionError,
    RejectedError,
    ServerFaultError,
    ThrottledError,
    TimedOutError,
    TooLargeError,
)
from toolbox_cli.core.http.pacing import QuotaPace

PASSING = {
    "cut before": cut_before(),
    "cut within": cut_within(4),
    "cut within a chunk": cut_within(4, chunked=True),
    "silent": silent(),
    "429": throttled(),
    "500": html_page(500),
    "502": html_page(502),
    "503": html_page(503),
    "504": html_page(504),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING)
def test_reads_are_repeated(web: Web, trouble: Trouble) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(trouble, times=2)
    with connected(web, Bearer("t"), read_s=0.05) as (client, stopped):
        reply = client.get("users")
    assert (reply.json(dict), reply.attempts) == (USERS, 3)
    assert stopped.slept == [0.5, 1.0]  # half of 1 and 2 seconds, the other half being chance


def test_waits_double_up_to_a_cap_and_spread_by_chance(web: Web) -> None:
    web.trouble(html_page(503), times=math.inf)
    with connected(web, attempts=6) as (client, stopped):
        stopped.chance = 1.0
        with pytest.raises(ServerFaultError):
            client.get("users")
    assert (len(web.asked), stopped.slept) == (6, [1, 2, 4, 8, 8])


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 501, 505])
def test_what_stays_wrong_is_asked_once(web: Web, status: int) -> None:
    web.trouble(html_page(status), times=9)
    with connected(web) as (client, stopped), pytest.raises(HttpError):
        client.get("users")
    assert (len(web.asked), stopped.slept) == (1, [])


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (cut_before(), NoConnectionError),
        (cut_within(1), NoConnectionError),
        (silent(), TimedOutError),
        (html_page(500), ServerFaultError),
        (html_page(503), ServerFaultError),
    ],
)
def test_a_write_with_a_doubtful_end_is_not_repeated(web: Web, trouble: Trouble, kind: type[HttpError]) -> None:
    web.on("POST", "/grades", {})
    web.trouble(trouble)
    with connected(web, read_s=0.05) as (client, _), pytest.raises(kind) as caught:
        client.post("grades", json={})
    assert caught.value.doubtful
    assert len(web.asked) == 1


@pytest.mark.parametrize("trouble", [cut_before(), cut_within(1), html_page(500), silent()])
def test_an_idempotent_write_is_repeated(web: Web, trouble: Trouble) -> None:
    web.on("PUT", "/grades", {})
    web.trouble(trouble)
    with connected(web, read_s=0.05) as (client, _):
        assert client.put("grades", json={"score": 1}, idempotent=True).attempts == 2
    assert [asked.json() for asked in web.asked] == [{"score": 1}] * 2


def test_an_idempotent_write_that_never_ends_well_is_doubtful(web: Web) -> None:
    web.trouble(cut_before(), times=9)
    with connected(web) as (client, _), pytest.raises(NoConnectionError) as caught:
        client.put("grades", json={}, idempotent=True)
    assert caught.value.doubtful


def test_a_read_is_never_doubtful(web: Web) -> None:
    web.trouble(cut_before(), times=9)
    with connected(web) as (client, _), pytest.raises(NoConnectionError) as caught:
        client.get("users")
    assert not caught.value.doubtful


def test_a_write_that_was_turned_away_is_repeated(web: Web) -> None:
    web.on("POST", "/grades", {})
    web.trouble(throttled("2"))
    with connected(web) as (client, stopped):
        assert client.post("grades", json={}).attempts == 2
    assert stopped.slept == [2.0]


@pytest.mark.parametrize("status", [400, 403])
def test_a_refused_write_is_not_doubtful(web: Web, status: int) -> None:
    web.trouble(html_page(status))
    with connected(web) as (client, _), pytest.raises((RejectedError, ForbiddenError)) as caught:
        client.post("grades", json={})
    assert not caught.value.doubtful


def test_an_answer_to_a_write_that_is_no_json_leaves_doubt(web: Web) -> None:
    web.on("POST", "/grades", "thanks")
    with connected(web) as (client, _), pytest.raises(HttpError) as caught:
        client.post("grades", json={}).json(dict)
    assert caught.value.doubtful


def test_an_answer_to_a_write_that_is_too_large_leaves_doubt(web: Web) -> None:
    web.on("POST", "/grades", "thanks")
    with connected(web, body_bytes=3) as (client, _), pytest.raises(TooLargeError) as caught:
        client.post("grades", json={})
    assert caught.value.doubtful


def test_nobody_listens(web: Web) -> None:
    web.on("POST", "/grades", {})
    with connected(web) as (client, stopped):
        with web.refusing(), pytest.raises(NoConnectionError, match="no connection") as caught:
            client.post("grades", json={})
        assert not caught.value.doubtful
        assert len(stopped.slept) == 4
        assert client.post("grades", json={}).attempts == 1


def test_a_kept_connection_that_went_is_opened_again(web: Web) -> None:
    web.on("GET", "/users", USERS)
    with connected(web) as (client, _):
        client.get("users")
        with web.refusing():
            pass
        assert client.get("users").json(dict) == USERS
    assert web.connections == 2


@pytest.mark.parametrize(
    ("value", "waited_s"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("Tue, 01 Sep 2026 12:00:20 GMT", 20),
        ("Tuesday, 01-Sep-26 12:00:20 GMT", 20),
        ("Tue Sep  1 12:00:20 2026", 20),
        ("Tue, 01 Sep 2026 11:00:00 GMT", 0),
        ("soon", 0.5),
        ("-3", 0.5),
        ("", 0.5),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_server_says_when(web: Web, status: int, value: str, waited_s: float) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(throttled(value, status=status))
    with connected(web) as (client, stopped):
        assert client.get("users").attempts == 2
    assert stopped.slept == [waited_s]


def test_a_date_is_read_by_the_servers_own_clock(web: Web) -> None:
    web.on("GET", "/users", USERS)
    ahead = {"Date": "Tue, 01 Sep 2026 15:00:00 GMT", "Retry-After": "Tue, 01 Sep 2026 15:00:09 GMT"}
    web.trouble(instead(Answer("", 429, ahead)))
    with connected(web) as (client, stopped):
        client.get("users")
    assert stopped.slept == [9]


def test_a_server_that_wants_too_much_patience_ends_the_call(web: Web) -> None:
    web.trouble(throttled("86400"), times=9)
    with connected(web, patience_s=60) as (client, stopped), pytest.raises(ThrottledError) as caught:
        client.get("users")
    assert (caught.value.retry_after_s, len(web.asked), stopped.slept) == (86400, 1, [])


def test_a_403_that_means_slower_is_told_from_one_that_means_never(web: Web) -> None:
    pace = QuotaPace(throttle=lambda reply: "Rate Limit Exceeded" in reply.text)
    web.on("GET", "/users", USERS)
    web.trouble(throttled("4", status=403, text="403 Forbidden (Rate Limit Exceeded)"))
    with connected(web, pace=pace) as (client, stopped):
        assert client.get("users").attempts == 2
        assert stopped.slept == [4]
        web.trouble(html_page(403))
        with pytest.raises(ForbiddenError):
            client.get("users")
    assert len(web.asked) == 3
