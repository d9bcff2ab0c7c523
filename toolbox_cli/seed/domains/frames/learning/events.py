"""What a student did in a module, event by event, as document 004 names the kinds."""

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.frames.learning.study import Work
from toolbox_cli.seed.domains.frames.teaching.courses import Course, Section
from toolbox_cli.seed.domains.frames.universities import Learner
from toolbox_cli.seed.making.text import Raw, Row, raw

_SECOND: Final = datetime.timedelta(seconds=1)

_WHOLE: Final = 6
"""From so many events a module on, all trouble that progress counts has its event."""

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("scroll", "click", "scroll"),
    "video": ("click", "click"),
    "image": ("click", "scroll"),
    "checklist": ("click", "input"),
    "sandbox": ("code_change", "code_run", "code_change", "code_run", "input"),
    "game": ("game_start", "score", "game_complete"),
    "interactive": ("hotspot_click", "object_drag", "task_complete"),
    "guided_struggle": ("buddy_message", "student_message", "solution_attempted"),
}
"""What else is done in a section, by its type."""

_DOCUMENTS: Final[Mapping[str, list[dict[str, object]]]] = {
    "module_start": [{"from": "assignment"}, {"from": "catalog"}],
    "module_complete": [{"all_sections": True}],
    "pause": [{"idle_seconds": seconds} for seconds in (31, 45, 64, 90, 150, 300)],
    "resume": [{"after": "pause"}],
    "hint_used": [{"hint": number} for number in (1, 2, 3)],
    "retry": [{"try": number} for number in (2, 3, 4)],
    "error_encountered": [
        {"error": "SyntaxError", "line": 4}, {"error": "NameError", "line": 7}, {"error": "wrong_output"},
        {"error": "limit_exceeded"},
    ],
    "scroll": [{"depth_percent": percent} for percent in (25, 50, 75, 100)],
    "click": [{"element": "next"}, {"element": "play"}, {"element": "glossary"}],
    "input": [{"field": "note", "characters": count} for count in (12, 40, 85)],
    "code_change": [{"lines": count} for count in (1, 3, 8)],
    "code_run": [{"ok": True, "duration_ms": 120}, {"ok": True, "duration_ms": 340}],
    "game_start": [{"level": level} for level in (1, 2, 3)],
    "score": [{"score": score} for score in (40, 65, 80, 95)],
    "game_complete": [{"level": 2, "passed": True}],
    "hotspot_click": [{"hotspot": "bus-voltage"}, {"hotspot": "wheel-speed"}],
    "object_drag": [{"object": "probe"}],
    "task_complete": [{"task": "name-the-fault"}],
    "buddy_message": [{"characters": 80}, {"characters": 140}],
    "student_message": [{"characters": 22}, {"characters": 61}],
    "solution_attempted": [{"accepted": False}, {"accepted": True}],
}  # fmt: skip
_DATA: Final = {kind: tuple(map(raw, documents)) for kind, documents in _DOCUMENTS.items()}

_TROUBLE: Final = {"hint_used": 1.0, "retry": 0.9, "error_encountered": 1.0, "pause": 0.5}
"""How much an event says that somebody struggles."""

_STUCK: Final = 2.2
_CONFUSED: Final = 1.5

_PLACE: Final = itemgetter(0)

Entry = tuple[float, str, Section]
"""A place in the course of the module, in sections; a kind; a section."""


