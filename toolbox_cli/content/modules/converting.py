"""How a foreign form becomes modules; `toolbox modules import` does the rest.

A converter is a module `toolbox_cli/modules/foreign/<form>/converter.py` (or a package) that is listed in
`toolbox_cli/modules/foreign/forms.py`. It has two functions:

    def detect(source: Source) -> bool      # cheap: looks at names, or at the first bytes of one file
    def convert(source: Source) -> Converted

`Source.archive` is what core/archives opened: names and sizes are checked, bytes are counted as they are read. A
converter writes nothing, asks no network and runs no script of what it reads. It gives each module as plain data in the
native form, as if read from YAML: `{"slug": …, "title": …, "sections": [{"key": …, "type": "text", …}]}`; shape,
references, duplicates and HTML are checked afterwards as those of any file. What is wrong with the source is a finding
(M4xx archive, M5xx form; `content.faults.registry.finding`), all of them at once; an exception of anything but
`ToolboxError` is a fault of the converter.

Every object of the source that a person would count (an item of a manifest, a block, a question, a resource) ends in
the loss report exactly once: `mapped` to a module or section, `merged` into one with its reason, or `dropped` with its
reason. `counted` says how many there are, counted apart from the conversion, such as from the manifest. Types of
section that have no equivalent there (sandbox, game, guided_struggle, checklist) are never guessed: what is read is
`text`, `video` or `image`; what is answered is `interactive` with `environment_type: quiz` and questions as tasks.
Text of HTML goes through `content.html` and keeps `section_config: {format: html}`.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from toolbox_cli.content.modules.shapes.parts import LONGEST_SLUG, LONGEST_TITLE
from toolbox_cli.core.archives.archive import Archive
from toolbox_cli.core.findings import Finding


class Fate(StrEnum):
    """What became of an object of the source."""

    MAPPED = "mapped"
    MERGED = "merged"
    DROPPED = "dropped"


class Object(NamedTuple):
    """One object of the source.

    Attributes:
        name: tells it from all others there: its path or identifier.
        kind: as its form calls it, such as `problem`.
        fate: what became of it.
        into: the module's slug, or `slug#key` of the section; None where it was dropped.
        reason: why it was merged or dropped; of one that was mapped, what it lost. It names no other object, so that
            many can be told of together.
        other: name of the object that the reason speaks of.
    """

    name: str
    kind: str
    fate: Fate
    into: str | None = None
    reason: str | None = None
    other: str | None = None


WITHIN: Final = "stands in something that was dropped"
"""Why an object was dropped that is a part of another one; that is `other` then."""


@dataclass
class LossReport:
    """What became of each object of a source.

    Attributes:
        counted: how many objects the source has, counted apart.
    """

    counted: int = 0
    objects: list[Object] = field(default_factory=list)

    def mapped(self, name: str, kind: str, into: str, reason: str | None = None) -> None:
        self.objects.append(Object(name, kind, Fate.MAPPED, into, reason))

    def merged(self, name: str, kind: str, into: str, reason: str) -> None:
        self.objects.append(Object(name, kind, Fate.MERGED, into, reason))

    def dropped(self, name: str, kind: str, reason: str, other: str | None = None) -> None:
        self.objects.append(Object(name, kind, Fate.DROPPED, None, reason, other))

    def counts(self) -> Mapping[Fate, int]:
        """Count objects, by fate."""
        found = Counter(one.fate for one in self.objects)
        return {fate: found[fate] for fate in Fate}

    def flaws(self, places: Collection[str]) -> list[str]:
        """Say why the report can't be true; empty for a good one.

        Args:
            places: slugs of the modules and `slug#key` of their sections.
        """
        names = Counter(one.name for one in self.objects)
        found = [f"{name} stands {count} times" for name, count in names.items() if count > 1]
        if len(self.objects) != self.counted:
            found.append(f"{self.counted} objects were counted, {len(self.objects)} are told of")
        known = {None, *places}
        found += [
            f"{one.name} went into {one.into}, which is not there" for one in self.objects if one.into not in known
        ]
        found += [f"{one.name} has no reason" for one in self.objects if one.fate is not Fate.MAPPED and not one.reason]
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """What is converted.

    Attributes:
        path: as the command line has it, for messages.
        archive: a folder, a zip or a tar file; a single file is one with that entry alone.
    """

    path: Path
    archive: Archive


@dataclass(frozen=True, slots=True)
class Converted:
    """What a source became.

    Attributes:
        modules: in the native form, plain data.
        losses: what became of each of its objects.
        faults: what is wrong with it; an error lets nothing be written.
        assets: files of the source that modules name in `media_url`, `assets` or their HTML, by the name used there.
    """

    modules: tuple[Mapping[str, Any], ...]
    losses: LossReport
    faults: tuple[Finding, ...] = ()
    assets: Mapping[str, str] = field(default_factory=dict)


class Converter(Protocol):
    """One foreign form."""

    def detect(self, source: Source) -> bool:
        """Say whether the source is of this form.

        Raises:
            ArchiveError: what would tell can't be read.
        """
        ...

    def convert(self, source: Source) -> Converted:
        """Make modules of it."""
        ...


_APART: Final = re.compile("[^a-z0-9]+")
_SIGNLESS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def slug_of(text: str, taken: Iterable[str] = (), *, otherwise: str = "untitled") -> str:
    """Make a slug or a section's key of a title.

    Args:
        text: any.
        taken: slugs that are in use; a number tells the new one from them.
        otherwise: where the text has no letter of the Latin alphabet and no digit; if most of its letters are lost,
            some of its hash tells it from others.

    Example:
        >>> slug_of("Café: sûreté, 2e partie")
        'cafe-surete-2e-partie'
        >>> slug_of("Summary", ["summary", "summary-2"])
        'summary-3'
        >>> slug_of("Лаборатория 1")
        '1-d9606c48'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = _APART.sub("-", plain).strip("-")[: LONGEST_SLUG - 15].strip("-") or otherwise
    if 2 * sum(map(str.isalnum, plain)) < sum(map(str.isalnum, text)):
        same = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        made = f"{made}-{hashlib.sha256(same.encode()).hexdigest()[:8]}"
    used = set(taken)
    return (
        made if made not in used else next(f"{made}-{n}" for n in range(2, len(used) + 3) if f"{made}-{n}" not in used)
    )


def one_line(text: str) -> str:
    r"""Write any text in one line: without blanks around it, and without signs that are none.

    Example:
        >>> one_line("\ufeff  Lab\n safety\x7f ")
        'Lab safety'
    """
    return " ".join(_SIGNLESS.sub(" ", text).split())


def title_of(text: str, *, otherwise: str = "Untitled") -> str:
    """Make a title of any text: one line, not too long."""
    line = one_line(text) or otherwise
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"
