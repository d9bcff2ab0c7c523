"""Reads a page as a browser would: headings, tables and text, after a real Markdown parser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

Row = tuple[str, ...]


@dataclass
class Section:
    """What stands under a heading, up to the next one."""

    heading: str
    tables: list[list[Row]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)


def sections(page: str) -> list[Section]:
    found: list[Section] = []
    tokens = iter(MarkdownIt("commonmark", {"html": True}).enable("table").parse(page))
    for token in tokens:
        if token.type == "heading_open":
            found.append(Section(plain(next(tokens))))
        elif token.type == "table_open":
            found[-1].tables.append(list(rows(tokens)))
        elif token.type == "inline" and found:
            found[-1].texts.append(plain(token))
        elif token.type == "fence" and token.info == "mermaid":
            found[-1].diagrams.append(token.content)
    return found


def rows(tokens: Iterator[Token]) -> Iterator[Row]:
    cells: list[str] = []
    for token in tokens:
        if token.type == "table_close":
            return
        if token.type == "inline":
            cells.append(plain(token))
        elif token.type == "tr_close":
            yield tuple(cells)
            cells = []


def plain(token: Token) -> str:
    """Give what a reader sees of a line; a break is a line's end."""
    seen = []
    for child in token.children or ():
        if child.type == "html_inline":
            assert child.content == "<br>", child.content
            seen.append("\n")
        elif child.type in {"text", "code_inline"}:
            seen.append(child.content)
    return "".join(seen)


def links(page: str) -> set[str]:
    return set(re.findall(r"\]\(#([^)]+)\)", page))


def anchors(page: str) -> list[str]:
    """Give the places of all headings, as GitHub names them."""
    return [re.sub(r"[^\w\- ]", "", one.heading.lower()).replace(" ", "-") for one in sections(page)]
