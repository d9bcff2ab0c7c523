"""The scan of a script: its text, its tokens, its tree, then every rule, and one verdict."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Final

from toolbox_cli.content.luau import rules
from toolbox_cli.content.luau.analysis import Allowed, Context, Script
from toolbox_cli.content.luau.capabilities import capabilities
from toolbox_cli.content.luau.complexity import Complexity, measured
from toolbox_cli.content.luau.contexts import context_of
from toolbox_cli.content.luau.reading import tree
from toolbox_cli.content.luau.reading.erasing import TypeFault, erased
from toolbox_cli.content.luau.reading.source import SIZE_CAP, Source
from toolbox_cli.content.luau.reading.tokens import Kind, Token, tokens
from toolbox_cli.content.luau.rule import SEVERITIES, Hit, Rule, Tier
from toolbox_cli.content.luau.rules.hidden import Written
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.registry import collected

SHOWN: Final = 20
"""Places of one rule that are told of one script."""


class Verdict(StrEnum):
    """What becomes of a script; the first that holds."""

    DENY = "deny"
    UNVERIFIABLE = "unverifiable"
    """It could not be read whole, so nothing is promised."""
    REVIEW = "review"
    ADVICE = "advice"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with what decides on the verdict."""

    rule: Rule
    hit: Hit
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found out about one script.

    Attributes:
        verdict: the worst of it.
        sha256: of the script, in hexadecimal digits: what a person allows is this.
        context: where it runs.
        found: in the order of the script.
        capabilities: that a sandbox must give it, by Roblox's names.
        complexity: None where it could not be parsed.
    """

    verdict: Verdict
    sha256: str
    context: Context
    found: tuple[Found, ...] = ()
    capabilities: tuple[str, ...] = ()
    complexity: Complexity | None = None
    is_allowed: bool = field(default=False)

    def findings(self, file: str | None = None) -> list[Finding]:
        """Give what was found in the shape of all reports."""
        return [
            Finding(
                one.rule.code, SEVERITIES[one.rule.tier], file or "script", found=one.hit.found, file=file,
                line=one.line, remedy=one.rule.remedy, column=one.column,
            )
            for one in self.found
        ]  # fmt: skip


@cache
def all_rules() -> Mapping[str, Rule]:
    """Give every rule by its code."""
    return collected(rules, "RULES")


def scan(source: bytes | str, context: Context | None = None, allowed: Allowed | None = None) -> Scan:
    """Look at one script.

    Args:
        source: of the script.
        context: where it runs; told from what it uses when None.
        allowed: what a person lets pass.

    Raises:
        MissingExtraError: the parser is not installed.
    """
    tree.ready()
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    may, digest = allowed or Allowed(), hashlib.sha256(data).hexdigest()
    if len(data) > SIZE_CAP:
        return _too_large(data, digest, context or Context.MODULE)
    read = Source(data)
    parts = tokens(read.text, read.begins)
    where = context or context_of(parts)
    hits = [(rule, one) for rule in all_rules().values() if rule.reads_text for one in rule.check(Written(read, parts))]
    script, faults = _parsed(read, parts, where, may)
    hits += faults
    if script is not None:
        hits += _by_tree(script)
    found = tuple(_placed(read, hits))
    is_allowed = digest in may.sha256
    verdict = Verdict.CLEAN if is_allowed else _verdict(found, is_read=script is not None)
    needs = capabilities(script) if script is not None else ()
    return Scan(verdict, digest, where, found, needs, measured(script) if script is not None else None, is_allowed)


def _too_large(data: bytes, digest: str, context: Context) -> Scan:
    rule = all_rules()["L002"]
    found = Found(rule, Hit(0, f"{len(data):,} bytes"), 1, 1)
    return Scan(Verdict.DENY, digest, context, (found,))


def _parsed(
    read: Source, parts: list[Token], context: Context, allowed: Allowed
) -> tuple[Script | None, list[tuple[Rule, Hit]]]:
    """Give the script, or why there is none."""
    broken = next((token for token in parts if token.kind is Kind.BROKEN), None)
    if broken is not None:
        return None, [(all_rules()["L007"], Hit(broken.start, "something that Luau does not have"))]
    try:
        whole = tree.tree(read.text, erased(read.text, parts))
    except tree.DepthFault as fault:
        return None, [
            (all_rules()["L006"], Hit(fault.at, f"more than {tree.DEPTH_CAP} levels, or {tree.BLOCKS_CAP} blocks"))
        ]
    except (tree.ParseFault, TypeFault) as fault:
        return None, [(all_rules()["L007"], Hit(fault.at, "something that is no Luau"))]
    return Script(read, parts, whole, context, allowed), []


def _by_tree(script: Script) -> Iterator[tuple[Rule, Hit]]:
    for rule in all_rules().values():
        if not rule.reads_text:
            yield from ((rule, one) for one in rule.check(script))
    if script.folder.exhausted:
        yield all_rules()["L008"], Hit(0, "more steps than a script of this size should need")


def _placed(read: Source, hits: list[tuple[Rule, Hit]]) -> Iterator[Found]:
    """Give hits with their places, each once, in the order of the script."""
    seen: dict[str, int] = {}
    distinct = {(rule.code, one.at): (rule, one) for rule, one in reversed(hits)}
    for (code, at), (rule, one) in sorted(distinct.items(), key=lambda item: (item[0][1], item[0][0])):
        seen[code] = seen.get(code, 0) + 1
        if seen[code] <= SHOWN:
            place = read.place(at)
            yield Found(rule, one, place.line, place.column)


def _verdict(found: tuple[Found, ...], *, is_read: bool) -> Verdict:
    tiers = {one.rule.tier for one in found}
    if Tier.DENY in tiers:
        return Verdict.DENY
    if not is_read:
        return Verdict.UNVERIFIABLE
    return next((Verdict(tier.value) for tier in Tier if tier in tiers), Verdict.CLEAN)


def as_item(scan: Scan) -> dict[str, Any]:
    """Give a scan without its findings, for reports of programs."""
    return {
        "verdict": scan.verdict.value, "context": scan.context.value, "sha256": scan.sha256, "allowed": scan.is_allowed,
        "capabilities": list(scan.capabilities),
        "complexity": None if scan.complexity is None else scan.complexity.as_item(),
    }  # fmt: skip
