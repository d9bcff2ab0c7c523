import math
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.core.documents import MAX_DEPTH, Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Severity


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.yaml"


def read(file: Path, text: str | bytes) -> Document:
    file.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return read_document(file)


TEXT = """\
# a class
title: Seven: b
students:
  - name: Ada
    grades: [3, 4.5,
      null]
  - {name: "Bo"}
"""


def test_every_value_has_its_place(file: Path) -> None:
    document = read(file, TEXT.replace("Seven: b", "Seven"))
    assert document.content == {
        "title": "Seven",
        "students": [{"name": "Ada", "grades": [3, 4.5, None]}, {"name": "Bo"}],
    }
    assert document.place(("title",)) == (2, 1)
    assert document.value_place(("title",)) == (2, 8)
    assert document.place(("students", 0, "grades", 2)) == (6, 7)
    assert document.place(("students", 1, "name")) == (7, 6)
    assert document.value_place(("students", 1, "name")) == (7, 12)
    assert document.place(("students", 1, "age", "years")) == document.place(("students", 1)) == (7, 5)
    assert document.place(()) == (2, 1)


def test_a_finding_stands_at_the_value_at_the_key_or_where_something_is_missing(file: Path) -> None:
    document = read(file, "a: 1\nb:\n  c: {d: 2}\n")
    wrong = document.finding("bad", ("b", "c"), "wrong", remedy="Mend it.")
    assert (wrong.code, wrong.severity, wrong.object, wrong.found) == ("bad", Severity.ERROR, "b.c", "wrong")
    assert (wrong.file, wrong.line, wrong.column, wrong.remedy) == (str(file), 3, 6, "Mend it.")
    assert document.finding("bad", ("b", "c"), "unknown", at_key=True).column == 3
    missing = document.finding("bad", ("b", "x"), "missing")
    assert (missing.object, missing.line, missing.column) == ("b.x", 2, 1)
    assert document.finding("bad", (), "all of it").object == "some.yaml"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n", "\ufeff"])
def test_a_file_may_be_empty(file: Path, text: str) -> None:
    document = read(file, text)
    assert document.content is None
    assert document.place(("a",)) == document.place(())


def test_keys_that_stand_twice_are_told_once_with_both_places(file: Path) -> None:
    document = read(file, "a: &a {b: 1, b: 2}\nc: *a\nd:\n- e: 1\n  e: 2\na: 3\n")
    assert document.content == {"a": 3, "c": {"b": 2}, "d": [{"e": 2}]}
    assert document.twice == ((("a", "b"), (1, 14), (1, 8)), (("d", 0, "e"), (5, 3), (4, 3)), (("a",), (6, 1), (1, 1)))
    assert [(one.object, one.line, one.found) for one in document.twice_findings("bad")] == [
        ("a.b", 1, "stands twice, first in line 1"),
        ("d.0.e", 5, "stands twice, first in line 4"),
        ("a", 6, "stands twice, first in line 1"),
    ]


