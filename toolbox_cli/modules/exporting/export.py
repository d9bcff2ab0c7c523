"""Write modules down in their native form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.modules.reading.folders import SUFFIXES
from toolbox_cli.content.modules.reading.pool import read_modules
from toolbox_cli.content.modules.writing import as_json, as_markdown, as_yaml, fields_of
from toolbox_cli.core.errors import OutputError, RefusedError, UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.output import write_whole
from toolbox_cli.modules.database import Connection, Held, held_modules, rows
from toolbox_cli.modules.options import As

_SLUGS: Final = """
SELECT module_id AS slug FROM modules
WHERE (%(status)s::text IS NULL OR status = %(status)s) AND (%(slugs)s::text[] IS NULL OR module_id = ANY (%(slugs)s))
ORDER BY module_id"""

_KEPT: Final = "SELECT module_id, content_hash FROM module_revisions WHERE module_id = ANY (%(ids)s)"

_WRITERS: Final[Mapping[As, tuple[str, Callable[[Mapping[str, Any]], str]]]] = {
    As.YAML: ("yaml", as_yaml), As.JSON: ("json", as_json), As.MARKDOWN: ("md", as_markdown),
}  # fmt: skip


def chosen(connection: Connection, slugs: Sequence[str] | None, status: str | None) -> list[Held]:
    """Read the modules that are asked for, by slug.

    Raises:
        UsageError: one that is named is not there.
    """
    values = {"slugs": list(slugs) if slugs else None, "status": status}
    found = [row["slug"] for row in rows(connection, _SLUGS, values)]
    if missing := [slug for slug in slugs or () if slug not in found]:
        raise UsageError(
            f"There is no module {missing[0]}{f' that is {status}' if status else ''}.",
            remedy="See which there are with: toolbox modules list",
        )
    return held_modules(connection, found)


def written(held: Held, form: As) -> str:
    """Write a module with the lock that tells a later import what it was written from."""
    fields = fields_of(held.content, status=held.status, revision=held.revision, content_hash=held.hash)
    return _WRITERS[form][1](fields)


def write_files(connection: Connection, modules: Sequence[Held], folder: Path, form: As) -> list[Path]:
    """Write a file a module; each is there whole, or as it was.

    Args:
        connection: of the modules.
        modules: each to be written.
        folder: is made where it is missing.
        form: of the files.

    Raises:
        RefusedError: a file says what the database never had, or the module stands there in another form.
        OutputError: the folder or a file can't be written.
    """
    texts = {folder / f"{held.slug}.{_WRITERS[form][0]}": written(held, form) for held in modules}
    files = {file: held for file, held in zip(texts, modules, strict=True) if not _is_there(file, texts[file])}
    if faults := [*_in_another_form(files), *_unknown(connection, files)]:
        raise RefusedError(
            "Files are in the way; nothing was written.",
            remedy="Import what is new in them, or move them away, or export in their form, with --as.",
            findings=faults,
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} can't be made: {error.strerror}.") from error
    for file in files:
        write_whole(file, texts[file])
    return [*texts]


def _is_there(file: Path, text: str) -> bool:
    try:
        return file.read_bytes() == text.encode()
    except OSError:
        return False


def _in_another_form(files: Mapping[Path, Held]) -> Iterator[Finding]:
    for file, held in files.items():
        for suffix in sorted(SUFFIXES - {file.suffix}):
            if (other := file.with_suffix(suffix)).exists():
                yield _fault(other, held, "is the same module in another form: an import would find it twice")


def _unknown(connection: Connection, files: Mapping[Path, Held]) -> Iterator[Finding]:
    """Find files whose content no import has brought in, and no export has written."""
    there = [file for file in files if file.exists()]
    ids = [files[file].id for file in there]
    kept = {(row["module_id"], row["content_hash"]) for row in rows(connection, _KEPT, {"ids": ids})}
    for file, read in zip(there, read_modules(there), strict=True):
        held = files[file]
        if read.slug != held.slug or (read.hash != held.hash and (held.id, read.hash) not in kept):
            yield _fault(file, held, "says what was never imported")


def _fault(file: Path, held: Held, found: str) -> Finding:
    return Finding("file-in-the-way", Severity.ERROR, held.slug, found=found, file=str(file))
