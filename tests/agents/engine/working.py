"""A worker as a process of its own: `python -m tests.agents.engine.working URL {"concurrency": 2, ...}`."""

import faulthandler
import json
import logging
import signal
import sys

from tests.agents.engine.kinds import KINDS
from tests.support.template import NAMES
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.worker import Order, work
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import UnreachableError

if __name__ == "__main__":
    faulthandler.register(signal.SIGUSR1)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(name)s %(message)s")
    url, options = sys.argv[1], json.loads(sys.argv[2])
    pace = Pace(**options.pop("pace", {}))
    while True:
        try:
            work(Target(url, NAMES, "the test suite"), KINDS, Order(pace=pace, **options))
        except UnreachableError:
            continue  # a server that is restarted: what looks after services would start it again
        break
