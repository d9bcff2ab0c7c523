"""Start the server's process, so that it outlives the command that starts it."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded.host.account import Account
from toolbox_cli.core.database.embedded.host.folders import SOCKET_NAME, Home

PORT: Final = 5432
LOG_KEPT_BYTES: Final = 1 << 20
# The shell leaves at once, so that the server is nobody's child: its end is never a zombie that looks alive.
IN_BACKGROUND: Final = '"$@" &'


@dataclass(frozen=True)
class Launch:
    """Everything that a server is started with."""

    postgres: Path
    account: Account
    home: Home
    sockets: Path
    parameters: Mapping[str, str]

    def run(self, lock: int, log: int) -> None:
        """Start the server in a session of its own; it holds `lock` as long as one of its processes lives.

        Raises:
            OSError: the shell can't be run; what befalls the server itself stands in its log.
        """
        clear_remains(self.home.data, self.sockets)
        server = [str(self.postgres), "-D", str(self.home.data), *self._options()]
        argv = ["/bin/sh", "-c", IN_BACKGROUND, "sh", *server]
        self.account.run(argv, pass_fds=(lock,), stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def _options(self) -> Iterator[str]:
        fixed = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "hba_file": str(self.home.host_rules),
            "ident_file": str(self.home.identities),
        }
        for name, value in {**self.parameters, **fixed}.items():
            yield from ("-c", f"{name}={value}")


def clear_remains(data: Path, sockets: Path) -> None:
    """Remove what a killed server left; the caller knows that none lives.

    PostgreSQL takes a process id in these files for a server's even when another program has it by now.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (sockets / name).unlink(missing_ok=True)


@contextmanager
def opened_log(path: Path) -> Iterator[int]:
    """Open the log to append; a long one moves aside first, so that two of bounded length are all there is."""
    with suppress(FileNotFoundError):
        if path.lstat().st_size > LOG_KEPT_BYTES:
            path.replace(path.with_name(f"{path.name}.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_from(path: Path, offset: int) -> str:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")
