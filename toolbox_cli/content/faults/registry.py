"""All faults by their codes, and how each becomes a finding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from toolbox_cli.content.faults import families
from toolbox_cli.content.faults.fault import Fault
from toolbox_cli.core.documents import Document
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.registry import collected


@cache
def faults() -> Mapping[str, Fault]:
    """Give every fault by its code, in the codes' order.

    Raises:
        ValueError: two families have the same code.
    """
    return collected(families, "FAULTS")


def finding(code: str, what: str, found: str, *, file: Path | str | None = None, **more: Any) -> Finding:
    """Make a finding of something that stands nowhere in particular in a file.

    Args:
        code: of the fault, which decides on severity and remedy.
        what: what it is about: the path in the document, the name of an entry, a slug.
        found: what is wrong.
        file: where.
        more: `line`, `column`, `field`, `expected`, or a better `remedy`.
    """
    fault = faults()[code]
    told = {"remedy": fault.remedy, "file": None if file is None else str(file), **more}
    return Finding(code, fault.severity, what, found=found, **told)


def placed(
    document: Document, code: str, steps: Sequence[str | int], found: str, *, at_key: bool = False, **more: Any
) -> Finding:
    """Make a finding of a value in a document; see `Document.finding`.

    Args:
        document: which knows the place.
        code: of the fault, which decides on severity and remedy.
        steps: the way to the value.
        found: what is wrong.
        at_key: the key itself is wrong.
        more: `field`, `expected`, `object`, or a better `remedy`.
    """
    fault = faults()[code]
    told = {"object": way(steps) or document.file.name, "remedy": fault.remedy, **more}
    return replace(document.finding(code, steps, found, at_key=at_key, **told), severity=fault.severity)


def way(steps: Sequence[str | int]) -> str:
    """Write the path to a value as people do.

    Example:
        >>> way(["sections", 1, "type"])
        'sections[1].type'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")
