import base64
import json
import shlex
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError, RefusedError, ToolboxError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.secrets import (
    MAKE_KEY,
    DamagedSecretError,
    MissingKeyError,
    MovedSecretError,
    Place,
    Secrets,
    open_secrets,
)
from toolbox_cli.core.settings import Settings, load_settings

OLD, NEW, FOREIGN = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
HERE = Place(UUID(int=1), "api_key_encrypted")
VALUE = "pa55word-of-the-school"

texts = st.text(st.characters(codec="utf-8"))
places = st.builds(Place, st.uuids() | texts, texts)


def refusal(act: Callable[[], object]) -> ToolboxError:
    """Do what must fail; nothing of its error, chain and all, may show the value or a key."""
    with pytest.raises(ToolboxError) as caught:
        act()
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.remedy)
    assert not [secret for secret in (VALUE, OLD, NEW, FOREIGN) if secret in told]
    return caught.value


@given(texts, places)
def test_what_is_encrypted_opens_in_its_place(value: str, place: Place) -> None:
    secrets = Secrets([NEW, OLD])
    stored = secrets.encrypt(value, place)
    assert secrets.decrypt(stored, place) == value
    assert secrets.encrypt(value, place) != stored


@given(texts, places, places)
def test_it_opens_nowhere_else(value: str, place: Place, other: Place) -> None:
    secrets = Secrets([NEW])
    stored = secrets.encrypt(value, place)
    if (str(place.row), place.column) == (str(other.row), other.column):
        assert secrets.decrypt(stored, other) == value
    else:
        with pytest.raises(MovedSecretError):
            secrets.decrypt(stored, other)


def test_a_move_between_columns_or_rows_is_refused() -> None:
    stored = Secrets([NEW]).encrypt(VALUE, HERE)
    for place in (Place(HERE.row, "refresh_token_encrypted"), Place(UUID(int=2), HERE.column)):
        error = refusal(lambda place=place: Secrets([NEW]).decrypt(stored, place))  # type: ignore[misc]
        assert isinstance(error, RefusedError)
        assert str(place) in error.message


@given(texts)
def test_the_first_key_encrypts_and_all_decrypt(value: str) -> None:
    stored = Secrets([OLD]).encrypt(value, HERE)
    both = Secrets([NEW, OLD])
    assert both.decrypt(stored, HERE) == value
    rotated = both.rotate(stored, HERE)
    assert Secrets([NEW]).decrypt(rotated, HERE) == value
    with pytest.raises(MissingKeyError):
        Secrets([OLD]).decrypt(rotated, HERE)


def test_a_moved_secret_is_not_made_good_by_rotating() -> None:
    stored = Secrets([OLD]).encrypt(VALUE, HERE)
    with pytest.raises(MovedSecretError):
        Secrets([NEW, OLD]).rotate(stored, Place(UUID(int=2), HERE.column))


def test_a_missing_key_is_told() -> None:
    stored = Secrets([FOREIGN]).encrypt(VALUE, HERE)
    error = refusal(lambda: Secrets([NEW, OLD]).decrypt(stored, HERE))
    assert isinstance(error, MissingKeyError)
    assert error.exit_code is Exit.USAGE
    assert str(HERE) in error.message
    assert "the key that encrypted it is missing" in error.message


@given(texts | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_what_was_never_encrypted_does_not_open(stored: str) -> None:
    with pytest.raises((DamagedSecretError, MissingKeyError)):
        Secrets([NEW]).decrypt(stored, HERE)


@pytest.mark.parametrize("stored", ["", VALUE, "gAAAA", NEW, "é" * 100])
def test_what_is_no_secret_is_told_from_a_missing_key(stored: str) -> None:
    assert isinstance(refusal(lambda: Secrets([NEW]).decrypt(stored, HERE)), DamagedSecretError)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_is_noticed(position: int, change: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(Secrets([NEW]).encrypt(VALUE, HERE)))
    raw[position % len(raw)] ^= change
    with pytest.raises(ConfigurationError):
        Secrets([NEW]).decrypt(base64.urlsafe_b64encode(bytes(raw)).decode(), HERE)


@pytest.mark.parametrize(
    "content", [VALUE, json.dumps(VALUE), json.dumps([str(HERE.row), HERE.column, 5]), "[]", "{}", "5", "null"]
)
def test_what_another_program_encrypted_does_not_open(content: str) -> None:
    stored = Fernet(NEW).encrypt(content.encode()).decode()
    assert isinstance(refusal(lambda: Secrets([NEW]).decrypt(stored, HERE)), MovedSecretError)


def test_without_keys_the_remedy_makes_one() -> None:
    error = refusal(lambda: open_secrets(Settings()))
    assert error.exit_code is Exit.USAGE
    assert MAKE_KEY in str(error.remedy)
    python, *arguments = shlex.split(MAKE_KEY)
    assert python == "python"
    made = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout.strip()
    assert Secrets([made]).decrypt(Secrets([made]).encrypt(VALUE, HERE), HERE) == VALUE


@pytest.mark.parametrize("wrong", ["short", OLD[:-1], OLD + "=", "!" + OLD[1:], "é" * 43 + "="])
def test_a_wrong_key_is_named_by_its_number(wrong: str) -> None:
    error = refusal(lambda: Secrets([NEW, wrong]))
    assert "number 2" in error.message
    assert wrong not in error.message


@pytest.mark.parametrize("apart", [",", ", ", "\n", "\r\n", ",\n"])
def test_keys_stand_apart_as_people_write_them(apart: str) -> None:
    stored = Secrets([OLD]).encrypt(VALUE, HERE)
    secrets = open_secrets(Settings(secret_keys=SecretStr(f"{NEW}{apart}{OLD}{apart}")))
    assert secrets.decrypt(stored, HERE) == VALUE
    assert Secrets([NEW]).decrypt(secrets.encrypt(VALUE, HERE), HERE) == VALUE


def test_keys_come_from_file_and_environment(tmp_path: Path) -> None:
    stored = Secrets([OLD]).encrypt(VALUE, HERE)
    (tmp_path / "toolbox.yaml").write_text(f"secret_keys: {OLD}\n")
    (tmp_path / "keys").write_text(f"{NEW}\n{OLD}\n")
    for environ in ({}, {"TOOLBOX_SECRET_KEYS": OLD}, {"TOOLBOX_SECRET_KEYS_FILE": str(tmp_path / "keys")}):
        settings = load_settings(environ, tmp_path)
        assert open_secrets(settings).decrypt(stored, HERE) == VALUE
        assert OLD not in repr(settings)


def test_nothing_shows_a_key() -> None:
    secrets = Secrets([NEW])
    assert NEW not in repr(secrets)
    assert NEW not in str(vars(secrets))
