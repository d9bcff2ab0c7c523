"""No module is published before those that must be finished first, unless with them."""

from collections.abc import Sequence
from typing import Final

from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.modules.database import Connection, rows

_SHARE: Final = """
SELECT FROM modules WHERE module_id IN (
    SELECT named.slug FROM modules AS m CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(m.prerequisites) WHEN 'array' THEN m.prerequisites END) AS named (slug)
    WHERE m.module_id = ANY (%(slugs)s) AND m.status IS DISTINCT FROM 'published')
ORDER BY id FOR SHARE"""
"""What is needed stays published until the transaction ends."""

_MISSING: Final = """
SELECT m.module_id AS slug, named.slug AS need, n.id IS NOT NULL AS is_there, n.status
FROM modules AS m CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(m.prerequisites) WHEN 'array' THEN m.prerequisites END) WITH ORDINALITY AS named (slug, place)
LEFT JOIN modules AS n ON n.module_id = named.slug
WHERE m.module_id = ANY (%(slugs)s) AND m.status IS DISTINCT FROM 'published'
  AND named.slug <> ALL (%(slugs)s) AND n.status IS DISTINCT FROM 'published'
ORDER BY m.module_id, named.place"""

_PUBLISH: Final = """
UPDATE modules SET status = 'published', published_at = coalesce(published_at, now())
WHERE module_id = ANY (%(slugs)s) AND status IS DISTINCT FROM 'published'"""


def missing_needs(connection: Connection, slugs: Sequence[str]) -> dict[str, list[str]]:
    """Say of modules that are to be published which prerequisites are not, and are not among them."""
    connection.execute(_SHARE, {"slugs": list(slugs)})
    told: dict[str, list[str]] = {}
    for row in rows(connection, _MISSING, {"slugs": list(slugs)}):
        how = (row["status"] or "in no state") if row["is_there"] else "not there"
        told.setdefault(row["slug"], []).append(f"its prerequisite {row['need']} is {how}")
    return told


def publish_all(connection: Connection, slugs: Sequence[str]) -> int:
    """Publish modules whose content is known to be whole.

    Returns:
        How many were not published before.

    Raises:
        RefusedError: prerequisites are not published; the transaction can only be rolled back.

    Effects: writes `modules`; never commits.
    """
    if missing := missing_needs(connection, slugs):
        raise RefusedError(
            "Modules are published after those that must be finished first, or with them; nothing was written.",
            findings=[
                Finding("prerequisite-unpublished", Severity.ERROR, slug, found=reason)
                for slug, reasons in missing.items()
                for reason in reasons
            ],
        )
    return connection.execute(_PUBLISH, {"slugs": list(slugs)}).rowcount
