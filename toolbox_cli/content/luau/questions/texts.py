"""Where scripts show text, and to whom."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node

SHOWN: Final = frozenset(
    (
        "Text",
        "PlaceholderText",
        "Title",
        "ObjectText",
        "ActionText",
        "DisplayName",
        "Message",
        "ToolTip",
        "RichText",
        "ContentText",
    )
)
TELLS: Final = frozenset(
    """
    FireAllClients FireClient PublishAsync SetCore DisplaySystemMessage Chat DisplayBubble FireServer SendAsync Kick
    SayMessage SetAttribute
    """.split()
)


def sinks(script: Script) -> Iterator[tuple[Node, list[Node], str]]:
    """Give where text is shown: the place, what is shown, and by what."""
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            key = nodes.key_of(target)
            if isinstance(target, nodes.Index) and key in SHOWN:
                yield assign, [value], str(key)
    for called in script.calls:
        if called.name in TELLS and (called.receiver is not None or called.path.startswith("service.")):
            yield called.node, list(called.arguments), called.name
    for call in script.all(nodes.Call):
        yield from _properties(call)


def _properties(call: nodes.Call) -> Iterator[tuple[Node, list[Node], str]]:
    """Give text in tables of properties, as libraries for interfaces take them."""
    for argument in call.arguments:
        for one in argument.fields if isinstance(argument, nodes.Table) else ():
            key = getattr(one.key, "value", None)
            if key in SHOWN:
                yield one, [one.value], str(key)
