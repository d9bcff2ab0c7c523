"""The manifest of an exported dataset: what is in its files, where it came from, and where the next export goes on."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from toolbox_cli.core.errors import InputError

KIND: Final = "toolbox.analytics.dataset/1"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a dataset.

    Attributes:
        path: from the dataset's folder.
        month: such as `2026-01`; empty where the dataset is not partitioned.
        settled: whether its rows are all of transactions before the watermark; the next increment writes others anew.
        sha256: of all its bytes.
    """

    path: str
    month: str
    settled: bool
    rows: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """The database's moment that the rows are of.

    Attributes:
        system: the server's identifier, which a restored or upgraded one does not share.
        database: its number among the server's databases.
        timeline: changes with every promotion and every recovery to a moment.
        snapshot: as PostgreSQL writes it.
        position: in the write-ahead log.
        standby: whether it was a copy that follows the primary.
    """

    system: str
    database: int
    timeline: int
    snapshot: str
    position: str
    standby: bool

    @property
    def history(self) -> tuple[str, int, int]:
        """What two moments share whose transaction numbers can be compared."""
        return self.system, self.database, self.timeline


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides rows and columns apart from the database: only exports on the same terms continue one another.

    Attributes:
        version: of the dataset's schema.
        columns: name, type and mask of each, in order.
        only: conditions that rows leave on, such as a live consent.
        since: first moment, ISO 8601.
        until: first moment that is too late.
        key_id: of the pseudonyms' key.
    """

    version: int
    columns: tuple[Mapping[str, str], ...]
    form: str
    partition: str
    privacy: str
    only: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    recipient: str | None = None
    period: str | None = None
    key_id: str | None = None

    @property
    def fingerprint(self) -> str:
        """Tell terms apart."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an exported dataset is.

    Attributes:
        run: the same for all datasets of one run, which are of one moment where they share a database.
        layout: tells tables and columns that were read from others of the same names.
        watermark: all transactions before this number were over; None where no later export can go on from here.
        files: in the order of rows.
    """

    dataset: str
    title: str
    generation: int
    run: str
    made_at: str
    code_version: str
    terms: Terms
    source: Source
    layout: str
    watermark: int | None
    files: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """Of all files."""
        return sum(part.rows for part in self.files)

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(part.size_bytes for part in self.files)

    @property
    def months(self) -> dict[str, int]:
        """Rows of each month."""
        counts = Counter[str]()
        for part in self.files:
            counts[part.month] += part.rows
        return dict(sorted(counts.items()))

    def settled(self, month: str) -> tuple[Part, ...]:
        """Give the files of a month that later exports can keep."""
        return tuple(part for part in self.files if part.settled and part.month == month)

    def as_json(self) -> bytes:
        """Write it down; the same manifest is always the same bytes."""
        told = {
            "kind": KIND,
            **asdict(self),
            "fingerprint": self.terms.fingerprint,
            "rows": self.rows,
            "size_bytes": self.size_bytes,
            "months": self.months,
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(text: bytes | None, where: str) -> Manifest | None:
    """Read a manifest; None where there is none, or one of another version of toolbox that is not understood.

    Raises:
        InputError: it is no manifest at all.
    """
    if text is None:
        return None
    try:
        told: dict[str, Any] = json.loads(text)
        if told["kind"] != KIND:
            return None
        return _manifest(told)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The manifest of {where} can't be read: {error}.",
            remedy="Take that export away and make it anew, or export to another place.",
        ) from error


def _manifest(told: Mapping[str, Any]) -> Manifest:
    terms = {**told["terms"], "columns": tuple(told["terms"]["columns"]), "only": tuple(told["terms"]["only"])}
    kept = ("dataset", "title", "generation", "run", "made_at", "code_version", "layout", "watermark")
    return Manifest(
        **{name: told[name] for name in kept},
        terms=Terms(**terms),
        source=Source(**told["source"]),
        files=tuple(Part(**part) for part in told["files"]),
    )
