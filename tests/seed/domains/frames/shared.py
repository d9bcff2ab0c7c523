"""Shared modules as generators get them from the reference data."""

from typing import Any, Final

from toolbox_cli.content.reference.keys import reference_integer
from toolbox_cli.seed.making.domain import Reference

# slug, category, minutes, difficulty, what comes first, types of the sections
_MODULES: Final = (
    ("welcome", "Orientation", 10, 1, [], ("text", "image", "checklist")),
    ("lab-safety", "Safety", 20, 1, [], ("text", "video", "checklist", "guided_struggle")),
    ("soldering", "Technical", 40, 2, ["lab-safety"], ("text", "video", "interactive", "checklist")),
    ("python-basics", "Technical", 60, 2, [], ("text", "sandbox", "sandbox", "sandbox", "game")),
    ("orbits", "Technical", 45, 3, [], ("text", "interactive", "game")),
    ("telemetry", "Technical", 50, 4, ["python-basics", "orbits"], ("text", "sandbox", "guided_struggle")),
    ("fault-trees", "Safety", 35, 5, ["lab-safety"], ("text", "guided_struggle", "sandbox", "game")),
)


def shared_modules() -> Reference:
    """Make them, one draft and one module without sections among them; keys are those that the loader would give."""
    modules: dict[str, dict[str, Any]] = {}
    sections: dict[str, dict[str, Any]] = {}
    for slug, category, minutes, difficulty, first, kinds in _MODULES:
        modules[slug] = _module(slug, category, minutes, difficulty, first)
        for number, kind in enumerate(kinds, 1):
            name = f"{slug}/{number}"
            sections[name] = {
                "id": reference_integer("module_sections", name), "module_id": modules[slug]["id"],
                "section_number": number, "section_type": kind, "title": name, "content": "To read.",
                "duration_seconds": None,
            }  # fmt: skip
    modules["draft"] = {**_module("draft", "Safety", 5, 1, []), "status": "draft"}
    modules["empty"] = _module("empty", "Safety", 5, 1, [])
    return {"modules": modules, "module_sections": sections}


def _module(slug: str, category: str, minutes: int, difficulty: int, first: list[str]) -> dict[str, Any]:
    return {
        "id": reference_integer("modules", slug), "module_id": slug, "title": slug.title(), "category": category,
        "estimated_minutes": minutes, "difficulty_level": difficulty, "prerequisites": first, "status": "published",
        "tags": ["required"] if slug in {"lab-safety", "fault-trees"} else ["lab"],
        "adaptive_config": {"min": 1} if difficulty > 2 else None,
    }  # fmt: skip


REFERENCE: Final = shared_modules()
