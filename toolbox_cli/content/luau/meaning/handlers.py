"""Functions of a script that the engine calls, and with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from toolbox_cli.content.luau.meaning.folding import Folder
from toolbox_cli.content.luau.meaning.values import Routine
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import given_once, own_function

CONNECTS: Final = frozenset(("Connect", "connect", "Once", "ConnectParallel", "connectParallel", "Wait", "wait"))
FRAMES: Final = frozenset(("Heartbeat", "RenderStepped", "Stepped", "PreRender", "PostSimulation", "PreSimulation"))
"""Events of each frame."""
FUNCTIONS_CAP: Final = 40
FROM_CLIENTS: Final = frozenset(("OnServerEvent", "OnServerInvoke"))
CALLBACKS: Final = frozenset(
    ("OnServerInvoke", "OnClientInvoke", "OnInvoke", "ProcessReceipt", "OnIncomingMessage", "ShouldDeliverCallback")
)
WITH_PLAYER: Final = frozenset(("PlayerAdded", "PlayerRemoving", "Chatted", *FROM_CLIENTS))
"""Events whose first argument is a player; of `Chatted` it is what it belongs to."""


@dataclass(frozen=True, slots=True, eq=False)
class Handler:
    """A function of the script that an event calls.

    Attributes:
        function: which.
        event: the event's name.
        emitter: what the event belongs to.
        node: where it is connected.
    """

    function: nodes.Function
    event: str
    emitter: Node
    node: Node

    @property
    def player(self) -> nodes.Name | None:
        """The parameter that the engine vouches for as the player."""
        given = self._given()
        return given[0] if given and self.event in WITH_PLAYER and self.event != "Chatted" else None

    @property
    def data(self) -> list[nodes.Name]:
        """The parameters that somebody else chose."""
        if self.event in FROM_CLIENTS:
            return self._given()[1:]
        if self.event == "Triggered":  # of a command a player and his text, of a prompt the player alone
            return self._given()[1:2]
        return self._given()[:1] if self.event in ("Chatted", "FocusLost") else []

    def _given(self) -> list[nodes.Name]:
        names = self.function.parameters
        return names[1:] if names and names[0].id == "self" else names


def handlers(whole: nodes.Block, folder: Folder) -> Iterator[Handler]:
    """Find what a script connects to events."""
    for node in whole.walk():
        if isinstance(node, nodes.Call):
            yield from _connected(node, folder)
        elif isinstance(node, nodes.Assign):
            yield from _assigned(node, folder)


def event_of(node: nodes.Call) -> nodes.Index | None:
    """Give the event that a call connects to."""
    callee = node.callee
    if not node.is_method or not isinstance(callee, nodes.Index) or getattr(callee.key, "value", None) not in CONNECTS:
        return None
    event = given_once(callee.base)
    return event if isinstance(event, nodes.Index) else None


def _connected(node: nodes.Call, folder: Folder) -> Iterator[Handler]:
    event = event_of(node)
    if event is None or not node.arguments or not isinstance(event.key, nodes.Constant):
        return
    for function in functions_in(node.arguments[0], folder):
        yield Handler(function, str(event.key.value), event.base, node)


def _assigned(node: nodes.Assign, folder: Folder) -> Iterator[Handler]:
    for target, value in zip(node.targets, node.values, strict=False):
        if not isinstance(target, nodes.Index) or not isinstance(target.key, nodes.Constant):
            continue
        if target.key.value in CALLBACKS:
            for function in functions_in(value, folder):
                yield Handler(function, str(target.key.value), target.base, node)
        elif isinstance(value, nodes.Function) and _is_exposed(target, value):
            yield Handler(value, "OnServerInvoke", target.base, node)


def _is_exposed(target: nodes.Index, function: nodes.Function) -> bool:
    """Tell whether this is `function Service.Client:Name(player, ...)`, which frameworks offer to clients."""
    base = target.base
    names = [one.id for one in function.parameters]
    return (
        isinstance(base, nodes.Index)
        and getattr(base.key, "value", None) == "Client"
        and names[:2] == ["self", "player"]
    )


def functions_in(node: Node, folder: Folder) -> Iterator[nodes.Function]:
    """Give the script's functions that an expression is, or that it wraps."""
    found = [one.node for one in folder.values(node) if isinstance(one, Routine)][:FUNCTIONS_CAP]
    if not found and (function := own_function(node)) is not None:
        found = [function]
    yield from found
    if not found and isinstance(node, nodes.Call):
        for argument in node.arguments:
            yield from functions_in(argument, folder)
