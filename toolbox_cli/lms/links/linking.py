"""Tie a course or assignment to content or a quiz, and take such ties away."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, Row, rows
from toolbox_cli.lms.links.finding import Target, as_key, content_named, quiz_named, target_named
from toolbox_cli.lms.runs.manual.journal import Edit, Edited, edit, lock

_TABLES: Final = {"course": "lms_courses", "assignment": "lms_assignments"}

_WAITING: Final = """
SELECT count(*) AS waiting FROM lms_grade_passbacks
WHERE lms_assignment_id = %(key)s AND coalesce(status, 'pending') IN ('pending', 'failed')"""
"""How many grades of an assignment are yet to be sent."""

_CONTENT_OF: Final = "SELECT content_id FROM quizzes WHERE id = %(key)s"


@dataclass(frozen=True, slots=True)
class Ties:
    """What a course or assignment is tied to, or no longer.

    Attributes:
        contents: keys or titles.
        quiz: key or title.
        replace: in place of other ties of an assignment.
    """

    contents: tuple[str, ...] = ()
    quiz: str | None = None
    replace: bool = False


def link(connection: Connection, said: str, ties: Ties, environment: Environment) -> Edited:
    """Tie a course to content, or an assignment to content, a quiz or both.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        said: the course or assignment.
        ties: to what; at least one.
        environment: for the audit log.

    Raises:
        UsageError: something is not there, or may be several, or can't be tied.
        RefusedError: the quiz is about other content, something else is tied already, or it is no longer there.
        LockedError: a sync of the integration goes on.

    Effects: writes `lms_courses` or `lms_assignments`, the journal and `toolbox.audit_log`; never commits.
    """
    target = _locked(connection, said)
    if target.status == "removed":
        raise RefusedError(f"The {target} is no longer there.")
    contents = [content_named(connection, one) for one in ties.contents]
    quiz = quiz_named(connection, ties.quiz) if ties.quiz is not None else None
    warnings = [f"{one['title']} is a template, which nobody plays itself." for one in contents if one["is_template"]]
    if target.kind == "course":
        if quiz or not contents:
            raise UsageError("A course is linked with content; a quiz is linked with an assignment.")
        keys = dict.fromkeys((*target.contents, *(one["id"] for one in contents)))
        return _write(connection, target, {"linked_content_ids": list(keys)}, warnings, "link", environment)
    values = _assignment(connection, target, contents, quiz, replace=ties.replace)
    return _write(connection, target, values, warnings + _doubts(target, quiz), "link", environment)


def unlink(connection: Connection, said: str, ties: Ties, environment: Environment) -> Edited:
    """Take ties away; all of them where none is named.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        said: the course or assignment; also one that is no longer there.
        ties: to what.
        environment: for the audit log.

    Raises:
        UsageError: something is not there, or may be several.
        LockedError: a sync of the integration goes on.

    Effects: writes `lms_courses` or `lms_assignments`, the journal and `toolbox.audit_log`; never commits.
    """
    target = _locked(connection, said)
    everything = not ties.contents and ties.quiz is None
    gone = set(target.contents) if everything else {_key(connection, target, one) for one in ties.contents}
    warnings = [f"{one} is not linked with the {target}." for one in gone - set(target.contents)]
    left = [one for one in target.contents if one not in gone]
    if target.kind == "course":
        if ties.quiz is not None:
            raise UsageError("A quiz is linked with an assignment, not with a course.")
        return _write(connection, target, {"linked_content_ids": left}, warnings, "unlink", environment)
    values: dict[str, Any] = {"toolboxai_content_id": left[0] if left else None}
    if everything or ties.quiz is not None:
        quiz = target.quiz if ties.quiz is None else quiz_named(connection, ties.quiz)["id"]
        if quiz == target.quiz:
            values["toolboxai_quiz_id"] = None
        else:
            warnings.append(f"{quiz} is not linked with the {target}.")
    return _write(connection, target, values, warnings + _waiting(connection, target), "unlink", environment)


def _locked(connection: Connection, said: str) -> Target:
    """Find a course or assignment, and read it as it is while no sync goes on."""
    lock(connection, target_named(connection, said).integration)
    return target_named(connection, said)


def _assignment(
    connection: Connection, target: Target, contents: Sequence[Row], quiz: Row | None, *, replace: bool
) -> dict[str, Any]:
    if len(contents) > 1:
        raise UsageError("An assignment stands for one content.")
    if not contents and not quiz:
        raise UsageError("Say what it is linked with.", remedy="Use --content, --quiz or both.")
    values: dict[str, Any] = {}
    if contents:
        values["toolboxai_content_id"] = contents[0]["id"]
    if quiz:
        values["toolboxai_quiz_id"] = quiz["id"]
    held = {"toolboxai_content_id": target.contents[0] if target.contents else None, "toolboxai_quiz_id": target.quiz}
    other = [name for name, value in values.items() if held[name] not in {None, value}]
    if other and not replace:
        raise RefusedError(
            f"The {target} is linked with {', '.join(str(held[name]) for name in other)} already.",
            remedy="Repeat it with --replace, or take that away first with: toolbox lms unlink",
        )
    _refuse_strangers(connection, target, {**held, **values})
    return values


def _refuse_strangers(connection: Connection, target: Target, ties: Mapping[str, uuid.UUID | None]) -> None:
    """Refuse a quiz of other content: results of one would be grades of the other."""
    content, quiz = ties["toolboxai_content_id"], ties["toolboxai_quiz_id"]
    if content is None or quiz is None:
        return
    about = rows(connection, _CONTENT_OF, {"key": quiz})[0]["content_id"]
    if about not in {None, content}:
        raise RefusedError(
            f"The quiz {quiz} is about the content {about}, and the {target} is linked with {content}.",
            remedy=f"Link it with that content: --content {about} --replace",
        )


def _doubts(target: Target, quiz: Row | None) -> list[str]:
    """Say what may come otherwise than expected when results are sent back."""
    found = []
    if not target.points:
        found.append(f"The {target} has no points there, so no result of it is sent back.")
    elif not target.graded:
        found.append("Sending grades back is switched off for it.")
    if quiz and not quiz["questions"]:
        found.append(f"The quiz {quiz['title']} has no questions yet.")
    elif quiz and target.points and float(quiz["points"]) != target.points:
        found.append(
            f"A full result is {quiz['points']:g} points of the quiz and {target.points:g} there: percents are sent, "
            "as points of there."
        )
    return found


def _waiting(connection: Connection, target: Target) -> list[str]:
    waiting = rows(connection, _WAITING, {"key": target.id})[0]["waiting"]
    return [f"Grades of it that wait to be sent stay: {waiting}."] if waiting else []


def _key(connection: Connection, target: Target, said: str) -> uuid.UUID:
    """Read which content is meant; what is linked and no longer there can be named by its key."""
    key = as_key(said)
    if key in target.contents and key is not None:
        return key
    found: uuid.UUID = content_named(connection, said)["id"]
    return found


def _write(
    connection: Connection, target: Target, values: Mapping[str, Any], warnings: Sequence[str], verb: str,
    environment: Environment,
) -> Edited:  # fmt: skip
    table = _TABLES[target.kind]
    done = edit(connection, target.integration, [Edit(table, target.id, target.external_id, values)], warnings)
    if done.run is not None:
        details = {"integration": target.integration.name, "run": done.run, target.kind: str(target.id)}
        record_change(connection, Change(f"toolbox lms {verb}", environment, PLATFORM, {table: done.rows}, details))
    return done
