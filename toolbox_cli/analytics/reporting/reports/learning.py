"""The report on learning."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.measures import learning as measures
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.analytics.reporting.reports.over_time import over_time
from toolbox_cli.analytics.reporting.reports.persons import (
    Telling,
    by_month,
    crossed,
    enough,
    guarded,
    guarded_as,
    guarded_whole,
    share,
)
from toolbox_cli.analytics.reporting.suppression.shapes import Beside, Zeros
from toolbox_cli.analytics.reporting.told import HIDDEN, Chart, Field, Figure, Section, Shape, Unit, Value

TITLE: Final = "Learning"
DATASETS: Final = (
    "module-events", "module-progress", "module-feedback", "modules", "quiz-attempts", "learner-progress",
    "educational-metrics",
)  # fmt: skip

_MODULE: Final = Field("module", "Module", Unit.WORD)
_STUDENTS: Final = Field("students", "Students", Unit.PERSONS)
_LEVELS: Final = ("novice", "developing", "proficient", "advanced")
_GAINS: Final = {
    "comprehension": "Comprehension", "engagement": "Engagement", "retention": "Retention", "progress": "Progress",
}  # fmt: skip

_DONE: Final = ("completed", "open")
_CELLS: Final = Telling(("module_id", "outcome"), "students", zeros=Zeros.HIDDEN)

Cells = dict[tuple[Any, Any], dict[str, Value]]


def tell(inquiry: Inquiry) -> tuple[tuple[Figure, ...], tuple[Section, ...]]:
    """Give its figures and sections."""
    titles = {row["module_id"]: row["title"] for row in inquiry.rows(measures.modules)}
    done, hard = completed(inquiry), _struggling(inquiry)
    sections = (
        _activity(inquiry), _completion(done, _efforts(inquiry, done), titles), _struggle(hard, titles),
        _feedback(inquiry, titles), _scores(inquiry), _mastery(inquiry), _gains(inquiry),
    )  # fmt: skip
    return tuple(_figures(inquiry, done, hard)), sections


def _figures(inquiry: Inquiry, done: Cells, hard: Cells) -> Iterator[Figure]:
    active = inquiry.row(measures.active)
    if active:
        students = active["students"]
        yield Figure("active_students", "Active students", enough(students, students), Unit.PERSONS, "in modules")
    if done:
        rate = share(done[None, "completed"]["students"], done[None, None]["students"])
        yield Figure("completion", "Completion", rate, Unit.RATIO, "of modules that were begun")
    if hard:
        yield Figure(
            "struggling",
            "Struggling",
            hard[None, "struggling"]["students"],
            Unit.PERSONS,
            "students, counted once a module",
        )
    quizzes = inquiry.row(measures.quizzes)
    if quizzes and quizzes["attempts"]:
        score = None if quizzes["score"] is None else quizzes["score"] / 100
        yield Figure("quiz_score", "Mean quiz score", enough(score, quizzes["students"]), Unit.RATIO, "over attempts")


def _activity(inquiry: Inquiry) -> Section:
    rows = guarded(
        inquiry.rows(measures.activity, inquiry.period.span, by=["day"]),
        by=["day"], count="students", beside=["sittings", "events"], additive=False,
    )  # fmt: skip
    fields = (_STUDENTS, Field("sittings", "Sittings"), Field("events", "Events"))
    return over_time(
        inquiry, Section(
            "activity", "Activity in modules", "Students who did something in a module, each counted once a day.",
            fields, tuple(rows), Chart(Shape.LINE, "day", ("students",), "Students active in modules, by day."),
        ),
    )  # fmt: skip


def completed(inquiry: Inquiry) -> Cells:
    """Count who completed each module, by module and outcome, with every total; nothing where nobody began one."""
    found = inquiry.rows(measures.completion, by=["module_id", "outcome"])
    for cell in found:
        if cell["outcome"] == "open":
            del cell["minutes"]
    months = {}
    if inquiry.period.span is Span.TERM:
        rows = inquiry.rows(measures.completion_by_month, by=["module_id", "outcome"])
        months = {month: _crossed(held, _DONE) for month, held in by_month(rows).items()}
    return _keyed(guarded_whole(_crossed(found, _DONE), replace(_CELLS, beside=("minutes",)), months))


def _crossed(cells: list[dict[str, Any]], outcomes: tuple[str, str]) -> list[dict[str, Any]]:
    return crossed(cells, "module_id", outcomes, "students") if cells else []


def _keyed(told: list[dict[str, Value]]) -> Cells:
    return {(row["module_id"], row["outcome"]): row for row in told}


def _efforts(inquiry: Inquiry, cells: Cells) -> dict[Any, dict[str, Value]]:
    """Give the means of each module whose number of students is told."""
    rows = guarded(
        inquiry.rows(measures.effort, by=["module_id"]),
        by=["module_id"], count="students", beside=["hints", "retries", "errors", Beside("mastery", "judged")],
    )  # fmt: skip
    hidden: dict[str, Value] = dict.fromkeys(("hints", "retries", "errors", "mastery"), HIDDEN)
    return {
        row["module_id"]: hidden if cells[row["module_id"], None]["students"] is HIDDEN else row for row in rows
    }  # fmt: skip


def _lines(cells: Cells) -> list[Any]:
    return sorted({module for module, _ in cells if module is not None})


def _completion(cells: Cells, efforts: dict[Any, dict[str, Value]], titles: dict[Any, str]) -> Section:
    rows = []
    for module in _lines(cells):
        whole, done, effort = cells[module, None], cells[module, "completed"], efforts[module]
        rows.append(
            {
                "module": _title(module, titles),
                "students": whole["students"],
                "completed": done["students"],
                "rate": share(done["students"], whole["students"]),
                "minutes": done.get("minutes"),
                **{name: effort[name] for name in ("hints", "retries", "mastery")},
            }  # fmt: skip
        )
    fields = (
        _MODULE, Field("students", "Began", Unit.PERSONS), Field("completed", "Completed", Unit.PERSONS),
        Field("rate", "Completion", Unit.RATIO), Field("minutes", "Minutes", Unit.NUMBER),
        Field("hints", "Hints", Unit.NUMBER), Field("retries", "Retries", Unit.NUMBER),
        Field("mastery", "Mastery", Unit.RATIO),
    )  # fmt: skip
    return Section(
        "completion", "Completion of modules",
        "Of the students who last opened a module in the period and had begun it, how many have completed it; minutes "
        "are the mean of those who have, hints and retries the mean of all.",
        fields, tuple(rows), Chart(Shape.BARS, "module", ("rate",), "Share of students who completed each module."),
    )  # fmt: skip


def _struggling(inquiry: Inquiry) -> Cells:
    found = inquiry.rows(measures.struggle, by=["module_id", "outcome"])
    return _keyed(guarded_as(_crossed(found, ("struggling", "steady")), _CELLS))


def _struggle(cells: Cells, titles: dict[Any, str]) -> Section:
    rows = [
        {
            "module": _title(module, titles), "students": cells[module, None]["students"],
            "struggling": cells[module, "struggling"]["students"],
            "share": share(cells[module, "struggling"]["students"], cells[module, None]["students"]),
        }
        for module in _lines(cells)
    ]  # fmt: skip
    fields = (
        _MODULE, _STUDENTS, Field("struggling", "Struggling", Unit.PERSONS), Field("share", "Share", Unit.RATIO)
    )  # fmt: skip
    return Section(
        "struggle", "Where students struggle",
        "Students whose struggle signal reached 0.5 in a module, or who were stuck or went round in circles. Counts "
        "alone: who they are is for their teachers, and in no report.",
        fields, tuple(rows), Chart(Shape.BARS, "module", ("share",), "Share of students who struggle, by module."),
        "No event of the period has a struggle signal; toolbox analytics compute works them out.",
    )  # fmt: skip


def _feedback(inquiry: Inquiry, titles: dict[Any, str]) -> Section:
    kinds = {
        "rating": ("Rating", "rated"), "difficulty": ("Difficulty", "difficulty_rated"),
        "engagement": ("Engaging", "engagement_rated"), "clarity": ("Clear", "clarity_rated"),
    }  # fmt: skip
    rows = rated(inquiry, tuple(Beside(name, persons) for name, (_, persons) in kinds.items()))
    told = [
        {"module": _title(row["module_id"], titles), **{name: row[name] for name in ("students", *kinds)}}
        for row in rows
    ]
    fields = (_MODULE, _STUDENTS, *(Field(name, title, Unit.NUMBER) for name, (title, _) in kinds.items()))
    return Section(
        "feedback", "What students think of modules",
        "Means of ratings from 1 to 5, given in the months that the period lies in; difficulty 5 is the hardest.",
        fields, tuple(told), Chart(Shape.BARS, "module", ("rating",), "Mean rating of each module, 1 to 5."),
        "Nobody rated a module.",
    )  # fmt: skip


def rated(inquiry: Inquiry, beside: tuple[Beside, ...]) -> list[dict[str, Value]]:
    """Give the ratings of modules by enough students."""
    months = {}
    if inquiry.period.span is Span.TERM:
        months = by_month(inquiry.rows(measures.feedback_by_month, by=["module_id"]))
    found = inquiry.rows(measures.feedback, by=["module_id"])
    return guarded_whole(found, Telling(("module_id",), "students", beside), months)


def _scores(inquiry: Inquiry) -> Section:
    found = {row["band"]: row["students"] for row in inquiry.rows(measures.scores)}
    named = [(f"{10 * band}–{10 * band + 9}" if band < 9 else "90+", found.get(band, 0)) for band in range(10)]
    return _banded(
        named if found else [],
        ("scores", "Scores in quizzes", "Students by the mean of their scores, in percent, over all attempts."),
        "Mean score", "Students by the band of their mean score.",
    )  # fmt: skip


def _mastery(inquiry: Inquiry) -> Section:
    found = {row["rank"]: row["students"] for row in inquiry.rows(measures.mastery)}
    named = [(level, found.get(rank, 0)) for rank, level in enumerate(_LEVELS)]
    return _banded(
        named if found else [],
        ("mastery", "Mastery", "Students by the best level that they have reached in content begun in the period."),
        "Level", "Students by their best level of mastery.",
    )  # fmt: skip


def _banded(named: list[tuple[str, int]], words: tuple[str, str, str], over: str, says: str) -> Section:
    cells: list[dict[str, Any]] = [{"band": band, "students": count} for band, count in named]
    if cells:
        cells.append({"band": None, "students": sum(count for _, count in named)})
    rows = guarded(cells, by=["band"], count="students", zeros=Zeros.HIDDEN)
    whole = rows[-1]["students"] if rows else 0
    told = tuple({**row, "share": share(row["students"], whole)} for row in rows[:-1])
    fields = (Field("band", over, Unit.WORD), _STUDENTS, Field("share", "Share", Unit.RATIO))
    return Section(*words, fields, told, Chart(Shape.COLUMNS, "band", ("students",), says))


def _gains(inquiry: Inquiry) -> Section:
    found = [row for row in inquiry.rows(measures.gains, by=["metric_type"]) if row["metric_type"] in _GAINS]
    rows = guarded(
        found, by=["metric_type"], count="students", beside=["measurements", "gain", "better"], additive=False
    )
    told = tuple({**row, "measured": _GAINS[str(row["metric_type"])]} for row in rows)
    fields = (
        Field("measured", "Measured", Unit.WORD), _STUDENTS, Field("measurements", "Measurements"),
        Field("gain", "Mean change", Unit.NUMBER), Field("better", "Better than before", Unit.RATIO),
    )  # fmt: skip
    return Section(
        "gains", "Against what students did before",
        "Measurements compared with each student's own average until then, in points of their unit.",
        fields, told, Chart(Shape.BARS, "measured", ("better",), "Share of measurements above the student's average."),
    )  # fmt: skip


def _title(module: Any, titles: dict[Any, str]) -> str:
    return titles.get(module) or f"Module {module}"