def test_aliases_share_nothing_and_merges_take_in(file: Path) -> None:
    document = read(file, "a: &a {b: [1]}\nc: *a\nd: {<<: [{b: 2}, *a, {x: 0}], e: 3}\nf: {b: 5, <<: *a}\n")
    assert document.content == {
        "a": {"b": [1]}, "c": {"b": [1]}, "d": {"b": 2, "x": 0, "e": 3}, "f": {"b": 5},
    }  # fmt: skip
    assert document.content["a"]["b"] is not document.content["c"]["b"]
    assert document.place(("d", "x")) == (3, 23)
    assert document.place(("d", "b")) == (3, 11)
    assert document.place(("f", "b")) == (4, 5)


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 'b\n", ":2:1: not valid YAML: found unexpected end of stream."),
        ("a: b: c\n", ":1:5: not valid YAML: mapping values are not allowed in this context."),
        ("a: {b: *secret}\n", ":1:8: not valid YAML: found undefined alias ...."),
        ("a: !secret 5\n", ":1:4: not valid YAML: a tag stands here that is not read."),
        ("a: !!python/object/apply:os.getcwd []\n", ":1:4: not valid YAML: a tag stands here that is not read."),
        ("a: 1\n---\nb: 2\n", ":2:1: not valid YAML: a second document begins."),
        ("a: !!int secret\n", ":1:4: not valid YAML: this is no int."),
        (f"a: !!int {'9' * 5000}\n", ":1:4: not valid YAML: this is no int."),
        ("? [1]\n: 2\n", ":1:3: not valid YAML: a key is a list or a mapping."),
        ("<<: 5\n", ":1:5: not valid YAML: a merge is of something else than mappings."),
        ('a: "\\0"\n', ":1:4: not valid YAML: a text holds a character that can't be kept."),
        ("a: &a [*a]\n", ": not valid YAML: nested deeper than 60 levels."),
        ("[" * 300_000, f":1:{MAX_DEPTH + 2}: not valid YAML: nested deeper than 60 levels."),
        (BOMB, ": not valid YAML: more than 500,000 values, aliases written out."),
        (MERGE_BOMB, ": not valid YAML: more than 500,000 values, aliases written out."),
        ("a: \x01\n", ": not valid YAML: it holds a character that may not stand there."),
        (b"a: 1\nb: \xff\n", ":2:4: not valid text: byte 0xFF is not UTF-8."),
        ("a: b".encode("utf-16"), ": not valid text: it is UTF-16, not UTF-8."),
        (b"a: 1\nb: \0\n", ":2:4: not valid text: it holds a character that can't be kept."),
        (b"#" * 9_000_000, " is larger than 8,388,608 bytes."),
    ],
    ids=lambda value: str(value)[:20].replace("\n", " "),
)
def test_what_nobody_writes_by_hand_is_refused_at_its_place_and_not_shown(
    file: Path, text: str | bytes, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(file, text)
    assert told in caught.value.message
    assert caught.value.message.startswith(str(file))
    assert "secret" not in caught.value.message
    assert caught.value.__cause__ is None


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory"):
        read_document(tmp_path / "missing.yaml")


def test_a_bomb_takes_little_memory(file: Path) -> None:
    file.write_text(BOMB)
    tracemalloc.start()
    with pytest.raises(InputError):
        read_document(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"), ("On", "On"), ("true", True), ("False", False), ("~", None), ("", None), ("null", None),
        ("010", 10), ("0o10", 8), ("0x1F", 31), ("+3", 3), ("1_000", "1_000"), ("12:30", "12:30"), ("=", "="),
        ("1.10", 1.1), ("1e3", 1000.0), (".5", 0.5), ("-.inf", float("-inf")), ("2030-12-31", "2030-12-31"),
        ("'1'", "1"), ("!!str 1", "1"), ("! 1", "1"), ("!!float 1", 1), ("!!null ~", None), ("|-\n  1", "1"),
        ("<<x", "<<x"), ("9" * 1001, "9" * 1001),
    ],
)  # fmt: skip
def test_plain_words_are_read_as_core_schema(file: Path, written: str, meant: Any) -> None:
    found = read(file, f"a: {written}\n").content["a"]
    assert found == meant
    assert type(found) is type(meant)


def test_not_a_number_is_read(file: Path) -> None:
    found = read(file, "a: .nan\n").content["a"]
    assert math.isnan(found)


NUMBER = re.compile(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?|0[ox][0-9a-f]+", re.IGNORECASE)
TEXTS = st.text().filter(lambda text: not NUMBER.fullmatch(text))  # which YAML 1.1 leaves plain
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_reads_what_others_write(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(yaml.safe_dump(value), encoding="utf-8", newline="\n")
    if "\\x00" in repr(value):
        with pytest.raises(InputError, match="can't be kept"):
            read_document(file)
    else:
        assert read_document(file).content == value
