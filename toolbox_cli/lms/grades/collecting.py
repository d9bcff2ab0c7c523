"""Make grades of results: one for each student and assignment, as the integration's policy chooses."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from toolbox_cli.core.database.locks import lock_transaction
from toolbox_cli.lms.database import Connection, rows
from toolbox_cli.lms.grades.queries import MAKE, STEPS
from toolbox_cli.lms.grades.rules import Graded
from toolbox_cli.lms.grades.superseding import supersede

LOCK: Final = 0x6772_6164
"""One collecting at a time: "grad" in ASCII."""
WAIT_S: Final = 30


@dataclass(frozen=True, slots=True)
class Collected:
    """What was made of the results of an integration.

    Attributes:
        assignments: how many of its assignments take grades.
        graded: how many grades the results give, over all students and assignments.
        made: how many of them are new.
        superseded: how many unsent ones a newer one goes in place of.
    """

    integration: Graded
    assignments: int = 0
    graded: int = 0
    made: int = 0
    superseded: int = 0


def collect(connection: Connection, integrations: Sequence[Graded]) -> list[Collected]:
    """Make pending grades of what students reached; doing it twice makes nothing twice.

    A grade is made where it differs from the last one of the same student and assignment: in score, points or account.
    One that is there already stays, also when its result is gone.

    Args:
        connection: in a transaction, READ COMMITTED.
        integrations: those that are left out get nothing.

    Raises:
        LockedError: another collecting goes on.

    Effects: writes `lms_grade_passbacks` and temporary tables; never commits.
    """
    lock_transaction(connection, LOCK, wait_s=WAIT_S)
    working = [one for one in integrations if one.left_out is None]
    _prepare(connection, working)
    found = {row.pop("integration_id"): row for row in rows(connection, MAKE, {})}
    superseded = supersede(connection, [one.id for one in working])
    return [Collected(one, **found.get(one.id, {}), superseded=superseded.get(one.id, 0)) for one in integrations]


def _prepare(connection: Connection, working: Sequence[Graded]) -> None:
    """Make the tables of the steps: a server that guesses their sizes joins them row by row."""
    rules = json.dumps([_as_rule(one) for one in working])
    for table, query in STEPS.items():
        connection.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        connection.execute(query, {"rules": rules} if table == "grading_rules" else None)
        connection.execute(f"ANALYZE {table}")


def _as_rule(one: Graded) -> dict[str, Any]:
    rules = asdict(one.rules)
    letters = [{"letter": letter, "least": least} for letter, least in one.rules.letters.items()]
    return {"integration_id": str(one.id), "letters": letters} | {
        name: rules[name] for name in ("policy", "progress", "bonus")
    }
