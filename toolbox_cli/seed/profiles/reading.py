"""Read a profile from YAML: all of it is checked before a row is made, and all its faults are told at once."""

import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.findings import Finding, said
from toolbox_cli.core.nearby import near
from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.profiles.names import ENDING
from toolbox_cli.seed.profiles.shape import HOUR, MONTH_DAY, Profile

_CODE: Final = "bad-profile"
_SHAPE: Final = "Each value is explained in docs/profiles.md; seeds/profiles/ has examples."
_EXAMPLES: Final = {HOUR: "08:30", MONTH_DAY: "09-01"}
_SEXAGESIMAL: Final = "an unquoted number; write it in quotes"


def profile_files() -> Mapping[str, Path]:
    """Give the profiles that ship, name to file."""
    return {file.stem: file for file in sorted((shipped("seeds") / "profiles").glob(f"*{ENDING}"))}


def find_profile(named: str, folder: Path) -> Path:
    """Give the file of a profile that is named, or whose path is given.

    Args:
        named: the name of one that ships, or a path.
        folder: what a relative path starts from.

    Raises:
        UsageError: there is none.
    """
    known = profile_files()
    if named in known:
        return known[named]
    path = folder / named
    if path.suffix in {ENDING, ".yml"} or path.is_file() or os.sep in named:
        return path
    raise UsageError(
        f"There is no profile {named!r}.",
        remedy=near(named, known) or f"There are {', '.join(known)}; or give a file.",
    )


def read_profile(file: Path, *, students: int | None = None, locale: str | None = None) -> Profile:
    """Read a profile.

    Args:
        file: YAML; its name without the ending names the profile.
        students: in place of the file's.
        locale: in place of the file's; the only one.

    Raises:
        InputError: it can't be read, or is not a profile; with every fault and its place.
        UsageError: what stands in place of the file's is wrong.
    """
    document = read_document(file)
    faults = document.twice_findings(_CODE)
    content = document.content
    if not isinstance(content, dict):
        raise InputError(f"{file} is not a profile: it holds no values.", remedy=_SHAPE)
    if "name" in content:
        faults.append(document.finding(_CODE, ["name"], "the name is the file's", at_key=True))
    try:
        profile = Profile.model_validate({**content, "name": file.stem})
    except ValidationError as error:
        faults += [_fault(document, item) for item in error.errors(include_url=False)]
    else:
        faults += _senseless(document, profile)
    if faults:
        raise InputError(f"{file} is not a usable profile.", remedy=_SHAPE, findings=faults)
    return _changed(profile, students, locale)


def _fault(document: Document, item: Mapping[str, Any]) -> Finding:
    """Write one of pydantic's errors down at its place."""
    steps = [step for step in item["loc"] if step != "[key]"]
    if steps == ["name"]:
        return document.finding(_CODE, [], "a profile's file is called in lower case: letters, digits, - and _")
    if item["type"] == "extra_forbidden":
        return document.finding(_CODE, steps, "there is no such value", at_key=True, remedy=_near(steps))
    at_key = item["loc"][-1:] == ("[key]",)
    found = said(item)
    if item["type"] == "string_pattern_mismatch":
        found = f"is not written like {_EXAMPLES[item['ctx']['pattern']]}"
    if item["type"] in {"string_type", "literal_error"} and isinstance(item["input"], int):
        found = f"{item['input']} is {_SEXAGESIMAL}"  # YAML reads 13_17 as 1317, and 08:30 as 510
    return document.finding(_CODE, steps, found[:1].lower() + found[1:], at_key=at_key)


def _near(steps: list[Any]) -> str | None:
    model: Any = Profile
    for step in steps[:-1]:
        field = getattr(model, "model_fields", {}).get(step)
        model = field.annotation if field else None
    names = [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]
    return near(steps[-1], names)


def _senseless(document: Document, profile: Profile) -> Iterator[Finding]:
    """Find what has the right shape and no meaning."""
    for zone in profile.calendar.time_zones:
        if not _is_zone(zone):
            yield document.finding(_CODE, ["calendar", "time_zones", zone], "no time zone is called so", at_key=True)
    for locale in profile.locales:
        if not _known_locale(locale):
            yield document.finding(_CODE, ["locales", locale], "Faker knows no such locale", at_key=True)
    for number, term in enumerate(profile.calendar.terms):
        for name, day in (("from", term.start), ("to", term.end)):
            if not _is_day(day):
                yield document.finding(_CODE, ["calendar", "terms", number, name], f"there is no {day}")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder, a path, or nothing of the kind
        return False
    return True


def _is_day(month_day: str) -> bool:
    try:
        datetime.date.fromisoformat(f"2027-{month_day}")  # not a leap year: a term can't end on 29 February each year
    except ValueError:
        return False
    return True


def _known_locale(name: str) -> bool:
    from faker.config import AVAILABLE_LOCALES

    return name in AVAILABLE_LOCALES


def _changed(profile: Profile, students: int | None, locale: str | None) -> Profile:
    """Put what the command line says in place of what the file says."""
    if locale is not None and not _known_locale(locale):
        raise UsageError(f"Faker knows no locale {locale!r}.", remedy="Write it like en_US or de_DE.")
    changes: dict[str, Any] = {}
    if students is not None:
        changes["students"] = students
    if locale is not None:
        changes["locales"] = {locale: 1.0}
    return profile.model_copy(update=changes)
