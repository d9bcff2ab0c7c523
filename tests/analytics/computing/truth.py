"""What sample data know of their students and don't write into any table, and how often scores agree with it."""

import datetime
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolbox_cli.analytics.computing.registry import SIGNALS
from toolbox_cli.analytics.computing.running import Span, compute
from toolbox_cli.core.database.transaction import Connection
from toolbox_cli.core.settings import Environment, Settings
from toolbox_cli.seed.domains.frames.blocks import blocks
from toolbox_cli.seed.domains.frames.universities import campus_of, campus_rows, enrol
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.wishes import Wishes


@dataclass(frozen=True)
class Truth:
    """What the simulation has decided of a student.

    Attributes:
        struggles: finds everything harder than others.
        gone: came once and never again, or has left.
    """

    struggles: bool
    gone: bool

    @property
    def needs_somebody(self) -> bool:
        return self.struggles or self.gone


def truth_of(wishes: Wishes, as_of: datetime.date) -> Mapping[str, Truth]:
    """Give the truth of each student of frames, by key."""
    roblox = Settings().roblox
    context = Context(
        wishes.profile, wishes.seed, as_of, wishes.run(as_of), roblox.universe_id, roblox.client_id, {}
    )  # fmt: skip
    found = {}
    for block in range(blocks(wishes.profile)):
        chance = context.chance("frames", block)
        campus = campus_of(context, block, chance)
        campus_rows(context, campus, chance)
        for learner in enrol(context, block, campus, chance)[1]:
            gone = learner.once or learner.leaves < len(campus.days)
            found[learner.key] = Truth(learner.struggling, gone)
    return found


@dataclass(frozen=True)
class Rates:
    """How often scores from a threshold on are right.

    Attributes:
        named: students whose score reaches the threshold.
        precision: share of them who need somebody.
        recall: share of those who need somebody who are among them.
    """

    named: int
    precision: float
    recall: float


def rates(scores: Sequence[tuple[str, float]], truth: Mapping[str, Truth], threshold: float) -> Rates:
    """Compare scores with the truth, over the students who have a score."""
    named = [student for student, score in scores if score >= threshold]
    right = sum(truth[student].needs_somebody for student in named)
    needy = sum(truth[student].needs_somebody for student, _ in scores)
    return Rates(len(named), right / len(named) if named else 0.0, right / needy)


def mastery_agrees(connection: Connection, now: datetime.datetime) -> float:
    """Compute mastery from events, and correlate it with that which the simulation has written down.

    Args:
        connection: in a transaction, with the schema of frames as search path and UTC as time zone.
        now: the moment that the sample data take as now.
    """
    known = dict(connection.execute("SELECT id, mastery_score FROM module_progress").fetchall())
    for name in ("struggle_signal", "mastery_score"):
        compute(connection, SIGNALS[name], Span(None, now), Environment.DEVELOPMENT)
    found = connection.execute("SELECT id, mastery_score FROM module_progress").fetchall()
    pairs = [(float(known[key]), float(score)) for key, score in found if score is not None and known[key] is not None]
    return statistics.correlation(*zip(*pairs, strict=True))
