"""A worker of workflows as a process of its own: `python -m tests.agents.workflow.working URL`."""

import sys

from tests.support.template import NAMES
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.agents.engine.worker import Order, work
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.core.database.target import Target

if __name__ == "__main__":
    pace = Pace(heartbeat_s=0.2, stalled_s=1.0, rescue_s=0.1, watch_s=0.05, poll_s=0.05, retry_base_s=0.01)
    work(Target(sys.argv[1], NAMES, "the test suite"), KINDS, Order(pace=pace, concurrency=2, drain=True))
