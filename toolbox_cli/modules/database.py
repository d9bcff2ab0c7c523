"""The database that holds modules, as commands of this group use it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

from toolbox_cli.content.modules.canonical import content_hash, settled
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.core.database.transaction import Connection, Row, rows
from toolbox_cli.core.database.transaction import transaction as platform_transaction
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.holding.content import CONTENT

__all__ = [
    "PLATFORM",
    "PURPOSE",
    "Connection",
    "Held",
    "Row",
    "held_modules",
    "module_named",
    "not_there",
    "rows",
    "transaction",
]

PLATFORM: Final = "frames"
PURPOSE: Final = "toolbox modules"

_HELD: Final = f"""
SELECT m.id, m.module_id AS slug, coalesce(m.revision, 1) AS revision, m.status, {CONTENT} AS content
FROM modules AS m WHERE m.module_id = ANY (%(slugs)s) ORDER BY m.module_id"""  # noqa: S608


class Held(NamedTuple):
    """A module as the database has it now.

    Attributes:
        content: in the canonical form.
        hash: of it.
    """

    id: int
    slug: str
    revision: int
    status: str | None
    content: dict[str, Any]
    hash: str


def transaction(
    runtime: Runtime, *, dry_run: bool = False, snapshot: bool = False
) -> AbstractContextManager[Connection]:
    """Open a transaction on the platform's database, as core/database/transaction.py has it."""
    return platform_transaction(runtime, PLATFORM, PURPOSE, dry_run=dry_run, snapshot=snapshot)


def held_modules(connection: Connection, slugs: list[str]) -> list[Held]:
    """Read modules whole, by slug; those that are not there are left out."""
    return [held_of(row) for row in rows(connection, _HELD, {"slugs": slugs})]


def held_of(row: Row) -> Held:
    """Make one of a row with `id`, `slug`, `revision`, `status` and `content`."""
    content = plain_content(row["content"])
    return Held(row["id"], row["slug"], row["revision"], row["status"], content, content_hash(content))


def plain_content(content: dict[str, Any]) -> dict[str, Any]:
    """Write numbers of what the database composed as the canonical form does, and its keys in their order."""
    ordered = {name: content[name] for name in Module.model_fields if name in content}
    return _settled(ordered) | {"sections": [_settled(section) for section in content["sections"]]}


def _settled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: settled(value) if isinstance(value, dict) else value for name, value in fields.items()}


def not_there(slugs: Sequence[str]) -> UsageError:
    """Say that there are no such modules."""
    told = f"is no module {slugs[0]}" if len(slugs) == 1 else f"are no modules {', '.join(slugs)}"
    return UsageError(f"There {told}.", remedy="See which there are with: toolbox modules list")


def module_named(connection: Connection, slug: str) -> Held:
    """Find a module.

    Raises:
        UsageError: there is none.
    """
    found = held_modules(connection, [slug])
    if not found:
        raise not_there([slug])
    return found[0]
