"""Random changes, failures and syncs against a reference: after a clean run the database is what the roster is."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lms.sync.conftest import District
from tests.lms.sync.nights.days import Days
from tests.lms.sync.nights.hands import Hands
from tests.lms.sync.nights.playing import Play
from tests.lms.sync.nights.troubles import Troubles
from tests.support.servers import Database


class Nights(Days, Troubles, Hands):
    """A school's system that changes by day, is read by night, well or badly, and whose district has people in it."""


@pytest.mark.parametrize(
    ("examples", "steps"), [(5, 14), pytest.param(60, 40, marks=pytest.mark.soak)], ids=["few", "many"]
)
def test_after_a_clean_run_the_database_is_what_the_roster_is(database: Database, examples: int, steps: int) -> None:
    machine: type[Play] = type("Tonight", (Nights,), {"district": District(database)})
    chosen = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=chosen)
