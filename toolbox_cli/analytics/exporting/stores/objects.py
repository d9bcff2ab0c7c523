"""A dataset in an object store, which can neither rename nor write a part of an object.

    exports/module-events/month=2026-01/part-00000-g00001.parquet
    exports/module-events/_manifest.json       names the files of the whole generation: what it names, counts
    exports/module-events/_SUCCESS             taken away while files are exchanged, and put back last
    exports/module-events/_building/g00002/…   files of a run that is not through; readers pass by what begins with _

An object appears whole when its upload ends. A run uploads aside; at the end the store itself copies the files to their
place, then the manifest is replaced by one write, which is the moment that counts. What the manifest does not name goes
afterwards, or at the beginning of the next run.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Final

from pyarrow import fs

from toolbox_cli.analytics.exporting.stores.leases import Lease, is_lease
from toolbox_cli.analytics.exporting.stores.s3 import explained, filesystem, place_at
from toolbox_cli.analytics.exporting.stores.store import MANIFEST, SUCCESS
from toolbox_cli.core.errors import InputError, OutputError, ToolboxError

ASIDE: Final = "_building"
_OURS: Final = re.compile(r"(?:month=[^/]+/)?part-\d+-g\d+\.[a-z.]+")


class ObjectStore:
    """Where one dataset is, below a prefix."""

    def __init__(self, address: str, dataset: str, files: fs.FileSystem | None = None) -> None:
        """Name the place.

        Args:
            address: `s3://bucket/prefix`.
            dataset: its name.
            files: the object store; the one that the environment tells of where it is None.

        Raises:
            UsageError: it is no such address.
            ConfigurationError: the environment names an endpoint that is no address.
        """
        place = place_at(address)
        self.files = filesystem(os.environ) if files is None else files
        self.root = f"{place.root}/{dataset}"
        self._label = f"{place}/{dataset}"

    @property
    def label(self) -> str:
        """Where that is, for people."""
        return self._label

    def manifest(self) -> bytes | None:
        """Give the manifest of the last whole generation; None where there is none."""
        with explained(self.label):
            return self._manifest()

    def read(self, path: str) -> bytes:
        """Give a file of the last whole generation."""
        with explained(self.label), self.files.open_input_stream(f"{self.root}/{path}") as stream:
            content: bytes = stream.read()
        return content

    @contextmanager
    def build(self) -> Iterator["ObjectBuild"]:
        """Build a generation, alone: what a killed run left is taken away first."""
        with explained(self.label):
            self._check_place()
            lease = Lease(self.files, f"{self.root}/{ASIDE}", self.label)
        build = None
        try:
            with explained(self.label):
                self.settle()
                build = ObjectBuild(self, lease, self._generation() + 1)
            yield build
        finally:
            with suppress(OSError, ToolboxError):  # the next run settles what this one can't
                if build is not None:
                    build.end()
                lease.release()

    def settle(self) -> None:
        """Let the place hold what the manifest names, and nothing of another run."""
        manifest = self._manifest()
        named = _paths_of(manifest, self.label) if manifest is not None else frozenset()
        for path in [*self._held()]:
            short = path.removeprefix(f"{self.root}/")
            aside = short.startswith(f"{ASIDE}/") and not is_lease(path)
            if aside or (_OURS.fullmatch(short) and short not in named):
                self.files.delete_file(path)
        if manifest is not None:
            self.put(SUCCESS, b"")
        else:
            self.drop(SUCCESS)

    def put(self, path: str, content: bytes) -> None:
        """Write a small object, at once whole."""
        with self.files.open_output_stream(f"{self.root}/{path}") as stream:
            stream.write(content)

    def drop(self, path: str) -> None:
        """Take an object away where there is one."""
        with suppress(FileNotFoundError):
            self.files.delete_file(f"{self.root}/{path}")

    def _manifest(self) -> bytes | None:
        try:
            with self.files.open_input_stream(f"{self.root}/{MANIFEST}") as stream:
                content: bytes = stream.read()
        except FileNotFoundError:
            return None
        return content

    def _generation(self) -> int:
        manifest = self._manifest()
        return 0 if manifest is None else int(json.loads(manifest)["generation"])

    def _held(self) -> Iterator[str]:
        below = fs.FileSelector(self.root, recursive=True, allow_not_found=True)
        return (info.path for info in self.files.get_file_info(below) if info.type == fs.FileType.File)

    def _check_place(self) -> None:
        if self._manifest() is None:
            others = [path for path in self._held() if not _may_be_ours(path.removeprefix(f"{self.root}/"))]
            if others:
                raise OutputError(
                    f"{self.label} is there already, and no export of ours.", remedy="Choose another prefix with --to."
                )


class ObjectBuild:
    """A generation that is being built."""

    def __init__(self, store: ObjectStore, lease: Lease, generation: int) -> None:
        self.generation = generation
        self._store = store
        self._lease = lease
        self._aside = f"{ASIDE}/g{generation:05d}"
        self._open: list[_Upload] = []
        self._created: list[str] = []
        self._manifest: bytes | None = None
        self._committed = False

    def create(self, path: str) -> BinaryIO:
        """Begin an upload, aside."""
        with explained(self._store.label):
            self._lease.keep()
            stream = self._store.files.open_output_stream(f"{self._store.root}/{self._aside}/{path}")
        upload = _Upload(stream, self._lease, self._store.label)
        self._open.append(upload)
        self._created.append(path)
        return upload  # type: ignore[return-value]  # of a stream, writers use what it has

    def keep(self, path: str) -> str:
        """Take a file of the last generation over: it stays where it is."""
        return path

    def prepare(self, manifest: bytes) -> None:
        """Hold that all uploads have ended and that the manifest names them."""
        missing = {*self._created} - _paths_of(manifest, self._store.label)
        if missing or not all(upload.closed for upload in self._open):
            raise ValueError(f"files are open still, or not in the manifest: {sorted(missing)}")
        with explained(self._store.label):
            self._lease.check()
        self._manifest = manifest

    def commit(self) -> None:
        """Put the files in their place, and then the manifest."""
        if self._manifest is None:
            raise ValueError("nothing was prepared")
        store = self._store
        with explained(store.label):
            self._lease.check()
            store.drop(SUCCESS)
            for path in self._created:
                store.files.copy_file(f"{store.root}/{self._aside}/{path}", f"{store.root}/{path}")
            self._lease.check()
            store.put(MANIFEST, self._manifest)
            self._committed = True
            store.settle()

    def end(self) -> None:
        """Give up what was not committed; no upload may end by itself when it is forgotten."""
        if not self._committed:
            for upload in self._open:
                with suppress(OSError, ToolboxError):
                    upload.close()
            self._store.settle()


class _Upload:
    """A stream whose object appears when it is closed."""

    def __init__(self, stream: Any, lease: Lease, label: str) -> None:
        self._stream, self._lease, self._label = stream, lease, label
        self.closed = False

    def write(self, data: bytes) -> int:
        with explained(self._label):
            self._lease.keep()
            return int(self._stream.write(data))

    def close(self) -> None:
        if not self.closed:
            with explained(self._label):
                self._stream.close()
            self.closed = True

    def __enter__(self) -> "_Upload":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()


def _paths_of(manifest: bytes, label: str) -> frozenset[str]:
    try:
        return frozenset(str(part["path"]) for part in json.loads(manifest)["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The manifest of {label} can't be read.", remedy="Export to another place; nothing is taken away here."
        ) from error


def _may_be_ours(short: str) -> bool:
    return short == SUCCESS or short.startswith(f"{ASIDE}/") or bool(_OURS.fullmatch(short))
