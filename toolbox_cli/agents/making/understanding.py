"""Turn what a person typed into a request, and a request into an objective, a grade and a place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from toolbox_cli.agents.making.library import Library, Place
from toolbox_cli.agents.making.records import LONGEST_MINUTES, SHORTEST_MINUTES, Request
from toolbox_cli.content.reference.learning import Objective
from toolbox_cli.core.chance import Chance
from toolbox_cli.core.errors import UsageError

_GRADE: Final = re.compile(
    r"\b(?:grade|class|year|klasse)\s*(\d{1,2})\b|\b(\d{1,2})(?:st|nd|rd|th)?[\s-]*(?:grade|graders?|class)\b"
)
_MINUTES: Final = re.compile(r"\b(\d{1,3})[\s-]*(?:min|mins|minutes?)\b")
_HOURS: Final = re.compile(r"\b(half an|an?|one|two|three|\d)[\s-]+hours?\b")
_HOUR_MINUTES: Final = {"half an": 30, "a": 60, "an": 60, "one": 60, "two": 120, "three": 180}
_QUESTIONS: Final = re.compile(r"\b(\d{1,2})[\s-]*questions?\b")
_LEVELS: Final = {
    "easy": "easy", "beginner": "easy", "beginners": "easy", "simple": "easy", "medium": "medium",
    "intermediate": "medium", "hard": "hard", "difficult": "hard", "advanced": "hard", "challenging": "hard",
}  # fmt: skip
_SUBJECTS: Final = {
    "mathematics": "Mathematics", "maths": "Mathematics", "math": "Mathematics", "science": "Science",
    "language arts": "Language Arts", "english": "Language Arts", "ela": "Language Arts",
    "social studies": "Social Studies", "civics": "Social Studies", "computer science": "Computer Science",
    "computing": "Computer Science", "informatics": "Computer Science",
}  # fmt: skip
_IDLE_WORDS: Final = """
about an and at by for from game grade have in into is it its lesson lessons make me my of on or please quiz roblox some
that the their them they this to unit use us we with world would you your teach teaching learn learning students student
kids children class level set place environment minutes"""
_IDLE: Final = frozenset(_IDLE_WORDS.split())
_WORD: Final = re.compile(r"[\w'-]+")
_ADDRESS: Final = re.compile(r"\S*(?:@|://|\bwww\.)\S*")
"""Of a person or a page: no part of it tells what a lesson is about."""
_FARTHEST_GRADES: Final = 3
"""By how much an objective's grade may differ from the class's."""
_ENDINGS: Final = ("ations", "ation", "ings", "ying", "ing", "ities", "ity", "ies", "ied", "es", "ed", "s", "e", "y")


@dataclass(frozen=True)
class Choice:
    """What a request comes down to."""

    key: str
    objective: Objective
    grade: int
    place_key: str
    place: Place


def understood(text: str, library: Library, **given: Any) -> Request:
    """Read a request such as "grade 5, fractions, island".

    Args:
        text: what was typed.
        library: knows the places.
        **given: fields of the request that were said on their own; they go before the text.

    Raises:
        UsageError: the text asks for what can't be.

    Example:
        >>> from toolbox_cli.agents.making.library import library
        >>> request = understood("grade 5, fractions, island, 30 minutes", library())
        >>> request.grade, request.topic, request.environment, request.duration_minutes
        (5, 'fractions', 'island', 30)
    """
    left = " ".join(_ADDRESS.sub(" ", text.lower()).split())
    read: dict[str, Any] = {}
    left = _numbers(left, read)
    for name, words in (("difficulty", _LEVELS), ("subject", _SUBJECTS)):
        left = _word(left, name, words, read)
    left = _place(left, read, library)
    read["topic"] = _topic(left)
    said = {name: value for name, value in given.items() if value is not None}
    _possible(read | said)
    return Request.model_validate(read | said)


def chosen(request: Request, library: Library) -> Choice:
    """Choose the objective, the grade and the place.

    Raises:
        UsageError: nothing fits; says what is nearest.
    """
    key = _objective(request, library)
    objective = library.objectives[key]
    place_key = _environment(request, key, library)
    return Choice(key, objective, request.grade or objective.grade_level, place_key, library.places[place_key])


def _topic(left: str) -> str:
    words = _WORD.findall(left)
    while words and words[0] in _IDLE:
        del words[0]
    while words and words[-1] in _IDLE:
        del words[-1]
    return " ".join(words)[:300]


def _numbers(left: str, read: dict[str, Any]) -> str:
    for name, pattern in (("grade", _GRADE), ("duration_minutes", _MINUTES), ("questions", _QUESTIONS)):
        if found := pattern.search(left):
            read[name] = int(next(part for part in found.groups() if part))
            left = f"{left[: found.start()]} {left[found.end() :]}"
    if found := _HOURS.search(left):
        read.setdefault("duration_minutes", _HOUR_MINUTES.get(found[1]) or 60 * int(found[1]))
        left = f"{left[: found.start()]} {left[found.end() :]}"
    return left


def _word(left: str, name: str, words: Mapping[str, str], read: dict[str, Any]) -> str:
    for word, meant in words.items():
        if found := re.search(rf"\b{word}\b", left):
            read[name] = meant
            return f"{left[: found.start()]} {left[found.end() :]}"
    return left


def _place(left: str, read: dict[str, Any], library: Library) -> str:
    """Find a place's word; one that stands alone or after a preposition goes before others."""
    known = {word for one in library.knowledge.values() for word in one.words}
    found = []
    for word, place in library.place_words.items():
        if match := re.search(rf"(^|,|;|\b(?:on|in|at|near|under|to) (?:an? |the )?)\s*{word}\s*(?=$|[,;.!])", left):
            found.append((0, -match.end(1), match.end(), place, word))
        elif (match := re.search(rf"\b{word}\b", left)) and word not in known:
            found.append((1, -match.start(), match.end(), place, word))
    if not found:
        return left
    _, start, end, place, word = min(found)
    rest = f"{left[:-start]} {left[end:]}"
    if word in known and "subject" not in read and not _stems(_WORD.findall(rest)):
        return left
    read["environment"] = place
    return rest


