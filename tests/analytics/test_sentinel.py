"""Nobody is found in what leaves: markers stand in every personal column, and everything that comes out is searched."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.analytics.sentinels import MARK, Planted, found, hashes, personal_words, plant, words_of
from tests.support.commands import CommandLine, process_environment
from tests.support.seeding import seed_database
from tests.support.servers import Database, Server
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.reporting.asking import REPORTS

CLOSED = {
    "frames.module_analytics_events.device_type", "frames.module_progress.status",
    "pas_in_peace.users.primary_track",
    "toolboxai.lms_enrollments.role", "toolboxai.lms_enrollments.status",
    "toolboxai.lms_identities.role", "toolboxai.lms_identities.status", "toolboxai.lms_sync_changes.before",
    "toolboxai.usage_analytics.device_type", "toolboxai.user_progress.mastery_level",
    "toolboxai.users.age_band", "toolboxai.users.role",
}  # fmt: skip
"""Columns of words that hold one of a few values, or of the shape of a row, and can't hold a marker."""

STATEMENTS = ("module-events", "module-progress", "quiz-attempts")
"""Datasets that xAPI has words for."""


@pytest.fixture(scope="module")
def school(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        seed_database(made, "all")
        yield made


@pytest.fixture(scope="module")
def planted(school: Database) -> Planted:
    return plant(school)


@pytest.fixture
def run(school: Database, home: Path, tmp_path: Path) -> CommandLine:
    given = {**process_environment(home), "TOOLBOX_DATABASE_URL": school.url, "TOOLBOX_SECRET_KEYS": KEY}
    return CommandLine(given, tmp_path)


KEY = "c2VudGluZWxzLWFyZS1mb3VuZC1ub3doZXJlLWF0LTE="


def everything(run: CommandLine, *argv: str) -> list[str]:
    """Run a command and give what it printed and wrote."""
    done = run("--verbose", *argv)
    assert done.exit_code == 0, done.stderr
    files = [path for path in sorted(run.folder.rglob("*")) if path.is_file()]
    return [done.stdout, done.stderr, *(text for path in files for text in words_of(path))]


def test_markers_stand_in_every_personal_column_of_words_but_closed_lists(planted: Planted) -> None:
    assert personal_words() - planted.columns <= CLOSED


@pytest.mark.parametrize(
    ("form", "privacy"),
    [*((form, "pseudonymous") for form in ("parquet", "csv", "jsonl", "arrow")), ("csv", "aggregate")],
)
def test_no_export_tells_anybody(run: CommandLine, planted: Planted, form: str, privacy: str) -> None:
    texts = everything(run, "analytics", "export", *DATASETS, "--as", form, "--privacy", privacy, "--to", "out")
    assert any((run.folder / "out").rglob(f"*.{form}*"))
    assert found(texts, planted) == set()


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_tells_anybody(run: CommandLine, planted: Planted, name: str) -> None:
    assert found(everything(run, "analytics", "export", name, "--as", "xapi", "--to", "out"), planted) == set()


def test_no_later_part_of_an_export_tells_anybody(run: CommandLine, planted: Planted) -> None:
    everything(run, "analytics", "export", "module-events", "usage-events", "--incremental", "--to", "out")
    texts = everything(run, "analytics", "export", "module-events", "usage-events", "--incremental", "--to", "out")
    assert found(texts, planted) == set()


@pytest.mark.parametrize(
    ("form", "engine"), [("html", "duckdb"), ("json", "duckdb"), ("table", "duckdb"), ("json", "postgres")]
)
@pytest.mark.parametrize("name", REPORTS)
def test_no_report_tells_anybody(run: CommandLine, planted: Planted, name: str, form: str, engine: str) -> None:
    where = ("--output", "report.html") if form == "html" else ()
    given = ("--of", "2026-09", "--format", form, "--engine", engine, *where)
    assert found(everything(run, "analytics", "report", name, *given), planted) == set()
    assert [path.name for path in run.folder.iterdir()] == [*where[1:]], "something of the live tables was left"


def test_markers_stand_in_paths_too(school: Database, planted: Planted) -> None:
    assert "toolboxai.usage_analytics.endpoint" in planted.columns
    [(marked,)] = school.execute(
        f"SELECT count(*) FROM toolboxai.usage_analytics WHERE endpoint LIKE '/api/users/{MARK}%'"
    )
    assert marked


def test_no_plan_of_an_export_and_no_question_tells_anybody(run: CommandLine, planted: Planted) -> None:
    texts = everything(run, "analytics", "export", *DATASETS, "--to", "out", "--dry-run")
    texts += everything(run, "analytics", "query", "SELECT * FROM module_progress", "--from", "live")
    assert found(texts, planted) == set()


def test_what_is_recorded_of_exports_tells_nobody(run: CommandLine, planted: Planted, school: Database) -> None:
    everything(run, "analytics", "export", "people", "--to", "out")
    kept = school.execute("SELECT to_jsonb(d)::text FROM toolbox.disclosures d")
    kept += school.execute("SELECT to_jsonb(a)::text FROM toolbox.audit_log a")
    assert kept
    assert found([text for (text,) in kept], planted) == set()


def test_identified_data_do_tell(run: CommandLine, planted: Planted) -> None:
    """The search finds what is there: keys of people leave when somebody answers for it."""
    told = ("--privacy", "identified", "--recipient", "District", "--basis", "Agreement of 2026")
    assert found(everything(run, "analytics", "export", "people", "--to", "out", *told), planted)


@pytest.mark.parametrize("form", ["parquet", "arrow", "csv"])
def test_the_search_finds_what_is_hidden_in_a_file(tmp_path: Path, form: str) -> None:
    value = "someone@school.example"
    hidden = Planted(frozenset(), frozenset({value}), frozenset({"2026-10-02 08:15:30.250000"}))
    for word in (MARK + "7x1", value, next(hashes(value)), "2026-10-02T08:15:30.25Z"):
        table = pa.table({"a": [word] * 3})
        file = tmp_path / f"a.{form}"
        buffer = io.BytesIO()
        if form == "parquet":
            pq.write_table(table, file, compression="zstd")
        elif form == "arrow":
            with pa.ipc.new_file(buffer, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
                writer.write_table(table)
            file.write_bytes(buffer.getvalue())
        else:
            file.write_text(json.dumps({"a": f"x-{word}"}) if word.startswith(MARK) else word)
        assert found(words_of(file), hidden), word
