"""Files of agents: one an agent, those that ship and those of operators."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from toolbox_cli.content.reference.base import KEY, LONGEST_KEY
from toolbox_cli.content.reference.faults import CODE, PATTERNS, shape_faults
from toolbox_cli.content.reference.studio import Agent
from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.shipped import shipped

TABLE: Final = "ai_agents"


class ReadAgent(NamedTuple):
    """An agent with its file.

    Attributes:
        name: its stable key.
    """

    document: Document
    name: str
    agent: Agent


class ReadAgents(NamedTuple):
    """What files of agents hold.

    Attributes:
        named: names of all, also of those that are wrong.
        faults: of their shapes; what they need of each other is not looked at.
    """

    agents: tuple[ReadAgent, ...]
    named: frozenset[str]
    faults: tuple[Finding, ...]


def agents_folder() -> Path:
    """Give where the agents are that come with toolbox."""
    return shipped("seeds") / "agents"


def agent_files(folder: Path) -> list[Path]:
    """Give the files of a folder, by name."""
    return sorted(folder.glob("*.yaml"))


def read_agents(files: Iterable[Path]) -> ReadAgents:
    """Read agents from their files."""
    faults: list[Finding] = []
    found: dict[str, ReadAgent | None] = {}
    for file in files:
        try:
            document = read_document(file)
        except InputError as error:
            faults.append(Finding(CODE, Severity.ERROR, file.name, found=error.message))
            continue
        faults += document.twice_findings(CODE)
        _read(document, found, faults)
    return ReadAgents(tuple(filter(None, found.values())), frozenset(found), tuple(faults))


def _read(document: Document, found: dict[str, ReadAgent | None], faults: list[Finding]) -> None:
    given = document.content
    if not isinstance(given, dict):
        faults.append(document.finding(CODE, [], "expected an agent, as `name: value` lines"))
        return
    name = _name(document, given, found, faults)
    try:
        agent = Agent.model_validate({key: value for key, value in given.items() if key != "name"})
    except ValidationError as error:
        faults += shape_faults(document, [], given, error)
        return
    if name is not None:
        found[name] = ReadAgent(document, name, agent)


def _name(
    document: Document, given: dict[str, Any], found: dict[str, ReadAgent | None], faults: list[Finding]
) -> str | None:
    """Take a name that nobody has yet; None where it can't be one."""
    name = given.get("name")
    if not (isinstance(name, str) and len(name) <= LONGEST_KEY and re.match(KEY, name)):
        faults.append(document.finding(CODE, ["name"], PATTERNS[KEY] if "name" in given else "is missing"))
        return None
    if name in found:
        faults.append(document.finding(CODE, ["name"], f"another file has {name} too"))
        return None
    found[name] = None
    return name
