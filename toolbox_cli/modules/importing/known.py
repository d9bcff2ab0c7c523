"""Files that need not be read: the database knows what they say, by the hash of their bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.modules.reading.file import REFERENCES, Read, file_bytes, source_hash, words
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.database import rows, transaction
from toolbox_cli.modules.holding.content import AS_IMPORTED

_KNOWN: Final = f"""
SELECT m.source_hash, m.module_id AS slug, m.content_hash, m.title, m.prerequisites, m.related_modules, m.tags,
       m.created_by_id, m.university_id,
       (SELECT count(*) FROM module_sections AS s WHERE s.module_id = m.id) AS sections
FROM modules AS m WHERE m.source_hash = ANY (%(hashes)s) AND {AS_IMPORTED}"""  # noqa: S608


def known(runtime: Runtime, files: Sequence[Path]) -> list[Read | None]:
    """Tell of files without reading them.

    The transaction ends at once: none is open while the others are read, which takes long.

    Args:
        runtime: says where the database is.
        files: of modules.

    Returns:
        What each says; None for one that has to be read.
    """
    hashes = [_hash(file) for file in files]
    with transaction(runtime, snapshot=True) as connection:
        held = {row["source_hash"]: row for row in rows(connection, _KNOWN, {"hashes": [*filter(None, hashes)]})}
    return [_read(file, row) if (row := held.get(hashed)) else None for file, hashed in zip(files, hashes, strict=True)]


def _hash(file: Path) -> str | None:
    try:
        return source_hash(file_bytes(file))
    except InputError:
        return None


def _read(file: Path, row: dict[str, Any]) -> Read:
    references = tuple((name, words(row[name])) for name in REFERENCES)
    return Read(
        str(file), row["slug"], None, row["content_hash"], row["title"], source=row["source_hash"],
        references=references, sections=row["sections"],
    )  # fmt: skip
