"""A dataset in a folder: generations stand aside, and a link says which of them is the whole one.

    exports/module-events                  a link to the newest whole generation
    exports/.module-events/g00007          the one before, so that whoever still reads it can end; and one more
    exports/.module-events/g00008          month=2026-01/part-00000-g00008.parquet … _manifest.json _SUCCESS
    exports/.module-events/lock            held by the run that builds

The link is exchanged by one rename. Whoever resolves it first and reads there reads one generation whole. Whoever goes
through the link file by file meets either one generation or a file that is gone: no file's name is in two generations.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from toolbox_cli.analytics.exporting.stores.store import MANIFEST, SUCCESS, generation_of, in_generation
from toolbox_cli.core.errors import InputError, LockedError, OutputError

_BUFFER_BYTES: Final = 128 * 1024
_PRIVATE: Final = 0o700
"""Whom exports are for is decided by who hands them on: nobody else on this machine may open them."""
_LINK: Final = "next"


class FolderStore:
    """The folder of one dataset, below where an export goes."""

    def __init__(self, root: Path, dataset: str) -> None:
        self._link = root / dataset
        self._aside = root / f".{dataset}"

    @property
    def label(self) -> str:
        """Where that is, for people."""
        return str(self._link)

    def manifest(self) -> bytes | None:
        """Give the manifest of the last whole generation; None where there is none."""
        current = _current(self._link)
        file = None if current is None else current / MANIFEST
        return file.read_bytes() if file and file.exists() else None

    def read(self, path: str) -> bytes:
        """Give a file of the last whole generation."""
        return (self._link.resolve() / path).read_bytes()

    @contextmanager
    def build(self) -> Iterator["FolderBuild"]:
        """Build a generation, alone: what a killed run left is taken away first."""
        try:
            self._check_place()
            self._aside.parent.mkdir(parents=True, exist_ok=True)
            self._aside.mkdir(_PRIVATE, exist_ok=True)
            with _locked(self._aside / "lock", self.label):
                yield from self._building()
        except OSError as error:
            raise OutputError(
                f"{self.label} can't be written: {error.strerror or error}.",
                remedy="Name a folder that can be written with --to.",
            ) from error

    def _building(self) -> Iterator["FolderBuild"]:
        current = _current(self._link)
        number = 1 if current is None else generation_of(current.name) + 1
        self._clean(current)
        folder = self._aside / f"g{number:05d}"
        folder.mkdir(_PRIVATE)
        build = FolderBuild(self._link, folder, current, number)
        try:
            yield build
        finally:
            if not build.committed:
                shutil.rmtree(folder, ignore_errors=True)

    def _check_place(self) -> None:
        if not self._link.is_symlink() and self._link.exists():
            raise OutputError(
                f"{self._link} is there already, and no export of ours.", remedy="Choose another folder with --to."
            )

    def _clean(self, current: Path | None) -> None:
        """Remove what no reader can be at: all but the whole generation and the one before it."""
        kept = {current.name, f"g{generation_of(current.name) - 1:05d}"} if current else set()
        for found in self._aside.iterdir():
            if found.is_dir() and not found.is_symlink():
                if found.name not in kept:
                    shutil.rmtree(found)
            elif found.name == _LINK:
                found.unlink()


class FolderBuild:
    """A generation that is being built."""

    def __init__(self, link: Path, folder: Path, last: Path | None, generation: int) -> None:
        self._link = link
        self._folder = folder
        self._last = last
        self.generation = generation
        self.committed = False

    def create(self, path: str) -> BinaryIO:
        """Begin a file."""
        file = self._folder / path
        file.parent.mkdir(_PRIVATE, exist_ok=True)
        return _Durable(file)  # type: ignore[return-value]  # of a stream, writers use what it has

    def keep(self, path: str) -> str:
        """Take a file of the last generation over, as one more name of the same bytes."""
        if self._last is None:
            raise ValueError(f"there is no generation before this one that {path} could be of")
        renamed = in_generation(path, self.generation)
        target = self._folder / renamed
        target.parent.mkdir(_PRIVATE, exist_ok=True)
        try:
            _linked(self._last / path, target)
        except FileNotFoundError as error:
            raise InputError(
                f"{self._link / path} of the last export is gone.", remedy="Export it again, without --incremental."
            ) from error
        return renamed

    def prepare(self, manifest: bytes) -> None:
        """Write the manifest and make all of it last."""
        for name, content in ((MANIFEST, manifest), (SUCCESS, b"")):
            with self.create(name) as file:
                file.write(content)
        for folder in (*(found for found in self._folder.iterdir() if found.is_dir()), self._folder):
            _synced(folder)
        _synced(self._folder.parent)

    def commit(self) -> None:
        """Exchange the link."""
        fresh = self._folder.parent / _LINK
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path(self._folder.parent.name) / self._folder.name)
        self.committed = True  # first: what is interrupted right here must not be taken for one that failed
        fresh.replace(self._link)
        _synced(self._link.parent)


class _Durable:
    """A file that is on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=_BUFFER_BYTES)

    def write(self, data: bytes) -> int:
        return self._file.write(data)

    def close(self) -> None:
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def __enter__(self) -> "_Durable":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _current(link: Path) -> Path | None:
    """Give the folder of the whole generation."""
    if not link.is_symlink():
        return None
    folder = link.resolve()
    return folder if (folder / SUCCESS).exists() else None


def _linked(held: Path, target: Path) -> None:
    try:
        os.link(held, target)
    except OSError:  # a file system without hard links
        shutil.copy(held, target)  # with who may open it


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(file: Path, label: str) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LockedError(
            f"Another run exports to {label}.", remedy="Try again when it has finished, or choose another --to."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)
