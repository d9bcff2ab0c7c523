"""From what the command line says to what is assigned."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.assigning import assign as assigning
from toolbox_cli.modules.assigning.options import Kind
from toolbox_cli.modules.assigning.reports import report
from toolbox_cli.modules.assigning.wishes import Wish, due_of, targets_of
from toolbox_cli.modules.database import transaction

_WHOLE: Final = "SET LOCAL enable_nestloop = off"
"""Tables that nobody has analysed since they grew would be joined row by row."""


_STOP: Final = "Stop it with --to rule:NAME --remove, or leave the assignment, --as optional."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call of `toolbox modules assign` asks for, as it was said."""

    slugs: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    from_file: Path | None = None
    due: str | None = None
    kind: Kind | None = None
    by: str | None = None
    university: str | None = None
    subsystem: str | None = None
    rules: bool = False
    remove: bool = False
    with_assigned: bool = False
    even_begun: bool = False
    dry_run: bool = False


def run(runtime: Runtime, asked: Asked) -> Report:
    """Assign, take back, or run rules; commits unless it is a dry run.

    Raises:
        UsageError: what was asked for contradicts itself, or names what is not there.
        RefusedError: a module is not published, or progress would be left without an assignment.
    """
    _check(asked)
    environment, today = runtime.settings.env, runtime.now().date()
    if asked.rules:
        with transaction(runtime, dry_run=asked.dry_run) as connection:
            connection.execute(_WHOLE)
            done, ran, waiting = assigning.rerun(connection, asked.slugs, today, environment)
        return report(done, dry_run=asked.dry_run, rules=(ran, waiting))
    wish = _wish(asked)
    if wish.due and wish.due.on and wish.due.on < today:
        runtime.say(f"{wish.due.on} is past: whoever has not finished is late at once.")
    with transaction(runtime, dry_run=asked.dry_run) as connection:
        connection.execute(_WHOLE)
        if asked.remove:
            done = assigning.unassign(
                connection, wish, environment, with_assigned=asked.with_assigned, even_begun=asked.even_begun
            )
            if again := assigning.assigned_again(connection, done):
                runtime.say(f"Whom a rule fits gets it again when rules are run: {', '.join(again)}. {_STOP}")
        else:
            done = assigning.assign(connection, wish, today, environment)
    return report(done, dry_run=asked.dry_run)


def _wish(asked: Asked) -> Wish:
    targets, rules = targets_of(asked.to, asked.from_file, asked.university, asked.subsystem)
    if not targets and not rules:
        raise UsageError("Nobody is named.", remedy="Say whom, with --to or --from-file.")
    if asked.with_assigned and not rules:
        raise UsageError("--with-assigned is for rules.")
    return Wish(asked.slugs, targets, rules, due_of(asked.due), asked.kind, asked.by)


def _check(asked: Asked) -> None:
    how = asked.due or asked.kind or asked.by
    whom = asked.to or asked.from_file or asked.university or asked.subsystem
    if asked.rules and (whom or how or asked.remove):
        raise UsageError("--rules runs rules that are kept, as they are.", remedy="Leave out everything but SLUGs.")
    if not asked.rules and not asked.slugs:
        raise UsageError("No module is named.", remedy="Write: toolbox modules assign SLUG --to KIND:NAME")
    if asked.remove and how:
        raise UsageError("What is removed has no --due, --as or --by.")
    if not asked.remove and (asked.with_assigned or asked.even_begun):
        raise UsageError("--with-assigned and --even-begun go with --remove.")
