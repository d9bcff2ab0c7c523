"""A scan never raises, takes time by the length alone, and believes nothing that a script says of itself."""

import hashlib
import sys
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.effort import calls
from toolbox_cli.content.luau.analysis import Allowed, Context
from toolbox_cli.content.luau.reading import tree
from toolbox_cli.content.luau.scanning import Verdict, scan
from toolbox_cli.core.errors import MissingExtraError

SCRIPTS: Final = Path(__file__).with_name("scripts")
OURS: Final = Allowed(assets=frozenset((5551234,)), hosts=frozenset(("api.school.example",)))


def scripts(name: str) -> list[object]:
    """Read scripts that stand in one file, each below a line with what it is."""
    parts = (SCRIPTS / name).read_text(encoding="utf-8").split("=== ")[1:]
    return [pytest.param(part.partition("\n")[2], id=part.partition("\n")[0]) for part in parts]


@pytest.mark.parametrize("text", scripts("unsafe.txt"))
def test_what_is_unsafe_does_not_pass(text: str) -> None:
    assert scan(text, allowed=OURS).verdict in (Verdict.DENY, Verdict.REVIEW)


@pytest.mark.parametrize("text", scripts("safe.txt"))
def test_what_only_looks_unsafe_passes(text: str) -> None:
    found = scan(text, allowed=OURS)
    assert found.verdict in (Verdict.CLEAN, Verdict.ADVICE), [one.hit.found for one in found.found]


@given(st.binary(max_size=120))
def test_no_bytes_are_too_much(data: bytes) -> None:
    scan(data)


SPOKEN: Final = (
    "local function end if then else while do repeat until for in return break x y game script workspace require "
    "loadstring getfenv _G ( ) [ ] { } = == .. . : , ; + - # not and or 1 0x10 \"a\" 'b' [[c]] `d{ }` --e\n "
    'GetService ("HttpService") OnServerEvent Connect player Text Value += :: type typeof < > ? | & @native ...'
)
WORDS: Final = st.sampled_from(SPOKEN.split(" "))


@given(st.lists(WORDS, max_size=60).map(" ".join), st.sampled_from(Context))
def test_no_words_are_too_much(text: str, context: Context) -> None:
    found = scan(text, context)
    assert (found.complexity is None) <= (found.verdict in (Verdict.UNVERIFIABLE, Verdict.DENY))


LINES: Final = st.sampled_from(
    [
        "local a = b", "local b = { a, x = a }", "a.x = b", "b = a.x .. a", "function f(a) return f(a.x) end",
        "a = f(a)", "for a in b do", "while a do", "if a then", "end", "local r = require", "r(a)",
        "a = setmetatable(a, b)", "b.x:Connect(function(a, b)", "end)", "a:Destroy()", "game[a] = b",
        "getfenv()[a](b)", "a = a or b", "local a",
        "repeat", "until a", "return a", "f(f, a)", "pcall(f, a)", "b = function(...) return ... end", "x, y = y, x",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=30).map("\n".join))
def test_no_program_is_too_much(text: str) -> None:
    scan(text, Context.SERVER)


@pytest.mark.parametrize(
    "piece",
    [
        "local a = a .. b\n", "x = f(x)\n", "f(function()\nend)\n", "t[#t + 1] = 'a'\n", "if a then b() end\n",
        "remote.OnServerEvent:Connect(function(p, a) p.b.Value += a end)\n", "a = a or b\n", "-- a\n", "x.y.z = x.y\n",
        "local function f(a) return f(a) end\n", "for i, v in x:GetChildren() do v:Destroy() end\n", "\n",
        "local s = 'a' .. s\n", "while true do end\n", "a(1)(2)(3)\n", "'x'\n", "player.Chatted:Connect(print)\n",
        "local function k(p) p:Kick() end\nfor _, p in game.Players:GetPlayers() do k(p) end\n",
        "function t.f(a) return a end\nt[x](y, z)\n",
        "c = coroutine.wrap(function() coroutine.yield(require) end)\nc()(1)\n",
        "n = 123456789\nt.a = require\nrequire(a)\na = b(a)\n",
        "for i = 1, n do for j = 1, i do t[i]:Destroy() end end\n",
        "remote.OnServerEvent:Connect(function(p, a) if a < 1 or a > 9 then return end p.b.Score.Value += a end)\n",
    ],
)  # fmt: skip
def test_work_grows_with_the_length_alone(piece: str) -> None:
    """Four times the script takes not much more than four times the work, whatever is repeated."""
    scan("x()")  # what is made once
    few, many = (calls(partial(scan, piece * count, Context.SERVER)) for count in (60, 240))
    assert many < 6 * few


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("(", ")"), ("{", "}"), ("(function() return ", " end)()"), ("f(", ")"), ("-(", ")"), ("if a then 1 else (", ")")],
)
def test_nesting_is_no_way_to_stop_a_scan(begins: str, ends: str) -> None:
    found = scan("x = " + begins * 5000 + "require(5)" + ends * 5000)
    assert found.verdict is Verdict.DENY
    assert [one.rule.code for one in found.found] == ["L006"]


