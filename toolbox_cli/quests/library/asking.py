"""From what the command line says to what is kept and rated."""

from typing import Any, Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import transaction
from toolbox_cli.quests.library import keeping, rating

KEPT: Final = "toolbox.quests.library.change/1"
RATED: Final = "toolbox.quests.rate/1"


def add(runtime: Runtime, quest: str, parent: str, *, dry_run: bool) -> Report:
    """Take a quest for a parent; commits unless `dry_run`."""
    with transaction(runtime, dry_run=dry_run) as connection:
        changed = keeping.add(connection, quest, parent, runtime.settings.env)
    return _kept(quest, "added" if changed else "unchanged", dry_run=dry_run)


def remove(runtime: Runtime, quest: str, parent: str, *, dry_run: bool) -> Report:
    """Give back what a parent took; commits unless `dry_run`."""
    with transaction(runtime, dry_run=dry_run) as connection:
        changed = keeping.remove(connection, quest, parent, runtime.settings.env)
    return _kept(quest, "removed" if changed else "unchanged", dry_run=dry_run)


def _kept(quest: str, fate: str, *, dry_run: bool) -> Report:
    return Report(KEPT, [{"quest": quest, "fate": fate}], {"dry_run": dry_run}, note=_dry(dry_run=dry_run))


def rating_of(by: str | None, stars: int | None, text: str | None) -> rating.Rating | None:
    """Give what the options rate; None where they rate nothing.

    Raises:
        UsageError: they rate by half.
    """
    if by is None and stars is None and text is None:
        return None
    if by is None or stars is None:
        raise UsageError("A rating has a rater and stars.", remedy="Give --by USER and --stars 1 to 5.")
    return rating.Rating(by, stars, text)


def rate(runtime: Runtime, quest: str | None, wish: rating.Rating | None, *, anew: bool, dry_run: bool) -> Report:
    """Rate a quest, or compute the figures of quests anew; commits unless `dry_run`.

    Raises:
        UsageError: both are wished, or none, or no quest is named to rate.
    """
    if anew == (wish is not None) or (wish is not None and quest is None):
        raise UsageError(
            "Rate a quest, or compute figures anew.", remedy="Give QUEST, --by and --stars; or --recompute."
        )
    with transaction(runtime, dry_run=dry_run) as connection:
        if wish is not None and quest is not None:
            figures = rating.rate(connection, quest, wish, runtime.settings.env)
            return _rated([figures], 1, dry_run=dry_run)
        changed = rating.recompute_all(connection, quest, runtime.settings.env)
    return _rated([], changed, dry_run=dry_run)


def _rated(items: list[dict[str, Any]], changed: int, *, dry_run: bool) -> Report:
    columns = [Column("quest"), *(Column(name, justify="right") for name in ("rating", "ratings", "plays"))]
    told = None if items else f"{changed:,} quests had other figures."
    note = " ".join(filter(None, (told, _dry(dry_run=dry_run)))) or None
    return Report(RATED, items, {"dry_run": dry_run, "changed": changed}, columns=columns, note=note)


def _dry(*, dry_run: bool) -> str | None:
    return "Nothing was written, as this is a dry run." if dry_run else None
