"""A worker beside whoever waits, for what no other worker takes."""

from threading import Thread
from uuid import UUID

from toolbox_cli.agents.database import pace_of, target, transaction
from toolbox_cli.agents.engine.worker import Order, Stop, work
from toolbox_cli.agents.running.asking import hand_on_configuration
from toolbox_cli.agents.serving import left, workers_alive
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.core.runtime import Runtime

CONCURRENCY = 2


class Helper:
    """Works as soon as no worker is alive, or none takes what the workflow waits for; workers may end at any time."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._pace = runtime, pace_of(runtime)
        self._stop = Stop()
        self._worker: Thread | None = None
        self._went_wrong: BaseException | None = None

    def look(self, workflow: UUID) -> None:
        """Begin to work where nobody else does.

        Raises:
            BaseException: what went wrong with the work.
        """
        if self._went_wrong is not None:
            raise self._went_wrong
        if self._worker is None and not self._is_served(workflow):
            hand_on_configuration(self._runtime)
            self._worker = Thread(target=self._work, name="worker", daemon=True)
            self._worker.start()

    def end(self, *, at_once: bool = False) -> None:
        """Take no more, and come back when what runs has ended, or is put back for others."""
        self._stop.told.set()
        if at_once:
            self._stop.at_once.set()
        if self._worker is not None:
            self._worker.join()

    def _is_served(self, workflow: UUID) -> bool:
        with transaction(self._runtime, snapshot=True) as connection:
            if not workers_alive(connection, self._pace):
                return False
            unserved = left(connection, self._pace.heartbeat_s, workflow)
        if unserved:
            self._runtime.say(f"No worker does tasks of {', '.join(unserved)}: they are done here.")
        return not unserved

    def _work(self) -> None:
        order = Order(CONCURRENCY, pace=self._pace)
        try:
            work(target(self._runtime), KINDS, order, signals=False, stop=self._stop)
        except BaseException as error:  # noqa: BLE001  told by the one who waits
            self._went_wrong = error
