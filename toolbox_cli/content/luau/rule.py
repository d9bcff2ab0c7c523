"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from toolbox_cli.content.luau.analysis import Allowed, Context
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.core.findings import Severity


class Tier(StrEnum):
    """What a finding does to the verdict."""

    DENY = "deny"
    """The script must not run."""
    REVIEW = "review"
    """A person looks at it before it runs."""
    ADVICE = "advice"
    """It may run, and could be better."""


SEVERITIES: Final = {Tier.DENY: Severity.ERROR, Tier.REVIEW: Severity.WARNING, Tier.ADVICE: Severity.NOTE}


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that a rule is about.

    Attributes:
        at: the place in the source.
        found: what stands there, in words.
    """

    at: int
    found: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A script that shows a rule; documentation has it, and a test scans it.

    Attributes:
        text: of the script.
        context: where it runs.
        allowed: what a person has allowed.
        also: codes of what else is found in it.
    """

    text: str
    context: Context = Context.SERVER
    allowed: Allowed = field(default_factory=Allowed)
    also: frozenset[str] = frozenset()


def _nothing(_: Any) -> Iterable[Hit]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that a script should not do.

    Attributes:
        code: stays for good, for scripts match on it.
        title: what is wrong, in few words.
        tier: what it does to the verdict.
        means: why it is wrong.
        remedy: what the author does instead.
        bad: scripts that the rule finds; at least two.
        good: scripts that look like it and are right; at least two.
        check: gives the places; of a `Script`, or where `reads_text` of a `Written`.
        reads_text: it needs no tree, so it reads scripts that can't be parsed too.
    """

    code: str
    title: str
    tier: Tier
    means: str
    remedy: str
    bad: tuple[Sample, ...]
    good: tuple[Sample, ...]
    check: Callable[[Any], Iterable[Hit]] = _nothing
    reads_text: bool = False


def hit(node: Node, found: str) -> Hit:
    """Give a hit at a node."""
    return Hit(node.start, found)


def samples(*texts: str, context: Context = Context.SERVER, also: str = "") -> tuple[Sample, ...]:
    """Give samples that run in one context.

    Args:
        texts: a line break before each is left out.
        context: where they run.
        also: codes that come with them, with blanks between.
    """
    return tuple(Sample(text.removeprefix("\n"), context, also=frozenset(also.split())) for text in texts)
