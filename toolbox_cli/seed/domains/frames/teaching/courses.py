"""The modules as students meet them: what they may begin, how hard it is, and how long it takes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.seed.making.domain import Reference

PRACTICE: Final = frozenset({"sandbox", "game", "interactive", "guided_struggle"})
"""Types of sections in which students try things, and so fail, ask for hints and try again."""

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a module.

    Attributes:
        kind: its `section_type`.
        seconds: how long it takes at an ordinary pace.
    """

    number: int
    kind: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Course:
    """A published module.

    Attributes:
        key: its `id`.
        slug: its `module_id`.
        hardness: on the scale of the students' ability.
        first: slugs of the modules to finish before it.
        sections: in their order; one at least.
        practice: places of those in which students try things.
        adaptive: whether its difficulty adapts to the student.
        required: whether it is meant for everybody.
    """

    key: int
    slug: str
    category: str
    difficulty: int
    hardness: float
    first: frozenset[str]
    sections: tuple[Section, ...]
    practice: tuple[int, ...]
    adaptive: bool
    required: bool


def course_of(module: Columns, sections: Iterable[Columns]) -> Course:
    """Read a module's columns; where it says nothing, the columns' defaults hold."""
    rows = sorted(sections, key=lambda row: row["section_number"])
    seconds = int(module.get("estimated_minutes") or 10) * 60 // max(len(rows), 1)
    pages = tuple(
        Section(row["section_number"], row["section_type"], row.get("duration_seconds") or max(seconds, 30))
        for row in rows
    )
    difficulty = module.get("difficulty_level") or 1
    return Course(
        module["id"], module["module_id"], module.get("category") or "Orientation", difficulty,
        (difficulty - 2.5) * 0.45, frozenset(module.get("prerequisites") or ()),
        pages, tuple(place for place, page in enumerate(pages) if page.kind in PRACTICE),
        module.get("adaptive_config") is not None, "required" in (module.get("tags") or ()),
    )  # fmt: skip


def shared_courses(reference: Reference) -> list[Course]:
    """List the published modules of the reference data that have something to read."""
    sections: dict[int, list[Columns]] = defaultdict(list)
    for row in reference.get("module_sections", {}).values():
        sections[row["module_id"]].append(row)
    published = [row for row in reference.get("modules", {}).values() if row.get("status") == "published"]
    return [course_of(row, sections[row["id"]]) for row in published if sections[row["id"]]]


def in_order(courses: Sequence[Course]) -> tuple[Course, ...]:
    """Sort courses as students take them: what comes first before what needs it, then the easy ones.

    A course that can never be begun, because it needs one that is not there, is left out.
    """
    waiting = sorted(courses, key=lambda course: (course.difficulty, course.slug))
    done: list[Course] = []
    slugs: set[str] = set()
    while ready := [course for course in waiting if course.first <= slugs]:
        done += ready
        slugs.update(course.slug for course in ready)
        waiting = [course for course in waiting if course.slug not in slugs]
    return tuple(done)
