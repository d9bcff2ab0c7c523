"""No module is published before those that must be finished first, unless with them."""

from collections.abc import Sequence
from typing import Final

from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.modules.database import Connection, rows

_ASKED: Final = """
m.module_id = ANY (%(slugs)s) AND m.status IS DISTINCT FROM 'published'
OR m.module_id = ANY (%(leaning)s) AND m.status = 'published'"""

_SHARE: Final = f"""
SELECT FROM modules WHERE module_id IN (
    SELECT named.slug FROM modules AS m CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(m.prerequisites) WHEN 'array' THEN m.prerequisites END) AS named (slug)
    WHERE {_ASKED})
ORDER BY id FOR SHARE"""  # noqa: S608
"""What is needed stays published until the transaction ends."""

_MISSING: Final = f"""
SELECT m.module_id AS slug, named.slug AS need, n.id IS NOT NULL AS is_there, n.status
FROM modules AS m CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(m.prerequisites) WHEN 'array' THEN m.prerequisites END) WITH ORDINALITY AS named (slug, place)
LEFT JOIN modules AS n ON n.module_id = named.slug
WHERE ({_ASKED}) AND named.slug <> ALL (%(slugs)s) AND n.status IS DISTINCT FROM 'published'
ORDER BY m.module_id, named.place"""  # noqa: S608

_PUBLISH: Final = """
UPDATE modules SET status = 'published', published_at = coalesce(published_at, now())
WHERE module_id = ANY (%(slugs)s) AND status IS DISTINCT FROM 'published'"""


_ARCHIVED: Final = """
SELECT module_id AS slug FROM modules WHERE module_id = ANY (%(slugs)s) AND status = 'archived'"""


def missing_needs(connection: Connection, slugs: Sequence[str], leaning: Sequence[str] = ()) -> dict[str, list[str]]:
    """Say which prerequisites of modules are not published.

    Args:
        connection: in a transaction.
        slugs: of modules that are to be published; those that are already need nothing, and are no need.
        leaning: of modules whose prerequisites are new; those that are not published need nothing yet.
    """
    values = {"slugs": list(slugs), "leaning": list(leaning)}
    connection.execute(_SHARE, values)
    told: dict[str, list[str]] = {}
    for row in rows(connection, _MISSING, values):
        how = (row["status"] or "in no state") if row["is_there"] else "not there"
        told.setdefault(row["slug"], []).append(f"its prerequisite {row['need']} is {how}")
    return told


def archived(connection: Connection, slugs: Sequence[str]) -> set[str]:
    """Say which of some modules somebody archived: only who names them publishes them again."""
    return {row["slug"] for row in rows(connection, _ARCHIVED, {"slugs": list(slugs)})}


def publish_all(connection: Connection, slugs: Sequence[str], leaning: Sequence[str] = ()) -> int:
    """Publish modules whose content is known to be whole.

    Args:
        connection: in a transaction.
        slugs: of modules.
        leaning: of modules that stay as they are; where they are published, their prerequisites must be.

    Returns:
        How many were not published before.

    Raises:
        RefusedError: prerequisites are not published; the transaction can only be rolled back.

    Effects: writes `modules`; never commits.
    """
    if missing := missing_needs(connection, slugs, leaning):
        raise RefusedError(
            "Modules are published after those that must be finished first, or with them; nothing was written.",
            findings=[
                Finding("prerequisite-unpublished", Severity.ERROR, slug, found=reason)
                for slug, reasons in missing.items()
                for reason in reasons
            ],
        )
    return connection.execute(_PUBLISH, {"slugs": list(slugs)}).rowcount
