"""The review of scripts: each is scanned, and what can't be read is not approved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Environment, Script
from toolbox_cli.agents.making.review.judgement import Held, Judgement, Part, Reason, judged, thresholds_of
from toolbox_cli.agents.making.review.terrain import terrain_template
from toolbox_cli.agents.making.review.texts import text_reasons
from toolbox_cli.content.luau.analysis import Allowed, Context
from toolbox_cli.content.luau.rule import Tier
from toolbox_cli.content.luau.scanning import Scan, Verdict, scan

BUILDER: Final = "BuildLand"
"""Name of the script that builds the land."""
_CONTEXTS: Final = {"server": Context.SERVER, "client": Context.CLIENT, "module": Context.MODULE}
_COSTS: Final = {Tier.DENY: 0.5, Tier.REVIEW: 0.3, Tier.ADVICE: 0.03}
_REFUSING: Final = frozenset({Verdict.DENY, Verdict.UNVERIFIABLE, Verdict.REVIEW})
_MOST_WAYS: Final = 15
"""Cyclomatic complexity of a function that a person can still follow."""
_STRICT: Final = "--!strict"
_GATES: Final = "lesson-gates"
Where = tuple[Part, str]
"""Part and place."""


@dataclass(frozen=True)
class Scanned:
    """A script with what was found out about it."""

    judgement: Judgement
    scan: Scan


def scanned_scripts(
    environment: Environment, library: Library, held: Held | None = None, allowed: Allowed | None = None
) -> tuple[Scanned, ...]:
    """Review each script, and the builder of the land as the last one."""
    found = [_scanned(one, library, held, allowed) for one in environment.scripts]
    return (*found, _builder(environment, library, held, allowed))


def set_reasons(environment: Environment) -> Iterator[Reason]:
    """Find what is wrong with the scripts as a set."""
    names = [one.name for one in environment.scripts]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _reason(("scripts", name), "same-name", "two scripts have this name", "Give each its own name.", 0.3)
    gates = any(one.template == _GATES for one in environment.scripts)
    if environment.plan.mechanics.quiz_gate and not gates:
        remedy = f"Make a script from {_GATES}."
        yield _reason(("scripts", "scripts"), "no-gates", "the plan has gates, and no script makes them", remedy, 0.3)


def _scanned(script: Script, library: Library, held: Held | None, allowed: Allowed | None) -> Scanned:
    found = _scan(script.source, _CONTEXTS[script.script_type], allowed)
    reasons = [*_reasons(("scripts", script.name), script.source, found)]
    reasons += text_reasons("scripts", {script.name: [script.description, *_strings(script.variables)]})
    if script.template not in library.templates:
        told, remedy = f"there is no template {script.template}", "Name a template that there is."
        reasons.append(_reason(("scripts", script.name), "no-template", told, remedy, 0.3))
    limits = thresholds_of(script.template, library, held)
    return Scanned(judged(script.name, reasons, _confidence(found), limits, script.template), found)


def _builder(environment: Environment, library: Library, held: Held | None, allowed: Allowed | None) -> Scanned:
    source, template = environment.terrain.script, terrain_template(environment.terrain)
    found = _scan(source, Context.SERVER, allowed)
    reasons = [*_reasons(("terrain", BUILDER), source, found)]
    if not source.strip():
        reasons.append(_reason(("terrain", BUILDER), "no-builder", "it is empty", "Write what builds the land.", 0.5))
    return Scanned(
        judged(BUILDER, reasons, _confidence(found), thresholds_of(template, library, held), template), found
    )


@lru_cache(maxsize=64)
def _scan(source: str, context: Context, allowed: Allowed | None) -> Scan:
    """Scan a script once, in however many rounds it comes unchanged."""
    return scan(source, context, allowed)


def _confidence(found: Scan) -> float:
    return 1.0 if found.complexity is not None else 0.0


def _reasons(where: Where, source: str, found: Scan) -> Iterator[Reason]:
    if found.verdict is Verdict.UNVERIFIABLE:
        told = "it can't be read whole, so nothing is known of it"
        yield _reason(where, "unreadable", told, "Write Luau that parses.", 0.5)
    for one in found.found:
        refuses = not found.is_allowed and one.rule.tier is not Tier.ADVICE and found.verdict in _REFUSING
        told = f"line {one.line}: {one.rule.title}: {one.hit.found}"[:600]
        yield _reason(
            where, one.rule.code, told, one.rule.remedy[:600],
            0.0 if found.is_allowed else _COSTS[one.rule.tier], refuses=refuses,
        )  # fmt: skip
    if not source.lstrip().startswith(_STRICT):
        yield _reason(where, "not-strict", f"it does not begin with {_STRICT}", "Use strict mode.", 0.1, refuses=False)
    for function in found.complexity.functions if found.complexity else ():
        if function.cyclomatic > _MOST_WAYS:
            told = f"{function.name} in line {function.line} has {function.cyclomatic} ways through it"
            yield _reason(where, "complex", told, "Part it into functions.", 0.03, refuses=False)


def _strings(value: Any) -> Iterator[str]:
    """Give all texts in the values of a template's variables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)


def _reason(where: Where, code: str, found: str, remedy: str, costs: float, *, refuses: bool = True) -> Reason:
    part, place = where
    return Reason(code=code, part=part, place=place, found=found, remedy=remedy, costs=costs, refuses=refuses)
