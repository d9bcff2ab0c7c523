"""HTML as Markdown, for what holds no HTML: questions and their answers."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from toolbox_cli.content.html.rules import FORMATTING

try:
    from lxml import etree
except ImportError:
    etree = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SIGNS: Final = re.compile(r"([\\`*_\[\]<>])")
_BLANKS: Final = re.compile(r"\s+")
_AROUND: Final = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "kbd": "`", "samp": "`"}
_INLINE: Final = FORMATTING | {"img", "br", "wbr"}


def markdown_of(html: str) -> str:
    r"""Write HTML that was cleaned as Markdown: paragraphs, lists, emphasis, code, links and images.

    Example:
        >>> markdown_of('<p>Is 2 * 2 <b>four</b>?</p><ul><li>yes<li>no</ul>')
        'Is 2 \\* 2 **four**?\n\n- yes\n\n- no'
    """
    return "\n\n".join(_blocks(html, plain=False))


def words_of(html: str) -> str:
    """Give the words of HTML in one line.

    Example:
        >>> words_of('<p>Four, <i>or</i></p><p>5</p>')
        'Four, or 5'
    """
    return " ".join(" ".join(_blocks(html, plain=True)).split())


def _blocks(html: str, *, plain: bool) -> Iterator[str]:
    if not html.strip():
        return
    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    if root is not None:
        writing = _Blocks(plain=plain)
        writing.add(root)
        writing.end()
        yield from writing.found


class _Blocks:
    def __init__(self, *, plain: bool) -> None:
        self.found: list[str] = []
        self._plain, self._line, self._begins = plain, "", ""

    def add(self, element: "Element") -> None:
        tag = str(element.tag)
        if tag == "pre" and not self._plain:
            self._code(element)
            return
        if tag not in _INLINE:
            self.end()
            self._begins = "- " if tag == "li" else "> " if tag == "blockquote" else self._begins
        before = self._before(element, tag)
        self._line += before
        around = "" if self._plain or not "".join(map(str, element.itertext())).strip() else _AROUND.get(tag, "")
        self._line += around + (self._text(element.text).lstrip() if around else self._text(element.text))
        for below in element:
            self.add(below)
            self._line += self._text(below.tail)
        self._line = self._line.rstrip() + around if around else self._line
        self._line += self._behind(element, tag)
        if tag not in _INLINE:
            self.end()
            self._begins = ""

    def end(self) -> None:
        """End a block."""
        lines = [" ".join(line.split()) for line in self._line.split("\v")]
        text = ("  \n" if not self._plain else " ").join(line for line in lines if line)
        if text:
            self.found.append((self._begins if not self._plain else "") + text)
            self._begins = ""
        self._line = ""

    def _code(self, element: "Element") -> None:
        self.end()
        text = "".join(map(str, element.itertext())).strip("\n")
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
        self.found.append(f"{fence}\n{text}\n{fence}")

    def _text(self, text: str | None) -> str:
        line = _BLANKS.sub(" ", str(text or ""))
        return line if self._plain else _SIGNS.sub(r"\\\1", line)

    def _before(self, element: "Element", tag: str) -> str:
        if tag == "img":
            alt = self._text(element.get("alt"))
            address = element.get("src")
            return alt if self._plain or not address else f"![{alt}]({_address(address)})"
        if tag == "br":
            return "\v"
        if not self._linked(element, tag):
            return ""
        if self._line.endswith("!"):  # with it, the link would be an image
            self._line = f"{self._line[:-1]}\\!"
        return "["

    def _behind(self, element: "Element", tag: str) -> str:
        return f"]({_address(element.get('href'))})" if self._linked(element, tag) else ""

    def _linked(self, element: "Element", tag: str) -> bool:
        return tag == "a" and not self._plain and bool(element.get("href"))


def _address(address: object) -> str:
    """Write an address as Markdown has it."""
    return f"<{str(address).replace('<', '%3C').replace('>', '%3E')}>"
