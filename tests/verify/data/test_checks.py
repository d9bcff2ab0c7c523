"""Each check finds what it is for, and only that."""

from collections import defaultdict
from itertools import chain

import pytest

from tests.support.servers import Database
from tests.verify.data.breaks import BREAKS
from tests.verify.data.conftest import look
from toolbox_cli.models import metadata_of
from toolbox_cli.models.toolboxai.learning.attempts import attempt_of
from toolbox_cli.verify.data.check import Check
from toolbox_cli.verify.data.checks import CHECKS

EVERY = [(platform, check) for platform, checks in CHECKS.items() for check in checks]
ALL = [
    pytest.param(platform, name, change, id=f"{name}-{number}")
    for platform, breaks in BREAKS.items()
    for name, changes in breaks.items()
    for number, change in enumerate(changes, 1)
]
each_check = pytest.mark.parametrize(
    ("platform", "check"), EVERY, ids=[f"{platform}-{check.name}-{check.table}" for platform, check in EVERY]
)


@pytest.mark.parametrize(("platform", "name", "change"), ALL)
def test_a_break_is_found_and_it_alone(breakable: Database, platform: str, name: str, change: str) -> None:
    breakable.execute(change)
    found = {(case.platform, item.code) for case in look(breakable) for item in case.findings}
    assert found == {(platform, name)}


def test_every_check_is_tried() -> None:
    assert {platform: set(breaks) for platform, breaks in BREAKS.items()} == {
        platform: {check.name for check in checks} for platform, checks in CHECKS.items()
    }


def test_every_default_partition_is_looked_at() -> None:
    partitioned = chain.from_iterable(
        ((platform, table) for table in metadata_of(platform).info["programs"].default_partitions)
        for platform in CHECKS
    )
    watched = [(platform, check.table) for platform, check in EVERY if check.name == "waiting-for-partition"]
    assert sorted(watched) == sorted(partitioned)


def test_no_claim_is_made_twice_of_a_table() -> None:
    claims = [(platform, check.table, check.claim) for platform, check in EVERY]
    assert len(set(claims)) == len(claims)


@each_check
def test_a_check_speaks_of_what_there_is(platform: str, check: Check) -> None:
    tables = metadata_of(platform).tables
    columns = {column.name for table in tables.values() for column in table.columns} | {"partition"}
    assert set(check.key) <= set(tables[f"{platform}.{check.table}"].columns.keys())
    assert set(check.field.split(", ")) <= columns
    for text in (check.claim, check.means):
        assert text[0].isupper() or text.partition(" ")[0].strip(",") in columns
        assert text.endswith(".")


def test_results_and_attempts_are_compared_in_all_that_one_takes_from_the_other() -> None:
    result = defaultdict(lambda: True)
    attempt = attempt_of(result, "student", 1) or {}
    (query,) = (check.query for _, check in EVERY if check.name == "quiz-result-differs")
    assert {name for name in attempt if f"a.{name}" not in query} == {"attempt_number"}
