"""Markdown without what runs and what fetches from elsewhere: HTML within it, and addresses of images and links.

Nothing is taken away: a sign before it makes text of what a browser would otherwise follow, and an image of another
server a link, which fetches nothing until somebody follows it. Only the plainest tags stay tags, for each reader of
HTML understands other ones otherwise.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from toolbox_cli.content.html.addresses import Asset, judged, within
from toolbox_cli.content.html.removed import Cleaned, Removed
from toolbox_cli.content.html.rules import ACTIVE, ADDRESSES, ELEMENTS_MOST, LONGEST, RAN, TAGS, allowed
from toolbox_cli.core.archives.faults import shown

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_DOUBTFUL: Final = re.compile(r"<[A-Za-z/!?]|\]\(|\]:")
"""What has to be looked at more closely, which takes long."""
_PLAIN: Final = re.compile(
    rf"</?(?:{'|'.join(sorted(TAGS))})\s*/?>"
    r"|(?<!!)\[[^\[\]<`\\]{0,300}\]\((?:https?://|mailto:|#)[^\s()<>\\&]*\)"
)
"""What is no doubt: tags without attributes, and links in their plainest form."""
_OPENS: Final = re.compile(r"<(?=[A-Za-z/!?])")
_COMMENT: Final = re.compile(r"<!--(?!-?>)(?:(?!--!?>).)*-->", re.DOTALL)
_COMMENT_ENDS: Final = "-->"
_VALUE: Final = r"""\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'=<>`]+)"""
_TAG: Final = re.compile(rf"</?([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z-]+(?:{_VALUE})?)*)\s*/?>")
_ATTRIBUTE: Final = re.compile(rf"\s+([A-Za-z-]+)({_VALUE})?")
_TIMES: Final = 12
"""How often a text is looked through: what stood within something may begin something once that is text."""
_INSTEAD: Final = {"<": "&lt;", "[": "\\[", "!": "\\!"}
_BRACKETS_MOST: Final = 20_000
"""Brackets of one text; reading takes as long as the square of those that nobody closes."""


_Rule = Callable[[Any, bool], bool]


class _Bad(NamedTuple):
    """Something that may not stay as it is.

    Attributes:
        start: in the text that was parsed.
        code: of the fault.
        what: as a person would name it.
    """

    start: int
    code: str
    what: str


def harmless(text: str, *, asset: Asset = within, first_line: int = 1) -> Cleaned:
    """Make text of what runs or fetches from elsewhere.

    Args:
        text: in Markdown.
        asset: is asked of each relative address of an image or a link.
        first_line: of the text in its file.
    """
    if not _DOUBTFUL.search(_PLAIN.sub("", text)):
        return Cleaned(text, ())
    if len(text) > LONGEST or text.count("<") > ELEMENTS_MOST or text.count("[") > _BRACKETS_MOST:
        return Cleaned("", (Removed("M604", "it is larger than any lesson", None, 1),))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: Counter[tuple[int, str, str]] = Counter()
    for _ in range(_TIMES):
        bad = sorted(set(_bad(lines, asset)), reverse=True)
        if not bad:
            return Cleaned("\n".join(lines) if found else text, tuple(_told(found, first_line)))
        for line, column, one in bad:
            found[line, one.code, one.what] += 1
            lines[line] = (
                lines[line][:column] + _INSTEAD.get(lines[line][column : column + 1], "") + lines[line][column + 1 :]
            )
    line, _, one = bad[-1]
    return Cleaned("", (Removed("M604", f"nobody can tell where {one.what} begins", line + first_line, 1),))


def _told(found: Counter[tuple[int, str, str]], first_line: int) -> Iterator[Removed]:
    lines: dict[tuple[str, str], int] = {}
    times: Counter[tuple[str, str]] = Counter()
    for (line, code, what), count in sorted(found.items()):
        lines.setdefault((code, what), line + first_line)
        times[code, what] += count
    yield from (Removed(code, what, lines[code, what], count) for (code, what), count in times.items())


def _bad(lines: Sequence[str], asset: Asset) -> Iterator[tuple[int, int, _Bad]]:
    """Find what may not stay; with its line and column, both from 0."""
    parser = _parser()
    env: dict[str, Any] = {"asset": asset, "bad": [], "within": 0}
    for token in parser.parse("\n".join(lines), env):
        if token.map is None or token.type not in {"inline", "html_block"}:
            continue
        env["bad"] = [*_in_html(token.content, asset)] if token.type == "html_block" else []
        if token.type == "inline":
            parser.inline.parse(token.content, parser, env, [])
        for bad in env["bad"]:
            yield (*_place(lines, token.map[0], token.content, bad.start), bad)


