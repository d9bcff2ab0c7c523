"""The modules that a university's own faculty wrote."""

import datetime
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from toolbox_cli.seed.domains.frames.teaching.courses import Course, course_of
from toolbox_cli.seed.making.text import Raw, Row, raw

_DRAFT: Final = 3
"""Which of the own modules is not published yet."""


class _Page(NamedTuple):
    kind: str
    title: str
    content: str
    seconds: int
    media: str | None = None
    config: Raw | None = None
    criteria: Raw | None = None


class _Plan(NamedTuple):
    """An own module; {place} and {subsystem} stand for the university's.

    Attributes:
        after: which of the own modules comes first.
        adaptive: how its difficulty adapts.
    """

    slug: str
    title: str
    description: str
    category: str
    minutes: int
    kind: str
    level: str
    components: list[str]
    difficulty: int
    tags: list[str]
    pages: tuple[_Page, ...]
    after: int | None = None
    adaptive: Raw | None = None


def _time(seconds: int) -> Raw:
    return raw({"type": "time", "value": seconds})


def _tasks(*tasks: str) -> Raw:
    return raw({"type": "task", "tasks": list(tasks)})


_ADAPTIVE: Final = raw(
    {"harder_after": {"errors_below": 1, "sections": 2}, "easier_after": {"errors_above": 3, "hints_above": 2}}
)

_PLANS: Final = (
    _Plan(
        "lab-welcome", "Welcome to the {place} lab", "Where things are, who helps, and how the lab works.",
        "Orientation", 6, "text", "low", [], 1, ["required", "orientation"],
        (
            _Page("text", "The lab", "# The lab\n\nThe {place} lab is open to all teams.\nAsk before moving things.",
                  120, criteria=_time(60)),
            _Page("image", "The floor plan", "The exits, the clean bench and the eye wash.", 60,
                  media="https://media.example.org/frames/floor-plan.png",
                  config=raw({"alternative_text": "required"}), criteria=raw({"type": "view", "value": 100})),
            _Page("checklist", "Your first day", "Go through it with somebody who has been here longer.", 180,
                  config=raw({"items": ["Badge", "Locker", "Safety glasses"]}), criteria=_tasks("All items ticked")),
        ),
    ),
    _Plan(
        "bench-safety", "Bench safety for {subsystem}", "Before anything is powered at the {place} bench.",
        "Safety", 14, "guided_struggle", "medium", ["buddy-chat"], 2, ["required", "safety", "lab"],
        (
            _Page("text", "Before power", "# Before power\n\nGround yourself. Check the current limit.", 150,
                  criteria=_time(90)),
            _Page("video", "A bench, step by step", "Watch how a bench is made safe.", 240,
                  media="https://media.example.org/frames/bench-safety.mp4",
                  config=raw({"captions": "required"}), criteria=raw({"type": "view", "value": 90})),
            _Page("guided_struggle", "What is wrong here?", "The supply trips. Find out why.", 450,
                  config=raw({"problem_type": "diagnosis", "hints": ["Look at the limit.", "Look at the load."],
                              "buddy_personality": "calm"}), criteria=_tasks("A cause with a reason")),
        ),
        after=0,
    ),
    _Plan(
        "telemetry-basics", "Reading {subsystem} telemetry", "Decode a frame, find the outlier, plot it.",
        "Technical", 25, "mixed", "high", ["monaco-editor", "phaser"], 3, ["python", "telemetry"],
        (
            _Page("text", "A frame", "# A frame\n\nA frame is a header, values, and a checksum.", 240,
                  criteria=_time(120)),
            _Page("sandbox", "Decode it", "Decode the header.", 720,
                  config=raw({"language": "python", "runnable": True, "expected_output": "6863",
                              "files": [{"name": "main.py", "text": "frame = bytes.fromhex('1acf')\n"}]}),
                  criteria=_tasks("The output matches")),
            _Page("game", "Catch the outlier", "Mark every value that can't be true.", 450,
                  config=raw({"game_type": "sorting", "difficulty_levels": ["ten values"], "time_limit": 300,
                              "challenges": [{"ask": "9.8, 9.7, 98, 9.8", "answer": "98"},
                                             {"ask": "-40, 21, 22, 21", "answer": "-40"}]}),
                  criteria=raw({"type": "score", "value": 80})),
            _Page("text", "What next", "Bring a plot of your own to the {subsystem} meeting.", 90,
                  criteria=_time(30)),
        ),
        adaptive=_ADAPTIVE,
    ),
    _Plan(
        "anomaly-drill", "An anomaly drill for {subsystem}", "A pass with a fault in it; a draft.",
        "Technical", 18, "interactive", "high", ["three-js"], 4, ["drill"],
        (
            _Page("text", "The pass", "# The pass\n\nYou have nine minutes of contact.", 120,
                  criteria=_time(60)),
            _Page("interactive", "At the console", "Find the fault before the contact ends.", 540,
                  config=raw({"environment_type": "console", "assets": ["console.glb"],
                              "hotspots": [{"name": "Bus voltage", "text": "It sags in each eclipse."},
                                           {"name": "Wheel speed", "text": "Steady."}],
                              "tasks": ["Name the fault"]}), criteria=_tasks("Name the fault")),
            _Page("checklist", "The handover", "What the next shift has to know.", 180,
                  config=raw({"items": ["Log", "Next contact", "Open questions"]}),
                  criteria=_tasks("All items ticked")),
            _Page("text", "The report", "Write down what you saw, in order.", 240, criteria=_time(120)),
        ),
        after=2,
    ),
)  # fmt: skip


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


