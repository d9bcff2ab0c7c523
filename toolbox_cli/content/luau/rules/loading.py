"""L1xx: running code that the script does not show."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from toolbox_cli.content.luau.analysis import Allowed, Called, Script
from toolbox_cli.content.luau.engine.names import DATA_TYPES, LIBRARIES
from toolbox_cli.content.luau.meaning.possible import possible
from toolbox_cli.content.luau.meaning.taint import (
    ATTRIBUTE,
    CHAT,
    FOUND,
    HTTP,
    OBJECT_VALUE,
    PRODUCT,
    REMOTE,
    STORED,
    TYPED,
)
from toolbox_cli.content.luau.meaning.values import Known, Made, kind_of, number_in, path_of
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.questions.loaders import handed_on, id_in
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import WRAPPERS, own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples

OUTSIDE: Final = {
    REMOTE: "what a client sent", CHAT: "what a player wrote", HTTP: "what a server answered",
    PRODUCT: "a product's description", FOUND: "what a search finds", ATTRIBUTE: "an attribute", STORED: "stored data", TYPED: "what a player typed",
}  # fmt: skip
"""Origins that are no part of the game's own code."""

_SWITCHES: Final = frozenset(("LoadStringEnabled", "Sandboxed", "Capabilities", "HttpEnabled"))
_SUM: Final = re.compile(
    r"\^\[(?:%[dspx]|[-+*/%^().,\s0-9])+\]\+?\*?\$|[^A-Za-z]*\[\^(?:%[ds]|[-+*/%^().,\s0-9])+\][^A-Za-z]*"
)
"""Patterns that let nothing through but digits, signs and blanks."""
_LOADS: Final = re.compile(r"\brequire\b|\bloadstring\b|[gs]etfenv|HttpGet|GetAsync|LoadAsset|GetObjects|\\\d")
_COMPUTES: Final = tuple(f"{name}." for name in (*LIBRARIES - {"task", "debug"}, *DATA_TYPES, "Enum"))
"""Beginnings of what gives numbers, texts and the like, never a module."""
_ORDERS: Final = frozenset((HTTP, PRODUCT))
_STEPS: Final = 4
_CALLERS: Final = 20
_ASKS: Final = frozenset(("IsA", "FindFirstChildOfClass", "FindFirstChildWhichIsA"))
_MODULES: Final = frozenset(("ObjectValue", "ModuleScript"))
"""Classes whose objects hold, or are, modules: no number is."""
_NUMBERS: Final = frozenset(("IntValue", "NumberValue", "StringValue"))
_ARITHMETIC: Final = frozenset("+-*/%^") | {"//"}


def loaded(script: Script) -> Iterator[tuple[Called, Node]]:
    """Give the calls of `require` with what each gets."""
    for called in script.calls:
        if called.path == "require" and called.arguments:
            yield called, called.arguments[0]


def _by_id(script: Script) -> Iterator[Hit]:
    for called, argument in loaded(script):
        ids = {int(number) for one in possible(script, argument) if (number := number_in(one)) is not None}
        foreign = ids - script.allowed.assets
        if foreign:
            yield hit(called.node, f"require({', '.join(map(str, sorted(foreign)[:3]))})")
        elif not ids and (what := _hidden(script, argument)):
            yield hit(called.node, f"require of {what}")
    if number := id_in(script):
        for node in handed_on(script, "require"):
            yield hit(node, f"require handed on, beside {number}")


def _hidden(script: Script, argument: Node) -> str | None:
    """Say what an argument of `require` is that is neither a module nor an id that can be read."""
    outside = next((told for kind, told in OUTSIDE.items() if kind in script.taint.kinds(argument)), None)
    if outside is not None:
        return outside
    if _is_of_metamethod(argument):
        return "whatever a metamethod gets"
    if OBJECT_VALUE in script.taint.kinds(argument) and _asks_for(script, _NUMBERS):
        return "a number that a Value holds"
    value = script.folder.value(argument)
    is_number = path_of(value).startswith(_COMPUTES) or ":JSONDecode()" in path_of(value) or kind_of(value) == "number"
    if is_number or (isinstance(argument, nodes.Binary) and argument.operator in _ARITHMETIC):
        return "a number that is computed"
    if kind_of(value) == "string" and not (isinstance(value, Known) and _is_path(value.value)):
        return "a text that is built"
    return None


