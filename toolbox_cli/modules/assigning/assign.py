"""Modules are assigned to whom was named, and taken back: in set statements, the same however often."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import Environment
from toolbox_cli.modules.assigning.rules import run_rules, stop_rules, store_rules
from toolbox_cli.modules.assigning.targets import (
    TARGET,
    check_universities,
    faculty_named,
    modules_named,
    stage_wanted,
)
from toolbox_cli.modules.assigning.wishes import Wish
from toolbox_cli.modules.database import PLATFORM, Connection, Row, rows
from toolbox_cli.modules.holding.reach import REACHES

_CHANGE: Final = f"""
WITH changed AS (
    UPDATE module_assignments AS a SET
        assignment_type = coalesce(%(kind)s::text, a.assignment_type, 'required'),
        due_date = CASE WHEN %(due_said)s THEN %(due)s::date ELSE a.due_date END,
        assigned_by_id = coalesce(%(by)s::text, a.assigned_by_id), auto_assigned = false, assignment_rule = NULL
    FROM stage_wanted AS w
    WHERE w.module_id = a.module_id AND w.target = {TARGET} AND (
        a.assignment_type, a.due_date, a.assigned_by_id, coalesce(a.auto_assigned, false), a.assignment_rule
    ) IS DISTINCT FROM (
        coalesce(%(kind)s::text, a.assignment_type, 'required'),
        CASE WHEN %(due_said)s THEN %(due)s::date ELSE a.due_date END, coalesce(%(by)s::text, a.assigned_by_id),
        false, NULL)
    RETURNING w.module_id, w.target
)
UPDATE stage_wanted AS w SET fate = 'changed' FROM changed AS c
WHERE c.module_id = w.module_id AND c.target = w.target"""  # noqa: S608
"""What a rule assigned becomes what somebody assigned: a rule that is taken back leaves it."""

_ADD: Final = f"""
WITH added AS (
    INSERT INTO module_assignments AS a (
        module_id, student_id, team_id, university_id, assigned_by_id, assignment_type, due_date)
    SELECT w.module_id, CASE w.kind WHEN 'student' THEN w.found END, CASE w.kind WHEN 'team' THEN w.found::integer END,
           CASE w.kind WHEN 'university' THEN w.found END, %(by)s, coalesce(%(kind)s::text, 'required'), %(due)s::date
    FROM stage_wanted AS w
    ORDER BY w.module_id, w.target
    ON CONFLICT DO NOTHING
    RETURNING a.module_id, {TARGET} AS target
)
UPDATE stage_wanted AS w SET fate = 'new' FROM added AS n
WHERE n.module_id = w.module_id AND n.target = w.target"""  # noqa: S608

_REMOVED: Final = f"""
CREATE TEMPORARY TABLE stage_removed ON COMMIT DROP AS
SELECT a.id, w.module_id, w.target
FROM module_assignments AS a JOIN stage_wanted AS w ON w.module_id = a.module_id AND w.target = {TARGET}"""  # noqa: S608

_ORPHANS: Final = f"""
SELECT m.module_id AS slug, count(*) AS students
FROM (
    SELECT r.module_id, r.student_id FROM ({REACHES}) AS r
    LEFT JOIN stage_removed AS gone ON gone.id = r.id
    GROUP BY r.module_id, r.student_id HAVING bool_and(gone.id IS NOT NULL)
) AS left_alone
JOIN module_progress AS p USING (module_id, student_id) JOIN modules AS m ON m.id = p.module_id
WHERE coalesce(p.status, 'not_started') <> 'not_started'
GROUP BY m.module_id ORDER BY m.module_id"""  # noqa: S608
"""Students who have begun, and whom no other assignment reaches."""

_REMOVE: Final = "DELETE FROM module_assignments AS a USING stage_removed AS r WHERE a.id = r.id"

_GONE: Final = """
UPDATE stage_wanted AS w SET fate = 'removed' FROM stage_removed AS r
WHERE r.module_id = w.module_id AND r.target = w.target"""

_FATES: Final = """
SELECT m.module_id AS slug, w.kind AS to, count(*) FILTER (WHERE w.fate = 'new') AS new,
       count(*) FILTER (WHERE w.fate = 'changed') AS changed, count(*) FILTER (WHERE w.fate = 'unchanged') AS unchanged,
       count(*) FILTER (WHERE w.fate = 'removed') AS removed
