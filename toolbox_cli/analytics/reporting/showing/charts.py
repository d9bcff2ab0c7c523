"""Charts as inline SVG without scripts: laid out by Vega-Lite, coloured by the page's style."""

import datetime
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from toolbox_cli.analytics.reporting.showing.words import word
from toolbox_cli.analytics.reporting.told import Chart, Field, Section, Shape, Unit, is_number
from toolbox_cli.core.errors import MissingExtraError

INK: Final = "#010101"
MUTED: Final = "#020202"
GRID: Final = "#030303"
PAPER: Final = "#040404"
SERIES: Final = ("#0a0a01", "#0a0a02", "#0a0a03")
"""Colours that stand for variables of the page's style, which gives them their light and dark values."""

FONT: Final = "Helvetica, Arial, sans-serif"
WIDTH: Final = 900
ROW: Final = 28
MOST_BARS: Final = 20
"""More names than that are told by the table alone: their bars would be a wall."""

_FIT: Final = {"type": "fit-x", "contains": "padding"}
_ATTRIBUTES: Final = re.compile(r' (?:xmlns(?::\w+)?|version|role|class|aria-[a-z]+)="[^"]*"')
_SIZES: Final = re.compile(r' (?:width|height)="[\d.]+"')
_CLIP: Final = re.compile(r"\b(clip|gradient_)(\d+)")

Spec = dict[str, Any]


def draw(section: Section) -> str | None:
    """Draw a section's chart; None where there is nothing to draw.

    Raises:
        MissingExtraError: the extra `analytics` is not installed.
    """
    chart = section.chart
    rows = list(section.rows)[:MOST_BARS] if chart and chart.shape in {Shape.BARS, Shape.INTERVALS} else section.rows
    if chart is None or not any(is_number(row.get(name)) for row in rows for name in chart.of):
        return None
    fields = {one.name: one for one in section.fields}
    spec = _SHAPES[chart.shape](chart, fields, rows)
    return _inline(_svg(spec), section.name, chart.says)


def _svg(spec: Spec) -> str:
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError("vl-convert", "analytics", otherwise="Take --format table") from None
    return str(vl_convert.vegalite_to_svg(spec))


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtraError("Altair", "analytics", otherwise="Take --format table") from None
    return altair


def _inline(svg: str, name: str, says: str) -> str:
    """Make an SVG a part of a page: no size, names and colours of its own, one label for all of it."""
    opening, _, rest = svg.partition(">")
    opening = _SIZES.sub("", _ATTRIBUTES.sub("", opening))
    rest = _CLIP.sub(rf"{name}-\1\2", _ATTRIBUTES.sub("", rest))
    label = escape(says, quote=True)
    return f'{opening} class="chart" role="img" aria-label="{label}"><title>{label}</title>{rest}'


def _lines(chart: Chart, fields: Mapping[str, Field], rows: Any) -> Spec:
    alt = _altair()
    data = list(_long(chart, fields, rows))
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("over:T", scale=alt.Scale(type="utc"), axis=alt.Axis(title=None, format="%-d %b", tickCount=8)),
        y=alt.Y("value:Q", axis=_axis(alt, fields[chart.of[0]]), scale=alt.Scale(zero=True)),
        color=_colours(alt, chart, fields),
    )
    line = base.mark_line(strokeWidth=2.5, interpolate="monotone", point=alt.OverlayMarkDef(size=28, filled=True))
    layers = [line]
    if len(chart.of) == 1:
        area = base.mark_area(opacity=0.14, interpolate="monotone", color=SERIES[0])
        layers.insert(0, area)
    return _finish(alt.layer(*layers), 220)


def _bars(chart: Chart, fields: Mapping[str, Field], rows: Any) -> Spec:
    alt = _altair()
    data = list(_long(chart, fields, rows))
    names = list(dict.fromkeys(one["over"] for one in data))
    several = len(chart.of) > 1
    own = {"yOffset": alt.YOffset("series:N", sort=[fields[name].title for name in chart.of])} if several else {}
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("over:N", sort=names, axis=alt.Axis(title=None, labelLimit=240, domain=False)),
        x=alt.X("shown:Q", axis=None, scale=_scale(alt, fields[chart.of[0]])),
        **own,
    )
    bar = base.mark_bar(cornerRadiusEnd=3, height=alt.RelativeBandSize(0.8)).encode(color=_colours(alt, chart, fields))
    text = base.mark_text(align="left", dx=5, color=INK).encode(text="word:N")
    return _finish(alt.layer(bar, text), max(1, len(names)) * (ROW + 14 * several))


