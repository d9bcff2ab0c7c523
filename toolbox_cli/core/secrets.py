"""What opens other systems, encrypted at rest with the installation's keys.

A value is encrypted together with its place, the row's id and the column, and opens there alone: whoever can write to
the database but has no key can't move another school's secret into a row whose address they chose.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from toolbox_cli.core.errors import ConfigurationError, RefusedError
from toolbox_cli.core.settings import Settings

VARIABLE: Final = "TOOLBOX_SECRET_KEYS"
MAKE_KEY: Final = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
"""Prints a new key."""

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}=")
_SHORTEST: Final = 73
"""Bytes of an encrypted nothing: version, time, vector, one block, signature."""
_VERSION: Final = 0x80


class MissingKeyError(ConfigurationError):
    """The key that encrypted a secret is not among the installation's keys."""


class DamagedSecretError(ConfigurationError):
    """What is stored is no encrypted secret."""


class MovedSecretError(RefusedError):
    """A secret was encrypted for another place than the one where it stands."""


class Place(NamedTuple):
    """Where a secret is stored: the row and its column."""

    row: UUID | str
    column: str

    def __str__(self) -> str:
        return f"{self.column} of {self.row}"


class Secrets:
    """The installation's keys: the first encrypts, all decrypt.

    Args:
        keys: 32 bytes each, URL-safe base64.

    Raises:
        ConfigurationError: there is no key, or one is none; says which by its number.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ConfigurationError(
                "There is no key to encrypt secrets with.",
                remedy=f"Make one with: {MAKE_KEY} and keep it in {VARIABLE} (or the file that {VARIABLE}_FILE names).",
            )
        wrong = [str(number) for number, key in enumerate(keys, 1) if not _KEY.fullmatch(key)]
        if wrong:
            raise ConfigurationError(
                f"{VARIABLE}: of {len(keys)}, number {', '.join(wrong)} is no key: 32 bytes as URL-safe base64.",
                remedy=f"Make one with: {MAKE_KEY}",
            )
        self._keys = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, value: str, place: Place) -> str:
        """Encrypt with the first key, for this place alone; never the same twice."""
        return self._keys.encrypt(json.dumps([str(place.row), place.column, value]).encode()).decode()

    def decrypt(self, stored: str, place: Place) -> str:
        """Open what `encrypt` made for this place.

        Raises:
            MissingKeyError: none of the keys opens it.
            DamagedSecretError: it is nothing that was encrypted here.
            MovedSecretError: it was encrypted for another place.
        """
        try:
            opened = self._keys.decrypt(stored.encode("utf-8", "replace"))
        except InvalidToken:
            raise _unopened(stored, place) from None
        return _value(opened, place)

    def rotate(self, stored: str, place: Place) -> str:
        """Encrypt anew with the first key; raises as `decrypt` does."""
        return self.encrypt(self.decrypt(stored, place), place)


def open_secrets(settings: Settings) -> Secrets:
    """Take the keys from the settings: apart by commas, spaces or lines.

    Raises:
        ConfigurationError: there is no key, or one is none.
    """
    given = settings.secret_keys
    return Secrets(re.findall(r"[^,\s]+", given.get_secret_value()) if given else [])


def _unopened(stored: str, place: Place) -> ConfigurationError:
    try:
        raw = base64.urlsafe_b64decode(stored)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) < _SHORTEST or raw[0] != _VERSION:
        return DamagedSecretError(f"What is stored as {place} is no encrypted secret.", remedy="Store the secret anew.")
    return MissingKeyError(
        f"No key in {VARIABLE} opens {place}: the key that encrypted it is missing, or the value was damaged.",
        remedy=f"Put that key back at the end of {VARIABLE}, or store the secret anew.",
    )


def _value(opened: bytes, place: Place) -> str:
    try:
        row, column, value = json.loads(opened)
    except (ValueError, TypeError):  # encrypted with our key, by another program
        row, column, value = None, None, None
    if (row, column) != (str(place.row), place.column) or not isinstance(value, str):
        raise MovedSecretError(
            f"The secret that is stored as {place} was encrypted for another place: somebody moved it there.",
            remedy="Find out who changed that row, and store the secret anew.",
        )
    return value
