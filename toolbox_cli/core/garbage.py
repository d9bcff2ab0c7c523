"""Look for garbage less often while much is made that is let go of by itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_MADE: Final = 100_000
"""Containers, such as rows, that are there at most without a look for cycles among them."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles at every 100,000 containers, not at every 700 as Python does.

    A batch of rows has thousands of them and no cycle; looking at each batch takes a third of the time of reading.
    """
    usual = gc.get_threshold()
    gc.set_threshold(max(usual[0], _MADE), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
