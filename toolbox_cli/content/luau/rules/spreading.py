"""L60x: scripts that copy themselves or write others."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.meaning.possible import texts
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol, own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples

_LOADER: Final = re.compile(r"\brequire\s*\(?\s*\d|\bloadstring\b|\b[gs]etfenv\b|:LoadAsset|:GetObjects")
_SCRIPTS: Final = frozenset(("Script", "LocalScript", "ModuleScript", "LuaSourceContainer", "BaseScript", "CoreScript"))


def _clones(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.path in ("script:Clone", "script:clone") or (
            called.path == "Instance.fromExisting"
            and called.arguments
            and script.folder.path(called.arguments[0]) == "script"
        ):
            yield hit(called.node, "a copy of the script itself")


def _sources(script: Script) -> Iterator[tuple[Node, str, bool]]:
    """Give where code is written into a script: the place, what, and whether that is certain."""
    for assign in script.all(nodes.Assign):
        for target in assign.targets:
            key = nodes.key_of(target)
            if isinstance(target, nodes.Index) and key in ("Source", "LinkedSource"):
                certain = key == "LinkedSource" or _is_script(script, target.base)
                if certain or not _is_own_table(script, target.base):
                    yield assign, f"{key} is written", certain
    for called in script.calls:
        if called.name in ("UpdateSourceAsync", "EditTextAsync"):
            yield called.node, called.name, True


def _is_script(script: Script, node: Node) -> bool:
    path = script.folder.path(node)
    if path.startswith("new."):
        return path.removeprefix("new.") in _SCRIPTS
    if path.startswith(("service.", "script", "game")):
        return True
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    return isinstance(symbol, Symbol) and any(_asks_for_script(script, read) for read in symbol.reads)


def _asks_for_script(script: Script, read: nodes.Name) -> bool:
    index = read.parent
    call = index.parent if isinstance(index, nodes.Index) else None
    if isinstance(call, nodes.Call) and nodes.key_of(index) == "IsA" and call.arguments:
        return script.folder.text(call.arguments[0]) in _SCRIPTS
    return isinstance(index, nodes.Index) and index.base is read and _is_compared_class(script, index)


def _is_compared_class(script: Script, index: nodes.Index) -> bool:
    if getattr(index.key, "value", None) != "ClassName" or not isinstance(index.parent, nodes.Binary):
        return False
    return any(script.folder.text(one) in _SCRIPTS for one in index.parent.operands)


def _is_own_table(script: Script, node: Node) -> bool:
    """Tell whether something is a table of the script, or `self`, which instances never are."""
    value = script.folder.value(node)
    if type(value).__name__ == "Made" or (isinstance(node, nodes.Name) and node.id == "self"):
        return True
    return script.folder.path(node).startswith("require()")


def _writes(script: Script) -> Iterator[Hit]:
    if script.context is not Context.PLUGIN:
        yield from (hit(node, told) for node, told, certain in _sources(script) if certain)


def _writes_loader(script: Script) -> Iterator[Hit]:
    """Find code that is written into scripts and loads other code."""
    for node, told, _ in _sources(script):
        inner = [one for call in node.walk() if isinstance(call, nodes.Call) for one in _given(call)]
        values = [*(node.values if isinstance(node, nodes.Assign) else ()), *inner]
        if any(_LOADER.search(text) for value in values for text in texts(script, value)):
            yield hit(node, f"{told} with a loader in it")


def _given(call: nodes.Call) -> Iterator[Node]:
    """Give what a call gets, and what functions that it gets return."""
    for one in call.arguments:
        function = own_function(one)
        if function is None:
            yield one
            continue
        for part in function.body.walk():
            if isinstance(part, nodes.Return):
                yield from part.values


def _may_write(script: Script) -> Iterator[Hit]:
    is_plugin = script.context is Context.PLUGIN
    yield from (hit(node, told) for node, told, certain in _sources(script) if is_plugin or not certain)


RULES = (
    Rule(
        "L601",
        "The script copies itself",
        Tier.DENY,
        "What is called a virus in Roblox does that: a copy in every model, wherever that goes.",
        "Put the script where it is needed once, or use a module and tags.",
        samples(
            "for _, part in workspace:GetDescendants() do\n\tscript:Clone().Parent = part\nend",
            "local me = script\nlocal copy = me:Clone()\ncopy.Name = 'Weld'\ncopy.Parent = workspace",
        ),
        samples(
            "local effect = script.Effect:Clone()\neffect.Parent = workspace",
            "local model = script.Parent\nlocal spare = model.Door:Clone()\nspare.Parent = workspace",
        ),
        _clones,
    ),
    Rule(
        "L602",
        "The script writes another script's code",
        Tier.DENY,
        "Only plugins can, and what they write runs with the rights of the game, unseen.",
        "Write the code into a script of its own.",
        samples(
            "for _, one in game:GetDescendants() do\n\tif one:IsA('Script') then\n\t\tone.Source = text .. one.Source\n\tend\nend",
            "local s = Instance.new('Script')\ns.Source = 'print(1)'\ns.Parent = workspace",
        ),
        samples(
            "local article = {}\narticle.Source = 'the library'\nprint(article.Source)",
            "function Quote:setSource(text)\n\tself.Source = text\nend",
        ),
        _writes,
    ),
    Rule(
        "L603",
        "Code may be written into a script",
        Tier.REVIEW,
        "A plugin that writes scripts, or a Source that may be a script's: somebody looks at what is written.",
        "Show what is written to whoever uses the plugin.",
        samples("target.Source = text", "function write(object, text)\n\tobject.Source = text\nend"),
        (*samples("local card = { Source = 'a' }\ncard.Source = 'b'"), Sample("print(script.Source)", Context.PLUGIN)),
        _may_write,
    ),
    Rule(
        "L604",
        "A loader is written into scripts",
        Tier.DENY,
        "Every game that is built with this plugin loads somebody else's code from then on.",
        "Write code that is whole, and show it.",
        (
            Sample(
                "for _, one in game:GetDescendants() do\n\tif one:IsA('Script') then\n"
                "\t\tone.Source = 'require(123456789)' .. one.Source\n\tend\nend",
                Context.PLUGIN,
                also=frozenset(("L603",)),
            ),
            Sample(
                "local editor = game:GetService('ScriptEditorService')\neditor:UpdateSourceAsync(target, function(old)\n"
                "\treturn old .. '\\nloadstring(x)()'\nend)",
                Context.PLUGIN,
                also=frozenset(("L603",)),
            ),
        ),
        (
            Sample("target.Source = 'return {}'", Context.PLUGIN, also=frozenset(("L603",))),
            Sample(
                "local editor = game:GetService('ScriptEditorService')\neditor:UpdateSourceAsync(target, function(old)\n"
                "\treturn (old:gsub('wait%(', 'task.wait('))\nend)",
                Context.PLUGIN,
                also=frozenset(("L603",)),
            ),
        ),
        _writes_loader,
    ),
)
