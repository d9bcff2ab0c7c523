"""The JSON Schema says of a module's fields what reading them says."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.json_schema import Schema
from tests.support.modules import MODULES
from toolbox_cli.content.modules.reading.file import read_module
from toolbox_cli.content.modules.schema import module_schema

SCHEMA = Schema(module_schema())
BEYOND = {"M001", "M206", "M210", "M304"}
"""What no schema can say: keys of sections that are the same, questions without a right answer, the module itself."""
SAID = (
    "the video ends before it begins",
    "another file is called",
    "is not there",
    "is no file",
    "is not in the module",
)
OTHERS = st.sampled_from([
    None, True, False, 0, 1, -1, 2.0, 2.5, 5, 6, 101, 2**31, 10**30, 1e301, "", " ", "a", " a", "a\rb", "a\u2028",
    "A b",
    "text", "video", "time", "single_choice", "javascript:a()", "https://one.example", "a:b", "//a", "x" * 101,
    "x" * 256,
    "x" * 501, "\x1b[1m", "\ufeffa", "a\x85", [], ["a"], ["a", "a"], [None], [{}], {}, {"a": 1}, {"type": "text"},
])  # fmt: skip
KEYS = st.sampled_from(
    ["a", "$schema", "<mapping>", "[key]", "content_file", "content", "type", "tags", "points", "name"]
)


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield (*way, step)
        yield from ways(part, (*way, step))


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """Give a module with something else in one or two places."""
    made = deepcopy(draw(MODULES))
    for _ in range(draw(st.integers(1, 2))):
        way = draw(st.sampled_from([*ways(made)]))
        holder = made
        for step in way[:-1]:
            holder = holder[step]
        if draw(st.booleans()):
            holder[way[-1]] = draw(OTHERS)
        elif isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(KEYS)] = draw(OTHERS)
        else:
            del holder[way[-1]]
    return made


def is_taken(folder: Path, fields: Any) -> bool:
    file = folder / "module.json"
    file.write_text(json.dumps(fields), "utf-8")
    faults = [one for one in read_module(file).faults if one.severity == "error" and one.code not in BEYOND]
    return all(any(words in str(one.found) for words in SAID) for one in faults)


@settings(max_examples=200, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(fields=spoiled())
def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path, fields: Any) -> None:
    assert SCHEMA.fits(fields) is is_taken(tmp_path, fields)


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(fields=MODULES)
def test_the_schema_takes_every_module(tmp_path: Path, fields: Any) -> None:
    assert SCHEMA.fits(fields)
    assert SCHEMA.fits({"$schema": "module.schema.json", **fields})
    assert is_taken(tmp_path, {"$schema": "module.schema.json", **fields})


@pytest.mark.parametrize("key", ["<a>", "<mapping>", "[key]", "", "a.b", "9"])
def test_an_unknown_key_is_told_whatever_it_is_called(tmp_path: Path, key: str) -> None:
    section = {"key": "door", "type": "text", key: 1}
    file = tmp_path / "module.json"
    file.write_text(json.dumps({"slug": "lab", "title": "Lab", "sections": [section], key: 1}, indent=0), "utf-8")
    faults = {(fault.code, fault.line) for fault in read_module(file).faults}
    assert faults == {("M102", 11), ("M202", 8)}


@pytest.mark.parametrize("name", ["estimated_minutes", "tags"])
def test_a_file_full_of_faults_is_told_in_bounds(tmp_path: Path, name: str) -> None:
    file = tmp_path / "module.json"
    file.write_text(json.dumps({"slug": "lab", name: "x", **{f"k{number}": 1 for number in range(5000)}}), "utf-8")
    faults = read_module(file).faults
    assert len(faults) == 1001
    assert str(faults[-1].found).endswith("more faults of the same file")
