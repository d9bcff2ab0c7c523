"""Reads one batch ahead: the server goes on sending while the last batch is masked and written."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_WAITING: Final = 1
"""Batches that wait at most: with fewer than are worked on together, reading and writing would take turns."""


class _End(Generic[T]):
    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


@contextmanager
def ahead(items: Iterable[T], *, stop: Callable[[], None]) -> Iterator[Iterator[T]]:
    """Take items in a thread of their own while others are worked on; what the thread raises is raised here.

    Args:
        items: taken one after the other.
        stop: ends an item's taking at once; called from here where nobody wants more.
    """
    waiting: queue.Queue[T | _End[T]] = queue.Queue(_WAITING)
    unwanted, ended = threading.Event(), threading.Event()

    def take() -> None:
        end: _End[T] = _End()
        try:
            for item in items:
                waiting.put(item)
                if unwanted.is_set():
                    break
        except BaseException as error:  # noqa: BLE001  raised where the items are wanted
            end = _End(error)
        ended.set()
        waiting.put(end)

    thread = threading.Thread(target=take, name="reading ahead", daemon=True)
    thread.start()
    try:
        yield _given(waiting)
    finally:
        unwanted.set()
        if not ended.is_set():  # what has ended is not stopped: a late cancel would hit the next statement
            stop()
        _drained(thread, waiting)


def _given(waiting: "queue.Queue[T | _End[T]]") -> Iterator[T]:
    while not isinstance(item := waiting.get(), _End):
        yield item
    if item.error is not None:
        raise item.error


def _drained(thread: threading.Thread, waiting: "queue.Queue[T | _End[T]]") -> None:
    """Let the thread come to its end: it may be reading, or waiting for a place."""
    while thread.is_alive():
        try:
            waiting.get_nowait()
        except queue.Empty:
            thread.join(0.01)
