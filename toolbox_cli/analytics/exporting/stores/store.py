"""Where an export goes: a folder or a prefix of objects, in whole generations of one dataset."""

import re
from contextlib import AbstractContextManager
from typing import BinaryIO, Final, Protocol

MANIFEST: Final = "_manifest.json"
SUCCESS: Final = "_SUCCESS"

_NUMBER: Final = re.compile(r"\bpart-(\d+)")
_GENERATION: Final = re.compile(r"\bg(\d{5,})")


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

    def read(self, path: str) -> bytes:
        """Give a file of the last whole generation, which is known to be small."""

    def build(self) -> AbstractContextManager[Build]:
        """Build a generation, alone: what a killed run left is taken away first.

        A block that ends without `commit` leaves the last generation as it was, and nothing else.

        Raises:
            LockedError: another run builds one.
            OutputError: the place can't be written.
        """


def part_path(month: str, number: int, generation: int, suffix: str) -> str:
    """Give the path of a dataset's file from its folder.

    Args:
        month: its folder is named after it; empty for none.
        number: within the month, from 0; readers that go by names get rows in this order.
        generation: that it is of.
        suffix: of its form.
    """
    folder = f"month={month}/" if month else ""
    return f"{folder}part-{number:05d}-g{generation:05d}{suffix}"


def in_generation(path: str, generation: int) -> str:
    """Give the path that a file of an earlier generation has in this one."""
    return _GENERATION.sub(f"g{generation:05d}", path, count=1)


def generation_of(name: str) -> int:
    """Read the generation in the name of a file or folder.

    Raises:
        ValueError: there is none in it.
    """
    if found := _GENERATION.search(name):
        return int(found[1])
    raise ValueError(f"{name} is of no generation")


def number_of(path: str) -> int:
    """Read a file's number within its month."""
    found = _NUMBER.search(path)
    if found is None:
        raise ValueError(f"{path} has no number")
    return int(found[1])
