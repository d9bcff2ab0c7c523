import pytest

from tests.lms.made import Roster, school
from tests.lms.runs.conftest import Runs
from tests.support.commands import CommandLine
from tests.support.servers import Database
from toolbox_cli.lms.sources.records import Enrollment, Role, User

MARKS = ("zebulon", "quill", "z.quill@home.example", "zq-login", "SIS-Z", "s-zeb", "e-zeb", "Kindergarten Z")
"""Everything that a system calls one person."""


@pytest.fixture
def runs(cli: CommandLine, database: Database) -> Runs:
    made = Runs(cli, database)
    made.add()
    return made


def with_zebulon() -> Roster:
    """Make a school that one more person teaches and learns in."""
    zebulon = User(
        "s-zeb", "zq-login", "z.quill@home.example", "Zebulon", "Quill", "SIS-Z", Role.STUDENT, "Kindergarten Z"
    )
    return school().having("enrollments", "e-c1-t1", primary=False).plus(
        zebulon, Enrollment("c0", "s-zeb", Role.STUDENT, "e-zeb"), Enrollment("c9", "s-zeb", Role.STUDENT),
        Enrollment("c1", "s-zeb", Role.TEACHER, "e-zeb-t", primary=True),
    )  # fmt: skip


def without_zebulon() -> Roster:
    roster = with_zebulon().without("users", "s-zeb")
    return roster.but(enrollments=tuple(one for one in roster.enrollments if one.user_id != "s-zeb"))


def marks(runs: Runs, *tables: str, where: str = "true") -> dict[str, set[str]]:
    """Give which marks of Zebulon's stand in which of these tables."""
    found = {}
    for table in tables:
        rows = runs.rows(f"SELECT to_jsonb(t)::text AS t FROM {table} AS t WHERE {where}")
        text = "\n".join(row["t"] for row in rows)
        if here := {mark for mark in MARKS if mark.lower() in text.lower()}:
            found[table] = here
    return found


def age(runs: Runs, run: int, days: int = 100) -> None:
    """Let a run be from long ago."""
    runs.rows(
        "UPDATE lms_sync_runs SET started_at = started_at - make_interval(days => %s),"
        " ended_at = ended_at - make_interval(days => %s) WHERE id = %s",
        [days, days, run],
    )
