"""What institutions used, in the units that they may be billed by."""

from typing import Any

from toolbox_cli.analytics.reporting.measures.measure import counted, measure, total


@measure("universities")
def universities(known: Any) -> Any:
    """Name the universities."""
    return known.select("university", "name")


@measure("lms-integrations")
def institutions(known: Any) -> Any:
    """Name the institutions that are connected by a learning management system."""
    return known.select("integration_id", "name", "institution_name")


@measure("module-events", "module-students")
def module_use(events: Any, students: Any) -> Any:
    """Count students who did something in modules, and what they did, by university."""
    known = students.select(who=students.student, university=students.university)
    joined = events.join(known, events.student == known.who)
    told = joined.filter(joined.university.notnull())
    return told.group_by("university").aggregate(active_student=told.student.nunique(), module_event=told.count())


@measure("module-progress", "module-students")
def modules_completed(progress: Any, students: Any) -> Any:
    """Count modules that students of each university completed."""
    known = students.select(who=students.student, university=students.university)
    joined = progress.join(known, progress.student == known.who)
    told = joined.filter(joined.university.notnull())
    return told.group_by("university").aggregate(
        module_completed=counted((told.status == "completed").fill_null(False))
    )


@measure("usage-events", "lms-enrollments")
def platform_use(events: Any, enrollments: Any) -> Any:
    """Count persons and what they used by the connection whose roster has them; who is in several counts for one."""
    known = enrollments.filter(enrollments.user.notnull() & enrollments.integration_id.notnull())
    homes = known.group_by("user").aggregate(home=known.integration_id.min())
    homes = homes.select(who=homes.user, integration_id=homes.home)
    told = events.join(homes, events.user == homes.who)
    return told.group_by("integration_id").aggregate(
        active_person=told.user.nunique(), request=told.count(), ai_ms=total(told.ai_processing_time_ms.fill_null(0))
    )


@measure("lms-sync-runs")
def syncs(runs: Any) -> Any:
    """Count syncs that brought something in, by connection."""
    done = runs.filter(runs.status.isin(("success", "partial")) & runs.mode.isin(("full", "delta")))
    return done.group_by("integration_id").aggregate(sync=done.count())
