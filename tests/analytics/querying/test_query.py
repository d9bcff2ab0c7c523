"""Queries: rows of exported datasets in three forms, in bounds, and nothing else of this machine."""

import csv
import datetime
import importlib.util
import io
import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from tests.analytics.querying.exported import EVENTS, export
from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from toolbox_cli.analytics.exporting.writing.writer import Form
from toolbox_cli.analytics.querying import answers
from toolbox_cli.analytics.querying.answers import answered
from toolbox_cli.analytics.querying.locked import Limits, View
from toolbox_cli.analytics.querying.sources import in_folder, view_of
from toolbox_cli.core.errors import RefusedError, ToolboxError, UsageError

MOMENT: Final = datetime.datetime(2026, 1, 5, 10, tzinfo=datetime.UTC)
JANUARY: Final = [
    {"event_id": 2**53 + 1, "module_id": 1, "student": "abc", "event_type": "click", "happened_at": MOMENT},
    {
        "event_id": 2,
        "module_id": 1,
        "student": "",
        "event_type": "pause",
        "happened_at": MOMENT,
        "struggle_signal": 0.25,
    },
]
FEBRUARY: Final = [
    {"event_id": 3, "module_id": 2, "student": None, "event_type": "click", "happened_at": MOMENT.replace(month=2)}
]
MONTHS: Final = {"2026-01": JANUARY, "2026-02": FEBRUARY}


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    export(tmp_path / "exports", MONTHS)
    return tmp_path / "exports"


def views(folder: Path) -> list[View]:
    return [view_of(found) for found in in_folder(folder)]


def rows(sql: str, folder: Path, *, most: int = 1000, limits: Limits = Limits()) -> list[dict[str, Any]]:  # noqa: B008
    with answered(sql, views(folder), most=most, limits=limits) as answer:
        return pa.Table.from_batches([*answer.batches], answer.schema).to_pylist()


def asked(cli: CommandLine, sql: str, *more: str) -> Outcome:
    return cli("analytics", "query", sql, "--from", "exports", *more)


def test_a_dataset_is_a_table_by_its_name_and_by_one_that_needs_no_quotes(exports: Path) -> None:
    by_name, plainly = rows(f'FROM "{EVENTS}" ORDER BY event_id', exports), rows("FROM module_events", exports)
    assert [row["event_id"] for row in by_name] == [2, 3, 2**53 + 1]
    assert len(plainly) == 3
    assert [row["month"] for row in by_name] == ["2026-01", "2026-02", "2026-01"]
    assert by_name[0]["happened_at"] == MOMENT


@pytest.mark.parametrize("form", [Form.PARQUET, Form.JSONL, Form.ARROW])
def test_every_form_that_is_read_gives_the_same_rows(tmp_path: Path, form: Form) -> None:
    export(tmp_path, MONTHS, form=form)
    found = rows(
        "SELECT event_id, student, struggle_signal, happened_at, month FROM module_events ORDER BY 1", tmp_path
    )
    later = MOMENT.replace(month=2)
    assert [tuple(row.values()) for row in found] == [
        (2, "", 0.25, MOMENT, "2026-01"), (3, None, None, later, "2026-02"),
        (2**53 + 1, "abc", None, MOMENT, "2026-01"),
    ]  # fmt: skip


def test_a_dataset_without_rows_has_its_columns(tmp_path: Path) -> None:
    export(tmp_path, {})
    assert rows("SELECT count(*) AS n, max(happened_at) AS last, min(month) AS month FROM module_events", tmp_path) == [
        {"n": 0, "last": None, "month": None}
    ]


@pytest.mark.parametrize("form", [Form.CSV, Form.XAPI])
def test_forms_that_lose_types_are_refused_by_name(cli: CommandLine, tmp_path: Path, form: Form) -> None:
    export(tmp_path / "exports", MONTHS, form=form)
    outcome = asked(cli, "FROM module_events")
    assert outcome.exit_code == 2
    assert f"module-events was exported as {form}" in outcome.stderr


