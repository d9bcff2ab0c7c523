"""Checks that look beyond SQL: the way to the server, and the machine it runs on."""

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.pooler import shares_backends
from toolbox_cli.core.database.queue import has_queue, sees_queue, sight
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.doctor.check import NotKnownError, Subject

DATA_FOLDER: Final = "SELECT current_setting('data_directory')"


def encryption(subject: Subject) -> Iterator[Finding]:
    """Tell of a connection that leaves this machine unencrypted, or encrypted to whoever answers."""
    connection = subject.connection
    if subject.target.embedded or _stays_here(connection.info.host):
        return
    if not connection.pgconn.ssl_in_use:
        severity = Severity.ERROR if subject.production else Severity.WARNING
        yield _tls(subject, severity, "in use", "not in use: passwords and rows can be read on the way", "require")
    elif connection.info.get_parameters().get("sslmode") not in {"verify-ca", "verify-full"}:
        yield _tls(subject, Severity.NOTE, "of a server that is known", "of whatever server answers", "verify-full")


def pooler(subject: Subject) -> Iterator[Finding]:
    """Tell of a transaction pooler without a way past it."""
    if subject.target.direct is None and shares_backends(subject.target, subject.connection):
        yield Finding(
            "pooler",
            Severity.ERROR,
            subject.target.label,
            "address",
            "the server's own",
            "a transaction pooler's: the migration lock does not hold behind it",
            remedy="Set TOOLBOX_DIRECT_URL to the server's own address.",
        )


def queue_path(subject: Subject) -> Iterator[Finding]:
    """Tell of a role that workers of agents can't use: behind a transaction pooler nothing else sets their path."""
    connection = subject.connection
    if has_queue(connection) and not sees_queue(connection) and shares_backends(subject.target, connection):
        yield Finding(
            "queue-path",
            Severity.WARNING,
            subject.target.label,
            "search_path",
            f"{RECORDS} on it",
            "a transaction pooler's sessions do not see the queue: workers of agents refuse to start",
            remedy=sight(connection),
        )


def free_space(subject: Subject) -> Iterator[Finding]:
    """Look at the disk of a server whose folder is on this machine and known to be."""
    if not subject.target.embedded:
        raise NotKnownError("the disk of somebody else's server can't be seen from here")
    folder = Path(subject.one(DATA_FOLDER))
    space = os.statvfs(folder)
    ratio = space.f_bavail / (space.f_blocks or 1)
    if ratio < subject.limits.free_ratio:
        free = f"{space.f_bavail * space.f_frsize >> 20:,} MiB ({ratio:.0%})"
        yield Finding(
            "free-space",
            Severity.WARNING,
            str(folder),
            "free space",
            f"at least {subject.limits.free_ratio:.0%}",
            free,
            remedy="Free space there; a server whose disk is full stops.",
        )


def _tls(subject: Subject, severity: Severity, expected: str, found: str, mode: str) -> Finding:
    remedy = f"Add sslmode={mode} to the address."
    return Finding("encryption", severity, subject.target.label, "TLS", expected, found, remedy=remedy)


def _stays_here(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
