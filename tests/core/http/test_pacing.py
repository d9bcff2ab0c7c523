import datetime
import time
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.http.connecting import USERS, connected
from tests.support.clocks import NOON
from tests.support.web import Answer, Asked, Web
from toolbox_cli.core.http.errors import ThrottledError
from toolbox_cli.core.http.pacing import BucketPace, Pace, QuotaPace, parse_retry_after
from toolbox_cli.core.http.redaction import Redactor
from toolbox_cli.core.http.reply import Reply

BLACKBOARD = QuotaPace("X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", reset_is="epoch", keep=50)
CANVAS = BucketPace("X-Rate-Limit-Remaining", floor=100, refill_per_s=10)


def replied(headers: dict[str, str]) -> Reply:
    by_name = {name.lower(): value for name, value in headers.items()}

    class Headers(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            return by_name.get(name.lower(), default)

    return Reply("GET", "https://lms.example/", 200, Headers(), b"", 0.1, Redactor())


@pytest.mark.parametrize(
    ("pace", "headers", "wait_s"),
    [
        (QuotaPace(), {}, 0),
        (QuotaPace(), {"RateLimit-Remaining": "1", "RateLimit-Reset": "60"}, 0),
        (QuotaPace(), {"RateLimit-Remaining": "0", "RateLimit-Reset": "60"}, 60),
        (QuotaPace(keep=5), {"RateLimit-Remaining": "5", "RateLimit-Reset": "60"}, 60),
        (QuotaPace(), {"RateLimit": "limit=100, remaining=0, reset=42"}, 42),
        (QuotaPace(), {"RateLimit": '"default";r=0;t=30'}, 30),
        (QuotaPace(), {"RateLimit": '"default";r=7;t=30'}, 0),
        (QuotaPace(), {"RateLimit": "none"}, 0),
        (QuotaPace(), {"RateLimit-Remaining": "few", "RateLimit-Reset": "60"}, 0),
        (QuotaPace(), {"RateLimit-Remaining": "0", "RateLimit-Reset": "nan"}, 0),
        (QuotaPace(), {"RateLimit-Remaining": "0", "RateLimit-Reset": "-5"}, 0),
        (QuotaPace(), {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(NOON.timestamp()) + 9)}, 9),
        (BLACKBOARD, {"X-Rate-Limit-Remaining": "51", "X-Rate-Limit-Reset": "9999999999"}, 0),
        (BLACKBOARD, {"X-Rate-Limit-Remaining": "50", "X-Rate-Limit-Reset": str(int(NOON.timestamp()) + 77)}, 77),
        (CANVAS, {}, 0),
        (CANVAS, {"X-Rate-Limit-Remaining": "700.0"}, 0),
        (CANVAS, {"X-Rate-Limit-Remaining": "40.5"}, 5.95),
    ],
)
def test_rules_read_headers(pace: Pace, headers: dict[str, str], wait_s: float) -> None:
    assert pace.wait_s(replied(headers), NOON) == pytest.approx(wait_s)


def test_a_moment_is_read_by_the_servers_own_clock() -> None:
    theirs = NOON + datetime.timedelta(hours=3)
    headers = {
        "Date": format_datetime(theirs, usegmt=True),
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Reset": str(int(theirs.timestamp()) + 5),
    }
    assert BLACKBOARD.wait_s(replied(headers), NOON) == 5


def test_a_window_that_is_used_up_is_waited_for(web: Web) -> None:
    def answer(_: Asked) -> Answer:
        left = 2 - (len(web.asked) - 1) % 3
        return Answer(USERS, headers={"RateLimit-Remaining": str(left), "RateLimit-Reset": "60"})

    web.on("GET", "/users", answer)
    with connected(web) as (client, stopped):
        for _ in range(7):
            client.get("users")
    assert stopped.slept == [60, 60]


def test_time_that_passed_anyway_is_not_waited_again(web: Web) -> None:
    web.on("GET", "/users", Answer(USERS, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": "60"}))
    with connected(web) as (client, stopped):
        client.get("users")
        stopped.passed_s += 45
        client.get("users")
        stopped.passed_s += 61
        client.get("users")
    assert stopped.slept == [15]


def test_a_quota_that_lasts_till_tomorrow_ends_the_call(web: Web) -> None:
    web.on("GET", "/users", Answer(USERS, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": "50000"}))
    with connected(web) as (client, stopped):
        assert client.get("users").json(dict) == USERS
        with pytest.raises(ThrottledError, match="in 50000 seconds") as caught:
            client.get("users")
    assert (caught.value.retry_after_s, len(web.asked), stopped.slept) == (50000, 1, [])


@given(st.integers(0, 10**9))
def test_seconds_are_read(seconds: int) -> None:
    assert parse_retry_after(f" {seconds} ", NOON) == seconds


@given(st.integers(-(10**9), 2 * 10**9))
def test_dates_are_read(seconds: int) -> None:
    moment = NOON + datetime.timedelta(seconds=seconds)
    told = parse_retry_after(format_datetime(moment, usegmt=True), NOON)
    assert told == max(0, seconds)


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,9} [A-Z][a-z]{2} [0-9]{1,9} [0-9:+-]{1,20}"))
def test_anything_else_is_nothing_or_a_wait(value: str) -> None:
    told = parse_retry_after(value, NOON)
    assert told is None or told >= 0


@given(st.dictionaries(st.sampled_from(["RateLimit-Remaining", "RateLimit-Reset", "RateLimit", "Date"]), st.text()))
def test_no_header_makes_a_rule_fail(headers: dict[str, str]) -> None:
    assert QuotaPace().wait_s(replied(headers), NOON) >= 0
    assert BucketPace("RateLimit-Remaining", 10, 1).wait_s(replied(headers), NOON) >= 0


def test_a_header_that_takes_long_to_look_through_is_not() -> None:
    began_s = time.process_time()
    assert QuotaPace().wait_s(replied({"RateLimit": "r=1," * 25_000}), NOON) == 0
    assert time.process_time() - began_s < 30
