"""The smallest set of Roblox's script capabilities with which a script does what it shows."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.engine.abilities import BY_CLASS, BY_METHOD, BY_SERVICE, FREE_METHODS, INTERFACE
from toolbox_cli.content.luau.engine.services import GAME_PARTS
from toolbox_cli.content.luau.meaning.handlers import FROM_CLIENTS
from toolbox_cli.content.luau.meaning.possible import possible
from toolbox_cli.content.luau.meaning.values import number_in
from toolbox_cli.content.luau.reading import nodes

_RUNS: Final = {Context.SERVER: ("RunServerScript",), Context.CLIENT: ("RunClientScript",)}


def capabilities(script: Script) -> tuple[str, ...]:
    """Give the capabilities' names in order."""
    return tuple(sorted({*_RUNS.get(script.context, ()), *_of_calls(script), *_of_names(script), *_of_events(script)}))


def _of_calls(script: Script) -> Iterator[str]:
    for called in script.calls:
        if called.path == "Instance.new":
            yield "CreateInstances"
            yield from _of_class(script.folder.text(called.arguments[0]) if called.arguments else None)
        elif called.path == "loadstring":
            yield "LoadString"
        elif called.path == "require" and called.arguments:
            if any(number_in(one) is not None for one in possible(script, called.arguments[0])):
                yield "LoadUnownedAsset"
        if called.path.startswith("service.HttpService:") and called.name not in FREE_METHODS:
            yield "Network"
        if needs := BY_METHOD.get(called.name):
            yield needs
    for call in script.all(nodes.Call):
        if call.is_method and nodes.key_of(call) == "GetService":
            yield from _of_path(script.folder.path(call))


def _of_names(script: Script) -> Iterator[str]:
    for name in script.all(nodes.Name):
        if name.symbol is None and name.id in ("_G", "shared"):
            yield "ScriptGlobals"
    for kind in (nodes.Index, nodes.Name):
        for node in script.all(kind):
            yield from _of_path(script.folder.path(node))


def _of_path(path: str) -> Iterator[str]:
    if not path.startswith("service."):
        return
    service = path.removeprefix("service.").partition(".")[0].partition(":")[0]
    if service in BY_SERVICE:
        yield BY_SERVICE[service]
    if service in GAME_PARTS and path.count(".") > 1:
        yield "AccessOutsideWrite"


def _of_class(name: str | None) -> Iterator[str]:
    if name is None:
        return
    if name in BY_CLASS:
        yield BY_CLASS[name]
    elif name.endswith(tuple(INTERFACE)) or name.startswith("UI"):
        yield "UI"
    else:
        yield "Basic"


def _of_events(script: Script) -> Iterator[str]:
    for handler in script.handlers:
        if handler.event in FROM_CLIENTS | {"OnClientEvent", "OnClientInvoke"}:
            yield "RemoteEvent"
