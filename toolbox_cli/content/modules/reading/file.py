"""One file, read as one module."""

import hashlib
import json
import os.path
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from toolbox_cli.content.faults.registry import finding, placed
from toolbox_cli.content.modules.canonical import canonical, content_hash
from toolbox_cli.content.modules.reading.assets import missing
from toolbox_cli.content.modules.reading.explaining import explained
from toolbox_cli.content.modules.reading.markdown import broken, read_markdown
from toolbox_cli.content.modules.reading.salvaging import right_parts
from toolbox_cli.content.modules.reading.sense import Doubt, doubts, partial_doubts
from toolbox_cli.content.modules.reading.texts import Named, cleaned
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.core.documents import MAX_BYTES, Document, DocumentError, decoded, parse_document, read_bytes
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity

FORM: Final = "1"
"""Of what is made of a file: another one lets files be read again that were read before."""

SCHEMA: Final = "$schema"
"""Where editors look for the JSON Schema of a JSON file."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says; small enough to travel between processes.

    Attributes:
        file: as messages name it.
        slug: None where it has none that can be read.
        text: the canonical form as JSON; None where it has an error.
        hash: of the canonical form.
        status: that a new module gets; None where it says nothing.
        revision: that it was exported from.
        base: hash of the content that it was exported from.
        source: hash of the file's bytes, where it is all that decides; None otherwise.
        references: words of the fields of `REFERENCES`.
        faults: what is wrong or doubtful.
    """

    file: str
    slug: str | None = None
    text: str | None = None
    hash: str | None = None
    title: str | None = None
    status: str | None = None
    revision: int | None = None
    base: str | None = None
    source: str | None = None
    references: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sections: int = 0
    faults: tuple[Finding, ...] = ()

    @property
    def failed(self) -> bool:
        return any(fault.severity is Severity.ERROR for fault in self.faults)

    def named(self, field: str) -> tuple[str, ...]:
        """Give the words of one field."""
        return dict(self.references).get(field, ())


REFERENCES: Final = ("prerequisites", "related_modules", "tags", "created_by_id", "university_id")
"""Fields that name something beside the module."""


def source_hash(data: bytes) -> str:
    """Tell one state of a file from another."""
    return hashlib.sha256(f"{FORM}\0".encode() + data).hexdigest()


def file_bytes(file: Path) -> bytes:
    """Read what is a file: a pipe, or a device, might never end.

    Raises:
        InputError: it can't be read, is too large, or is none.
    """
    if file.exists() and not file.is_file():
        raise InputError(f"{file} can't be read: it is no regular file.")
    return read_bytes(file)


def read_module(file: Path) -> Read:
    """Read a file with everything that is wrong with it by itself."""
    faults: list[Finding] = []
    data = _bytes(file, faults)
    document = None if data is None else _document(file, data, faults)
    if data is None or document is None:
        return Read(str(file), faults=tuple(faults))
    source = source_hash(data)  # of what was read: the file may hold something else by now
    return checked(document, faults, source, file.parent)


def document_of(file: Path, faults: list[Finding]) -> Document | None:
    """Read a file's fields with their places.

    Args:
        file: YAML, JSON or Markdown, as its name says.
        faults: grows.
    """
    data = _bytes(file, faults)
    return None if data is None else _document(file, data, faults)


def _bytes(file: Path, faults: list[Finding]) -> bytes | None:
    try:
        return file_bytes(file)
    except InputError as error:
        faults.append(finding("M001", file.name, error.message.removeprefix(f"{file} "), file=file))
        return None


def _document(file: Path, data: bytes, faults: list[Finding]) -> Document | None:
    try:
        text = decoded(file, data)
        document = read_markdown(file, text, faults) if is_markdown(file) else parse_document(file, text)
    except DocumentError as error:
        faults.append(broken(file, error))
        return None
    if document is not None and not isinstance(document.content, dict):
        faults.append(finding("M003", file.name, "it is no mapping of a module's fields", file=file, line=1, column=1))
        return None
    return document


