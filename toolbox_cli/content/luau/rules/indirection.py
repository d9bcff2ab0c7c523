"""L20x: reaching for something so that reading does not show it."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Called, Script
from toolbox_cli.content.luau.engine.names import BUILTINS, EXECUTOR_ONLY, LIBRARIES, LOADERS
from toolbox_cli.content.luau.engine.services import is_service
from toolbox_cli.content.luau.meaning.folding import SERVICE_METHODS
from toolbox_cli.content.luau.meaning.values import Known, Ref, text_in
from toolbox_cli.content.luau.questions.decoders import is_decoded
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_SENSITIVE: Final = frozenset(
    """
    GetService PostAsync GetAsync RequestAsync LoadAsset LoadAssetAsync GetObjects HttpGet Kick Destroy Source
    PromptPurchase PromptProductPurchase PromptGamePassPurchase Teleport TeleportAsync ClearAllChildren GetProductInfo
    FireAllClients FireServer LinkedSource Parent Clone SetAsync RemoveAsync
    """.split()
)
_ENVIRONMENTS: Final = ("env", "shared")


def _spelled(script: Script) -> Iterator[Hit]:
    for index in script.all(nodes.Index):
        if not index.dotted:
            key, base = script.folder.value(index.key), script.folder.path(index.base)
            name = text_in(key)
            if isinstance(key, Known) and key.made and name and _matters(base, name, is_called=_is_callee(index)):
                yield hit(index, f"{name!r}, which is built")
    for called in script.calls:
        yield from _spelled_argument(script, called)


def _is_callee(index: nodes.Index) -> bool:
    return isinstance(index.parent, nodes.Call) and index.parent.callee is index


def _matters(base: str, name: str, *, is_called: bool) -> bool:
    """Tell whether a name that is built hides something."""
    if base in _ENVIRONMENTS:
        return name in BUILTINS or name in EXECUTOR_ONLY or is_service(name)
    if base in LIBRARIES or base in ("Instance", "debug"):
        return True
    return (bool(base) or is_called) and (name in _SENSITIVE or name in LOADERS or is_service(name))


def _spelled_argument(script: Script, called: Called) -> Iterator[Hit]:
    is_name = called.path == "Instance.new" or (called.name in SERVICE_METHODS and called.path.startswith("game:"))
    if not is_name or not called.arguments:
        return
    value = script.folder.value(called.arguments[0])
    if isinstance(value, Known) and value.made and (name := text_in(value)):
        yield hit(called.node, f"{called.name}({name!r}), which is built")
    elif is_decoded(script, called.arguments[0]):
        yield hit(called.node, f"{called.name} of a decoded text")


def _computed(script: Script) -> Iterator[Hit]:
    """Find what is called out of an environment by a name that the script does not show."""
    for called in script.calls:
        if called.path.startswith(("env.?", "getfenv().?")):
            yield hit(called.node, "a call of whatever a computed name means")
    for call in script.all(nodes.Call):
        symbol = call.callee.symbol if isinstance(call.callee, nodes.Name) else None
        values = symbol.loop.values if symbol is not None and isinstance(symbol.loop, nodes.ForEach) else []
        if any(_is_environment(script, one) for one in values):
            yield hit(call, "a call of whatever is found in an environment")
    for index in script.all(nodes.Index):
        if not index.dotted and text_in(script.folder.value(index.key)) is None:
            yield from _computed_key(script, index)


def _computed_key(script: Script, index: nodes.Index) -> Iterator[Hit]:
    base = script.folder.path(index.base)
    if is_decoded(script, index.key) and (base or _is_callee(index)):
        yield hit(index, "a decoded name")
    elif base and _is_worked_out(script, index.key):
        yield hit(index, "a name that a function makes of constants")
    elif base == "env" and isinstance(index.key, nodes.Name) and not _is_written(index):
        yield hit(index, "whatever a name from elsewhere means")
    elif isinstance(index.key, nodes.Binary | nodes.Call):
        if base == "env" or (base == "shared" and _is_callee(index)):
            yield hit(index, "whatever a computed name means")


def _is_worked_out(script: Script, key: Node) -> bool:
    """Tell whether a function of the script gets constants alone: whoever wrote these could have written the name."""
    if not isinstance(key, nodes.Call) or not key.arguments or own_function(key.callee) is None:
        return False
    return all(isinstance(script.folder.value(one), Known) for one in key.arguments)


def _is_written(index: nodes.Index) -> bool:
    parent = index.parent
    return isinstance(parent, nodes.Assign) and any(one is index for one in parent.targets)


def _is_environment(script: Script, node: Node) -> bool:
    if isinstance(node, nodes.Call) and node.arguments and script.folder.path(node.callee) in ("pairs", "next"):
        node = node.arguments[0]
    return script.folder.path(node) in _ENVIRONMENTS


def _by_detour(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if isinstance(called.callee, Ref) and called.callee.via and called.path in LOADERS:
            yield hit(called.node, f"{called.path}, reached through an environment")


def _renamed(script: Script) -> Iterator[Hit]:
    """Find loaders out of an environment that get another name."""
    given = [(field.key, field.value) for field in script.all(nodes.Field) if field.key is not None]
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            if isinstance(target, nodes.Index):
                given.append((target.key, value))
    for key, value in given:
        found = script.folder.value(value)
        if isinstance(found, Ref) and found.via and found.path in LOADERS:
            if text_in(script.folder.value(key)) != found.path:
                yield hit(value, f"{found.path} under another name")


def _by_name(script: Script) -> Iterator[Hit]:
    for call in script.all(nodes.Call):
        is_computed = isinstance(getattr(call.callee, "key", None), nodes.Binary | nodes.Call)
        if script.folder.path(call.callee) == "shared.?" and not is_computed:
            yield hit(call, "a call of what stands there under a name from elsewhere")


def _environment(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.path in ("getfenv", "setfenv"):
            yield hit(called.node, called.path)


def _is_metatable_of_game(script: Script, node: Node) -> bool:
    return script.folder.path(node) == "game"


def _hooks(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.path == "getmetatable" and called.arguments and _is_metatable_of_game(script, called.arguments[0]):
            yield hit(called.node, "getmetatable(game)")


RULES: Final = (
    Rule(
        "L201",
        "A name is spelled so that reading does not show it",
        Tier.DENY,
        "Names of functions, services and methods are built from pieces or numbers for one reason: to hide them.",
        "Write the name.",
        samples('getfenv()[string.reverse("\\101\\114\\105\\117\\113\\101\\114")](script.Weld)', also="L203 L204")
        + samples(
            "local http = game:GetService('Http' .. 'Service')\nprint(http)",
            "local key = table.concat({ 'K', 'i', 'c', 'k' })\ngame.Players.LocalPlayer[key](game.Players.LocalPlayer)",
        ),
        samples(
            "for i = 1, 3 do\n\tprint(workspace['Door' .. i])\nend",
            "local storage = game:GetService('ReplicatedStorage')\nprint(storage['Item' .. 1])",
        ),
        _spelled,
    ),
    Rule(
        "L202",
        "A computed name decides on what is called",
        Tier.DENY,
        "Out of an environment any function can be reached so, and nobody can tell which.",
        "Choose among functions in a table of the script.",
        samples("local env = getfenv()\nenv[decode(1)](script)", "getfenv()[names[i]](5)", also="L204")
        + samples("_G[a .. b](script)"),
        samples(
            "local actions = { open = print, close = warn }\nlocal act = actions[name]\nif act then\n\tact()\nend",
            "_G.counters = {}\n_G.counters[name] = 1",
        ),
        _computed,
    ),
    Rule(
        "L203",
        "A loader is reached through an environment",
        Tier.DENY,
        "require and loadstring have names of their own; going around them hides their use from a search.",
        "Call it by its name.",
        samples("getfenv().require(script.Weld)", "local e = getfenv(0)\npcall(e.require, script.Weld)", also="L204"),
        samples("require(script.Weld)", "_G.Weld = require(script.Weld)"),
        _by_detour,
    ),
    Rule(
        "L204",
        "An environment is read or set",
        Tier.REVIEW,
        "Whoever holds it changes what names mean in other scripts; it turns Luau's optimisations off, fails in "
        "sandboxed scripts, and the Creator Store refuses it.",
        "Hand on values as parameters; tests find their functions in a table.",
        samples(
            "local env = getfenv(2)\nenv.describe = describe",
            "setfenv(test, setmetatable({ expect = expect }, { __index = getfenv() }))",
        ),
        samples("local words = { getfenv = true, setfenv = true }\nprint(words)", "print('getfenv()')"),
        _environment,
    ),
    Rule(
        "L206",
        "A loader out of an environment gets another name",
        Tier.DENY,
        "Where print is require, nobody who reads the script sees what is loaded.",
        "Call it by its name.",
        samples(
            "local real = getfenv()\nlocal tools = { print = real.require }\nprint(tools)",
            also="L108 L204",
        )
        + samples("local env = getfenv(0)\nlocal kit = {}\nkit.log = env.loadstring\nprint(kit)", also="L102 L204"),
        samples(
            "local tools = { print = print }\nprint(tools)",
            "local lib = { warn = warn }\nlib.log = print\nprint(lib)",
        ),
        _renamed,
    ),
    Rule(
        "L207",
        "A function of all scripts is called by a name from elsewhere",
        Tier.REVIEW,
        "Any script may have put it there, and which one is called does not show.",
        "Choose among functions in a table of the script.",
        samples(
            "local handler = _G[name]\nif handler then\n\thandler(script)\nend",
            "local function run(action)\n\tshared[action]()\nend\nrun(script.Name)",
        ),
        samples("local count = _G[name]\nprint(count)", "_G.start()\nshared.log('a')"),
        _by_name,
    ),
    Rule(
        "L205",
        "The game's own metatable is asked for",
        Tier.DENY,
        "It is locked for scripts; only hooks of cheats want it.",
        "Leave it out.",
        samples(
            "local mt = getmetatable(game)\nprint(mt.__namecall)", "local get = getmetatable\nget(game).__index = nil"
        ),
        samples("local mt = getmetatable(object)\nprint(mt)", "setmetatable({}, { __index = table })"),
        _hooks,
    ),
)
