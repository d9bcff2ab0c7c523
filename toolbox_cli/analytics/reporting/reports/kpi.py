"""The report on what the design documents aim at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.analytics.reporting.measures import adoption, learning, operations
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.analytics.reporting.reports.learning import completed, rated
from toolbox_cli.analytics.reporting.reports.persons import enough, share
from toolbox_cli.analytics.reporting.showing.words import word
from toolbox_cli.analytics.reporting.suppression.shapes import Beside
from toolbox_cli.analytics.reporting.targets import TARGETS, Better, Target
from toolbox_cli.analytics.reporting.told import HIDDEN, Field, Figure, Row, Section, Unit, Value

TITLE: Final = "Targets"
DATASETS: Final = (
    "usage-events", "health-checks", "agent-tasks", "lms-sync-runs", "generated-scripts", "educational-metrics",
    "module-progress", "module-feedback",
)  # fmt: skip

MET: Final = "✓ met"
MISSED: Final = "✗ missed"
UNTOLD: Final = "can't tell"

_NOTHING: Final = "Nothing of this kind happened in the period."
_MISSING: Final = "The datasets that would tell are not among the files."
_FEW: Final = "Too few persons are behind it to tell."


@dataclass(frozen=True, slots=True)
class Found:
    """What the data show of a target.

    Attributes:
        value: to compare with the target's limit; None where there is none.
        basis: what it was made from, a few words.
    """

    value: Value
    unit: Unit
    basis: str


def tell(inquiry: Inquiry) -> tuple[tuple[Figure, ...], tuple[Section, ...]]:
    """Give its figures and sections."""
    rows = tuple(_row(inquiry, target) for target in TARGETS)
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in (MET, MISSED, UNTOLD)}
    figures = (
        Figure("met", "Met", counts[MET], note=f"of {len(rows)} targets"),
        Figure("missed", "Missed", counts[MISSED], note="by what the data show"),
        Figure("untold", "Can't tell", counts[UNTOLD], note="the table says why"),
    )
    fields = (
        Field("target", "Target", Unit.WORD), Field("wanted", "Wanted", Unit.WORD), Field("found", "Found", Unit.WORD),
        Field("verdict", "Verdict", Unit.WORD), Field("basis", "From what", Unit.WORD),
        Field("document", "Document", Unit.WORD),
    )  # fmt: skip
    section = Section(
        "targets", "What the documents aim at",
        "Each target that design documents 001 and 003 state, beside what the period's data show of it.", fields, rows,
    )  # fmt: skip
    return figures, (section,)


def _row(inquiry: Inquiry, target: Target) -> Row:
    found, verdict, basis = "", UNTOLD, target.untold
    if basis is None:
        known = _FINDERS[target.name](inquiry)
        basis = _MISSING if known is None else known.basis
        if known is not None:
            verdict, basis = _verdict(target, known)
            found = "" if known.value is None else word(known.value, known.unit)
    return {
        "target": target.title, "wanted": target.wanted, "found": found, "verdict": verdict, "basis": basis,
        "document": target.document, "name": target.name,
    }  # fmt: skip


def _verdict(target: Target, found: Found) -> tuple[str, str]:
    if found.value is HIDDEN:
        return UNTOLD, _FEW
    if not isinstance(found.value, int | float) or target.limit is None:
        return UNTOLD, found.basis or _NOTHING
    sign = 1 if target.better is Better.ABOVE else -1
    beyond = sign * (float(found.value) - target.limit)
    return (MET if beyond > 0 or (beyond == 0 and not target.strict) else MISSED), found.basis


def _of(row: Mapping[str, Any] | None, count: str, value: Any, unit: Unit, basis: str) -> Found | None:
    """Give a figure, nothing where nothing was counted, and None where the dataset is not there."""
    if row is None:
        return None
    return Found(value, unit, basis.format(row[count])) if row[count] else Found(None, unit, _NOTHING)


def _queries(inquiry: Inquiry) -> Found | None:
    row = inquiry.row(operations.database)
    basis = "share of {:,} requests that were less than 100 ms in the database, all their queries together"
    return _of(row, "requests", row and row["share"], Unit.RATIO, basis)


def _uptime(inquiry: Inquiry) -> Found | None:
    if not inquiry.has(operations.health):
        return None
    rows = inquiry.rows(operations.health)
    both = {name: sum(row[name] for row in rows) for name in ("checks", "available")}
    basis = "share of {:,} health checks in which a service was there"
    return _of(both, "checks", share(both["available"], both["checks"]), Unit.RATIO, basis)


def _environments(inquiry: Inquiry) -> Found | None:
    row = inquiry.row(operations.environments)
    return _of(row, "workflows", row and row["p95"], Unit.SECONDS, "p95 of {:,} workflows, from asked to ended")


def _syncs(inquiry: Inquiry) -> Found | None:
    if not inquiry.has(operations.syncs):
        return None
    rows = [
        row for row in inquiry.rows(operations.syncs) if row["mode"] in {"full", "delta"} and row["p95"] is not None
    ]
    both = {"runs": sum(row["runs"] for row in rows)}
    slowest = max((row["p95"] for row in rows), default=None)
    return _of(both, "runs", slowest, Unit.SECONDS, "p95 of {:,} syncs, of the slower kind")


def _outcomes(inquiry: Inquiry) -> Found | None:
    if not inquiry.has(learning.gains):
        return None
    rows = [row for row in inquiry.rows(learning.gains) if row["metric_type"] == "comprehension"]
    row = rows[0] if rows else {"measurements": 0, "gain": None, "students": 0}
    value = enough(row["gain"], row["students"])
    basis = "mean change of {:,} measurements of comprehension against the student's own average before"
    return _of(row, "measurements", value, Unit.NUMBER, basis)


def _content_requests(inquiry: Inquiry) -> Found | None:
    row = inquiry.row(operations.content_requests)
    return _of(row, "requests", row and row["p95"], Unit.MS, "p95 of {:,} requests for content")


def _scripts(inquiry: Inquiry) -> Found | None:
    row = inquiry.row(operations.generating)
    return _of(row, "tasks", row and row["p95"], Unit.SECONDS, "p95 of {:,} tasks that made scripts")


def _deployments(inquiry: Inquiry) -> Found | None:
    row = inquiry.row(operations.deployments)
    found = _of(
        row, "requests", row and share(row["succeeded"], row["requests"]), Unit.RATIO,
        "share of {:,} requests to deploy that were answered well",
    )  # fmt: skip
    if found is not None and found.value is None:
        return Found(
            None, Unit.RATIO, "What is deployed is recorded, and what failed to be is not; nor was any asked for."
        )
    return found


def _developers(inquiry: Inquiry) -> Found | None:
    row = inquiry.row(adoption.developers)
    value = row and enough(row["persons"], row["persons"])
    basis = "persons who had a script made, or whose Studio plugin called if those are more"
    return _of(row, "persons", value, Unit.PERSONS, basis)


def _daily_scripts(inquiry: Inquiry) -> Found | None:
    if not inquiry.has(adoption.scripts):
        return None
    made = sum(row["scripts"] for row in inquiry.rows(adoption.scripts, inquiry.period.span))
    days = inquiry.period.days_so_far(inquiry.today)
    return _of({"days": days}, "days", made / days if days else None, Unit.NUMBER, "mean of {:,} days")


def _completion(inquiry: Inquiry) -> Found | None:
    if not inquiry.has(learning.completion):
        return None
    cells = completed(inquiry)
    if not cells:
        return Found(None, Unit.RATIO, _NOTHING)
    rate = share(cells[None, "completed"]["students"], cells[None, None]["students"])
    return Found(rate, Unit.RATIO, "share of students who completed a module that they had begun, over all modules")


def _satisfaction(inquiry: Inquiry) -> Found | None:
    if not inquiry.has(learning.feedback):
        return None
    rows = rated(inquiry, (Beside("rating", "rated"),))
    told = [(row["rating"], row["rated"]) for row in rows]
    known = [(rating, count) for rating, count in told if isinstance(rating, float) and isinstance(count, int)]
    if not known:
        return Found(HIDDEN if rows else None, Unit.NUMBER, _NOTHING)
    count = sum(count for _, count in known)
    mean = sum(rating * count for rating, count in known) / count
    return Found(mean, Unit.NUMBER, f"mean of {count:,} ratings of modules that enough students rated")


_FINDERS: Final[Mapping[str, Callable[[Inquiry], Found | None]]] = {
    "queries": _queries, "uptime": _uptime, "environments": _environments, "syncs": _syncs, "outcomes": _outcomes,
    "content_requests": _content_requests, "scripts": _scripts, "deployments": _deployments,
    "developers": _developers, "daily_scripts": _daily_scripts, "completion": _completion,
    "satisfaction": _satisfaction,
}  # fmt: skip
