"""Files of quests: one or several in each, as YAML or JSON, with their graph in our form or in React Flow's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.faults.registry import finding, placed
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.checks.walk import Problem
from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.reading import form, react_flow
from toolbox_cli.content.quests.reading.shaping import Read, Wrong, shaped
from toolbox_cli.core.documents import Document, DocumentError, read_document
from toolbox_cli.core.documents import Steps as Way
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.nearby import near

SUFFIXES: Final = (".yaml", ".yml", ".json")
_OURS: Final = ("quest", "content_hash")
_REACT: Final = ("nodes", "edges", "viewport", "languages")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A quest that was read.

    Attributes:
        based_on: the database's content hash of what the file was exported from; None where it doesn't say.
        document: the file.
        way: to the quest in it.
    """

    quest: Quest
    based_on: str | None
    document: Document
    way: Way


@dataclass(frozen=True, slots=True)
class Files:
    """What was read.

    Attributes:
        quests: those without an error.
        findings: of all files, in their order.
    """

    quests: tuple[Loaded, ...]
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing is an error."""
        return not any(found.severity is Severity.ERROR for found in self.findings)


def read_files(paths: Iterable[Path], *, checked: bool = True) -> Files:
    """Read quests from files, and from all YAML and JSON files under folders.

    Args:
        paths: of files and folders.
        checked: by all checks of their graphs; otherwise their form alone is looked at.

    Raises:
        InputError: a path is not there.
    """
    loaded: list[Loaded] = []
    findings: list[Finding] = []
    for path in paths:
        files = _files(path)
        findings += [] if files else [finding("Q51", path.name, "no file in it may be a quest", file=path)]
        for file in files:
            found, told = _read(file, checked=checked)
            loaded += found
            findings += told
    findings += _twice(loaded)
    return Files(tuple(loaded), tuple(findings))


def _read(file: Path, *, checked: bool) -> tuple[list[Loaded], list[Finding]]:
    try:
        return read_quests(read_document(file), checked=checked)
    except DocumentError as error:
        place = error.place
        where = {} if place is None else {"line": place.line, "column": place.column}
        return [], [finding("Q50", file.name, error.problem, file=file, **where)]
    except InputError as error:
        return [], [finding("Q50", file.name, error.message, file=file)]


def _files(path: Path) -> list[Path]:
    """Give a file, or the files below a folder that may hold quests."""
    if not path.exists():
        raise InputError(f"{path} is not there.")
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if _is_ours(file.relative_to(path)) and file.is_file())


def _is_ours(file: Path) -> bool:
    """Tell whether a file below a folder may hold quests: nothing hidden, by its ending."""
    return file.suffix.lower() in SUFFIXES and not any(part.startswith(".") for part in file.parts)


def read_quests(document: Document, *, checked: bool = True) -> tuple[list[Loaded], list[Finding]]:
    """Read the quests of a document.

    Args:
        document: the file.
        checked: as of `read_files`.

    Returns:
        Those without an error, and what was found.
    """
    findings = [*_twice_keys(document)]
    content = document.content
    if not isinstance(content, Mapping):
        return [], [*findings, placed(document, "Q51", [], "expected a quest")]
    given: list[tuple[Way, Any, Any]] = [((), content.get("quest", document.file.stem), content)]
    if "quests" in content:
        entries = content["quests"]
        if not isinstance(entries, Mapping) or not entries:
            return [], [*findings, placed(document, "Q51", ["quests"], "expected quests, each under its name")]
        others = [placed(document, "Q53", [key], "unknown key", at_key=True) for key in content if key != "quests"]
        given = [(("quests", name), name, entry) for name, entry in entries.items()]
        findings += others
    loaded = []
    for way, name, entry in given:
        found, told = read_entry(document, way, name, entry, checked=checked)
        findings += told
        loaded += [found] if found else []
    return ([] if document.twice else loaded), findings


def read_entry(
    document: Document, way: Way, name: Any, content: Any, *, checked: bool = True
) -> tuple[Loaded | None, list[Finding]]:
    """Read one quest.

    Args:
        document: that it stands in.
        way: to it.
        name: of the quest.
        content: what stands there.
        checked: as of `read_files`.

    Returns:
        None where it has an error; and what was found.
    """
    if not isinstance(content, Mapping):
        return None, [placed(document, "Q51", way, "expected a quest")]
    read = _graph(content)
    said = {key: value for key, value in content.items() if key in About.model_fields}
    known = _known(content)
    for key in [key for key in content if key not in said and key not in known]:
        read.tell("Q53", (key,), "unknown key", at_key=True, remedy=near(key, [*About.model_fields, *form.KEYS]))
    about = shaped(About, said, {"": ()}, read)
    quest = None
    if about:
        given = {"quest_id": name, "about": about, "graph": read.graph}
        quest = shaped(Quest, given, {"": (), "quest_id": ("quest",)}, read)
    based_on = content.get("content_hash")
    if based_on is not None and not isinstance(based_on, str):
        read.tell("Q54", ("content_hash",), "expected text")
    findings = [_placed(document, way, one) for one in read.wrong]
    if quest is None or any(one.severity is Severity.ERROR for one in findings):
        return None, findings
    found = check(quest.graph, quest.about.youngest) if checked else []
    findings += problems(read, found, document, way, quest.quest_id)
    if any(one.severity is Severity.ERROR for one in findings):
        return None, findings
    return Loaded(quest, based_on, document, way), findings


def _graph(content: Mapping[str, Any]) -> Read:
    """Read the graph, in whichever of its two forms it is."""
    graph = content.get("graph", content.get("graph_structure"))
    if isinstance(graph, Mapping):
        return react_flow.graph_of(graph, ("graph" if "graph" in content else "graph_structure",))
    if "edges" in content:
        return react_flow.graph_of({key: content[key] for key in _REACT if key in content})
    if "nodes" not in content:
        read = Read()
        read.tell("Q51", (), "has no nodes")
        return read
    return form.graph_of(content)


def _known(content: Mapping[str, Any]) -> set[str]:
    if "graph" in content or "graph_structure" in content:
        return {*_OURS, "graph", "graph_structure"}
    return {*_OURS, *(_REACT if "edges" in content else form.KEYS)}


def problems(read: Read, found: Iterable[Problem], document: Document, way: Way, quest: str) -> list[Finding]:
    """Make findings of what the checks found in a quest, at their places in its file."""
    made = []
    for one in found:
        steps = read.nodes[one.node] if one.node is not None else ("nodes",)
        steps = read.edges[one.edge] if one.edge is not None else steps
        told = _placed(document, way, Wrong(one.code, steps, one.found, at_key=one.edge is None))
        made.append(replace(told, object=f"{quest}: {name_of(read.graph, one)}"))
    return made


def name_of(graph: Graph, problem: Problem) -> str:
    """Name the node or the edge that a problem is about."""
    if problem.edge is not None:
        edge = graph.edges[problem.edge]
        return f"{edge.source} -> {edge.target or '?'}"
    return "graph" if problem.node is None else graph.nodes[problem.node].id


def _placed(document: Document, way: Way, wrong: Wrong) -> Finding:
    more = {"remedy": wrong.remedy} if wrong.remedy else {}
    return placed(document, wrong.code, (*way, *wrong.steps), wrong.found, at_key=wrong.at_key, **more)


def _twice_keys(document: Document) -> Iterator[Finding]:
    for one in document.twice:
        code = "Q02" if "nodes" in one.steps[-2:-1] else "Q52"
        found = f"stands twice, first in line {one.first.line}"
        where = {"line": one.place.line, "column": one.place.column}
        yield finding(code, ".".join(map(str, one.steps)), found, file=document.file, **where)


def _twice(loaded: Iterable[Loaded]) -> Iterator[Finding]:
    seen: dict[str, Loaded] = {}
    for one in loaded:
        first = seen.setdefault(one.quest.quest_id, one)
        if first is not one:
            place = first.document.value_place((*first.way, "quest"))
            told = f"{one.quest.quest_id} stands in {first.document.file.name}:{place.line} too"
            yield placed(one.document, "Q56", (*one.way, "quest"), told)
