"""L50x: what is fetched or offered from outside the game."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Allowed, Called, Context, Script
from toolbox_cli.content.luau.meaning.handlers import FRAMES, FROM_CLIENTS
from toolbox_cli.content.luau.meaning.possible import possible
from toolbox_cli.content.luau.meaning.taint import OBJECT_VALUE, PRODUCT, TYPED, innermost
from toolbox_cli.content.luau.meaning.values import Made, number_in, path_of, text_in
from toolbox_cli.content.luau.questions.decoders import is_decoded
from toolbox_cli.content.luau.questions.loops import around
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import WRAPPERS, own_function, shown
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples
from toolbox_cli.content.luau.rules.loading import OUTSIDE

_LOADS: Final = frozenset(
    ("LoadAsset", "LoadAssetVersion", "LoadAssetAsync", "GetObjects", "LoadLocalAsset", "GetObjectsAsync", "loadAsset")
)
_OFFERS: Final = frozenset(
    """
    PromptPurchase PromptProductPurchase PromptGamePassPurchase PromptBundlePurchase PromptPremiumPurchase
    PromptSubscriptionPurchase PromptRobloxPurchase PromptBulkPurchase PromptThirdPartyPurchase
    """.split()
)
_MISLEADS: Final = re.compile(
    r"close|cancel|exit|dismiss|skip|free|claim|daily|decline|(?:^|\.)(?:no|x|nothanks)$", re.IGNORECASE
)
"""Names of buttons that promise something else than a purchase."""
_VERSIONS: Final = frozenset(("GetLatestAssetVersionAsync", "GetLatestAssetVersion"))


def ids(script: Script, node: Node) -> set[int]:
    """Give the asset ids that an expression may be, as numbers or at the end of an address."""
    found: set[int] = set()
    for one in possible(script, _asked_version(script, node)):
        number, text = number_in(one), text_in(one)
        if number is not None:
            found.add(int(number))
        elif text is not None and (digits := text.rpartition("/")[2].rpartition("=")[2]).isdecimal():
            found.add(int(digits))
    return found


def _asked_version(script: Script, node: Node) -> Node:
    """Give the id whose newest version something is, or the thing itself."""
    value: Node | None = node
    if isinstance(node, nodes.Name) and node.symbol is not None and len(node.symbol.definitions) == 1:
        value = node.symbol.definitions[0].value
    is_version = isinstance(value, nodes.Call) and nodes.key_of(value) in _VERSIONS and value.arguments
    return value.arguments[0] if is_version and isinstance(value, nodes.Call) else node


def _loads(script: Script) -> Iterator[tuple[Called, Node]]:
    for called in script.calls:
        if called.name in _LOADS and called.arguments and not _is_own(script, called):
            yield called, called.arguments[0]


def _is_own(script: Script, called: Called) -> bool:
    """Tell whether a method is the script's own, or that of another module."""
    if called.path.startswith(("service.", "game:")):
        return False
    receiver = script.folder.value(called.receiver)
    is_module = isinstance(receiver, Made) or path_of(receiver).startswith("require()")
    return is_module or called.name not in ("LoadAsset", "LoadAssetAsync")


def _outside(script: Script, argument: Node) -> str | None:
    """Say who else chooses an id; whoever types it into a plugin is the author."""
    kinds = script.taint.kinds(argument) - ({TYPED} if script.context is Context.PLUGIN else set())
    if OBJECT_VALUE in kinds and script.context is not Context.PLUGIN:
        return "an object's Value"
    return next((told for kind, told in OUTSIDE.items() if kind in kinds), None)


def _foreign(script: Script) -> Iterator[Hit]:
    for called, argument in _loads(script):
        foreign = ids(script, argument) - script.allowed.assets
        told = _outside(script, argument)
        if foreign:
            yield hit(called.node, f"{called.name} of {', '.join(map(str, sorted(foreign)[:3]))}")
        elif not ids(script, argument) and (told or is_decoded(script, argument)):
            yield hit(called.node, f"{called.name} of {told or 'a decoded text'}")


def _unknown(script: Script) -> Iterator[Hit]:
    for called, argument in _loads(script):
        if not ids(script, argument) and not _outside(script, argument) and not is_decoded(script, argument):
            yield hit(called.node, f"{called.name} of an id that the script does not show")


