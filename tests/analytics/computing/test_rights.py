"""Who computes signals needs no more of the database than `toolbox db grant --role compute` gives."""

import pytest

from tests.analytics.computing.test_compute import CHANGED, changed_by, fill
from tests.support.commands import CommandLine
from tests.support.roles import role
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.analytics.computing.registry import SIGNALS
from toolbox_cli.core.settings import PLATFORMS, Environment
from toolbox_cli.db.access.grant import grant
from toolbox_cli.db.access.rights import rights_of
from toolbox_cli.db.access.use import Use


@pytest.mark.every_version
def test_the_role_for_it_is_enough(cli: CommandLine, database: Database) -> None:
    fill(database)
    with role(database) as name:
        grant(target(database), Use.COMPUTE, name, Environment.DEVELOPMENT)
        theirs = database.with_options(f"-c role={name}")
        assert changed_by(cli, theirs) == CHANGED
        assert cli("analytics", "at-risk", database=theirs).exit_code == 0
        assert cli("analytics", "compute", "--dry-run", database=theirs).exit_code == 0


def test_what_it_may_write_are_the_signals() -> None:
    written = {
        f"{right.platform}.{right.table}.{column}"
        for right in rights_of(Use.COMPUTE, PLATFORMS)
        if "UPDATE" in right.privileges
        for column in right.columns or ()
    }
    assert written == {signal.column for signal in SIGNALS.values()}