def _possible(fields: Mapping[str, Any]) -> None:
    grade, minutes, questions = (fields.get(name) for name in ("grade", "duration_minutes", "questions"))
    if grade is not None and not 1 <= grade <= 12:
        raise UsageError(f"There is no grade {grade}.", remedy="Say a grade from 1 to 12.")
    if minutes is not None and not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise UsageError(
            f"A lesson can't take {minutes} minutes.", remedy=f"Say {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes."
        )
    if questions is not None and not 5 <= questions <= 20:
        raise UsageError(f"A quiz can't have {questions} questions.", remedy="Say 5 to 20 questions.")


def _objective(request: Request, library: Library) -> str:
    if request.objective is not None:
        if request.objective not in library.objectives:
            raise UsageError(f"There is no learning objective {request.objective}.", remedy=_nearest(request, library))
        return request.objective
    words = _stems(_WORD.findall(request.topic.lower()))
    if not words and request.subject is None and request.grade is None:
        raise UsageError(
            "The request names no subject, grade or topic.", remedy='Say for example: "grade 5, fractions".'
        )
    scored = [(score, key) for key in library.objectives if (score := _score(key, words, request, library)) > 0]
    if not scored:
        raise UsageError(f"No learning objective fits {_asked(request)}.", remedy=_nearest(request, library))
    best = max(score for score, _ in scored)
    return Chance("objective", request.seed).pick(sorted(key for score, key in scored if score == best))


def _score(key: str, words: set[str], request: Request, library: Library) -> int:
    """Say how well an objective fits; 0 where it doesn't: each word asked for weighs more than any grade."""
    one, known = library.objectives[key], library.knowledge.get(key)
    if request.subject is not None and one.subject != request.subject:
        return 0
    apart = 0 if request.grade is None else abs(one.grade_level - request.grade)
    if apart > _FARTHEST_GRADES:
        return 0
    said = _stems(_WORD.findall(one.title.lower()))
    title = said | _stems(_WORD.findall(key))
    asked = _stems(" ".join(known.words).split()) if known else set()
    terms = _stems(" ".join(known.terms).lower().split()) if known else set()
    told = _stems(_WORD.findall(one.description.lower()))
    score = 0
    for word in words:
        score += 9 * (word in asked) + 8 * (word in title) + 3 * (word in terms) + 2 * (word in told)
    if words and not score:
        return 0
    score += 9 * len(said) * (said <= words)
    if request.environment is not None:
        score += 9 * bool(asked & _stems(_WORD.findall(request.environment.lower())))
    return 100 + 10 * score - 25 * apart


def _environment(request: Request, key: str, library: Library) -> str:
    if request.environment is not None:
        asked = request.environment.lower()
        for word, meant in library.place_words.items():
            if asked == word or re.search(rf"\b{re.escape(word)}\b", asked):
                return meant
        raise UsageError(
            f"There is no environment {request.environment!r}.", remedy=f"Choose one of {', '.join(library.places)}."
        )
    for _, lesson in library.lessons_for(key):
        if place := library.place_words.get(lesson.environment_type):
            return place
    return Chance("environment", key, request.seed).pick(sorted(library.places))


def _asked(request: Request) -> str:
    parts = [f"{request.topic!r}" if request.topic else "", request.subject or ""]
    said = " in ".join(part for part in parts if part)
    return " ".join(part for part in (said, f"for grade {request.grade}" if request.grade else "") if part)


def _nearest(request: Request, library: Library) -> str:
    """Name objectives of the same subject and of the nearest grades."""

    def far(key: str) -> tuple[bool, int, str]:
        one = library.objectives[key]
        wanted = request.subject is None or one.subject == request.subject
        return not wanted, abs(one.grade_level - (request.grade or one.grade_level)), key

    near = sorted(library.objectives, key=far)[:4]
    return f"Say other words, or name an objective such as {', '.join(near)}."


def _stems(words: Iterable[str]) -> set[str]:
    return {_stem(word) for word in words if word not in _IDLE and len(word) > 1}


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    """Cut what a word's forms differ by; good enough to find an objective.

    Example:
        >>> _stem("fractions"), _stem("multiplying"), _stem("multiplication"), _stem("cells")
        ('fraction', 'multipl', 'multiplic', 'cell')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
