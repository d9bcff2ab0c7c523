"""Writes docs/content-faults.md from the registry of faults: `make docs`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from docs.registry_pages import block, page_of
from toolbox_cli.content.faults.fault import Example, Fault
from toolbox_cli.content.faults.registry import faults

PAGE: Final = Path(__file__).with_name("content-faults.md")

TITLES: Final[Mapping[str, str]] = {
    "M0": "Files",
    "M1": "Fields of a module",
    "M2": "Sections",
    "M3": "References between modules",
    "M4": "Archives",
    "M5": "Foreign forms",
    "M6": "HTML",
    "Q": "Quests",
}
"""Headings by what the codes under them begin with; the longest beginning counts."""

HEAD: Final = """<!-- Made from the registry of faults by `make docs`; change toolbox_cli/content/faults instead. -->

# Faults of content

Whatever is wrong with modules and quests is told all at once, each fault with its code, file, line, column and path in
the document. The codes stay: scripts may match on them. An error lets nothing of an import be written; a warning does
not stop it. Each example below is also a test."""

_LANGUAGES: Final = {"yaml": "yaml", "yml": "yaml", "json": "json", "md": "markdown", "xml": "xml", "html": "html"}


def page() -> str:
    """Give the page's text."""
    return page_of(HEAD, TITLES, faults().values(), _section)


def _section(fault: Fault) -> Iterator[str]:
    yield f"### {fault.code}"
    yield f"{fault.severity.capitalize()}. **{fault.title}**"
    yield f"{fault.means}\\\nWhat to do: {fault.remedy}"
    for example in fault.examples:
        yield from _blocks(example)


def _blocks(example: Example) -> Iterator[str]:
    for name, text in example.files.items():
        language = _LANGUAGES.get(name.rpartition(".")[2], "text")
        yield f"`{name}`:\n\n{block(language, text)}"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
