import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.core.errors import UsageError
from toolbox_cli.seed.making.keys import Run
from toolbox_cli.seed.making.moments import moment_of, written, written_if
from toolbox_cli.seed.making.places import first_place, require_places

RUN = Run("0a1b2c3d")


@given(st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_a_moment_is_written_as_python_writes_it(told: datetime.datetime) -> None:
    told = told.replace(microsecond=0)
    assert written(moment_of(told)) == told.astimezone(datetime.UTC).isoformat()


def test_no_moment_is_written_as_none() -> None:
    assert written_if(None) is None
    assert written_if(0) == "1970-01-01T00:00:00+00:00"


def test_blocks_share_out_the_keys_of_a_run() -> None:
    keys = [*range(first_place(RUN, 0, 4), first_place(RUN, 0, 4) + 4)]
    assert keys[0] == RUN.integers.start
    assert first_place(RUN, 1, 4) == keys[-1] + 1


def test_the_last_block_has_keys_of_the_run_and_one_more_is_refused() -> None:
    assert require_places(2_500_000, {"few": 1, "many": 4}) == 2_500_000
    assert first_place(RUN, 2_499_999, 4) + 3 == RUN.integers.stop - 1
    with pytest.raises(UsageError, match=r"more rows of many .* 10,000,004 of 10,000,000"):
        require_places(2_500_001, {"few": 1, "many": 4})
