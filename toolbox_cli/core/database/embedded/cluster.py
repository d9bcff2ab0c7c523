"""Make a cluster: it appears in the home whole or not at all, whenever its maker is killed."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded.binaries import Binaries
from toolbox_cli.core.database.embedded.host.account import Account, name_of
from toolbox_cli.core.database.embedded.host.folders import (
    CHOOSE_ANOTHER,
    Home,
    sync_folder,
    sync_tree,
    write_if_changed,
)
from toolbox_cli.core.database.embedded.trouble import explain_end
from toolbox_cli.core.errors import RefusedError

ROLE: Final = "toolbox"
DATABASE: Final = "toolbox"
FIRST_FREE_OID: Final = 16384
"""What a server would give; without a server PostgreSQL takes one that is meant for its own objects."""
UNFINISHED: Final = "data.new-"
FAILED: Final = "The database could not be made in {}"
BUILTIN_LOCALE_SINCE: Final = 17
LOCALES: Final = ("C.UTF-8", "C")
"""In order of preference; not every C library knows the first."""

SETTINGS: Final[Mapping[str, str]] = {
    "cluster_name": "'toolbox'",
    "max_connections": "50",
    "shared_buffers": "128MB",
    # Nobody replicates this server: without the senders a load into a new table needs no write-ahead log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_replication_slots": "0",
    "max_logical_replication_workers": "0",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # A failed statement is its client's to report; in the log its rows would be personal data that nobody erases.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
HOST_RULES: Final = f"# Written by toolbox at each start.\nlocal all all peer map={ROLE}\n"


@dataclass(frozen=True)
class Maker:
    """Who makes clusters in a home, and with what.

    Attributes:
        lock: descriptor of the home's lock; children inherit it, so that one that outlives us keeps others out.
        durable: bring all of it to the disk; a server that won't sync its writes needs no synced beginning.
    """

    home: Home
    binaries: Binaries
    account: Account
    lock: int
    durable: bool

    def make(self) -> None:
        """Create `data` in the home, on the disk for good, with its role and its database.

        Raises:
            UnreachableError: it can't be made, a full disk among the causes.
        """
        clear_unfinished(self.home)
        with self._unfinished_folder() as fresh:
            self._initialize(fresh)
            self._create_database(fresh)
            if self.durable:
                sync_tree(fresh)
            fresh.rename(self.home.data)
        if self.durable:
            sync_folder(self.home.path)

    @contextmanager
    def _unfinished_folder(self) -> Iterator[Path]:
        fresh = self.home.path / f"{UNFINISHED}{os.getpid()}"
        fresh.mkdir(0o700)
        try:
            if not self.account.is_me:
                os.chown(fresh, self.account.uid, self.account.gid)
            yield fresh
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise

    def _initialize(self, fresh: Path) -> None:
        for locale in LOCALES:
            done = self._run("initdb", "-D", fresh, *self._initdb_options(locale))
            if done.returncode == 0:
                break
            if "invalid locale" not in done.stderr:
                raise explain_end(FAILED.format(self.home.path), done.stderr, self.home.path)
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\n# What toolbox chooses for a small server that is always there\n")
            file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())

    def _initdb_options(self, locale: str) -> list[str]:
        options = ["--username", ROLE, "--encoding", "UTF8", "--locale", locale, "--auth", "peer", "--no-sync"]
        if self.binaries.major >= BUILTIN_LOCALE_SINCE:
            options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        return options

    def _create_database(self, fresh: Path) -> None:
        # Without a server in between: whoever sees the cluster also sees the database.
        done = self._run(
            *("postgres", "--single", "-D", fresh, "-c", "fsync=off", "-c", "exit_on_error=on", "postgres"),
            said=f"CREATE DATABASE {DATABASE} STRATEGY FILE_COPY OID {FIRST_FREE_OID}\n",
        )
        if done.returncode != 0:
            raise explain_end(FAILED.format(self.home.path), done.stderr, self.home.path)

    def _run(self, program: str, *arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
        argv = [self.binaries.program(program), *arguments]
        return self.account.run(argv, pass_fds=(self.lock,), input=said)


def clear_unfinished(home: Home) -> None:
    """Remove what makers who were killed left behind; the caller holds the home's lock."""
    for folder in home.path.glob(f"{UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def write_access_rules(home: Home, account: Account) -> None:
    """Let in, as the role, the account that runs the server and root: nobody else, and nobody by TCP.

    They stand outside the data folder, so that no statement in the database can change them.
    """
    mode = 0o600 if account.is_me else 0o644
    names = dict.fromkeys([account.name, "root"])
    identities = "".join(f'{ROLE} "{name}" {ROLE}\n' for name in names)
    write_if_changed(home.host_rules, HOST_RULES, mode)
    write_if_changed(home.identities, identities, mode)


def owner_of(data: Path) -> int | None:
    """Tell whose cluster it is, None where there is none yet.

    Raises:
        RefusedError: something else stands in its place.
    """
    try:
        found = data.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(found.st_mode):
        raise RefusedError(f"{data} is not a folder.", remedy=CHOOSE_ANOTHER)
    if not any(data.iterdir()):
        return None
    if not (data / "PG_VERSION").exists():
        raise RefusedError(
            f"{data} holds other things than a PostgreSQL cluster (it belongs to {name_of(found.st_uid)}).",
            remedy=CHOOSE_ANOTHER,
        )
    return found.st_uid


def refuse_other_version(data: Path, major: int) -> None:
    """Refuse a cluster that another major version made.

    Raises:
        RefusedError: the sentence names both versions.
    """
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(major):
        raise RefusedError(
            f"The data folder {data} was made by PostgreSQL {made_by or 'of an unknown version'}, "
            f"and this is PostgreSQL {major}.",
            remedy=f"Dump it with PostgreSQL {made_by or 'of that version'} and load the dump here, "
            "or choose another folder with TOOLBOX_HOME.",
        )
