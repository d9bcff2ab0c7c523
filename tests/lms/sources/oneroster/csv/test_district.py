"""The sample district reads as its README says."""

import datetime
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tests.lms.sources.oneroster.csv.conftest import DISTRICT, KINDS, Told, read
from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource
from toolbox_cli.lms.sources.records import Enrollment, Grade, Role
from toolbox_cli.lms.sources.source import Source


def told(name: str) -> dict[str, Told]:
    source = CsvSource(DISTRICT / name, today=lambda: datetime.date(2026, 9, 15))
    try:
        return {kind: read(source, kind) for kind in KINDS}
    finally:
        source.close()


@pytest.mark.parametrize("name", ["v1p1", "v1p2", "v1p1-next-day", "v1p2-next-day"])
def test_every_bulk_file_is_complete_and_clean(name: str) -> None:
    for kind, found in told(name).items():
        assert found.complete, kind
        assert found.codes == (["lms-role-skipped"] if kind == "users" else []), kind
    assert {kind: len(found.records) for kind, found in told(name).items()} == {
        "courses": 6, "users": 58, "enrollments": 95 if "next" in name else 94, "assignments": 4
    }  # fmt: skip


@pytest.mark.parametrize("day", ["", "-next-day"])
def test_both_versions_say_the_same(day: str) -> None:
    old, new = told(f"v1p1{day}"), told(f"v1p2{day}")
    for kind in KINDS:
        assert old[kind].records == new[kind].records


def test_what_a_class_takes_from_around_it() -> None:
    by_id = {course.id: course for course in told("v1p1")["courses"].records}
    science = by_id["cls-sci5"]
    assert (science.title, science.subject, science.grade) == ("Science 5", "Science", "05")
    assert (science.school, science.term) == ("Maple Elementary", "Fall 2026, Spring 2027")
    assert (science.starts_on, science.ends_on) == (datetime.date(2026, 8, 20), datetime.date(2027, 6, 11))
    assert (by_id["cls-kg"].grade, by_id["cls-kg"].subject) == ("KG", "General")
    assert by_id["cls-soc7"].grade == "07,08"
    assert science.raw["course"]["code"] == "SCI5"


def test_people() -> None:
    by_id = {user.id: user for user in told("v1p2")["users"].records}
    roles = {user.id: user.role for user in by_id.values() if not user.id.startswith("stu-")}
    assert roles == {f"tea-{n:02}": Role.TEACHER for n in range(1, 8)} | {
        "aid-01": Role.ASSISTANT, "adm-01": Role.ADMIN, "adm-02": Role.ADMIN
    }  # fmt: skip
    assert [user.id for user in by_id.values() if not user.enabled] == ["stu-020"]
    assert by_id["stu-009"].email is None
    assert by_id["stu-001"].grade == "KG"
    assert by_id["stu-001"].sis_id


def test_assignments() -> None:
    by_id = {item.id: item for item in told("v1p1")["assignments"].records}
    volcanoes = by_id["itm-3"]
    assert volcanoes.description == 'A model, and "how it works"\r\nin your own words'
    assert (volcanoes.kind, volcanoes.course_id, volcanoes.points) == ("Homework", "cls-sci5", Decimal(100))
    assert volcanoes.due_at == datetime.datetime(2026, 10, 2, 23, 59, 59, tzinfo=datetime.UTC)
    assert volcanoes.opens_at == datetime.datetime(2026, 9, 14, tzinfo=datetime.UTC)
    assert by_id["itm-4"].points == Decimal("12.5")


def test_the_next_day_is_the_day_before_and_its_changes() -> None:
    before, after, delta = told("v1p1"), told("v1p1-next-day"), told("v1p1-next-day-delta")
    for kind in ("users", "enrollments"):
        held = {record.id: record for record in before[kind].records}
        for record in delta[kind].records:
            if record.removed:
                del held[record.id]
            else:
                held[record.id] = record
        assert held == {record.id: record for record in after[kind].records}
        assert not delta[kind].complete
        assert delta[kind].broken is None
    assert [course.title for course in delta["courses"].records] == ["Social Studies 7 and 8"]
    assert delta["assignments"].silent
    moved = {e.course_id for e in after["enrollments"].records if e.user_id == "stu-012"}
    assert moved == {"cls-mat5-b", "cls-sci5"}


def test_a_delta_says_what_it_can_t_look_up() -> None:
    found = told("v1p1-next-day-delta")["courses"]
    assert found.codes == ["lms-lookup-absent"] * 3
    assert {fault.severity for fault in found.faults} == {Severity.NOTE}
    assert found.records[0].school is None
    assert set(found.records[0].unsaid) == {"school", "term", "starts_on", "ends_on"}
    assert all(course.unsaid == () for day in ("v1p1", "v1p1-next-day") for course in told(day)["courses"].records)


def test_of_schools_and_terms_that_changed_alone_the_others_may_well_be_there(tmp_path: Path) -> None:
    shutil.copytree(DISTRICT / "v1p1-next-day-delta", tmp_path, dirs_exist_ok=True)
    shutil.copy(DISTRICT / "v1p1" / "orgs.csv", tmp_path)
    orgs = tmp_path / "orgs.csv"
    head, *lines = orgs.read_text(encoding="utf-8").splitlines(keepends=True)
    orgs.write_text(head + "".join(line for line in lines if "River Middle" not in line), encoding="utf-8")
    manifest = tmp_path / "manifest.csv"
    text = manifest.read_text(encoding="utf-8")
    assert "file.orgs,absent" in text
    manifest.write_text(text.replace("file.orgs,absent", "file.orgs,delta"), encoding="utf-8")
    found = read(CsvSource(tmp_path), "courses")
    assert "lms-reference" not in found.codes
    assert "school" in found.records[0].unsaid


def test_a_zip_with_a_folder_in_it_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in (DISTRICT / "v1p2").iterdir():
            archive.write(file, f"export 2026-09-15/{file.name.upper()}")
    source: Source = CsvSource(path)
    folder = told("v1p2")
    assert isinstance(source, CsvSource)
    for kind in KINDS:
        found = read(source, kind)
        assert found.complete
        assert found.records == folder[kind].records
    source.close()
    source.close()


def test_a_look_says_what_is_there() -> None:
    source = CsvSource(DISTRICT / "v1p1-next-day-delta")
    tried = source.test()
    source.close()
    assert tried.version == "1.1"
    assert tried.notes == (
        "classes.csv: delta.",
        "users.csv: delta.",
        "enrollments.csv: delta.",
        "lineItems.csv: absent.",
    )


def test_it_takes_no_grades() -> None:
    source = CsvSource(DISTRICT / "v1p1")
    assert not source.knows.grades
    assert any("grades" in sentence for sentence in source.cannot)
    grade = Grade("k", "c", "a", "u", Decimal(1), Decimal(2), datetime.datetime.now(datetime.UTC))
    with pytest.raises(RefusedGradeError):
        source.push_grade(grade)


def test_co_teachers_and_an_aide() -> None:
    staff = [e for e in told("v1p1")["enrollments"].records if e.role is not Role.STUDENT]
    main = {(e.course_id, e.user_id) for e in staff if e.primary}
    assert ("cls-sci5", "tea-03") in main
    assert ("cls-sci5", "tea-01") not in main
    assert Enrollment("cls-kg", "aid-01", Role.ASSISTANT, "enr-0006") in staff
