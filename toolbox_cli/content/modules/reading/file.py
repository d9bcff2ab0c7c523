"""One file, read as one module."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from toolbox_cli.content.faults.registry import finding, placed, way
from toolbox_cli.content.modules.canonical import canonical, content_hash
from toolbox_cli.content.modules.reading.explaining import explained
from toolbox_cli.content.modules.reading.markdown import broken, read_markdown
from toolbox_cli.content.modules.reading.sense import doubts
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.core.documents import Document, DocumentError, decoded, parse_document, read_bytes, read_text
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity

FORM: Final = "1"
"""Of what is made of a file: another one lets files be read again that were read before."""

BESIDE: Final = b"content_file"
"""What names other files, whose changes the bytes of this one don't show."""


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


def source_hash(data: bytes) -> str | None:
    """Tell one state of a file from another; None for one that other files decide about too."""
    return None if BESIDE in data else hashlib.sha256(f"{FORM}\0".encode() + data).hexdigest()


def read_module(file: Path) -> Read:
    """Read a file with everything that is wrong with it by itself."""
    faults: list[Finding] = []
    data = _bytes(file, faults)
    document = None if data is None else _document(file, data, faults)
    if data is None or document is None:
        return Read(str(file), faults=tuple(faults))
    return checked(document, faults, source_hash(data))  # of what was read: the file may hold something else by now


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
        return read_bytes(file)
    except InputError as error:
        faults.append(_unreadable(file, error))
        return None


def _document(file: Path, data: bytes, faults: list[Finding]) -> Document | None:
    try:
        text = decoded(file, data)
        document = read_markdown(file, text, faults) if is_markdown(file) else parse_document(file, text)
    except DocumentError as error:
        faults.append(broken(file, error))
        return None
    except InputError as error:
        faults.append(_unreadable(file, error))
        return None
    if document is not None and not isinstance(document.content, dict):
        faults.append(finding("M003", file.name, "it is no mapping of a module's fields", file=file, line=1, column=1))
        return None
    return document


def _unreadable(file: Path, error: InputError) -> Finding:
    return finding("M001", file.name, error.message.removeprefix(f"{file} "), file=file)


def checked(document: Document, faults: list[Finding], source: str | None = None) -> Read:
    """Check a module's fields.

    Args:
        document: of them; a mapping.
        faults: that were found before.
        source: hash of what it was read from.
    """
    faults += [placed(document, "M002", one.steps, f"stands twice, first in line {one.first.line}", at_key=True)
               for one in document.twice]  # fmt: skip
    content = _without_dangers(document, _with_files(document, faults), faults)
    slug = content.get("slug")
    try:
        module = Module.model_validate(content)
    except ValidationError as error:
        faults += explained(document, error)
        return Read(str(document.file), slug if isinstance(slug, str) else None, faults=tuple(faults))
    faults += [placed(document, doubt.code, doubt.steps, doubt.found) for doubt in doubts(module)]
    return _read(str(document.file), module, faults, source)


def _read(file: str, module: Module, faults: list[Finding], source: str | None) -> Read:
    made = canonical(module)
    failed = any(fault.severity is Severity.ERROR for fault in faults)
    return Read(
        file, module.slug, None if failed else json.dumps(made, ensure_ascii=False), content_hash(made), module.title,
        module.status, module.revision, module.content_hash, source,
        tuple((name, words(made[name])) for name in REFERENCES), len(module.sections), tuple(faults),
    )  # fmt: skip


def words(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Give the words of a field that has one, several or none."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def is_markdown(file: Path) -> bool:
    return file.suffix.lower() in {".md", ".markdown"}


def _with_files(document: Document, faults: list[Finding]) -> dict[str, Any]:
    """Put the text of the files that sections name into their content."""
    content: dict[str, Any] = document.content
    sections = content.get("sections")
    if not isinstance(sections, list) or not any(isinstance(one, dict) and "content_file" in one for one in sections):
        return content
    return {**content, "sections": [_with_file(document, number, one, faults) for number, one in enumerate(sections)]}


def _with_file(document: Document, number: int, section: Any, faults: list[Finding]) -> Any:
    if not isinstance(section, dict) or not isinstance(name := section.get("content_file"), str):
        return section
    rest = {key: value for key, value in section.items() if key != "content_file"}
    try:
        if "content" in section:
            raise InputError("stands beside content")
        return {**rest, "content": read_text(_beside(document.file, name)).replace("\r\n", "\n")}
    except InputError as error:
        faults.append(placed(document, "M211", ["sections", number, "content_file"], error.message))
        return rest


def _without_dangers(document: Document, content: dict[str, Any], faults: list[Finding]) -> dict[str, Any]:
    """Take out of HTML what runs and what fetches from elsewhere."""
    sections = content.get("sections")
    if not isinstance(sections, list) or not any(_is_html(section) for section in sections):
        return content
    cleaning = import_module("toolbox_cli.content.html.cleaning")  # its parsers are not needed for Markdown
    made = list(sections)
    for number, section in enumerate(sections):
        if _is_html(section):
            steps = ("sections", number, "content")
            cleaned = cleaning.clean(section["content"], first_line=document.value_place(steps).line)
            faults += cleaned.findings(str(document.file), way(steps))
            made[number] = {**section, "content": cleaned.html} if cleaned.removed else section
    return {**content, "sections": made}


def _is_html(section: Any) -> bool:
    config = section.get("section_config") if isinstance(section, dict) else None
    written = isinstance(config, dict) and config.get("format") == "html"
    return written and isinstance(section.get("content"), str)


def _beside(file: Path, name: str) -> Path:
    """Find a file in the folder of another, or below it.

    Raises:
        InputError: it is elsewhere.
    """
    folder = file.parent.resolve()
    found = folder / name
    if Path(name).is_absolute() or not found.resolve().is_relative_to(folder) or "\0" in name:
        raise InputError(f"{name} is not in the module's folder")
    return found
