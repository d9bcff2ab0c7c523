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
from toolbox_cli.content.reference.agents import TABLE as AGENTS
from toolbox_cli.content.reference.agents import agent_files, agents_folder, read_agents
from toolbox_cli.content.reference.base import LONGEST_KEY, Entry, Made
from toolbox_cli.content.reference.faults import CODE, PATTERNS, shape_faults
from toolbox_cli.content.reference.learning import Achievement, Lesson, Objective
from toolbox_cli.content.reference.owners import OWNERS
from toolbox_cli.content.reference.studio import Agent, Template
from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.nearby import near
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.making.domain import Reference
from toolbox_cli.seed.reference.shapes.family import Quest, Track
from toolbox_cli.seed.reference.shapes.training import Module, University
from toolbox_cli.seed.reference.tables import TABLES, plain, reference_name

_SHAPE: Final = "docs/reference-data.md says what each file holds."

SHAPES: Final[Mapping[str, Mapping[str, type[Entry]]]] = {
    "toolboxai": {
        "learning_objectives": Objective,
        "achievements": Achievement,
        "educational_content": Lesson,
        "roblox_templates": Template,
    },
    "pas_in_peace": {"quests": Quest, "recovery_tracks": Track},
    "frames": {"universities": University},
}
"""Platform to the headings that its files may have, and what stands under each."""

MODULES: Final = "modules"
NATIVE: Final[Mapping[str, Sequence[str]]] = {"toolboxai": [AGENTS], "pas_in_peace": [], "frames": [MODULES]}
"""Platform to what has a file each, in the form that people use: modules stand in a folder of that name."""


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
        return () if isinstance(self.entry, Module | Agent) else (self.heading, self.key)

    def fault(self, steps: Sequence[str | int], found: str) -> Finding:
        return self.document.finding(CODE, [*self.way, *steps], found)


def read_reference(platforms: Iterable[str] = PLATFORMS, folder: Path | None = None) -> Reference:
    """Read the reference data as it is in a database that nobody changed it in.

    Args:
        platforms: whose.
        folder: has a folder a platform, and one of agents; what ships when None.

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
        folder: has a folder a platform, and one of agents; what ships when None.
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
    agents = folder / "agents" if folder else agents_folder()
    read = {
        platform: _of_platform(platform, root / platform, agents, (_stamp(root / platform), _stamp(agents)))
        for platform in platforms
    }
    if faults := [fault for _, found in read.values() for fault in found]:
        raise InputError("The reference data is not usable.", remedy=_SHAPE, findings=faults)
    return {platform: list(entries) for platform, (entries, _) in read.items()}


def _stamp(folder: Path) -> tuple[object, ...]:
    """Tell one state of a folder's files from another."""
    stats = [(file.name, file.stat()) for file in sorted(folder.rglob("*.yaml"))]
    return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in stats)


@lru_cache(maxsize=8)
def _of_platform(
    platform: str, folder: Path, agents: Path, stamp: tuple[object, ...]
) -> tuple[tuple[Placed, ...], tuple[Finding, ...]]:
    """Read a platform's files once for each state of them: seeding and its check before both want them."""
    del stamp
    faults: list[Finding] = []
    named: dict[str, set[str]] = {heading: set() for heading in (*SHAPES[platform], *NATIVE[platform])}
    entries = (
        *_entries(platform, folder, named, faults),
        *_modules(platform, folder, named, faults),
        *_agents(platform, agents, named, faults),
    )
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
    for file in sorted((folder / MODULES).glob("*.yaml")) if MODULES in NATIVE[platform] else ():
        told: list[Finding] = []
        document = document_of(file, told)
        read = checked(document, told) if document else None
        faults += [fault for fault in (read.faults if read else told) if fault.severity is Severity.ERROR]
        if not document or not read or not read.slug:
            continue
        named[MODULES].add(read.slug)
        if read.slug != file.stem:
            faults.append(document.finding(CODE, ["slug"], f"the file is called {file.stem}"))
        if not read.failed:
            yield Placed(document, MODULES, read.slug, Module(native=Native.model_validate(document.content)))


def _agents(platform: str, folder: Path, named: Mapping[str, set[str]], faults: list[Finding]) -> Iterator[Placed]:
    """Read the agents, each from its file, as `toolbox agents register` does."""
    read = read_agents(agent_files(folder) if AGENTS in NATIVE[platform] else ())
    faults += read.faults
    if read.named:
        named[AGENTS].update(read.named)
    for document, name, agent in read.agents:
        if name != document.file.stem:
            faults.append(document.finding(CODE, ["name"], f"the file is called {document.file.stem}"))
        yield Placed(document, AGENTS, name, agent)


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
        faults.append(document.finding(CODE, way, PATTERNS.get(shape.key_pattern, "no such key"), at_key=True))
    if shape is Quest:
        loaded, found = read_entry(document, (heading, str(key)), key, given)
        faults += [fault for fault in found if fault.severity is Severity.ERROR]
        return Quest(native=loaded.quest) if loaded else None
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        faults += shape_faults(document, way, given, error)
        return None


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
