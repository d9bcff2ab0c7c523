"""The kinds of systems, and what each needs; adapters are named, and imported when they are used."""

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Final

from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.connecting.filters import FIELDS
from toolbox_cli.lms.sources.source import Source

OAUTH2: Final = "oauth2"
OAUTH1: Final = "oauth1"
TOKEN: Final = "token"  # noqa: S105  the name of a way to sign in
BASIC: Final = "basic"

AUTHS: Final = (OAUTH2, OAUTH1, TOKEN, BASIC)
WITH_CLIENT: Final = {OAUTH2: "client id", OAUTH1: "consumer key", BASIC: "user name"}
"""Auths that have a public half, and what vendors call it."""
SECRETS: Final = {OAUTH2: "client secret", OAUTH1: "consumer secret", TOKEN: "token", BASIC: "password"}
SYNONYMS: Final = {"api_key": TOKEN}
"""What installations wrote before us."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of system.

    Attributes:
        title: as people know it.
        factory: `module:function` that takes a Connection and gives a Source.
        auths: what it can be signed in with, the usual first; none where nobody signs in.
        address: what its base address is, the end of a sentence.
        needs_token_url: oauth2 has no usual place to fetch tokens at.
        filters: what courses can be chosen by: what this system tells of them.
    """

    name: str
    title: str
    factory: str
    auths: tuple[str, ...]
    address: str
    needs_token_url: bool = False
    filters: tuple[str, ...] = FIELDS

    @property
    def files(self) -> bool:
        """Whether it is files of this machine."""
        return not self.auths

    @property
    def offered(self) -> bool:
        """Whether its adapter is there."""
        try:
            return importlib.util.find_spec(self.factory.partition(":")[0]) is not None
        except ModuleNotFoundError:
            return False

    def open(self, connection: Connection) -> Source:
        """Import the adapter and open a source; asks nobody yet."""
        module, _, function = self.factory.partition(":")
        source: Source = getattr(importlib.import_module(module), function)(connection)
        return source


def _adapter(path: str) -> str:
    return f"toolbox_cli.lms.sources.{path}.opening:open"


_KINDS: Final = (
    Kind(
        "oneroster", "OneRoster 1.1 and 1.2 by REST", _adapter("oneroster.rest"), (OAUTH2, OAUTH1, TOKEN, BASIC),
        "the server, such as https://sis.example, or the base path of rostering on it", needs_token_url=True,
    ),
    Kind(
        "oneroster-csv", "OneRoster 1.1 and 1.2 as CSV files", _adapter("oneroster.csv"), (),
        "the absolute path of a folder or a zip file",
    ),
    Kind(
        "canvas", "Canvas", _adapter("canvas"), (TOKEN,), "the root address, such as https://school.instructure.com",
    ),
    Kind(
        "moodle", "Moodle web services", _adapter("moodle"), (TOKEN,),
        "the site's root address, such as https://moodle.school.example", filters=("course",),
    ),
    Kind(
        "schoology", "Schoology", _adapter("schoology"), (OAUTH1,), "the interface, https://api.schoology.com/v1",
    ),
    Kind(
        "blackboard", "Blackboard Learn", _adapter("blackboard"), (OAUTH2,),
        "the root address, such as https://learn.school.example", filters=("term", "course"),
    ),
)  # fmt: skip
KINDS: Final = {kind.name: kind for kind in _KINDS}


def offered() -> dict[str, Kind]:
    """Give the kinds whose adapters are there."""
    return {name: kind for name, kind in KINDS.items() if kind.offered}
