"""What the commands about integrations do: each opens its transaction, and gives what there is to report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from toolbox_cli.core.errors import ConfigurationError, MissingExtraError, RefusedError, UsageError
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.secrets import Secrets, open_secrets
from toolbox_cli.lms.database import Connection, transaction
from toolbox_cli.lms.integrations import changing, looking, rekeying
from toolbox_cli.lms.integrations.adding import writing
from toolbox_cli.lms.integrations.adding.asking import Asked, wanted
from toolbox_cli.lms.integrations.adding.secret import Origin, read_secret
from toolbox_cli.lms.integrations.setting import asking as saying
from toolbox_cli.lms.integrations.setting import changing as setting
from toolbox_cli.lms.sources.connecting.kinds import PublicHalf
from toolbox_cli.lms.sources.opening import (
    Stored,
    auth_of,
    kind_of,
    open_source,
    open_unsigned,
    public_half,
    read_stored,
)
from toolbox_cli.lms.sources.source import Tried

PATIENCE: Final = Limits(read_s=60, total_s=120, attempts=2, patience_s=10)
"""Of somebody who looks at a test."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An integration, and what its system can't tell.

    Attributes:
        unusable: why it can't be opened as it is stored.
        public: what its system needs of our private key, where it signs in with one.
        keyless: why that can't be told.
    """

    seen: looking.Seen
    cannot: tuple[str, ...] = ()
    unusable: str | None = None
    public: PublicHalf | None = None
    keyless: str | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test showed."""

    name: str
    tried: Tried
    cannot: tuple[str, ...]
    took_s: float


def add(runtime: Runtime, asked: Asked, *, dry_run: bool) -> Shown:
    """Check and write a new integration; a person is asked for the secret when nothing else is wrong.

    Raises:
        UsageError: with everything that is wrong; nothing is written.
        RefusedError: there is nobody to ask for the secret.
    """
    found = wanted(runtime, asked)
    if found.auth is not None and found.secret is None:
        with transaction(runtime, "toolbox lms add") as connection:
            writing.refuse_taken(connection, found.name)
        found = replace(found, secret=read_secret(runtime, Origin(), found.kind, found.auth))
    with transaction(runtime, "toolbox lms add", dry_run=dry_run) as connection:
        key = writing.add(connection, found, runtime.settings.env)
        return _shown(runtime, connection, str(key))


def show(runtime: Runtime, name: str) -> Shown:
    """Look at one integration, also a removed one; asks its system nothing."""
    with transaction(runtime, "toolbox lms show") as connection:
        return _shown(runtime, connection, name)


def listed(runtime: Runtime, *, removed: bool) -> list[looking.Seen]:
    """Look at all integrations."""
    with transaction(runtime, "toolbox lms list") as connection:
        return looking.seen(connection, removed=removed)


def try_out(runtime: Runtime, name: str) -> Tested:
    """Sign in at an integration's system, and read a little; changes nothing there or here.

    Raises:
        UnreachableError: it is not there, does not let us in, or answers what it should not.
        ConfigurationError: it can't be opened as it is stored, or a key is missing.
    """
    with transaction(runtime, "toolbox lms test") as connection:
        stored = read_stored(connection, name)
    begins_s = time.monotonic()
    source = open_source(stored, lambda: open_secrets(runtime.settings), limits=PATIENCE)
    try:
        tried = source.test()
        return Tested(stored.name, tried, source.cannot, time.monotonic() - begins_s)
    finally:
        source.close()


def settings(runtime: Runtime, name: str) -> looking.Seen:
    """Look at one integration, whose settings are told."""
    with transaction(runtime, "toolbox lms settings") as connection:
        return looking.seen_one(connection, name)


def change(
    runtime: Runtime, name: str, sets: Sequence[str], unsets: Sequence[str], file: Path | None, *, dry_run: bool
) -> setting.Changed:
    """Change settings of one integration.

    Raises:
        UsageError: with everything that is wrong; nothing is changed.
        LockedError: a sync of it goes on, which would go by the old ones.
    """
    asked = saying.Asked(sets, unsets, saying.read_file(runtime, file) if file else None)
    with transaction(runtime, "toolbox lms settings", dry_run=dry_run) as connection:
        return setting.change(connection, name, asked, runtime.settings.env)


