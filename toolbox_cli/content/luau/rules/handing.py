"""L108 and L109: `require` that goes where the script does not show, and modules that come from there."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.questions.loaders import handed_on, id_in, is_in_game
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples
from toolbox_cli.content.luau.rules.loading import loaded


def _gives_away(script: Script) -> Iterator[Hit]:
    if not id_in(script):
        for node in handed_on(script, "require"):
            yield hit(node, "require handed on")


def _out_of_view(script: Script) -> Iterator[Hit]:
    """Find modules that come from nowhere, in a script that holds a number like an asset's id."""
    number = id_in(script)
    for called, argument in loaded(script) if number else ():
        if not is_in_game(script, argument):
            yield hit(called.node, f"require of what does not show, beside {number}")


RULES: Final = (
    Rule(
        "L108",
        "The function require goes on as a value",
        Tier.REVIEW,
        "Whoever gets it loads what this script does not show; beside a number like an asset's id that is L101.",
        "Call require where it stands, with the module's place in the game.",
        samples(
            "return { load = require }", "local function each(list, act)\n\tact(list)\nend\neach(script.Parts, require)"
        ),
        samples(
            "local load = require\nlocal ok, shop = pcall(load, script.Shop)\nprint(ok, shop)",
            "print(typeof(require) == 'function' and require(script.Shop))",
        ),
        _gives_away,
    ),
    Rule(
        "L109",
        "A module comes from out of view, beside a number like an asset's id",
        Tier.REVIEW,
        "The script does not show what is loaded, and holds a number that could be it.",
        "Require a module by its place in the game; hand modules, not numbers, to functions.",
        samples(
            "local ids = { 4829103847 }\ntable.foreach(ids, function(_, found)\n\trequire(found)\nend)",
            "local pass = 4829103847\nlocal kit = require(script.Kit)\nrequire(kit.next(pass))",
        ),
        samples(
            "local pass = 4829103847\nfor _, module in script.Parts:GetChildren() do\n\tprint(pass, require(module))\nend",
            "local function load(module)\n\treturn require(module)\nend\nload(script.Shop)\nprint(4829103847)",
        ),
        _out_of_view,
    ),
)