def event_rows(first: int, most: int, work: Work, learner: Learner, mean: float, chance: Chance) -> list[Row]:
    """Write down the events of one student in one module.

    Args:
        first: key of the first event; the others follow.
        most: how many there may be.
        work: what the student did.
        learner: the student.
        mean: events that a module has.
        chance: the block's.
    """
    entries = _story(work, mean, chance)[:most]
    course, begun, length = work.course.key, work.sittings[0], work.sitting_s
    sessions = [f"{learner.key}-{work.course.key}-{number}" for number in range(1, len(work.sittings) + 1)]
    device = learner.device if chance.unit() < 0.85 else "desktop"
    step = (len(sessions) - 1e-9) / max(len(entries) - 1, 1)
    calm, recent, struggle, unit = work.struggle < 0.15, 0.0, 0.6 * work.struggle, chance.unit
    rows: list[Row] = []
    for number, (_, kind, section) in enumerate(entries):
        sitting, into = divmod(number * step, 1.0)
        at = work.sittings[int(sitting)] + int(into * length) * _SECOND
        says = _TROUBLE.get(kind, 0.0)
        recent = 0.6 * recent + says
        pattern = (
            None if not says and not calm
            else "stuck" if recent > _STUCK
            else "confusion_loop" if recent > _CONFUSED
            else "rapid_progress" if calm and kind == "section_complete"
            else None
        )  # fmt: skip
        data = _DATA.get(kind)
        rows.append((
            first + number, course, learner.key, kind, data[int(unit() * len(data))] if data else _page(section.number),
            section.number, sessions[int(sitting)], device, at, (at - begun) // _SECOND,
            round(min(struggle + 0.12 * recent, 1.0), 2), pattern,
        ))  # fmt: skip
    return rows


def _story(work: Work, mean: float, chance: Chance) -> list[Entry]:
    """Tell what happened, in order."""
    course, done, trouble = work.course, max(work.done, 1), _troubled(work, chance)
    share = work.done / len(course.sections)
    wanted = chance.count(mean * (0.88 + 0.55 * work.struggle) * (0.35 + 0.65 * share))
    views = wanted - len(trouble) - 1 - work.completed
    if mean >= _WHOLE:
        views = max(views, 1)
    entries = trouble + (_views(course, done, views, work.done > 0, chance) if views > 0 else [])
    kept = max(wanted - 1 - work.completed, 0)
    if mean < _WHOLE and len(entries) > kept:
        entries = chance.some(entries, kept)
    if mean >= _WHOLE or wanted:
        entries.append((-1.0, "module_start", course.sections[0]))
    if work.completed and (mean >= _WHOLE or wanted > 1):
        entries.append((float(len(course.sections)), "module_complete", course.sections[-1]))
    entries.sort(key=_PLACE)
    return entries


def _troubled(work: Work, chance: Chance) -> list[Entry]:
    """Give what went wrong, in sections where students try things; pauses come anywhere."""
    if not any(work.trouble):
        return []
    sections, unit = work.course.sections, chance.unit
    at_hand = min(work.done, len(sections) - 1)
    practice = [place for place in work.course.practice if place <= at_hand] or [at_hand]
    entries: list[Entry] = []
    for kind, count in zip(("hint_used", "retry", "error_encountered"), work.trouble, strict=False):
        for _ in range(count):
            place = practice[int(unit() * len(practice))]
            entries.append((place + 0.1 + 0.8 * unit(), kind, sections[place]))
    for _ in range(work.trouble.pauses):
        at = unit() * max(work.done, 1)
        section = sections[int(at)]
        entries += [(at, "pause", section), (at + 1e-6, "resume", section)]
    return entries


def _views(course: Course, done: int, count: int, finished: bool, chance: Chance) -> list[Entry]:
    """Give what shows that sections were read: each opened and done; more of what is done there beyond that."""
    sections, unit = course.sections, chance.unit
    pairs = min((count + 1) // 2, done)
    entries: list[Entry] = []
    for number in range(min(count, 2 * pairs)):
        place = number // 2 * done // pairs
        if number % 2 == 0:
            entries.append((place, "section_view", sections[place]))
        elif finished:
            entries.append((place + 0.95, "section_complete", sections[place]))
    for _ in range(count - len(entries)):
        place = int(unit() * done)
        usual = _USUAL[sections[place].kind]
        entries.append((place + 0.1 + 0.8 * unit(), usual[int(unit() * len(usual))], sections[place]))
    return entries


_pages: dict[int, Raw] = {}


def _page(number: int) -> Raw:
    """Tell which section is meant; written once."""
    if number not in _pages:
        _pages[number] = raw({"section": number})
    return _pages[number]