def pause(runtime: Runtime, name: str, until: str | None, *, dry_run: bool) -> changing.Changed:
    """Let planned syncs leave an integration out."""
    end = changing.until_of(until, runtime.now())
    with transaction(runtime, "toolbox lms pause", dry_run=dry_run) as connection:
        return changing.pause(connection, name, end, runtime.settings.env)


def resume(runtime: Runtime, name: str, *, dry_run: bool) -> changing.Changed:
    """End a pause."""
    with transaction(runtime, "toolbox lms resume", dry_run=dry_run) as connection:
        return changing.resume(connection, name, runtime.settings.env)


def remove(runtime: Runtime, name: str, *, abandon_grades: bool, yes: bool, dry_run: bool) -> changing.Changed:
    """Take an integration out of use for good, after saying what goes with it.

    Raises:
        RefusedError: grades wait to be sent, or nobody said yes.
    """

    def work(connection: Connection) -> changing.Changed:
        now = runtime.now()
        return changing.remove(connection, name, now, runtime.settings.env, abandon_grades=abandon_grades)

    planned = _in_transaction(runtime, work, dry_run=True)
    if dry_run:
        return planned
    runtime.confirm(_question(planned), yes=yes)
    return _in_transaction(runtime, work, dry_run=False)


def rekey(runtime: Runtime, name: str | None, origin: Origin, *, dry_run: bool) -> rekeying.Rekeyed:
    """Encrypt all secrets anew with the installation's first key, or take a new secret of one integration.

    Raises:
        ConfigurationError: there is no key, or secrets that no key opens.
        UsageError: a secret is given for no integration, or can't be one.
        RefusedError: there is nobody to ask for it.
    """
    if name is None and not origin.asks:
        raise UsageError("A secret is one integration's.", remedy="Name it: toolbox lms rekey NAME")
    secrets = open_secrets(runtime.settings)
    if name is not None:
        return _replace_secret(runtime, name, origin, secrets, dry_run=dry_run)
    with transaction(runtime, "toolbox lms rekey", dry_run=dry_run) as connection:
        return rekeying.rekey(connection, secrets, runtime.settings.env)


def _replace_secret(
    runtime: Runtime, name: str, origin: Origin, secrets: Secrets, *, dry_run: bool
) -> rekeying.Rekeyed:
    with transaction(runtime, "toolbox lms rekey") as connection:
        stored = read_stored(connection, name)
        kind, auth = kind_of(stored), auth_of(stored)
    if auth is None:
        raise UsageError(f"{name} is files: they need no secret.")
    secret = read_secret(runtime, origin, kind, auth)
    with transaction(runtime, "toolbox lms rekey", dry_run=dry_run) as connection:
        stored = read_stored(connection, name)
        return rekeying.replace(connection, stored, auth, secret, secrets, runtime.settings.env)


def _in_transaction(
    runtime: Runtime, work: Callable[[Connection], changing.Changed], *, dry_run: bool
) -> changing.Changed:
    with transaction(runtime, "toolbox lms remove", dry_run=dry_run) as connection:
        return work(connection)


def _question(planned: changing.Changed) -> str:
    grades = f" {planned.abandoned:,} grades are given up." if planned.abandoned else ""
    return f"Remove {planned.freed} for good? Its secrets are destroyed.{grades}"


def _shown(runtime: Runtime, connection: Connection, said: str) -> Shown:
    found = looking.seen_one(connection, said, removed=True)
    if found.removed_at is not None:
        return Shown(found)
    try:
        stored = read_stored(connection, said)
        return _with_key(runtime, stored, Shown(found, _cannot(stored)))
    except (ConfigurationError, MissingExtraError) as error:
        return Shown(found, unusable=error.message)


def _with_key(runtime: Runtime, stored: Stored, shown: Shown) -> Shown:
    """Add what the system needs of our private key; without the installation's keys, say so."""
    try:
        return replace(shown, public=public_half(stored, lambda: open_secrets(runtime.settings)))
    except (ConfigurationError, RefusedError) as error:
        return replace(shown, keyless=error.message)


def _cannot(stored: Stored) -> tuple[str, ...]:
    source = open_unsigned(stored)
    try:
        return source.cannot
    finally:
        source.close()
