"""The kinds of systems, and what each needs; adapters are named, and imported when they are used."""

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from toolbox_cli.core.errors import MissingExtraError
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
PRIVATE_KEY: Final = "private key"
SYNONYMS: Final = {"api_key": TOKEN}
"""What installations wrote before us."""


class PublicHalf(NamedTuple):
    """What a system is given of our private key.

    Attributes:
        key_id: under which it knows the key.
        jwk: the key as an object of JSON.
        pem: the same as PEM.
    """

    key_id: str
    jwk: dict[str, Any]
    pem: str


class Extra(NamedTuple):
    """A package that an adapter needs, and the extra of ours that brings it."""

    package: str
    name: str


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
        key: `module:function` that takes a private key and the id that it is known by, checks it, and gives its public
            half; None where nobody signs with one.
        extra: what has to be installed besides.
    """

    name: str
    title: str
    factory: str
    auths: tuple[str, ...]
    address: str
    needs_token_url: bool = False
    filters: tuple[str, ...] = FIELDS
    key: str | None = None
    extra: Extra | None = None

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

    def secret(self, auth: str) -> str:
        """Name the secret of an auth."""
        return PRIVATE_KEY if self.key else SECRETS[auth]

    def require(self) -> None:
        """See that all is there that its adapter needs.

        Raises:
            MissingExtraError: a package is not installed.
        """
        if self.extra and importlib.util.find_spec(self.extra.package) is None:
            raise MissingExtraError(*self.extra)

    def open(self, connection: Connection) -> Source:
        """Import the adapter and open a source; asks nobody yet.

        Raises:
            ConfigurationError: it can't be opened so.
            MissingExtraError: a package is not installed.
        """
        self.require()
        source: Source = _named(self.factory)(connection)
        return source

    def public_half(self, private_key: str, key_id: str | None = None) -> PublicHalf | None:
        """Give what the system needs of a private key; None where nobody signs with one.

        Raises:
            ConfigurationError: this is no such key.
            MissingExtraError: a package is not installed.
        """
        if self.key is None:
            return None
        self.require()
        half: PublicHalf = _named(self.key)(private_key, key_id)
        return half


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


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
    Kind(
        "lti", "LTI Advantage 1.3", _adapter("lti"), (OAUTH2,),
        "the platform's root address, such as https://moodle.school.example", needs_token_url=True,
        filters=("course",), key="toolbox_cli.lms.sources.lti.signing:public_half", extra=Extra("joserfc", "lti"),
    ),
)  # fmt: skip
KINDS: Final = {kind.name: kind for kind in _KINDS}


def offered() -> dict[str, Kind]:
    """Give the kinds whose adapters are there."""
    return {name: kind for name, kind in KINDS.items() if kind.offered}
