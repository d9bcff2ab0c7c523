"""How much of everything a university has, and how many keys that takes."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.seed.profiles.shape import Profile

COHORT: Final = 100
"""Students of a university; the last one's may be fewer."""

FACULTY: Final = 4
OWN_MODULES: Final = 4
OWN_SECTIONS: Final = 14
REQUIRED: Final = 2
"""Modules that every student of a university has to do."""

_EVENTS_AT_MOST: Final = 1.75
"""How many times as many events as are expected a block may have: its hundreds of modules level out long before."""


def student_count(profile: Profile) -> int:
    """Say how many students there are at all universities."""
    return round(profile.students * profile.frames.students_a_hundred_students / 100)


def cohort_count(profile: Profile) -> int:
    """Say how many universities there are."""
    return -(-student_count(profile) // COHORT)


def cohort_size(profile: Profile, block: int) -> int:
    """Say how many students a university has."""
    return min(COHORT, student_count(profile) - block * COHORT)


def most_begun(profile: Profile) -> int:
    """Say how many modules a student begins at most."""
    return int(profile.frames.modules_a_student * 1.5) + 1


def places(profile: Profile) -> Mapping[str, int]:
    """Give the integer keys that each block has, by table."""
    begun = COHORT * (most_begun(profile) + 1)
    return {
        "teams": -(-COHORT // profile.frames.students_a_team),
        "modules": OWN_MODULES,
        "module_sections": OWN_SECTIONS,
        "module_assignment_rules": REQUIRED + -(-COHORT // profile.frames.students_a_team),
        "module_assignments": REQUIRED + COHORT + begun,
        "module_progress": begun,
        "module_analytics_events": most_events(profile),
        "module_feedback": begun,
    }


def most_events(profile: Profile) -> int:
    """Say how many events a block has at most."""
    frames = profile.frames
    return int(COHORT * frames.modules_a_student * frames.events_a_module * _EVENTS_AT_MOST) + COHORT
