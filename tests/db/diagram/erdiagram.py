"""Reads the part of Mermaid's `erDiagram` that its versions 10.9, 11.4 and 11.17 read alike, and nothing else.

Tried against their own parsers: what this accepts they accept, with the same entities, attributes and links.
"""

import re
from dataclasses import dataclass, field
from typing import Final

TAKEN: Final = {
    "acctitle", "accdescr", "class", "classdef", "end", "erdiagram", "many", "one", "style", "subgraph", "to", "u",
}  # fmt: skip
"""Words that one version or another doesn't take for a name."""

_PLAIN: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_NAME: Final = rf'(?:{_PLAIN}|"[^"%\\\x00-\x1f\x7f]+")'
_LINK: Final = re.compile(
    rf"(?P<left>{_NAME}) (?P<near>\|o|\|\|)(?P<line>--|\.\.)(?P<far>o\||o\{{|\|\|) (?P<right>{_NAME})"
    r' : "(?P<label>[^"%\\]*)"'
)
_WORD: Final = r"[A-Za-z_][A-Za-z0-9_()\[\]-]*"
_ATTRIBUTE: Final = re.compile(rf"(?P<type>{_WORD}) (?P<name>{_WORD})(?: (?P<keys>[PFU]K(?:, [PFU]K)*))?")
_KEY: Final = re.compile(r"(?:PK|FK|UK)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Attribute:
    type: str
    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """From parent to child; `near` and `far` are the signs at their ends."""

    parent: str
    near: str
    line: str
    far: str
    child: str
    label: str


@dataclass
class Diagram:
    entities: dict[str, list[Attribute]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


class NotMermaidError(Exception):
    """A line that not every version reads."""


def read(text: str) -> Diagram:
    first, *lines = text.splitlines()
    if first != "erDiagram" or not text.endswith("\n"):
        raise NotMermaidError(first)
    made, inside = Diagram(), None
    for line in map(str.strip, lines):
        if inside is not None:
            inside = None if line == "}" else (made.entities[inside].append(attribute(line)) or inside)
        elif found := _LINK.fullmatch(line):
            ends = [name(found["left"]), name(found["right"])]
            made.links.append(Link(ends[0], found["near"], found["line"], found["far"], ends[1], found["label"]))
            for end in ends:
                made.entities.setdefault(end, [])
        elif found := re.fullmatch(rf"({_NAME})( \{{)?", line):
            inside = name(found[1]) if found[2] else None
            made.entities.setdefault(name(found[1]), [])
        elif not re.fullmatch(r"%%[^\n{}]*|accTitle: \S.*", line):
            raise NotMermaidError(line)
    if inside is not None:
        raise NotMermaidError("an entity that does not end")
    return made


def name(text: str) -> str:
    if text.lower() in TAKEN:
        raise NotMermaidError(text)
    return text.strip('"')


def attribute(line: str) -> Attribute:
    found = _ATTRIBUTE.fullmatch(line)
    if not found or _KEY.match(found["type"]) or _KEY.match(found["name"]):
        raise NotMermaidError(line)
    return Attribute(found["type"], found["name"], tuple((found["keys"] or "").split(", ") if found["keys"] else ()))
