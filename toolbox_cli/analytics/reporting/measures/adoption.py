"""Who uses the platform, what for, and how much."""

from typing import Any, Final

from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.measures.measure import counted, mean, measure, real_of, step, total

ROLES: Final = ("student", "teacher", "parent", "developer", "admin", "other")


@measure("usage-events")
def activity(events: Any, span: Span) -> Any:
    """Count persons, sign-in sessions and requests by day."""
    dated = events.mutate(day=step(events.happened_at, span))
    return dated.group_by("day").aggregate(
        persons=dated.user.nunique(), sessions=dated.session.nunique(), requests=dated.count()
    )


@measure("usage-events", "people")
def roles(events: Any, people: Any) -> Any:
    """Count the persons who did something by their role: each has one."""
    signed_in = events.filter(events.user.notnull())
    seen = signed_in.group_by("user").aggregate(requests=signed_in.count())
    known = people.select(account=people.user, role=people.role)
    joined = seen.left_join(known, seen.user == known.account)
    told = joined.mutate(role=joined.role.isin(ROLES).fill_null(False).ifelse(joined.role, "other"))
    return told.group_by("role").aggregate(persons=told.count(), requests=total(told.requests))


@measure("usage-events")
def kinds(events: Any) -> Any:
    """Count persons and events by what was done."""
    return events.group_by("event_type").aggregate(persons=events.user.nunique(), events=events.count())


@measure("usage-events")
def devices(events: Any) -> Any:
    """Count persons by the device that they used; who used two is counted twice."""
    told = events.mutate(device_type=events.device_type.fill_null("unknown"))
    return told.group_by("device_type").aggregate(persons=told.user.nunique(), events=told.count())


@measure("roblox-sessions")
def sessions(held: Any, span: Span) -> Any:
    """Count live sessions in Roblox by day."""
    dated = held.mutate(day=step(held.created_at, span))
    return dated.group_by("day").aggregate(
        sessions=dated.count(), minutes=mean(dated.duration_seconds) / real_of(dated, 60.0)
    )


@measure("roblox-progress")
def players(progress: Any) -> Any:
    """Tell how many students took part in live sessions, how far they came, and how often they were cut off."""
    return progress.aggregate(
        students=progress.student.nunique(),
        visits=progress.count(),
        progress=mean(progress.progress_percentage) / real_of(progress, 100.0),
        cut_off=counted((progress.disconnections > 0).fill_null(False)),
    )


@measure("generated-scripts")
def scripts(made: Any, span: Span) -> Any:
    """Count scripts by day, and how many of them were put into a place."""
    dated = made.mutate(day=step(made.created_at, span))
    return dated.group_by("day").aggregate(
        scripts=dated.count(), deployed=counted(dated.deployed_to_studio.fill_null(False))
    )


@measure("generated-scripts", "usage-events")
def developers(made: Any, events: Any) -> Any:
    """Count those who had a script made and those whose Studio plugin called, and take the more: at least so many.

    Who is both has two pseudonyms, and would count twice in a sum.
    """
    authors = made.aggregate(persons=made.author.nunique())
    callers = events.filter(events.event_type == "plugin_call").aggregate(persons=events.user.nunique())
    both = authors.union(callers)
    return both.aggregate(persons=both.persons.max())