def _is_of_metamethod(node: Node) -> bool:
    """Tell whether something is what Luau hands to a function of a metatable."""
    while isinstance(node, nodes.Index):
        node = node.base
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    owner = symbol.owner if symbol is not None and symbol.kind == "parameter" else None
    field = owner.parent if owner is not None else None
    if isinstance(field, nodes.Assign):
        return any(str(nodes.key_of(one)).startswith("__") for one in field.targets)
    key = getattr(field.key, "value", None) if isinstance(field, nodes.Field) else None
    return str(key).startswith("__")


def _is_path(text: object) -> bool:
    """Tell whether a text is one of Luau's own module paths."""
    return isinstance(text, str) and text.startswith(("./", "../", "@"))


def _by_value(script: Script) -> Iterator[Hit]:
    for called, argument in loaded(script):
        is_open = OBJECT_VALUE in script.taint.kinds(argument) and not any(possible(script, argument))
        if is_open and not _asks_for(script, _MODULES | _NUMBERS):
            yield hit(called.node, "require of an object's Value")


def _is_looked_at(script: Script, called: Called) -> bool:
    """Tell whether text that is run is written in the script, found to be a sum, or that of somebody entitled."""
    first = called.arguments[0] if called.arguments else None
    if first is None:
        return False
    value = script.folder.value(first)
    if isinstance(value, Known) and not value.made:
        return not _LOADS.search(str(value.value))
    places = [called.node, *_callers(script, called.node)]
    asked = [
        one
        for place in places
        for function in [*(one for one in place.within() if isinstance(one, nodes.Function)), None]
        for one in guards.conditions(script, function, place)
    ]
    if any(_is_sum(script, one) for condition in asked for one in _with_functions(condition)):
        return True
    is_typed = bool(script.taint.kinds(first) & {REMOTE, CHAT})
    return is_typed and any(guards.is_entitlement(script, one) and not _is_one_person(script, one) for one in asked)


def _with_functions(condition: Node) -> Iterator[Node]:
    """Give the parts of a condition, and of the functions of the script that it asks."""
    for one in condition.walk():
        yield one
        function = own_function(one.callee) if isinstance(one, nodes.Call) else None
        if function is not None:
            yield from function.body.walk()


def _callers(script: Script, node: Node) -> Iterator[Node]:
    """Give where the function is called that something stands in."""
    function = next((one for one in node.within() if isinstance(one, nodes.Function)), None)
    known = script.noted.setdefault("callers", {})
    if function is not None and function not in known:
        calls = (call for call in script.all(nodes.Call) if own_function(call.callee) is function)
        known[function] = list(islice(calls, _CALLERS))
    yield from known.get(function, ())


def _is_one_person(script: Script, condition: Node) -> bool:
    """Tell whether a condition asks for one id or name that stands in the script."""
    for node in condition.walk():
        if isinstance(node, nodes.Binary) and node.operator in ("==", "~="):
            keys = {nodes.key_of(one) for one in node.operands}
            if keys & {"UserId", "Name"} and any(isinstance(script.folder.value(one), Known) for one in node.operands):
                return True
    return False


def _is_sum(script: Script, node: Node) -> bool:
    """Tell whether a condition asks for a text of digits and signs only."""
    if not isinstance(node, nodes.Call) or nodes.key_of(node) not in ("match", "find"):
        return False
    patterns = [script.folder.text(one) or "" for one in node.arguments]
    return any(_SUM.fullmatch(one) for one in patterns)


