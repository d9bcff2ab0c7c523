"""What runs is parsed, whatever types stand around it; what can't be is never taken for clean."""

import pytest

from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.erasing import TypeFault, erased
from toolbox_cli.content.luau.reading.tokens import tokens
from toolbox_cli.content.luau.reading.tree import DepthFault, ParseFault, tree
from toolbox_cli.content.luau.scanning import Verdict, scan


def plain(text: str) -> str:
    return " ".join(erased(text, tokens(text)).split())


def parsed(text: str) -> nodes.Block:
    return tree(text, erased(text, tokens(text)))


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("local x: number = 1", "local n = 1"),
        ("local x: {[string]: number}, y: a.B<C>? = f()", "local n , n = n()"),
        ("const x = 1", "local n = 1"),
        ("type A<T = string> = {read x: T, y: (T) -> ...T} | nil f()", "n()"),
        ("export type A = typeof(f(x)) & B f()", "n()"),
        ("local type = 1 type = 2", "local nnnn = 1 nnnn = 1"),
        ("print(type(x))", "nnnnn(nnnn(n))"),
        ("@native function f<T...>(a: T, ...: any): (T, ...T) end", "function n (n , ... ) end"),
        ("return f<<number>>(x :: any)", "return n (n )"),
        ("local f = function(): typeof(x.y) return 1 end", "local n = function() return 1 end"),
        ("for i: number, v: {T} in x do continue end", "for n , n in n do continue end"),
        ("local continue = 1 continue += 1", "local nnnnnnnn = 1 nnnnnnnn += 1"),
        ("x = a:b{} or c:d'e'", 'n = n:n{} or n:n"_"'),
        ("local f: (a: number, string...) -> () = g", "local n = n"),
        ("x = y :: \"a\" | 'b' z()", "n = n n()"),
    ],
)
def test_types_are_taken_out_and_nothing_else(text: str, runs: str) -> None:
    assert plain(text) == runs
    parsed(text)


def test_lengths_and_lines_stay() -> None:
    text = "local a: {\n  x: number,\n} = [[b\nc]] -- d\nprint(`e{a}f`)"
    assert len(erased(text, tokens(text))) == len(text)
    (call,) = (node for node in parsed(text).walk() if isinstance(node, nodes.Call))
    assert text[call.start : call.end] == "print(`e{a}f`)"


@pytest.mark.parametrize(
    "text", ["local x: = 5", "local x: { = 5", "type A<T = = 1", "x = y :: + 1", "function f(a: ) end"]
)
def test_a_type_without_a_certain_end_is_a_fault(text: str) -> None:
    with pytest.raises(TypeFault):
        erased(text, tokens(text))
    assert scan(text).verdict is Verdict.UNVERIFIABLE


@pytest.mark.parametrize(
    "text", ["local = 1", "if x then", "f(", "x = 1 +", "goto a", "x = 'a' 'b'", "return 1 2", "x = 1..2", "£"]
)
def test_what_is_no_luau_is_unverifiable(text: str) -> None:
    found = scan(text)
    assert found.verdict is Verdict.UNVERIFIABLE
    assert [one.rule.code for one in found.found] == ["L007"]
    assert found.complexity is None


def test_what_is_certain_is_denied_even_where_the_rest_can_not_be_parsed() -> None:
    assert scan("x = = 1" + " " * 200 + "print(1)").verdict is Verdict.DENY


def test_nothing_hides_in_a_type() -> None:
    found = scan("local x: typeof(y) require(123456)\ntype A = B require(654321)")
    assert [one.hit.found for one in found.found] == ["require(123456)", "require(654321)"]


def test_deep_nesting_is_a_fault_of_its_own() -> None:
    text = "x = " + "{" * 300 + "}" * 300
    with pytest.raises(DepthFault):
        parsed(text)


def test_a_fault_has_its_place() -> None:
    with pytest.raises(ParseFault) as caught:
        parsed("local a = 1\nif b then\n  c(\nend\n")
    assert caught.value.at > len("local a = 1\n")


def test_long_chains_are_not_deep() -> None:
    whole = parsed("x = " + " .. ".join(["a"] * 5000) + "\ny = " + " or ".join(["b"] * 5000))
    assert [len(node.operands) for node in whole.walk() if isinstance(node, nodes.Binary)] == [5000, 5000]


def test_places_are_told_in_signs() -> None:
    (found,) = scan("local ü = 'ä'").found
    assert (found.rule.code, found.line, found.column) == ("L007", 1, 7)
    (found,) = scan("local a = 'äöü' require(123456)").found
    assert (found.line, found.column) == (1, 17)
