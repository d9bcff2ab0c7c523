"""What was forgotten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purged:
    """What was forgotten of one integration.

    Attributes:
        integration: its name.
        counts: `runs`, `changes`, `issues`, `people`, `enrollments` and `courses`, as far as there was any.
        warnings: what the one who asked should know, sentences.
    """

    integration: str
    counts: dict[str, int]
    warnings: tuple[str, ...] = ()