def _as_it_stands(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.path == "loadstring" and _is_looked_at(script, called):
            yield hit(called.node, "loadstring of text that was looked at")


def _asks_for(script: Script, classes: frozenset[str]) -> bool:
    """Tell whether the script asks for an object of one of these classes."""
    known = script.noted.setdefault("classes asked for", {})
    if "" not in known:
        asked = (called.arguments[0] for called in script.calls if called.name in _ASKS and called.arguments)
        known[""] = {script.folder.text(one) for one in asked}
    return bool(known[""] & classes)


def _from_text(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.path == "loadstring" and not _is_looked_at(script, called):
            kinds = script.taint.kinds(called.arguments[0]) if called.arguments else set()
            told = next((told for kind, told in OUTSIDE.items() if kind in kinds), "text")
            yield hit(called.node, f"loadstring of {told}")
    for node in handed_on(script, "loadstring"):
        yield hit(node, "loadstring handed on")


def _switched_on(script: Script) -> Iterator[Hit]:
    for assign in script.all(nodes.Assign):
        for target in assign.targets:
            key = nodes.key_of(target)
            if key in _SWITCHES and not isinstance(script.folder.value(getattr(target, "base", None)), Made):
                yield hit(assign, f"{key} is set")


def _calls_built(script: Script) -> Iterator[Hit]:
    yield from (hit(call, told) for call, kind, told in _built_calls(script) if kind not in _ORDERS)


def _calls_orders(script: Script) -> Iterator[Hit]:
    yield from (hit(call, told) for call, kind, told in _built_calls(script) if kind in _ORDERS)


def _built_calls(script: Script) -> Iterator[tuple[Node, str, str]]:
    """Give each `compile(text)()`, where the text is somebody else's, and whose."""
    for call in script.all(nodes.Call):
        inner = call.callee
        if isinstance(inner, nodes.Call) and not inner.is_method and script.folder.path(inner.callee) not in WRAPPERS:
            for argument in inner.arguments:
                kinds = _kinds_before(script, argument) & {REMOTE, CHAT, HTTP, TYPED, PRODUCT}
                kind = next((one for one in OUTSIDE if one in kinds), None)
                if kind is not None and script.folder.path(inner.callee) != "loadstring":
                    yield call, kind, f"a call of what {OUTSIDE[kind]} was made into"


def _kinds_before(script: Script, node: Node) -> set[str]:
    """Give the origins of a value, and of what functions of other modules made it of."""
    kinds = set(script.taint.kinds(node))
    for _ in range(_STEPS):
        if isinstance(node, nodes.Name) and node.symbol is not None and len(node.symbol.definitions) == 1:
            node = node.symbol.definitions[0].value or node
        if not isinstance(node, nodes.Call) or not node.arguments or own_function(node.callee) is not None:
            break
        kinds |= script.taint.kinds(node.arguments[0])
        node = node.arguments[0]
    return kinds


_ALLOWED: Final = Allowed(assets=frozenset((7510622625,)))

RULES: Final = (
    Rule(
        "L101",
        "A module is loaded by its id",
        Tier.DENY,
        "It is code that somebody else can change at any time, and it runs with all rights of the game.",
        "Copy the module into the game and require that; or have the id looked at and allowed.",
        samples(
            "require(5754612086)",
            "local id = 0x1F4 * 1000 + 7\npcall(require, id)",
            "local r, ids = require, { main = 123456789 }\nr(ids.main)",
            "require(tonumber(script:GetAttribute('Id')))",
            "for _, id in ipairs({ 111111111, 222222222 }) do\n\ttask.spawn(require, id)\nend",
        ),
        (
            *samples(
                "local Shop = require(script.Parent.Shop)\nShop.open()",
                "-- require(5754612086) was here\nprint('require(5754612086)')",
            ),
            Sample("require(7510622625)", allowed=_ALLOWED),
        ),
        _by_id,
    ),
    Rule(
        "L102",
        "Text is run as code",
        Tier.DENY,
        "Whoever decides on the text decides on the game; Roblox turns loadstring off for that.",
        "Write the code as a function, and choose among functions by a table.",
        samples(
            "loadstring(message)()",
            "local run = loadstring\nlocal ok, f = pcall(run, script:GetAttribute('Code'))",
            "return { compile = loadstring }",
        ),
        samples(
            "local banned = { 'loadstring', 'getfenv' }\nprint(#banned)",
            "if loadstring then\n\twarn('loadstring is on: turn it off')\nend",
        ),
        _from_text,
    ),
    Rule(
        "L106",
        "Text is run as code that was looked at",
        Tier.REVIEW,
        "A text that the script writes, a sum, or what somebody entitled types; Roblox turns loadstring off, and a rank "
        "or a pattern is quickly too wide.",
        "Write the code as a function; reckon sums by a parser.",
        samples(
            "loadstring('print(1)')()",
            "local sum = box.Text\nif sum:match('^[%d%s%+%-%*/%.%(%)]+$') then\n\tprint(loadstring('return ' .. sum)())\nend",
            "remote.OnServerInvoke = function(player, code)\n\tif player:GetRankInGroup(1) < 255 then\n\t\treturn\n\tend\n"
            "\treturn loadstring(code)\nend",
        ),
        samples("print('loadstring')", "local f = { loadstring = 1 }\nprint(f.loadstring)"),
        _as_it_stands,
    ),
    Rule(
        "L103",
        "Somebody else's text is made into a function and called",
        Tier.REVIEW,
        "An interpreter of Luau in a module does what loadstring does.",
        "Choose among functions of the script by a table.",
        samples(
            "local run = require(script.Run)\nremote.OnServerEvent:Connect(function(player, code)\n\trun(code)()\nend)",
            "local vm = require(script.VM)\nplayer.Chatted:Connect(function(text)\n\tvm.compile(text)()\nend)",
        ),
        samples(
            "local run = require(script.Run)\nrun('intro')()",
            "local make = require(script.Make)\nplayer.Chatted:Connect(function(text)\n\tmake(text)\nend)",
        ),
        _calls_built,
    ),
    Rule(
        "L107",
        "What a server answers is made into a function and called",
        Tier.DENY,
        "An interpreter of Luau in a module does what loadstring does, and who owns the server owns the game.",
        "Fetch data, and choose among functions of the script by a table.",
        samples(
            "local vm = require(script.VM)\nlocal text = game:GetService('HttpService'):GetAsync(address)\nvm.wrap(vm.compile(text))()",
            also="L403",
        )
        + samples(
            "local run = require(script.Run)\nlocal info = game:GetService('MarketplaceService'):GetProductInfo(5)\n"
            "run(info.Description)()",
        ),
        samples(
            "local run = require(script.Run)\nrun('intro')()",
            "local data = game:GetService('HttpService'):JSONDecode(saved)\nprint(data)",
        ),
        _calls_orders,
    ),
    Rule(
        "L104",
        "A module is loaded that an object's Value names",
        Tier.REVIEW,
        "The value may be an id as well as a module, and the script does not show which.",
        "Require the module by its place in the game.",
        samples("require(script.Settings.Value)", "local v = script:WaitForChild('Loader')\nrequire(v.Value)"),
        samples(
            "require(script.Settings)",
            "print(script.Settings.Value)",
            "local link = script.Link\nif link:IsA('ObjectValue') and link.Value then\n\trequire(link.Value)\nend",
        ),
        _by_value,
    ),
    Rule(
        "L105",
        "A protection is switched off",
        Tier.DENY,
        "Who allows text to be run, requests to be sent or a sandbox to be left is a person, in Studio, not a script.",
        "Change the setting in Studio, where it is needed at all.",
        samples(
            "game:GetService('ServerScriptService').LoadStringEnabled = true",
            "workspace.Model.Sandboxed = false",
        ),
        samples("print(workspace.Model.Sandboxed)", "local options = {}\noptions.Sandboxed = true\nprint(options)"),
        _switched_on,
    ),
)
