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

_GRADE: Final = re.compile(r"\b(?:grades?|class|year)\s*(\d{1,2})\b")
_NTH_GRADE: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[\s-]*(?:grade|graders?|class)\b")
_ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_CARDINALS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELT_GRADE: Final = re.compile(
    rf"\b({'|'.join(_ORDINALS)})[\s-]+(?:grade|graders?|class)\b|\b(?:grade|class|year)\s+({'|'.join(_CARDINALS)})\b"
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
about activities activity adventure an and are as at basic basics be build by can challenge children class classroom
create do does environment exercises explain explore exploring for from fun game games give grade grades have help
how i in into intro introducing introduction is it its kids learn learning lesson lessons level like make me mission
my need of on or our place play please practice practise quest quiz quizzes review revise revision roblox set short
some student students study task tasks teach teaching test than that the their them then they this to topic
understand understanding unit us use using want we what when where which who why with work world would year you your"""
_IDLE: Final = frozenset(_IDLE_WORDS.split())
_WORD: Final = re.compile(r"[\w'-]+")
_ADDRESS: Final = re.compile(r"\S*(?:@|://|\bwww\.)\S*")
"""Of a person or a page: no part of it tells what a lesson is about."""
_MOST_BELOW: Final = 3
_MOST_ABOVE: Final = 1
"""By how many grades an objective may lie below the class, and above it: what is too hard is no lesson."""
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
    patterns = (("grade", _GRADE), ("grade", _NTH_GRADE), ("duration_minutes", _MINUTES), ("questions", _QUESTIONS))
    for name, pattern in patterns:
        if name not in read and (found := pattern.search(left)):
            read[name] = int(found[1])
            left = f"{left[: found.start()]} {left[found.end() :]}"
    if "grade" not in read and (found := _SPELT_GRADE.search(left)):
        read["grade"] = 1 + (_ORDINALS.index(found[1]) if found[1] else _CARDINALS.index(found[2]))
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
        one = library.objectives[request.objective]
        if not _suits(one, request):
            raise UsageError(
                f"{request.objective} is of {one.subject} for grade {one.grade_level}, and does not suit "
                f"{_asked(request.model_copy(update={'topic': ''}))}.",
                remedy=_nearest(request, library),
            )
        return request.objective
    words = {_stem(word): word for word in reversed(_WORD.findall(request.topic.lower())) if _tells(word)}
    if not words and request.subject is None and request.grade is None:
        raise UsageError(
            "The request names no subject, grade or topic.", remedy='Say for example: "grade 5, fractions".'
        )
    fits = [fit for key in library.objectives if (fit := _fit(key, {*words}, request, library))]
    if not fits:
        raise UsageError(f"No learning objective fits {_asked(request)}.", remedy=_nearest(request, library))
    best = max(fit.rank for fit in fits)
    fit = Chance("objective", request.seed).pick([fit for fit in fits if fit.rank == best])
    if fit.left_out and 2 * len(fit.left_out) >= len(words):
        left = ", ".join(repr(word) for stem, word in reversed(words.items()) if stem in fit.left_out)
        title = library.objectives[fit.key].title
        raise UsageError(
            f"No objective is about all of this: the nearest, {title!r}, leaves out {left}.",
            remedy=f"Ask for it without those words, or by its key: {fit.key}. "
            f"Places where a lesson can play: {', '.join(library.places)}.",
        )
    return fit.key


def _suits(objective: Objective, request: Request) -> bool:
    """Say whether an objective is of the subject, and neither far below the class nor too hard for it."""
    if request.subject is not None and objective.subject != request.subject:
        return False
    return request.grade is None or -_MOST_ABOVE <= request.grade - objective.grade_level <= _MOST_BELOW


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well an objective fits: each word asked for weighs more than any grade.

    Attributes:
        left_out: stems of words that were asked for, and that it is not about.
    """

    key: str
    score: int
    left_out: set[str]

    @property
    def rank(self) -> tuple[int, int]:
        return -len(self.left_out), self.score


def _fit(key: str, words: set[str], request: Request, library: Library) -> _Fit | None:
    one, known = library.objectives[key], library.knowledge.get(key)
    if not _suits(one, request):
        return None
    said = _stems(_WORD.findall(one.title.lower()))
    title = said | _stems(_WORD.findall(key))
    asked = _stems(" ".join(known.words).split()) if known else set()
    terms = _stems(" ".join(known.terms).lower().split()) if known else set()
    told = _stems(_WORD.findall(one.description.lower()))
    about = words & (asked | title | terms)
    if words and not about:
        return None
    score = sum(9 * (word in asked) + 8 * (word in title) + 3 * (word in terms) + 2 * (word in told) for word in words)
    score += 9 * len(said) * (said <= words)
    if request.environment is not None:
        score += 9 * bool(asked & _stems(_WORD.findall(request.environment.lower())))
    apart = 0 if request.grade is None else abs(one.grade_level - request.grade)
    return _Fit(key, 100 + 10 * score - 25 * apart, words - about - told - _stems(library.place_words))


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
    said = " in ".join(part for part in (f"{request.topic!r}" if request.topic else "", request.subject or "") if part)
    return " ".join(part for part in (said, f"for grade {request.grade}" if request.grade else "") if part)


def _nearest(request: Request, library: Library) -> str:
    """Name objectives of the same subject and of the nearest grades."""

    def far(key: str) -> tuple[bool, bool, int, str]:
        one = library.objectives[key]
        wanted = request.subject is None or one.subject == request.subject
        return not _suits(one, request), not wanted, abs(one.grade_level - (request.grade or one.grade_level)), key

    near = sorted(library.objectives, key=far)[:4]
    if request.grade is not None and not any(_suits(library.objectives[key], request) for key in near):
        return (
            f"The nearest to grade {request.grade} are {', '.join(near)}; they suit grades {_grades(near[0], library)}."
        )
    return f"Say other words, in English, or name an objective such as {', '.join(near)}."


def _grades(key: str, library: Library) -> str:
    own = library.objectives[key].grade_level
    return f"{own - _MOST_ABOVE} to {min(12, own + _MOST_BELOW)}"


def _stems(words: Iterable[str]) -> set[str]:
    return {_stem(word) for word in words if _tells(word)}


def _tells(word: str) -> bool:
    """Say whether a word tells what a lesson is about."""
    return word not in _IDLE and len(word) > 1 and any(sign.isalpha() for sign in word)


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
