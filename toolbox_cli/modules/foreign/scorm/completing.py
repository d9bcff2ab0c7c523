"""Which rules of an item complete its section, and what is lost of the others."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.core.formats.xml_text import attribute, child, children, text_at
from toolbox_cli.modules.foreign.scorm.manifest import Rule

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DROPPED: Final[Mapping[str, str]] = {
    "completionthreshold": "no share of it was named that could complete a section",
    "data": "sections share no data",
    "datafromlms": "it is handed over to the program by the other platform",
    "masteryscore": "no score was named that could complete a section",
    "maxtimeallowed": "sections have no time limit",
    "prerequisites": "sections follow one another; what comes before which is not kept",
    "presentation": "it hides buttons of the other platform",
    "sequencing": "rules of sequencing have no equivalent",
    "timelimitaction": "sections have no time limit",
}
"""Kind of a rule, in small letters, to why it can't be kept."""


def completed_by(rules: Iterable[Rule]) -> tuple[dict[str, Any] | None, Mapping[str, str]]:
    """Give what completes a section, and what became of each rule that says so, by its name."""
    found: dict[str, tuple[str, int, Rule, str]] = {}
    for rule in rules:
        kind = rule.kind.lower()
        if kind == "masteryscore" and (percent := _percent(text_at(rule.element), 1)):
            found.setdefault("score", ("score", percent, rule, "it completes the section"))
        elif kind == "sequencing" and (percent := _measure(rule.element)):
            found.setdefault("score", ("score", percent, rule, "its passing score completes the section; "
                                                               "further rules have no equivalent"))  # fmt: skip
        elif kind == "completionthreshold" and (percent := _progress(rule.element)):
            found.setdefault("view", ("view", percent, rule, "it completes the section"))
    chosen = found.get("score") or found.get("view")
    if chosen is None:
        return None, {}
    kind, percent, rule, told = chosen
    return {"type": kind, "value": percent}, {rule.name: told}


def _measure(sequencing: "Element") -> int | None:
    """Give the passing score of the objective that decides on the item."""
    objective = child(sequencing, "objectives", "primaryObjective")
    if objective is None or str(objective.get("satisfiedByMeasure") or "").strip().lower() not in {"true", "1"}:
        return None
    named = [*children(objective, "minNormalizedMeasure")]
    return _percent(text_at(objective, "minNormalizedMeasure"), 100) if named else 100


def _progress(threshold: "Element") -> int | None:
    """Give the share that has to be seen: 4th Edition has attributes, earlier ones text."""
    if text := text_at(threshold):
        return _percent(text, 100)
    if (attribute(threshold, "completedByMeasure") or "").strip().lower() not in {"true", "1"}:
        return None
    return _percent(attribute(threshold, "minProgressMeasure") or "1", 100)


def _percent(text: str, times: int) -> int | None:
    try:
        value = float(text) * times
    except ValueError:
        return None
    return round(value) if math.isfinite(value) and 1 <= round(value) <= 100 else None
