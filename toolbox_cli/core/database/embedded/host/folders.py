"""The folders of the server: they must be ours alone before anything is written into them."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

from toolbox_cli.core.database.embedded.host.account import Account, name_of
from toolbox_cli.core.errors import ConfigurationError, RefusedError

MARKER: Final = "toolbox-home"
MARKER_TEXT: Final = "This folder belongs to toolbox; data/ in it is a PostgreSQL cluster. Change nothing by hand.\n"
SOCKET_NAME: Final = ".s.PGSQL.5432"
SOCKET_PATH_BYTES: Final = 107
HARMLESS: Final = {"lost+found"}
WAITERS: Final = 4
CHOOSE_ANOTHER: Final = "Choose another folder with TOOLBOX_HOME."


@dataclass(frozen=True)
class Home:
    """Where everything stands in the server's folder.

    Attributes:
        data: the cluster.
        lock: held by the command that starts or stops the server.
        server_lock: held by the server's own processes, so that nobody has to trust a process id; holds its version.
        engines: programs copied for an account that can't reach those of the install.
    """

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def server_lock(self) -> Path:
        return self.path / "server.lock"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def engines(self) -> Path:
        return self.path / "engine"

    @property
    def host_rules(self) -> Path:
        return self.path / "pg_hba.conf"

    @property
    def identities(self) -> Path:
        return self.path / "pg_ident.conf"

    @property
    def is_claimed(self) -> bool:
        return (self.path / MARKER).exists()


def claim_home(home: Path) -> Path:
    """Make sure that the folder is ours, creating and marking it where it is missing or empty.

    Returns:
        The folder without symbolic links.

    Raises:
        RefusedError: it belongs to somebody else, holds other things, or others could exchange it.
        ConfigurationError: the path can't be a folder.
        OSError: it can't be created or written.
    """
    if home.is_symlink() and home.lstat().st_uid not in (0, os.geteuid()):
        owner = name_of(home.lstat().st_uid)
        raise RefusedError(f"{home} is a link that belongs to {owner}.", remedy=CHOOSE_ANOTHER)
    real = home.resolve()
    if "\n" in str(real):
        raise ConfigurationError("The path of the server's folder has a line break in it.", remedy=CHOOSE_ANOTHER)
    _refuse_open_parents(real)
    if not real.exists():
        _create_home(real)
    refuse_foreign(real)
    _mark(real)
    return real


def _refuse_open_parents(home: Path) -> None:
    for parent in home.parents:
        with suppress(FileNotFoundError, NotADirectoryError):
            mode = parent.stat().st_mode
            if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
                raise RefusedError(
                    f"Everybody may write to {parent}, so anybody could exchange {home}.",
                    remedy=f"Close it with chmod o-w {parent}, or choose another folder with TOOLBOX_HOME.",
                )


def _create_home(home: Path) -> None:
    """Create the folder and its parents, which the server's account must be able to pass when we are root."""
    is_root = os.geteuid() == 0
    missing = [folder for folder in (home, *home.parents) if not folder.exists()]
    for folder in reversed(missing):
        mode = (0o711 if folder == home else 0o755) if is_root else 0o700
        with suppress(FileExistsError):
            folder.mkdir(mode)
            folder.chmod(mode)


def refuse_foreign(home: Path) -> None:
    """Refuse a folder that is another user's, or open to all.

    Raises:
        RefusedError: the sentence names the owner.
        ConfigurationError: it is no folder.
    """
    found = home.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise ConfigurationError(f"{home} is not a folder.", remedy=CHOOSE_ANOTHER)
    if found.st_uid != os.geteuid():
        owner = name_of(found.st_uid)
        raise RefusedError(
            f"The folder {home} belongs to {owner}, not to {name_of(os.geteuid())}.",
            remedy=f"Run the command as {owner}, or choose another folder with TOOLBOX_HOME.",
        )
    if found.st_mode & stat.S_IWOTH:
        raise RefusedError(
            f"Everybody may write to {home}, so nothing in it can be trusted.",
            remedy=f"Close it with chmod o-w {home}, or choose another folder with TOOLBOX_HOME.",
        )


