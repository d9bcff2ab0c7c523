"""L505 to L507: purchases that nobody asked for, and goods that are handed out wrongly."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.meaning.handlers import FROM_CLIENTS
from toolbox_cli.content.luau.meaning.taint import innermost
from toolbox_cli.content.luau.questions.loops import around, runs_at_start
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples
from toolbox_cli.content.luau.rules.assets import offering
from toolbox_cli.content.luau.rules.destruction import is_over_players

_UNASKED: Final = frozenset(
    """
    PlayerAdded CharacterAdded CharacterAppearanceLoaded Touched TouchEnded Died Chatted HealthChanged Changed Idled
    ChildAdded CharacterRemoving StateChanged Jumping FreeFalling Landed Running MoveToFinished Loaded Ended
    """.split()
)
_PRODUCTS: Final = frozenset(("PromptProductPurchaseFinished", "PromptPurchaseFinished"))


def _unasked(script: Script) -> Iterator[Hit]:
    for node, name in offering(script):
        events = [handler.event for handler in script.runs_when(node)]
        told = next((event for event in events if event in _UNASKED), None)
        if told:
            yield hit(node, f"{name} on {told}")
        elif any(is_over_players(script, one) for one in around(node)) and not set(events) & FROM_CLIENTS:
            yield hit(node, f"{name} for everybody")
        elif not events and runs_at_start(node) and not any(isinstance(one, nodes.While) for one in around(node)):
            yield hit(node, f"{name} as the script starts")


def _given_early(script: Script) -> Iterator[Hit]:
    if script.context is Context.CLIENT:
        return
    for handler in script.handlers:
        if handler.event not in _PRODUCTS:
            continue
        for node in handler.function.body.walk():
            if _hands_out(node):
                yield hit(node, f"goods on {handler.event}")


def _hands_out(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Call):
        return nodes.key_of(node) in ("Clone", "SetAttribute", "IncrementAsync")
    return isinstance(node, nodes.Assign) and (node.operator == "+" or nodes.key_of(node.targets[0]) == "Value")


def _always_granted(script: Script) -> Iterator[Hit]:
    for handler in script.handlers:
        if handler.event != "ProcessReceipt":
            continue
        body = list(handler.function.body.walk())
        answers = [one.values for one in body if isinstance(one, nodes.Return) and innermost(one) is handler.function]
        granted = [bool(one) and script.folder.path(one[0]).endswith(".PurchaseGranted") for one in answers]
        if granted and all(granted):
            yield hit(handler.node, "PurchaseGranted in any case")


_HEAD: Final = "local m = game:GetService('MarketplaceService')\n"

RULES: Final = (
    Rule(
        "L505",
        "A purchase is offered that nobody asked for",
        Tier.REVIEW,
        "A window that opens by itself is bought from by mistake, and children don't know how to refuse.",
        "Offer it when the player presses a button that says so.",
        samples(
            _HEAD + "game.Players.PlayerAdded:Connect(function(player)\n\tm:PromptGamePassPurchase(player, 55)\nend)",
            _HEAD + "local asked = {}\npad.Touched:Connect(function(part)\n"
            "\tlocal player = game.Players:GetPlayerFromCharacter(part.Parent)\n\tif player and not asked[player] then\n"
            "\t\tasked[player] = true\n\t\tm:PromptProductPurchase(player, 55)\n\tend\nend)",
            _HEAD + "task.delay(30, function()\n\tm:PromptPurchase(game.Players.LocalPlayer, 55)\nend)",
        ),
        samples(
            _HEAD + "button.Activated:Connect(function()\n\tm:PromptPurchase(game.Players.LocalPlayer, 55)\nend)",
            _HEAD
            + "stand.ProximityPrompt.Triggered:Connect(function(player)\n\tm:PromptProductPurchase(player, 55)\nend)",
        ),
        _unasked,
    ),
    Rule(
        "L506",
        "A product is handed out when the window closes",
        Tier.REVIEW,
        "That event may be faked or missed; only ProcessReceipt says that something was paid.",
        "Hand it out in MarketplaceService.ProcessReceipt.",
        samples(
            _HEAD + "m.PromptProductPurchaseFinished:Connect(function(id, product, bought)\n\tif bought then\n"
            "\t\tgame.Players:GetPlayerByUserId(id).leaderstats.Coins.Value += 100\n\tend\nend)",
            _HEAD + "m.PromptPurchaseFinished:Connect(function(player, id, bought)\n\tif bought then\n"
            "\t\tlocal hat = script.Hat:Clone()\n\t\that.Parent = player.Character\n\tend\nend)",
        ),
        samples(
            _HEAD + "m.PromptProductPurchaseFinished:Connect(function(id, product, bought)\n\tprint(id, bought)\nend)",
            _HEAD + "m.PromptGamePassPurchaseFinished:Connect(function(player, pass, bought)\n\tif bought then\n"
            "\t\tplayer:SetAttribute('Hat', true)\n\tend\nend)",
        ),
        _given_early,
    ),
    Rule(
        "L507",
        "A receipt is granted whatever happens",
        Tier.REVIEW,
        "Who left before, or bought what the script does not know, has paid and gets nothing.",
        "Return NotProcessedYet until the goods are handed out and saved.",
        samples(
            _HEAD
            + "m.ProcessReceipt = function(receipt)\n\tgive(receipt)\n\treturn Enum.ProductPurchaseDecision.PurchaseGranted\nend",
            _HEAD
            + "function m.ProcessReceipt(receipt)\n\tlocal player = game.Players:GetPlayerByUserId(receipt.PlayerId)\n"
            "\tif player then\n\t\tplayer.leaderstats.Gems.Value += 5\n\tend\n"
            "\treturn Enum.ProductPurchaseDecision.PurchaseGranted\nend",
        ),
        samples(
            _HEAD + "m.ProcessReceipt = function(receipt)\n\tif not give(receipt) then\n"
            "\t\treturn Enum.ProductPurchaseDecision.NotProcessedYet\n\tend\n"
            "\treturn Enum.ProductPurchaseDecision.PurchaseGranted\nend",
            _HEAD + "m.ProcessReceipt = function(receipt)\n\treturn shop.process(receipt)\nend",
        ),
        _always_granted,
    ),
)
