"""Read reference data from its files: all of it is checked before a row is made, and all faults are told at once."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from toolbox_cli.content.modules.reading.file import checked, document_of
from toolbox_cli.content.modules.shapes.module import Module as Native
from toolbox_cli.content.quests.reading.files import read_entry
from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.nearby import near
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.making.domain import Reference
from toolbox_cli.seed.reference.shapes.base import KEY, LINE, LONGEST_KEY, Entry, Made
from toolbox_cli.seed.reference.shapes.family import Quest, Track
from toolbox_cli.seed.reference.shapes.learning import STANDARD, Achievement, Lesson, Objective
from toolbox_cli.seed.reference.shapes.owners import OWNERS
from toolbox_cli.seed.reference.shapes.studio import COLOUR, VERSION, Agent, Template
from toolbox_cli.seed.reference.shapes.training import Module, University
from toolbox_cli.seed.reference.tables import TABLES, plain, reference_name

CODE: Final = "bad-reference"
_SHAPE: Final = "docs/reference-data.md says what each file holds."

SHAPES: Final[Mapping[str, Mapping[str, type[Entry]]]] = {
    "toolboxai": {
        "learning_objectives": Objective,
        "achievements": Achievement,
        "educational_content": Lesson,
        "roblox_templates": Template,
        "ai_agents": Agent,
    },
    "pas_in_peace": {"quests": Quest, "recovery_tracks": Track},
    "frames": {"universities": University},
}
"""Platform to the headings that its files may have, and what stands under each."""

NATIVE: Final[Mapping[str, str]] = {"frames": "modules"}
"""Platform to the folder of its modules, which have a file each, in the form that authors use."""

_PATTERNS: Final = {
    KEY: "a stable key has lower-case letters and digits, in words joined by hyphens",
    LINE: "expected one line of text without blanks around it",
    VERSION: "is not written like 1.0.0",
    COLOUR: "is not written like #1F3A5F",
    STANDARD: "is not the code of a standard, such as CCSS.MATH.CONTENT.6.RP.A.1, NGSS MS-PS1-2 or CSTA 2-AP-10",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place."""

    document: Document
    heading: str
    key: str
    entry: Entry

    @property
    def way(self) -> tuple[str, ...]:
        """The way to it in its file, which may hold nothing else."""
        return () if isinstance(self.entry, Module) else (self.heading, self.key)

    def fault(self, steps: Sequence[str | int], found: str) -> Finding:
        return self.document.finding(CODE, [*self.way, *steps], found)


def read_reference(platforms: Iterable[str] = PLATFORMS, folder: Path | None = None) -> Reference:
    """Read the reference data as it is in a database that nobody changed it in.

    Args:
        platforms: whose.
        folder: has a folder a platform; what ships when None.

    Returns:
        Table to stable key to row, as `load_reference` gives it.

    Raises:
        InputError: with every fault of the files and its place.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for platform, made in read_rows(platforms, folder).items():
        keys = made_keys(platform, made)
        for row in made:
            table = found.setdefault(reference_name(platform, row.table), {})
            key = keys[row.table, row.key]
            table[row.key] = ({} if key is None else {"id": key}) | plain(row.values, keys)
    return found


def made_keys(platform: str, made: Iterable[Made]) -> dict[tuple[str, str], Any]:
    """Give the key that each row has by itself, by table and stable key."""
    return {(row.table, row.key): TABLES[platform][row.table].key_of(row.table, row.key) for row in made}


def read_rows(
    platforms: Iterable[str] = PLATFORMS, folder: Path | None = None, *, examples: bool = True
) -> dict[str, list[Made]]:
    """Read the rows of each platform, in an order that satisfies the foreign keys.

    Args:
        platforms: whose.
        folder: has a folder a platform; what ships when None.
        examples: with what only shows how something looks.

    Raises:
        InputError: with every fault of the files and its place.
    """
    rows = {}
    for platform, entries in read_entries(platforms, folder).items():
        given = [one for one in entries if examples or not one.entry.is_example]
        made = [OWNERS[platform], *(row for one in given for row in one.entry.rows(one.key))]
        rows[platform] = _in_order(platform, made)
    return rows


def read_entries(platforms: Iterable[str], folder: Path | None = None) -> dict[str, list[Placed]]:
    """Read the entries of each platform's files.

    Raises:
        InputError: with every fault of the files and its place.
    """
    root = folder or shipped("seeds") / "reference"
    read = {platform: _of_platform(platform, root / platform, _stamp(root / platform)) for platform in platforms}
    if faults := [fault for _, found in read.values() for fault in found]:
        raise InputError("The reference data is not usable.", remedy=_SHAPE, findings=faults)
    return {platform: list(entries) for platform, (entries, _) in read.items()}


def _stamp(folder: Path) -> tuple[object, ...]:
    """Tell one state of a folder's files from another."""
    stats = [(file.name, file.stat()) for file in sorted(folder.rglob("*.yaml"))]
    return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in stats)


@lru_cache(maxsize=8)
def _of_platform(
    platform: str, folder: Path, stamp: tuple[object, ...]
) -> tuple[tuple[Placed, ...], tuple[Finding, ...]]:
    """Read a platform's files once for each state of them: seeding and its check before both want them."""
    del stamp
    faults: list[Finding] = []
    headings = [*SHAPES[platform], *filter(None, [NATIVE.get(platform)])]
    named: dict[str, set[str]] = {heading: set() for heading in headings}
    entries = (*_entries(platform, folder, named, faults), *_modules(platform, folder, named, faults))
    return entries, (*faults, *_senseless(entries, named))