def _mark(home: Path) -> None:
    # One listing decides: the marker is the first thing that a second command at the same moment can see in it.
    held = set(os.listdir(home)) - HARMLESS  # noqa: PTH208
    if MARKER in held:
        return
    if held:
        raise RefusedError(
            f"The folder {home} holds other things ({', '.join(sorted(held)[:3])}) and was not made by toolbox.",
            remedy="Choose an empty or a new folder with TOOLBOX_HOME.",
        )
    write_once(home / MARKER, MARKER_TEXT)


def write_once(path: Path, text: str) -> None:
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)


def write_if_changed(path: Path, text: str, mode: int) -> None:
    """Put a whole file in place at once, so that a server never reads half of it."""
    with suppress(OSError):
        if path.read_text() == text:
            return
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        os.fchmod(descriptor, mode)
    fresh.rename(path)


def socket_folder(home: Path, account: Account) -> Path:
    """Make the private folder of the socket: in the home, or where its path is short enough for a socket.

    Raises:
        RefusedError: the folder is there and is not the account's alone.
    """
    folder = planned_socket_folder(home, account.uid)
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    found = folder.lstat()
    if not account.is_me and found.st_uid == os.geteuid() and found.st_mode == stat.S_IFDIR | 0o700:
        # Ours: of this moment, or of a command that was killed before it could hand the folder over.
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
        raise RefusedError(
            f"The socket's folder {folder} is not {account.name}'s alone (owner {name_of(found.st_uid)}, "
            f"mode {stat.filemode(found.st_mode)}).",
            remedy=f"Remove it if nobody needs it, or give it to {account.name} with mode 0700.",
        )
    return folder


def remove_outside(home: Path, sockets: Path) -> None:
    """Leave no empty folder behind where others keep theirs."""
    if not sockets.is_relative_to(home):
        with suppress(OSError):
            sockets.rmdir()


def planned_socket_folder(home: Path, uid: int) -> Path:
    inside = home / "run"
    # libpq reads a comma as a list of hosts, and has no way to quote one.
    if _fits_socket(inside) and re.fullmatch(r"[\w./+@~=:-]+", str(inside)):
        return inside
    name = f"toolbox-{uid}-{_identity(home)}"
    # The usual places come first: TMPDIR differs between a shell and cron.
    roots = [root for root in ("/tmp", "/var/tmp", os.environ.get("TMPDIR")) if root and os.access(root, os.W_OK)]  # noqa: S108
    return next((Path(root, name) for root in roots if _fits_socket(Path(root, name))), inside)


def _identity(home: Path) -> str:
    with suppress(OSError):
        found = home.stat()
        return f"{found.st_dev:x}-{found.st_ino:x}"
    return "new"


def _fits_socket(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES


def sync_tree(root: Path) -> None:
    """Bring every file and folder under `root` to the disk.

    First all the writing is started, then several wait for it: a disk that others keep busy serves them together.
    """
    paths = [root, *root.rglob("*")]
    for path in paths:
        _sync(path, wait=False)
    failures: list[OSError] = []
    threads = [Thread(target=_wait_for, args=(paths[start::WAITERS], failures)) for start in range(WAITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _wait_for(paths: Sequence[Path], failures: list[OSError]) -> None:
    try:
        for path in paths:
            _sync(path, wait=True)
    except OSError as error:
        failures.append(error)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last."""
    _sync(folder, wait=True)


def _sync(path: Path, *, wait: bool) -> None:
    if path.is_symlink():
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        if wait:
            os.fsync(descriptor)
        elif hasattr(os, "posix_fadvise"):
            # It starts the writing and returns at once, which makes the waiting round several times shorter.
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def size_of(root: Path) -> int:
    """Count the bytes that a folder takes on the disk; files that vanish meanwhile count as nothing."""
    return sum(_files_bytes(root))


def _files_bytes(folder: Path) -> Iterator[int]:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_bytes(Path(entry.path))
            else:
                with suppress(FileNotFoundError):
                    yield entry.stat(follow_symlinks=False).st_blocks * 512
