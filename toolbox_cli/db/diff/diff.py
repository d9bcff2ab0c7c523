"""Compare a database with its models, or with another database, and write what would bring it there."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.diff.queries import estimated_rows
from toolbox_cli.db.diff.statement import Statement
from toolbox_cli.db.diff.statements import statements_for
from toolbox_cli.db.drift.drift import Change
from toolbox_cli.db.drift.live import Live, compare_live, look
from toolbox_cli.db.drift.wanted import wanted_sides
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.queries import current_revisions

PURPOSE = "toolbox db diff"


@dataclass(frozen=True, slots=True)
class PlatformDiff:
    """What parts one platform's schema from how it should be.

    Attributes:
        schema: what it is called in the database.
        there: whether the database has the schema.
        differences: how many findings there are.
        pending: how many revisions the database lacks; None where that is not known, or another database is the model.
        recorded: whether any revision is recorded.
    """

    platform: str
    schema: str
    there: bool
    differences: int
    statements: tuple[Statement, ...]
    pending: int | None = None
    recorded: bool = True


def diff(target: Target, workshop: Workshop, against: Target | None = None) -> list[PlatformDiff]:
    """Write what would bring each platform of a database to its models, or to how another database has it.

    Wants USAGE on the schemas and no other right.

    Args:
        target: the database.
        workshop: where expected catalogs are built and kept.
        against: another database that says how it should be, in place of the models.

    Raises:
        RefusedError: our role may not look into a schema, or a newer toolbox has migrated the database.
        UnreachableError: a database is not to be reached.

    Effects: reads in one snapshot; what is built or tried is rolled back.
    """
    with ExitStack() as stack:
        connection = stack.enter_context(connect(target, purpose=PURPOSE))
        other = stack.enter_context(connect(against, purpose=PURPOSE)) if against else None
        names = target.names
        live = look(connection, names)
        held = look(other, names) if other else None
        standing = _standing(connection, names) if other is None else {}
        made = _compared(live, names, workshop, held, standing)
        return _renumbered(list(made))


def _compared(
    live: Live, names: Names, workshop: Workshop, other: Live | None, standing: Mapping[str, tuple[int, bool]]
) -> Iterator[PlatformDiff]:
    for platform, wanted in wanted_sides(live, names, workshop, other).items():
        schema = names.schemas[platform]
        compared = compare_live(live, platform, schema, wanted.side, workshop, managed=other is None)
        drifts = [drift for drift in compared.drifts if drift.change is not Change.UNMANAGED]
        statements = statements_for(compared, schema) if drifts else []
        rows = estimated_rows(live.connection, schema) if drifts else {}
        pending, recorded = standing.get(platform, (None, True))
        yield PlatformDiff(
            platform,
            schema,
            bool(live.catalogs[schema].objects),
            len(drifts),
            tuple(_counted(statement, rows) for statement in statements),
            pending,
            recorded,
        )


def _counted(statement: Statement, rows: Mapping[str, int]) -> Statement:
    """Say how many rows a hazard is about."""
    known = rows.get(statement.table or "") if statement.hazard else None
    return replace(statement, rows=known)


def _standing(connection: psycopg.Connection, names: Names) -> dict[str, tuple[int, bool]]:
    """Count the revisions that each platform lacks, and say whether it has any; nothing where we may not look."""
    history = read_history()
    try:
        current = current_revisions(connection)
    except psycopg.errors.InsufficientPrivilege:
        return {}
    history.check_known(current)
    positions = {platform: history.position(platform, current) for platform in names.schemas}
    return {platform: (len(history.lines[platform]) - at, at > 0) for platform, at in positions.items()}


def _renumbered(made: list[PlatformDiff]) -> list[PlatformDiff]:
    """Give each transaction of a database a number of its own."""
    numbered: list[PlatformDiff] = []
    last = 0
    for one in made:
        statements = [
            replace(each, transaction=last + each.transaction if each.transaction else None) for each in one.statements
        ]
        last = max([last, *(each.transaction or 0 for each in statements)])
        numbered.append(replace(one, statements=tuple(statements)))
    return numbered
