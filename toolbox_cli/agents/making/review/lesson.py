"""The review of a lesson plan."""

from collections.abc import Callable, Iterator
from typing import Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Environment, LessonPlan
from toolbox_cli.agents.making.review.judgement import Reason
from toolbox_cli.agents.making.review.texts import reading_reasons, text_reasons
from toolbox_cli.content.reference.learning import ACCESSIBILITY

_FARTHEST_GRADES: Final = 3
"""By how much an objective's grade may differ from the class's."""
_LONGEST_SHARE: Final = 0.6
"""Of the lesson's time that one activity may take."""

Check = Callable[[Environment, Library], Iterator[Reason]]


def lesson_reasons(environment: Environment, library: Library) -> Iterator[Reason]:
    """Find what is wrong with the plan."""
    for check in (_asked_for, _objectives, _minutes, _activities, _game, _access):
        yield from check(environment, library)
    yield from word_reasons(environment.plan)


def lesson_confidence(environment: Environment, library: Library) -> float:
    """Say how much of the plan can be held against what is known: its objectives and its vocabulary."""
    plan = environment.plan
    known = {term.casefold() for key in plan.objectives for term in _terms(key, library)}
    confirmed = sum(one.term.casefold() in known for one in plan.vocabulary) / len(plan.vocabulary)
    aims = sum(key in library.objectives for key in plan.objectives) / len(plan.objectives)
    return 0.5 * aims + 0.3 + 0.2 * confirmed


def _terms(objective: str, library: Library) -> Iterator[str]:
    if objective in library.knowledge:
        yield from library.knowledge[objective].terms
    for _, lesson in library.lessons_for(objective):
        yield from (one.term for one in lesson.content_data.vocabulary)


def _reason(code: str, place: str, found: str, remedy: str, costs: float = 0.1, *, refuses: bool = False) -> Reason:
    return Reason(code=code, part="lesson", place=place, found=found, remedy=remedy, costs=costs, refuses=refuses)


def _asked_for(environment: Environment, library: Library) -> Iterator[Reason]:
    request, plan = environment.request, environment.plan
    asked = {
        "subject": (request.subject, plan.subject),
        "grade": (request.grade, plan.grade),
        "duration_minutes": (request.duration_minutes, plan.duration_minutes),
        "difficulty": (request.difficulty, plan.difficulty),
        "objectives": (request.objective, plan.objectives[0]),
        "environment": (_place(request.environment, library), plan.environment),
    }
    for place, (wanted, is_) in asked.items():
        if wanted is not None and wanted != is_:
            told = f"{is_} in place of {wanted}"
            yield _reason("not-asked-for", place, told, "Keep to the request.", 0.3, refuses=True)


def _place(word: str | None, library: Library) -> str | None:
    return None if word is None else library.place_words.get(word.lower(), word)


def _objectives(environment: Environment, library: Library) -> Iterator[Reason]:
    plan = environment.plan
    for key in plan.objectives:
        held = library.objectives.get(key)
        if held is None:
            remedy = "Name an objective that there is."
            yield _reason("no-objective", "objectives", f"there is no {key}", remedy, 0.4, refuses=True)
        elif held.subject != plan.subject:
            remedy = "Choose an objective of the subject."
            yield _reason("other-subject", "objectives", f"{key} is of {held.subject}", remedy, 0.3, refuses=True)
        elif abs(held.grade_level - plan.grade) > _FARTHEST_GRADES:
            told = f"{key} is of grade {held.grade_level}"
            yield _reason("other-grade", "objectives", told, "Choose an objective nearer to the grade.", 0.15)


def _minutes(environment: Environment, library: Library) -> Iterator[Reason]:
    plan, quiz = environment.plan, environment.quiz
    together = sum(one.minutes for one in plan.activities)
    if together != plan.duration_minutes:
        told = f"{together} minutes in place of {plan.duration_minutes}"
        yield _reason("minutes", "activities", told, "Let the minutes add up to the lesson's.", 0.3, refuses=True)
    for one in plan.activities:
        if one.minutes > _LONGEST_SHARE * plan.duration_minutes:
            told = f"{one.name} takes {one.minutes} of {plan.duration_minutes} minutes"
            yield _reason("one-long-activity", "activities", told, "Part it in two.", 0.05)
    if quiz.time_limit_s > 60 * plan.duration_minutes:
        told = f"the quiz may take {quiz.time_limit_s // 60} of {plan.duration_minutes} minutes"
        yield _reason("quiz-outlasts-lesson", "duration_minutes", told, "Ask less, or plan more time.", 0.05)


def _activities(environment: Environment, library: Library) -> Iterator[Reason]:
    plan = environment.plan
    if len({one.kind for one in plan.activities}) < 2:
        told = f"all are of the kind {plan.activities[0].kind}"
        yield _reason("one-kind", "activities", told, "Let students do different things.")
    texts = [one.text.casefold() for one in plan.activities]
    if len(set(texts)) < len(texts):
        yield _reason("told-twice", "activities", "two have the same text", "Give each activity its own text.", 0.2)
    told_in = " ".join([*texts, *(one.ask.casefold() for one in environment.quiz.questions)])
    if not any(one.term.casefold() in told_in for one in plan.vocabulary):
        yield _reason("unused-words", "vocabulary", "no term is used", "Use the terms in tasks and questions.")


def _game(environment: Environment, library: Library) -> Iterator[Reason]:
    plan = environment.plan
    mechanics = plan.mechanics
    if mechanics.checkpoints != len(plan.activities):
        told = f"{mechanics.checkpoints} for {len(plan.activities)} activities"
        yield _reason("checkpoints", "mechanics", told, "Give each activity a checkpoint.", 0.15)
    for key in mechanics.rewards:
        if key not in library.achievements:
            yield _reason("no-achievement", "mechanics", f"there is no {key}", "Name rewards that there are.", 0.1)
    if plan.environment not in library.places:
        told = f"there is no {plan.environment}"
        yield _reason("no-place", "environment", told, "Name a place that there is.", 0.3, refuses=True)


def _access(environment: Environment, library: Library) -> Iterator[Reason]:
    offered = {one.need for one in environment.plan.accessibility}
    for need in ACCESSIBILITY:
        if need not in offered:
            remedy = f"Say how the lesson offers {need}."
            yield _reason("accessibility", "accessibility", f"{need} is missing", remedy, 0.1, refuses=True)


def word_reasons(plan: LessonPlan) -> Iterator[Reason]:
    """Find what is wrong with the words of a plan."""
    told = [plan.summary, *(one.text for one in plan.activities), *plan.reflection]
    meanings = [one.meaning for one in plan.vocabulary]
    texts = {
        "title": [plan.title],
        "description": [plan.description],
        "summary": [plan.summary],
        "vocabulary": [*meanings, *(one.term for one in plan.vocabulary)],
        "activities": [text for one in plan.activities for text in (one.name, one.text)],
        "reflection": plan.reflection,
        "support": [plan.support, plan.stretch],
        "accessibility": [one.text for one in plan.accessibility],
    }
    yield from text_reasons("lesson", texts)
    yield from reading_reasons("lesson", [*told, *meanings], (one.term for one in plan.vocabulary), plan.grade)
