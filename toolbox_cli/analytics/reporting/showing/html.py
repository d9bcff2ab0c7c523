"""A report as one file of HTML: no script, nothing from elsewhere, readable in light and dark and on paper."""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from toolbox_cli.analytics.reporting.showing.charts import draw
from toolbox_cli.analytics.reporting.showing.words import ALL_HIDDEN, HIDDEN_WORD, WHY_HIDDEN, heading, word
from toolbox_cli.analytics.reporting.told import HIDDEN, Field, Figure, Row, Section, Told

LONG: Final = 14
"""A table with more rows than that, and a chart before it, is folded away on the screen."""


def as_html(told: Told) -> str:
    """Give the whole page.

    Raises:
        MissingExtraError: the extra `analytics`, which draws the charts, is not installed.
    """
    return "\n".join(_page(told)) + "\n"


def _page(told: Told) -> Iterator[str]:
    title = f"{told.title}: {told.period.title}"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>{_style()}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#content">Skip to the figures</a>'
    yield from _header(told)
    yield '<main id="content">'
    yield from _figures(told.figures)
    for section in told.sections:
        yield from _section(section)
    yield "</main>"
    yield from _footer(told)
    yield "</body>"
    yield "</html>"


@cache
def _style() -> str:
    """Give the style without what is only there for its authors."""
    text = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _policy() -> str:
    """Let the page load nothing at all, and have no style but its own."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _header(told: Told) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{escape(told.title)}</h1>"
    yield f'<p class="period">{escape(_capital(told.period.title))}</p>'
    if told.notes:
        yield '<div class="notes" role="note">'
        yield from (f"<p>{escape(note)}</p>" for note in told.notes)
        yield "</div>"
    if len(told.sections) > 1:
        yield '<nav aria-label="Sections"><ul>'
        yield from (f'<li><a href="#{section.name}">{escape(section.title)}</a></li>' for section in told.sections)
        yield "</ul></nav>"
    yield "</header>"


def _figures(figures: tuple[Figure, ...]) -> Iterator[str]:
    if not figures:
        return
    yield '<ul class="figures" aria-label="In short">'
    for one in figures:
        yield (
            f'<li><span class="title">{escape(one.title)}</span> '
            f'<span class="value">{escape(word(one.value, one.unit))}</span> '
            f'<span class="note">{escape(one.note)}</span></li>'
        )
    yield "</ul>"


def _section(section: Section) -> Iterator[str]:
    yield f'<section id="{section.name}" aria-labelledby="{section.name}-title">'
    yield f'<h2 id="{section.name}-title">{escape(section.title)}</h2>'
    yield f'<p class="says">{escape(section.says)}</p>'
    if not section.rows:
        yield f'<p class="empty">{escape(section.why_empty)}</p>'
    elif section.is_all_hidden:
        yield f'<p class="empty">{escape(ALL_HIDDEN)}</p>'
    else:
        drawn = draw(section)
        if drawn:
            yield f"<figure>{drawn}</figure>"
        yield from _folded(section) if drawn and len(section.rows) > LONG else _table(section)
    yield "</section>"


def _folded(section: Section) -> Iterator[str]:
    yield f"<details><summary>The figures behind the chart, {len(section.rows)} rows</summary>"
    yield from _table(section)
    yield "</details>"


def _table(section: Section) -> Iterator[str]:
    label = escape(section.title, quote=True)
    yield f'<div class="scrolls" role="region" tabindex="0" aria-label="Table: {label}"><table>'
    yield f"<caption>{escape(section.title)}</caption>"
    yield "<thead><tr>" + "".join(_heading(one) for one in section.fields) + "</tr></thead>"
    yield "<tbody>"
    yield from (_row(section.fields, row) for row in section.rows)
    yield "</tbody></table></div>"


def _heading(one: Field) -> str:
    side = ' class="number"' if one.unit.is_number else ""
    return f'<th scope="col"{side}>{escape(heading(one))}</th>'


def _row(fields: tuple[Field, ...], row: Row) -> str:
    first, *rest = fields
    cells = "".join(_cell(one, row) for one in rest)
    return f'<tr><th scope="row">{escape(word(row[first.name], first.unit))}</th>{cells}</tr>'


def _cell(one: Field, row: Row) -> str:
    value = row[one.name]
    classes = ["number"] * one.unit.is_number + ["hidden"] * (value is HIDDEN)
    if one.name == "verdict":
        classes.append(_VERDICTS.get(str(value), "open"))
    if one.name == "found":
        classes.append("quantity")
    shown = escape(word(value, one.unit))
    mark = f' class="{" ".join(classes)}"' if classes else ""
    return f"<td{mark}>{shown}</td>"


_VERDICTS: Final = {"✓ met": "met", "✗ missed": "missed"}


def _footer(told: Told) -> Iterator[str]:
    yield "<footer>"
    yield f"<p>{escape(told.source)} Made {told.made_at:%Y-%m-%d %H:%M} UTC; all days and hours are UTC.</p>"
    if told.has_hidden:
        yield f"<p>{escape(WHY_HIDDEN).replace(HIDDEN_WORD, f'<em>{HIDDEN_WORD}</em>', 1)}</p>"
    yield "</footer>"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