def own_modules(by: Authorship, first_module: int, first_section: int) -> tuple[list[Row], list[Row], list[Course]]:
    """Write a university's modules.

    Args:
        by: whose they are.
        first_module: key of the first; the others follow.
        first_section: key of the first section.

    Returns:
        Rows of `modules` and of `module_sections`, and the published ones as students meet them.
    """
    names = {"place": by.place, "subsystem": by.subsystem}
    modules: list[Row] = []
    sections: list[Row] = []
    courses: list[Course] = []
    slugs = [f"{plan.slug}-{by.tail}" for plan in _PLANS]
    for number, plan in enumerate(_PLANS):
        key, first = first_module + number, [] if plan.after is None else [slugs[plan.after]]
        pages = [
            _section(first_section + len(sections) + place, key, place + 1, page, names)
            for place, page in enumerate(plan.pages)
        ]
        modules.append(_module(key, plan, by, number, first))
        sections += pages
        if number != _DRAFT:
            courses.append(_course(key, slugs[number], plan, first))
    return modules, sections, courses


def _module(key: int, plan: _Plan, by: Authorship, number: int, first: list[str]) -> Row:
    names = {"place": by.place, "subsystem": by.subsystem}
    created, published = by.created_at[number], number != _DRAFT
    released = created + datetime.timedelta(hours=30)
    related = [f"{_PLANS[0].slug}-{by.tail}"] if number > 1 else []
    return (
        key, f"{plan.slug}-{by.tail}", plan.title.format(**names), plan.description.format(**names), plan.category,
        plan.minutes, by.authors[number % len(by.authors)], by.university, "published" if published else "draft",
        first, related, plan.tags, "incoming_students", 1, created, released if published else created,
        released if published else None, plan.kind, plan.level, plan.components, plan.difficulty, plan.adaptive,
    )  # fmt: skip


def _section(key: int, module: int, number: int, page: _Page, names: dict[str, str]) -> Row:
    title, content = page.title.format(**names), page.content.format(**names)
    return (
        key, module, number, page.kind, title, content, page.media, page.seconds, page.config, page.criteria
    )  # fmt: skip


def _course(key: int, slug: str, plan: _Plan, first: list[str]) -> Course:
    module: dict[str, Any] = {
        "id": key, "module_id": slug, "category": plan.category, "estimated_minutes": plan.minutes,
        "difficulty_level": plan.difficulty, "prerequisites": first, "adaptive_config": plan.adaptive,
        "tags": plan.tags,
    }  # fmt: skip
    pages = [
        {"section_number": number, "section_type": page.kind, "duration_seconds": page.seconds}
        for number, page in enumerate(plan.pages, 1)
    ]
    return course_of(module, pages)
