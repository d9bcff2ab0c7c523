"""Where the next page is; and whether it is still at the same place."""

import re
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from toolbox_cli.core.http.errors import ForeignLinkError, MalformedLinkError
from toolbox_cli.core.http.reply import Reply

_PORTS: Final = {"http": 80, "https": 443}
_TARGET: Final = re.compile(r"\s*<([^<>\"\s]*)>\s*")
_PARAMETER: Final = re.compile(r';\s*([!#$&+\-.^`|~\w]+)\*?\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;<>]+)))?\s*')


def path_of(*segments: object) -> str:
    """Put a path together; each segment is quoted, so that an id with a slash stays one.

    Example:
        >>> path_of("courses", "a/b", "users")
        'courses/a%2Fb/users'
    """
    quoted = (quote(str(segment), safe="~") for segment in segments)
    return "/".join(segment.replace(".", "%2E") if segment.strip(".") == "" else segment for segment in quoted)


def origin_of(url: str) -> str:
    """Give scheme, host and port, in one spelling.

    Raises:
        ValueError: this is no address of the web.

    Example:
        >>> origin_of("HTTPS://LMS.example:443/api")
        'https://lms.example:443'
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.hostname:
        raise ValueError("no web address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host.lower()}:{parts.port or _PORTS[scheme]}"


def parse_links(header: str) -> dict[str, str]:
    """Read a Link header: the target of each relation, the first where one is repeated.

    Source:
        RFC 8288, section 3. A relation in typographic quotes or a target without `<>` is refused: Moodle sends such
        ones, and whoever skips them takes the first page for the whole list.

    Raises:
        ValueError: it can't be read as it must be.

    Example:
        >>> parse_links('</users?page=2>; rel="next"')
        {'next': '/users?page=2'}
    """
    links: dict[str, str] = {}
    at = 0
    while (at := len(header) - len(header[at:].lstrip(" \t,"))) < len(header):
        at, target, relations = _link(header, at)
        for relation in relations:
            links.setdefault(relation, target)
    return links


def _link(header: str, at: int) -> tuple[int, str, list[str]]:
    found = _TARGET.match(header, at)
    if not found or "&amp;" in found[1]:
        raise ValueError("a target does not stand in <>" if not found else "a target is written as in HTML")
    at, relations = found.end(), None
    while parameter := _PARAMETER.match(header, at):
        at = parameter.end()
        if parameter[1].lower() == "rel" and relations is None:
            relations = (parameter[2] or parameter[3] or "").lower().split()
    if at < len(header):
        if header[at] != ",":
            raise ValueError("something stands after a link")
        at += 1
    return at, found[1], _plain(relations or [])


def _plain(relations: list[str]) -> list[str]:
    if any(not relation.isascii() for relation in relations):
        raise ValueError("a relation is not written in ASCII")
    return relations


def resolve(reply: Reply, reference: str) -> str:
    """Give the address that a reference in an answer means.

    Raises:
        MalformedLinkError: it is none.
        ForeignLinkError: it leads to another origin, which must never see our credentials.
    """
    try:
        url = urljoin(reply.url, reference.strip())
        same = origin_of(url) == origin_of(reply.url) and "@" not in urlsplit(url).netloc
    except ValueError:
        shown = reply.redactor.excerpt(reference)
        raise MalformedLinkError(f"{reply.place} refers to what is no address: {shown}", reply=reply) from None
    if not same:
        raise ForeignLinkError(
            f"{reply.place} refers to another server, {reply.redactor.url(origin_of(url))}, which is not followed.",
            reply=reply,
            remedy="If the system has moved, change the base address of this integration.",
        )
    return url


def next_page(reply: Reply) -> str | None:
    """Give the address of the next page by the Link header; None if there is none.

    Raises:
        MalformedLinkError: the header can't be read, so nobody knows whether there is one.
        ForeignLinkError: it is on another origin.
    """
    header = reply.headers.get("link", "")
    try:
        links = parse_links(header)
    except ValueError as fault:
        shown = reply.redactor.excerpt(header)
        raise MalformedLinkError(
            f"{reply.place} came with a Link header that can't be read ({fault}): {shown}", reply=reply
        ) from None
    return resolve(reply, links["next"]) if "next" in links else None
