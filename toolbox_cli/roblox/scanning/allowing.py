"""What a person lets pass, from options and from a file."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.luau.analysis import Allowed
from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.findings import Finding

CODE: Final = "allow-file"
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_KEYS: Final = ("assets", "hosts", "sha256")


def allowed(assets: Sequence[int], hosts: Sequence[str], file: Path | None) -> Allowed:
    """Put together what may be.

    Args:
        assets: ids.
        hosts: names, in any case.
        file: a mapping with lists `assets`, `hosts` and `sha256`, each of which may be left out.

    Raises:
        InputError: a host is none, or the file is not of this form; all that is wrong with it.
    """
    listed: dict[str, list[Any]] = _listed(file) if file is not None else {}
    names = {host.lower() for host in (*hosts, *listed.get("hosts", ()))}
    wrong = sorted(host for host in names if not _HOST.fullmatch(host))
    if wrong:
        raise InputError(f"{wrong[0]} is no name of a host.", remedy="Give the name alone: api.school.example.")
    hashes = frozenset(one.lower() for one in listed.get("sha256", ()))
    return Allowed(frozenset((*assets, *listed.get("assets", ()))), frozenset(names), hashes)


def _listed(file: Path) -> dict[str, list[Any]]:
    document = read_document(file)
    faults = list(_faults(document))
    if faults:
        raise InputError(f"{file.name} does not say what may be.", findings=faults)
    return {key: list(document.content.get(key) or ()) for key in _KEYS}


def _faults(document: Document) -> Iterator[Finding]:
    content = document.content
    if not isinstance(content, dict):
        yield document.finding(CODE, [], "no mapping", remedy="Write lists named assets, hosts and sha256.")
        return
    for key, values in content.items():
        if key not in _KEYS:
            yield document.finding(CODE, [key], f"{key} is not known", expected="assets, hosts or sha256", at_key=True)
        elif not isinstance(values, list | None):
            yield document.finding(CODE, [key], "no list", expected="a list")
        else:
            for number, value in enumerate(values or ()):
                if not _fits(key, value):
                    yield document.finding(CODE, [key, number], f"{value!r}", expected=_expected(key))


def _fits(key: str, value: object) -> bool:
    if key == "assets":
        return isinstance(value, int) and not isinstance(value, bool)
    pattern = _HOST if key == "hosts" else _SHA256
    return isinstance(value, str) and pattern.fullmatch(value.lower()) is not None


def _expected(key: str) -> str:
    return {"assets": "an id", "hosts": "a host's name", "sha256": "64 hexadecimal digits"}[key]
