"""XML that somebody else wrote: elements with their lines, no DTD, no entity but XML's own, nothing from anywhere."""

import codecs
import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Final, cast

from toolbox_cli.core.archives.faults import shown
from toolbox_cli.core.errors import InputError, MissingExtraError

try:
    from lxml import etree
except ImportError:
    etree = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

EXTRA: Final = "content"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED: Final = re.compile(rb"""\A<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS: Final = re.compile(r"utf-8|ascii|iso8859-\d+|cp125\d")
_SUBSET: Final = re.compile(
    r"\A(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE(?>[^\[>\"']+|\"[^\"]*\"|'[^']*')*+\[", re.DOTALL | re.IGNORECASE
)


class XmlError(InputError):
    """The text is no XML that is read.

    Attributes:
        problem: in words.
        line: 1-based; None for what concerns the whole text.
    """

    def __init__(self, problem: str, line: int | None = None) -> None:
        self.problem, self.line = problem, line
        super().__init__(f"not valid XML: {problem}{f', line {line}' if line else ''}.")


def parse_xml(data: bytes) -> "Element":
    """Read XML.

    Args:
        data: of a whole file; whoever read it knows that it is not too large.

    Returns:
        The root; without comments and processing instructions. Elements know their `sourceline`.

    Raises:
        XmlError: it is not well-formed, nested deeper than 256 elements, or brings declarations of its own.
        MissingExtraError: lxml is not installed.
    """
    if etree is None:
        raise MissingExtraError("lxml", EXTRA)
    text = _decoded(data)
    if _SUBSET.match(text):
        raise XmlError("its DOCTYPE brings declarations of its own, which can name files and grow without end")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8",
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise XmlError(_problem(error), error.lineno or None) from None
    for entity in root.iter(etree.Entity):
        raise XmlError(f"there is no entity {shown(entity.text or '')}", getattr(entity, "sourceline", None))
    return root


def name_of(element: "Element") -> str:
    """Give an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: "Element") -> int:
    """Give the line that an element's start tag ends in."""
    return cast("int | None", element.sourceline) or 1


def children(element: "Element", *names: str) -> Iterator["Element"]:
    """Give the elements right below one, of some names or all, whatever their namespace."""
    return (child for child in element if not names or name_of(child) in names)


def child(element: "Element", *way: str) -> "Element | None":
    """Give the first element at the end of a way; None where there is none.

    Example:
        >>> child(parse_xml(b"<a><b/><b><c>1</c></b></a>"), "b", "c").text
        '1'
    """
    found = [element]
    for name in way:
        found = [below for one in found for below in children(one, name)]
    return found[0] if found else None


def text_at(element: "Element", *way: str) -> str:
    """Give the text of an element at the end of a way, without blanks around it; empty where there is none.

    Example:
        >>> text_at(parse_xml(b"<a><b> one <i>two</i></b></a>"), "b")
        'one two'
    """
    found = child(element, *way)
    return "" if found is None else "".join(str(part) for part in found.itertext()).strip()


def attribute(element: "Element", name: str) -> str | None:
    """Give an attribute's value, whatever its namespace."""
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), None)


def inner(element: "Element") -> str:
    """Write what is in an element, as HTML."""
    parts = [escape(str(element.text or ""), quote=False)]
    parts += [etree.tostring(below, encoding="unicode", method="html") for below in element]
    return "".join(parts)


def outer(element: "Element") -> str:
    """Write an element with its attributes and what is in it, as HTML; not the text behind it."""
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _decoded(data: bytes) -> str:
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", None))
    declared = _DECLARED.match(data)
    try:
        name = encoding or _known(declared[1].decode() if declared else "utf-8")
        return data[len(mark) :].decode(name).lstrip("\ufeff")  # what reads the text skips a second mark too
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise XmlError("it is not in the encoding that it says, or not in UTF-8 if it says none", line) from None


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if not _ENCODINGS.fullmatch(found):
        raise XmlError(f"the encoding {name} is not read", 1)
    return found


def _problem(error: "etree.XMLSyntaxError") -> str:
    told = re.sub(r", line \d+, column \d+\s*$", "", str(error.msg or "it is empty"))
    told = told.replace(", use XML_PARSE_HUGE option", "").strip()
    return shown(told[:1].lower() + told[1:])
