"""How the schemas of a database should be: what their models stand for, or what another database holds."""

from dataclasses import dataclass

from toolbox_cli.core.database.names import Names
from toolbox_cli.db.drift.drift import Side
from toolbox_cli.db.drift.live import Live, ours
from toolbox_cli.db.expected.expected import Workshop, expected_catalogs


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one platform's schema should be.

    Attributes:
        built_on: the server that wrote the models down, for people; None where another database is the model.
        remembered: whether that was in an earlier run.
    """

    side: Side
    built_on: str | None = None
    remembered: bool = False


def wanted_sides(live: Live, names: Names, workshop: Workshop, other: Live | None = None) -> dict[str, Wanted]:
    """Say how each platform should be.

    Args:
        live: how it is; its connection builds what is not remembered.
        names: the platforms, and their schemas.
        workshop: where expected catalogs are built and kept.
        other: another database that says how it should be, in place of the models.
    """
    if other is not None:
        return {platform: Wanted(_held(other, platform, schema)) for platform, schema in names.schemas.items()}
    made = expected_catalogs(live.connection, names.schemas, workshop, live.ground)
    return {
        platform: Wanted(Side(one.catalog, one.links), one.built_on, one.remembered) for platform, one in made.items()
    }


def _held(other: Live, platform: str, schema: str) -> Side:
    return Side(ours(platform, other.catalogs[schema]).without_range_partitions(), other.links(schema)())
