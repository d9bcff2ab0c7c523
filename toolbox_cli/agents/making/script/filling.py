"""Fill the gaps of a template's script with values, each written as a literal of its own."""

import re
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.agents.making.script.literals import literal
from toolbox_cli.content.reference.studio import EMPTY_TABLE, Template

_GAP: Final = re.compile(r"\{\{(\w+)\}\}")
_INDENT: Final = re.compile(r"^(?: {4})+", re.MULTILINE)
_LEVELS: Final = {"easy": "BEGINNER", "medium": "INTERMEDIATE", "hard": "ADVANCED"}


def variables(template: Template, difficulty: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give all values of a template: what is given, else what its difficulty says, else the default.

    Args:
        template: whose variables.
        difficulty: easy, medium or hard.
        given: by name; a number that lies outside its limits is moved to the nearest.

    Raises:
        ValueError: a value is not of its variable's kind, or there is no such variable.
    """
    unknown = set(given) - set(template.variable_definitions)
    if unknown:
        raise ValueError(f"the template has no variable {', '.join(sorted(unknown))}")
    scale = next((held for name, held in (template.difficulty_scales or {}).items() if name == _LEVELS[difficulty]), {})
    values: dict[str, Any] = {}
    for name, variable in template.variable_definitions.items():
        value = given.get(name, scale.get(name, variable.default))
        if variable.type in {"integer", "number"} and isinstance(value, int | float) and not isinstance(value, bool):
            value = min(variable.high if variable.high is not None else value, value)
            value = max(variable.low if variable.low is not None else value, value)
        if not variable.takes(value):
            raise ValueError(f"{value!r} is no value that {name} may have")
        values[name] = [] if variable.type == "table" and value == EMPTY_TABLE else value
    return values


def filled(source: str, values: Mapping[str, Any]) -> str:
    r"""Put values into the gaps of a script, and indent it by tabs.

    Example:
        >>> filled("local TITLE: string = {{title}}", {"title": 'a" .. evil() .. "'})
        'local TITLE: string = "a\\" .. evil() .. \\""'
    """
    tabbed = _INDENT.sub(lambda found: "\t" * (len(found[0]) // 4), source)
    return _GAP.sub(lambda gap: literal(values[gap[1]]), tabbed)
