"""Figures of a made-up month, counted by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.analytics.reporting.conftest import Telling
from tests.analytics.reporting.made import at, module_events, school, students, write_export
from toolbox_cli.analytics.reporting.asking import REPORTS
from toolbox_cli.analytics.reporting.showing.envelope import as_report
from toolbox_cli.analytics.reporting.targets import TARGETS
from toolbox_cli.analytics.reporting.told import HIDDEN, Row, Told
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.output import as_json


def rows(told: Told, section: str) -> list[Row]:
    return list(next(one for one in told.sections if one.name == section).rows)


def row(told: Told, section: str, **where: Any) -> Row:
    [found] = [one for one in rows(told, section) if all(one[name] == value for name, value in where.items())]
    return found


def figure(told: Told, name: str) -> Any:
    return next(one.value for one in told.figures if one.name == name)


def test_learning_counts_students_once_a_day_and_once_a_month(tell: Telling) -> None:
    told = tell("learning")
    days = rows(told, "activity")
    assert len(days) == 31
    assert [day["students"] for day in days[:5]] == [21, 22, 0, 0, 25]
    assert figure(told, "active_students") == 48


def test_completion_is_of_those_who_began(tell: Telling) -> None:
    told = tell("learning")
    done = row(told, "completion", module="Lab safety")
    assert (done["students"], done["completed"]) == (48, 32)
    assert done["rate"] == pytest.approx(32 / 48)
    assert done["hints"] == pytest.approx(1.5)
    assert figure(told, "completion") == pytest.approx(73 / 109)


def test_a_module_of_one_student_gives_nothing_away(tell: Telling) -> None:
    told = tell("learning")
    rare = row(told, "completion", module="Rare topic")
    assert {value for name, value in rare.items() if name != "module"} <= {HIDDEN, None}
    hidden = [one for one in rows(told, "completion") if one["students"] is HIDDEN]
    assert len(hidden) > 1, "alone it would follow from the whole"


def test_scores_fall_into_bands(tell: Telling) -> None:
    bands = {one["band"]: one["students"] for one in rows(tell("learning"), "scores")}
    assert {bands[name] for name in ("40–49", "50–59", "70–79", "80–89")} <= {12, HIDDEN}
    assert bands["0–9"] is HIDDEN
    assert 12 in bands.values()


def test_those_who_struggle_are_a_count(tell: Telling) -> None:
    told = tell("learning")
    assert figure(told, "struggling") == 12
    assert not any(str(value).startswith("s1") for one in rows(told, "struggle") for value in one.values())


def test_struggling_is_a_signal_of_a_half_or_a_pattern(tell: Telling, tmp_path: Path) -> None:
    half = module_events(students(12), 1, struggle_signal=0.5)
    low = module_events(students(15, "t"), 1, struggle_signal=0.49)
    stuck = module_events(students(11, "u"), 1, struggle_signal=0.1, pattern_detected="stuck")
    quick = module_events(students(13, "v"), 1, struggle_signal=0.1, pattern_detected="rapid_progress")
    folder = write_export(tmp_path / "few", {"module-events": [*half, *low, *stuck, *quick]})
    found = row(tell("learning", source=folder), "struggle", module="Module 1")
    assert (found["students"], found["struggling"]) == (51, 23)


def test_adoption_tells_persons_by_role(tell: Telling) -> None:
    told = tell("adoption")
    assert {one["role"]: one["persons"] for one in rows(told, "roles")} == {"Students": 60, "Teachers": 14}
    assert figure(told, "active_persons") == 74
    assert row(told, "kinds", kind="Content generation")["events"] == 480
    assert sum(one["scripts"] for one in rows(told, "scripts")) == 90  # type: ignore[misc]


def test_a_role_of_few_persons_takes_another_with_it(tell: Telling, tmp_path: Path) -> None:
    made = school()
    made["people"] = [
        {**one, "role": "admin" if one["user"] in {"t0", "t1"} else one["role"]} for one in made["people"]
    ]
    told = tell("adoption", source=write_export(tmp_path / "few", made))
    hidden = [one["role"] for one in rows(told, "roles") if one["persons"] is HIDDEN]
    assert "Administrators" in hidden
    assert len(hidden) == 2 or figure(told, "active_persons") is HIDDEN


@pytest.mark.parametrize(("callers", "developers"), [(0, 14), (12, 14), (20, 20)])
def test_developers_are_told_without_knowing_who_is_both(
    tell: Telling, tmp_path: Path, callers: int, developers: int
) -> None:
    made = school()
    made["usage-events"] += [
        {"event_id": f"c{who}", "event_type": "plugin_call", "user": who, "happened_at": at(2)}
        for who in students(callers, "c")
    ]
    assert figure(tell("adoption", source=write_export(tmp_path / "made", made)), "developers") == developers


def test_operations_tells_each_endpoint(tell: Telling) -> None:
    told = tell("operations")
    found = row(told, "endpoints", request="GET /api/v1/dashboard")
    assert (found["calls"], found["failed"], found["refused"]) == (500, 20, 20)
    times = sorted(40 + 7 * number + 90 for number in range(1, 74, 3)) * 20
    assert found["p50"] == pytest.approx(sorted(times)[250], abs=8)
    assert row(told, "health", service_name="ghost")["availability"] == pytest.approx(199 / 200)
    assert row(told, "verdicts", scan_verdict="deny")["scripts"] == 15
    assert row(told, "tasks", task_type="generate_script")["failed"] == 2
    assert row(told, "syncs", sync="Full")["p50"] == pytest.approx(39.0)


def test_every_target_is_told_of(tell: Telling) -> None:
    told = rows(tell("kpi"), "targets")
    assert [one["name"] for one in told] == [target.name for target in TARGETS]
    assert all(one["basis"] for one in told)
    verdicts = {one["name"]: (one["found"], one["verdict"]) for one in told}
    assert verdicts["syncs"] == ("57.1 s", "✓ met")
    assert verdicts["environments"] == ("5.0 s", "✓ met"), "a workflow takes as long as its last task"
    assert verdicts["uptime"] == ("99.5 %", "✗ missed")
    assert verdicts["completion"] == ("67.0 %", "✗ missed")
    assert verdicts["satisfaction"] == ("4.00", "✗ missed")
    assert verdicts["sockets"] == ("", "can't tell")
    assert verdicts["deployments"] == ("", "can't tell")
    assert {target.limit is None for target in TARGETS} == {True, False}
    assert all((target.limit is None) == bool(target.untold) for target in TARGETS)


@pytest.mark.parametrize("report", REPORTS)
def test_a_period_without_anything_says_so(tell: Telling, report: str) -> None:
    told = tell(report, "2026-07")
    assert "Nothing happened in July 2026." in told.notes or report == "kpi"
    assert not told.has_hidden


def test_a_period_that_is_not_over_says_so(tell: Telling) -> None:
    told = tell("learning", "2026-11")
    assert "The month is not over: figures up to 2026-11-03 12:00 UTC." in told.notes
    assert tell("learning", "2026-10").notes[0].startswith("Not among the files")


def test_weeks_and_terms_count_their_own_days(tell: Telling) -> None:
    week = tell("learning", "2026-W42")
    assert [one["students"] for one in rows(week, "activity")] == [32, 33, 34, 35, 36, 0, 0]
    assert row(week, "feedback", module="Lab safety")["students"] == 30, "of the whole month: files tell no more"
    term = tell("learning", "2026-T1")
    assert len(rows(term, "activity")) == 10
    assert figure(term, "active_students") == 48


def test_json_names_what_is_hidden_and_has_no_value_of_it(tell: Telling) -> None:
    item = next(one for one in as_report(tell("learning")).items if one["section"] == "completion")
    rare = next(one for one in item["rows"] if one["module"] == "Rare topic")
    assert rare["students"] is None
    assert {"students", "completed", "rate"} <= set(rare["hidden"])
    assert "Hidden" not in as_json(as_report(tell("learning")))


def test_only_whole_exports_are_read(tell: Telling, tmp_path: Path) -> None:
    folder = write_export(tmp_path / "some", {"module-events": module_events(students(20), 1)})
    assert figure(tell("learning", source=folder), "active_students") == 20
    torn = write_export(tmp_path / "torn", {"module-events": module_events(students(20), 1)})
    (torn / "module-events" / "_SUCCESS").unlink()
    with pytest.raises(InputError, match="holds no whole export"):
        tell("learning", source=torn)
    with pytest.raises(InputError, match="There is no folder"):
        tell("learning", source=tmp_path / "nowhere")


def test_months_of_another_period_are_not_even_opened(tell: Telling, tmp_path: Path) -> None:
    folder = write_export(
        tmp_path / "two",
        {
            "module-events": [
                *module_events(students(20), 1),
                *module_events(students(30), 1, happened_at=at(2, month=8)),
            ]
        },
    )
    (folder / "module-events" / "month=2026-08" / "part-00000-g00001.parquet").write_bytes(b"no Parquet")
    assert figure(tell("learning", source=folder), "active_students") == 20
    with pytest.raises(InputError, match="can't be read as Parquet"):
        tell("learning", "2026-08", source=folder)


def test_a_file_of_something_else_is_refused(tell: Telling, tmp_path: Path, exported: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "module-events").symlink_to(exported / "health-checks")
    with pytest.raises(InputError, match="holds no rows of module-events"):
        tell("learning", source=folder)


@pytest.mark.parametrize(
    ("report", "engine", "found"),
    [
        ("lerning", "duckdb", "There is no report 'lerning'"),
        ("learning", "duckbd", "There is no engine 'duckbd'"),
        ("learning", "postgres", "PostgreSQL reads no exported files"),
    ],
)
def test_what_there_is_not_is_refused(tell: Telling, report: str, engine: str, found: str) -> None:
    with pytest.raises(UsageError, match=found) as refused:
        tell(report, engine=engine)
    assert refused.value.remedy


def test_a_term_does_not_give_back_what_its_months_hide(tell: Telling, tmp_path: Path) -> None:
    """September has 5 students who left a module open, and October 40: 45 in all would tell of the 5."""
    rows_of = [
        {
            "progress_id": f"p{month}-{module}-{number}", "module_id": module, "student": f"{month}-{number}",
            "status": "open" if number < left else "completed", "last_accessed_at": at(3, month=month),
        }
        for month, module, left, whole in ((9, 1, 5, 60), (9, 2, 30, 70), (10, 1, 40, 90), (10, 2, 35, 80))
        for number in range(whole)
    ]  # fmt: skip
    rows_of = [{**one, "status": "in_progress" if one["status"] == "open" else one["status"]} for one in rows_of]
    folder = write_export(tmp_path / "term", {"module-progress": rows_of})

    def told(of: str) -> dict[str, Row]:
        return {str(one["module"]): one for one in rows(tell("learning", of, source=folder), "completion")}

    september, october, term = told("2026-09"), told("2026-10"), told("2026-T1")
    assert september["Module 1"]["completed"] is HIDDEN
    known = [one["Module 1"][name] for one in (october, term) for name in ("students", "completed")]
    assert HIDDEN in known, "the term less October is September"
