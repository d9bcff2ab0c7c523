"""Whom is meant by what was said: ids first, then e-mail addresses and names."""

from collections.abc import Sequence
from typing import Final

from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.modules.assigning.wishes import Rule, Target, To, Wish
from toolbox_cli.modules.database import Connection, not_there, rows
from toolbox_cli.modules.options import Status

_STAGE: Final = """
CREATE TEMPORARY TABLE stage_targets (
    place integer NOT NULL, kind text NOT NULL, said text NOT NULL, found text, fits bigint NOT NULL DEFAULT 0
) ON COMMIT DROP"""

_COPY: Final = "COPY stage_targets (place, kind, said) FROM STDIN"

_TABLES: Final = (
    (To.STUDENT.value, "students", "email"), (To.TEAM.value, "teams", "name"),
    (To.UNIVERSITY.value, "universities", "name"),
)  # fmt: skip

_BY_KEY: Final = """
UPDATE stage_targets AS t SET found = o.id::text, fits = 1 FROM {table} AS o
WHERE t.kind = '{kind}' AND o.id::text = t.said"""

_BY_WORD: Final = """
UPDATE stage_targets AS t SET found = f.id, fits = f.fits
FROM (
    SELECT lower(o.{word}) AS word, min(o.id::text) AS id, count(*) AS fits FROM {table} AS o
    WHERE lower(o.{word}) IN (SELECT lower(said) FROM stage_targets WHERE kind = '{kind}' AND fits = 0) GROUP BY 1
) AS f
WHERE t.kind = '{kind}' AND t.fits = 0 AND lower(t.said) = f.word"""

_UNFOUND: Final = "SELECT place, fits FROM stage_targets WHERE fits <> 1 ORDER BY place"

_WANTED: Final = """
CREATE TEMPORARY TABLE stage_wanted ON COMMIT DROP AS
SELECT DISTINCT m.id AS module_id, t.kind, t.kind || ':' || t.found AS target, t.found, 'unchanged' AS fate
FROM modules AS m CROSS JOIN stage_targets AS t WHERE m.id = ANY (%(modules)s)"""

TARGET: Final = """
CASE WHEN a.student_id IS NOT NULL THEN 'student:' || a.student_id WHEN a.team_id IS NOT NULL THEN 'team:' || a.team_id
     ELSE 'university:' || a.university_id END"""
"""What a row `a` of `module_assignments` is to, as `stage_wanted.target` has it."""

_MODULES: Final = """
SELECT id, module_id AS slug, status FROM modules WHERE module_id = ANY (%(slugs)s) ORDER BY id FOR SHARE"""

_FACULTY: Final = """
SELECT id FROM faculty WHERE id = %(said)s OR lower(email) = lower(%(said)s) ORDER BY id = %(said)s DESC LIMIT 2"""

_UNIVERSITY: Final = "SELECT FROM universities WHERE id = %(said)s"


def modules_named(connection: Connection, slugs: Sequence[str], *, published: bool) -> dict[str, int]:
    """Find modules, and keep their state until the transaction ends.

    Args:
        connection: in a transaction.
        slugs: of modules.
        published: whether they must be.

    Raises:
        UsageError: one is not there.
        RefusedError: one is not published.
    """
    found = {row["slug"]: row for row in rows(connection, _MODULES, {"slugs": list(slugs)})}
    if missing := [slug for slug in dict.fromkeys(slugs) if slug not in found]:
        raise not_there(missing)
    waiting = [slug for slug, row in found.items() if row["status"] != Status.PUBLISHED]
    if published and waiting:
        raise RefusedError(
            f"Only published modules are assigned, and this is not: {', '.join(waiting)}.",
            remedy=f"Publish first, with: toolbox modules publish {' '.join(waiting)}",
        )
    return {slug: row["id"] for slug, row in found.items()}


def stage_wanted(connection: Connection, modules: Sequence[int], targets: Sequence[Target]) -> None:
    """Lay out each of some modules with each of some targets.

    Raises:
        UsageError: a target is not there, or several are called so.

    Effects: makes `stage_targets` and `stage_wanted`, which go with the transaction.
    """
    connection.execute(_STAGE)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for place, target in enumerate(targets):
            copy.write_row((place, target.to.value, target.said))
    for kind, table, word in _TABLES:
        connection.execute(_BY_KEY.format(kind=kind, table=table))
        connection.execute(_BY_WORD.format(kind=kind, table=table, word=word))
    if faults := [_fault(targets[row["place"]], row["fits"]) for row in rows(connection, _UNFOUND)]:
        raise UsageError(
            f"{len(faults):,} of {len(targets):,} can't be assigned to; nothing was written.", findings=faults
        )
    connection.execute(_WANTED, {"modules": list(modules)})


def faculty_named(connection: Connection, wish: Wish) -> str | None:
    """Find who assigns.

    Raises:
        UsageError: there is nobody, or several have the address.
    """
    if wish.by is None:
        return None
    found = [row["id"] for row in rows(connection, _FACULTY, {"said": wish.by})]
    if not found or (len(found) > 1 and found[0] != wish.by):
        raise UsageError(f"--by names {'several' if found else 'nobody'} of the faculty.", remedy="Give the id.")
    return str(found[0])


def check_universities(connection: Connection, rules: Sequence[Rule]) -> None:
    """Hold that the universities of rules are there.

    Raises:
        UsageError: one is not.
    """
    for rule in rules:
        if rule.university is not None and not rows(connection, _UNIVERSITY, {"said": rule.university}):
            raise UsageError(f"There is no university {rule.university}.", remedy="--university takes its id.")


def _fault(target: Target, fits: int) -> Finding:
    found = f"{fits:,} are called so" if fits else f"there is no such {target.to}"
    code = "target-ambiguous" if fits else "target-unknown"
    told = None if target.line else f"{target.place} {target.to}:{_covered(target.said)}"
    return Finding(
        code, Severity.ERROR, told or target.to, found=found, file=target.place if target.line else None,
        line=target.line, remedy="Give the id." if fits else None,
    )  # fmt: skip


def _covered(said: str) -> str:
    """Keep e-mail addresses out of logs."""
    name, at, host = said.partition("@")
    return f"{name[:1]}…@{host}" if at else said
