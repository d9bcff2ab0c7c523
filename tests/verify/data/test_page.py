"""The page of the checks is what the checks are, and its queries run."""

import re

from docs.data_checks import PAGE, page
from tests.support.servers import Database
from toolbox_cli.verify.data.checks import CHECKS


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/data-checks.md is not what the checks are: run `make docs`"


def test_every_check_has_its_place() -> None:
    wanted = [check.name for checks in CHECKS.values() for check in checks]
    assert set(re.findall(r"^### (\S+)$", page(), re.MULTILINE)) == set(wanted)


def test_its_queries_run(sound: Database) -> None:
    blocks = re.findall(r"```sql\n(.*?)\n```", page(), re.DOTALL)
    statements = [statement for block in blocks for statement in block.split(";") if statement.strip()]
    assert len(statements) == sum(map(len, CHECKS.values())) + 1
    with sound.connect() as connection:
        found = {statement: connection.execute(statement).fetchall() for statement in statements}
    assert [statement for statement, rows in found.items() if rows] == []
