"""What a run did as one HTML page: for reading, printing and filing, on its own, without a script."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Any, Final

from toolbox_cli.core.output import as_word
from toolbox_cli.lms.runs.telling.differences import Field, Record, text_of

STYLE: Final = """
:root { color-scheme: light dark; --line: #767676; --soft: #f2f2f2; --gone: #8a1c1c; --new: #14532d; }
@media (prefers-color-scheme: dark) { :root { --line: #8c8c8c; --soft: #2a2a2a; --gone: #ffb4ab; --new: #9fe0b4; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: bold; } dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; white-space: pre-wrap; }
thead th { background: var(--soft); }
.no { font-style: italic; }
del { color: var(--gone); } ins { color: var(--new); }
@media print {
  :root { color-scheme: light; --line: #767676; --soft: #fff; --gone: #000; --new: #000; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  .scroll { overflow: visible; } thead { display: table-header-group; } tr { break-inside: avoid; }
  h2, caption { break-after: avoid; }
}
"""

_HIDDEN_SIGNS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What moves text about, or does not show."""

_STATUS: Final[Mapping[str, str]] = {
    "held": "Held: it would take too much away at once. Nothing was changed, and it waits for somebody's yes.",
    "discarded": "Discarded: it was held, and then refused or overtaken. Nothing was changed.",
    "failed": "Failed: nothing was changed.",
    "partial": "Applied, but for records with faults.",
    "success": "Applied.",
    "undone": "Applied, and taken back later.",
    "running": "It runs, or was cut short.",
}


def run_page(
    run: Mapping[str, Any],
    records: Iterable[Record] | None,
    issues: Iterable[Mapping[str, Any]] | None,
    *,
    personal: bool,
) -> Iterator[str]:
    """Write the page, part by part.

    Args:
        run: as `looking.run_of` gives it.
        records: what differs, in the run's order; None leaves the part out.
        issues: the same of what was wrong.
        personal: whether names are in it.
    """
    title = title_of(run)
    status = _APPROVED if run["applied_by"] else _STATUS.get(run["status"], run["status"])
    yield _head(title)
    yield f"<h1>{_text(title)}</h1>\n<p>{_text(status)}</p>\n{_facts(run)}"
    yield f"<p>{_NAMES if personal else _NO_NAMES}</p>\n"
    if records is not None:
        yield from _changes(records)
    if issues is not None:
        yield from _issues(issues, personal=personal)
    yield "</main>\n</body>\n</html>\n"


def title_of(run: Mapping[str, Any]) -> str:
    """Give a run's heading.

    Args:
        run: as `looking.run_of` gives it.
    """
    kind = {"undo": "Undoing", "manual": "Change by hand"}.get(run["mode"], "Sync")
    return f"{kind} {run['run']} of {run['integration']}: {run['status']}"


_APPROVED: Final = "Held, and then approved: a later run applied exactly this."
_NAMES: Final = "<strong>There are names and addresses of people in it: keep it as you keep a class register.</strong>"
_NO_NAMES: Final = "People are named by their keys in the system that was read; names are left out."


def _head(title: str) -> str:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )


def _facts(run: Mapping[str, Any]) -> str:
    said = {
        "Integration": run["integration"],
        "What was read": {"full": "everything", "delta": "what changed"}.get(run["mode"], run["mode"]),
        "Began": as_word(run["started_at"]),
        "Ended": as_word(run["ended_at"]) or "not yet",
        "Why": run["error_message"],
        "Rows": "; ".join(
            f"{kind}: " + ", ".join(f"{action} {count:,}" for action, count in of_kind.items())
            for kind, of_kind in run["counts"].items()
        ),
        "Approves run": run["approves"],
        "Applied by run": run["applied_by"],
        "Takes back run": run["undoes"],
        "Taken back by run": run["undone_by"],
        "To apply it": f"toolbox lms sync {run['integration']} --approve {run['run']}" * (run["status"] == "held"),
        "Digest of the changes": run["diff_hash"],
    }
    parts = [f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in said.items() if value not in {None, ""}]
    return "<dl>\n" + "\n".join(parts) + "\n</dl>\n"


def _changes(records: Iterable[Record]) -> Iterator[str]:
    yield '<h2 id="changes">Changes</h2>\n'
    there = False
    for (kind, action), group in groupby(records, lambda one: (one.kind, one.action)):
        there = True
        yield _table(f"{kind}: {action}", ("Number", "Record", "Field", "Before", "After"))
        for one in group:
            yield from _rows(one)
        yield "</table></div>\n"
    if not there:
        yield "<p>None.</p>\n"


def _rows(one: Record) -> Iterator[str]:
    fields = one.fields or (Field("", None, None),)
    first = f'<th scope="rowgroup" rowspan="{len(fields)}"><bdi>{_text(one.about)}</bdi></th>'
    number = f'<td rowspan="{len(fields)}">{one.number}</td>'
    yield "<tbody>\n"
    for place, field in enumerate(fields):
        begins = f"{number}{first}" if place == 0 else ""
        cells = _cell(field, field.before, "del") + _cell(field, field.after, "ins")
        yield f"<tr>{begins}<td>{_text(field.name)}</td>{cells}</tr>\n"
    yield "</tbody>\n"


def _issues(issues: Iterable[Mapping[str, Any]], *, personal: bool) -> Iterator[str]:
    told = "message" if personal else "meaning"
    names = ("severity", "code", "kind", "external_id", "field", told, "remedy", "place")
    yield '<h2 id="issues">Issues</h2>\n'
    there = False
    for one in issues:
        if not there:
            yield _table("What was wrong with records", ("Number", *(name.replace("_", " ") for name in names)))
            yield "<tbody>\n"
        there = True
        cells = "".join(f"<td>{_text(one[name])}</td>" for name in names)
        yield f'<tr><th scope="row">{one["number"]}</th>{cells}</tr>\n'
    yield "</tbody>\n</table></div>\n" if there else "<p>None.</p>\n"


def _table(caption: str, columns: Iterable[str]) -> str:
    heads = "".join(f'<th scope="col">{_text(name.capitalize())}</th>' for name in columns)
    label = f'role="region" aria-label="{_text(caption)}" tabindex="0"'
    return (
        f'<div class="scroll" {label}><table>\n<caption>{_text(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n'
    )


def _cell(field: Field, value: Any, tag: str) -> str:
    if not field.name:
        return "<td></td>"
    if field.hidden:
        return '<td class="no">not shown</td>'
    if value is None:
        return '<td class="no">no value</td>'
    if value == "":
        return '<td class="no">empty text</td>'
    return f"<td><{tag}><bdi>{_text(text_of(value))}</bdi></{tag}></td>"


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return escape(_HIDDEN_SIGNS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))
