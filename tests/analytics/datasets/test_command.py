"""`toolbox analytics datasets`."""

import json
import subprocess
import sys

from tests.support.commands import CommandLine
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.masking.masks import OneOf
from toolbox_cli.core.exits import Exit


def test_it_lists_every_dataset_without_a_database(cli: CommandLine) -> None:
    told = json.loads(cli("analytics", "datasets", "--format", "json").stdout)
    assert told["kind"] == "toolbox.analytics.datasets/1"
    assert [item["name"] for item in told["items"]] == list(DATASETS)
    assert "module-events" in cli("analytics", "datasets").stdout


def test_it_tells_every_column_of_one(cli: CommandLine) -> None:
    told = json.loads(cli("analytics", "datasets", "educational-metrics", "--format", "json").stdout)
    items = {item["name"]: item for item in told["items"]}
    assert list(items) == [column.name for column in DATASETS["educational-metrics"]]
    assert items["student"] == {
        "name": "student",
        "type": "string",
        "type_identified": "string",
        "privacy": "identifier",
        "leaves": "pseudonym",
        "meaning": "Student who was measured; null for a group.",
    }
    assert (items["grade_level"]["type"], items["grade_level"]["type_identified"]) == ("string", "int64")
    assert told["summary"]["key"] == ["metric_id", "happened_at"]
    assert "cut to the hour" in cli("analytics", "datasets", "module-events").stdout


def test_long_lists_are_short_in_a_table_and_whole_in_json(cli: CommandLine) -> None:
    table = cli("analytics", "datasets", "module-events").stdout
    mask = DATASETS["module-events"].column("event_type").mask
    assert isinstance(mask, OneOf)
    first, last = ", ".join(mask.values[:3]), mask.values[-1]
    assert f"of a closed list: {first}, {len(mask.values) - 3} more, other" in table
    assert last not in table
    assert "tablet, phone, desktop, other" in table
    assert max(map(len, table.splitlines())) < 240
    assert f", {last}, other" in cli("analytics", "datasets", "module-events", "--format", "json").stdout


def test_a_name_that_is_none_is_told_with_the_nearest(cli: CommandLine) -> None:
    done = cli("analytics", "datasets", "quiz-atempts")
    assert done.exit_code == Exit.USAGE
    assert "quiz-attempts" in done.stderr


def test_it_needs_neither_the_extra_nor_a_database() -> None:
    telling = (
        "from toolbox_cli.analytics.datasets import telling; telling.every_dataset(); telling.one_dataset('people')"
    )
    unwanted = "import sys; print({'pyarrow', 'numpy', 'duckdb', 'psycopg'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", f"{telling}; {unwanted}"], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
