import gc

import pytest

from toolbox_cli.core.garbage import seldom_collected


def test_cycles_are_looked_for_seldom_and_then_as_before() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.isenabled()
        assert gc.get_threshold() == (100_000, *before[1:])
    assert gc.get_threshold() == before


def test_a_fault_leaves_it_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="a fault"), seldom_collected():
        raise ValueError("a fault")
    assert gc.get_threshold() == before


def test_who_looks_even_less_often_keeps_to_that() -> None:
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, *before[1:])
    try:
        with seldom_collected():
            assert gc.get_threshold()[0] == 1_000_000
    finally:
        gc.set_threshold(*before)
