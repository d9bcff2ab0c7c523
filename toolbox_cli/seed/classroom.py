"""A classroom's rows: made from a seed alone, so that the same seed gives the same rows anywhere."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

import yaml

from toolbox_cli.core.settings import RobloxSettings
from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.lessons import add_lesson, add_template, define_achievement
from toolbox_cli.seed.people import add_person, add_student
from toolbox_cli.seed.room import Classroom, Row
from toolbox_cli.seed.sessions import play

STUDENTS: Final = 30
TEACHERS: Final = 2


def classroom(
    seed: int, as_of: datetime.date, roblox: RobloxSettings, held: Mapping[str, uuid.UUID] | None = None
) -> Mapping[str, Sequence[Row]]:
    """Make a class of students with two teachers, their lessons, and what happened in them before `as_of`.

    Args:
        seed: what all random choices start from.
        as_of: the class's today.
        roblox: the application that its sessions belong to.
        held: the achievements that are defined already, slug to key.

    Returns:
        Rows by table, in an order that satisfies the foreign keys.
    """
    reference = yaml.safe_load((shipped("seeds") / "reference" / "roblox_classroom.yaml").read_text(encoding="utf-8"))
    room = Classroom(seed, as_of, roblox, held or {})
    teachers = [add_person(room, "teacher", None) for _ in range(TEACHERS)]
    students = [add_student(room, number) for number in range(STUDENTS)]
    achievements = {item["slug"]: define_achievement(room, item) for item in reference["achievements"]}
    templates = [add_template(room, item, teachers[0]) for item in reference["templates"]]
    for number, item in enumerate(reference["lessons"]):
        add_lesson(room, item, number, teachers[number % TEACHERS], templates)
    for number, lesson in enumerate(room.tables["lessons"]):
        play(room, lesson, number, students, achievements)
    return room.tables
