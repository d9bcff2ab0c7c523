"""docs/signals.md is what the signals are, and their words tell every number of their statements."""

import re
from typing import Final

import pytest

from docs.signals import PAGE, page
from toolbox_cli.analytics.computing import risk
from toolbox_cli.analytics.computing.registry import SIGNALS

SELF_EVIDENT: Final = frozenset({"0", "1", "1.0", "100", "100.0", "2.0", "4", "60", "64"})
"""Nothing, all of it, percent, a half, places, seconds in a minute."""

STATEMENTS: Final = {
    **{name: ("\n".join((*one.before, one.update, *one.after)), one.told) for name, one in SIGNALS.items()},
    "at_risk": (risk.SCORES, risk.__doc__ or ""),
}


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/signals.md is not what the signals are: run `make docs`"


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_number_is_told(name: str) -> None:
    statement, told = STATEMENTS[name]
    numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", re.sub(r"'under_13'|GROUP BY[ \d,]+", "", statement)))
    words = SIGNALS["struggle_signal"].told if name in {"pattern_detected", "at_risk"} else ""
    untold = {one for one in numbers - SELF_EVIDENT if one not in re.findall(r"\d+(?:\.\d+)?", told + words)}
    assert not untold