def _in_order(platform: str, made: Iterable[Made]) -> list[Made]:
    order = {table: number for number, table in enumerate(TABLES[platform])}
    return sorted(made, key=lambda row: order[row.table])


def _entries(platform: str, folder: Path, named: Mapping[str, set[str]], faults: list[Finding]) -> Iterator[Placed]:
    """Read the entries that have the right shape.

    Args:
        platform: whose.
        folder: of its files.
        named: by heading; grows by the keys of all entries, so that one that is broken is not missing too.
        faults: grows.
    """
    shapes = SHAPES[platform]
    seen: dict[tuple[str, str], Placed] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            document = read_document(file)
        except InputError as error:
            faults.append(Finding(CODE, Severity.ERROR, file.name, found=error.message))
            continue
        faults += document.twice_findings(CODE)
        for placed in _of_document(document, shapes, named, faults):
            first = seen.setdefault((placed.heading, placed.key), placed)
            if first is not placed:
                place = first.document.place([placed.heading, placed.key])
                found = f"stands in {first.document.file.name}:{place.line} too"
                faults.append(document.finding(CODE, [placed.heading, placed.key], found, at_key=True))
            yield placed


def _modules(platform: str, folder: Path, named: Mapping[str, set[str]], faults: list[Finding]) -> Iterator[Placed]:
    """Read the modules, each from its file, as `toolbox modules import` does; whatever it doubts is a fault here."""
    heading = NATIVE.get(platform)
    for file in sorted((folder / heading).glob("*.yaml")) if heading else ():
        told: list[Finding] = []
        document = document_of(file, told)
        read = checked(document, told) if document else None
        faults += [fault for fault in (read.faults if read else told) if fault.severity is Severity.ERROR]
        if not heading or not document or not read or not read.slug:
            continue
        named[heading].add(read.slug)
        if read.slug != file.stem:
            faults.append(document.finding(CODE, ["slug"], f"the file is called {file.stem}"))
        if not read.failed:
            yield Placed(document, heading, read.slug, Module(native=Native.model_validate(document.content)))


def _of_document(
    document: Document, shapes: Mapping[str, type[Entry]], named: Mapping[str, set[str]], faults: list[Finding]
) -> Iterator[Placed]:
    content = document.content
    if not isinstance(content, dict):
        faults.append(document.finding(CODE, [], "expected headings with entries"))
        return
    for heading, entries in content.items():
        shape = shapes.get(heading)
        if shape is None:
            remedy = near(heading, shapes)
            faults.append(document.finding(CODE, [heading], "unknown heading", at_key=True, remedy=remedy))
        elif not isinstance(entries, dict):
            faults.append(document.finding(CODE, [heading], "expected entries, each under its stable key"))
        else:
            named[heading].update(map(str, entries))
            for key, given in entries.items():
                if entry := _entry(document, heading, key, shape, given, faults):
                    yield Placed(document, heading, key, entry)


def _entry(
    document: Document, heading: str, key: Any, shape: type[Entry], given: Any, faults: list[Finding]
) -> Entry | None:
    way = [heading, key]
    if not (isinstance(key, str) and len(key) <= LONGEST_KEY and re.match(shape.key_pattern, key)):
        faults.append(document.finding(CODE, way, _PATTERNS.get(shape.key_pattern, "no such key"), at_key=True))
    if shape is Quest:
        loaded, found = read_entry(document, (heading, str(key)), key, given)
        faults += [fault for fault in found if fault.severity is Severity.ERROR]
        return Quest(native=loaded.quest) if loaded else None
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        told = {finding.object: finding for finding in _faults(document, way, given, error)}
        faults += told.values()
        return None


def _faults(document: Document, way: list[Any], given: Any, error: ValidationError) -> Iterator[Finding]:
    """Write pydantic's errors down at their places; those of the kinds that a value may have become one."""
    for item in error.errors(include_url=False):
        steps = [step for step in item["loc"] if step != "[key]"]
        at_key = len(steps) < len(item["loc"])
        if item["type"] == "missing":
            yield document.finding(CODE, [*way, *steps], "is missing")
        elif item["type"] == "extra_forbidden":
            yield document.finding(CODE, [*way, *steps], "unknown key", at_key=True)
        elif (there := _there(given, steps)) < len(steps):
            yield document.finding(CODE, [*way, *steps[:there]], "is of a kind that can't stand here")
        else:
            yield document.finding(CODE, [*way, *steps], _words(item), at_key=at_key)


def _there(given: Any, steps: Sequence[str | int]) -> int:
    """Count the steps that lead to something; behind them stand names of the kinds that a value may have."""
    for number, step in enumerate(steps):
        try:
            given = given[step]
        except (LookupError, TypeError):
            return number
    return len(steps)


def _words(item: Mapping[str, Any]) -> str:
    if item["type"] == "string_type" and isinstance(item["input"], bool | int | float):
        return "expected text; write it in quotes"
    if item["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(item["ctx"]["pattern"], "is not written as it has to be")
    found = str(item["msg"]).removeprefix("Value error, ")
    return found[:1].lower() + found[1:]


def _senseless(entries: Sequence[Placed], named: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Find what is wrong with entries that have the right shape, one by one and together."""
    for one in entries:
        for steps, found in one.entry.faults(one.key, lambda table, key: key in named[table]):
            yield one.fault(steps, found)
    for heading in dict.fromkeys(one.heading for one in entries):
        kind = {one.key: one for one in entries if one.heading == heading}
        shapes = {key: one.entry for key, one in kind.items()}
        for key, (steps, found) in type(next(iter(shapes.values()))).faults_together(shapes, named[heading]):
            yield kind[key].fault(steps, found)
