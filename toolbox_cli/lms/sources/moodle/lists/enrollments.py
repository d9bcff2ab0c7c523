"""Rolls, made enrollments."""

from collections.abc import Iterator, Mapping

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.settings.definitions import SAY_ROLE
from toolbox_cli.lms.sources.moodle.lists.rolls import Member, Roll
from toolbox_cli.lms.sources.reading import scopes
from toolbox_cli.lms.sources.reading.values import told
from toolbox_cli.lms.sources.records import (
    Broken,
    Complete,
    Enrollment,
    Event,
    Fault,
    Kind,
    Page,
    Role,
    Scope,
    Standing,
)


def events(roll: Roll, course_id: str, meanings: Mapping[str, Role | None]) -> Iterator[Event]:
    """Give a course's enrollments: one for each person and role."""
    scope = Scope(Kind.ENROLLMENT, course_id)
    records: list[Enrollment] = []
    faults = list(roll.faults)
    for member in roll.members:
        wrong = _unknown(member, meanings, roll.place)
        faults += wrong
        records += _of(member, course_id, meanings)
    if records or faults:
        yield Page(scope, tuple(records), tuple(faults))
    broken = roll.broken or _unread(scope, faults, roll.place)
    yield Broken(scope, broken) if broken else Complete(scope)


def _of(member: Member, course_id: str, meanings: Mapping[str, Role | None]) -> Iterator[Enrollment]:
    """Give what somebody is in a course.

    Not active is three things that Moodle does not tell apart: switched off, ended, not yet begun.
    """
    standing = Standing.ACTIVE if member.active else Standing.INACTIVE
    for role in dict.fromkeys(meanings.get(name) for name in member.roles):
        if role is not None:
            yield Enrollment(course_id, member.user, role, standing=standing)


def _unknown(member: Member, meanings: Mapping[str, Role | None], place: str | None) -> list[Fault]:
    if not member.roles:
        message = "This person is enrolled in no role at all, and is left out."
        return [Fault("lms-no-role", message, Kind.ENROLLMENT, member.user, "roles", place, severity=Severity.NOTE)]
    return [
        Fault("lms-unknown-role", f"The role {told(name)} is not known; it is left out.", Kind.ENROLLMENT,
              member.user, "roles", place, SAY_ROLE)  # fmt: skip
        for name in member.roles
        if name not in meanings
    ]  # fmt: skip


def _unread(scope: Scope, faults: list[Fault], place: str | None) -> Fault | None:
    """Give why removals can't be told: a role that was renamed looks as if everybody had lost it."""
    if not any(fault.code == "lms-unknown-role" for fault in faults):
        return None
    why = "There are roles that are not known, so nobody is removed because a role is missing."
    return scopes.fault(scope, "roles-unread", why, place, SAY_ROLE)
