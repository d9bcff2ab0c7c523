"""What the schemas are called: the one place that knows, for SQL text, COPY and revisions alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS

VERSION_TABLE: Final = "alembic_version"
"""Alembic's own table, among the toolkit's records."""


@dataclass(frozen=True, slots=True)
class Names:
    """Schema names of the platforms that live in one database.

    Attributes:
        schemas: platform to schema name, the toolkit's own records first.
    """

    schemas: Mapping[str, str]

    def __post_init__(self) -> None:
        if len(set(self.schemas.values())) < len(self.schemas):
            raise ConfigurationError(
                "Two platforms are configured into one schema of one database.",
                remedy="Give each platform a schema of its own: platforms.<name>.schema.",
            )
        for schema in self.schemas.values():
            if schema.startswith("pg_") or schema == "information_schema":
                raise ConfigurationError(
                    f"{schema} is a schema of PostgreSQL's own.", remedy="Choose another in platforms.<name>.schema."
                )

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms in this database, without the toolkit's records."""
        return tuple(name for name in PLATFORMS if name in self.schemas)

    def schema(self, platform: str) -> str:
        """Give the schema of one platform, unquoted."""
        return self.schemas[platform]

    def quoted(self, platform: str) -> str:
        """Give the schema of one platform, quoted for SQL text."""
        return quote(self.schemas[platform])

    def table(self, platform: str, name: str) -> str:
        """Give a table's full name, quoted for SQL text."""
        return f"{self.quoted(platform)}.{quote(name)}"

    @property
    def translate_map(self) -> dict[str | None, str | None]:
        """SQLAlchemy's `schema_translate_map`: the models' schema names to the real ones."""
        return {platform: schema for platform, schema in self.schemas.items()}


def check_platform(name: str) -> None:
    """Refuse a name that is no platform's.

    Raises:
        UsageError: there is no such platform.
    """
    if name not in PLATFORMS:
        raise UsageError(f"There is no platform {name!r}.", remedy=f"The platforms are {', '.join(PLATFORMS)}.")


def quote(identifier: str) -> str:
    """Quote an identifier for SQL text."""
    return '"' + identifier.replace('"', '""') + '"'


def records_only() -> Names:
    """Names of a database that holds no platform."""
    return Names({RECORDS: RECORDS})
