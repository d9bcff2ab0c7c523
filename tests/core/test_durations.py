import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.core.durations import seconds
from toolbox_cli.core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "found_s"),
    [("250ms", 0.25), ("5s", 5), ("2m", 120), ("1h", 3600), ("1d", 86400), ("1.5 h", 5400), (" 0 ", 0), ("7", 7)],
)
def test_durations_are_read_with_their_unit(text: str, found_s: float) -> None:
    assert seconds(text) == found_s


@pytest.mark.parametrize("text", ["", "s", "-1s", "5 sec", "5S", "1h30m", "1e3", "٣s", "5s\n6s"])
def test_what_is_no_duration_is_told_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        seconds(text)
    assert repr(text) in caught.value.message
    assert caught.value.remedy == "Write it as 250ms, 5s, 2m or 1h."


@given(st.decimals(0, 10**6, places=3))
def test_a_number_without_a_unit_is_seconds(number: object) -> None:
    assert seconds(str(number)) == seconds(f"{number}s") == float(str(number))
