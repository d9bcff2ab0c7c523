"""Bring the server up and down, from whatever state it is found in; the caller holds the home's lock."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded import cluster
from toolbox_cli.core.database.embedded.binaries import Binaries
from toolbox_cli.core.database.embedded.host.account import Account, choose_account
from toolbox_cli.core.database.embedded.host.folders import Home, remove_outside, socket_folder
from toolbox_cli.core.database.embedded.host.waiting import Patience, exclusive
from toolbox_cli.core.database.embedded.launch import Launch, opened_log, read_from
from toolbox_cli.core.database.embedded.process import (
    PostmasterFile,
    State,
    is_alive,
    observe,
    processes_of,
    serves,
    signal_all,
)
from toolbox_cli.core.database.embedded.trouble import explain_end
from toolbox_cli.core.errors import ConfigurationError, RefusedError, UnreachableError

ASK_ORPHANS_AFTER_S: Final = 3.0
END_ORPHANS_AFTER_S: Final = 8.0
LOOKS_AT_FOREIGN: Final = 40
REASONS: Final = {
    State.STARTING: "PostgreSQL is starting or recovering",
    State.ORPHANED: "PostgreSQL was killed and its last processes are ending",
}
STOPPING: Final = "PostgreSQL is stopping"


@dataclass(frozen=True)
class Lifecycle:
    """One command's work on the server."""

    home: Home
    binaries: Binaries
    account: str | None
    parameters: Mapping[str, str]
    patience: Patience

    def bring_up(self, lock: int) -> None:
        """Start the server unless it runs, and wait until it takes connections.

        Raises:
            ToolboxError: it can't start; see `EmbeddedServer.start`.
        """
        report_began: int | None = None
        while (found := observe(self.home))[0] is not State.READY:
            if found[0] is not State.STOPPED:
                self._help_along(*found)
            elif report_began is None:
                report_began = self._launch(lock)
            else:
                report = read_from(self.home.log, report_began)
                raise explain_end(
                    f"PostgreSQL could not start in {self.home.path}", report, self.home.path, self.home.log
                )

    def bring_down(self) -> bool:
        """End the server and wait until its last process is gone.

        Returns:
            True if one was running.
        """
        asked: int | None = None
        sockets: Path | None = None
        while (found := observe(self.home))[0] is not State.STOPPED:
            state, file = found
            if state in (State.FOREIGN, State.ORPHANED) or file is None:
                self._help_along(state, file)
                continue
            if asked != file.pid and self._end(file.pid):
                asked, sockets = file.pid, file.socket_folder
            self.patience.pause(STOPPING)
        while asked is not None and is_alive(asked):
            self.patience.pause(STOPPING)
        if sockets is not None:
            remove_outside(self.home.path, sockets)
        return asked is not None

    def _help_along(self, state: State, file: PostmasterFile | None) -> None:
        """Bring a server that is neither ready nor gone nearer to one of them."""
        if state is State.FOREIGN:
            self._refuse_if_it_stays(file)
        if state is State.ORPHANED:
            self._end_orphans()
        if state is State.UNREACHABLE and file is not None:
            self._end(file.pid)
        self.patience.pause(REASONS.get(state, STOPPING))

    def _refuse_if_it_stays(self, file: PostmasterFile | None) -> None:
        """Refuse somebody else's server; one of ours that is just dying has let go of its lock, and looks the same."""
        for _ in range(LOOKS_AT_FOREIGN):
            self.patience.pause(STOPPING)
            if observe(self.home)[0] is not State.FOREIGN:
                return
        raise RefusedError(
            f"A PostgreSQL server that toolbox did not start (process {file and file.pid}) uses {self.home.data}.",
            remedy="Stop it, then run the command again.",
        )

    def _launch(self, lock: int) -> int:
        """Start the server's process.

        Returns:
            Where in the log its report begins.
        """
        owner_uid = cluster.owner_of(self.home.data)
        account = choose_account(self.account, owner_uid)
        binaries = self._usable_binaries(account)
        if owner_uid is None:
            durable = self.parameters.get("fsync", "on") != "off"
            cluster.Maker(self.home, binaries, account, lock, durable).make()
        cluster.refuse_other_version(self.home.data, self.binaries.major)
        cluster.write_access_rules(self.home, account)
        sockets = socket_folder(self.home.path, account)
        launch = Launch(binaries.program("postgres"), account, self.home, sockets, self.parameters)
        with self._server_lock() as held, opened_log(self.home.log) as log:
            os.truncate(held, 0)
            os.write(held, binaries.version().encode())
            report_began = os.fstat(log).st_size
            launch.run(held, log)
        return report_began

    @contextmanager
    def _server_lock(self) -> Iterator[int]:
        with exclusive(self.home.server_lock, lambda: self.patience.pause(STOPPING)) as held:
            if held is not None:
                yield held

    def _usable_binaries(self, account: Account) -> Binaries:
        """Take the install's programs, or a copy where the account can't reach them; no permission changes."""
        if account.is_me:
            return self.binaries
        self._refuse_closed_home(account)
        if self.binaries.usable_by(account):
            return self.binaries
        copied = self.binaries.copied_into(self.home.engines)
        if not copied.usable_by(account):
            raise ConfigurationError(
                f"The account {account.name} can't run programs in {copied.folder}.",
                remedy="Choose a folder on a file system that allows programs with TOOLBOX_HOME.",
            )
        return copied

    def _refuse_closed_home(self, account: Account) -> None:
        if account.run(["/bin/sh", "-c", 'cd "$1"', "sh", self.home.path]).returncode != 0:
            raise ConfigurationError(
                f"PostgreSQL runs as the account {account.name}, which can't reach {self.home.path}.",
                remedy="Choose a folder that it can pass, such as /var/lib/toolbox, with TOOLBOX_HOME.",
            )

    def _end(self, pid: int) -> bool:
        """Ask for a fast shutdown: clients are disconnected, everything committed is written.

        Returns:
            False if it has died by itself.
        """
        for _ in range(LOOKS_AT_FOREIGN):
            if serves(pid, self.home.data):
                signal_all([pid], signal.SIGINT)
                return True
            # A killed server's last children may keep its socket open for a moment.
            self.patience.pause(STOPPING)
            if observe(self.home)[0] in (State.ORPHANED, State.STOPPED):
                return False
        raise UnreachableError(
            f"The server of {self.home.path} runs where this command can't see it, as in another container.",
            remedy="Run the command there.",
        )

    def _end_orphans(self) -> None:
        """Wait for the children of a killed server, which end by themselves unless they are busy."""
        if self.patience.elapsed_s > END_ORPHANS_AFTER_S:
            signal_all(processes_of(self.home.data), signal.SIGKILL)
        elif self.patience.elapsed_s > ASK_ORPHANS_AFTER_S:
            signal_all(processes_of(self.home.data), signal.SIGQUIT)
