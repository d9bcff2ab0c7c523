"""The address of a database as a URL, whatever form it is configured in."""

import os
from typing import Final
from urllib.parse import quote, urlencode

import psycopg

from toolbox_cli.core.database.connect import conninfo_of
from toolbox_cli.core.database.failures import unreachable
from toolbox_cli.core.database.target import Target

SECRETS: Final = ("password", "sslpassword", "oauth_client_secret")


def url_of(target: Target, *, direct: bool = False, password: bool = False) -> str:
    """Give an address that any program on libpq understands; starts the embedded server.

    Args:
        target: which database.
        direct: past a transaction pooler, where such an address is configured.
        password: with the secrets that the address holds.

    Raises:
        ConfigurationError: libpq can't read the address.
    """
    try:
        parts = _parts(conninfo_of(target, direct=direct))
    except psycopg.ProgrammingError as error:
        raise unreachable(error, target.labelled(direct=direct), target.named_by(direct=direct)) from error
    return _as_url({name: value for name, value in parts.items() if password or name not in SECRETS})


def _parts(conninfo: str) -> dict[str, str]:
    """Read an address, and what libpq's variables add to it: the other program may run without them."""
    given = {name: str(value) for name, value in psycopg.conninfo.conninfo_to_dict(conninfo).items()}
    added = {
        option.keyword.decode(): option.val.decode()
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.val and option.envvar and option.envvar.decode() in os.environ
    }
    return {**added, **given}


def _as_url(parts: dict[str, str]) -> str:
    user, password, database = (quote(parts.pop(name, ""), safe="") for name in ("user", "password", "dbname"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    place = _taken_place(parts)
    query = f"?{urlencode(parts)}" if parts else ""
    return f"postgresql://{login}{place}/{database}{query}"


def _taken_place(parts: dict[str, str]) -> str:
    """Take host and port out of the parts, but for what only a query can hold: a socket's folder, or several hosts."""
    host, port = parts.get("host", ""), parts.get("port", "")
    if not host or "," in f"{host}{port}" or host.startswith(("/", "@")):
        return ""
    del parts["host"]
    parts.pop("port", None)
    named = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"{named}:{port}" if port else named
