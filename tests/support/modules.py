"""Modules as hypothesis makes them: of every type of section, with texts that YAML and Markdown find hard."""

import re
from typing import Any

from hypothesis import strategies as st

from toolbox_cli.content.modules.shapes import parts
from toolbox_cli.content.modules.shapes.sections import SECTION_TYPES

SIGNS = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",))
HARD = st.sampled_from([
    "no", "1e3", "0o17", "010", "12:30", "~", "", "# a", "- b", "a: b", "{c}", "[d]", "&e", "*f", "!g", "|", ">", "%",
    "@h", "`i`", "'", '"', "\\", "---", "...", "<<", "=", "é", "\u2028", "\ufeff", "\U0001f9ea", "\x85", "\x7f", "...",
    "{#key .video}", "## no section", "```yaml section", "2030-12-31", "null", "+1", ".5", "-.inf", "Lab safety",
])  # fmt: skip
LINES = st.lists(HARD, max_size=5).map("\n".join)
TEXT = st.one_of(
    st.text(SIGNS, max_size=40),
    HARD,
    LINES,
    LINES.map(lambda text: f"{text}\n"),
    st.just("~~~\n## x"),
    st.just("a\n\n"),
)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(re.compile(parts.LINE).fullmatch)
ADDRESS = LINE.filter(re.compile(parts.ADDRESS).fullmatch) | st.sampled_from(
    [
        "https://one.example/a%20b?c=d#e",
        "media/my film.mp4",
        "/static/a:b.png",
        "//one.example/a",
    ]
)
PROSE = TEXT.filter(bool)
SLUG = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
WORD = LINE.filter(lambda text: len(text) <= 100)
TAG = WORD.filter(re.compile(parts.WORDS).fullmatch)
SHARE = st.floats(0, 1, allow_nan=False, width=32)
JSON = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15, allow_nan=False) | TEXT,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3),
    max_leaves=8,
)


def mapping(needed: dict[str, Any], optional: dict[str, Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=optional or {})


CHOICE = mapping({"text": PROSE, "correct": st.booleans()}, {"feedback": PROSE, "weight": SHARE})
QUESTION = st.one_of(
    mapping({"kind": st.just("essay"), "prompt": PROSE}, {"points": SHARE, "name": LINE}),
    mapping({"kind": st.just("multiple_choice"), "prompt": PROSE, "choices": st.lists(CHOICE, min_size=1, max_size=3)}),
    mapping({
        "kind": st.just("matching"), "prompt": PROSE,
        "pairs": st.lists(mapping({"left": PROSE, "right": PROSE}), min_size=1, max_size=2),
    }),
)  # fmt: skip
FILE = mapping({"name": WORD, "text": TEXT})
FILES = st.lists(FILE, max_size=2, unique_by=lambda file: file["name"])
CONFIGS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.none() | mapping({}, {"format": st.sampled_from(["markdown", "plain"])}),
    "video": st.none() | mapping({}, {"captions": ADDRESS, "transcript": PROSE, "start_seconds": st.integers(0, 9)}),
    "image": st.none() | mapping({}, {"alternative_text": LINE, "caption": LINE}),
    "checklist": mapping({"items": st.lists(LINE, min_size=1, max_size=3)}),
    "sandbox": mapping(
        {"language": WORD, "files": FILES, "runnable": st.booleans()},
        {"expected_output": PROSE},
    ),
    "game": mapping({
        "game_type": WORD, "difficulty_levels": st.lists(LINE, min_size=1, max_size=2),
        "challenges": st.lists(mapping({"ask": LINE, "answer": LINE}), min_size=1, max_size=2),
    }, {"time_limit": st.integers(1, 999)}),
    "interactive": mapping({"environment_type": WORD}, {
        "assets": st.lists(ADDRESS | mapping({"name": ADDRESS}, {"size_bytes": st.integers(0, 2**40)}), max_size=2),
        "hotspots": st.lists(mapping({"name": WORD, "text": LINE}, {"x": SHARE, "y": SHARE}), max_size=2),
        "tasks": st.lists(LINE | QUESTION, max_size=2), "launch": ADDRESS,
    }),
    "guided_struggle": mapping(
        {"problem_type": WORD, "hints": st.lists(LINE, min_size=1, max_size=2), "buddy_personality": WORD},
        {"solution": PROSE},
    ),
}  # fmt: skip
CRITERIA = st.one_of(
    mapping({"type": st.just("time"), "value": st.integers(1, 9999)}),
    mapping({"type": st.just("task"), "tasks": st.lists(LINE, min_size=1, max_size=2)}),
    mapping({"type": st.sampled_from(["score", "view"]), "value": st.integers(1, 100)}),
)


def section(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return mapping({"key": SLUG, "type": st.just(kind), "section_config": CONFIGS[kind]}, {
        "title": LINE.filter(lambda text: len(text) <= 255), "content": TEXT, "media_url": ADDRESS,
        "duration_seconds": st.integers(0, 9999), "completion_criteria": CRITERIA,
    })  # fmt: skip


SECTIONS = st.lists(
    st.sampled_from(SECTION_TYPES).flatmap(section), min_size=1, max_size=4, unique_by=lambda one: one["key"]
)
MODULES = mapping({"slug": SLUG, "title": LINE.filter(lambda text: len(text) <= 255), "sections": SECTIONS}, {
    "description": st.none() | TEXT, "category": st.sampled_from(["Safety", "Technical", "Orientation"]),
    "estimated_minutes": st.none() | st.integers(0, 999), "tags": st.lists(TAG, max_size=3, unique=True),
    "target_audience": st.none() | WORD, "module_type": st.sampled_from(["text", "mixed", "game"]),
    "interaction_level": st.sampled_from(["low", "medium", "high"]),
    "required_components": st.lists(TAG, max_size=2, unique=True), "difficulty_level": st.none() | st.integers(1, 5),
    "adaptive_config": st.none() | st.dictionaries(TEXT, JSON, max_size=3),
})  # fmt: skip
"""Fields as a file has them; every one of them is accepted."""
