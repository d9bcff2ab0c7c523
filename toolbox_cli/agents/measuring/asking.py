"""From figures and health to what is shown of them."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from toolbox_cli.agents.database import pace_of, transaction
from toolbox_cli.agents.measuring.figures import NAMES, figures, prometheus
from toolbox_cli.agents.measuring.health import look, write
from toolbox_cli.core.output import Column, Report, put_text
from toolbox_cli.core.runtime import Runtime

_TEXTS: Final = frozenset({"agent", "type"})
_TOLD: Final = ("waiting", "tokens", "cost", "confidence", "turnaround_s", "type")
"""Left to --format json."""


def metrics(runtime: Runtime, since_s: float) -> Report:
    """Give the figures of every agent."""
    with transaction(runtime, snapshot=True) as connection:
        found = figures(connection, since_s, runtime.now())
    columns = [Column(name, justify="left" if name in _TEXTS else "right") for name in NAMES if name not in _TOLD]
    items = [asdict(one) for one in found]
    totals = {name: sum(item[name] for item in items) for name in ("completed", "failed", "dead_letters", "tries")}
    return Report("toolbox.agents.metrics/1", items, {"since_s": since_s, **totals}, columns=columns)


def expose(runtime: Runtime, since_s: float, file: Path | None) -> None:
    """Write figures as Prometheus reads them."""
    with transaction(runtime, snapshot=True) as connection:
        text = prometheus(connection, figures(connection, since_s, runtime.now()))
    put_text(lambda _: text, runtime.out, file and runtime.working_folder / file)


def health(runtime: Runtime) -> Report:
    """Look how agents are, and keep it."""
    with transaction(runtime) as connection:
        found = look(connection, pace_of(runtime))
        write(connection, found)
    items = [{"severity": "error", "found": text} for text in found.errors]
    items += [{"severity": "warning", "found": text} for text in found.warnings]
    summary = {"status": found.status, "score": found.score, "response_ms": found.response_ms, **found.details}
    counted = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in found.details.items())
    note = f"{found.status.capitalize()}: {counted or 'nothing was counted'}."
    return Report("toolbox.agents.health/1", items, summary, not found.errors, note=note)
