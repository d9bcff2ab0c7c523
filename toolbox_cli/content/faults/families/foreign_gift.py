"""M550 to M559: questions in GIFT."""

from typing import Final

from toolbox_cli.content.faults.fault import Example, Fault

_DOOR: Final = "::Door::What do you do first? {=Knock ~Shout}\n\n"

FAULTS: Final = (
    Fault(
        "M551",
        "A question in GIFT can't be read",
        "A sign is missing or too many, most often a brace; or a sign of the text lacks the backslash before it.",
        "Correct it at the place that is named; as text ~ = # { } and : have a backslash before them.",
        (
            Example({"lab.gift": f"{_DOOR}Who is there? {{=The fox\n\nIs it late? {{T}}\n"}, "foreign"),
            Example({"lab.gift": f"{_DOOR}How warm is it? {{#about 20}}\n"}, "foreign"),
        ),
    ),
)
