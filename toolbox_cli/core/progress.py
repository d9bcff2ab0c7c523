"""Progress on long work: on stderr, on a terminal, and gone when the work is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.streams import speaks_unicode


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


@contextmanager
def bar(runtime: Runtime, doing: str, total: int, unit: str = "rows") -> Iterator[Callable[[int], None]]:
    """Show how far counted work is, with its rate and the time left.

    Yields:
        A function that adds finished units.
    """
    if not _shown(runtime):
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=runtime.talk, transient=True) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda count: progress.advance(task, count)
