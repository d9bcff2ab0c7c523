"""What HTML of a lesson may hold."""

import re
from collections.abc import Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMATTING: Final = _words(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var"
)
MEDIA: Final = frozenset({"img", "iframe", "video", "audio", "source", "track"})
"""Elements that fetch what they name."""
VOID: Final = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})
TAGS: Final = (
    FORMATTING
    | MEDIA
    | VOID
    | _words(
        "article aside blockquote caption colgroup dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
        "header li main nav ol p pre rp rt ruby section summary table tbody td tfoot th thead tr ul"
    )
)

ACTIVE: Final = frozenset({"script", "object", "embed", "applet", "template", "frame", "frameset", "portal"})
"""Elements that run something."""
WITHOUT_PLACE: Final = _words(
    "area button canvas datalist input link map math meter noscript optgroup option output progress select slot style "
    "svg textarea"
)
"""Elements that mean nothing without what is not kept; they go with what they hold."""
FRAME: Final = frozenset({"html", "head", "body"})
SILENT: Final = frozenset({"title", "meta", "base"})
"""Elements that tell of the page, not of the lesson."""

EVERYWHERE: Final = frozenset({"dir", "id", "lang", "role", "title"})
ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href", "hreflang", "rel"}),
    "audio": frozenset({"controls", "src"}),
    "blockquote": frozenset({"cite"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "details": frozenset({"open"}),
    "iframe": frozenset({"allowfullscreen", "height", "src", "width"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "type"}),
    "td": frozenset({"colspan", "headers", "rowspan"}),
    "th": frozenset({"colspan", "headers", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"kind", "label", "src", "srclang"}),
    "video": frozenset({"controls", "height", "poster", "src", "width"}),
}
PREFIX: Final = "aria-"
RAN: Final = re.compile("on[a-z]+|formaction|srcdoc|xlink:href")
"""Attributes that run something."""
ADDRESSES: Final = frozenset({"cite", "href", "poster", "src"})
"""Attributes whose value is an address."""

LINKED: Final = frozenset({"http", "https", "mailto", "tel"})
"""Schemes of links: nothing is fetched until somebody follows them."""
VIDEO_HOSTS: Final = frozenset(
    {"www.youtube.com", "youtube.com", "www.youtube-nocookie.com", "youtu.be", "m.youtube.com", "vimeo.com",
     "player.vimeo.com", "www.khanacademy.org"}
)  # fmt: skip
"""Hosts whose videos are shown in a frame; a lesson fetches nothing else from anywhere."""

LONGEST: Final = 2 * 1024 * 1024
"""Signs of one text."""
ELEMENTS_MOST: Final = 60_000
"""Elements of one text."""
ATTRIBUTES_MOST: Final = 20_000
"""Blanks between two elements; reading takes as long as the square of an element's attributes."""
NESTED: Final = 8
"""Formatting within formatting; readers of HTML repeat what is left open, each time it is interrupted."""
LONGEST_PICTURE: Final = 200_000
"""Signs of a picture that stands in its address."""


def allowed(tag: str, name: str) -> bool:
    """Say whether an element may have an attribute."""
    return name in EVERYWHERE or name in ATTRIBUTES.get(tag, ()) or name.startswith(PREFIX)
