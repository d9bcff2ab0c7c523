"""JSON files as documents: what they say, where it stands, and what they must not hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolbox_cli.core.documents import DocumentError, parse_document
from toolbox_cli.core.formats.json_text import JsonText

FILE = Path("some.json")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=20,
)


def plain(node: Any) -> Any:
    if node.pairs is not None:
        return {key.value: plain(value) for key, value in node.pairs}
    return node.value if node.items is None else [plain(item) for item in node.items]


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_both_readings_say_what_was_written(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert JsonText(text).content() == value
    assert plain(JsonText(text).root()) == value


def test_every_value_knows_its_place() -> None:
    document = parse_document(FILE, '{\n  "a": [1, {"b": "x"}],\n\t"c": null\n}')
    assert document.place(["a", 1, "b"]) == (2, 13)
    assert document.value_place(["a", 1, "b"]) == (2, 18)
    assert document.value_place(["c"]) == (3, 7)


def test_keys_that_stand_twice_are_told() -> None:
    document = parse_document(FILE, '{"a": {"b": 1,\n "b": 2}, "c": 3}')
    assert document.content == {"a": {"b": 2}, "c": 3}
    assert [(one.steps, one.place, one.first) for one in document.twice] == [(("a", "b"), (2, 2), (1, 8))]


@pytest.mark.parametrize(("text", "told"), [
    ('{"a": NaN}', "1:7: not valid JSON: a value is expected here"),
    ('{"a": [1,]}', "1:10: not valid JSON: a comma stands before the end"),
    ("{'a': 1}", "1:2: not valid JSON: a key in quotes is expected here"),
    ('{"a": 1} x', "1:10: not valid JSON: something stands behind its end"),
    ('{"a": "\\ud800"}', "1:7: not valid JSON: a text holds a character that can't be kept"),
    ('{"a": "\\u0000"}', "1:7: not valid JSON: a text holds a character that can't be kept"),
    ('{"a": "b', "a text is broken off"),
    ('{"a" 1}', "1:6: not valid JSON: ':' is expected here"),
    ("[" * 5000, "nested deeper than 60 levels"),
    ("[" * 100_000 + "]" * 100_000, "nested deeper than 60 levels"),
    (f"[{'9' * 5000}]", "1:2: not valid JSON: a number is too long"),
    (f"[{'1,' * 1_100_000}1]", "more than 500,000 values"),
    ("", "1:1: not valid JSON: a value is expected here"),
])  # fmt: skip
def test_what_may_not_stand_there_is_refused_at_its_place(text: str, told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(FILE, text)
    assert told in caught.value.message
