"""How an adoption is reported, and how it ends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy.exc import DBAPIError

from toolbox_cli.core.database.failures import translate
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError, RefusedError, ToolboxError, UnreachableError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.output import Column, Report
from toolbox_cli.db.adoption.adopt import Order, Standing, Status, adopt, stale
from toolbox_cli.db.diff.script import script
from toolbox_cli.db.diff.statement import Statement
from toolbox_cli.db.revisions.running.patience import Watch

_GRAVITY: Final = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_CODES: Final[Mapping[type[ToolboxError], str]] = {
    RefusedError: "refused",
    UnreachableError: "unreachable",
    LockedError: "locked",
}


@dataclass(frozen=True, slots=True)
class Adoption:
    """What came of one database: where its platforms stand, or the error that kept it from being looked at."""

    target: Target
    standings: tuple[Standing, ...] = ()
    error: ToolboxError | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of all of them.

    Attributes:
        stale: what is wrong with the file of accepted differences.
    """

    adoptions: tuple[Adoption, ...]
    stale: tuple[Finding, ...]
    dry_run: bool

    @property
    def findings(self) -> list[Finding]:
        """All findings, the gravest first."""
        listed = [finding for adoption in self.adoptions for finding in _findings(adoption)]
        return sorted([*listed, *self.stale], key=lambda finding: _GRAVITY.index(finding.severity))

    @property
    def exit(self) -> Exit:
        """The worst of all: findings, refusals, databases out of reach or under somebody else's lock."""
        errors = [adoption.error.exit_code for adoption in self.adoptions if adoption.error]
        failed = any(finding.severity is Severity.ERROR for finding in self.findings)
        return max([*errors, Exit.FINDINGS if failed else Exit.DONE])


def adopt_all(targets: Iterable[Target], order: Order, watch: Watch) -> Outcome:
    """Adopt databases; what can't be looked at is a finding, and the rest is looked at all the same."""
    adoptions = tuple(_adopted(target, order, watch) for target in targets)
    standings = [standing for adoption in adoptions for standing in adoption.standings]
    return Outcome(adoptions, tuple(stale(order, standings)), order.dry_run)


def _adopted(target: Target, order: Order, watch: Watch) -> Adoption:
    try:
        return Adoption(target, adopt(target, order, watch=watch))
    except tuple(_CODES) as error:
        return Adoption(target, error=error)
    except (psycopg.Error, DBAPIError) as error:
        known = translate(error)
        if known is None:
            raise
        return Adoption(target, error=known)


def _findings(adoption: Adoption) -> Iterator[Finding]:
    for standing in adoption.standings:
        yield from standing.findings
    if error := adoption.error:
        code = next(code for kind, code in _CODES.items() if isinstance(error, kind))
        label = adoption.target.label
        yield Finding(code, Severity.ERROR, label, None, "an answer", error.message, remedy=error.remedy)


def report_of(outcome: Outcome) -> Report:
    """Report the findings, the gravest first; above them where each platform stands, below them the plan."""
    findings = outcome.findings
    pairs = [(adoption, standing) for adoption in outcome.adoptions for standing in adoption.standings]
    told = [_sentence(standing, outcome.dry_run) for _, standing in pairs]
    columns = [Column(key) for key in ("severity", "code", "object", "field", "expected", "found", "remedy")]
    summary = {
        "dry_run": outcome.dry_run,
        **{f"{one.value}s": sum(finding.severity is one for finding in findings) for one in _GRAVITY},
        "platforms": [_summary(adoption, standing, outcome.dry_run) for adoption, standing in pairs],
    }
    return Report(
        "toolbox.db.adopt/1", [finding.as_item() for finding in findings], summary, outcome.exit is Exit.DONE, columns,
        title="\n".join(told), note="\n".join(_notes(outcome)),
    )  # fmt: skip


def _sentence(standing: Standing, dry_run: bool) -> str:
    name = f"{standing.platform} (schema {standing.schema})"
    revision = standing.revision.id if standing.revision else ""
    if standing.status is Status.RECORDED:
        return f"{name} is recorded at {revision} already, and left alone."
    if standing.status is Status.NOTHING:
        hint = ""
        if standing.elsewhere:
            hint = f" Schema {standing.elsewhere} has: set platforms.{standing.platform}.schema."
        return f"{name} has none of its tables: nothing to adopt.{hint}"
    coming = f"{standing.pending} revisions are to come" if standing.pending else "nothing is to come"
    if standing.status is Status.ADOPTED:
        return f"{name} {'would be' if dry_run else 'is'} recorded at {revision}; {coming}."
    errors = sum(finding.severity is Severity.ERROR for finding in standing.findings)
    return f"{name} is nearest to {revision}, with {_many(errors, 'difference')} left: not adopted."


def _notes(outcome: Outcome) -> Iterator[str]:
    standings = [standing for adoption in outcome.adoptions for standing in adoption.standings]
    for standing in standings:
        if standing.status is Status.DIFFERENT and standing.plan and standing.revision:
            title = (
                f"What would make {standing.platform} equal to {standing.revision.id}. Look it over, run it with\n"
                "psql, and adopt again; or name what may stay in a file, for --accept-differences."
            )
            yield f"\n{script(standing.plan, standing.schema, title=title)}"
    adopted = [standing for standing in standings if standing.status is Status.ADOPTED and standing.pending]
    if adopted and not outcome.dry_run and outcome.exit is Exit.DONE:
        yield "Next: toolbox db plan, and toolbox db upgrade"


def _summary(adoption: Adoption, standing: Standing, dry_run: bool) -> dict[str, Any]:
    status = "would-adopt" if dry_run and standing.status is Status.ADOPTED else standing.status.value
    return {
        "database": adoption.target.label,
        "platform": standing.platform,
        "schema": standing.schema,
        "status": status,
        "revision": standing.revision.id if standing.revision else None,
        "pending": standing.pending,
        "differences": sum(finding.severity is Severity.ERROR for finding in standing.findings),
        "accepted": len(standing.accepted),
        "others": standing.others,
        "elsewhere": standing.elsewhere,
        "replayed_on": standing.built_on,
        "plan": _plan(standing.plan),
    }


def _plan(plan: Sequence[Statement]) -> list[dict[str, Any]]:
    return [
        {
            "sql": one.sql,
            "object": one.object,
            "transaction": one.transaction,
            "hazard": one.hazard,
            "withheld": one.withheld,
        }
        for one in plan
    ]


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
