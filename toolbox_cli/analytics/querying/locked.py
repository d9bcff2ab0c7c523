"""A DuckDB that sees the rows that it was given, and nothing else of this machine.

No file but those of the datasets, no network, no extension, no setting, no variable of Python or of the environment.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from toolbox_cli.core.database.names import quote

COMPUTED: Final = re.compile(r"\bquery(_table)?\b", re.IGNORECASE)
"""Functions that name tables by what they compute."""

_NOTHING: Final = "none"
"""In place of what DuckDB would else read from the environment, and show to whoever asks for its settings."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take.

    Attributes:
        memory_mb: beyond it, work goes to a temporary folder.
        disk_mb: of that folder.
        seconds: None for as long as it takes.
    """

    memory_mb: int = 1024
    disk_mb: int = 8192
    threads: int = 2
    seconds: float | None = 60


@dataclass(frozen=True, slots=True)
class View:
    """A dataset as a table of the query.

    Attributes:
        name: of the dataset; its table has underscores for hyphens.
        reads: a call of one of DuckDB's functions that reads files; empty where `rows` holds them.
        files: those that it reads.
        rows: anything of pyarrow's that DuckDB scans.
    """

    name: str
    reads: str = ""
    files: tuple[Path, ...] = ()
    rows: Any = field(default=None, compare=False)

    @property
    def table(self) -> str:
        """What queries call it."""
        return self.name.replace("-", "_")

    def names_in(self, sql: str) -> tuple[str, ...]:
        """Give what a query may call it: by its own name it is there for who writes that, and is listed once else."""
        is_named = self.name in sql.lower() or COMPUTED.search(sql)
        return tuple(dict.fromkeys((self.table, self.name))) if is_named else (self.table,)


@contextmanager
def locked(views: Iterable[View], limits: Limits, sql: str) -> Iterator[Any]:
    """Open a connection with these tables alone, by the names that a query may call them."""
    views = [*views]
    with TemporaryDirectory(prefix="toolbox-query-") as folder:
        connection = duckdb.connect(":memory:", config=_configuration(limits, folder))
        try:
            connection.execute("SET TimeZone = 'UTC'")
            for view in views:
                _make(connection, view, sql)
            files = ", ".join(text(str(file)) for view in views for file in view.files)
            connection.execute(f"SET allowed_paths = [{files}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
        finally:
            connection.close()


def _configuration(limits: Limits, folder: str) -> dict[str, Any]:
    return {
        "allow_community_extensions": False,
        "allow_extension_repositories": "forbidden",
        "allow_persistent_secrets": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "home_directory": folder,
        "http_proxy": _NOTHING,
        "http_proxy_password": _NOTHING,
        "http_proxy_username": _NOTHING,
        "max_execution_time": 0 if limits.seconds is None else max(1, int(limits.seconds * 1000)),
        "max_temp_directory_size": f"{limits.disk_mb}MB",
        "memory_limit": f"{limits.memory_mb}MB",
        "python_enable_replacements": False,
        "secret_directory": folder,
        "temp_directory": folder,
        "threads": limits.threads,
    }


def _make(connection: Any, view: View, sql: str) -> None:
    for name in view.names_in(sql):
        if view.rows is not None:
            connection.register(name, view.rows)
        else:
            connection.execute(f"CREATE VIEW {quote(name)} AS SELECT * FROM {view.reads}")  # noqa: S608  all quoted


def text(content: str) -> str:
    """Write text as SQL has it."""
    return "'" + content.replace("'", "''") + "'"
