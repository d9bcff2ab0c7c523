"""A database's errors as ours: one clear sentence and the right exit status for each."""

import re
from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg import errors

from toolbox_cli.core.errors import ConfigurationError, LockedError, RefusedError, ToolboxError, UnreachableError

_CHECK: Final = "{check}"
_OURS: Final[Mapping[str, str]] = {
    "Create it with: toolbox db create": _CHECK,
    "Wait for it with: toolbox db wait": "Try again when it is up.",
}
"""What helps with a database of ours, and what with one that an option names."""
_LATER: Final = "Try again later, or raise max_connections."

_CONNECTING: Final[tuple[tuple[str, type[ToolboxError], str, str], ...]] = (
    ("certificate", UnreachableError, "The server's TLS certificate was not accepted",
     "Check sslmode and sslrootcert in the URL."),
    ("does not support ssl", UnreachableError, "The server offers no TLS, and the address asks for it",
     "Turn TLS on at the server, or choose another sslmode."),
    ("authentication failed", UnreachableError, "The password or user was not accepted", "Check user and password."),
    ("no password supplied", UnreachableError, "The server asks for a password, and none is configured",
     "Put it into the URL, TOOLBOX_DATABASE_URL_FILE, PGPASSWORD or ~/.pgpass."),
    ("no pg_hba.conf entry", UnreachableError, "The server does not let this user in from here",
     "Ask for an entry in pg_hba.conf."),
    ("permission denied for database", RefusedError, "The role may not connect to the database",
     "Ask its owner for: GRANT CONNECT ON DATABASE"),
    ('role ".*" does not exist', UnreachableError, "The server has no such role", "Check the user in the address."),
    ('database ".*" does not exist|no such database', UnreachableError, "The server has no such database",
     "Create it with: toolbox db create"),
    ("not known|failed to resolve host '.*: .errno|could not translate host", UnreachableError,
     "The host's name is not known", _CHECK),
    ("connection refused", UnreachableError, "Nothing listens at that address",
     "Is the server running? " + _CHECK),
    ("no such file or directory", UnreachableError, "Nothing listens at that socket",
     "Is the server running? " + _CHECK),
    ("timeout expired", UnreachableError, "The server did not answer in time", _CHECK),
    ("too many clients|too many connections|remaining connection slots|no more connections", UnreachableError,
     "The server has no connection left", _LATER),
    ("starting up|recovery mode|not yet accepting", UnreachableError, "The server is still starting",
     "Wait for it with: toolbox db wait"),
    ("invalid response|expected authentication request", UnreachableError, "What answers there is not PostgreSQL",
     _CHECK),
)  # fmt: skip

_PREFIX: Final = re.compile("^connection (?:failed|is bad): ")
_NO_ADDRESS: Final = re.compile(r"^(?:invalid \w+|definition of service)|servname", re.IGNORECASE)


def unreachable(error: psycopg.Error, label: str, source: str) -> ToolboxError:
    """Explain why no connection came about; what is shown holds no part of a password.

    Args:
        error: what libpq said.
        label: the address, for people.
        source: what it stands in: a setting, a variable or an option.
    """
    text = _PREFIX.sub("", " ".join(str(error).split()))
    if isinstance(error, psycopg.ProgrammingError) or _NO_ADDRESS.search(text):
        return _bad_address(text, label)
    for telling, kind, what, remedy in _CONNECTING:
        if re.search(telling, text.lower()):
            return kind(f"{what}: {label}.", remedy=_remedy(remedy, source))
    return UnreachableError(f"No connection to {label}: {text}.", remedy=_remedy(_CHECK, source))


def _remedy(remedy: str, source: str) -> str:
    is_option = source.startswith("-")
    given = _OURS.get(remedy, remedy) if is_option else remedy
    return given.format(check=f"Check {source}." if is_option else f"Check {source}; `toolbox db doctor` says more.")


def _bad_address(text: str, label: str) -> ConfigurationError:
    """Say what is wrong with an address in libpq's words, without what it quotes: that may be the password."""
    fault = re.sub(r"[\"'].*[\"']", "...", text).rstrip(" .:")
    return ConfigurationError(
        f"The address {label} can't be used: {fault}.",
        remedy="Write it as postgresql://user@host:5432/database; in a password, @ : / % are %40 %3A %2F %25.",
    )


_RUNNING: Final[tuple[tuple[tuple[type[psycopg.Error], ...], type[ToolboxError], str, str], ...]] = (
    ((errors.InsufficientPrivilege,), RefusedError, "The database role lacks a privilege",
     "Print the rights that each use needs: toolbox db grant --help"),
    ((errors.LockNotAvailable, errors.DeadlockDetected), LockedError,
     "The database could not give a lock in time", "Try again."),
    ((errors.ReadOnlySqlTransaction,), RefusedError,
     "The database takes no writes: it is a standby, or set to read only", "Use the primary's address."),
    ((errors.DependentObjectsStillExist,), RefusedError, "Other objects depend on what would change",
     "Drop them, repeat, and create them again."),
    ((errors.QueryCanceled,), RefusedError, "The server ended a statement",
     "Give the role more time: ALTER ROLE ... SET statement_timeout"),
    ((errors.DiskFull,), UnreachableError, "The database server's disk is full", "Free space there."),
)  # fmt: skip

_CONNECTION_LOST: Final = frozenset({None, "57P01", "57P02", "57P03", "08006", "08003"})


def translate(error: BaseException) -> ToolboxError | None:
    """Give a psycopg or SQLAlchemy error as one of ours; None for what is a fault of toolbox."""
    cause: BaseException | None = getattr(error, "orig", None) or error
    if not isinstance(cause, psycopg.Error):
        return None
    message = (cause.diag.message_primary or " ".join(str(cause).split())).rstrip(".")
    for kinds, ours, what, remedy in _RUNNING:
        if isinstance(cause, kinds):
            return ours(f"{what}: {message}.", remedy=remedy)
    if isinstance(cause, psycopg.OperationalError) and cause.sqlstate in _CONNECTION_LOST:
        return UnreachableError(f"The connection to the database was lost: {message}.", remedy="Try again.")
    return None
