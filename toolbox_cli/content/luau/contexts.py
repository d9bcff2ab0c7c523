"""Where a script runs, as far as what it uses tells."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from toolbox_cli.content.luau.analysis import Context
from toolbox_cli.content.luau.reading.tokens import Kind, Token

_CLIENT: Final = frozenset(
    "LocalPlayer UserInputService RenderStepped FireServer InvokeServer PlayerGui CurrentCamera OnClientEvent".split()
)
_SERVER: Final = frozenset(
    """
    OnServerEvent OnServerInvoke FireClient FireAllClients DataStoreService ServerScriptService ServerStorage
    InvokeClient
    """.split()
)
_PLUGIN: Final = frozenset("CreateToolbar CreateDockWidgetPluginGui ChangeHistoryService PluginToolbar".split())


def context_of(parts: Sequence[Token]) -> Context:
    """Tell where a script runs by the names that it uses; where that is not clear, everything counts."""
    names = {token.text for token in parts if token.kind is Kind.NAME}
    if "plugin" in names and names & _PLUGIN:
        return Context.PLUGIN
    if names & _CLIENT and not names & _SERVER:
        return Context.CLIENT
    return Context.SERVER if names & _SERVER else Context.MODULE


def context_of_file(name: str) -> Context | None:
    """Tell where a script runs by its file's name, as tools that sync files with Studio write it."""
    stem = PurePath(name).stem
    for ending, context in ((".server", Context.SERVER), (".client", Context.CLIENT), (".plugin", Context.PLUGIN)):
        if stem.endswith(ending):
            return context
    return None
