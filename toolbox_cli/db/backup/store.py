"""The folder of backups: a dump appears in it whole or not at all, and old ones go."""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from toolbox_cli.core.database.embedded.host.folders import claim_home, sync_folder
from toolbox_cli.core.errors import ConfigurationError, InputError, RefusedError, UnreachableError
from toolbox_cli.db.backup.manifest import DUMP_SUFFIX, Manifest, manifest_path, read_manifest

FOLDER: Final = "backups"
_PARTIAL: Final = ".partial"


def default_folder(home: Path) -> Path:
    """Give the folder of backups in a home, and make both."""
    return made_folder(claim_home(home) / FOLDER)


def made_folder(folder: Path) -> Path:
    """Make a folder that only we can read; one that is there stays as it is.

    Raises:
        ConfigurationError: it can't be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"The folder {folder} can't be made: {error.strerror}.") from error
    return folder.resolve()


@contextmanager
def partial_file(folder: Path) -> Iterator[tuple[Path, int]]:
    """Give an empty file that nobody takes for a backup, and a descriptor that keeps it from being cleared away.

    Gone afterwards, unless it was renamed.
    """
    _clear_abandoned(folder)
    path, descriptor = _locked_file(folder)
    try:
        yield path, descriptor
    finally:
        os.close(descriptor)
        path.unlink(missing_ok=True)


def publish(partial: Path, folder: Path, manifest: Manifest) -> Path:
    """Give a finished dump its name. Its manifest comes first, so that a dump with a name always has one.

    Raises:
        UnreachableError: the disk is full.
    """
    dump = folder / manifest.dump
    try:
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        _write_whole(manifest_path(dump), manifest.as_json())
        partial.rename(dump)
        sync_folder(folder)
    except OSError as error:
        for unfinished in (dump, manifest_path(dump)):
            unfinished.unlink(missing_ok=True)
        raise UnreachableError(f"The backup can't be written into {folder}: {error.strerror}.") from error
    return dump


def prune(folder: Path, newest: Manifest, keep: int) -> tuple[Path, ...]:
    """Remove the older backups of the same database, but for `keep`, the newest among them.

    Whatever has no manifest of ours stays.

    Returns:
        The dumps that are gone.
    """
    held = [(found.created_at, path) for path, found in _backups(folder) if _same(found, newest)]
    old = [path for _, path in sorted(held, reverse=True) if path.name != newest.dump][keep - 1 :]
    for path in old:
        path.unlink()
        manifest_path(path).unlink()
    return tuple(old)


def file_stem(database: str) -> str:
    """Make a file name of a database's name."""
    return re.sub(r"[^\w.-]+", "_", database).strip(".") or "database"


def _same(found: Manifest, newest: Manifest) -> bool:
    return found.place == newest.place and found.created_at <= newest.created_at


def _backups(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    for path in folder.glob(f"*{DUMP_SUFFIX}"):
        with suppress(InputError, RefusedError):
            yield path, read_manifest(path)


def _write_whole(path: Path, text: str) -> None:
    with partial_file(path.parent) as (partial, descriptor):
        partial.write_text(text, encoding="utf-8")
        os.fsync(descriptor)
        partial.rename(path)


def _locked_file(folder: Path) -> tuple[Path, int]:
    while True:
        try:
            descriptor, name = tempfile.mkstemp(prefix=".", suffix=_PARTIAL, dir=folder)
        except OSError as error:
            raise ConfigurationError(f"The folder {folder} can't be written: {error.strerror}.") from error
        with suppress(OSError):  # a file system without locks: then nothing is ever cleared away
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return Path(name), descriptor
        os.close(descriptor)  # another run took it for abandoned before it was locked


def _clear_abandoned(folder: Path) -> None:
    """Remove what killed backups left: nobody holds the lock of such a file."""
    for path in folder.glob(f".*{_PARTIAL}"):
        with suppress(OSError), path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
