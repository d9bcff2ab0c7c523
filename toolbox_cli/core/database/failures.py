"""A database's errors as ours: one clear sentence and the right exit status for each."""

from typing import Final

import psycopg

from toolbox_cli.core.errors import LockedError, RefusedError, ToolboxError, UnreachableError

REMEDY_ADDRESS: Final = "Check TOOLBOX_DATABASE_URL; `toolbox db doctor` says more."

_CONNECTING: Final[tuple[tuple[str, str, str], ...]] = (
    ("password authentication failed", "The password or user was not accepted", "Check user and password."),
    ("no password supplied", "The server asks for a password, and none is configured",
     "Put it into the URL, TOOLBOX_DATABASE_URL_FILE, PGPASSWORD or ~/.pgpass."),
    ("no pg_hba.conf entry", "The server does not let this user in from here", "Ask for an entry in pg_hba.conf."),
    ("does not exist", "The database or role does not exist", "Create it with: toolbox db create"),
    ("could not translate host name", "The host's name is not known", REMEDY_ADDRESS),
    ("failed to resolve host", "The host's name is not known", REMEDY_ADDRESS),
    ("connection refused", "Nothing listens at that address", "Is the server running? " + REMEDY_ADDRESS),
    ("no such file or directory", "Nothing listens at that socket", "Is the server running? " + REMEDY_ADDRESS),
    ("timeout expired", "The server did not answer in time", REMEDY_ADDRESS),
    ("certificate", "The server's TLS certificate was not accepted", "Check sslmode and sslrootcert in the URL."),
    ("too many clients", "The server has no connection left", "Try again later, or raise max_connections."),
    ("remaining connection slots", "The server has no connection left", "Try again later, or raise max_connections."),
    ("starting up", "The server is still starting", "Wait for it with: toolbox db wait"),
)  # fmt: skip


def unreachable(error: psycopg.Error, label: str) -> UnreachableError:
    """Explain why no connection to `label` came about."""
    if isinstance(error, psycopg.ProgrammingError):
        return UnreachableError(f"The address is not one of PostgreSQL: {label}.", remedy=REMEDY_ADDRESS)
    text = " ".join(str(error).split())
    for telling, what, remedy in _CONNECTING:
        if telling in text.lower():
            return UnreachableError(f"{what}: {label}.", remedy=remedy)
    return UnreachableError(f"No connection to {label}: {text}.", remedy=REMEDY_ADDRESS)


_RUNNING: Final[tuple[tuple[tuple[type[psycopg.Error], ...], type[ToolboxError], str, str], ...]] = (
    ((psycopg.errors.InsufficientPrivilege,), RefusedError, "The database role lacks a privilege",
     "Print the rights that each use needs: toolbox db grant --help"),
    ((psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected), LockedError,
     "The database could not give a lock in time", "Try again."),
    ((psycopg.errors.ReadOnlySqlTransaction,), RefusedError,
     "The database takes no writes: it is a standby, or set to read only", "Use the primary's address."),
    ((psycopg.errors.DiskFull,), UnreachableError, "The database server's disk is full", "Free space there."),
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
