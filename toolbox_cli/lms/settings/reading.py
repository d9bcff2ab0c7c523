"""From the document that an integration keeps to its settings: all of it is right, or all faults are told."""

import datetime
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.lms.settings.definitions import (
    ACCOUNTS,
    DEFAULTS,
    FULL_SYNC_DAYS,
    OVERLAP_MINUTES,
    SCORE_STATUS,
    SKIP,
    find,
    is_group,
    nearest,
)
from toolbox_cli.lms.settings.forms import Form, UnfitError
from toolbox_cli.lms.settings.grading import Policy, Progress, Rules
from toolbox_cli.lms.settings.launches import Launched
from toolbox_cli.lms.settings.limits import KINDS, Limit, Limits
from toolbox_cli.lms.sources.records import Role

_WHOLES: Final = frozenset({"grades.letters"})
"""Settings whose values are objects themselves."""


class Wrong(NamedTuple):
    """What is wrong with a setting.

    Attributes:
        found: what there is, to follow the key.
        expected: what may be said, where that is known.
    """

    key: str
    found: str
    expected: str | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        expected = f", not {self.expected}" if self.expected else ""
        remedy = f" ({self.remedy[:1].lower()}{self.remedy[1:]})" if self.remedy else ""
        return f"{self.key} {self.found}{expected}{remedy}"


@dataclass(frozen=True)
class Settings:
    """What an integration's document says, as those who obey it need it.

    Attributes:
        zone: of moments that come without one; None where nobody said.
        roles: what words for roles mean that are the institution's own; None leaves one out.
        accounts: roles there whose people get an account here.
        full_sync_days: after how many days everything is read again.
        overlap: how long before the cursor a delta begins.
        ca_file: certificates to trust instead of the usual ones.
        insecure_http: somebody took it upon them that the system is asked by http.
        account: of Canvas.
        version: of OneRoster, as are the following.
        gradebook: its address or path, or `beside` rostering.
        score_status: the word for a grade that is final.
        contexts: of LTI, as are the following: courses that launches told of.
        audience: whom what we sign is for.
        key_id: of our key.
    """

    zone: zoneinfo.ZoneInfo | None = None
    roles: Mapping[str, Role | None] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset(ACCOUNTS)
    limits: Limits = Limits()
    full_sync_days: float = FULL_SYNC_DAYS
    overlap: datetime.timedelta = datetime.timedelta(minutes=OVERLAP_MINUTES)
    ca_file: Path | None = None
    insecure_http: bool = False
    account: str = "self"
    version: str | None = None
    gradebook: str | None = None
    scopes: str | None = None
    signature: str = "HMAC-SHA1"
    score_status: str = SCORE_STATUS
    contexts: tuple[Launched, ...] = ()
    audience: str | None = None
    key_id: str | None = None
    grades: Rules = field(default_factory=Rules)


def values_of(kind: str, document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Wrong]]:
    """Give what a document sets, by key, and what is wrong with it.

    Args:
        kind: of the integration's system.
        document: as the database keeps it.
    """
    values, faults = {}, []
    for key, value in leaves(document):
        named = find(key)
        if named is None or named.setting.column:
            faults.append(Wrong(key, f"is {_told(value)}", "an object of settings") if is_group(key) else unknown(key))
        elif not named.setting.is_of(kind):
            faults.append(foreign(key, kind))
        else:
            try:
                values[key] = named.setting.form.check(value)
            except ValueError as error:
                faults.append(unfit(key, value, named.setting.form, error))
    return values, faults


def read_settings(kind: str, document: Mapping[str, Any], name: str = "the integration") -> Settings:
    """Read an integration's settings.

    Args:
        kind: of its system.
        document: as the database keeps it.
        name: its own, for errors.

    Raises:
        ConfigurationError: with all that is wrong.
    """
    values, faults = values_of(kind, document)
    if faults:
        raise ConfigurationError(
            f"The settings of {name} can't be used: {'; '.join(map(str, faults))}.",
            remedy=f"See them with: toolbox lms settings {name}",
        )
    return _made(values)


def read_limits(document: Mapping[str, Any]) -> Limits:
    """Read limits alone: `{"percent": 10, "rows": 20, "user": {"percent": 5}}`.

    Raises:
        ValueError: with all that is wrong.
    """
    values, faults = values_of("", {"limits": document})
    if faults:
        raise ValueError("; ".join(map(str, faults)))
    return _limits(values)


def unknown(key: str) -> Wrong:
    """Say that there is no such setting, and which may be meant."""
    meant = nearest(key)
    return Wrong(key, "is no setting", remedy=f"Did you mean {meant}?" if meant else None)


def unfit(key: str, value: Any, form: Form, error: ValueError) -> Wrong:
    """Say that a value is none of its form."""
    return Wrong(key, str(error) if isinstance(error, UnfitError) else f"is {_told(value)}", form.expected)


def foreign(key: str, kind: str) -> Wrong:
    """Say that a setting is of other kinds of systems."""
    named = find(key)
    kinds = " and ".join(named.setting.kinds) if named else ""
    return Wrong(key, f"is a setting of {kinds}, and this is {kind}")


def leaves(part: Any, *steps: str) -> Iterator[tuple[str, Any]]:
    """Give each value with its key; an empty object sets nothing."""
    key = ".".join(steps)
    if part == {} and (not key or key in _WHOLES or is_group(key)):
        return
    if not part or not isinstance(part, Mapping) or key in _WHOLES:
        yield key, part
        return
    for step, value in part.items():
        yield from leaves(value, *steps, step)


def _made(values: Mapping[str, Any]) -> Settings:
    roles = {key.removeprefix("roles."): value for key, value in values.items() if key.startswith("roles.")}
    got = {**DEFAULTS, **values}
    return Settings(
        zone=zoneinfo.ZoneInfo(got["zone"]) if got["zone"] else None,
        roles={word: None if role == SKIP else Role(role) for word, role in roles.items()},
        accounts=frozenset(got["accounts"]),
        limits=_limits(values),
        full_sync_days=got["full_sync_days"],
        overlap=datetime.timedelta(minutes=got["overlap_minutes"]),
        ca_file=Path(got["ca_file"]) if got["ca_file"] else None,
        insecure_http=got["insecure_http"],
        account=got["account"],
        version=got["version"],
        gradebook=got["gradebook"],
        scopes=got["scopes"],
        signature=got["signature"],
        score_status=got["score_status"],
        contexts=tuple(Launched(**one) for one in got["lti.contexts"] or ()),
        audience=got["lti.audience"],
        key_id=got["lti.key_id"],
        grades=_rules(got),
    )


def _limits(values: Mapping[str, Any]) -> Limits:
    def limit(place: str, usual: Limit) -> Limit:
        return Limit(values.get(f"{place}.percent", usual.percent), values.get(f"{place}.rows", usual.rows))

    usual = limit("limits", Limit())
    kinds = {kind: limit(f"limits.{kind}", usual) for kind in KINDS}
    return Limits(usual, {kind: own for kind, own in kinds.items() if own != usual})


def _rules(got: Mapping[str, Any]) -> Rules:
    return Rules(
        Policy(got["grades.policy"]), Progress(got["grades.progress"]), got["grades.letters"] or {},
        got["grades.bonus"], got["grades.attempts"], datetime.timedelta(minutes=got["grades.backoff_minutes"]),
    )  # fmt: skip


def _told(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:57]}..."
