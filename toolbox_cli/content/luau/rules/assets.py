"""L50x: what is fetched or offered from outside the game."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Allowed, Called, Script
from toolbox_cli.content.luau.meaning.possible import possible
from toolbox_cli.content.luau.meaning.taint import PRODUCT
from toolbox_cli.content.luau.meaning.values import Made, number_in, path_of, text_in
from toolbox_cli.content.luau.questions.decoders import is_decoded
from toolbox_cli.content.luau.questions.loops import around
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
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
_FRAMES: Final = frozenset(("Heartbeat", "RenderStepped", "Stepped", "PreRender", "PostSimulation", "PreSimulation"))


def ids(script: Script, node: Node) -> set[int]:
    """Give the asset ids that an expression may be, as numbers or at the end of an address."""
    found: set[int] = set()
    for one in possible(script, node):
        number, text = number_in(one), text_in(one)
        if number is not None:
            found.add(int(number))
        elif text is not None and (digits := text.rpartition("/")[2].rpartition("=")[2]).isdecimal():
            found.add(int(digits))
    return found


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


def _foreign(script: Script) -> Iterator[Hit]:
    for called, argument in _loads(script):
        foreign = ids(script, argument) - script.allowed.assets
        kinds = script.taint.kinds(argument)
        told = next((told for kind, told in OUTSIDE.items() if kind in kinds), None)
        if foreign:
            yield hit(called.node, f"{called.name} of {', '.join(map(str, sorted(foreign)[:3]))}")
        elif not ids(script, argument) and (told or is_decoded(script, argument)):
            yield hit(called.node, f"{called.name} of {told or 'a decoded text'}")


def _unknown(script: Script) -> Iterator[Hit]:
    for called, argument in _loads(script):
        kinds = script.taint.kinds(argument) & OUTSIDE.keys()
        if not ids(script, argument) and not kinds and not is_decoded(script, argument):
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


def _offers(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if called.name not in _OFFERS:
            continue
        if any(isinstance(loop, nodes.While | nodes.Repeat) for loop in around(called.node)):
            yield hit(called.node, f"{called.name} again and again in a loop")
        for handler in script.runs_when(called.node):
            if handler.event in _FRAMES:
                yield hit(called.node, f"{called.name} in each frame")
            elif handler.event.startswith("Prompt") and handler.event.endswith("Finished"):
                yield hit(called.node, f"{called.name} each time that it was answered")


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
        Tier.REVIEW,
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
        ),
        samples(
            "local m = game:GetService('MarketplaceService')\nbutton.Activated:Connect(function()\n"
            "\tm:PromptProductPurchase(player, 55)\nend)",
            "local m = game:GetService('MarketplaceService')\nm.PromptPurchaseFinished:Connect(print)",
        ),
        _offers,
    ),
)
