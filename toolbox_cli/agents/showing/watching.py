"""Tasks are watched until all of them have ended."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic, sleep
from typing import Final

from toolbox_cli.agents.engine.asking import ENDED
from toolbox_cli.core.output import Report, as_text
from toolbox_cli.core.runtime import Runtime

EVERY_S: Final = 0.5
_LONG: Final = frozenset({"id", "worker"})


def watch(runtime: Runtime, look: Callable[[], Report], every_s: float = EVERY_S) -> Report:
    """Look again and again until nothing is open; on a terminal the table stands on stderr meanwhile.

    Args:
        runtime: whose terminal.
        look: gives the table, as `status` does.
        every_s: between two looks.

    Returns:
        The last table.
    """
    if runtime.quiet or not runtime.err.isatty():
        while not _is_over(found := look()):
            sleep(every_s)
        return found
    from rich.live import Live
    from rich.text import Text

    with Live(console=runtime.talk, transient=True, auto_refresh=False) as live:
        while not _is_over(found := look()):
            began = monotonic()
            live.update(Text.from_ansi(as_text(_narrow(found), runtime.err)), refresh=True)
            sleep(max(0.0, every_s - (monotonic() - began)))
    return found


def _narrow(found: Report) -> Report:
    """Leave out what nobody reads while it changes, so that a task stands on one line."""
    return replace(found, columns=[column for column in found.columns if column.key not in _LONG])


def _is_over(found: Report) -> bool:
    return all(item["status"] in ENDED for item in found.items)
