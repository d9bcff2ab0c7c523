"""What a review says: scores, and the reasons for them, on which a next round can act."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Record

Part = Literal["lesson", "quiz", "terrain", "scripts"]
PARTS: Final[tuple[Part, ...]] = ("lesson", "quiz", "terrain", "scripts")
Ratio = Annotated[float, Field(ge=0, le=1)]


class Reason(Record):
    """Something that a part is the worse for.

    Attributes:
        code: stable name of the kind of fault; programs match on it.
        part: where it is.
        place: in the part, such as a question's key, a script's name or a field.
        found: what is wrong, in words.
        remedy: what whoever makes the part again does otherwise.
        costs: what it takes from the quality.
        refuses: whether the part can't be approved with it, whatever its scores.
    """

    code: str
    part: Part
    place: str
    found: str
    remedy: str
    costs: Ratio = 0.05
    refuses: bool = False


class Thresholds(Record):
    """The least scores with which something is approved."""

    quality: Ratio = 0.8
    confidence: Ratio = 0.7


class Judgement(Record):
    """What a review says of one thing.

    Attributes:
        name: of the part, or of the script.
        template: stable key of the template whose thresholds decide; None where it is made from none.
        quality: 1 without a fault.
        confidence: how much of it the review could find out by itself.
        reasons: the gravest first.
    """

    name: str
    template: str | None
    quality: Ratio
    confidence: Ratio
    thresholds: Thresholds
    approved: bool
    reasons: tuple[Reason, ...]


class Review(Record):
    """What a review says of a whole environment.

    Attributes:
        content_sha256: of the environment that was judged: a judgement holds for exactly that.
        parts: lesson, quiz, terrain and scripts.
        scripts: each script on its own; the land's builder is one of them.
        quality: of the whole.
        confidence: of the whole.
    """

    content_sha256: str
    parts: dict[Part, Judgement]
    scripts: tuple[Judgement, ...]
    quality: Ratio
    confidence: Ratio
    approved: bool

    @property
    def refused(self) -> tuple[Part, ...]:
        """The parts that are to be made again."""
        return tuple(part for part in PARTS if not self.parts[part].approved)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons of all parts."""
        return tuple(reason for part in PARTS for reason in self.parts[part].reasons)


Held = Mapping[str, Mapping[str, float]]
"""Template to its `quality_thresholds`, as an installation has them."""


def thresholds_of(template: str | None, library: Library, held: Held | None = None) -> Thresholds:
    """Give the thresholds of a template: those that the installation has, else those that ship."""
    if template is None:
        return Thresholds()
    shipped = library.templates.get(template)
    known = (held or {}).get(template) or (shipped.quality_thresholds if shipped else {})
    usual = Thresholds()
    return Thresholds(quality=known.get("quality", usual.quality), confidence=known.get("confidence", usual.confidence))


def strictest(found: Iterable[Thresholds]) -> Thresholds:
    """Give the thresholds that satisfy all of them."""
    listed = list(found) or [Thresholds()]
    return Thresholds(quality=max(one.quality for one in listed), confidence=max(one.confidence for one in listed))


def judged(
    name: str, reasons: Iterable[Reason], confidence: float, thresholds: Thresholds, template: str | None = None
) -> Judgement:
    """Judge by what was found.

    Args:
        name: of what is judged.
        reasons: what was found, in any order.
        confidence: from 0 to 1.
        thresholds: that decide.
        template: that they are from.
    """
    grave = sorted(reasons, key=lambda one: (not one.refuses, -one.costs, one.place, one.code))
    quality = score(1 - sum(one.costs for one in grave))
    sure = score(confidence)
    enough = quality >= thresholds.quality and sure >= thresholds.confidence
    return Judgement(
        name=name,
        template=template,
        quality=quality,
        confidence=sure,
        thresholds=thresholds,
        approved=enough and not any(one.refuses for one in grave),
        reasons=tuple(grave),
    )


def score(value: float) -> float:
    """Give a score as it is kept: from 0 to 1, by hundredths, and never rounded up to a threshold.

    Example:
        >>> score(0.7999), score(-0.2), score(0.7000000001)
        (0.79, 0.0, 0.7)
    """
    return int(max(0.0, min(1.0, value)) * 100 + 1e-6) / 100
