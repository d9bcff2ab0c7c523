"""The file for Prometheus, read by a parser of the text format that takes nothing else."""

import math
import re
from pathlib import Path

import pytest

from tests.lms.jobs.conftest import Jobs, keep
from toolbox_cli.core.formats.exposition import Metric, exposition

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?\}})? (\S+)")

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parse(text: str) -> Samples:
    """Read the text format 0.0.4 strictly.

    Each metric once, its HELP and TYPE before its samples, all together; no sample twice; labels unescaped.
    """
    assert text == "" or text.endswith("\n")
    found: Samples = {}
    kinds: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            current = line.split(" ", 3)[2]
            assert re.fullmatch(NAME, current)
            assert current not in kinds
            assert re.fullmatch(r"(?:[^\\]|\\\\|\\n)+", line.split(" ", 3)[3])
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == current
            assert kind in {"counter", "gauge"}
            assert (kind == "counter") == name.endswith("_total")
            kinds[name] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] == current
            assert current in kinds
            labels = [
                (name, re.sub(r'\\([\\"n])', _unescape, value)) for name, value in re.findall(LABEL, match[2] or "")
            ]
            assert len(dict(labels)) == len(labels)
            key = (match[1], frozenset(labels))
            assert key not in found
            found[key] = float(match[match.lastindex or 0])
            assert not math.isnan(found[key])
    return found


def _unescape(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_figures_are_of_all_integrations_whatever_was_synced(jobs: Jobs, tmp_path: Path) -> None:
    file = tmp_path / "toolbox.prom"
    files = jobs.add("a")
    jobs.add("b")
    jobs("sync", "b")
    jobs("sync", "a")
    keep(files, "users.csv", 10)
    assert jobs("sync", "a", "--metrics-file", str(file)).exit_code == 4
    found = parse(file.read_text())
    assert value(found, "toolbox_lms_sync_runs_total", integration="a", result="applied") == 1
    assert value(found, "toolbox_lms_sync_runs_total", integration="a", result="held") == 1
    assert value(found, "toolbox_lms_sync_runs_total", integration="a", result="failed") == 0
    assert value(found, "toolbox_lms_sync_held", integration="a") == 1
    assert value(found, "toolbox_lms_sync_held", integration="b") == 0
    assert value(found, "toolbox_lms_sync_rows_total", integration="b", kind="enrollment", action="insert") == 94
    assert value(found, "toolbox_lms_sync_records", integration="a", kind="user") == 10
    assert value(found, "toolbox_lms_sync_last_status", integration="a", status="held") == 1
    [row] = jobs.rows("SELECT extract(epoch FROM last_success_at)::float8 AS s FROM lms_integrations WHERE name = 'b'")
    success = value(found, "toolbox_lms_sync_last_success_timestamp_seconds", integration="b")
    assert success == pytest.approx(row["s"], abs=0.01)
    [run] = jobs.rows("SELECT extract(epoch FROM ended_at - started_at)::float8 AS s FROM lms_sync_runs WHERE id = 1")
    took = value(found, "toolbox_lms_sync_duration_seconds", integration="b")
    assert took == pytest.approx(run["s"], abs=0.001)


def test_counters_never_fall_when_a_held_run_is_overtaken(jobs: Jobs, tmp_path: Path) -> None:
    file = tmp_path / "toolbox.prom"
    files = jobs.add()
    jobs("sync")
    keep(files, "users.csv", 10)
    jobs("sync", "district")
    jobs("sync", "district", "--metrics-file", str(file))
    assert value(parse(file.read_text()), "toolbox_lms_sync_runs_total", integration="district", result="held") == 2


def test_the_file_is_there_whole_or_stays_as_it_was(jobs: Jobs, tmp_path: Path) -> None:
    jobs.add()
    folder = tmp_path / "collector"
    (folder / "toolbox.prom").mkdir(parents=True)  # nothing can be moved there
    done = jobs.quiet("sync", "--metrics-file", str(folder / "toolbox.prom"))
    assert done.exit_code == 2
    assert "Warning: no figures were written" in done.stderr
    assert jobs.statuses() == [("district", "success")]
    assert [path.name for path in folder.iterdir()] == ["toolbox.prom"]


def test_a_dry_run_writes_no_figures(jobs: Jobs, tmp_path: Path) -> None:
    jobs.add()
    jobs("sync", "--dry-run", "--metrics-file", str(tmp_path / "toolbox.prom"))
    assert not (tmp_path / "toolbox.prom").exists()


def test_labels_are_escaped() -> None:
    odd = 'a"b\\c\nd'
    found = parse(exposition([Metric("x_total", "counter", "Odd\\\nhelp.", (({"of": odd, "and": "1"}, 3.0),))]))
    assert found == {("x_total", frozenset({("of", odd), ("and", "1")})): 3.0}


@pytest.mark.parametrize(
    "text",
    [
        "x 1\n", "# HELP x X.\n# TYPE x gauge\nx{a=b} 1\n", "# HELP x X.\n# TYPE x gauge\nx{a=\"\n\"} 1\n",
        "# HELP x X.\n# TYPE x gauge\nx 1\nx 2\n", "# HELP x X.\n# TYPE x counter\nx 1\n",
        "# HELP x X.\n# TYPE x gauge\nx nan\n", "# HELP x X.\n# TYPE x gauge\nx 1",
    ],
)  # fmt: skip
def test_the_parser_takes_nothing_else(text: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        parse(text)
