"""From what the command line says to what is forgotten."""

import datetime
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.durations import seconds
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Report
from toolbox_cli.core.progress import status as status_line
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.database import every_integration, integration_named, transaction
from toolbox_cli.lms.purge import reports
from toolbox_cli.lms.purge.person import forget_person
from toolbox_cli.lms.purge.purging import purge_before

PURPOSE: Final = "toolbox lms purge"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forgotten.

    Attributes:
        name: of the integration; None for all.
        before: what is older goes; None where `person` is given.
        person: a key there or here.
    """

    name: str | None
    before: datetime.datetime | None = None
    person: str | None = None


def wish_of(runtime: Runtime, name: str | None, keep: str | None, before: str | None, person: str | None) -> Wish:
    """Read what is wished.

    Raises:
        UsageError: it contradicts itself, or says nothing.
    """
    if sum(said is not None for said in (keep, before, person)) > 1:
        raise UsageError("--keep, --before and --person are three wishes: give one at a time.")
    if person is not None:
        if name is None:
            raise UsageError("Keys of people mean something in one integration.", remedy="Name it before --person.")
        return Wish(name, person=person)
    return Wish(name, _before(runtime, keep, before))


def purge(runtime: Runtime, wish: Wish, *, dry_run: bool, yes: bool) -> Report:
    """Forget what is wished, each integration in a transaction of its own.

    Raises:
        UsageError: there is no such integration or person.
        RefusedError: the person is read by syncs still, or the answer was no.
        LockedError: a sync of an integration goes on; those before it are done.

    Effects: commits, unless `dry_run`.
    """
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        chosen = every_integration(connection) if wish.name is None else [integration_named(connection, wish.name)]
    if not dry_run:
        runtime.confirm(_question(wish, len(chosen)), yes=yes)
    done = []
    with status_line(runtime, "Forgetting"):
        for one in chosen:
            with transaction(runtime, PURPOSE, dry_run=dry_run) as connection:
                if wish.before is not None:
                    done.append(purge_before(connection, one, wish.before, runtime.settings.env))
                else:
                    done.append(forget_person(connection, one, wish.person or "", runtime.settings.env))
    return reports.purged(done, wish.before, dry_run=dry_run)


def _before(runtime: Runtime, keep: str | None, before: str | None) -> datetime.datetime:
    now, days = runtime.now(), runtime.settings.lms.keep_days
    if before is not None:
        moment = _day(before)
    elif keep is not None:
        moment = now - _span(keep)
    elif days is not None:
        moment = now - datetime.timedelta(days=days)
    else:
        raise UsageError(
            "Nothing says how long runs are kept.", remedy="Give --keep 400d or --before, or set lms.keep_days."
        )
    if moment > now:
        raise UsageError(f"--before {before} is yet to come.")
    return moment


def _day(said: str) -> datetime.datetime:
    try:
        return datetime.datetime.combine(datetime.date.fromisoformat(said), datetime.time(), datetime.UTC)
    except ValueError:
        raise UsageError(f"--before {said!r} is no day.", remedy="Write it as 2026-08-01.") from None


def _span(said: str) -> datetime.timedelta:
    try:
        if not said[-1:].isalpha():
            raise UsageError("")  # a bare number would be seconds
        return datetime.timedelta(seconds=seconds(said))
    except (UsageError, OverflowError):
        raise UsageError(f"--keep {said!r} is no duration.", remedy="Write it as 90d or 36h.") from None


def _question(wish: Wish, integrations: int) -> str:
    if wish.before is None:
        return f"Forget {wish.person} of {wish.name}? That can't be taken back."
    of = wish.name or f"{integrations} integrations"
    return (
        f"Forget what runs of {of} before {wish.before:%Y-%m-%d %H:%M} UTC wrote down of people, and who left before?"
        " Neither can be taken back, nor those runs."
    )
