"""Reads one batch ahead: the server goes on sending while the last batch is masked and written."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_AHEAD: Final = 1
"""Items that are there or being taken, beside the one that is worked on."""


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
    waiting: queue.SimpleQueue[T | _End[T]] = queue.SimpleQueue()
    places, unwanted, ended = threading.Semaphore(_AHEAD), threading.Event(), threading.Event()

    def take() -> None:
        end: _End[T] = _End()
        try:
            for item in _while_wanted(iter(items), places, unwanted):
                waiting.put(item)
        except BaseException as error:  # noqa: BLE001  raised where the items are wanted
            end = _End(error)
        ended.set()
        waiting.put(end)

    thread = threading.Thread(target=take, name="reading ahead", daemon=True)
    thread.start()
    try:
        yield _given(waiting, places)
    finally:
        unwanted.set()
        places.release()
        if not ended.is_set():  # what has ended is not stopped: a late cancel would hit the next statement
            stop()
        thread.join()


def _while_wanted(items: Iterator[T], places: threading.Semaphore, unwanted: threading.Event) -> Iterator[T]:
    """Take the next only when there is a place for it: whatever is taken takes memory."""
    while places.acquire() and not unwanted.is_set():
        try:
            yield next(items)
        except StopIteration:
            return


def _given(waiting: "queue.SimpleQueue[T | _End[T]]", places: threading.Semaphore) -> Iterator[T]:
    while not isinstance(item := waiting.get(), _End):
        places.release()
        yield item
    if item.error is not None:
        raise item.error
