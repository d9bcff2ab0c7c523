"""L15x: what only the programs have that cheats run in."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.engine.names import DEBUG_ONLY, EXECUTOR_ONLY, EXECUTOR_TABLES
from toolbox_cli.content.luau.engine.services import CHEATS
from toolbox_cli.content.luau.meaning.values import Ref
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_FETCHES: Final = frozenset(("HttpGet", "HttpGetAsync", "HttpPost", "HttpPostAsync"))
_TESTS: Final = frozenset(("type", "typeof", "tostring", "print", "warn"))


def _functions(script: Script) -> Iterator[Hit]:
    for name in script.all(nodes.Name):
        if name.symbol is None and _is_used(name):
            if name.id in EXECUTOR_ONLY or name.id in EXECUTOR_TABLES and _is_base(name):
                yield hit(name, name.id)
    for call in script.all(nodes.Call):
        told = _called(script, call)
        if told:
            yield hit(call, told)


def _called(script: Script, call: nodes.Call) -> str | None:
    path = script.folder.path(call.callee)
    head, _, name = path.rpartition(".")
    if head == "debug" and name in DEBUG_ONLY:
        return path
    value = script.folder.value(call.callee)
    is_hidden = isinstance(value, Ref) and value.via
    if is_hidden and path in EXECUTOR_ONLY:
        return path
    if path in ("request", "http.request") and call.arguments and isinstance(call.arguments[0], nodes.Table):
        return path
    receiver = call.callee.base if isinstance(call.callee, nodes.Index) else None
    key = nodes.key_of(call)
    if receiver is not None and script.folder.path(receiver) == "game" and key in _FETCHES:
        return f"game:{key}"
    return None


def _asked_for(script: Script) -> Iterator[Hit]:
    for name in script.all(nodes.Name):
        if name.symbol is None and name.id in EXECUTOR_ONLY and not _is_used(name) and not _is_set(name):
            yield hit(name, name.id)


def _is_set(name: nodes.Name) -> bool:
    return isinstance(name.parent, nodes.Assign) and any(one is name for one in name.parent.targets)


def _is_base(name: nodes.Name) -> bool:
    return isinstance(name.parent, nodes.Index) and name.parent.base is name


def _is_used(name: nodes.Name) -> bool:
    """Tell whether a name is more than looked for: an anti-cheat asks whether such a thing is there."""
    node: Node = name
    parent = name.parent
    while isinstance(parent, nodes.Binary | nodes.Unary) or (_is_base(name) and parent is name.parent):
        if isinstance(parent, nodes.Binary) and parent.operator in ("==", "~="):
            return False
        if parent is None:
            break
        node, parent = parent, parent.parent
    if _is_set(name):
        return False
    if isinstance(parent, nodes.Call) and parent.callee is not node:
        return not (isinstance(parent.callee, nodes.Name) and parent.callee.id in _TESTS)
    is_condition = isinstance(parent, nodes.If | nodes.While | nodes.Repeat)
    return not is_condition


def _services(script: Script) -> Iterator[Hit]:
    for node in (*script.all(nodes.Call), *script.all(nodes.Index)):
        path = script.folder.path(node)
        service = path.removeprefix("service.")
        if path.count(".") == 1 and (
            service in CHEATS or (service == "CoreGui" and script.context is not Context.PLUGIN)
        ):
            yield hit(node, service)


RULES: Final = (
    Rule(
        "L151",
        "Functions of a cheat's program are used",
        Tier.DENY,
        "Roblox does not have them: the script was written to be injected into others' games.",
        "Leave them out; what a game needs, Roblox offers.",
        samples(
            "hookfunction(print, function() end)",
            "local env = getgenv()\nenv.speed = 100",
            "local source = game:HttpGet('https://example.com/a.lua')",
            "syn.request({ Url = 'https://example.com' })",
            "firetouchinterest(part, coin, 0)",
            context=Context.CLIENT,
        ),
        samples(
            "local signs = { 'hookfunction', 'getgenv', 'syn.request' }\nprint(#signs)",
            "if syn then\n\tgame:GetService('Players').LocalPlayer:Kick('Cheating')\nend",
            "local function request(options)\n\treturn options\nend\nrequest({ Url = 'a' })",
            context=Context.CLIENT,
        ),
        _functions,
    ),
    Rule(
        "L153",
        "The script asks whether functions of a cheat's program are there",
        Tier.REVIEW,
        "An anti-cheat does so, and a cheat does so first; in a client neither can be believed.",
        "Let the server decide by what players do.",
        samples(
            "local found = getgenv ~= nil\nprint(found)",
            "if hookfunction then\n\tgame.ReplicatedStorage.Report:FireServer(1)\nend",
            context=Context.CLIENT,
        ),
        samples(
            "local names = { 'getgenv', 'hookfunction' }\nprint(#names)",
            "local cache = {}\nif cache then\n\tprint(cache)\nend",
            context=Context.CLIENT,
        ),
        _asked_for,
    ),
    Rule(
        "L152",
        "A service is used that scripts of games can't use",
        Tier.DENY,
        "It moves the mouse or draws over Roblox's own screens; only Roblox, its plugins and cheats can.",
        "Put interfaces into PlayerGui, and leave input to players.",
        samples(
            "local input = game:GetService('VirtualInputManager')\ninput:SendKeyEvent(true, 'E', false, game)",
            "local gui = Instance.new('ScreenGui')\ngui.Parent = game.CoreGui",
            context=Context.CLIENT,
        ),
        (
            *samples(
                "game:GetService('StarterGui'):SetCoreGuiEnabled(Enum.CoreGuiType.Chat, true)", context=Context.CLIENT
            ),
            *samples("local gui = game:GetService('CoreGui')\nprint(gui)", context=Context.PLUGIN),
        ),
        _services,
    ),
)
