"""How a look at revisions is reported, to people and to other programs."""

from collections.abc import Iterator
from typing import Any, TextIO

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.formats.sarif import Result, as_sarif
from toolbox_cli.core.output import Column, Report, as_json, as_text
from toolbox_cli.core.streams import speaks_unicode
from toolbox_cli.db.lint.lint import Lint
from toolbox_cli.db.lint.options import Form
from toolbox_cli.db.lint.placing import Linted

_SHOWN_SIGNS = 100
"""Of a statement, in JSON and SARIF."""


def text_of(lint: Lint, form: Form, *, ok: bool, out: TextIO) -> str:
    """Give what was found in one of the forms, for a stream or a file."""
    if form is Form.SARIF:
        return as_sarif([_result(one) for one in lint.found])
    report = _report(lint, ok=ok)
    return as_json(report, ascii_only=not speaks_unicode(out)) + "\n" if form is Form.JSON else as_text(report, out)


def in_short(lint: Lint) -> str:
    """Say in a line how it went."""
    counted = _counts(lint)
    told = [_many(counted[f"{one}s"], one) for one in ("error", "warning", "note")]
    told += [f"{counted['accepted']:,} of them accepted"] if counted["accepted"] else []
    return f"{', '.join(told)} in {_many(counted['revisions'], 'revision')}."


def _report(lint: Lint, *, ok: bool) -> Report:
    columns = [
        Column("severity"), Column("code", "rule"), Column("revision"), Column("place"), Column("object"),
        Column("field"), Column("found"),
    ]  # fmt: skip
    items = [_item(one) for one in lint.found]
    return Report("toolbox.db.lint/1", items, _counts(lint), ok, columns, note="\n".join(_notes(lint)))


def _item(one: Linted) -> dict[str, Any]:
    finding = one.finding
    return {**finding.as_item(), **_more(one), "place": f"{finding.file}:{finding.line}"}


def _more(one: Linted) -> dict[str, Any]:
    """Give what JSON and SARIF tell beyond the finding."""
    statement = one.statement if len(one.statement) <= _SHOWN_SIGNS else f"{one.statement[:_SHOWN_SIGNS]}…"
    return {
        "platform": one.revision.platform, "revision": one.revision.id, "rows": one.rows, "takes": one.takes,
        "by": one.by, "accepted": one.accepted, "statement": statement,
    }  # fmt: skip


def _result(one: Linted) -> Result:
    return Result(one.finding, _more(one), f"{one.revision.id}\0{one.statement}")


def _counts(lint: Lint) -> dict[str, int]:
    severities = [one.finding.severity for one in lint.found]
    counted = {f"{one.value}s": severities.count(one) for one in reversed(Severity)}
    return {"revisions": len(lint.revisions), **counted, "accepted": sum(one.accepted for one in lint.found)}


def _notes(lint: Lint) -> Iterator[str]:
    yield from dict.fromkeys(
        f"→ {one.finding.code}: {one.finding.remedy}" for one in lint.found if one.finding.remedy and not one.accepted
    )
    if not lint.revisions:
        yield "No revision is pending."
        return
    yield in_short(lint)


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
