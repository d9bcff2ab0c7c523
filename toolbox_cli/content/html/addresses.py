"""Which addresses a lesson may name."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from toolbox_cli.content.html.rules import LINKED, LONGEST_PICTURE, VIDEO_HOSTS

Asset = Callable[[str], str | None]
"""Gives a relative address as it is from now on; None where nothing is there."""

_BLANK: Final = "".join(map(chr, range(33)))
_IGNORED: Final = re.compile("[\t\n\r]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PICTURE: Final = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)


class Judged(NamedTuple):
    """What becomes of an address.

    Attributes:
        address: None where it is taken out.
        code: of the fault then.
    """

    address: str | None
    code: str = ""


def judged(tag: str, value: str, asset: Asset) -> Judged:
    """Judge an address as a browser would understand it.

    Args:
        tag: element that has it.
        value: the address.
        asset: knows what is relative.
    """
    address = _IGNORED.sub("", value).strip(_BLANK)
    found = _SCHEME.match(address)
    if found:
        return _absolute(tag, found[1].lower(), address)
    if address.replace("\\", "/").startswith("//"):
        return _absolute(tag, "https", "https:" + address.replace("\\", "/"))
    if address.startswith("#") and tag == "a":
        return Judged(address)
    kept = asset(address) if address else None
    return Judged(kept, "" if kept else "M605")


def host_of(address: str) -> str:
    """Give an address's host; empty where it has none that can be read."""
    try:
        return (urlsplit(address.replace("\\", "/")).hostname or "").rstrip(".")
    except ValueError:
        return ""


def within(address: str) -> str | None:
    """Keep a relative address that stays below where it is named: what a text without package may name."""
    path = re.split("[?#]", address, maxsplit=1)[0].replace("\\", "/")
    return None if path.startswith("/") or ".." in path.split("/") else address


def _absolute(tag: str, scheme: str, address: str) -> Judged:
    if tag in {"a", "blockquote", "q"} and scheme in LINKED:
        return Judged(address) if scheme in {"mailto", "tel"} or host_of(address) else Judged(None, "M605")
    if tag == "img" and len(address) <= LONGEST_PICTURE and _PICTURE.fullmatch(address):
        return Judged(address)
    if scheme == "https" and tag == "iframe" and host_of(address) in VIDEO_HOSTS:
        return Judged(address)
    if scheme == "http" and tag == "iframe" and host_of(address) in VIDEO_HOSTS:
        return Judged("https" + address[4:])
    return Judged(None, "M602" if scheme in {"http", "https", "ftp"} else "M601")