FROM stage_wanted AS w JOIN modules AS m ON m.id = w.module_id
GROUP BY m.module_id, w.kind ORDER BY m.module_id, w.kind"""


def assign(connection: Connection, wish: Wish, today: datetime.date, environment: Environment) -> list[Row]:
    """Assign modules to whom is named, and by rules, which are kept and run.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        wish: what to whom.
        today: for days that are counted from the assignment.
        environment: for the audit log.

    Returns:
        One row a module and kind of target, then one a rule: `slug`, `to`, and how many are `new`, `changed`,
        `unchanged` and `removed`; of a rule also `rule`, its own fate.

    Raises:
        UsageError: something that is named is not there; all of it is told.
        RefusedError: a module is not published.

    Effects: writes `module_assignments`, `module_assignment_rules` and `toolbox.audit_log`; never commits.
    """
    modules = modules_named(connection, wish.slugs, published=True)
    check_universities(connection, wish.rules)
    by = faculty_named(connection, wish)
    stage_wanted(connection, [*modules.values()], wish.targets)
    due = wish.due.day(today) if wish.due else None
    values = {"kind": wish.kind and wish.kind.value, "due_said": wish.due is not None, "due": due, "by": by}
    connection.execute(_ADD, values)
    connection.execute(_CHANGE, values)  # also what others assigned in this very moment
    done = rows(connection, _FATES)
    kept = store_rules(connection, modules, wish, by)
    ran = {row["id"]: row["new"] for row in run_rules(connection, today, [row["id"] for row in kept])}
    done += [row | {"new": ran.get(row["id"], 0)} for row in kept]
    _record(connection, "toolbox modules assign", done, environment)
    return done


def unassign(
    connection: Connection, wish: Wish, environment: Environment, *, with_assigned: bool, even_begun: bool
) -> list[Row]:
    """Take assignments back, and stop rules.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        wish: what from whom.
        environment: for the audit log.
        with_assigned: also what the rules assigned.
        even_begun: also from students who have begun, and have the module in no other way.

    Returns:
        As `assign` does.

    Raises:
        UsageError: something that is named is not there; all of it is told.
        RefusedError: progress would be left without an assignment.

    Effects: writes `module_assignments`, `module_assignment_rules` and `toolbox.audit_log`; never commits.
    """
    modules = modules_named(connection, wish.slugs, published=False)
    stage_wanted(connection, [*modules.values()], wish.targets)
    connection.execute(_REMOVED)
    stopped = stop_rules(connection, modules, wish.rules, with_assigned=with_assigned)
    if not even_begun:
        _refuse_orphans(connection, [*modules.values()])
    connection.execute(_REMOVE)
    connection.execute(_GONE)
    done = [*rows(connection, _FATES), *stopped]
    options = f"{' --with-assigned' * with_assigned}{' --even-begun' * even_begun}"
    _record(connection, f"toolbox modules assign --remove{options}", done, environment)
    return done


def assigned_again(connection: Connection, done: Sequence[Row]) -> list[str]:
    """Name the modules that were taken back from somebody, and that a rule still assigns."""
    slugs = [row["slug"] for row in done if row["removed"]]
    return [row["slug"] for row in rows(connection, _AGAIN, {"slugs": slugs})]


def rerun(
    connection: Connection, slugs: Sequence[str], today: datetime.date, environment: Environment
) -> tuple[list[Row], int, int]:
    """Run rules again.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        slugs: of modules; none means all.
        today: for days that are counted from the assignment.
        environment: for the audit log.

    Returns:
        One row a rule that assigned something; how many rules were run; how many wait for their module.

    Raises:
        UsageError: there is no such module.

    Effects: writes `module_assignments` and `toolbox.audit_log`; never commits.
    """
    modules = modules_named(connection, slugs, published=False) if slugs else None
    ids = [*modules.values()] if modules is not None else None
    standing = rows(connection, _STANDING, {"modules": ids})
    ready = [row["id"] for row in standing if row["is_ready"]]
    done = [row | {"rule": "unchanged", **_NOTHING} for row in run_rules(connection, today, ready)]
    _record(connection, "toolbox modules assign --rules", done, environment)
    return done, len(ready), len(standing) - len(ready)


_STANDING: Final = """
SELECT r.id, m.status IS NOT DISTINCT FROM 'published' AS is_ready FROM module_assignment_rules AS r
JOIN modules AS m ON m.id = r.module_id
WHERE r.is_active AND (%(modules)s::integer[] IS NULL OR m.id = ANY (%(modules)s)) ORDER BY r.id
FOR SHARE OF m"""

_AGAIN: Final = """
SELECT DISTINCT m.module_id AS slug FROM module_assignment_rules AS r JOIN modules AS m ON m.id = r.module_id
WHERE r.is_active AND m.module_id = ANY (%(slugs)s) ORDER BY 1"""

_NOTHING: Final = {"changed": 0, "unchanged": 0, "removed": 0}


def _refuse_orphans(connection: Connection, modules: Sequence[int]) -> None:
    orphans = rows(connection, _ORPHANS, {"modules": modules})
    if not orphans:
        return
    findings = [
        Finding("progress-orphaned", Severity.ERROR, row["slug"], found=f"students who have begun: {row['students']:,}")
        for row in orphans
    ]
    raise RefusedError(
        "The progress of students would be left without an assignment; nothing was removed.",
        remedy="Assign it to them in another way first, or take it back all the same: --even-begun",
        findings=findings,
    )


def _record(connection: Connection, command: str, done: Sequence[Row], environment: Environment) -> None:
    """Write down what changed; whom it is about stays in the rows themselves."""
    written = sum(row["new"] + row["changed"] + row["removed"] for row in done)
    rules = sum(row.get("rule", "unchanged") != "unchanged" for row in done)
    if not written and not rules:
        return
    counts = {"module_assignments": written, "module_assignment_rules": rules}
    details: Mapping[str, Any] = {"modules": sorted({row["slug"] for row in done})}
    told = {name: count for name, count in counts.items() if count}
    record_change(connection, Change(command, environment, PLATFORM, told, details))
