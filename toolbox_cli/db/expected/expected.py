"""The catalog that a platform's models stand for: built by the server itself, read, rolled back, and remembered."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors

import toolbox_cli
from toolbox_cli.core.database.catalog import Catalog
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.links import Links
from toolbox_cli.core.database.names import records_only
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import Settings
from toolbox_cli.db.expected import content
from toolbox_cli.db.expected.ground import Ground, read_ground
from toolbox_cli.db.expected.memory import cache_folder, recall, remember

if TYPE_CHECKING:
    from toolbox_cli.db.expected.building import Written

SAME_SERVER: Final = "the same server"
PURPOSE: Final = "toolbox models"

REFUSALS: Final = (
    errors.InsufficientPrivilege,
    errors.ReadOnlySqlTransaction,
    errors.RaiseException,  # an event trigger that lets nobody make anything
)
"""How a server says that it takes no schema of ours."""

_PACKAGE: Final = Path(toolbox_cli.__file__).parent
_DECIDING: Final = ("models/**/*.py", "core/database/build.py", "core/database/catalog.*", "core/database/links.*")
"""Files of the package that decide how a remembered catalog looks."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a platform's schema should hold.

    Attributes:
        links: what stands on what in it.
        built_on: the server that wrote it down, for people.
        remembered: whether that was in an earlier run.
    """

    catalog: Catalog
    links: Links
    built_on: str
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where models are built when the target does not let us, and where what was built is kept.

    Attributes:
        spare: the server that comes with the install.
        memory: folder of remembered catalogs; None keeps nothing.
    """

    spare: Target
    memory: Path | None


def workshop_of(settings: Settings, environ: Mapping[str, str], *, keep: bool = True) -> Workshop:
    """Give the workshop of this installation."""
    home = settings.home
    spare = Target(str(home), records_only(), "the embedded server", None, home, settings.server_account)
    return Workshop(spare, cache_folder(environ) if keep else None)


def expected_catalog(
    connection: psycopg.Connection[Any], platform: str, workshop: Workshop, ground: Ground | None = None
) -> Expected:
    """Give the catalog of one platform's models: see `expected_catalogs`."""
    return expected_catalogs(connection, [platform], workshop, ground)[platform]


def expected_catalogs(
    connection: psycopg.Connection[Any], platforms: Iterable[str], workshop: Workshop, ground: Ground | None = None
) -> dict[str, Expected]:
    """Give the catalogs of platforms' models as the connection's server writes them.

    Where that server takes no schema of ours, because it is a standby or our role may not make any, the embedded
    server builds them; `built_on` says so.

    Args:
        connection: to the target; idle and in autocommit.
        platforms: whose models; `toolbox` for the toolkit's own records.
        workshop: where else to build, and where to keep.
        ground: what is known of the target already.

    Raises:
        ToolboxError: the embedded server is needed and can't be used.

    Effects: nothing remains in any database: what is built is rolled back. A file each in the workshop's memory.
    """
    ground = ground or read_ground(connection)
    places = {platform: _place(platform, workshop, ground) for platform in platforms}
    known = {platform: found for platform, place in places.items() if (found := _known(place, ground))}
    made = _made(connection, [platform for platform in places if platform not in known], workshop, ground)
    for platform, expected in made.items():
        if place := places[platform]:
            remember(place, _written(expected))
    return {platform: known.get(platform) or made[platform] for platform in places}


def _place(platform: str, workshop: Workshop, ground: Ground) -> Path | None:
    return workshop.memory / f"{platform}-{_fingerprint(ground)}.json" if workshop.memory else None


def _known(place: Path | None, ground: Ground) -> Expected | None:
    """Recall a catalog; one that the embedded server wrote counts only where the target still lets us write none."""
    found = _read(recall(place)) if place else None
    return found if found and (found.built_on == SAME_SERVER or not ground.rights.schemas) else None


@contextmanager
def spare_server(workshop: Workshop) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the embedded server, where anything may be made."""
    with connect(workshop.spare, purpose=PURPOSE) as connection:
        yield connection


def _made(
    connection: psycopg.Connection[Any], platforms: Sequence[str], workshop: Workshop, ground: Ground
) -> dict[str, Expected]:
    """Build platforms: while the server builds one, the next is imported and written down."""
    if not platforms:
        return {}
    from toolbox_cli.db.expected.building import write  # imports SQLAlchemy: only where it must be

    with ThreadPoolExecutor(1) as server:
        building = {
            platform: server.submit(_built, connection, write(platform), workshop, ground) for platform in platforms
        }
        return {platform: made.result() for platform, made in building.items()}


def _built(connection: psycopg.Connection[Any], written: "Written", workshop: Workshop, ground: Ground) -> Expected:
    from toolbox_cli.db.expected.building import build

    if ground.rights.schemas:
        with suppress(*REFUSALS):
            return Expected(*build(connection, written), SAME_SERVER)
    with spare_server(workshop) as server:
        version = server.info.parameter_status("server_version")
        return Expected(*build(server, written), f"{workshop.spare.label}, PostgreSQL {version}")


def _fingerprint(ground: Ground) -> str:
    """Tell apart what may be written differently: other models, another server, another version of what builds."""
    told = f"{ground.server_version} {sorted(ground.extensions.items())} {_sources()}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@cache
def _sources() -> str:
    """Hash the models and what builds and reads them; no import of SQLAlchemy, whose version counts too."""
    seen = hashlib.sha256(toolbox_cli.__version__.encode())
    for pattern in _DECIDING:
        for file in sorted(_PACKAGE.glob(pattern)):
            seen.update(f"{file.relative_to(_PACKAGE)}\0".encode() + file.read_bytes())
    spec = find_spec("sqlalchemy")
    if spec and spec.origin:
        seen.update(Path(spec.origin).read_bytes())  # says which version it is
    return seen.hexdigest()


def _written(made: Expected) -> dict[str, Any]:
    return {"built_on": made.built_on, **content.written(made.catalog, made.links)}


def _read(found: Any) -> Expected | None:
    return None if found is None else Expected(*content.read(found), found["built_on"], remembered=True)
