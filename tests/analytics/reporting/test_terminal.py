import io

import pytest

from tests.analytics.reporting.conftest import Telling
from toolbox_cli.analytics.reporting.asking import REPORTS
from toolbox_cli.analytics.reporting.showing.terminal import as_text, sparkline
from toolbox_cli.analytics.reporting.showing.words import WHY_HIDDEN
from toolbox_cli.analytics.reporting.told import HIDDEN


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def test_a_sparkline_has_eight_heights_from_zero() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([5, 5]) == "██"
    assert sparkline([1, HIDDEN, None, 8]) == "▂  █"
    assert sparkline([]) == ""


@pytest.mark.parametrize("report", REPORTS)
def test_a_stream_of_ascii_is_told_in_ascii(tell: Telling, report: str) -> None:
    text = as_text(tell(report), stream("ascii"))
    assert not set("▁▂▃▄▅▆▇█") & set(text)


def test_figures_over_time_are_one_line_each(tell: Telling) -> None:
    text = as_text(tell("learning"), stream("utf-8"))
    [line] = [line for line in text.splitlines() if line.startswith("Students") and "█" in line and "▁" in line]
    assert line.split()[-2:] == ["0", "48"]
    assert WHY_HIDDEN in text


def test_a_bar_stands_beside_the_figure_that_the_chart_is_of(tell: Telling) -> None:
    text = as_text(tell("adoption"), stream("ascii"))
    bars = {line.split()[0]: line.count("#") for line in text.splitlines() if line.startswith(("Students", "Teachers"))}
    assert bars == {"Students": 20, "Teachers": 5}
