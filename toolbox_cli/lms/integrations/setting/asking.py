"""From what the command line and a file say to values of settings: all faults at once."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.documents import MAX_BYTES, Document, parse_document, read_document
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.integrations.looking import Seen
from toolbox_cli.lms.settings.definitions import Named, find, is_group
from toolbox_cli.lms.settings.launches import Launched, strays
from toolbox_cli.lms.settings.reading import Wrong, foreign, leaves, unfit, unknown
from toolbox_cli.lms.sources.connecting.kinds import KINDS

CODE: Final = "lms-bad-setting"

_STDIN: Final = Path("-")
_SET, _UNSET = "--set", "--unset"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says.

    Attributes:
        sets: each `KEY=VALUE`.
        unsets: keys, or what stands before a dot in several.
        document: of the file, where one is named.
    """

    sets: Sequence[str] = ()
    unsets: Sequence[str] = ()
    document: Document | None = None

    def __bool__(self) -> bool:
        return bool(self.sets or self.unsets or self.document)


@dataclass(slots=True)
class Wanted:
    """What is to be changed.

    Attributes:
        sets: values that are right, by key.
        unsets: keys that are known, whole groups, or what somebody else wrote.
        faults: what is wrong with the others.
    """

    sets: dict[str, tuple[Named, Any]] = field(default_factory=dict)
    unsets: list[str] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)


def read_file(runtime: Runtime, file: Path) -> Document:
    """Read a file of settings; `-` is stdin.

    Raises:
        InputError: it can't be read, is no YAML, or no object of settings.
    """
    document = parse_document(_STDIN, _stdin()) if file == _STDIN else read_document(runtime.working_folder / file)
    if twice := document.twice_findings(CODE):
        raise InputError(f"{file} says something twice.", findings=tuple(twice))
    if not isinstance(document.content, Mapping):
        raise InputError(f"{file} holds no settings.", remedy="Write them as `KEY: VALUE`, one a line.")
    return document


def wanted(seen: Seen, asked: Asked) -> Wanted:
    """Check all that was said for one integration."""
    found = Wanted()
    for option, key, said in _said(asked, found):
        if key in found.sets or key in found.unsets:
            found.faults.append(fault(Wrong(key, "is said twice")))
        elif option == _UNSET or said is None:
            _unset(seen, key, found)
        else:
            _set(seen, key, said, found)
    return found


def fault(wrong: Wrong) -> Finding:
    """Make a finding of what is wrong with a setting."""
    return Finding(CODE, Severity.ERROR, wrong.key, None, wrong.expected, wrong.found, remedy=wrong.remedy)


def refuse(seen: Seen, faults: Sequence[Finding]) -> None:
    """End here where something is wrong.

    Raises:
        UsageError: with all of it.
    """
    if faults:
        raise UsageError(
            f"The settings of {seen.name} can't be changed so.",
            remedy=f"See what may be said: toolbox lms settings {seen.name}", findings=tuple(faults),
        )  # fmt: skip


def _stdin() -> str:
    try:
        read = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(read) > MAX_BYTES:
            raise InputError(f"stdin is larger than {MAX_BYTES:,} bytes.")
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("stdin is not UTF-8 text.") from None


def _said(asked: Asked, found: Wanted) -> Iterator[tuple[str, str, Any]]:
    if asked.document is not None:
        for key, value in _of_file(asked.document.content):
            yield _SET, key, value
    for text in asked.sets:
        key, equals, value = text.partition("=")
        if equals:
            yield _SET, key.strip(), value
        else:
            found.faults.append(fault(Wrong(_SET, f"has {text!r}", "KEY=VALUE")))
    for key in asked.unsets:
        yield _UNSET, key.strip(), None


def _of_file(part: Mapping[Any, Any], *steps: str) -> Iterator[tuple[str, Any]]:
    for step, value in part.items():
        key = ".".join([*steps, str(step)])
        if isinstance(value, Mapping) and find(key) is None:
            yield from _of_file(value, *steps, str(step))
        else:
            yield key, value


def _unset(seen: Seen, key: str, found: Wanted) -> None:
    there = any(one == key or one.startswith(f"{key}.") for one, _ in leaves(seen.settings))
    if find(key) is None and not is_group(key) and not there:
        found.faults.append(fault(unknown(key)))
    else:
        found.unsets.append(key)


def _set(seen: Seen, key: str, said: Any, found: Wanted) -> None:
    named = find(key)
    if named is None:
        group = is_group(key)
        found.faults.append(fault(Wrong(key, "is a group of settings", f"{key}.NAME") if group else unknown(key)))
        return
    if not named.setting.is_of(seen.kind):
        found.faults.append(fault(foreign(key, seen.kind)))
        return
    try:
        value = named.setting.form.read(said)
    except ValueError as error:
        found.faults.append(fault(unfit(key, said, named.setting.form, error)))
        return
    found.sets[key] = named, value
    found.faults += map(fault, _against(seen, key, value))


def _against(seen: Seen, key: str, value: Any) -> Iterator[Wrong]:
    """Find what is right in itself, and wrong here."""
    if key == "ca_file" and not Path(value).is_file():
        yield Wrong(key, f"is {value}, where no file is")
    kind = KINDS.get(seen.kind)
    if key in {"include", "exclude"} and kind is not None:
        for name in value:
            if name not in kind.filters:
                yield Wrong(key, f"names a {name}, which {seen.kind} does not tell", " or ".join(kind.filters))
    if key == "lti.contexts":
        for one in value:
            for url in strays(seen.base_url, Launched(**one)):
                yield Wrong(key, f"has {url}, which is not on {seen.base_url}")
