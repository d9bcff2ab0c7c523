"""Recovery tracks: rows of `user_tracks`, and the document at the parent that says the same."""

from typing import Final

from toolbox_cli.core.chance import Chance, rising
from toolbox_cli.seed.domains.quests.families.days import Days
from toolbox_cli.seed.domains.quests.families.people import Home, Recovery
from toolbox_cli.seed.making.moments import written
from toolbox_cli.seed.making.text import Raw, Row

_TRACKS: Final = ("self_work", "child_connection", "negotiation", "community")
_WHOLE: Final = 40
"""Activities of a whole track."""

_PHASES: Final = (*["awareness"] * 3, *["expression"] * 3, *["action"] * 3, *["mastery"] * 2)
"""Phase by tenths of the track."""


def recovery_of(first: int, home: Home, days: Days, chance: Chance) -> tuple[list[Row], Recovery]:
    """Give a parent's tracks.

    Args:
        first: key of the first row; the others follow.
        home: an active family.
        days: the block's.
        chance: the block's.

    Returns:
        Rows of `user_tracks`, and what the parent's own row says of them.
    """
    unit, keenness, time = chance.unit, chance.normal(), home.last - home.joined
    kinds = chance.some(_TRACKS, 1 + chance.below(3))
    rows: list[Row] = []
    documents = []
    percents = earliest = 0
    for number, kind in enumerate(kinds):
        before = int((time - 1) * 0.5 * unit() * unit())
        length, keen = time - before, rising(keenness + unit() - 0.5)
        weeks = 1 + int(length / 7 * (0.3 + 0.6 * keen))
        active = min(length, weeks + int(1.5 * weeks * keen * unit()))
        total = active + weeks
        done = int(total * (0.4 + 0.55 * keen))
        percent = min(100, done * 100 // _WHOLE)
        phase, weeks = _PHASES[percent // 10], min(weeks, active)
        started = written(days.evening(home.joined + 1 + before, 0.2))
        last = written(days.evening(home.last, 0.9 * keen))
        rows.append((first + number, home.user, kind, phase, percent, weeks, active, total, done, last, started, last))
        documents.append(
            f'"{kind}":{{"current_phase":"{phase}","completion_percentage":{percent},"weeks_active":{weeks},'
            f'"days_active":{active},"total_activities":{total},"completed_activities":{done}}}'
        )
        percents += percent
        earliest = max(earliest, length)
    document = Raw("{" + ",".join(documents) + "}")
    return rows, Recovery(document, kinds[0], earliest, percents / len(kinds) / 100)
