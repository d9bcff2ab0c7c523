"""Tasks are watched until all of them have ended."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

from toolbox_cli.agents.engine.asking import ENDED
from toolbox_cli.core.output import Report, as_text
from toolbox_cli.core.runtime import Runtime

EVERY_S: Final = 0.5


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
            live.update(Text(as_text(found, runtime.err)), refresh=True)
            sleep(max(0.0, every_s - (monotonic() - began)))
    return found


def _is_over(found: Report) -> bool:
    return all(item["status"] in ENDED for item in found.items)
