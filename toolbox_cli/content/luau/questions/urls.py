"""Addresses that scripts send to."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Called, Context, Script
from toolbox_cli.content.luau.meaning.possible import possible
from toolbox_cli.content.luau.meaning.values import Made, Typed, text_in
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import own_function

_HOST: Final = re.compile(
    r"\s*+(?:https?|wss?)://(?:[^/?#@\s]*@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.\-_]+)(?P<end>[:/?#]|$)", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"\[.*\]|\d{1,3}(\.\d{1,3}){3}|0x[0-9a-f]+|\d{6,}")

_STEPS: Final = 8

SENDS: Final = frozenset(("GetAsync", "PostAsync", "RequestAsync", "CreateWebStreamClient"))

DROPS: Final = frozenset(
    """
    discord.com discordapp.com webhook.lewisakura.moe hooks.hyra.io webhook.newstargeted.com webhook.site pastebin.com
    hastebin.com paste.ee rentry.co requestbin.com pipedream.net ngrok.io ngrok-free.app ngrok.app trycloudflare.com
    api.telegram.org hooks.slack.com glitch.me repl.co replit.dev grabify.link iplogger.org ipify.org ip-api.com
    guilded.gg webhooks.guilded.gg 000webhostapp.com transfer.sh file.io beeceptor.com roproxy.com workers.dev
    """.split()
)
"""Hosts where anybody can leave or fetch something without a name; those below them count too."""


def sent(script: Script) -> Iterator[tuple[Called, Node | None, list[Node]]]:
    """Give the calls that reach out of the game: the address and what is sent."""
    for called in script.calls:
        if called.name in SENDS and _is_http(script, called):
            yield called, *_parts(script, called)


def _is_http(script: Script, called: Called) -> bool:
    path = called.path.rpartition(":")[0]
    if path == "service.HttpService":
        return True
    if _is_own(script, called):
        return False
    name = called.receiver
    word = name.id if isinstance(name, nodes.Name) else str(getattr(getattr(name, "key", None), "value", ""))
    return "http" in word.lower() or called.name in ("PostAsync", "RequestAsync")


def _is_own(script: Script, called: Called) -> bool:
    """Tell whether a method is one that the script itself has, as a stand-in for tests does."""
    known = script.noted.setdefault("own methods", {})
    if "" not in known:
        targets = (target for one in script.all(nodes.Assign) for target in one.targets)
        known[""] = {nodes.key_of(one) for one in targets if own_function(one) is not None}
    return called.name in known[""] and not called.path.startswith("service.")


def _parts(script: Script, called: Called) -> tuple[Node | None, list[Node]]:
    if not called.arguments:
        return None, []
    if called.name not in ("RequestAsync", "CreateWebStreamClient"):
        return called.arguments[0], list(called.arguments[1:])
    value = script.folder.value(called.arguments[-1])
    if not isinstance(value, Made):
        return None, list(called.arguments)
    fields = {getattr(one.key, "value", None): one.value for one in value.node.fields}
    for key, values in (value.fields or {}).items():
        fields.setdefault(key, values[-1])
    return fields.get("Url"), [one for key, one in fields.items() if key != "Url"]


def hosts(script: Script, node: Node | None) -> set[str]:
    """Give the hosts that an address may have; nothing when it does not show."""
    if node is None:
        return set()
    found = {host for one in possible(script, node) if (host := host_of(text_in(one) or ""))}
    value = script.folder.value(node)
    if isinstance(value, Typed) and (host := host_of(value.prefix, is_whole=False)):
        found.add(host)
    return found or _of_parts(script, node)


def _is_added(node: Node | None) -> bool:
    """Tell whether a text is only made longer: it still begins as it did."""
    return isinstance(node, nodes.Assign) and node.operator == ".."


def _of_parts(script: Script, node: Node) -> set[str]:
    """Give the hosts of what an address begins with, where that is one of several."""
    for _ in range(_STEPS):
        if not isinstance(node, nodes.Name) or node.symbol is None:
            break
        begins = [one.value for one in node.symbol.definitions if not _is_added(one.value)]
        if len(begins) != 1 or begins[0] is None:
            break
        node = begins[0]
    if isinstance(node, nodes.Binary) and node.operator == "..":
        return hosts(script, node.operands[0])
    if isinstance(node, nodes.Call):
        receiver = node.callee.base if node.is_method and isinstance(node.callee, nodes.Index) else None
        is_format = script.folder.path(node.callee) == "string.format" or receiver is not None
        first = receiver if receiver is not None else next(iter(node.arguments), None)
        text = script.folder.text(first) if is_format else None
        host = host_of(text or "", is_whole=False)
        return {host} if host and "%" not in host else set()
    return set()


def host_of(text: str, *, is_whole: bool = True) -> str | None:
    """Give the host of an address in lower case.

    Args:
        text: the address.
        is_whole: nothing follows it; otherwise the host must end in it.
    """
    found = _HOST.match(text)
    if found is None or not (is_whole or found["end"]):
        return None
    return found[1].lower().rstrip(".")


def is_below(host: str, names: frozenset[str]) -> bool:
    """Tell whether a host is one of these, or below one."""
    parts = host.split(".")
    return any(".".join(parts[number:]) in names for number in range(len(parts)))


def is_allowed(script: Script, host: str) -> bool:
    if script.context is Context.PLUGIN and host in ("localhost", "127.0.0.1", "[::1]"):
        return True
    return is_below(host, script.allowed.hosts)


def is_number(host: str) -> bool:
    """Tell whether a host has no name."""
    return _ADDRESS.fullmatch(host) is not None or host == "localhost"
