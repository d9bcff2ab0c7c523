"""Write modules down in their native form."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.modules.writing import as_json, as_markdown, as_yaml, fields_of
from toolbox_cli.core.errors import OutputError, UsageError
from toolbox_cli.core.output import write_whole
from toolbox_cli.modules.database import Connection, Held, held_modules, rows
from toolbox_cli.modules.options import As

_SLUGS: Final = """
SELECT module_id AS slug FROM modules
WHERE (%(status)s::text IS NULL OR status = %(status)s) AND (%(slugs)s::text[] IS NULL OR module_id = ANY (%(slugs)s))
ORDER BY module_id"""

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


def write_files(modules: Sequence[Held], folder: Path, form: As) -> list[Path]:
    """Write a file a module; each is there whole, or as it was.

    Raises:
        OutputError: the folder or a file can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} can't be made: {error.strerror}.") from error
    files = []
    for held in modules:
        file = folder / f"{held.slug}.{_WRITERS[form][0]}"
        write_whole(file, written(held, form))
        files.append(file)
    return files
