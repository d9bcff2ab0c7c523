"""`toolbox analytics export`, as it is used."""

import json
from pathlib import Path

import pytest
from pyarrow import parquet

from tests.analytics.exporting.events import KEY, happen, manifest_of, rows_of, set_scene, table_of
from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.analytics.exporting import sizing

EVENTS = "module-events"
WITH_KEYS = {"TOOLBOX_SECRET_KEYS": KEY}


@pytest.fixture
def told(database: Database) -> Database:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 300)
    return database


def export(cli: CommandLine, database: Database, *argv: str, environ: dict[str, str] | None = None) -> Outcome:
    return cli(
        "analytics", "export", EVENTS, *argv, database=database, environ=WITH_KEYS if environ is None else environ
    )


def test_an_export_is_a_folder_a_month_with_a_manifest(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    done = export(cli, told, "--to", str(tmp_path / "out"), "--format", "json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["kind"], answer["summary"]["rows"]) == ("toolbox.analytics.export/1", 300)
    folder = tmp_path / "out" / EVENTS
    assert sorted(found.name for found in folder.iterdir()) == [
        "_SUCCESS",
        "_manifest.json",
        "month=2026-01",
        "month=2026-02",
        "month=2026-03",
    ]
    manifest = manifest_of(tmp_path / "out")
    assert manifest["months"] == {"2026-01": 104, "2026-02": 93, "2026-03": 103}
    assert {column["name"]: column["mask"] for column in manifest["terms"]["columns"]}["student"] == "pseudonym"
    assert manifest["watermark"] is not None
    one = parquet.ParquetFile(folder / manifest["files"][0]["path"])
    assert "month" not in one.schema_arrow.names
    assert one.metadata.row_group(0).column(0).compression == "ZSTD"


def test_pseudonyms_are_the_same_for_a_recipient_and_others_for_another(
    cli: CommandLine, told: Database, tmp_path: Path
) -> None:
    students = []
    for place, recipient in (("a", "ours"), ("b", "ours"), ("c", "theirs")):
        assert export(cli, told, "--to", str(tmp_path / place), "--recipient", recipient).exit_code == 0
        students.append(set(table_of(tmp_path / place).column("student").to_pylist()))
    assert len(students[0]) == 50
    assert students[0] == students[1]
    assert not students[0] & students[2]


def test_the_same_rows_are_the_same_bytes(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    hashes = []
    for place in "ab":
        export(cli, told, "--to", str(tmp_path / place))
        hashes.append([part["sha256"] for part in manifest_of(tmp_path / place)["files"]])
    assert hashes[0] == hashes[1]


def test_every_export_is_on_record_before_it_is_seen(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    export(cli, told, "--to", str(tmp_path / "out"), "--recipient", "ours")
    [(privacy, recipient, rows, datasets)] = told.execute(
        "SELECT privacy, recipient, row_count, datasets FROM toolbox.disclosures"
    )
    assert (privacy, recipient, rows) == ("pseudonymous", "ours", 300)
    written = {f"{EVENTS}/{part['path']}": part["sha256"] for part in manifest_of(tmp_path / "out")["files"]}
    assert {path: file["sha256"] for path, file in datasets[EVENTS]["files"].items()} == written


def test_nothing_is_seen_that_can_not_be_recorded(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    told.execute("ALTER TABLE toolbox.disclosures ADD CONSTRAINT none CHECK (row_count < 10)")
    done = export(cli, told, "--to", str(tmp_path / "out"))
    assert done.exit_code != 0
    assert not (tmp_path / "out" / EVENTS).exists()


@pytest.mark.parametrize(
    ("argv", "environ", "status", "says"),
    [
        (["--privacy", "identified"], {}, 2, "basis"),
        (["--privacy", "identified", "--basis", "a law"], {"TOOLBOX_ENV": "production"}, 4, "recipient"),
        (["--since", "2026-13"], {}, 2, "--since"),
        (["--since", "2026-03", "--until", "2026-02"], {}, 2, "Nothing is between"),
        (["--to", "ftp://elsewhere"], {}, 2, "ftp://"),
        (["--replica-url", "mysql://here"], {}, 2, "--replica-url"),
        (["--incremental"], {"TOOLBOX_SECRET_KEYS": ""}, 2, "keep it in TOOLBOX_SECRET_KEYS"),
        (["--incremental", "--privacy", "aggregate"], {}, 2, "whole"),
    ],
)
def test_what_can_not_be_is_refused(
    cli: CommandLine, told: Database, argv: list[str], environ: dict[str, str], status: int, says: str
) -> None:
    done = export(cli, told, *argv, environ={**WITH_KEYS, **environ})
    assert (done.exit_code, says in done.stderr) == (status, True), done.stderr
    assert told.execute("SELECT count(*) FROM toolbox.disclosures") == [(0,)]


def test_a_span_is_kept_to(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    export(cli, told, "--to", str(tmp_path / "out"), "--since", "2026-02", "--until", "2026-02-10T00:00:00Z")
    assert manifest_of(tmp_path / "out")["months"].keys() == {"2026-02"}
    assert 0 < table_of(tmp_path / "out").num_rows < 40


def test_without_months_all_is_in_one_folder(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    for options in ([], ["--incremental"]):
        done = export(cli, told, "--to", str(tmp_path / "out"), "--partition", "none", *options)
        assert done.exit_code == 0, done.stderr
        assert table_of(tmp_path / "out").num_rows == 300
    assert [part["path"] for part in manifest_of(tmp_path / "out")["files"]] == ["part-00000-g00002.parquet"]


def test_a_dry_run_tells_rows_and_masks_and_writes_nothing(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    done = export(cli, told, "--to", str(tmp_path / "out"), "--dry-run", "--format", "json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    size = answer["summary"][EVENTS]
    assert size["rows"] == 300
    assert {item["name"]: item["mask"] for item in answer["items"]}["happened_at"] == "cut to the hour"
    assert not (tmp_path / "out").exists()
    assert told.execute("SELECT count(*) FROM toolbox.disclosures") == [(0,)]


@pytest.mark.parametrize(("form", "near"), [("parquet", 0.5), ("csv", 0.02), ("xapi", 0.02)])
def test_a_dry_run_guesses_the_size_of_the_files(
    cli: CommandLine, told: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, near: float
) -> None:
    monkeypatch.setattr(sizing, "SAMPLE", 200)
    options = ("--to", str(tmp_path / "out"), "--as", form, "--partition", "none", "--format", "json")
    guessed = json.loads(export(cli, told, *options, "--dry-run").stdout)["summary"][EVENTS]["size_bytes"]
    written = json.loads(export(cli, told, *options).stdout)["summary"]["size_bytes"]
    assert guessed == pytest.approx(written, rel=near)


def test_a_dry_run_of_cells_guesses_no_size(cli: CommandLine, told: Database) -> None:
    done = export(cli, told, "--privacy", "aggregate", "--dry-run")
    assert f"{EVENTS}: cells of 300 rows.\n" in done.stdout


def test_a_dry_run_of_nothing_is_of_no_size(cli: CommandLine, database: Database) -> None:
    done = export(cli, database, "--dry-run")
    assert f"{EVENTS}: 0 rows, in files of about 0 bytes.\n" in done.stdout


def test_a_dry_run_of_an_increment_counts(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    export(cli, told, "--to", str(tmp_path / "out"), "--incremental")
    with told.connect() as connection:
        happen(connection, 7, "2026-03-20", "2026-03-21")
    done = export(cli, told, "--to", str(tmp_path / "out"), "--incremental", "--dry-run", "--format", "json")
    size = json.loads(done.stdout)["summary"][EVENTS]
    assert size["rows"] == 7


def test_a_copy_of_the_database_is_read_and_the_primary_keeps_the_record(
    cli: CommandLine, told: Database, tmp_path: Path
) -> None:
    reading_only = told.with_options("-c default_transaction_read_only=on")
    done = export(cli, told, "--to", str(tmp_path / "out"), "--replica-url", reading_only.url)
    assert done.exit_code == 0, done.stderr
    assert table_of(tmp_path / "out").num_rows == 300
    assert told.execute("SELECT count(*) FROM toolbox.disclosures") == [(1,)]


def test_a_database_without_our_tables_is_told_what_to_do(cli: CommandLine, empty_database: Database) -> None:
    done = export(cli, empty_database)
    assert (done.exit_code, "toolbox db upgrade" in done.stderr) == (4, True), done.stderr


def test_moments_without_end_leave_as_none(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    told.execute("UPDATE frames.module_analytics_events SET timestamp = 'infinity' WHERE id = 1")
    for options in ([], ["--incremental"], ["--incremental"]):
        assert export(cli, told, "--to", str(tmp_path / "out"), *options).exit_code == 0
        manifest = manifest_of(tmp_path / "out")
        assert manifest["months"]["__HIVE_DEFAULT_PARTITION__"] == 1
    assert sum(rows_of(tmp_path / "out").values()) == 300


def test_everything_is_exported_where_nothing_is_named(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    done = cli("analytics", "export", "--to", str(tmp_path / "out"), database=told, environ=WITH_KEYS)
    assert done.exit_code == 0, done.stderr
    assert len([found for found in (tmp_path / "out").iterdir() if not found.name.startswith(".")]) > 30
    assert told.execute("SELECT count(*) FROM toolbox.disclosures") == [(1,)]


def test_of_statements_all_are_told_that_can_be_where_nothing_is_named(
    cli: CommandLine, told: Database, tmp_path: Path
) -> None:
    done = cli("analytics", "export", "--as", "xapi", "--to", str(tmp_path / "out"), database=told, environ=WITH_KEYS)
    assert done.exit_code == 0, done.stderr
    shown = {found.name for found in (tmp_path / "out").iterdir() if not found.name.startswith(".")}
    assert shown == {"module-events", "module-progress", "quiz-attempts"}


def test_cells_are_told_and_small_ones_hidden(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    for _ in range(2):
        done = export(cli, told, "--to", str(tmp_path / "out"), "--privacy", "aggregate", environ={})
        assert done.exit_code == 0, done.stderr
    table = table_of(tmp_path / "out")
    assert table.num_rows
    assert not [row for row in table.to_pylist() if row["persons"] is not None and row["persons"] < 10]
    [part] = manifest_of(tmp_path / "out")["files"]
    assert part["path"] == "part-00000-g00002.parquet"


def test_a_folder_is_one_of_where_the_command_runs(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    assert export(cli, told, "--to", "here").exit_code == 0
    assert manifest_of(tmp_path / "here")["months"]
    [(destination,)] = told.execute("SELECT destination FROM toolbox.disclosures")
    assert destination == str(tmp_path / "here")


def test_a_place_without_a_name_is_refused(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    outcome = export(cli, told, "--to", "")
    assert outcome.exit_code == 2
    assert "--to names no place" in outcome.stderr
    assert not (tmp_path / EVENTS).exists()


def test_a_file_that_is_gone_is_told_by_the_next_export(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    export(cli, told, "--to", "out")
    [gone] = (tmp_path / "out" / EVENTS / "month=2026-02").iterdir()
    gone.unlink()
    outcome = export(cli, told, "--to", "out", "--incremental")
    assert outcome.exit_code == 2
    assert "of the last export is gone" in outcome.stderr
    assert export(cli, told, "--to", "out").exit_code == 0


def test_an_export_without_its_manifest_is_written_whole(cli: CommandLine, told: Database, tmp_path: Path) -> None:
    export(cli, told, "--to", "out")
    (tmp_path / "out" / EVENTS / "_manifest.json").unlink()
    outcome = export(cli, told, "--to", "out", "--incremental")
    assert outcome.exit_code == 0, outcome.stderr
    assert "there is no export to go on from" in outcome.stdout
