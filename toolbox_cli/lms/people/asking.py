"""From what the command line says to what is done or shown."""

from collections.abc import Sequence
from typing import Any, Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Format, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.database import integration_named, transaction
from toolbox_cli.lms.people import reports
from toolbox_cli.lms.people.changing import Wish, change_people
from toolbox_cli.lms.people.choices import Action
from toolbox_cli.lms.people.looking import Enrolled, Known, Look, items, look_at_enrollments, look_at_identities
from toolbox_cli.lms.runs.manual.reports import edited

PURPOSE: Final = "toolbox lms"


def one_wish(said: dict[Action, Sequence[Any] | str | None]) -> Wish | None:
    """Give the one thing that is wished; None where nothing is.

    Raises:
        UsageError: several are.
    """
    wishes = [
        Wish(action, (values,) if isinstance(values, str) else tuple(values))
        for action, values in said.items()
        if values
    ]
    if len(wishes) > 1:
        options = " and ".join(f"--{one.action}" for one in wishes)
        raise UsageError(f"One thing at a time: {options} were given.", remedy="Call the command once for each.")
    return wishes[0] if wishes else None


def show_enrollments(runtime: Runtime, name: str, wish: Enrolled, form: Format) -> None:
    """Write the enrollments of an integration to stdout.

    Effects: with names and addresses, commits the record of that first.
    """
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        found = look_at_enrollments(connection, integration_named(connection, name), wish, runtime.settings.env)
    _show(runtime, "toolbox.lms.enrollments/1", found, form)


def show_identities(runtime: Runtime, name: str, wish: Known, form: Format) -> None:
    """Write the identities of an integration to stdout.

    Effects: with names and addresses, commits the record of that first.
    """
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        found = look_at_identities(connection, integration_named(connection, name), wish, runtime.settings.env)
    _show(runtime, "toolbox.lms.identities/1", found, form)


def change(runtime: Runtime, name: str, wish: Wish, *, dry_run: bool) -> Report:
    """Change people of an integration; commits unless `dry_run`."""
    with transaction(runtime, PURPOSE, dry_run=dry_run) as connection:
        integration = integration_named(connection, name)
        done = change_people(connection, integration, wish, runtime.settings.env)
    return edited("toolbox.lms.identities.change/1", done, action=wish.action, dry_run=dry_run)


def _show(runtime: Runtime, kind: str, found: Look, form: Format) -> None:
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        reports.put(runtime, kind, found, items(connection, found), form)
