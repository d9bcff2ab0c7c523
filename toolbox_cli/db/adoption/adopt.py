"""Record at which revision databases stand that somebody else built, where they are equal to it; change no table."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import tuple_row
from sqlalchemy.exc import DBAPIError

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.catalog import read_catalog
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import RECORDS, Environment
from toolbox_cli.db.adoption.fit import Fit, best_fit
from toolbox_cli.db.adoption.foresight import foresee
from toolbox_cli.db.adoption.replay import Past, past_of
from toolbox_cli.db.adoption.telling import differences, notes, plan_of, taken_names, with_remedies
from toolbox_cli.db.diff.statement import Statement
from toolbox_cli.db.drift.live import Compared, Live, compare_live, look
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.db.revisions.lineage.goal import Goal
from toolbox_cli.db.revisions.lineage.history import History, Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.drive import PURPOSE, only_migration
from toolbox_cli.db.revisions.running.patience import Patience, Watch
from toolbox_cli.db.revisions.stamp import record
from toolbox_cli.models import metadata_of

if TYPE_CHECKING:
    from toolbox_cli.db.drift.accepted import Accepted, AcceptedList  # imports YAML, which most runs don't need

COMMAND: Final = "db adopt"

_ELSEWHERE: Final = """
SELECT n.nspname::text, count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relname = ANY (%s) AND n.nspname <> ALL (%s)
GROUP BY 1 HAVING count(*) > 2 ORDER BY 2 DESC, 1 LIMIT 1"""


class Status(StrEnum):
    """What became of a platform."""

    ADOPTED = "adopted"
    DIFFERENT = "different"
    RECORDED = "recorded"
    """One of our revisions is recorded there already: left alone."""
    NOTHING = "nothing"
    """None of its tables is there."""


@dataclass(frozen=True, slots=True)
class Order:
    """How to adopt.

    Attributes:
        workshop: where history is replayed when the database does not let us, and where it is kept.
        environment: for the audit log.
        today: in UTC.
        accepted: differences that somebody has accepted.
        dry_run: record nothing in the end.
    """

    workshop: Workshop
    environment: Environment
    today: datetime.date
    accepted: "AcceptedList | None" = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What came of one platform.

    Attributes:
        revision: where it stands now, or the one that it is nearest to; None where nothing is there.
        findings: what keeps it from being adopted, as errors, and what else is worth knowing.
        plan: statements that would make it equal.
        pending: how many revisions it lacks then.
        accepted: differences that somebody has accepted, with the entry that does.
        others: how many objects are somebody else's.
        elsewhere: a schema that holds its tables, where its own does not.
        built_on: the server that the history was replayed on.
    """

    platform: str
    schema: str
    status: Status
    revision: Revision | None = None
    findings: tuple[Finding, ...] = ()
    plan: tuple[Statement, ...] = ()
    pending: int = 0
    accepted: "tuple[tuple[Finding, Accepted], ...]" = ()
    others: int = 0
    elsewhere: str | None = None
    built_on: str | None = None


def adopt(
    target: Target, order: Order, *, patience: Patience | None = None, watch: Watch | None = None
) -> tuple[Standing, ...]:
    """Find where each platform of a database stands, and record it where it is equal to a revision.

    Args:
        target: which database, with the platforms that are meant.
        order: how.
        patience: how long to wait for the migration lock.
        watch: told of waits.

    Raises:
        RefusedError: a newer toolbox migrated this database, our role may not look or keep records there, only a
            transaction pooler leads there, or a schema was changed in the meantime.
        LockedError: a migration ran for all of the patience.
        UnreachableError: no connection.

    Effects: `toolbox.alembic_version`, `toolbox.migration_log` and `toolbox.audit_log`, which are made where they are
        missing; all of it in one transaction. Nothing else in the database changes.
    """
    history, patience, watch = read_history(), patience or Patience(), watch or Watch()
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        known = _recorded(target, history, current_revisions(connection))
        if len(known) == len(target.names.platforms):
            return tuple(known.values())
        with only_migration(connection, target, patience, watch):
            run = _Run(connection, target, order, history, watch)
            return run.adopt(current_revisions(connection))


