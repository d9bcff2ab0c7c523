import io
import re
from dataclasses import replace

import pytest

from tests.analytics.reporting.conftest import Telling
from toolbox_cli.analytics.reporting.asking import REPORTS
from toolbox_cli.analytics.reporting.showing.html import as_html
from toolbox_cli.analytics.reporting.showing.terminal import as_text, sparkline
from toolbox_cli.analytics.reporting.showing.words import ALL_HIDDEN, WHY_HIDDEN
from toolbox_cli.analytics.reporting.told import HIDDEN, Field, Row, Section


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


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_stays_whole_where_the_terminal_is_narrow(tell: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    narrow, wide = (
        [re.findall("[▁▂▃▄▅▆▇█]+", line) for line in as_text(tell("learning"), out).splitlines()]
        for out in (Screen(), stream("utf-8"))
    )
    assert [found for found in narrow if found] == [found for found in wide if found] != []


def test_a_bar_stands_beside_the_figure_that_the_chart_is_of(tell: Telling) -> None:
    text = as_text(tell("adoption"), stream("ascii"))
    bars = {line.split()[0]: line.count("#") for line in text.splitlines() if line.startswith(("Students", "Teachers"))}
    assert bars == {"Students": 20, "Teachers": 5}


def test_a_section_that_may_tell_no_figure_says_so_in_a_sentence(tell: Telling) -> None:
    fields = (Field("module", "Module"), Field("students", "Students"), Field("rating", "Rating"))
    closed: tuple[Row, ...] = (
        {"module": "Soldering", "students": HIDDEN, "rating": HIDDEN},
        {"module": "Robots", "students": HIDDEN, "rating": None},
    )
    section = Section("feedback", "Feedback", "What they think.", fields, closed)
    opened = replace(section, rows=({**closed[0], "students": 12}, closed[1]))
    for one, is_closed in ((section, True), (opened, False)):
        told = replace(tell("learning"), figures=(), sections=(one,))
        for text in (as_text(told, stream("utf-8")), as_html(told)):
            assert (ALL_HIDDEN in text) is is_closed
            assert ("Robots" not in text) is is_closed
