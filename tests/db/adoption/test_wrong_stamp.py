"""An upgrade of a database that is not what its stamp says ends in a clear refusal, and changes nothing."""

import pytest

from tests.db.adoption.conftest import configure
from tests.db.adoption.installations import contents, document, installed
from tests.support.commands import CommandLine
from tests.support.revisions import catalog
from tests.support.servers import Database

ANOTHER_TYPE = "ALTER TABLE {0} DROP {1}, ADD {1} {2}"


@pytest.mark.parametrize(
    ("stamped", "statement", "told"),
    [
        ("frames_phase_2", "", "frames_phase_3 makes what public has already: column \"adaptive_config\""),
        ("frames_phase_3", "DROP TABLE module_feedback",
         "frames_types builds on what public lacks: relation \"module_feedback\""),
        ("frames_phase_3", ANOTHER_TYPE.format("modules", "adaptive_config", "xml"),
         "frames_types does not fit what public holds: cannot cast type xml to jsonb"),
        ("frames_phase_3", ANOTHER_TYPE.format("modules", "status", "boolean"),
         "frames_checks does not fit what public holds: invalid input syntax for type boolean."),
        ("frames_phase_3", "ALTER TABLE students DROP CONSTRAINT students_pkey CASCADE",
         "frames_partitions does not fit what public holds: there is no unique constraint matching given keys"),
    ],
    ids=["later", "table", "cast", "check", "key"],
)  # fmt: skip
def test_it_says_which_revision_met_what(
    cli: CommandLine, empty_database: Database, stamped: str, statement: str, told: str
) -> None:
    installed(empty_database, document("document_004"), document("document_004_extended"), statement or "SELECT 1")
    configure(cli, "frames")
    assert cli("db", "stamp", stamped, "--yes", "--platform", "frames", database=empty_database).exit_code == 0
    done = cli("db", "upgrade", "--platform", "frames", database=empty_database)
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr.startswith(f"Error: {told}")
    before = contents(empty_database, "public"), catalog(empty_database, "public")
    assert cli("db", "upgrade", "--platform", "frames", database=empty_database).exit_code == 4
    assert (contents(empty_database, "public"), catalog(empty_database, "public")) == before
