"""Libraries that show something, as sections."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

from toolbox_cli.content.html.words import words_of
from toolbox_cli.content.modules.converting import one_line
from toolbox_cli.modules.foreign.h5p.content import Content, listed, number, text, value_at
from toolbox_cli.modules.foreign.parcel import Parcel, Way, is_shown_from

Fields = dict[str, Any]
"""Fields of a section but key and title."""


class Dropped(Exception):  # noqa: N818  it says what became of a content, and is no error
    """Nothing can be made of the content; its text says why."""


class Work:
    """What every maker needs.

    Attributes:
        place: of the section.
    """

    def __init__(self, parcel: Parcel, entry: str, name: str, place: str) -> None:
        self._parcel, self._entry, self._name, self.place = parcel, entry, name, place
        self._way: Way = parcel.beside(entry)

    def clean(self, html: str) -> str:
        """Clean HTML of the content; files that it names become the section's."""
        if not html:
            return ""
        return self._parcel.html(html, self.place, self._way, entry=self._entry, line=None, what=self._name)

    def file(self, path: str) -> str | None:
        """Give the name of a file of the package; None where it may not be shown, or is not there."""
        return self._parcel.asset(path, self.place, self._way) if path else None

    def missing(self, path: str) -> None:
        """Note that a file is not there, if it is not."""
        if self._way(path) in self._parcel.entries:
            return
        self._parcel.fault("M501", self._name, f"{path or 'a file without a name'} is not in the package", self._entry)


def fields_of(content: Content, work: Work) -> Fields:
    """Make a section of a content whose library is in `SHOWING`.

    Raises:
        Dropped: none can be made.
    """
    return SHOWING[content.library](content, work)


def _html(content: Content, work: Work) -> Fields:
    return text_section(work.clean(text(content.params, "text")))


def text_section(html: str) -> Fields:
    """Make a section of clean HTML.

    Raises:
        Dropped: it is empty.
    """
    if not html:
        raise Dropped("it shows nothing, or nothing that may stay")
    return {"type": "text", "content": html, "section_config": {"format": "html"}}


def _link(content: Content, work: Work) -> Fields:
    widget = value_at(content.params, "linkWidget")
    protocol, address = text(widget, "protocol"), text(widget, "url")
    whole = address if "://" in address or protocol in {"", "other"} else f"{protocol}{address}"
    title = text(content.params, "title") or whole
    return text_section(work.clean(f'<p><a href="{escape(whole)}">{escape(title)}</a></p>') if address else "")


def _image(content: Content, work: Work) -> Fields:
    path = text(content.params, "file", "path")
    address = work.file(path)
    if address is None:
        work.missing(path)
        raise Dropped("its picture is not in the package, or may not be shown")
    alternative = _line(text(content.params, "alt")) or _line(content.title)
    config = {"section_config": {"alternative_text": alternative}} if alternative else {}
    return {"type": "image", "media_url": address, **config}


def _audio(content: Content, work: Work) -> Fields:
    paths = [text(one, "path") for one in listed(content.params, "files")]
    made = "".join(f'<source src="{escape(path)}">' for path in paths if path)
    html = work.clean(f"<audio controls>{made}</audio>") if made else ""
    if "<source" not in html:
        raise Dropped("its sound is not in the package")
    return text_section(html)


def _video(content: Content, work: Work) -> Fields:
    return video(listed(content.params, "sources"), work)


def _interactive_video(content: Content, work: Work) -> Fields:
    return video(listed(content.params, "interactiveVideo", "video", "files"), work)


def video(sources: list[Any], work: Work) -> Fields:
    """Make a section of the first source that can be shown.

    Raises:
        Dropped: none can.
    """
    paths = [text(one, "path") for one in sources]
    for path in paths:
        address = work.file(path)
        if address is None and is_shown_from(path):
            address = path
        if address:
            return {"type": "video", "media_url": address}
    for path in paths:
        if "://" not in path:
            work.missing(path)
    raise Dropped("its film is not in the package")


def _accordion(content: Content, work: Work) -> Fields:
    panels = [one for one in listed(content.params, "panels") if isinstance(one, dict)]
    parts = [
        f"<h3>{escape(text(panel, 'title'))}</h3><div>{text(panel, 'content', 'params', 'text')}</div>"
        for panel in panels
    ]
    return text_section(work.clean("".join(parts)))


def _dialog_cards(content: Content, work: Work) -> Fields:
    cards = [
        f"<dt>{text(card, 'text')}</dt><dd>{text(card, 'answer')}</dd>" for card in listed(content.params, "dialogs")
    ]
    begins = text(content.params, "description")
    return text_section(work.clean(f"{begins}<dl>{''.join(cards)}</dl>") if cards else "")


def _line(told: str) -> str:
    return one_line(words_of(escape(told))) if told else ""


TEXTS: Final = frozenset({"H5P.AdvancedText", "H5P.Text"})
SHOWING: Final[Mapping[str, Callable[[Content, Work], Fields]]] = {
    "H5P.AdvancedText": _html,
    "H5P.Text": _html,
    "H5P.Table": _html,
    "H5P.Link": _link,
    "H5P.Image": _image,
    "H5P.Audio": _audio,
    "H5P.Video": _video,
    "H5P.InteractiveVideo": _interactive_video,
    "H5P.Accordion": _accordion,
    "H5P.Dialogcards": _dialog_cards,
}


def percent(params: Any, name: str) -> int | None:
    """Read a share that has to be reached."""
    found = number(params, name)
    return round(found) if found is not None and 1 <= round(found) <= 100 else None
