"""M1xx: fields of a module."""

from typing import Final

from toolbox_cli.content.faults.fault import WARNING, Fault, one_file

_DOOR: Final = """
sections:
  - {key: door, type: text, content: Knock first.}
"""

FAULTS: Final = (
    Fault(
        "M101",
        "A field of the module is missing",
        "Every module has a slug, a title and at least one section.",
        "Add the field.",
        one_file(f"slug: lab-safety{_DOOR}"),
    ),
    Fault(
        "M102",
        "The module has no such field",
        "An unknown key is most often a slip of the pen, and what it says would be lost.",
        "Correct the key; toolbox modules schema lists those that there are.",
        one_file(f"slug: lab-safety\ntitle: Lab safety\ndificulty_level: 2{_DOOR}"),
    ),
    Fault(
        "M103",
        "The field has another kind of value",
        "Text, numbers, lists and mappings are not turned into each other: 1.10 would become 1.1.",
        "Write a value of the kind that is named; text that looks like a number needs quotes.",
        one_file(f"slug: lab-safety\ntitle: 101{_DOOR}"),
    ),
    Fault(
        "M104",
        "The value is none of the list",
        "The field takes one of a few words alone, and the database refuses others.",
        "Take one of the words that are named.",
        one_file(f"slug: lab-safety\ntitle: Lab safety\ncategory: Savety{_DOOR}"),
    ),
    Fault(
        "M105",
        "The value is not written as it has to be",
        "It is too long, too large or too small, or has another shape, such as a slug with capital letters.",
        "Write it as the message says.",
        one_file(f"slug: Lab_Safety\ntitle: Lab safety{_DOOR}"),
    ),
    Fault(
        "M107",
        "The module's type does not fit its sections",
        "Students look for modules by type: one of type game has a game in it, and one of type text nothing to try.",
        "Set module_type to the type of its main section, or to mixed.",
        one_file(f"slug: lab-safety\ntitle: Lab safety\nmodule_type: game{_DOOR}"),
        WARNING,
    ),
    Fault(
        "M108",
        "The module takes another time than it says",
        "All sections say how long they take, and together that is far from estimated_minutes.",
        "Correct estimated_minutes, or the sections' duration_seconds.",
        one_file("""
slug: lab-safety
title: Lab safety
estimated_minutes: 45
sections:
  - {key: door, type: text, content: Knock first., duration_seconds: 60}
"""),
        WARNING,
    ),
)