@pytest.mark.parametrize("begins", ["while a do", "for i = 1, n do", "if a then", "repeat", "local function f()"])
def test_blocks_are_nested_so_deep_and_no_deeper(begins: str) -> None:
    end = " until a" if begins == "repeat" else " end"
    assert scan(f"{begins} " * 40 + "f()" + end * 40).complexity is not None
    assert [one.rule.code for one in scan(f"{begins} " * 60 + "f()" + end * 60).found] == ["L006"]


def test_a_comment_switches_nothing_off() -> None:
    text = "--!nolint\n-- toolbox: ignore\n--[[ luau-scan:disable ]]\nrequire(123456)"
    assert scan(text).verdict is Verdict.DENY


def test_a_script_is_allowed_by_its_hash_and_keeps_its_findings() -> None:
    text = "require(123456)"
    allowed = Allowed(sha256=frozenset((hashlib.sha256(text.encode()).hexdigest(),)))
    found = scan(text, allowed=allowed)
    assert found.verdict is Verdict.CLEAN
    assert found.is_allowed
    assert [one.rule.code for one in found.found] == ["L101"]
    assert scan(text + " ", allowed=allowed).verdict is Verdict.DENY


def test_an_allowed_asset_does_not_allow_another() -> None:
    found = scan("require(5551234) require(5551235)", allowed=OURS)
    assert [one.hit.found for one in found.found] == ["require(5551235)"]


@pytest.mark.parametrize("host", ["api.school.example.evil.org", "evilapi.school.example", "school.example"])
def test_an_allowed_host_does_not_allow_one_that_looks_like_it(host: str) -> None:
    text = f"game:GetService('HttpService'):GetAsync('https://{host}/api.school.example')"
    assert scan(text, allowed=OURS).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "url", ["https://api.school.example@evil.org/", "https://evil.org/?https://api.school.example/"]
)
def test_an_allowed_host_counts_only_where_a_host_stands(url: str) -> None:
    assert scan(f"game:GetService('HttpService'):GetAsync('{url}')", allowed=OURS).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("remote.OnServerEvent:Connect(print)", Context.SERVER),
        ("local p = game.Players.LocalPlayer", Context.CLIENT),
        ("return {}", Context.MODULE),
        ("plugin:CreateToolbar('a')", Context.PLUGIN),
        ("-- LocalPlayer\nlocal s = 'OnServerEvent'", Context.MODULE),
    ],
)
def test_a_context_is_told_by_what_a_script_uses(text: str, context: Context) -> None:
    assert scan(text).context is context


def test_capabilities_are_those_that_are_used() -> None:
    text = """
local http = game:GetService("HttpService")
local store = game:GetService("DataStoreService"):GetDataStore("A")
remote.OnServerEvent:Connect(function(player)
    player:Kick("bye")
    http:GetAsync("https://api.school.example/")
end)
"""
    found = scan(text, Context.SERVER).capabilities
    assert found == ("Consequences", "DataStore", "Network", "RemoteEvent", "RunServerScript")
    assert scan("local http = game:GetService('HttpService') return http:GenerateGUID()").capabilities == ()


def test_complexity_counts_ways_depth_and_what_a_reader_keeps_in_mind() -> None:
    text = """
local function grade(points, bonus)
    if points > 90 and bonus then
        for i = 1, 3 do
            if i == 2 then
                print(i)
            elseif i == 3 then
                return "b"
            end
        end
    else
        points += 1
    end
    return points
end
button.Activated:Connect(function()
    while true do
        task.wait()
    end
end)
game:GetService("RunService").Heartbeat:Connect(print)
"""
    found = scan(text).complexity
    assert found is not None
    whole, grade, handler = found.functions
    assert (whole.name, whole.cyclomatic, whole.nesting, whole.parameters) == ("<script>", 1, 0, 0)
    assert (grade.name, grade.line, grade.lines, grade.parameters) == ("grade", 2, 14, 2)
    assert (grade.cyclomatic, grade.cognitive, grade.nesting, grade.statements) == (6, 9, 3, 7)
    assert (handler.name, handler.cyclomatic) == ("<anonymous>", 2)
    assert (found.connections, found.frame_handlers, found.loops_with_wait, found.loops_without_wait) == (1, 0, 1, 1)


def test_a_missing_parser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tree._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter_luau", None)
    with pytest.raises(MissingExtraError) as caught:
        scan("print(1)")
    assert caught.value.remedy == "Install it with: python -m pip install 'toolbox-cli[agents]'"
    tree._parser.cache_clear()
