"""All signals, in an order in which each comes after those that it reads."""

from collections.abc import Iterable, Mapping
from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.frames import mastery, pattern, struggle
from toolbox_cli.analytics.computing.signals.toolboxai import benchmark, history, level, peers, recommendation
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.nearby import near

_IN_ORDER: Final = (struggle, pattern, mastery, peers, history, benchmark, level, recommendation)

SIGNALS: Final[Mapping[str, Signal]] = {module.SIGNAL.name: module.SIGNAL for module in _IN_ORDER}


def signals_named(names: Iterable[str]) -> list[Signal]:
    """Give signals by name, in the order in which they are computed; all for no name.

    Raises:
        UsageError: there is no such signal.
    """
    wanted = set(names)
    if unknown := sorted(wanted - SIGNALS.keys()):
        raise UsageError(
            f"There is no signal {', '.join(map(repr, unknown))}.",
            remedy=near(unknown[0], SIGNALS) or f"The signals are {', '.join(SIGNALS)}.",
        )
    return [signal for name, signal in SIGNALS.items() if not wanted or name in wanted]
