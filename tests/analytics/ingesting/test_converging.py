"""However events are cut into files, repeated and ordered, the same rows come of them."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analytics.ingesting.made import USER, event, state, usage
from tests.support.commands import CommandLine
from tests.support.servers import Database

EMPTY = """
TRUNCATE frames.module_analytics_events, toolboxai.usage_analytics, toolbox.ingested_events, toolbox.quarantined_events
"""
LINES = [
    *(event(n, student_id=f"s{n % 3 + 1}", section_number=n) for n in range(6)),
    *(event(n, event_type="code_run", event_data={"ok": n % 2 == 0}) for n in range(6, 9)),
    *(usage(n, user_id=USER if n % 2 else None) for n in range(3)),
    event(20, student_id="nobody"),
    event(21, event_type="dance"),
    {"event_id": "x"},
]
ALL = range(len(LINES))


@st.composite
def ways(draw: Any) -> list[list[int]]:
    """Give files of lines, by number: every line at least once, in any order, some of them again."""
    order = draw(st.permutations([*ALL, *draw(st.lists(st.sampled_from(ALL), max_size=12))]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=3)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def taken_in(cli: CommandLine, database: Database, folder: Path, files: list[list[int]]) -> Any:
    database.execute(EMPTY)
    for number, lines in enumerate(files):
        file = folder / f"{number}.jsonl"
        file.write_text("\n".join(json.dumps(LINES[line]) for line in lines))
        done = cli("analytics", "ingest", file.name, database=database)
        assert done.exit_code in {0, 3}, done.stderr
    return state(database)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=ways())
def test_the_same_events_make_the_same_rows(
    cli: CommandLine, school: Database, tmp_path: Path, files: list[list[int]]
) -> None:
    whole = taken_in(cli, school, tmp_path, [[*ALL]])
    assert taken_in(cli, school, tmp_path, files) == whole