def test_a_folder_without_exports_is_told(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    for folder in ("exports", "nowhere"):
        outcome = cli("analytics", "query", "SELECT 1", "--from", folder)
        assert outcome.exit_code == 2
        assert folder in outcome.stderr


@pytest.mark.parametrize("form", [Form.PARQUET, Form.ARROW, Form.JSONL])
def test_a_file_that_is_gone_is_told(cli: CommandLine, tmp_path: Path, form: Form) -> None:
    export(tmp_path / "exports", MONTHS, form=form)
    [gone] = (tmp_path / "exports" / EVENTS / "month=2026-02").iterdir()
    gone.unlink()
    outcome = asked(cli, "SELECT count(*) FROM module_events")
    assert outcome.exit_code == 2
    assert "month=2026-02" in outcome.stderr
    assert "export it again" in outcome.stderr


@pytest.mark.parametrize(("privacy", "note"), [("aggregate", "small ones were left"), ("identified", "can be known")])
@pytest.mark.usefixtures("exports")
def test_what_the_rows_are_is_told_as_they_left(cli: CommandLine, tmp_path: Path, privacy: str, note: str) -> None:
    manifest = tmp_path / "exports" / EVENTS / "_manifest.json"
    manifest.write_text(manifest.read_text().replace('"pseudonymous"', f'"{privacy}"'))
    outcome = asked(cli, "SELECT count(*) FROM module_events")
    assert note in outcome.stderr
    assert "under pseudonyms" not in outcome.stderr


def test_a_generation_that_is_exchanged_meanwhile_is_read_to_its_end(exports: Path) -> None:
    before = views(exports)
    export(exports, {"2026-03": JANUARY})
    with answered("SELECT count(*) AS n FROM module_events", before, most=1, limits=Limits()) as answer:
        assert [row for batch in answer.batches for row in batch.to_pylist()] == [{"n": 3}]


@pytest.mark.usefixtures("exports")
class TestForms:
    SQL: Final = "SELECT event_type, count(*) AS n, sum(event_id) AS total FROM module_events GROUP BY 1 ORDER BY 1"

    def test_a_table(self, cli: CommandLine) -> None:
        outcome = asked(cli, self.SQL)
        assert outcome.exit_code == 0
        assert [line.split() for line in outcome.stdout.splitlines()] == [
            ["event_type", "n", "total"], ["click", "2", str(2**53 + 4)], ["pause", "1", "2"],
        ]  # fmt: skip

    def test_json(self, cli: CommandLine) -> None:
        found = json.loads(asked(cli, self.SQL, "--format", "json").stdout)
        assert found["kind"] == "toolbox.analytics.query/1"
        assert found["items"][0] == {"event_type": "click", "n": 2, "total": 2**53 + 4}
        assert found["summary"]["rows"] == 2
        assert found["summary"]["cut"] is False

    def test_csv(self, cli: CommandLine) -> None:
        outcome = asked(cli, "SELECT '=1+1' AS a, NULL AS b, '' AS c, [1, 2] AS d, 7 AS e", "--format", "csv")
        assert outcome.stdout == '"a","b","c","d","e"\r\n"\'=1+1",,"","[1, 2]",7\r\n'

    def test_values_of_every_kind_can_be_shown(self, cli: CommandLine) -> None:
        sql = (
            "SELECT 170141183460469231731687303715884105727::HUGEINT AS h, INTERVAL 1 MONTH AS i, TIME '10:00' AS t, "
            "uuid() AS u, {'a': [1]} AS s, MAP {'k': 1} AS m, 'a'::BLOB AS b, '101'::BIT AS bits, 'nan'::DOUBLE AS f, "
            "TIMESTAMP '2026-01-01' AS ts, 1.50::DECIMAL(4, 2) AS d, 'a'::ENUM('a', 'b') AS e, NULL AS n, 1 AS n"
        )
        for form in ("table", "json", "csv"):
            outcome = asked(cli, sql, "--format", form)
            assert outcome.exit_code == 0, outcome.stderr
            assert "170141183460469231731687303715884105727" in outcome.stdout
        assert json.loads(asked(cli, sql, "--format", "json").stdout)["items"][0]["n_2"] == 1

    def test_it_says_that_rows_are_single_persons(self, cli: CommandLine) -> None:
        outcome = asked(cli, self.SQL)
        assert "under pseudonyms" in outcome.stderr
        assert "toolbox analytics report" in outcome.stderr

    def test_rows_beyond_the_limit_are_told(self, cli: CommandLine) -> None:
        outcome = asked(cli, "FROM range(5000)", "--limit", "3000", "--format", "csv")
        assert len(outcome.stdout.splitlines()) == 3001
        assert "the first 3,000 rows" in outcome.stderr
        assert "the first" not in asked(cli, "FROM range(3000)", "--limit", "3000", "--format", "csv").stderr

    def test_a_file_is_its_owners_alone(self, cli: CommandLine, tmp_path: Path) -> None:
        for form in ("json", "csv", "table"):
            file = tmp_path / f"answer.{form}"
            outcome = asked(cli, self.SQL, "--format", form, "--output", str(file))
            assert outcome.stdout == ""
            assert "click" in file.read_text()
            assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_sql_can_come_on_stdin(self, cli: CommandLine) -> None:
        outcome = cli(
            "analytics", "query", "-", "--from", "exports", "--format", "csv", stdin="SELECT 7 AS n -- seven\n"
        )
        assert list(csv.reader(io.StringIO(outcome.stdout))) == [["n"], ["7"]]
        assert cli("analytics", "query", "-", "--from", "exports", stdin=" \n").exit_code == 2


@pytest.mark.parametrize("package", ["pyarrow", "duckdb"])
def test_a_package_that_is_missing_is_named(
    cli: CommandLine, exports: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    assert exports.is_dir()
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == package else find(name, *more))
    outcome = asked(cli, "SELECT 1")
    assert outcome.exit_code == 2
    assert "toolbox-cli[analytics]" in outcome.stderr
    assert package in outcome.stderr


def test_identified_rows_are_said_to_be(cli: CommandLine, tmp_path: Path) -> None:
    export(tmp_path / "exports", MONTHS, privacy="identified")
    assert "can be known" in asked(cli, "SELECT 1").stderr


NOT_READING: Final = [
    "COPY (SELECT 1) TO '{there}/out.csv'", "ATTACH '{there}/out.db'", "INSTALL httpfs", "LOAD httpfs",
    "PRAGMA version",
    "SET threads = 1", "RESET threads", "CREATE TABLE a AS SELECT 1", "EXPORT DATABASE '{there}/out'", "CHECKPOINT",
    "CALL pragma_version()", "INSERT INTO module_events SELECT 1", "DELETE FROM module_events",
    "DROP VIEW module_events",
    "PREPARE a AS SELECT 1", "EXPLAIN ANALYZE COPY (SELECT 1) TO '{there}/out.csv'", "USE memory", "VACUUM",
    "BEGIN TRANSACTION", "CREATE SECRET (TYPE s3)", "DETACH memory",
]  # fmt: skip


@pytest.mark.parametrize("sql", NOT_READING)
def test_what_does_not_read_is_refused(exports: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(RefusedError, match="only reads"):
        rows(sql.format(there=tmp_path), exports)
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT 2", "SELECT 1; COPY (SELECT 1) TO 'x'", "-- nothing", ";", "SELEC 1"]
)
def test_a_query_is_one_statement(exports: Path, sql: str) -> None:
    with pytest.raises(UsageError):
        rows(sql, exports)


SECRET: Final = "a-secret-of-this-machine"  # noqa: S105

ATTACKS: Final = [
    "FROM read_csv('{file}')", "FROM read_text('{file}')", "FROM read_blob('{file}')", "FROM read_json('{file}')",
    "FROM read_ndjson_objects('{file}')", "FROM '{file}'", "FROM \"{file}\"", "FROM read_parquet('{parquet}')",
    "FROM '{parquet}'", "FROM parquet_metadata('{parquet}')", "FROM parquet_schema('{parquet}')",
    "FROM glob('{there}/*')", "FROM read_text('{there}/*')", "FROM read_text('{exports}/../*.txt')",
    "FROM sniff_csv('{file}')", "FROM read_text('/proc/self/environ')", "FROM read_text('/dev/stdin')",
    "FROM query('FROM read_text(''{file}'')')", "FROM query_table(['{file}'])",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''{file}'')'))",
    "FROM read_text('http://127.0.0.1:1/x')", "FROM read_csv('s3://bucket/x')", "FROM read_text('file://{file}')",
    "SELECT getenv('TOOLBOX_SECRET_KEYS')", "SELECT current_setting('http_proxy')",
    "SELECT string_agg(value, ' ') FROM duckdb_settings()", "FROM duckdb_secrets()", "FROM secret_table",
    "FROM outer_secret_table", "FROM duckdb_extensions()", "FROM read_duckdb('{file}')",
    "WITH a AS (COPY (SELECT 1) TO '{there}/out.csv') SELECT 1",
    "SELECT * FROM module_events WHERE (SELECT count(*) FROM read_text('{file}')) > 0",
    "FROM read_text((SELECT '{file}'))", "FROM read_csv_auto('{file}')", "FROM iceberg_scan('{there}')",
    "FROM delta_scan('{there}')", "FROM sqlite_scan('{file}', 'a')", "FROM postgres_scan('host=127.0.0.1', 'a', 'b')",
    "FROM st_read('{file}')", "FROM read_xlsx('{file}')", "SELECT write_log('x', log_type := 'y')",
]  # fmt: skip

