"""Drawings in SVG, which can run scripts and fetch from elsewhere as pages can."""

import re
from typing import TYPE_CHECKING, Final

from toolbox_cli.core.formats.xml_text import XmlError, name_of, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ENDINGS: Final = frozenset({"svg", "svgz"})
_ACTIVE: Final = frozenset({"audio", "embed", "foreignobject", "handler", "iframe", "object", "script", "video"})
_HARMLESS: Final = re.compile(r"\s*(#|data:image/(png|jpeg|gif|webp);base64,|$)", re.IGNORECASE)
_FETCHED: Final = re.compile(r"url\(\s*['\"]?(?!\s*['\"]?(#|data:image/(png|jpeg|gif|webp)))|@import|\\", re.IGNORECASE)
_SHEET: Final = b"xml-stylesheet"


def active_in(data: bytes) -> str | None:
    """Say what of a drawing runs or fetches something; None where nothing does.

    Args:
        data: of the whole file.

    Returns:
        An element or an attribute, or why the drawing can't be read.
    """
    if _SHEET in data.replace(b"\0", b""):
        return "a style sheet of its own"
    try:
        root = parse_xml(data)
    except XmlError as error:
        return error.problem
    if name_of(root) != "svg":
        return f"<{name_of(root)[:40]}> in place of <svg>"
    return next(filter(None, (_active(element) for element in root.iter("*"))), None)


def _active(element: "Element") -> str | None:
    name = name_of(element).lower()
    if name in _ACTIVE:
        return f"<{name}>"
    if name == "style" and _FETCHED.search("".join(map(str, element.itertext()))):
        return "<style> that fetches something"
    for key, value in element.items():
        attribute = str(key).rpartition("}")[2].lower()
        addressed = attribute in {"href", "src"} and name != "a"
        moved = attribute == "attributename" and re.search("href|^on", str(value).rpartition(":")[2], re.IGNORECASE)
        if attribute.startswith("on") or moved or (addressed and not _HARMLESS.match(str(value))):
            return f"{attribute} of <{name}>"
        if _FETCHED.search(str(value)) or re.match(r"\s*(java|vb)script\s*:", str(value), re.IGNORECASE):
            return f"{attribute} of <{name}>"
    return None