def checked(document: Document, faults: list[Finding], source: str | None = None, folder: Path | None = None) -> Read:
    """Check a module's fields.

    Args:
        document: of them; a mapping.
        faults: that were found before.
        source: hash of what it was read from.
        folder: where the files are that it names; None where there is none.
    """
    faults += [placed(document, "M002", one.steps, f"stands twice, first in line {one.first.line}", at_key=True)
               for one in document.twice]  # fmt: skip
    given = {name: value for name, value in document.content.items() if name != SCHEMA}
    whole, named = _with_files(document, given, faults), list[Named]()
    content = cleaned(document, whole, faults, named)
    try:
        module = Module.model_validate(content)
    except ValidationError as error:
        faults += explained(document, error)
        parts = right_parts(content, error)
        found = [*partial_doubts(parts), *(missing(parts.sections, named, folder) if folder else ())]
        slug = content.get("slug")
        return Read(
            str(document.file), slug if isinstance(slug, str) else None, references=_references(parts.fields),
            faults=(*faults, *_placed(document, found)),
        )  # fmt: skip
    sections = dict(enumerate(module.sections))
    found = [*doubts(module), *(missing(sections, named, folder) if folder else ())]
    faults += _placed(document, found)
    return _read(str(document.file), module, faults, source if whole is given else None)


def _placed(document: Document, found: Iterable[Doubt]) -> list[Finding]:
    return [placed(document, doubt.code, doubt.steps, doubt.found) for doubt in found]


def _read(file: str, module: Module, faults: list[Finding], source: str | None) -> Read:
    made = canonical(module)
    failed = any(fault.severity is Severity.ERROR for fault in faults)
    return Read(
        file, module.slug, None if failed else json.dumps(made, ensure_ascii=False), content_hash(made), module.title,
        module.status, module.revision, module.content_hash, source,
        _references(made), len(module.sections), tuple(faults),
    )  # fmt: skip


def _references(fields: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, words(fields.get(name))) for name in REFERENCES)


def words(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Give the words of a field that has one, several or none."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def is_markdown(file: Path) -> bool:
    return file.suffix.lower() in {".md", ".markdown"}


def _with_files(document: Document, content: dict[str, Any], faults: list[Finding]) -> dict[str, Any]:
    """Put the text of the files that sections name into their content."""
    sections = content.get("sections")
    if not isinstance(sections, list) or not any(isinstance(one, dict) and "content_file" in one for one in sections):
        return content
    made, left = [], MAX_BYTES
    for number, section in enumerate(sections):
        made.append(_with_file(document, number, section, faults, left))
        left -= len(made[-1]["content"]) if made[-1] is not section and "content" in made[-1] else 0
    return {**content, "sections": made}


def _with_file(document: Document, number: int, section: Any, faults: list[Finding], left: int) -> Any:
    if not isinstance(section, dict) or not isinstance(name := section.get("content_file"), str):
        return section
    rest = {key: value for key, value in section.items() if key != "content_file"}
    try:
        if "content" in section:
            raise InputError("stands beside content")
        text = _text_beside(document.file, name)
        if len(text) > left:
            raise InputError(f"the files of the module hold more than {MAX_BYTES:,} signs together")
        return {**rest, "content": text}
    except InputError as error:
        faults.append(placed(document, "M211", ["sections", number, "content_file"], error.message))
        return rest


def _text_beside(file: Path, name: str) -> str:
    """Read a file in the folder of another, or below it.

    Raises:
        InputError: it is elsewhere, or can't be read.
    """
    folder = os.path.realpath(file.parent)
    found = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118  of links that lead to each other too
    if os.path.isabs(name) or not Path(found).is_relative_to(folder):  # noqa: PTH117
        raise InputError(f"{name} is not in the module's folder")
    if not os.path.isfile(found):  # noqa: PTH113  says no where asking fails
        raise InputError(f"{name} is not there" if not os.path.lexists(found) else f"{name} is no file")
    text = decoded(Path(name), read_bytes(Path(found)))
    return text.replace("\r\n", "\n").replace("\r", "\n")