def _hidden_ids(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        is_reader = called.path in ("tonumber", "string.char", "string.byte") or called.name in (
            "gmatch",
            "match",
            "JSONDecode",
            "split",
        )
        given = [*called.arguments, *([called.receiver] if called.receiver is not None else [])]
        if is_reader and any(PRODUCT in script.taint.kinds(one) for one in given):
            yield hit(called.node, f"{called.name} of a product's description")


def offering(script: Script) -> Iterator[tuple[Node, str]]:
    """Give where something is offered for Robux: by itself, or by a function of the script that does."""
    direct = [(called.node, called.name) for called in script.calls if called.name in _OFFERS]
    yield from direct
    functions: dict[nodes.Function | None, str] = {innermost(node): name for node, name in direct}
    for call in script.all(nodes.Call):
        place = WRAPPERS.get(shown(call.callee))
        given = call.arguments[place[0]] if place is not None and len(call.arguments) > place[0] else call.callee
        function = own_function(given)
        if function is not None and function in functions and call is not function.parent:
            yield call, functions[function]


def _is_limited(script: Script, function: nodes.Function) -> bool:
    """Tell whether a handler keeps note of when or whom it asked: a part is touched many times a second."""
    for node in function.body.walk():
        if isinstance(node, nodes.Call) and script.folder.path(node.callee) in ("os.clock", "os.time", "tick", "time"):
            return True
        for target in node.targets if isinstance(node, nodes.Assign) else ():
            is_kept = isinstance(target, nodes.Index) and not target.dotted
            if is_kept or (isinstance(target, nodes.Name) and target.symbol is not None):
                return True
    return False


def _forces(script: Script) -> Iterator[Hit]:
    """Find what happens to who closes the window without buying."""
    for called in script.calls:
        for handler in script.runs_when(called.node):
            is_answer = handler.event.startswith("Prompt") and handler.event.endswith("Finished")
            if is_answer and called.name in ("Kick", "BreakJoints", "Teleport", "TeleportAsync", "LoadCharacter"):
                yield hit(called.node, f"{called.name} after {handler.event}")


def _restarts(call: nodes.Call, outer: Node) -> bool:
    """Tell whether a call starts the function again that it stands in."""
    return any(own_function(one) is outer for one in (call.callee, *call.arguments[:2]) if one is not outer)


def _built(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.name in _OFFERS:
            for one in (one for argument in called.arguments[1:2] for one in possible(script, argument)):
                number = number_in(one)
                if one.made and number is not None and number > _LEAST_ID and int(number) not in script.allowed.assets:
                    yield hit(called.node, f"{called.name} of {int(number)}, which is built")


def _offers(script: Script) -> Iterator[Hit]:
    yield from _forces(script)
    for node, name in offering(script):
        if any(isinstance(loop, nodes.While | nodes.Repeat | nodes.ForRange) for loop in around(node)):
            yield hit(node, f"{name} again and again in a loop")
        if isinstance(node, nodes.Call) and any(_restarts(node, one) for one in node.within()):
            yield hit(node, f"{name} again and again")
        for handler in script.runs_when(node):
            if handler.event in FROM_CLIENTS and any(isinstance(one, nodes.ForEach) for one in around(node)):
                yield hit(node, f"{name} for others than who asks")
            elif handler.event in FRAMES:
                yield hit(node, f"{name} in each frame")
            elif handler.event.startswith("Prompt") and handler.event.endswith("Finished"):
                yield hit(node, f"{name} each time that it was answered")
            elif handler.event == "Touched" and not _is_limited(script, handler.function):
                yield hit(node, f"{name} with each touch")
            elif _MISLEADS.search(shown(handler.emitter)):
                yield hit(node, f"{name} behind {shown(handler.emitter)}")


_LEAST_ID: Final = 1e5
"""Ids of assets are larger; smaller numbers count."""
_IDS: Final = Allowed(assets=frozenset((99887766,)))

RULES: Final = (
    Rule(
        "L501",
        "A foreign asset is loaded",
        Tier.DENY,
        "An asset can hold scripts, and whoever owns it can change it at any time.",
        "Put the model into the game; or have its id looked at and allowed.",
        samples(
            "game:GetService('InsertService'):LoadAsset(123456789).Parent = workspace",
            "local objects = game:GetObjects('rbxassetid://123456789')\nprint(objects)",
            "local ids = { 111111111, 222222222 }\nfor _, id in ids do\n"
            "\tgame:GetService('AssetService'):LoadAssetAsync(id)\nend",
        ),
        (
            Sample("game:GetService('InsertService'):LoadAsset(99887766).Parent = workspace", allowed=_IDS),
            *samples(
                "local sound = Instance.new('Sound')\nsound.SoundId = 'rbxassetid://123456789'",
                "local Loader = {}\nfunction Loader:LoadAsset(name)\n\treturn script[name]\nend\nLoader:LoadAsset('a')",
            ),
        ),
        _foreign,
    ),
    Rule(
        "L502",
        "An asset is loaded whose id the script does not show",
        Tier.REVIEW,
        "What is loaded can't be looked at.",
        "Write the ids into a table, and have them allowed.",
        samples(
            "function load(id)\n\treturn game:GetService('InsertService'):LoadAsset(id)\nend",
            "game:GetService('InsertService'):LoadAsset(Config.assetId)",
        ),
        samples("function load(id)\n\treturn script:FindFirstChild(id)\nend", "print('InsertService:LoadAsset(id)')"),
        _unknown,
    ),
    Rule(
        "L503",
        "A product's description is read as data",
        Tier.DENY,
        "Ids and addresses are hidden there, where a search in scripts does not find them, and can change at any time.",
        "Write them into the script.",
        samples(
            "local info = game:GetService('MarketplaceService'):GetProductInfo(1)\nprint(tonumber(info.Description))",
            "local m = game:GetService('MarketplaceService')\nlocal text = m:GetProductInfo(5).Description\n"
            "print(string.byte(text, 1))",
        ),
        samples(
            "local info = game:GetService('MarketplaceService'):GetProductInfo(1)\nlabel.Text = info.Name",
            "print(tonumber(label.Description))",
        ),
        _hidden_ids,
    ),
    Rule(
        "L508",
        "The id of what is offered is built",
        Tier.DENY,
        "Ids are copied from a page; who reckons one hides whose wallet is filled.",
        "Write the id.",
        samples(
            "shop.Activated:Connect(function()\n\tmarket:PromptPurchase(player, 333 * 300000000 + 280280)\nend)",
            "local pass = tonumber(string.reverse('321456'))\nshop.Activated:Connect(function()\n"
            "\tmarket:PromptGamePassPurchase(player, pass)\nend)",
        ),
        samples(
            "shop.Activated:Connect(function()\n\tmarket:PromptPurchase(player, 99900280280)\nend)",
            "local products = { 1111111, 2222222 }\nshop.Activated:Connect(function()\n"
            "\tmarket:PromptProductPurchase(player, products[1 + 1])\nend)",
        ),
        _built,
    ),
    Rule(
        "L504",
        "Purchases are offered again and again",
        Tier.DENY,
        "A child that wants the window to go buys in the end.",
        "Offer it once, when the player asks for it.",
        samples(
            "local m = game:GetService('MarketplaceService')\nwhile true do\n\ttask.wait(1)\n"
            "\tm:PromptPurchase(player, 55)\nend",
            "local m = game:GetService('MarketplaceService')\nm.PromptGamePassPurchaseFinished:Connect(function(p, id)\n"
            "\tm:PromptGamePassPurchase(p, id)\nend)",
            "local m = game:GetService('MarketplaceService')\nlocal function ask()\n\tm:PromptPurchase(player, 55)\nend\n"
            "m.PromptPurchaseFinished:Connect(function(_, _, bought)\n\tif not bought then\n\t\task()\n\tend\nend)",
            "local m = game:GetService('MarketplaceService')\ngui.CloseButton.Activated:Connect(function()\n"
            "\tm:PromptPurchase(player, 55)\nend)",
        ),
        samples(
            "local m = game:GetService('MarketplaceService')\nbutton.Activated:Connect(function()\n"
            "\tm:PromptProductPurchase(player, 55)\nend)",
            "local m = game:GetService('MarketplaceService')\nm.PromptPurchaseFinished:Connect(print)",
        ),
        _offers,
    ),
)
