"""About how many rows a class's tables get."""

from collections.abc import Callable, Mapping
from typing import Final

from toolbox_cli.seed.domains.classes.enrolling import SECOND_PARENT
from toolbox_cli.seed.domains.classes.people import age_band_of
from toolbox_cli.seed.domains.classes.playing import MOST_ATTEMPTS, ON_WEB
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL
from toolbox_cli.seed.domains.classes.rows.published import A_LESSON
from toolbox_cli.seed.profiles.shape import AgeBand, Consent, Profile

_QUESTIONS: Final = 6
_OPTIONS: Final = 4
"""What a quiz of the reference data asks and offers, on average."""

_GIVEN_UP: Final = 0.03
_EARNABLE: Final = 15.5
"""Achievements that a student earns who comes to very many sessions."""

_HALF_EARNED: Final = 3.7
"""Sessions after which they have half of them."""


def expected(profile: Profile) -> Mapping[str, int]:
    """Estimate the rows of each table: right to some percent."""
    classes, wanted = profile.class_count, profile.classes
    lessons = classes * wanted.lessons
    own = lessons * wanted.own_content
    playing = profile.students * _taking_part(profile)
    visits = playing * wanted.lessons * wanted.sessions_a_lesson * wanted.present
    learners = playing * wanted.lessons * _comes(wanted.sessions_a_lesson, wanted.present)
    attempts = learners * min(wanted.attempts_a_quiz, MOST_ATTEMPTS)
    on_web = ON_WEB * max(0.0, (attempts - learners) * (1 - (visits - learners) / max(learners, 1.0)))
    counts = {
        "users": profile.students * (1 + _parents(profile)) + classes + -(-classes // CLASSES_A_SCHOOL),
        "educational_content": own,
        "content_objectives": own * wanted.objectives_a_lesson,
        "quizzes": own,
        "quiz_questions": own * _QUESTIONS,
        "quiz_options": own * _QUESTIONS * _OPTIONS,
        "lessons": lessons,
        "roblox_content": lessons * A_LESSON,
        "roblox_sessions": lessons * wanted.sessions_a_lesson,
        "roblox_player_progress": visits,
        "roblox_quiz_results": attempts - on_web,
        "quiz_attempts": attempts * (1 - _GIVEN_UP),
        "roblox_achievements": playing * _earned(visits / max(playing, 1.0)),
        "user_progress": learners,
    }
    return {table: round(count) for table, count in counts.items()}


def _taking_part(profile: Profile) -> float:
    """Give the share of students who come to a session when they are not ill."""
    learners = profile.learners
    there = (1 - learners.never_back) * (1 - learners.leaving / 2)
    return there * _over_grades(profile, lambda _, consent: consent.parental * consent.data_collection)


def _earned(visits: float) -> float:
    """Give the achievements a student, which come ever slower."""
    return _EARNABLE * visits / (visits + _HALF_EARNED)


def _parents(profile: Profile) -> float:
    """Give the parents with accounts, a student."""
    share = _over_grades(profile, lambda band, consent: 0.0 if band == "adult" else consent.parental)
    return share * (1 + SECOND_PARENT)


def _over_grades(profile: Profile, share: Callable[[AgeBand, Consent], float]) -> float:
    """Average a share over the grades, which are about equally frequent."""
    span = profile.classes.grades
    bands = [age_band_of(grade) for grade in range(span.start, span.end + 1)]
    return sum(share(band, profile.consent[band]) for band in bands) / len(bands)


def _comes(sessions: float, present: float) -> float:
    """Give the chance that a student comes to at least one session of a lesson."""
    whole = int(sessions)
    missed = [(1 - present) ** count for count in (whole, whole + 1)]
    return 1 - missed[0] - (sessions - whole) * (missed[1] - missed[0])
