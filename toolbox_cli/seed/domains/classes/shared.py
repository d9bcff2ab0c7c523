"""What all classes of a run have in common, made once a process."""

from functools import cache
from typing import Final

from toolbox_cli.core.chance import Weighted
from toolbox_cli.seed.domains.classes.library import Library
from toolbox_cli.seed.making.calendar import Day, school_days
from toolbox_cli.seed.making.domain import Context

DAYS_NEEDED: Final = 5
"""School days that a class needs; holidays give them where terms don't."""


class Shared:
    """The profile, ready to choose from.

    Attributes:
        library: the reference data.
        locales, zones, devices: with their weights.
    """

    def __init__(self, context: Context) -> None:
        profile = context.profile
        self._context = context
        self.library = Library(context.reference)
        self.locales = Weighted(profile.locales)
        self.zones = Weighted(profile.calendar.time_zones)
        self.devices = Weighted(profile.devices)
        self.days = cache(self._days)

    def _days(self, zone: str) -> tuple[Day, ...]:
        profile, as_of = self._context.profile, self._context.as_of
        return school_days(profile.calendar, profile.first_day(as_of), as_of, zone, least=DAYS_NEEDED)


def shared_of(context: Context) -> Shared:
    """Give what the classes of a run share."""
    if not _held or _held[0][0] is not context:
        _held[:] = [(context, Shared(context))]
    return _held[0][1]


_held: list[tuple[Context, Shared]] = []
"""That of the latest run: a process makes one at a time, and a context's documents can't be hashed."""