outer_secret_table = pa.table({"a": [SECRET]})


@pytest.mark.parametrize("sql", ATTACKS)
def test_nothing_else_of_this_machine_is_reached(
    exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    from pyarrow import parquet

    monkeypatch.setenv("HTTP_PROXY", f"http://ada:{SECRET}@127.0.0.1:1")
    monkeypatch.setenv("TOOLBOX_SECRET_KEYS", SECRET)
    secret_table = pa.table({"a": [SECRET]})
    file, held = tmp_path / "secret.txt", tmp_path / "secret.parquet"
    file.write_text(SECRET)
    parquet.write_table(secret_table, held)
    places = {"file": file, "parquet": held, "there": tmp_path, "exports": exports}
    try:
        told = str(rows(sql.format(**places), exports))
    except ToolboxError as refused:
        told = f"{refused.message} {refused.remedy}"
    assert SECRET not in told
    assert "secret.parquet" not in told.replace(str(held), "")
    assert not (tmp_path / "out.csv").exists()


def test_reaching_out_is_refused_as_such_and_a_slip_is_wrong_use(cli: CommandLine, exports: Path) -> None:
    assert exports.is_dir()
    refused = asked(cli, "FROM read_text('/etc/passwd')")
    assert refused.exit_code == 4
    assert "the datasets alone" in refused.stderr
    slip = asked(cli, "SELECT mistyped FROM module_events")
    assert slip.exit_code == 2
    assert "module_events" in slip.stderr


def test_settings_stay_as_they_are(exports: Path) -> None:
    wanted = ("enable_external_access", "lock_configuration", "python_enable_replacements", "autoload_known_extensions")
    found = rows("SELECT name, value FROM duckdb_settings()", exports)
    assert [next(row["value"] for row in found if row["name"] == name) for name in wanted] == [
        "false", "true", "false", "false",
    ]  # fmt: skip


ENDLESS: Final = "SELECT sum(a.range * b.range) FROM range(1000000000) AS a, range(1000000) AS b"


def test_a_query_that_takes_too_long_is_ended(exports: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(RefusedError, match="longer than 0.2 s"):
        rows(ENDLESS, exports, limits=Limits(seconds=0.2))
    assert time.monotonic() - begun < 20


def test_memory_and_disk_have_a_bound(exports: Path) -> None:
    with pytest.raises(RefusedError, match="32 MB of memory"):
        rows(
            "SELECT list(range::VARCHAR || 'a long enough text to fill memory') FROM range(20000000)", exports,
            limits=Limits(memory_mb=32, disk_mb=1),
        )  # fmt: skip


def test_an_answer_that_is_too_large_is_refused(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES", 1 << 20)
    with pytest.raises(RefusedError, match="larger than 1 MiB"):
        rows("SELECT repeat('x', 1000) FROM range(5000)", exports, most=10_000)


def test_nothing_is_left_of_a_query(exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    rows("FROM module_events", exports)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_interrupt_ends_a_query(toolbox_process: ToolboxProcess, exports: Path, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    process = toolbox_process.start(
        "analytics", "query", ENDLESS, "--from", str(exports), "--timeout", "10m",
        environ={"TMPDIR": str(tmp_path / "tmp")},
    )  # fmt: skip
    _wait_until(process, lambda: any((tmp_path / "tmp").iterdir()))
    begun_s = _worked_s(process.pid)
    _wait_until(process, lambda: _worked_s(process.pid) > begun_s + 1)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert (stdout, stderr) == ("", "")
    assert not any((tmp_path / "tmp").iterdir())


def _wait_until(process: "subprocess.Popen[str]", is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 100
    while not is_so():
        assert process.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.05)


def _worked_s(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
