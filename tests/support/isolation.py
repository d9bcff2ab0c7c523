"""Keeps a test to this machine, and to an environment that holds nothing of the developer's own."""

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest

OURS = ("TOOLBOX_", "PG")
KEPT = "TOOLBOX_TESTS_"


def clean_environment(environ: dict[str, str]) -> dict[str, str]:
    """Give the variables that don't configure toolbox or libpq."""
    return {name: value for name, value in environ.items() if name.startswith(KEPT) or not name.startswith(OURS)}


def scrub(patch: pytest.MonkeyPatch) -> None:
    """Take the developer's toolbox and libpq variables out of this process."""
    for name in os.environ.keys() - clean_environment(dict(os.environ)).keys():
        patch.delenv(name)


def settle(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Point everything that is looked up in a home folder into `home`."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        patch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        patch.delenv(name, raising=False)
    patch.setenv("HOME", str(home))
    patch.setenv("COLUMNS", "120")
    patch.setenv("TOOLBOX_HOME", str(home / "toolbox"))


def stay_on_this_machine(patch: pytest.MonkeyPatch) -> None:
    """Make every attempt to reach another machine an error that names it."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                _refuse_others(str(address[0]))
            return original(self, address)

        return call

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host:
            _refuse_others(host.decode() if isinstance(host, bytes) else str(host))
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", resolve)


class OutsideError(AssertionError):
    """A test tried to reach another machine."""


def _refuse_others(host: str) -> None:
    try:
        here = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        here = host == "localhost" or host.endswith(".localhost")
    if not here:
        raise OutsideError(f"a test tried to reach {host}")
