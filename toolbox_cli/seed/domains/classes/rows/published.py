"""What is published to Roblox for a class's lessons."""

import datetime
import hashlib
import re
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.classes.library import Columns
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.rows.live import place_id
from toolbox_cli.seed.domains.classes.shared import shared_of
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row, raw

PUBLISHED: Final = (
    "id", "lesson_id", "template_id", "title", "content_type", "version", "place_id", "asset_id", "script_content",
    "content_data", "roblox_properties", "educational_metadata", "ai_generated", "ai_model", "generation_parameters",
    "is_deployed", "deployed_at", "deployment_hash", "usage_count", "performance_metrics", "coppa_compliant",
    "content_rating", "created_at", "updated_at",
)  # fmt: skip

A_LESSON: Final = 2
"""Objects that a lesson gets, where there are so many templates for its grade."""

_DRAFTS: Final = 0.1
_GENERATED: Final = 0.4
_GAP: Final = re.compile(r"{{(\w+)}}")


def published(context: Context, school_class: SchoolClass) -> list[Row]:
    """Make the objects of each lesson; a few are drafts that nobody has checked yet."""
    chance = context.chance("classes/published", school_class.number)
    prefix = context.run.uuid("roblox_content", school_class.number, 0)[:-6]
    rows: list[Row] = []
    for lesson in school_class.lessons:
        templates = shared_of(context).library.templates_of(lesson.grade)
        serves = raw({"grade_level": lesson.grade, "objectives": lesson.objectives, "subject": lesson.subject})
        for template in chance.some(templates, A_LESSON):
            key = f"{prefix}{len(rows):06x}"
            rows.append(_object(key, (school_class, lesson, template), serves, chance))
    return rows


def _object(key: str, made_of: tuple[SchoolClass, Lesson, Columns], serves: Raw, chance: Chance) -> Row:
    school_class, lesson, template = made_of
    kind = str(template["template_type"])
    deployed, generated = chance.unit() >= _DRAFTS, chance.unit() < _GENERATED
    made_at = lesson.planned_at
    deployed_at = made_at + datetime.timedelta(minutes=chance.between(5, 90)) if deployed else None
    script, document = _filled(template, lesson)
    digest = hashlib.sha256(f"{key}/{script}".encode()).hexdigest()
    return (
        key, lesson.key, str(template["id"]), f"{lesson.title[:120]}: {template['name'][:70]}", kind, "1.0.0",
        place_id(school_class.number) if deployed else None,
        str(80_000_000_000 + int(digest[:8], 16)) if deployed and kind != "SCRIPT" else None, script,
        document, Raw('{"Archivable":true}'), serves, generated,
        "example-model" if generated else None, _PARAMETERS if generated else None, deployed, deployed_at,
        digest if deployed else None, len(lesson.sessions) if deployed else 0,
        Raw(f'{{"memory_kb":{chance.between(200, 4000)},"parts":{chance.between(10, 600)}}}'), deployed,
        "Minimal" if deployed else None, made_at, deployed_at or made_at,
    )  # fmt: skip


_PARAMETERS: Final = Raw('{"temperature":0.4}')


def _filled(template: Columns, lesson: Lesson) -> tuple[str | None, Raw]:
    """Fill a template's gaps for a lesson: the source of a script, and the object as a document."""
    variables = {name: told.get("default") for name, told in (template.get("variable_definitions") or {}).items()}
    variables |= (template.get("difficulty_scales") or {}).get(lesson.difficulty) or {}
    base = template.get("base_structure") or {}
    source = (template.get("script_templates") or {}).get(base.get("script"))
    script = source and _GAP.sub(lambda gap: _luau(variables.get(gap[1])), source)
    return script, raw({**base, "lesson": lesson.content.slug, "variables": variables})


def _luau(value: object) -> str:
    return "nil" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
