"""What is asked for, read from what the command line and a file say."""

import datetime
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from toolbox_cli.core.documents import read_text
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.nearby import near
from toolbox_cli.modules.assigning.options import Kind

STDIN: Final = Path("-")
RULE: Final = "rule"
ALL_INCOMING, SUBSYSTEM = "all_incoming_students", "subsystem_specific"
RULES: Final = (ALL_INCOMING, SUBSYSTEM)

_DAYS: Final = re.compile(r"\+(\d{1,4})d?")


class To(StrEnum):
    """What a module can be assigned to."""

    STUDENT = "student"
    TEAM = "team"
    UNIVERSITY = "university"


_KINDS: Final = tuple(kind.value for kind in To)


class Target(NamedTuple):
    """Whom a module is assigned to, as it was said.

    Attributes:
        place: where it was said, for messages: a line of a file, or the option.
    """

    to: To
    said: str
    place: str
    line: int | None = None


class Rule(NamedTuple):
    """Whom a module is assigned to again and again.

    Attributes:
        university: key; None for all.
        subsystem: of the rule for one.
    """

    name: str
    university: str | None = None
    subsystem: str | None = None


class Due(NamedTuple):
    """The last day: a day, days from the assignment, or neither."""

    on: datetime.date | None = None
    days: int | None = None

    def day(self, today: datetime.date) -> datetime.date | None:
        """Give the day of an assignment that is made today."""
        return self.on if self.days is None else today + datetime.timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be assigned, to whom and how.

    Attributes:
        due: None leaves it as it is, and a new assignment without one.
        kind: None leaves it as it is, and makes a new assignment required.
        by: id or e-mail address of a member of the faculty.
    """

    slugs: tuple[str, ...]
    targets: tuple[Target, ...] = ()
    rules: tuple[Rule, ...] = ()
    due: Due | None = None
    kind: Kind | None = None
    by: str | None = None


def targets_of(
    said: Sequence[str], file: Path | None, university: str | None, subsystem: str | None
) -> tuple[tuple[Target, ...], tuple[Rule, ...]]:
    """Read whom a module is assigned to.

    Args:
        said: by `--to`.
        file: a student's id or e-mail address a line, or what `--to` takes.
        university: of rules.
        subsystem: of rules.

    Raises:
        UsageError: something of it can't be meant.
    """
    targets = [*_lines(file)] if file else []
    rules = []
    for one in said:
        kind, colon, name = (part.strip() for part in one.partition(":"))
        if not name or kind not in {RULE, *_KINDS}:
            raise UsageError(
                f"--to {one} says nobody.", remedy=(near(kind, (RULE, *_KINDS)) if colon else "") or _REMEDY
            )
        if kind == RULE:
            rules.append(_rule(name, university, subsystem))
        else:
            targets.append(Target(To(kind), name, "--to"))
    if not rules and (university or subsystem):
        raise UsageError("--university and --subsystem are for rules.", remedy=f"Say which: --to rule:{ALL_INCOMING}")
    return tuple(targets), tuple(dict.fromkeys(rules))


_REMEDY: Final = "Say what it is: --to student:ID, team:ID, university:ID or rule:NAME"


def due_of(said: str | None) -> Due | None:
    """Read a last day.

    Raises:
        UsageError: it is none.
    """
    if said is None:
        return None
    if said == "none":
        return Due()
    if relative := _DAYS.fullmatch(said):
        return Due(days=int(relative[1]))
    try:
        return Due(on=datetime.date.fromisoformat(said))
    except ValueError:
        raise UsageError(f"--due {said} is no day.", remedy="Write 2026-12-01, +14 for days, or none.") from None


def _rule(name: str, university: str | None, subsystem: str | None) -> Rule:
    if name not in RULES:
        raise UsageError(f"There is no rule {name}.", remedy=near(name, RULES) or f"There are {' and '.join(RULES)}.")
    if (name == SUBSYSTEM) != bool(subsystem and subsystem.strip()):
        told = "needs a subsystem" if name == SUBSYSTEM else "is for students of every subsystem"
        raise UsageError(f"The rule {name} {told}.", remedy=f"Write: --to rule:{SUBSYSTEM} --subsystem NAME")
    return Rule(name, university, subsystem and subsystem.strip())


def _lines(file: Path) -> Iterator[Target]:
    text = _stdin() if file == STDIN else read_text(file)
    if "\0" in text:
        raise InputError(f"{file} is no text: it holds NUL characters.")
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        kind, _, name = (part.strip() for part in said.partition(":"))
        if kind in _KINDS and name:
            yield Target(To(kind), name, str(file), number)
        else:
            yield Target(To.STUDENT, said, str(file), number)


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("What stdin gives is not UTF-8 text.") from None
