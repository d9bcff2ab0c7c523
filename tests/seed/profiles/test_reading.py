import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.seed.profiles.reading import find_profile, profile_files, read_profile

SHIPPED = {name: file.read_text(encoding="utf-8") for name, file in profile_files().items()}
SCHOOL: dict[str, Any] = yaml.safe_load(SHIPPED["school"])

Way = tuple[str | int, ...]


def ways(content: Any, way: Way = ()) -> Iterator[Way]:
    """Give the way to every value."""
    steps = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, value in steps:
        yield (*way, step)
        yield from ways(value, (*way, step))


WAYS = list(ways(SCHOOL))
FREE = {"locales", "time_zones", "devices"}
"""Mappings whose keys are not fixed."""
FIXED = [way for way in WAYS if not FREE & {*map(str, way[:-1])} and not isinstance(way[-1], int)]
WRONG = st.sampled_from([None, True, [], {}, "", "many", -1, -0.5, 1e12, float("inf"), float("nan"), {"from": 3}, [[]]])


def holder(content: Any, way: Way) -> Any:
    for step in way[:-1]:
        content = content[step]
    return content


def value(content: Any, way: Way) -> Any:
    return holder(content, way)[way[-1]]


@st.composite
def broken(draw: st.DrawFn) -> tuple[dict[str, Any], Way]:
    """Break one value of the school's profile; gives it with the way to what is wrong."""
    content = copy.deepcopy(SCHOOL)
    how = draw(st.sampled_from(["missing", "unknown", "wrong"]))
    if how == "missing":
        way = draw(st.sampled_from(FIXED))
        del holder(content, way)[way[-1]]
    elif how == "unknown":
        inside = draw(st.sampled_from([way for way in FIXED if isinstance(value(SCHOOL, way), dict)]))
        way = (*inside, "nonsense" if inside[-1] not in FREE else "Nowhere/Nothing")
        value(content, inside)[way[-1]] = 1
    else:
        way = draw(st.sampled_from(WAYS))
        new = draw(WRONG)
        holder(content, way)[way[-1]] = new
    return content, way


def written(folder: Path, content: Any, name: str = "mine") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_read(name: str) -> None:
    profile = read_profile(profile_files()[name])
    assert profile.name == name
    assert profile.class_count >= 1


def test_the_sizes_are_those_that_are_promised() -> None:
    found = {name: read_profile(file).students for name, file in profile_files().items()}
    assert found == {"classroom": 30, "school": 1_000, "district": 100_000}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(broken())
def test_whatever_is_broken_is_refused_with_its_place(tmp_path: Path, made: tuple[dict[str, Any], Way]) -> None:
    content, way = made
    file = written(tmp_path, content)
    with pytest.raises(InputError) as refused:
        read_profile(file)
    findings = refused.value.findings
    assert findings
    lines = file.read_text().splitlines()
    for one in findings:
        assert one.file == str(file)
        assert one.line is not None
        assert 1 <= one.line <= len(lines)
        assert one.found
    named = {one.object for one in findings}
    own = ".".join(map(str, way))
    assert any(own.startswith(name) or name.startswith(own) for name in named), (own, named)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = (
        SHIPPED["school"]
        .replace("present: 0.93", "present: 1.93\n  presnt: 0.9")
        .replace('"13_17":', "13_17:")
        .replace('"15:00"', "15:00")
        .replace('"12-18"', '"12-48"')
        .replace("students: 1000", "students: 1000\nstudents: 0")
    )
    with pytest.raises(InputError) as refused:
        read_profile(written(tmp_path, text))
    lines = text.splitlines()
    told = {(one.object, lines[(one.line or 0) - 1].strip(), one.found, one.remedy) for one in refused.value.findings}
    assert told == {
        ("students", "students: 0", "stands twice, first in line 3", None),
        ("students", "students: 0", "input should be greater than or equal to 1", None),
        ("classes.present", "present: 1.93", "input should be less than or equal to 1", None),
        ("classes.presnt", "presnt: 0.9", "there is no such value", "Did you mean present?"),
        ("calendar.terms.0.to", '- {from: "08-24", to: "12-48"}', "is not written like 09-01", None),
        *OF_YAML,
    }


OF_YAML: set[tuple[str, str, str, str | None]] = set()
"""What stands without quotes is text all the same, as YAML 1.2 has it."""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("America/New_York", "America/New_Yrk", "no time zone is called so"),
        ("America/New_York", "/etc/localtime", "no time zone is called so"),
        ("en_US", "xx_XX", "Faker knows no such locale"),
        ('"12-18"', '"02-30"', "there is no 02-30"),
        ("days: 180", "days: 13", "input should be greater than or equal to 14"),
        ("{from: 3, to: 12}", "{from: 9, to: 3}", "to comes before from"),
        ('{from: "16:00", to: "19:30"}', '{from: "16:00", to: "16:00"}', "to is not after from"),
        ("title:", "name: other\ntitle:", "the name is the file's"),
    ],
)
def test_what_has_no_meaning_is_refused(tmp_path: Path, old: str, new: str, found: str) -> None:
    assert old in SHIPPED["school"]
    with pytest.raises(InputError) as refused:
        read_profile(written(tmp_path, SHIPPED["school"].replace(old, new, 1)))
    assert [one.found for one in refused.value.findings] == [found]


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n", "a: [1\n", "\0"])
def test_what_is_no_profile_at_all_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        read_profile(written(tmp_path, text))


def test_a_file_with_a_strange_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_profile(written(tmp_path, SHIPPED["school"], "My School"))
    assert "lower case" in str(refused.value.findings[0].found)


def test_profiles_are_found_by_name_or_path(tmp_path: Path) -> None:
    assert find_profile("school", tmp_path) == profile_files()["school"]
    assert find_profile("mine.yaml", tmp_path) == tmp_path / "mine.yaml"
    assert find_profile("./mine", tmp_path) == tmp_path / "mine"
    with pytest.raises(UsageError) as refused:
        find_profile("scool", tmp_path)
    assert refused.value.remedy == "Did you mean school?"
    with pytest.raises(InputError, match="can't be read"):
        read_profile(tmp_path / "missing.yaml")


def test_the_command_line_comes_before_the_file() -> None:
    changed = read_profile(profile_files()["classroom"], students=7, locale="de_DE")
    assert (changed.students, changed.locales, changed.class_count, changed.class_size(0)) == (7, {"de_DE": 1.0}, 1, 7)
    with pytest.raises(UsageError, match="xx_XX"):
        read_profile(profile_files()["classroom"], locale="xx_XX")
