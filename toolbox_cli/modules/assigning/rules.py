"""Rules that assign modules to whoever they fit: kept, run again and again, stopped."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from toolbox_cli.modules.assigning.wishes import Rule, Wish
from toolbox_cli.modules.database import Connection, Row, rows
from toolbox_cli.modules.holding.reach import UNREACHED

_BEFORE: Final = """
SELECT id FROM module_assignment_rules AS r
WHERE r.module_id = %(module)s AND r.rule = %(rule)s AND r.university_id IS NOT DISTINCT FROM %(university)s
  AND lower(r.subsystem) IS NOT DISTINCT FROM lower(%(subsystem)s)
ORDER BY r.id LIMIT 1 FOR UPDATE"""

_ADD: Final = """
INSERT INTO module_assignment_rules (
    module_id, rule, university_id, subsystem, assignment_type, due_date, due_days, assigned_by_id)
VALUES (%(module)s, %(rule)s, %(university)s, %(subsystem)s, coalesce(%(kind)s, 'required'), %(on)s, %(days)s, %(by)s)
ON CONFLICT (module_id, rule, university_id, subsystem) DO NOTHING
RETURNING id"""

_CHANGE: Final = """
UPDATE module_assignment_rules AS r SET
    assignment_type = coalesce(%(kind)s, r.assignment_type), is_active = true,
    due_date = CASE WHEN %(due_said)s THEN %(on)s::date ELSE r.due_date END,
    due_days = CASE WHEN %(due_said)s THEN %(days)s::integer ELSE r.due_days END,
    assigned_by_id = coalesce(%(by)s, r.assigned_by_id)
