"""PostgreSQL in one folder, started by the first command that needs it and there for the ones after it."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from toolbox_cli.core.database.embedded import cluster
from toolbox_cli.core.database.embedded.binaries import DEFAULT_MAJOR, Binaries
from toolbox_cli.core.database.embedded.host import folders
from toolbox_cli.core.database.embedded.host.account import name_of
from toolbox_cli.core.database.embedded.host.waiting import Patience, Progress, exclusive
from toolbox_cli.core.database.embedded.launch import PORT
from toolbox_cli.core.database.embedded.lifecycle import Lifecycle
from toolbox_cli.core.database.embedded.process import PostmasterFile, State, observe
from toolbox_cli.core.database.embedded.trouble import told_plainly

BUSY: Final = "Another command is starting or stopping PostgreSQL"


@dataclass(frozen=True)
class ServerStatus:
    """What is known of the server without connecting to it.

    Attributes:
        running: a client can connect now.
        state: stopped, starting, ready, stopping, unreachable, orphaned or foreign.
        version: of the running server, such as 18.4.
        account: whose processes and files they are; None before the first start.
        size_bytes: what the data takes on the disk; None where it was not measured.
    """

    running: bool
    state: str
    pid: int | None
    version: str | None
    account: str | None
    home: Path
    data: Path
    log: Path
    socket_folder: Path
    started_at: datetime | None
    size_bytes: int | None = None


class EmbeddedServer:
    """PostgreSQL in one home folder, kept running between commands."""

    def __init__(
        self,
        home: Path,
        *,
        binaries: Binaries | None = None,
        account: str | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the server; nothing is written yet.

        Args:
            home: the folder that is the server's alone.
            binaries: the wheel's PostgreSQL 18 unless given.
            account: of the operating system, to run as when we are root.
            parameters: settings of PostgreSQL for the next start.
        """
        self.home = Path(os.path.realpath(home))
        self._places = folders.Home(self.home)
        self._given_home = home.absolute()
        self._binaries = binaries
        self._account = account
        self._parameters = dict(parameters or {})

    @property
    def binaries(self) -> Binaries:
        return self._binaries or Binaries.of_wheel()

    @property
    def _major(self) -> int:
        return self._binaries.major if self._binaries else DEFAULT_MAJOR

    def start(self, progress: Progress | None = None) -> ServerStatus:
        """Make sure that the server runs; make its cluster when there is none.

        Idempotent, and safe from any number of processes at once. A running server costs a few system calls.

        Args:
            progress: told what takes long, such as recovery.

        Raises:
            RefusedError: the folder is not ours, or another version made the data.
            ConfigurationError: the folder, the account or a parameter can't be used.
            UnreachableError: the server can't start; the sentence says why.
        """
        with told_plainly(self.home):
            if (running := self._running()) is not None:
                return running
            folders.claim_home(self._given_home)
            patience = Patience(progress)
            with exclusive(self._places.lock, lambda: self._worth_waiting(patience)) as lock:
                if lock is not None:
                    self._lifecycle(patience).bring_up(lock)
            cluster.refuse_other_version(self._places.data, self._major)
            return self._status()

    def stop(self) -> bool:
        """End the server cleanly, rolling back what its clients have open, and wait until it is gone.

        Returns:
            True if one was running.

        Raises:
            RefusedError: the folder or the server is not ours.
            UnreachableError: it did not end.
        """
        with told_plainly(self.home):
            if not self._places.is_claimed:
                return False
            folders.refuse_foreign(self.home)
            patience = Patience()
            with exclusive(self._places.lock, lambda: patience.pause(BUSY)):
                return self._lifecycle(patience).bring_down()

    def status(self) -> ServerStatus:
        """Look at the server and measure its data.

        Raises:
            RefusedError: the folder is another user's.
        """
        with told_plainly(self.home):
            try:
                return self._status(size_bytes=folders.size_of(self._places.data))
            except PermissionError:
                folders.refuse_foreign(self.home)
                raise

    def conninfo(self, database: str = cluster.DATABASE) -> str:
        """Say how libpq reaches a database of the server, which need not run."""
        fields = {"host": self._socket_folder(), "port": PORT, "user": cluster.ROLE, "dbname": database}
        return " ".join(f"{name}={_quoted(str(value))}" for name, value in fields.items())

    def url(self, database: str = cluster.DATABASE) -> str:
        """Say the same as a URL; it holds no password, as there is none."""
        query = urlencode({"host": str(self._socket_folder()), "port": PORT})
        return f"postgresql://{cluster.ROLE}@/{quote(database, safe='')}?{query}"

    def _lifecycle(self, patience: Patience) -> Lifecycle:
        return Lifecycle(self._places, self.binaries, self._account, self._parameters, patience)

    def _running(self) -> ServerStatus | None:
        """Look without a lock; what another user's folder hides is found out, with its sentence, later."""
        with suppress(PermissionError):
            state, _ = observe(self._places)
            if state is State.READY:
                cluster.refuse_other_version(
                    self._places.data, self._binaries.major if self._binaries else DEFAULT_MAJOR
                )
                return self._status()
        return None

    def _worth_waiting(self, patience: Patience) -> bool:
        return observe(self._places)[0] is not State.READY and patience.pause(BUSY)

    def _status(self, size_bytes: int | None = None) -> ServerStatus:
        state, file = observe(self._places)
        return ServerStatus(
            running=state is State.READY,
            state=state.value,
            pid=file.pid if file else None,
            version=self._version() if file else None,
            account=self._owner(),
            home=self.home,
            data=self._places.data,
            log=self._places.log,
            socket_folder=self._socket_folder(file),
            started_at=file.started_at if file else None,
            size_bytes=size_bytes or None,
        )

    def _version(self) -> str | None:
        with suppress(FileNotFoundError):
            return self._places.server_lock.read_text() or None
        return None

    def _owner(self) -> str | None:
        with suppress(FileNotFoundError):
            return name_of(self._places.data.stat().st_uid)
        return None

    def _socket_folder(self, file: PostmasterFile | None = None) -> Path:
        """Believe the running server: the folder for temporary files differs between a shell and cron."""
        with suppress(PermissionError):
            file = file or PostmasterFile.read(self._places.data)
        if file and file.socket_folder:
            return file.socket_folder
        with suppress(FileNotFoundError):
            return folders.planned_socket_folder(self.home, self._places.data.stat().st_uid)
        return folders.planned_socket_folder(self.home, os.geteuid())


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
