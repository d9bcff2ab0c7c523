"""The modules that a university's own faculty wrote."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from toolbox_cli.content.modules.canonical import Content, canonical, content_hash
from toolbox_cli.content.modules.converting import slug_of
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.seed.domains.frames.teaching.courses import Course, course_of
from toolbox_cli.seed.domains.frames.teaching.plans import PLANS, Plan
from toolbox_cli.seed.making.text import Row

_DRAFT: Final = 3
"""Which of the own modules is not published yet."""


class Authorship(NamedTuple):
    """Who wrote modules, where, and when.

    Attributes:
        tail: makes their slugs different from those of other universities.
        authors: keys of faculty.
        created_at: of each module.
    """

    university: str
    place: str
    subsystem: str
    tail: str
    authors: Sequence[str]
    created_at: Sequence[datetime.datetime]


class Written(NamedTuple):
    """A university's modules.

    Attributes:
        rows: table to rows.
        courses: the published ones as students meet them.
    """

    rows: Mapping[str, list[Row]]
    courses: list[Course]


def own_modules(by: Authorship, first_module: int, first_section: int) -> Written:
    """Write a university's modules.

    Args:
        by: whose they are.
        first_module: key of the first; the others follow.
        first_section: key of the first section.
    """
    rows: dict[str, list[Row]] = {"modules": [], "module_sections": [], "module_revisions": []}
    courses: list[Course] = []
    for number, plan in enumerate(PLANS):
        key, content = first_module + number, canonical(Module.model_validate(_native(plan, number, by)))
        hashed = content_hash(content)
        rows["modules"].append(_module(key, content, hashed, by.created_at[number], published=number != _DRAFT))
        rows["module_revisions"].append((key, 1, content, hashed, by.created_at[number], None))
        for place, section in enumerate(content["sections"], 1):
            rows["module_sections"].append(_section(first_section + len(rows["module_sections"]), key, place, section))
        if number != _DRAFT:
            courses.append(_course(key, content))
    return Written(rows, courses)


def _slug(number: int, by: Authorship) -> str:
    return f"{PLANS[number].slug}-{by.tail}"


def _native(plan: Plan, number: int, by: Authorship) -> dict[str, Any]:
    """Write a module in its native form."""
    names = {"place": by.place, "subsystem": by.subsystem}
    return {
        "slug": _slug(number, by), "title": plan.title.format(**names), "description": plan.description.format(**names),
        "category": plan.category, "estimated_minutes": plan.minutes,
        "created_by_id": by.authors[number % len(by.authors)], "university_id": by.university,
        "prerequisites": [] if plan.after is None else [_slug(plan.after, by)],
        "related_modules": [_slug(0, by)] if number > 1 else [], "tags": plan.tags, "module_type": plan.kind,
        "interaction_level": plan.level, "required_components": plan.components, "difficulty_level": plan.difficulty,
        "adaptive_config": plan.adaptive,
        "sections": [
            {
                "key": slug_of(page.title), "type": page.kind, "title": page.title.format(**names),
                "content": page.content.format(**names), "media_url": page.media, "duration_seconds": page.seconds,
                "section_config": page.config, "completion_criteria": page.criteria,
            }
            for page in plan.pages
        ],
    }  # fmt: skip


def _module(key: int, content: Content, hashed: str, created: datetime.datetime, *, published: bool) -> Row:
    released = created + datetime.timedelta(hours=30)
    return (
        key, content["slug"], content["title"], content["description"], content["category"],
        content["estimated_minutes"], content["created_by_id"], content["university_id"],
        "published" if published else "draft", content["prerequisites"], content["related_modules"], content["tags"],
        content["target_audience"], 1, created, released if published else created, released if published else None,
        content["module_type"], content["interaction_level"], content["required_components"],
        content["difficulty_level"], content["adaptive_config"], hashed,
    )  # fmt: skip


def _section(key: int, module: int, number: int, section: Content) -> Row:
    return (
        key, module, number, section["type"], section["title"], section["content"], section["media_url"],
        section["duration_seconds"], section["section_config"], section["completion_criteria"], section["key"],
    )  # fmt: skip


def _course(key: int, content: Content) -> Course:
    pages = [
        {"section_number": number, "section_type": page["type"], "duration_seconds": page["duration_seconds"]}
        for number, page in enumerate(content["sections"], 1)
    ]
    return course_of({"id": key, "module_id": content["slug"], **content}, pages)
