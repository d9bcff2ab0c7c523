"""The review of a whole environment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Environment, digest
from toolbox_cli.agents.making.review.judgement import (
    Held,
    Judgement,
    Part,
    Review,
    Thresholds,
    judged,
    score,
    strictest,
    thresholds_of,
)
from toolbox_cli.agents.making.review.lesson import lesson_confidence, lesson_reasons
from toolbox_cli.agents.making.review.quiz import quiz_confidence, quiz_reasons
from toolbox_cli.agents.making.review.scripts import Scanned, scanned_scripts, set_reasons
from toolbox_cli.agents.making.review.terrain import terrain_reasons
from toolbox_cli.content.luau.analysis import Allowed
from toolbox_cli.content.luau.scanning import Scan

WEIGHTS: Final[dict[Part, float]] = {"lesson": 0.25, "quiz": 0.35, "terrain": 0.15, "scripts": 0.25}
"""How much each part counts in the scores of the whole."""
_GATES: Final = "lesson-gates"


@dataclass(frozen=True)
class Scrutiny:
    """A review, and the scans that it rests on.

    Attributes:
        scans: by the script's name.
    """

    review: Review
    scans: Mapping[str, Scan]


def review(
    environment: Environment, library: Library, held: Held | None = None, allowed: Allowed | None = None
) -> Review:
    """Review an environment.

    Args:
        environment: as it was made.
        library: what is known.
        held: thresholds of templates as the installation has them; those that ship when None.
        allowed: what a person lets pass in scripts.
    """
    return scrutiny(environment, library, held, allowed).review


def scrutiny(
    environment: Environment, library: Library, held: Held | None = None, allowed: Allowed | None = None
) -> Scrutiny:
    """Review an environment as `review` does; with what the scan of each script has found out."""
    scripts = scanned_scripts(environment, library, held, allowed)
    parts = _parts(environment, library, held, scripts)
    found = Review(
        content_sha256=digest(environment),
        parts=parts,
        scripts=tuple(one.judgement for one in scripts),
        quality=score(sum(WEIGHTS[part] * one.quality for part, one in parts.items())),
        confidence=score(sum(WEIGHTS[part] * one.confidence for part, one in parts.items())),
        approved=all(one.approved for one in parts.values()),
    )
    return Scrutiny(found, {one.judgement.name: one.scan for one in scripts})


def _parts(
    environment: Environment, library: Library, held: Held | None, scripts: Sequence[Scanned]
) -> dict[Part, Judgement]:
    *made, builder = (one.judgement for one in scripts)
    gates = _GATES if any(one.template == _GATES for one in environment.scripts) else None
    return {
        "lesson": judged(
            "lesson", lesson_reasons(environment, library), lesson_confidence(environment, library), Thresholds()
        ),
        "quiz": judged(
            "quiz", quiz_reasons(environment, library), quiz_confidence(environment, library),
            thresholds_of(gates, library, held), gates,
        ),
        "terrain": _with(judged("terrain", terrain_reasons(environment), 1.0, builder.thresholds, builder.template),
                         [builder]),
        "scripts": _with(judged("scripts", set_reasons(environment), 1.0, strictest(one.thresholds for one in made)),
                         made),
    }  # fmt: skip


def _with(part: Judgement, scripts: Sequence[Judgement]) -> Judgement:
    """Join a part with its scripts: it is as good as the worst of them, and each has to pass its own thresholds."""
    return part.model_copy(
        update={
            "quality": min([part.quality, *(one.quality for one in scripts)]),
            "confidence": min([part.confidence, *(one.confidence for one in scripts)]),
            "approved": part.approved and all(one.approved for one in scripts),
            "reasons": (*part.reasons, *(reason for one in scripts for reason in one.reasons)),
        }
    )