def _place(lines: Sequence[str], first: int, content: str, start: int) -> tuple[int, int]:
    """Find a sign of a block in the lines that it was made of, each without what stands before it there.

    Returns:
        Line and column; the column behind the line's end where the sign can't be found.
    """
    number = first + content.count("\n", 0, start)
    column = start - content.rfind("\n", 0, start) - 1
    told = content[start - column :].split("\n", 1)[0].rstrip()
    line = lines[number]
    for begins in (line.rfind(told), len(line.rstrip()) - len(told)):
        if begins >= 0 and line[begins + column : begins + column + 1] == content[start]:
            return number, begins + column
    return number, len(line)


@cache
def _parser() -> "MarkdownIt":
    """Make a parser that gives blocks alone, and whose rules for the inside of blocks note what they find."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, html_inline, image, link

    parser = MarkdownIt("commonmark").disable(["inline", "text_join"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    for name, rule, look in (
        ("html_inline", html_inline, _look_at_html), ("image", image, _look_at_image),
        ("link", link, _look_at_link), ("autolink", autolink, _look_at_link),
    ):  # fmt: skip
        parser.inline.ruler.at(name, _noting(rule, look, whole=rule is image))
    return parser


def _noting(rule: _Rule, look: Callable[[Any, Asset], tuple[str, str] | None], *, whole: bool) -> _Rule:
    """Let a rule note what it finds; not what stands within one that is whole by itself, such as an image's words."""

    def noted(state: Any, silent: bool) -> bool:  # noqa: FBT001  as the parser calls it
        start, before, env = state.pos, len(state.tokens), state.env
        env["within"] += whole
        fits = rule(state, silent)
        env["within"] -= whole
        if fits and not silent and not env["within"]:
            token = next(token for token in state.tokens[before:] if token.type != "text")
            bad = look(token, env["asset"])
            env["bad"] += [_Bad(start, *bad)] if bad else []
        return fits

    return noted


def _look_at_html(token: Any, asset: Asset) -> tuple[str, str] | None:
    return next(((bad.code, bad.what) for bad in _in_html(token.content, asset)), None)


def _look_at_image(token: Any, asset: Asset) -> tuple[str, str] | None:
    return _look_at("img", str(token.attrGet("src") or ""), "image", asset)


def _look_at_link(token: Any, asset: Asset) -> tuple[str, str] | None:
    return _look_at("a", str(token.attrGet("href") or ""), "link", asset)


def _look_at(tag: str, address: str, what: str, asset: Asset) -> tuple[str, str] | None:
    """Judge an address; a relative one fetches nothing from elsewhere, wherever it leads."""
    code = judged(tag, address, asset).code
    return (code, f"{what}: {shown(address, 120)}") if code in {"M601", "M602"} else None


def _in_html(text: str, asset: Asset) -> Iterator[_Bad]:
    """Find what of some HTML may not stay HTML."""
    at, last_end = 0, text.rfind(_COMMENT_ENDS)
    while opens := _OPENS.search(text, at):
        start = opens.start()
        if start < last_end and (kept := _COMMENT.match(text, start)):
            at = kept.end()
            continue
        found = _TAG.match(text, start)
        if bad := _in_tag(found, asset) if found else ("M603", f"{shown(text[start : start + 20].split()[0], 20)}"):
            yield _Bad(start, *bad)
        at = found.end() if found else start + 1


def _in_tag(found: re.Match[str], asset: Asset) -> tuple[str, str] | None:
    tag = found[1].lower()
    if tag not in TAGS:
        return "M601" if tag in ACTIVE else "M603", f"<{shown(tag, 40)}>"
    for name, value in _ATTRIBUTE.findall(found[2]):
        attribute = name.lower()
        if RAN.fullmatch(attribute):
            return "M601", f"{shown(attribute, 40)} of <{tag}>"
        if not allowed(tag, attribute):
            return "M603", f"{shown(attribute, 40)} of <{tag}>"
        address = unescape(value.lstrip().removeprefix("=").strip().strip("\"'"))
        if attribute in ADDRESSES and (bad := _look_at(tag, address, f"{attribute} of <{tag}>", asset)):
            return bad
    return None
