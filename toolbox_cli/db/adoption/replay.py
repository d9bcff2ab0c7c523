"""A platform's history, played again under a name that nobody knows: what its schema was like after each revision."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psycopg

import toolbox_cli
from toolbox_cli.core.database.catalog import read_catalog
from toolbox_cli.core.database.links import read_links
from toolbox_cli.core.database.target import Target
from toolbox_cli.db.drift.drift import Side
from toolbox_cli.db.expected import content
from toolbox_cli.db.expected.expected import REFUSALS, SAME_SERVER, Workshop, spare_server
from toolbox_cli.db.expected.ground import Ground
from toolbox_cli.db.expected.memory import recall, remember
from toolbox_cli.db.revisions.lineage.history import Revision, read_history

_PACKAGE: Final = Path(toolbox_cli.__file__).parent
_DECIDING: Final = ("core/database/*.py", "core/database/*.sql")
"""Files of the package that decide, beside the revisions, how a remembered history looks."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a platform's schema was like after each of its revisions.

    Attributes:
        sides: by the revision's id, first to head.
        built_on: the server that wrote it down, for people.
    """

    sides: Mapping[str, Side]
    built_on: str


def past_of(
    connection: psycopg.Connection[Any], target: Target, platform: str, workshop: Workshop, ground: Ground
) -> Past:
    """Give a platform's history as the connection's server writes it, or the embedded one where it takes no schema.

    Args:
        connection: to the target; idle and in autocommit.
        target: which database.
        platform: whose history.
        workshop: where else to play it, and where to keep it.
        ground: what is known of the target's server.

    Raises:
        ToolboxError: the embedded server is needed and can't be used.

    Effects: nothing remains in any database: what is built is rolled back. A file in the workshop's memory.
    """
    line = read_history().lines[platform]
    place = workshop.memory / f"{platform}.past-{_fingerprint(ground, line)}.json" if workshop.memory else None
    known = _read(recall(place)) if place else None
    if known and (known.built_on == SAME_SERVER or not ground.rights.schemas):
        return known
    made = _made(connection, target, line, workshop, ground)
    if place:
        remember(place, _written(made))
    return made


def _made(
    connection: psycopg.Connection[Any], target: Target, line: Sequence[Revision], workshop: Workshop, ground: Ground
) -> Past:
    if ground.rights.schemas:
        with suppress(*REFUSALS):
            return Past(_played(connection, target, line), SAME_SERVER)
    with spare_server(workshop) as server:
        version = server.info.parameter_status("server_version")
        return Past(_played(server, workshop.spare, line), f"{workshop.spare.label}, PostgreSQL {version}")


def _played(connection: psycopg.Connection[Any], target: Target, line: Sequence[Revision]) -> dict[str, Side]:
    from toolbox_cli.db.revisions.running.execution import replay  # Alembic: only where it must be

    schema = f"toolbox_past_{secrets.token_hex(8)}"
    sides: dict[str, Side] = {}

    def look(revision: Revision) -> None:
        sides[revision.id] = Side(read_catalog(connection, schema), read_links(connection, schema))

    replay(connection, target, line, schema, look)
    return sides


def _fingerprint(ground: Ground, line: Sequence[Revision]) -> str:
    """Tell apart what may be written differently: other revisions, another server, another version of what runs."""
    seen = hashlib.sha256(_sources().encode())
    seen.update(f"{ground.server_version} {sorted(ground.extensions.items())}".encode())
    for revision in line:
        seen.update(revision.path.read_bytes())
    return seen.hexdigest()[:32]


@cache
def _sources() -> str:
    """Hash what runs revisions and reads catalogs; no import of Alembic, whose version counts too."""
    seen = hashlib.sha256(toolbox_cli.__version__.encode())
    for pattern in _DECIDING:
        for file in sorted(_PACKAGE.glob(pattern)):
            seen.update(f"{file.name}\0".encode() + file.read_bytes())
    for package in ("sqlalchemy", "alembic"):
        spec = find_spec(package)
        if spec and spec.origin:
            seen.update(Path(spec.origin).read_bytes())  # says which version it is
    return seen.hexdigest()


def _written(past: Past) -> dict[str, Any]:
    sides = [[revision, content.written(side.catalog, side.links)] for revision, side in past.sides.items()]
    return {"built_on": past.built_on, "sides": sides}


def _read(found: Any) -> Past | None:
    if found is None:
        return None
    return Past({revision: Side(*content.read(side)) for revision, side in found["sides"]}, found["built_on"])
