"""Learning management systems: connections, syncs, what was wrong, and who is in which course."""

from typing import Final

from sqlalchemy import BigInteger, cast, func, join, select

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows, Measure
from toolbox_cli.analytics.datasets.values import DAY, GRADES, MONTH, USER, json_total, seconds_between
from toolbox_cli.analytics.masking.masks import OneOf, Pseudonym
from toolbox_cli.models.toolboxai.lms.courses import LmsCourse as Course
from toolbox_cli.models.toolboxai.lms.enrollments import LmsEnrollment as Enrollment
from toolbox_cli.models.toolboxai.lms.identities import LmsIdentity as Identity
from toolbox_cli.models.toolboxai.lms.integrations import LmsIntegration as Integration
from toolbox_cli.models.toolboxai.lms.runs import LmsSyncIssue as Issue
from toolbox_cli.models.toolboxai.lms.runs import LmsSyncRun as Run


def _counted(name: str, action: str, doc: str) -> Column:
    """Add up what a sync did to records of every kind."""
    return Column(name, json_total(Run.counts, "*", action), doc=doc, made_from=(Run.counts,))


LMS_INTEGRATIONS: Final = Dataset(
    name="lms-integrations",
    platform="toolboxai",
    title="One connection of an institution to its learning management system.",
    columns=(
        Column("integration_id", Integration.id),
        Column("name", Integration.name),
        Column("platform_name", Integration.platform_name),
        Column("institution_name", Integration.institution_name),
        Column("sync_frequency_hours", Integration.sync_frequency_hours),
        Column("grade_passback_enabled", Integration.grade_passback_enabled),
        Column("roster_sync_enabled", Integration.roster_sync_enabled),
        Column("content_sync_enabled", Integration.content_sync_enabled),
        Column("is_active", Integration.is_active),
        Column("last_sync_at", Integration.last_sync_at),
        Column("last_sync_status", Integration.last_sync_status),
        Column("last_success_at", Integration.last_success_at),
        Column("removed_at", Integration.removed_at),
        Column("created_at", Integration.created_at),
    ),
    key=("integration_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    by=("platform_name",),
)

LMS_SYNC_RUNS: Final = Dataset(
    name="lms-sync-runs",
    platform="toolboxai",
    title="One sync with a learning management system.",
    columns=(
        Column("run_id", Run.id),
        Column("integration_id", Run.lms_integration_id),
        Column("mode", Run.mode),
        Column("status", Run.status),
        _counted("inserted", "insert", "Records that it added."),
        _counted("updated", "update", "Records that it changed."),
        _counted("removed", "remove", "Records that it marked as gone."),
        _counted("restored", "restore", "Records that it no longer marks as gone."),
        Column(
            "issues",
            cast(select(func.count()).where(Issue.run_id == Run.id).correlate(Run).scalar_subquery(), BigInteger),
            doc="Faults that it found in records.",
            made_from=(Run.id, Issue.run_id),
        ),
        Column("error_code", Run.error_code),
        Column(
            "duration_seconds",
            seconds_between(Run.started_at, Run.ended_at),
            doc="Seconds from its beginning to its end; null while it runs.",
            made_from=(Run.started_at, Run.ended_at),
        ),
        Column("started_at", Run.started_at),
        Column("ended_at", Run.ended_at),
    ),
    key=("run_id",),
    time="started_at",
    grows=Grows.IN_PLACE,
    by=("mode", "status"),
    measures=(Measure("mean_seconds", "duration_seconds", "Mean seconds that syncs took."),),
)

LMS_SYNC_ISSUES: Final = Dataset(
    name="lms-sync-issues",
    platform="toolboxai",
    title="One fault of a record that a sync read, without the record.",
    columns=(
        Column("run_id", Issue.run_id),
        Column("number", Issue.number),
        Column("integration_id", Run.lms_integration_id),
        Column("code", Issue.code),
        Column("severity", Issue.severity),
        Column("record_kind", Issue.kind),
        Column("field", Issue.field),
        Column("started_at", Run.started_at),
    ),
    rows=join(Issue, Run, Issue.run_id == Run.id),
    key=("run_id", "number"),
    time="started_at",
    grows=Grows.IN_PLACE,
    by=("code", "severity"),
)

LMS_COURSES: Final = Dataset(
    name="lms-courses",
    platform="toolboxai",
    title="One course of a learning management system, without its name and its teachers.",
    columns=(
        Column("course_id", Course.id),
        Column("integration_id", Course.lms_integration_id),
        Column("subject", Course.subject),
        Column("grade_level", Course.grade_level),
        Column("enrollment_count", Course.enrollment_count),
        Column("status", Course.status),
        Column("term", Course.term),
        Column("starts_on", Course.start_date),
        Column("ends_on", Course.end_date),
        Column("last_synced_at", Course.last_synced_at),
        Column("created_at", Course.created_at),
    ),
    key=("course_id",),
    time="created_at",
    grows=Grows.IN_PLACE,
    by=("subject", "grade_level"),
)

LMS_ENROLLMENTS: Final = Dataset(
    name="lms-enrollments",
    platform="toolboxai",
    title="One person's place in a course of a learning management system; whoever opted out is not in it.",
    columns=(
        Column("enrollment_id", Enrollment.id, Pseudonym("toolboxai.lms_enrollment")),
        Column("course_id", Enrollment.lms_course_id),
        Column("integration_id", Identity.lms_integration_id),
        Column("account", Enrollment.lms_identity_id, Pseudonym("toolboxai.lms_identity")),
        Column("user", Identity.user_id, USER),
        # who has accounts in several systems is one of the persons that a table of cells counts
        Column(
            "person",
            func.coalesce(Identity.user_id, Enrollment.lms_identity_id),
            Pseudonym("toolboxai.lms_person"),
            "Who it is: the user, or the account where nobody knows whose it is.",
            made_from=(Identity.user_id, Enrollment.lms_identity_id),
        ),
        Column("role", Enrollment.role, OneOf(("student", "teacher", "assistant"))),
        Column("status", Enrollment.status, OneOf(("active", "future", "ended", "inactive", "removed"))),
        Column("grade_level", Identity.grade_level, GRADES),
        Column("begins_on", Enrollment.begins_on, MONTH),
        Column("ends_on", Enrollment.ends_on, MONTH),
        Column("first_seen_at", Identity.created_at, DAY, "When the account was first read."),
    ),
    rows=join(Enrollment, Identity, Enrollment.lms_identity_id == Identity.id),
    where=(Identity.opted_out.is_(False),),
    key=("enrollment_id",),
    time="first_seen_at",
    grows=Grows.IN_PLACE,
    person="person",
    by=("role", "status"),
)

DATASETS: Final = (LMS_INTEGRATIONS, LMS_SYNC_RUNS, LMS_SYNC_ISSUES, LMS_COURSES, LMS_ENROLLMENTS)
