"""How often a worker does what it does beside its tasks, and how long it waits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds; most of it is for operators to say, in the settings of the same names.

    What is not: it weighs nothing on a database, or guards against what should not happen.

    Attributes:
        heartbeat_s: how often a worker says that it is alive.
        stalled_s: without a heartbeat for so long, its tasks are given to others.
        rescue_s: how often a worker looks for lost tasks, and for those that are due.
        watch_s: how often it looks whether what it does was cancelled.
        poll_s: how often it looks for work where nobody can wake it, as behind a transaction pooler.
        retry_base_s: the first retry comes within it at random, each further one within twice as long.
        retry_cap_s: and no retry later than this.
        grace_s: how long running tasks may go on when a worker is told to stop.
        patience_s: how long a step is tried again while the database is gone.
        progress_s: how often the progress of one task is written at most.
        overdue_s: a task is taken from a worker that has not ended it so long after its time was up.
        hung_s: a worker whose queue has not gone on for so long ends, for its supervisor to start another.
    """

    heartbeat_s: float = 10
    stalled_s: float = 30
    rescue_s: float = 5
    watch_s: float = 1
    poll_s: float = 1
    retry_base_s: float = 2
    retry_cap_s: float = 300
    grace_s: float = 20
    patience_s: float = 120
    progress_s: float = 0.5
    overdue_s: float = 60
    hung_s: float = 180
