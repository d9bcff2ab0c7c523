"""What pages have in common that are made from a registry of codes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar


class Coded(Protocol):
    """An entry of a registry."""

    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=Coded)


def page_of(head: str, titles: Mapping[str, str], listed: Iterable[C], section: Callable[[C], Iterator[str]]) -> str:
    """Give a page's text: entries under headings.

    Args:
        head: what stands above.
        titles: headings by what the codes under them begin with; the longest beginning counts.
        listed: the entries, in the codes' order.
        section: gives an entry's paragraphs.
    """
    parts, heading = [head], None
    for entry in listed:
        title = _heading(titles, entry.code)
        if title != heading:
            parts.append(f"## {title}")
            heading = title
        parts += section(entry)
    return "\n\n".join(parts) + "\n"


def block(language: str, text: str) -> str:
    """Fence a text off."""
    fence = "````" if "```" in text else "```"
    return f"{fence}{language}\n{text if text.endswith(chr(10)) else text + chr(10)}{fence}"


def _heading(titles: Mapping[str, str], code: str) -> str:
    return next(titles[code[:length]] for length in range(len(code), 0, -1) if code[:length] in titles)
