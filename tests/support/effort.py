"""How much work something takes, told by counting where that can be, since machines are busy and clocks lie."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from types import FrameType

HANGS_S = 60


def calls(work: Callable[[], object]) -> int:
    """Count the calls of functions, generators and built-ins that some work makes: the same on every machine."""
    made = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return made


@contextmanager
def ends() -> Iterator[None]:
    """Refuse what goes on for minutes; its input has to be so large that it would, if time grew with the square."""
    began = process_time()
    yield
    assert process_time() - began < HANGS_S
