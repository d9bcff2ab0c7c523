"""Where an export goes: a folder or a prefix of objects, in whole generations of one dataset."""

from contextlib import AbstractContextManager
from typing import BinaryIO, Final, Protocol

MANIFEST: Final = "_manifest.json"
SUCCESS: Final = "_SUCCESS"


class Build(Protocol):
    """One generation of a dataset that is being built; no reader takes it for whole before it is committed."""

    @property
    def generation(self) -> int:
        """Its number: one more than that of the last whole one."""

    def create(self, path: str) -> BinaryIO:
        """Begin a file; it is finished when it is closed.

        Args:
            path: from the dataset's folder, such as `month=2026-01/part-00000-g00001.parquet`; the generation stands
                in it, so that no two generations mean different files by one name.
        """

    def keep(self, path: str) -> str:
        """Take a file of the last generation over as it is; gives its path in this one."""

    def prepare(self, manifest: bytes) -> None:
        """Make all of it last, with its manifest, and still unseen: afterwards only `commit` can fail."""

    def commit(self) -> None:
        """Let readers see this generation in place of the last one."""


class Store(Protocol):
    """The place of one dataset."""

    @property
    def label(self) -> str:
        """Where that is, for people."""

    def manifest(self) -> bytes | None:
        """Give the manifest of the last whole generation; None where there is none."""

    def build(self) -> AbstractContextManager[Build]:
        """Build a generation, alone: what a killed run left is taken away first.

        A block that ends without `commit` leaves the last generation as it was, and nothing else.

        Raises:
            LockedError: another run builds one.
            OutputError: the place can't be written.
        """