WHERE r.id = %(id)s AND (
    NOT r.is_active OR r.assignment_type <> %(kind)s
    OR r.assigned_by_id IS DISTINCT FROM coalesce(%(by)s, r.assigned_by_id)
    OR %(due_said)s AND (r.due_date, r.due_days) IS DISTINCT FROM (%(on)s::date, %(days)s::integer))"""

_RUN: Final = f"""
WITH fitting AS MATERIALIZED (
    SELECT DISTINCT ON (r.module_id, s.id) r.id, r.module_id, s.id AS student_id, r.rule, r.assignment_type,
           coalesce(r.due_date, %(today)s::date + r.due_days) AS due_date, r.assigned_by_id
    FROM module_assignment_rules AS r
    JOIN students AS s ON r.university_id IS NULL OR s.university_id = r.university_id
    LEFT JOIN teams AS t ON t.id = s.team_id
    WHERE r.id = ANY (%(rules)s) AND r.is_active
      AND (r.rule = 'all_incoming_students' OR lower(btrim(t.subsystem)) = lower(btrim(r.subsystem))) AND {UNREACHED}
    ORDER BY r.module_id, s.id, array_position(ARRAY['required', 'recommended', 'optional'], r.assignment_type::text),
             due_date, r.id
), made AS (
    INSERT INTO module_assignments (
        module_id, student_id, assigned_by_id, assignment_type, due_date, auto_assigned, assignment_rule)
    SELECT module_id, student_id, assigned_by_id, assignment_type, due_date, true, rule FROM fitting
    ON CONFLICT DO NOTHING
    RETURNING module_id, student_id
)
SELECT r.id, m.module_id AS slug, 'rule:' || r.rule AS to, r.university_id, r.subsystem, count(*) AS new
FROM made JOIN fitting AS f USING (module_id, student_id) JOIN module_assignment_rules AS r ON r.id = f.id
JOIN modules AS m ON m.id = r.module_id
GROUP BY r.id, m.module_id ORDER BY m.module_id, r.id"""  # noqa: S608
"""Of several rules that fit a student, the one that binds most and ends first assigns the module."""

_STOP: Final = """
UPDATE module_assignment_rules AS r SET is_active = false WHERE r.id = %(id)s AND r.is_active"""

_ASSIGNED: Final = """
INSERT INTO stage_removed (id, module_id, target)
SELECT a.id, a.module_id, 'student:' || a.student_id
FROM module_assignments AS a
JOIN module_assignment_rules AS r ON r.module_id = a.module_id AND r.rule = a.assignment_rule
JOIN students AS s ON s.id = a.student_id LEFT JOIN teams AS t ON t.id = s.team_id
WHERE r.id = %(id)s AND a.auto_assigned AND (r.university_id IS NULL OR s.university_id = r.university_id)
  AND (r.subsystem IS NULL OR lower(btrim(t.subsystem)) = lower(btrim(r.subsystem)))
  AND NOT EXISTS (SELECT FROM stage_removed AS other WHERE other.id = a.id)"""


def store_rules(connection: Connection, modules: Mapping[str, int], wish: Wish, by: str | None) -> list[Row]:
    """Keep rules, or change those that are kept.

    Returns:
        One row a module and rule; `rule` is its fate.
    """
    return [
        _row(slug, rule) | _stored(connection, _values(module, rule, wish, by))
        for slug, module in modules.items()
        for rule in wish.rules
    ]


def run_rules(connection: Connection, today: datetime.date, rules: Sequence[int]) -> list[Row]:
    """Assign modules to the students whom rules fit and who have them in no way yet.

    Args:
        connection: in a transaction.
        today: for days that are counted from the assignment.
        rules: keys of rules of published modules.

    Returns:
        One row a rule that assigned something, with `new`.
    """
    return rows(connection, _RUN, {"today": today, "rules": list(rules)}) if rules else []


def stop_rules(
    connection: Connection, modules: Mapping[str, int], rules: Sequence[Rule], *, with_assigned: bool
) -> list[Row]:
    """Stop rules; what they assigned is laid into `stage_removed` where it goes too.

    Returns:
        One row a module and rule; `rule` is its fate.
    """
    return [
        _row(slug, rule) | _stopped(connection, _key(module, rule), with_assigned=with_assigned)
        for slug, module in modules.items()
        for rule in rules
    ]


def _stored(connection: Connection, values: Mapping[str, Any]) -> Row:
    if held := rows(connection, _BEFORE, values):
        changed = connection.execute(_CHANGE, {**values, "id": held[0]["id"]}).rowcount
        return {"id": held[0]["id"], "rule": "changed" if changed else "unchanged"}
    added = rows(connection, _ADD, values)
    if added:
        return {"id": added[0]["id"], "rule": "new"}
    return _stored(connection, values)  # somebody else kept it in this very moment


def _stopped(connection: Connection, values: Mapping[str, Any], *, with_assigned: bool) -> Row:
    held = rows(connection, _BEFORE, values)
    if not held:
        return {"id": None, "rule": "unchanged"}
    stopped = connection.execute(_STOP, {"id": held[0]["id"]}).rowcount
    removed = connection.execute(_ASSIGNED, {"id": held[0]["id"]}).rowcount if with_assigned else 0
    return {"id": held[0]["id"], "rule": "stopped" if stopped else "unchanged", "removed": removed}


def _row(slug: str, rule: Rule) -> Row:
    return {
        "slug": slug, "to": f"rule:{rule.name}", "university_id": rule.university, "subsystem": rule.subsystem,
        "new": 0, "changed": 0, "unchanged": 0, "removed": 0,
    }  # fmt: skip


def _key(module: int, rule: Rule) -> dict[str, Any]:
    return {"module": module, "rule": rule.name, "university": rule.university, "subsystem": rule.subsystem}


def _values(module: int, rule: Rule, wish: Wish, by: str | None) -> dict[str, Any]:
    due = wish.due
    return _key(module, rule) | {
        "kind": wish.kind and wish.kind.value, "due_said": due is not None, "on": due and due.on,
        "days": due and due.days, "by": by,
    }  # fmt: skip
