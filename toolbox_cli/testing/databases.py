"""Databases that are made from a template, and thrown away."""

import datetime
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg

from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.settings import PLATFORMS, RECORDS, Settings
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.profiles.reading import find_profile, read_profile
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Wishes

NAMES: Final = Names({name: name for name in (RECORDS, *PLATFORMS)})

_FAST: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Nothing here has to survive a power cut."""


@dataclass(frozen=True, slots=True)
class ToolboxDatabase:
    """A database of one test.

    Attributes:
        url: as SQLAlchemy, psycopg, and TOOLBOX_DATABASE_URL take it.
        schemas: platform to schema name.
    """

    url: str
    schemas: Mapping[str, str] = field(default_factory=lambda: dict(NAMES.schemas))

    def connect(self) -> psycopg.Connection[Any]:
        """Open a connection in autocommit."""
        return psycopg.connect(self.url, autocommit=True)

    @property
    def environ(self) -> dict[str, str]:
        """What to add to the environment of a program that is to use it."""
        return {"TOOLBOX_DATABASE_URL": self.url, "TOOLBOX_ENV": "development"}


@dataclass(frozen=True, slots=True)
class Filling:
    """What a seeded database holds, as the ini file says it."""

    what: str
    profile: str
    students: str
    as_of: str
    folder: Path

    def wishes(self) -> Wishes:
        """Read it.

        Raises:
            ConfigurationError: there is no such thing to seed, or a number or day is none.
            UsageError: there is no such profile.
        """
        if self.what not in COMMANDS:
            raise ConfigurationError(f"toolbox_seed is {self.what!r}. It may be {', '.join(COMMANDS)}.")
        try:
            day = datetime.date.fromisoformat(self.as_of)
            students = int(self.students) if self.students else None
        except ValueError as error:
            raise ConfigurationError(
                f"toolbox_as_of is a day such as 2026-10-01, toolbox_students a number: {error}."
            ) from None
        profile = read_profile(find_profile(self.profile, self.folder), students=students)
        return Wishes(COMMANDS[self.what], profile, 42, day, as_of=day)


@dataclass(slots=True)
class Databases:
    """Makes databases on one server.

    Attributes:
        address: gives the URL of one of the server's databases.
    """

    address: Callable[[str], str]
    _run: str = field(default_factory=lambda: secrets.token_hex(4))
    _templates: dict[object, str] = field(default_factory=dict)

    @contextmanager
    def migrated(self) -> Iterator[ToolboxDatabase]:
        """Give a database with every schema at its head, and drop it."""
        with self._copy(self._migrated()) as made:
            yield made

    @contextmanager
    def seeded(self, filling: Filling) -> Iterator[ToolboxDatabase]:
        """Give a database with sample data, and drop it."""
        with self._copy(self._template(filling, self._migrated(), lambda target: _fill(target, filling))) as made:
            yield made

    def drop_templates(self) -> None:
        """Leave the server as it was."""
        for name in self._templates.values():
            self._maintain(f"DROP DATABASE IF EXISTS {quote(name)} (FORCE)")

    def _migrated(self) -> str:
        return self._template("migrated", "template0", upgrade)

    def _template(self, key: object, source: str, fill: Callable[[Target], object]) -> str:
        if key not in self._templates:
            name = f"toolbox_test_{self._run}_{len(self._templates)}"
            self._maintain(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(source)} ENCODING 'UTF8'")
            try:
                fill(Target(self.address(name), NAMES, "the tests"))
            except BaseException:
                self._maintain(f"DROP DATABASE {quote(name)} (FORCE)")
                raise
            self._templates[key] = name
        return self._templates[key]

    @contextmanager
    def _copy(self, template: str) -> Iterator[ToolboxDatabase]:
        name = f"toolbox_test_{self._run}_{secrets.token_hex(4)}"
        self._maintain(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}")
        try:
            yield ToolboxDatabase(self.address(name))
        finally:
            self._maintain(f"DROP DATABASE {quote(name)} (FORCE)")

    def _maintain(self, statement: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _fill(target: Target, filling: Filling) -> None:
    seed(target, Settings(), filling.wishes())


@contextmanager
def serving(url: str = "") -> Iterator[Databases]:
    """Give what makes databases: on a server that exists, or on one that lives as long as this process.

    Args:
        url: of a server whose role may make databases; empty to start one.
    """
    if url:
        made = Databases(lambda name: urlsplit(url)._replace(path=f"/{name}").geturl())
        try:
            yield made
        finally:
            made.drop_templates()
        return
    home = Path(tempfile.mkdtemp(prefix="tb-"))
    home.chmod(0o711)
    server = EmbeddedServer(home / "home", parameters=_FAST)
    warden = [sys.executable, "-m", "toolbox_cli.testing.warden", str(home)]
    with subprocess.Popen(warden, stdin=subprocess.PIPE):  # noqa: S603  leaving closes its stdin, and waits for it
        server.start()
        yield Databases(server.url)
