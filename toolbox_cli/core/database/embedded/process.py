"""The running server, as its files and the kernel show it."""

import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded.host.folders import SOCKET_NAME, Home
from toolbox_cli.core.database.embedded.host.waiting import is_held

PROC: Final = Path("/proc")


class State(Enum):
    """What the server of a data folder is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    UNREACHABLE = "unreachable"
    """It runs, but somebody removed its socket."""
    ORPHANED = "orphaned"
    """The postmaster was killed and some of its children still live."""
    FOREIGN = "foreign"
    """Somebody started it by other means than toolbox."""


@dataclass(frozen=True)
class PostmasterFile:
    """What the server writes into postmaster.pid, line by line as it comes up."""

    pid: int
    started_at: datetime | None
    socket_folder: Path | None
    status: str

    @classmethod
    def read(cls, data: Path) -> "PostmasterFile | None":
        """Read what is there; None where there is no file, or not yet a line in it."""
        try:
            lines = [line.strip() for line in (data / "postmaster.pid").read_text().split("\n")]
            lines += [""] * (8 - len(lines))
            started_at = datetime.fromtimestamp(int(lines[2]), UTC) if lines[2] else None
            # A server in single-user mode, as initdb runs it, writes its id as a negative number.
            return cls(abs(int(lines[0])), started_at, Path(lines[4]) if lines[4] else None, lines[7])
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None


def observe(home: Home) -> tuple[State, PostmasterFile | None]:
    """Look at the server without disturbing it: a few system calls, no process and no connection."""
    held, file = is_held(home.server_lock), PostmasterFile.read(home.data)
    if not held:
        return (State.FOREIGN, file) if file and serves(file.pid, home.data) else (State.STOPPED, None)
    if file is None:
        return State.STARTING, None
    if not is_alive(file.pid) and not answers(file.socket_folder):
        return State.ORPHANED, file
    if file.status == State.READY.value:
        reachable = file.socket_folder is not None and (file.socket_folder / SOCKET_NAME).exists()
        return (State.READY if reachable else State.UNREACHABLE), file
    return (State.STOPPING if file.status == State.STOPPING.value else State.STARTING), file


def is_alive(pid: int) -> bool:
    """Tell whether the process runs; a zombie, which some containers never bury, does not."""
    with suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    if PROC.joinpath("self").exists():
        return False
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def answers(socket_folder: Path | None) -> bool:
    """Tell whether somebody listens, where a process id says nothing: the server may live in another container."""
    if socket_folder is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as attempt, suppress(OSError):
        attempt.connect(str(socket_folder / SOCKET_NAME))
        return True
    return False


def serves(pid: int, data: Path) -> bool:
    """Tell whether the process works in the data folder, as all processes of its server do."""
    if not PROC.joinpath("self").exists():
        return is_alive(pid)
    with suppress(OSError):
        return os.path.samestat((PROC / str(pid) / "cwd").stat(), data.stat())
    return False


def processes_of(data: Path) -> list[int]:
    """Find every process of the server by where it works: the ids in files may be somebody else's by now."""
    pids = (int(entry.name) for entry in PROC.glob("[0-9]*"))
    return [pid for pid in pids if serves(pid, data)]


def signal_all(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
