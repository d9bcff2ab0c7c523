"""What is wrong with an entry of reference data, in words and at its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from toolbox_cli.content.reference.base import KEY, LINE
from toolbox_cli.content.reference.learning import STANDARD
from toolbox_cli.content.reference.studio import COLOUR, VERSION
from toolbox_cli.core.documents import Document
from toolbox_cli.core.findings import Finding, said

CODE: Final = "bad-reference"

PATTERNS: Final = {
    KEY: "a stable key has lower-case letters and digits, in words joined by hyphens",
    LINE: "expected one line of text without blanks around it",
    VERSION: "is not written like 1.0.0",
    COLOUR: "is not written like #1F3A5F",
    STANDARD: "is not the code of a standard, such as CCSS.MATH.CONTENT.6.RP.A.1, NGSS MS-PS1-2 or CSTA 2-AP-10",
}
"""Pattern to what is wrong with a text that does not match it."""


def shape_faults(document: Document, way: Sequence[Any], given: Any, error: ValidationError) -> list[Finding]:
    """Write pydantic's errors down at their places, one a place: those of the kinds that a value may have become one.

    Args:
        document: the file.
        way: steps to the entry.
        given: the entry as the file has it.
        error: of its shape.
    """
    return list({finding.object: finding for finding in _told(document, way, given, error)}.values())


def _told(document: Document, way: Sequence[Any], given: Any, error: ValidationError) -> Iterator[Finding]:
    for item in error.errors(include_url=False):
        steps = [step for step in item["loc"] if step != "[key]"]
        at_key = len(steps) < len(item["loc"])
        if item["type"] == "missing":
            yield document.finding(CODE, [*way, *steps], "is missing")
        elif item["type"] == "extra_forbidden":
            yield document.finding(CODE, [*way, *steps], "unknown key", at_key=True)
        elif (there := _there(given, steps)) < len(steps):
            yield document.finding(CODE, [*way, *steps[:there]], "is of a kind that can't stand here")
        else:
            yield document.finding(CODE, [*way, *steps], _words(item), at_key=at_key)


def _there(given: Any, steps: Sequence[str | int]) -> int:
    """Count the steps that lead to something; behind them stand names of the kinds that a value may have."""
    for number, step in enumerate(steps):
        try:
            given = given[step]
        except (LookupError, TypeError):
            return number
    return len(steps)


def _words(item: Mapping[str, Any]) -> str:
    if item["type"] == "string_type" and isinstance(item["input"], bool | int | float):
        return "expected text; write it in quotes"
    if item["type"] == "string_pattern_mismatch":
        return PATTERNS.get(item["ctx"]["pattern"], "is not written as it has to be")
    found = said(item)
    return found[:1].lower() + found[1:]
