"""Locks and patience."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.core.database.embedded.conftest import until
from toolbox_cli.core.database.embedded.host.waiting import Patience, exclusive, is_held
from toolbox_cli.core.errors import UnreachableError


def test_a_lock_keeps_others_out_until_it_is_let_go(home: Path) -> None:
    path = home / "lock"
    assert not is_held(path)

    with exclusive(path, lambda: False) as first:
        assert first is not None
        assert is_held(path)
        with exclusive(path, lambda: False) as second:
            assert second is None

    assert not is_held(path)


def test_a_child_that_inherits_a_lock_keeps_it(home: Path) -> None:
    path = home / "lock"
    with exclusive(path, lambda: False) as descriptor:
        assert descriptor is not None
        child = subprocess.Popen(["sleep", "600"], pass_fds=(descriptor,))

    assert is_held(path)
    child.kill()
    child.wait()
    assert not is_held(path)


def test_a_lock_on_a_file_that_was_deleted_meanwhile_is_no_lock(home: Path) -> None:
    path = home / "lock"
    waits = 0

    def delete_and_try_again() -> bool:
        nonlocal waits
        waits += 1
        path.unlink(missing_ok=True)
        return waits < 3

    with exclusive(path, lambda: False), exclusive(path, delete_and_try_again) as second:
        assert second is not None
        assert os.path.samestat(os.fstat(second), path.stat())


def test_a_link_in_the_place_of_a_lock_is_not_followed(home: Path) -> None:
    (home / "lock").symlink_to(home / "precious")

    with pytest.raises(OSError, match="symbolic links"), exclusive(home / "lock", lambda: False):
        pass
    assert not (home / "precious").exists()


def test_patience_ends_with_a_sentence() -> None:
    patience = Patience(limit_s=0.02)

    with pytest.raises(UnreachableError, match="The kettle is heating, and did not get ready in 0 seconds"):
        until(lambda: not patience.pause("The kettle is heating"))


def test_patience_says_now_and_then_what_it_waits_for() -> None:
    told: list[str] = []
    patience = Patience(told.append, told_every_s=0.02)

    until(lambda: patience.pause("The kettle is heating") and len(told) == 2)

    assert told[0] == "The kettle is heating (0 s)"
