"""The page: nothing in it runs or loads, people read it in light and dark, on paper, and with a screen reader."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from tests.analytics.reporting.conftest import Page, Telling
from tests.support.browser import Browser, browser
from toolbox_cli.analytics.reporting.asking import REPORTS

STYLE: Final = Path(__file__).parents[3] / "toolbox_cli/analytics/reporting/showing/page.css"
READ: Final = ("ink", "muted", "one", "two", "good", "bad", "open")
"""Variables of the style that letters have."""


def variables(scheme: int) -> dict[str, str]:
    """Give the colours of the light (0) or the dark (1) scheme."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    return dict(re.findall(r"--(\w+): (#\w{6});", blocks[scheme]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("report", REPORTS)
def test_nothing_in_it_runs_or_comes_from_elsewhere(page: Page, report: str) -> None:
    text = page(report)
    assert "<script" not in text
    assert "http:" not in text
    assert "https:" not in text
    assert not re.search(r"\son\w+=|javascript:|url\((?!#)|@import|<link|<img|<iframe|<object", text)
    assert "default-src 'none'" in text
    assert "unsafe" not in text


def test_what_people_wrote_is_text(page: Page) -> None:
    text = page("learning")
    assert "Soldering &lt;b&gt;basics&lt;/b&gt;" in text
    assert "Clean rooms &amp; gowns" in text
    assert "<b>" not in text


@pytest.mark.parametrize("report", ["learning", "operations"])
def test_it_is_well_formed_and_every_chart_has_its_label_and_its_table(page: Page, report: str) -> None:
    text = page(report).partition("<body>")[2].rpartition("</body>")[0]
    body = ET.fromstring(f"<body>{text}</body>")  # noqa: S314  our own
    charts = list(body.iter("svg"))
    assert charts
    for section in body.iter("section"):
        for chart in section.iter("svg"):
            assert chart.get("role") == "img"
            assert chart.get("aria-label") == chart.findtext("title")
            assert section.find(".//table") is not None
    ids = [node.get("id") for node in body.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert all(cell.get("scope") for cell in body.iter("th"))
    levels = [int(node.tag[1]) for node in body.iter() if re.fullmatch(r"h\d", str(node.tag))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_letters_stand_out(scheme: int) -> None:
    colours = variables(scheme)
    weak = {
        (name, ground): round(contrast(colours[name], colours[ground]), 2)
        for name in READ for ground in ("paper", "ground") if contrast(colours[name], colours[ground]) < 4.5
    }  # fmt: skip
    assert not weak
    assert all(contrast(colours[name], colours["paper"]) >= 3 for name in ("one", "two", "three"))


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def opened(page: Page, window: Browser, tmp_path: Path) -> Browser:
    """The report on learning, in the browser."""
    file = tmp_path / "report.html"
    file.write_text(page("learning"), encoding="utf-8")
    window.emulate()
    window.open(file)
    return window


@pytest.mark.needs("chromium", "chromedriver")
def test_a_browser_shows_it_in_light_and_dark(opened: Browser) -> None:
    pictures = {}
    for scheme in ("light", "dark"):
        opened.emulate(scheme=scheme)
        pictures[scheme] = opened.picture()
    assert opened.complaints() == []
    assert opened.run("return document.documentElement.scrollWidth <= window.innerWidth")
    for number, (scheme, picture) in enumerate(pictures.items()):
        found, colours = opened.colours_of(picture), variables(number)
        assert 1 - max(found.values()) / sum(found.values()) > 0.1, "the page is not blank"
        for name in ("paper", "ground", "ink", "one"):
            assert found.get(colours[name], 0) > 500, (scheme, name)
        assert "#0a0a01" not in found, "a chart kept a colour that only stands for another"


@pytest.mark.needs("chromium", "chromedriver")
def test_a_screen_reader_is_told_all_of_it(tell: Telling, opened: Browser) -> None:
    told, tree = tell("learning"), opened.tree()
    assert {"banner", "main", "contentinfo", "navigation"} <= {node.role for node in tree}
    headings = [(node.level, node.name) for node in tree if node.role == "heading"]
    assert headings == [(1, "Learning"), *((2, section.title) for section in told.sections)]
    labels = [node.name for node in tree if node.role in {"image", "img"}]
    drawn = [section.chart.says for section in told.sections if section.chart and section.chart.says in labels]
    assert labels == drawn
    assert len(labels) >= 4
    assert "Completion of modules" in [node.name for node in tree if node.role == "table"]
    assert all(node.name for node in tree if node.role in {"link", "image", "table", "region", "heading"})


@pytest.mark.needs("chromium", "chromedriver")
def test_on_paper_folded_tables_are_open_and_dark_is_light(opened: Browser) -> None:
    is_shown = "return document.querySelector('details table').checkVisibility()"
    assert not opened.run(is_shown)
    opened.emulate(scheme="dark", media="print")
    assert opened.run(is_shown)
    assert opened.run("return getComputedStyle(document.body).color") == "rgb(28, 35, 51)"
    assert opened.run("return getComputedStyle(document.querySelector('nav')).display") == "none"
    assert opened.pdf().startswith(b"%PDF")
