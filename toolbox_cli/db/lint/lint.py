"""Look at revisions before they are run: by rules of our own, and by squawk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from toolbox_cli.core.database.connect import OLDEST, connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import UNKNOWN, Facts, read_facts
from toolbox_cli.db.lint.placing import Linted, Placing
from toolbox_cli.db.lint.reading import Reading, read_revision, render
from toolbox_cli.db.lint.rules.every import remarks
from toolbox_cli.db.lint.rules.remark import Case
from toolbox_cli.db.lint.squawk.remarks import Heard, hear, judged
from toolbox_cli.db.revisions.lineage.goal import HEADS, concerned, parse_goal
from toolbox_cli.db.revisions.lineage.history import Revision, read_history
from toolbox_cli.db.revisions.queries import current_revisions

PURPOSE: Final = "toolbox lint"

_GRAVITY: Final = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


@dataclass(frozen=True, slots=True)
class Lint:
    """What came of looking.

    Attributes:
        found: the gravest first, then in the order of the revisions.
        revisions: that were looked at, those of each database.
    """

    found: tuple[Linted, ...]
    revisions: tuple[Revision, ...]

    def reaches(self, severity: str) -> bool:
        """Whether something as grave as that was found, or graver."""
        limit = _GRAVITY.index(Severity(severity))
        return any(_GRAVITY.index(one.finding.severity) <= limit for one in self.found)


@dataclass(frozen=True, slots=True)
class Job:
    """Revisions of one target, and what each of their platforms holds there."""

    target: Target
    revisions: tuple[Revision, ...]
    facts: dict[str, Facts]
    server_version: int = OLDEST


def lint(targets: Sequence[Target], named: Sequence[str], *, squawk: Path | None, offline: bool = False) -> Lint:
    """Look at revisions: those that are named, or else those that the databases lack.

    Args:
        targets: the databases.
        named: ids of revisions, whether the databases have them or not.
        squawk: the program; None leaves it out.
        offline: ask no database; every table may then be of any size.

    Raises:
        UsageError: there is no such revision, it lives in none of these databases, or none is named offline.
        UnreachableError: a database can't be asked.
        RefusedError: a database is at a revision that we don't know.
        ConfigurationError: squawk failed.
        InputError: a revision can't be rendered.
    """
    if offline and not named:
        raise UsageError(
            "Without a database nobody knows which revisions are pending.", remedy="Name them, or leave out --offline."
        )
    jobs = [_blind(*one) if offline else _asked(*one) for one in _shared_out(targets, named)]
    found = dict.fromkeys(linted for job in jobs for linted in look(job, squawk))
    ordered = sorted(found, key=lambda one: _GRAVITY.index(one.finding.severity))
    return Lint(tuple(ordered), tuple(revision for job in jobs for revision in job.revisions))


def look(job: Job, squawk: Path | None) -> Iterator[Linted]:
    """Look at the revisions of one target, in their order.

    Raises:
        ConfigurationError: squawk failed.
        InputError: a revision can't be rendered.
    """
    readings = _readings(job)
    heard = hear(squawk, readings, job.server_version) if squawk else [[] for _ in readings]
    for reading, said in zip(readings, heard, strict=True):
        yield from looked(Case(reading, job.facts[reading.revision.platform]), said)


def looked(case: Case, heard: Sequence[Heard]) -> Iterator[Linted]:
    """Look at one revision; on tables of any size too, to know which comments are good for something."""
    ours = list(remarks(case))
    fired = {(one.rule, one.part) for one in ours}
    theirs = list(judged(case, heard, fired))
    fired |= {(one.rule, one.part) for one in remarks(Case(case.reading, UNKNOWN))}
    yield from Placing(case.reading).placed(ours, theirs, fired | {(one.rule, one.part) for one in heard})


def _readings(job: Job) -> list[Reading]:
    renamed: dict[str, dict[str, str]] = {}
    try:
        chunks = render(job.target.names, job.revisions)
    except (SQLAlchemyError, SyntaxError) as error:
        raise InputError(f"The revisions can't be written as SQL: {error}") from error
    return [
        read_revision(one, job.target.names.schema(one.platform), chunks[one.id], renamed.setdefault(one.platform, {}))
        for one in job.revisions
    ]


def _shared_out(targets: Sequence[Target], named: Sequence[str]) -> Iterator[tuple[Target, tuple[Revision, ...]]]:
    """Give each target the revisions that are named of its platforms, in their order; all targets, if none is named."""
    history = read_history()
    living = {name: concerned(targets, history.find(name).id) for name in named}
    for target in targets:
        its = {name for name, found in living.items() if target in found}
        if its or not named:
            yield target, tuple(one for line in history.lines.values() for one in line if one.id in its)


def _blind(target: Target, revisions: tuple[Revision, ...]) -> Job:
    return Job(target, revisions, dict.fromkeys((one.platform for one in revisions), UNKNOWN))


def _asked(target: Target, named: tuple[Revision, ...]) -> Job:
    """Ask a database what it holds, and which revisions it lacks if none is named."""
    history = read_history()
    with connect(target, purpose=PURPOSE) as connection:
        current = current_revisions(connection)
        history.check_known(current)
        pending = parse_goal(HEADS, history, current, target.names.platforms).ahead(history, current)
        revisions = named or pending
        facts = {
            platform: read_facts(
                connection, target.names.schema(platform), migrated=bool(history.position(platform, current))
            )
            for platform in dict.fromkeys(one.platform for one in revisions)
        }
        return Job(target, revisions, facts, connection.info.server_version // 10_000)
