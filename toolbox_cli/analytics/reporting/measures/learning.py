"""What is learned: activity, completion, scores, struggle, and what students think of modules."""

from typing import Any, Final

from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.measures.measure import counted, mean, measure, real, real_of, step

STRUGGLES_FROM: Final = 0.5
"""Struggle signal that makes a student count as struggling in a module: three hints in a row, say."""

STRUGGLES_BY: Final = ("stuck", "confusion_loop")
"""Patterns that do, too."""

BAND: Final = 10
"""Width of a band of scores, in percent."""


@measure("module-events")
def activity(events: Any, span: Span) -> Any:
    """Count students, sittings and events by day."""
    dated = events.mutate(day=step(events.happened_at, span))
    return dated.group_by("day").aggregate(
        students=dated.student.nunique(), sittings=dated.session.nunique(), events=dated.count()
    )


@measure("module-events")
def active(events: Any) -> Any:
    """Count the students of the whole period."""
    return events.aggregate(students=events.student.nunique(), events=events.count())


@measure("module-progress")
def completion(progress: Any) -> Any:
    """Count students by module and by whether they completed it, with the time that it took those who did."""
    told = _outcomes(progress)
    return told.group_by("module_id", "outcome").aggregate(
        students=told.student.nunique(), minutes=mean(told.total_time_seconds) / real_of(told, 60.0)
    )


@measure("module-progress")
def completion_by_month(progress: Any) -> Any:
    """Count the same month by month: what a reader may have already when the whole is told."""
    told = _outcomes(progress)
    told = told.mutate(month=told.last_accessed_at.truncate("M").date())
    return told.group_by("month", "module_id", "outcome").aggregate(students=told.student.nunique())


def _outcomes(progress: Any) -> Any:
    begun = progress.filter(progress.status != "not_started")
    return begun.mutate(outcome=(begun.status == "completed").ifelse("completed", "open"))


@measure("module-progress")
def effort(progress: Any) -> Any:
    """Tell by module how often students needed help, and their mastery."""
    begun = progress.filter(progress.status != "not_started")
    return begun.group_by("module_id").aggregate(
        students=begun.student.nunique(),
        hints=mean(begun.hint_count),
        retries=mean(begun.retry_count),
        errors=mean(begun.error_count),
        mastery=mean(begun.mastery_score),
        judged=begun.student.nunique(where=begun.mastery_score.notnull()),
    )


@measure("module-events")
def struggle(events: Any) -> Any:
    """Count students by module and by whether they struggled in it at least once."""
    told = events.filter(events.struggle_signal.notnull())
    # a signal has two places, so half of the third is no signal's own
    high = real(told.struggle_signal) > real_of(told, STRUGGLES_FROM - 0.005)
    caught = told.pattern_detected.isin(STRUGGLES_BY).fill_null(False)
    told = told.mutate(is_hard=(high | caught).ifelse(1, 0).cast("int64"))
    each = told.group_by("module_id", "student").aggregate(is_hard=told.is_hard.max())
    each = each.mutate(outcome=(each.is_hard == 1).ifelse("struggling", "steady"))
    return each.group_by("module_id", "outcome").aggregate(students=each.count())


@measure("module-feedback")
def feedback(given: Any) -> Any:
    """Tell by module how students rate it; each of them has one row a module."""
    return given.group_by("module_id").aggregate(**_ratings(given))


@measure("module-feedback")
def feedback_by_month(given: Any) -> Any:
    """Tell the same month by month: what a reader may have already when the whole is told."""
    dated = given.mutate(month=given.created_at.truncate("M").date())
    return dated.group_by("month", "module_id").aggregate(**_ratings(dated))


def _ratings(given: Any) -> dict[str, Any]:
    return {
        "students": given.count(),
        "rating": mean(given.rating), "rated": given.rating.count(),
        "difficulty": mean(given.difficulty_rating), "difficulty_rated": given.difficulty_rating.count(),
        "engagement": mean(given.engagement_rating), "engagement_rated": given.engagement_rating.count(),
        "clarity": mean(given.clarity_rating), "clarity_rated": given.clarity_rating.count(),
    }  # fmt: skip


@measure("modules")
def modules(known: Any) -> Any:
    """Name the modules."""
    return known.select("module_id", "title", "difficulty_level")


@measure("quiz-attempts")
def scores(attempts: Any) -> Any:
    """Count students by the band of their mean score over all attempts that they handed in."""
    told = attempts.filter(attempts.score.notnull() & attempts.student.notnull())
    each = told.group_by("student").aggregate(score=mean(told.score))
    place = ((each.score + real_of(each, 1e-9)) / real_of(each, float(BAND))).floor().cast("int64")
    each = each.mutate(band=place.clip(lower=0, upper=9))
    return each.group_by("band").aggregate(students=each.count())


@measure("quiz-attempts")
def quizzes(attempts: Any) -> Any:
    """Tell attempts, how many were handed in and passed, and their mean score."""
    return attempts.aggregate(
        students=attempts.student.nunique(),
        attempts=attempts.count(),
        completed=counted(attempts.is_completed.fill_null(False)),
        passed=counted(attempts.passed.fill_null(False)),
        judged=counted(attempts.passed.notnull()),
        score=mean(attempts.score),
        seconds=mean(attempts.time_taken_seconds),
    )


@measure("learner-progress")
def mastery(progress: Any) -> Any:
    """Count students by the best level of mastery that they were judged to have."""
    levels = ("novice", "developing", "proficient", "advanced")
    told = progress.filter(progress.mastery_level.isin(levels) & progress.student.notnull())
    rank = told.mastery_level.cases(*((level, place) for place, level in enumerate(levels)), else_=0)
    each = told.mutate(rank=rank.cast("int64")).group_by("student").aggregate(rank=lambda held: held["rank"].max())
    return each.group_by("rank").aggregate(students=each.count())


@measure("educational-metrics")
def gains(metrics: Any) -> Any:
    """Compare measurements with the student's own average before, by what was measured."""
    told = metrics.filter(metrics.historical_average.notnull() & metrics.student.notnull())
    gain = real(told.metric_value) - real(told.historical_average)
    told = told.mutate(gain=gain, is_better=(gain > real_of(told, 0.0)).ifelse(1, 0).cast("int64"))
    return told.group_by("metric_type").aggregate(
        students=told.student.nunique(), measurements=told.count(), gain=mean(told.gain), better=mean(told.is_better)
    )
