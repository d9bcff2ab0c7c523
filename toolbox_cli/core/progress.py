"""Progress on long work: on stderr, on a terminal, and gone when the work is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.streams import speaks_unicode

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID


def _shown(runtime: Runtime) -> bool:
    return not runtime.quiet and runtime.err.isatty()


@contextmanager
def status(runtime: Runtime, doing: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done.

    Yields:
        A function that changes the text.
    """
    if not _shown(runtime):
        yield lambda _: None
        return
    with runtime.talk.status(doing, spinner="dots" if speaks_unicode(runtime.err) else "line") as shown:
        yield lambda text: shown.update(text)


class Bars:
    """Bars for counted work of several kinds at once; shows nothing where nobody looks."""

    def __init__(self, progress: "Progress | None" = None) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def clear(self) -> None:
        """Take all bars away."""
        for task in self._tasks.values():
            if self._progress:
                self._progress.remove_task(task)
        self._tasks.clear()

    def add(self, title: str, kind: str, total: int) -> None:
        """Show a bar.

        Args:
            title: what people read.
            kind: what `advance` calls it.
            total: about how much there is.
        """
        if self._progress:
            self._progress.start()
            self._tasks[kind] = self._progress.add_task(title, total=total)

    def advance(self, kind: str, count: int) -> None:
        """Count finished work of one kind."""
        if self._progress and kind in self._tasks:
            self._progress.advance(self._tasks[kind], count)


@contextmanager
def bars(runtime: Runtime) -> Iterator[Bars]:
    """Show bars with their rates and the time left, from the first one on for as long as the work goes on."""
    if not _shown(runtime):
        yield Bars()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: "Task") -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(),
    )  # fmt: skip
    progress = Progress(*columns, console=runtime.talk, transient=True)
    try:
        yield Bars(progress)
    finally:
        progress.stop()