def _recorded(target: Target, history: History, current: Sequence[str]) -> dict[str, Standing]:
    """Tell of the platforms at one of our revisions."""
    history.check_known(current)
    positions = {platform: history.position(platform, current) for platform in target.names.platforms}
    return {
        platform: Standing(
            platform, target.names.schema(platform), Status.RECORDED, history.lines[platform][position - 1],
            pending=len(history.lines[platform]) - position,
        )
        for platform, position in positions.items() if position
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """One database, under the migration lock."""

    connection: psycopg.Connection[Any]
    target: Target
    order: Order
    history: History
    watch: Watch

    def adopt(self, current: Sequence[str]) -> tuple[Standing, ...]:
        known = _recorded(self.target, self.history, current)
        names = {
            platform: self.target.names.schema(platform)
            for platform in self.target.names.platforms if platform not in known
        }  # fmt: skip
        live = look(self.connection, Names(names))
        found = {platform: self._stand(live, platform, schema) for platform, schema in names.items()}
        fitting = [standing for standing in found.values() if standing.status is Status.ADOPTED]
        if fitting:
            self._record(fitting, live, current)
        return tuple(known.get(platform) or found[platform] for platform in self.target.names.platforms)

    def _stand(self, live: Live, platform: str, schema: str) -> Standing:
        """Find where a platform stands."""
        ours = {table.name for table in metadata_of(platform).tables.values()}
        tables = {key.table for key in live.catalogs[schema].objects if key.kind == "table"}
        if not ours & tables:
            return Standing(platform, schema, Status.NOTHING, elsewhere=self._elsewhere(ours))
        past = past_of(self.connection, self.target, platform, self.order.workshop, live.ground)
        line = self.history.lines[platform]

        def compared(revision: Revision) -> Compared:
            return compare_live(live, platform, schema, past.sides[revision.id], self.order.workshop)

        return self._judged(platform, schema, best_fit(line, past, compared, _taken_over), past)

    def _judged(self, platform: str, schema: str, fit: Fit, past: Past) -> Standing:
        plan = plan_of(fit, schema)
        told = with_remedies(differences(fit, schema), plan)
        accepted = tuple((finding, entry) for finding in told if (entry := self._entry(finding)))
        left = [finding for finding in told if not self._entry(finding)]
        freeing = taken_names(fit, schema, {finding.object for finding in left})
        left += [finding for one in freeing for finding in one.findings]
        pending = self.history.lines[platform][self.history.position(platform, [fit.revision.id]) :]
        known = [*map(_as_note, accepted), *notes(fit, schema)]
        if not left:
            known += foresee(self.connection, schema, past, pending)
        return Standing(
            platform, schema, Status.DIFFERENT if left else Status.ADOPTED, fit.revision, (*left, *known),
            (*freeing, *plan), len(pending), accepted, fit.others, built_on=past.built_on,
        )  # fmt: skip

    def _entry(self, finding: Finding) -> "Accepted | None":
        return self.order.accepted.accepting(finding, self.order.today) if self.order.accepted else None

    def _elsewhere(self, ours: Iterable[str]) -> str | None:
        """Find another schema that holds the platform's tables."""
        schemas = list(self.target.names.schemas.values())
        cursor = self.connection.cursor(row_factory=tuple_row).execute(_ELSEWHERE, (list(ours), schemas))
        return next((schema for schema, _ in cursor), None)

    def _record(self, fitting: Sequence[Standing], live: Live, current: Sequence[str]) -> None:
        """Note where platforms stand, if they still are as they were looked at."""
        from toolbox_cli.db.revisions.running.execution import together  # Alembic: only where there is work

        records = Goal({RECORDS: len(self.history.lines[RECORDS])}).ahead(self.history, current)
        options: dict[str, Any] = {"keep": not self.order.dry_run, "on_start": self.watch.on_start}
        try:
            with together(self.connection, self.target, records, **options):
                for standing in fitting:
                    if read_catalog(self.connection, standing.schema) != live.catalogs[standing.schema]:
                        raise RefusedError(
                            f"Schema {standing.schema} was changed while it was looked at.", remedy="Repeat it."
                        )
                    record(self.connection, self.history, self._goal(standing))
                    record_change(self.connection, self._change(standing))
        except (psycopg.Error, DBAPIError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, psycopg.errors.InsufficientPrivilege):
                raise self._no_records(cause) from error
            raise

    def _goal(self, standing: Standing) -> Goal:
        revision = standing.revision.id if standing.revision else ""
        return Goal({standing.platform: self.history.position(standing.platform, [revision])})

    def _change(self, standing: Standing) -> Change:
        """Write down what was found, and what was accepted by whom."""
        accepted = [_as_record(finding, entry) for finding, entry in standing.accepted]
        codes = [finding.code for finding in standing.findings]
        details: Mapping[str, Any] = {
            "revision": standing.revision.id if standing.revision else None,
            "schema": standing.schema,
            "replayed_on": standing.built_on,
            "accepted": accepted,
            "renamed": [finding.object for finding in standing.findings if finding.code.endswith("-renamed")],
        }
        counts = {"accepted": len(accepted), "others": standing.others, "left_out": codes.count("left-out")}
        return Change(COMMAND, self.order.environment, standing.platform, counts, details)

    def _no_records(self, error: psycopg.Error) -> RefusedError:
        [(role,)] = self.connection.cursor(row_factory=tuple_row).execute("SELECT current_user::text")
        return RefusedError(
            f"The toolkit's records can't be kept there: {(error.diag.message_primary or str(error)).rstrip('.')}.",
            remedy=f"As an owner of the database: CREATE SCHEMA IF NOT EXISTS {RECORDS} AUTHORIZATION {quote(role)}",
        )


def stale(order: Order, standings: Iterable[Standing]) -> Iterator[Finding]:
    """Tell of accepted differences that have expired, or that are none."""
    if order.accepted is None:
        return
    found = [finding for standing in standings for finding in standing.findings]
    for entry in order.accepted.entries:
        if told := order.accepted.stale(entry, found, order.today):
            yield told


def _taken_over(revision: Revision) -> Sequence[str]:
    from toolbox_cli.db.revisions.running.execution import module_of  # Alembic: only where there is work

    named: Sequence[str] = getattr(module_of(revision), "TAKEN_OVER", ())
    return named


def _as_note(pair: "tuple[Finding, Accepted]") -> Finding:
    finding, entry = pair
    told = f"Accepted by {entry.owner} until {entry.expires}: {entry.reason}"
    return replace(finding, severity=Severity.NOTE, remedy=told)


def _as_record(finding: Finding, entry: "Accepted") -> dict[str, Any]:
    sides = {"field": finding.field, "expected": finding.expected, "found": finding.found}
    words = {"owner": entry.owner, "reason": entry.reason, "expires": entry.expires.isoformat()}
    return {"object": finding.object, "code": finding.code, **sides, **words}
