"""What expressions are known to be, without being run."""

import pytest

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.meaning.values import Known, Ref, Value
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.erasing import erased
from toolbox_cli.content.luau.reading.source import Source
from toolbox_cli.content.luau.reading.tokens import tokens
from toolbox_cli.content.luau.reading.tree import tree


def script(text: str) -> Script:
    source = Source(text.encode())
    found = tokens(source.text)
    return Script(source, found, tree(source.text, erased(source.text, found)), Context.SERVER)


def shown(text: str) -> Value:
    """Give the value of what a script shows."""
    read = script(text)
    (call,) = (one for one in read.all(nodes.Call) if isinstance(one.callee, nodes.Name) and one.callee.id == "show")
    return read.folder.value(call.arguments[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("show('a' .. 1 .. `b{'c'}`)", "a1bc"),
        ("show(('abc'):reverse():upper())", "CBA"),
        ("show(string.char(104, 105))", "hi"),
        ("show(table.concat({ 'a', 'b' }, '-'))", "a-b"),
        ("show(('r#e#q'):gsub('#', ''))", "req"),
        ("show(('a1b2'):gsub('%d', ''))", "ab"),
        ("show(string.sub('abcdef', -3, -2))", "de"),
        ("show(('ab'):rep(3, ','))", "ab,ab,ab"),
        ("show(2 ^ 3 ^ 2 - 10 // 3)", 509.0),
        ("show(-7 % 3)", 2.0),
        ("show(bit32.bxor(5, 3) + tonumber('0x10'))", 22.0),
        ("show(#'abc')", 3.0),
        ("local t = { a = { 'x', 'y' } } show(t.a[2])", "y"),
        ("local t = {} t.a = 'x' show(t.a)", "x"),
        ("local function f(s) return s:lower() end show(f('AB'))", "ab"),
        ("local a a = 'b' show(a)", "b"),
        ("show(select(2, 'a', 'b'))", "b"),
        ("show(string.format('%s-%d', 'a', 5))", "a-5"),
    ],
)
def test_constants(text: str, value: str | float) -> None:
    found = shown(text)
    assert isinstance(found, Known)
    assert found.value == value


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("local r = require show(r)", "require"),
        ("show(game:GetService('HttpService').PostAsync)", "service.HttpService.PostAsync"),
        ("local g = game show(g.Workspace.Map)", "service.Workspace.Map"),
        ("show(getfenv()['req' .. 'uire'])", "require"),
        ("show(_G.loadstring)", "loadstring"),
        ("local e = setmetatable({}, { __index = getfenv() }) show(e.require)", "require"),
        ("local x = nil or require show(x)", "require"),
        ("local t = { load = require } show(t.load)", "require"),
        ("show(rawget(getfenv(), 'require'))", "require"),
        ("show(Instance.new('Part'))", "new.Part"),
        ("show(script:WaitForChild('A').B)", "script.A.B"),
    ],
)
def test_what_luau_and_roblox_give(text: str, path: str) -> None:
    found = shown(text)
    assert isinstance(found, Ref)
    assert found.path == path


@pytest.mark.parametrize(
    "text",
    [
        "local t = {} t[i] = 'x' show(table.concat(t))",
        "local t = {} table.insert(t, 'x') show(table.concat(t))",
        "local a = 'x' for i = 1, 3 do a = a .. i end show(a)",
        "local function f(n) return f(n) end show(f(1))",
        "local a local b = a a = b show(a)",
        "show(('x'):rep(1e9))",
        "show(2 ^ 1e9)",
        "show(('a'):gsub('(a+)+$', 'b'))",
        "show(1 / 0)",
    ],
)
def test_what_is_not_certain_is_no_constant(text: str) -> None:
    assert not isinstance(shown(text), Known)


def test_work_is_limited() -> None:
    doubled = "local a0 = 'xxxxxxxx'\n" + "".join(f"local a{i} = a{i - 1} .. a{i - 1}\n" for i in range(1, 40))
    read = script(doubled + "show(a39)")
    for node in read.all(nodes.Name):
        read.folder.value(node)
    assert read.folder.exhausted
