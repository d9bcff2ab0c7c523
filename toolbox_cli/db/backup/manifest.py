"""The manifest beside each dump: what it holds, and how to tell that it is whole."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.errors import InputError, RefusedError

KIND: Final = "toolbox.backup/1"
DUMP_SUFFIX: Final = ".dump"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dump holds.

    Attributes:
        dump: file name of the dump, in the manifest's folder.
        sha256: of the dump, hexadecimal.
        database: the address, without a password.
        place: host, port and name of the database: backups of one place replace each other.
        schemas: platform to schema name.
        heads: platform to revision.
        unknown_revisions: what the writing toolbox did not know.
        rows: "schema.table" to about how many rows.
        roles: roles that own something in it, or may use something.
        extensions: the extensions that it needs.
        server_version: major version of the server, such as 18.
        program_version: major version of the pg_dump that wrote it.
    """

    dump: str
    sha256: str
    size_bytes: int
    created_at: datetime.datetime
    database: str
    place: str
    schemas: Mapping[str, str]
    heads: Mapping[str, str]
    unknown_revisions: tuple[str, ...]
    rows: Mapping[str, int]
    roles: tuple[str, ...]
    extensions: tuple[str, ...]
    server_version: int
    program_version: int
    tool_version: str

    @property
    def revisions(self) -> tuple[str, ...]:
        """Every revision that the dumped database was at, sorted."""
        return tuple(sorted({*self.heads.values(), *self.unknown_revisions}))

    def as_json(self) -> str:
        """Give the manifest's file."""
        content = {"kind": KIND, **asdict(self), "created_at": self.created_at.isoformat()}
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def manifest_path(dump: Path) -> Path:
    """Say where the manifest of a dump stands."""
    return dump.with_suffix(".json")


def read_manifest(dump: Path) -> Manifest:
    """Read the manifest of a dump.

    Raises:
        InputError: it can't be read, or is not a manifest.
        RefusedError: a newer toolbox wrote it.
    """
    file = manifest_path(dump)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        kind = str(content.pop("kind", ""))
        if kind.startswith("toolbox.backup/") and kind != KIND:
            raise RefusedError(f"{file} was written by a newer toolbox.", remedy="Restore it with that version.")
        return _manifest(content)
    except OSError as error:
        raise InputError(
            f"The manifest {file} can't be read: {error.strerror}.",
            remedy="Restore a dump from elsewhere with pg_restore, then say where it stands: toolbox db stamp",
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{file} is not the manifest of a backup.") from error


def check_whole(dump: Path, manifest: Manifest) -> None:
    """Compare a dump with its manifest.

    Raises:
        InputError: it is missing, or differs.
    """
    try:
        size = dump.stat().st_size
        found = sha256_of(dump) if size == manifest.size_bytes else f"{size:,} bytes"
    except OSError as error:
        raise InputError(f"The dump {dump} can't be read: {error.strerror}.") from error
    if found != manifest.sha256:
        raise InputError(
            f"The dump {dump} is not the one that was written: its manifest says {manifest.size_bytes:,} bytes"
            f" with SHA-256 {manifest.sha256[:12]}…, it is {found[:12]}….",
            remedy="Take another copy of it, or another backup.",
        )


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(content: dict[str, Any]) -> Manifest:
    lists = {name: tuple(content[name]) for name in ("unknown_revisions", "roles", "extensions")}
    created_at = datetime.datetime.fromisoformat(content["created_at"])
    return Manifest(**{**content, **lists, "created_at": created_at})