def _columns(chart: Chart, fields: Mapping[str, Field], rows: Any) -> Spec:
    alt = _altair()
    data = list(_long(chart, fields, rows))
    names = list(dict.fromkeys(one["over"] for one in data))
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("over:N", sort=names, axis=alt.Axis(title=fields[chart.over].title, labelAngle=0)),
        y=alt.Y("shown:Q", axis=_axis(alt, fields[chart.of[0]])),
    )
    bar = base.mark_bar(cornerRadiusEnd=3).encode(color=_colours(alt, chart, fields))
    text = base.mark_text(dy=-8, color=INK).encode(text="word:N")
    return _finish(alt.layer(bar, text), 200)


def _intervals(chart: Chart, fields: Mapping[str, Field], rows: Any) -> Spec:
    alt = _altair()
    low, high = chart.of
    kept = [row for row in rows if is_number(row[low]) and is_number(row[high])]
    names = [str(row[chart.over]) for row in kept]
    spans = [{"over": str(row[chart.over]), "low": row[low], "high": row[high]} for row in kept]
    ends = list(_long(chart, fields, kept))
    y = alt.Y("over:N", sort=names, axis=alt.Axis(title=None, labelLimit=300, domain=False))
    axis = alt.Axis(title=f"{fields[low].title} to {fields[high].title}, {fields[high].unit}", grid=True, tickCount=6)
    rule = alt.Chart(alt.Data(values=spans)).mark_rule(strokeWidth=3, color=GRID).encode(
        y=y, x=alt.X("low:Q", axis=axis), x2="high:Q"
    )  # fmt: skip
    dots = alt.Chart(alt.Data(values=ends)).mark_circle(size=90, opacity=1).encode(
        y=y, x=alt.X("value:Q", axis=axis), color=_colours(alt, chart, fields)
    )  # fmt: skip
    return _finish(alt.layer(rule, dots), max(1, len(names)) * ROW)


_SHAPES: Final = {Shape.LINE: _lines, Shape.BARS: _bars, Shape.COLUMNS: _columns, Shape.INTERVALS: _intervals}


def _long(chart: Chart, fields: Mapping[str, Field], rows: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        over = row[chart.over]
        for name in chart.of:
            value = row[name]
            known = float(value) if is_number(value) else None
            yield {
                "over": over.isoformat() if isinstance(over, datetime.date) else str(over), "value": known,
                "shown": known or 0.0, "word": word(value, fields[name].unit), "series": fields[name].title,
            }  # fmt: skip


def _colours(alt: Any, chart: Chart, fields: Mapping[str, Field]) -> Any:
    titles = [fields[name].title for name in chart.of]
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1) if len(titles) > 1 else None
    return alt.Color("series:N", scale=alt.Scale(domain=titles, range=list(SERIES[: len(titles)])), legend=legend)


def _scale(alt: Any, one: Field) -> Any:
    """Let bars of shares begin at nothing and end at all."""
    return alt.Scale(domain=[0, 1]) if one.unit is Unit.RATIO else alt.Scale(zero=True)


def _axis(alt: Any, one: Field) -> Any:
    return alt.Axis(title=one.title, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-12, tickCount=4)


def _finish(layered: Any, height: int) -> Spec:
    made = layered.properties(
        width=WIDTH,
        height=height,
        background="transparent",
        autosize=_FIT,
        padding={"top": 4, "bottom": 4, "left": 12, "right": 56},
    )
    made = made.configure(font=FONT).configure_view(stroke=None)
    made = made.configure_axis(
        labelColor=MUTED, titleColor=MUTED, domainColor=GRID, tickColor=GRID, gridColor=GRID, labelFontSize=12,
        titleFontSize=12, titleFontWeight="normal", labelPadding=6,
    )  # fmt: skip
    made = made.configure_legend(labelColor=INK, labelFontSize=12).configure_text(fontSize=12)
    spec: Spec = made.to_dict()
    return spec
