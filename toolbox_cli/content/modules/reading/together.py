"""What is wrong with modules only side by side: the same slug, references to nothing, circles, tags of no list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.faults.registry import finding, placed
from toolbox_cli.content.modules.reading.file import Read, document_of
from toolbox_cli.core.documents import Document, Steps
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.nearby import near

_UNKNOWN: Final = {"prerequisites": "M302", "related_modules": "M305"}
_ASK: Final = "Correct the slug, name that module's file too, or ask the database: --with-database."

Needs = Mapping[str, Sequence[str]]
"""Slug to the slugs of its prerequisites."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a database holds that files may name.

    Attributes:
        needs: its modules with their prerequisites.
        faculty: keys; of those that the files name.
        universities: keys; of those that the files name.
    """

    needs: Needs = field(default_factory=dict)
    faculty: frozenset[str] = frozenset()
    universities: frozenset[str] = frozenset()


NOTHING: Final = Beside()


def faults_together(reads: Sequence[Read], beside: Beside | None, tags: Mapping[Path, frozenset[str]]) -> list[Finding]:
    """Find what is wrong with files together, and with the modules that a database holds.

    Args:
        reads: of all files; those that failed count as there.
        beside: what the database holds; None where nobody asked one.
        tags: folder, from the root, to the tags that modules in it and below may have.
    """
    places, needs = _Places(), beside.needs if beside else {}
    known = {read.slug for read in reads if read.slug} | needs.keys()
    found = [*_twice(reads, places)]
    for read in reads:
        found += _unknown(read, known, places, asked=beside is not None)
        found += _unlisted(read, tags, places)
        found += _owners(read, beside, places) if beside else ()
    return [*found, *_circles(reads, needs, places)]


class _Places:
    """Finds places in files, which are read again: only when something is wrong."""

    def __init__(self) -> None:
        self._documents: dict[str, Document | None] = {}

    def finding(self, code: str, read: Read, steps: Steps, found: str, remedy: str | None = None) -> Finding:
        more: dict[str, Any] = {"remedy": remedy} if remedy else {}
        document = self._of(read.file)
        if document is None:
            return finding(code, f"{read.slug}", found, file=read.file, **more)
        return placed(document, code, steps, found, **more)

    def told(self, read: Read, steps: Steps) -> str:
        """Name a place for a sentence."""
        document = self._of(read.file)
        return f"{read.file}:{document.value_place(steps).line}" if document else read.file

    def _of(self, file: str) -> Document | None:
        if file not in self._documents:
            path = Path(file)
            self._documents[file] = document_of(path, []) if path.is_file() else None
        return self._documents[file]


def _twice(reads: Iterable[Read], places: _Places) -> Iterator[Finding]:
    first: dict[str, Read] = {}
    for read in reads:
        if read.slug and (other := first.setdefault(read.slug, read)) is not read:
            told = places.told(other, ("slug",))
            yield places.finding("M301", read, ("slug",), f"{read.slug} is the slug in {told} too")


def _unknown(read: Read, known: Set[str], places: _Places, *, asked: bool) -> Iterator[Finding]:
    for name, code in _UNKNOWN.items():
        for number, slug in enumerate(read.named(name)):
            if slug not in known:
                found = f"there is no module {slug}" if asked else f"none of the files is module {slug}"
                remedy = near(slug, known) or (None if asked else _ASK)
                yield places.finding(code, read, (name, number), found, remedy)


def _unlisted(read: Read, tags: Mapping[Path, frozenset[str]], places: _Places) -> Iterator[Finding]:
    file = Path(read.file).absolute()
    above = [listed for folder, listed in tags.items() if file.is_relative_to(folder)]
    for number, tag in enumerate(read.named("tags")):
        if above and not any(tag in listed for listed in above):
            remedy = near(tag, frozenset().union(*above))
            yield places.finding("M306", read, ("tags", number), f"{tag} is in no list of tags", remedy)


def _owners(read: Read, beside: Beside, places: _Places) -> Iterator[Finding]:
    for name, held, what in (
        ("created_by_id", beside.faculty, "member of faculty"), ("university_id", beside.universities, "university"),
    ):  # fmt: skip
        for key in read.named(name):
            if key not in held:
                yield places.finding("M307", read, (name,), f"there is no {what} {key}")


def _circles(reads: Sequence[Read], held: Needs, places: _Places) -> Iterator[Finding]:
    of_slug = {read.slug: read for read in reads if read.slug}
    needs = {**held, **{slug: read.named("prerequisites") for slug, read in of_slug.items()}}
    for circle in circles(needs):
        told = [slug for slug in circle if slug in of_slug]
        if told:  # one that stands in the database alone is no fault of these files
            at = circle.index(min(told))
            turned = circle[at:] + circle[:at]
            read = of_slug[turned[0]]
            after = turned[1] if len(turned) > 1 else turned[0]
            number = read.named("prerequisites").index(after)
            way = " → ".join([*turned, turned[0]])
            yield places.finding("M303", read, ("prerequisites", number), f"wait for each other: {way}")


def circles(needs: Needs) -> list[list[str]]:
    """Find modules that wait for each other, one circle for each group of those that are tied so.

    Example:
        >>> circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]})
        [['b', 'c']]
    """
    found = []
    done: set[str] = set()
    for start in sorted(needs):
        found += [circle for circle in _walk(start, needs, done) if circle]
    return found


def _walk(start: str, needs: Needs, done: set[str]) -> Iterator[list[str]]:
    """Go along prerequisites in depth, without recursion; a way that meets itself is a circle."""
    if start in done:
        return
    way: list[str] = [start]
    on_way = {start: 0}
    ahead = [iter(needs.get(start, ()))]
    while ahead:
        slug = next(ahead[-1], None)
        if slug is None:
            ahead.pop()
            last = way.pop()
            del on_way[last]
            done.add(last)
        elif slug in on_way:
            yield way[on_way[slug] :]
        elif slug not in done and slug in needs:
            on_way[slug] = len(way)
            way.append(slug)
            ahead.append(iter(needs[slug]))
