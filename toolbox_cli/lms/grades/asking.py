"""From what the command line says to what is done in the database."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.secrets import open_secrets
from toolbox_cli.lms.database import PLATFORM, Connection, Row, transaction, upgraded
from toolbox_cli.lms.grades import collecting, retrying
from toolbox_cli.lms.grades import standing as counting
from toolbox_cli.lms.grades.collecting import Collected
from toolbox_cli.lms.grades.pushing.sending import Order, Sent, push
from toolbox_cli.lms.grades.rules import Graded, read_graded
from toolbox_cli.lms.sources.opening import open_source, read_stored
from toolbox_cli.lms.sources.source import Source

PURPOSE: Final = "toolbox lms grades"

_GRAVEST: Final = (Exit.UNREACHABLE, Exit.REFUSED, Exit.FINDINGS, Exit.LOCKED, Exit.USAGE, Exit.FAULT)
"""Exit statuses, the one before the other."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How grades stand.

    Attributes:
        assignments: one row an assignment that has any.
        dead: the grades that were given up.
    """

    assignments: list[Row]
    dead: list[Row]


def collect_grades(runtime: Runtime, names: Sequence[str], *, dry_run: bool) -> list[Collected]:
    """Make grades of results, in one transaction.

    Raises:
        As `rules.read_graded` and `collecting.collect`.
    """
    with transaction(runtime, PURPOSE, dry_run=dry_run) as connection:
        done = collecting.collect(connection, read_graded(connection, names))
        counts = {"made": sum(one.made for one in done), "superseded": sum(one.superseded for one in done)}
        if any(counts.values()):
            where = [one.integration.name for one in done if one.made or one.superseded]
            _record(runtime, connection, "collect", counts, {"integrations": where})
    return done


def push_grades(runtime: Runtime, names: Sequence[str], *, limit: int | None, dry_run: bool) -> list[Sent]:
    """Send the grades of integrations, one after the other; what ends one early does not end the others.

    Raises:
        As `rules.read_graded`.
    """
    order = Order(limit, dry_run, runtime.settings.env)
    with _session(runtime) as connection:

        def opened(integration: Graded) -> Source:
            return open_source(read_stored(connection, integration.id), lambda: open_secrets(runtime.settings))

        return [push(connection, one, opened, order) for one in read_graded(connection, names)]


def end(runtime: Runtime, sent: Sequence[Sent]) -> None:
    """End as gravely as the gravest of the pushes did, and say what ended the others early.

    Raises:
        ToolboxError: of that exit status.
    """
    gravest = min(sent, key=lambda one: _rank(one.exit_code), default=None)
    for one in sent:
        if one.error is not None and one is not gravest:
            runtime.err.write(f"{one.integration.name}: {one.error.message}\n")
    if gravest is None or gravest.exit_code is Exit.DONE:
        return
    if gravest.error is not None:
        raise gravest.error
    raise NotTakenError(sent)


class NotTakenError(ToolboxError):
    """Some grades were not taken."""

    exit_code = Exit.FINDINGS

    def __init__(self, sent: Sequence[Sent]) -> None:
        dead = sum(one.dead + one.given_up for one in sent)
        failed = sum(one.failed for one in sent)
        super().__init__(
            f"Not all grades were taken: {dead:,} given up, {failed:,} to be tried again.",
            remedy="See why with: toolbox lms grades status --dead" if dead else None,
        )


def standing_of(runtime: Runtime, names: Sequence[str]) -> Standing:
    """Count grades, and give those that were given up.

    Raises:
        UsageError: there is no such integration.
    """
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        found = read_graded(connection, names, working=False)
        return Standing(counting.standing(connection, found), counting.dead_letters(connection, found))


def retry_grades(
    runtime: Runtime,
    grades: Sequence[str] | None,
    assignment: str | None,
    integration: str | None,
    *,
    dry_run: bool,
) -> list[Row]:
    """Put grades back into the queue.

    Raises:
        As `retrying.retry`.
    """
    with transaction(runtime, PURPOSE, dry_run=dry_run) as connection:
        done = retrying.retry(connection, retrying.Meant(grades or None, assignment, integration))
        if done:
            by_name = itertools.groupby(done, key=lambda row: row["integration"])
            where = {name: sum(row["grades"] for row in some) for name, some in by_name}
            _record(runtime, connection, "retry", {"grades": sum(where.values())}, {"integrations": where})
    return done


@contextmanager
def _session(runtime: Runtime) -> Iterator[Connection]:
    """Open a connection whose steps commit one by one."""
    target = target_of(runtime.settings, runtime.environ, PLATFORM)
    with upgraded(), connect(target, direct=True, purpose=PURPOSE) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", (target.names.quoted(PLATFORM),))
        yield connection


def _rank(code: Exit) -> int:
    return _GRAVEST.index(code) if code in _GRAVEST else len(_GRAVEST)


def _record(
    runtime: Runtime, connection: Connection, verb: str, counts: dict[str, int], details: dict[str, object]
) -> None:
    change = Change(f"lms grades {verb}", runtime.settings.env, PLATFORM, counts, details)
    record_change(connection, change)
