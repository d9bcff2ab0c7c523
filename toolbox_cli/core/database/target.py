"""Which databases there are: one target a database, with the platforms that live in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.names import Names, check_platform
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.settings import PLATFORMS, RECORDS, PlatformSettings, Settings

SCHEMES: Final = ("postgresql", "postgres")
LIBPQ_VARIABLES: Final = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPORT")
DEFAULT_DATABASE: Final = "toolbox"

_HOST: Final = re.compile(r"(\[[^\]]*\]|[^:@\[\]]*)(:\d*)?")
_PAIR: Final = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)")
_SHOWN: Final = frozenset({"service", "host", "hostaddr", "port", "user", "dbname"})


@dataclass(frozen=True, slots=True)
class Target:
    """One database.

    Attributes:
        conninfo: URL or libpq text; may hold a password, so it is never shown.
        names: the schemas of the platforms that live here.
        source: where the address comes from, for messages.
        direct: the same database past a transaction pooler, where one is configured.
        home: the embedded server's folder; None for the operator's own server.
    """

    conninfo: str = field(repr=False)
    names: Names
    source: str
    direct: str | None = field(default=None, repr=False)
    home: Path | None = None
    account: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether the server is the one that comes with the install."""
        return self.home is not None

    @property
    def label(self) -> str:
        """The address for people: no password."""
        return self.labelled()

    def labelled(self, *, direct: bool = False) -> str:
        """Give the address for people, past a transaction pooler on demand."""
        return "the embedded server" if self.embedded else masked(self.address(direct=direct))

    def named_by(self, *, direct: bool = False) -> str:
        """Give what the address stands in: a setting, a variable or an option."""
        if not (direct and self.direct):
            return self.source
        setting = self.source.removesuffix(".url")
        return f"{setting}.direct_url" if setting != self.source else "TOOLBOX_DIRECT_URL"

    def address(self, *, direct: bool = False) -> str:
        """Give URL or libpq text, past a transaction pooler on demand where such an address is configured."""
        return self.direct if direct and self.direct else self.conninfo

    def only(self, platform: str) -> "Target":
        """Give the same database with one of its platforms."""
        kept = {RECORDS: RECORDS, platform: self.names.schema(platform)}
        return replace(self, names=Names(kept))


def targets(settings: Settings, environ: Mapping[str, str], platform: str | None = None) -> tuple[Target, ...]:
    """Give the databases that the platforms live in, each once, in the platforms' order.

    Args:
        settings: the configuration.
        environ: for libpq's own variables.
        platform: only the database of this platform, with this platform alone.

    Raises:
        ConfigurationError: an address is not one of PostgreSQL, or two platforms share a schema.
        UsageError: there is no such platform.
    """
    if platform is not None:
        check_platform(platform)
    found: dict[str, Target] = {}
    for name in PLATFORMS:
        home = _address(name, settings, environ)
        known = found.get(home.conninfo, home)
        schema = settings.platforms.of(name).schema_name or name
        found[home.conninfo] = replace(known, names=Names({**known.names.schemas, name: schema}))
    if platform is None:
        return tuple(found.values())
    return tuple(target.only(platform) for target in found.values() if platform in target.names.platforms)


def target_of(settings: Settings, environ: Mapping[str, str], platform: str) -> Target:
    """Give the database of one platform, with that platform alone."""
    return targets(settings, environ, platform)[0]


def target_at(url: str, source: str) -> Target:
    """Give the database at an address that came some other way.

    Args:
        url: as TOOLBOX_DATABASE_URL takes it.
        source: where it comes from, for messages.

    Raises:
        ConfigurationError: it is not one of PostgreSQL.
    """
    return Target(_checked(url, source), Names({RECORDS: RECORDS}), source)


def masked(conninfo: str) -> str:
    """Give an address without its password, for people.

    Example:
        >>> masked("postgresql://ada:secret@db.example/school?sslmode=require&password=x")
        'postgresql://ada@db.example/school'
    """
    scheme, separator, rest = conninfo.partition("://")
    if not separator:
        kept = [f"{name}={value}" for name, value in _PAIR.findall(conninfo) if name in _SHOWN]
        return " ".join(kept) or "libpq's defaults"
    user, hosts, path = _parts(rest)
    if "@" in path:  # a slash in the password, most likely
        return f"{scheme}://..."
    return f"{scheme}://{user.partition(':')[0]}{'@' if user else ''}{hosts}{path}"


def _parts(rest: str) -> tuple[str, str, str]:
    """Part a URL behind its scheme as libpq does: user with password, hosts with ports, path."""
    head, slash, tail = rest.partition("/")
    user, hosts = head.split("@", 1) if "@" in head else ("", head)
    hosts, query, _ = hosts.partition("?")
    return user, hosts, "" if query else (slash + tail).partition("?")[0]


def _address(platform: str, settings: Settings, environ: Mapping[str, str]) -> Target:
    """Give where a platform lives, with no platform in it yet."""
    own: PlatformSettings = settings.platforms.of(platform)
    empty = Names({RECORDS: RECORDS})
    for url, direct, source in (
        (own.url, own.direct_url, f"platforms.{platform}.url"),
        (settings.database_url, settings.direct_url, "TOOLBOX_DATABASE_URL"),
    ):
        if url is not None:
            past = _checked(direct.get_secret_value(), source) if direct else None
            return Target(_checked(url.get_secret_value(), source), empty, source, past)
    if any(environ.get(name) for name in LIBPQ_VARIABLES):
        past = _checked(settings.direct_url.get_secret_value(), "TOOLBOX_DIRECT_URL") if settings.direct_url else None
        return Target("", empty, "libpq's environment variables", past)
    return Target(str(settings.home), empty, "the embedded server", None, settings.home, settings.server_account)


def _checked(url: str, source: str) -> str:
    """Check an address's form; SQLAlchemy's driver suffix is taken off."""
    scheme, separator, rest = url.partition("://")
    plain = scheme.partition("+")[0]
    if separator and plain in SCHEMES:
        if not all(map(_HOST.fullmatch, _parts(rest)[1].split(","))):
            raise ConfigurationError(
                f"The address in {source} has a host or port that can't be read.",
                remedy="Write : / ? # @ of a password as %3A %2F %3F %23 %40.",
            )
        return f"{plain}://{rest}"
    if not separator and "=" in url:
        return url
    raise ConfigurationError(
        f"The address in {source} is not one of PostgreSQL.",
        remedy="Write it as postgresql://user@host:5432/database.",
    )
