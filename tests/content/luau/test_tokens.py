"""The lexer parts a script as Luau does, and loses nothing of it."""

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.content.luau.reading.literals import needless_escapes, number_of, text_of
from toolbox_cli.content.luau.reading.tokens import meaningful, tokens

PIECES = st.sampled_from(
    ["local", "x", "=", "..", "[[", "]]", "[=[", "]=]", "--", "--[[", "\n", "\r", " ", "`", "{", "}", "'", '"', "\\",
     "\\z", "\\u{", "1", "0x", "1e", ".", "...", "@", "//", "<", "\0", "é", "\u202e", "$"]
)  # fmt: skip


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.text) for token in meaningful(tokens(text))]


@given(st.lists(PIECES, max_size=40).map("".join).map(lambda text: text.encode().decode("latin-1")))
def test_tokens_together_are_the_script(text: str) -> None:
    found = tokens(text)
    assert "".join(token.text for token in found) == text
    assert all(token.end > token.start for token in found)
    assert [token.start for token in found[1:]] == [token.end for token in found[:-1]]


@given(st.binary(max_size=200))
def test_any_bytes_have_tokens(data: bytes) -> None:
    text = data.decode("latin-1")
    assert "".join(token.text for token in tokens(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--[==[ a ]] ]==] b", [("name", "b")]),
        ("-- a\nb", [("name", "b")]),
        ("--[ a\nb", [("name", "b")]),
        ("[==[ ]] ]==]", [("long string", "[==[ ]] ]==]")]),
        (r"'a\'b'", [("string", r"'a\'b'")]),
        ("'a\\\nb'", [("string", "'a\\\nb'")]),
        ("'a\\z  \n b'", [("string", "'a\\z  \n b'")]),
        ("'a\nb", [("broken", "'a"), ("name", "b")]),
        ("`a{b}c`", [("template", "`a{"), ("name", "b"), ("template", "}c`")]),
        ("`{ {1}[1] }`", [("template", "`{"), ("sign", "{"), ("number", "1"), ("sign", "}"), ("sign", "["),
                          ("number", "1"), ("sign", "]"), ("template", "}`")]),
        ("`{`{a}`}`", [("template", "`{"), ("template", "`{"), ("name", "a"), ("template", "}`"), ("template", "}`")]),
        ("1..2", [("number", "1..2")]),
        ("a..2", [("name", "a"), ("sign", ".."), ("number", "2")]),
        ("0xFFp 1_000 .5e-3", [("number", "0xFFp"), ("number", "1_000"), ("number", ".5e-3")]),
        ("a//=b->c::d", [("name", "a"), ("sign", "//="), ("name", "b"), ("sign", "->"), ("name", "c"), ("sign", "::"),
                         ("name", "d")]),
        ("@native local", [("attribute", "@native"), ("keyword", "local")]),
    ],
)  # fmt: skip
def test_tokens_are_those_of_luau(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"'\65\066\x43'", "ABC"),
        (r"'\u{48}\u{20AC}'", "H\xe2\x82\xac"),
        ("'a\\z \n  b'", "ab"),
        ("'a\\\nb'", "a\nb"),
        (r"'\n\t\q'", "\n\tq"),
        ("[[\na\n]]", "a\n"),
        ("[=[a]]b]=]", "a]]b"),
    ],
)
def test_strings_are_read(written: str, text: str) -> None:
    assert text_of(written) == text


def test_escapes_of_letters_are_needless_and_those_of_signs_are_not() -> None:
    assert needless_escapes(r"'\104\105\x21\27[0m\195\169'") == 2


@pytest.mark.parametrize(
    ("written", "value"), [("0b101", 5), ("0xfF", 255), ("1e3", 1000), ("0xZ", None), ("1.2.3", None)]
)
def test_numbers_are_read(written: str, value: float | None) -> None:
    assert number_of(written) == value


@pytest.mark.parametrize("piece", ["'", "`{", "[=", "--[", "\\", "{", "é", "1.", "`a{b}", "--[=[ "])
def test_time_grows_with_the_length_alone(piece: str) -> None:
    """Ten times the text takes less than thirty times as long, whatever is repeated."""
    assert seconds(piece * 20_000) < 30 * seconds(piece * 2_000) + 0.05


def seconds(text: str) -> float:
    """Give how long a text takes, at best: collecting garbage is not the lexer's."""
    read, times = text.encode().decode("latin-1"), []
    gc.disable()
    for _ in range(3):
        start = time.process_time()
        tokens(read)
        times.append(time.process_time() - start)
    gc.enable()
    return min(times)
