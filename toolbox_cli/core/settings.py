"""Configuration: flags, then `TOOLBOX_*` environment, then `toolbox.yaml`, then defaults."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)

from toolbox_cli.core.documents import Document, read_document
from toolbox_cli.core.errors import ConfigurationError, InputError
from toolbox_cli.core.findings import Finding, Severity, said
from toolbox_cli.core.sections import AgentsSettings, AnalyticsSettings, Section

PLATFORMS: Final = ("toolboxai", "pas_in_peace", "frames")
"""The platforms whose data toolbox administers, in the order it works through them."""

RECORDS: Final = "toolbox"
"""The schema of the toolkit's own records, in every database."""

FILE_NAME: Final = "toolbox.yaml"
PREFIX: Final = "TOOLBOX_"

CODE: Final = "bad-setting"
"""Of every finding about configuration."""

_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+@[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+")

_OTHER_WORDS: Final = {
    "DATABASE": "DATABASE_URL",
    "DB_URL": "DATABASE_URL",
    "ENVIRONMENT": "ENV",
    "URL": "DATABASE_URL",
}
"""What people write for a setting, without the prefix."""


class Environment(StrEnum):
    """What kind of installation this is; production refuses what destroys or fakes data."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


class PlatformSettings(Section):
    """Where one platform lives, when not in the common database under its own name."""

    url: SecretStr | None = None
    direct_url: SecretStr | None = None
    schema_name: str | None = Field(default=None, alias="schema", pattern=r"^[a-z_][a-z0-9_]{0,62}$")


class Platforms(Section):
    toolboxai: PlatformSettings = PlatformSettings()
    pas_in_peace: PlatformSettings = PlatformSettings()
    frames: PlatformSettings = PlatformSettings()

    def of(self, platform: str) -> PlatformSettings:
        """Give one platform's settings by its name."""
        found: PlatformSettings = getattr(self, platform)
        return found


class RobloxSettings(Section):
    """The Roblox application that sessions belong to."""

    universe_id: str = "8505376973"
    client_id: str = "2214511122270781418"


class LimitSettings(Section):
    """What may be lost at once; going over both holds what would do it."""

    percent: float | None = Field(default=None, ge=0, le=100)
    rows: int | None = Field(default=None, ge=0)


class LimitProfile(LimitSettings):
    """Limits for everything, and others for single kinds of records."""

    course: LimitSettings | None = None
    user: LimitSettings | None = None
    enrollment: LimitSettings | None = None
    assignment: LimitSettings | None = None


class LmsSettings(Section):
    """How schools' systems are synced.

    Attributes:
        limits: profiles by name, which one run may take instead of an integration's own limits.
        keep_days: how long it is kept what runs wrote down of people; None means that each purge says so.
    """

    limits: Annotated[Mapping[str, LimitProfile], BeforeValidator(lambda given: _as_document(given))] = {}
    keep_days: int | None = Field(default=None, ge=1)


class NotifySettings(Section):
    """The webhook that is told when a job needs a person.

    Attributes:
        url: the address may itself be a secret.
        secret: signs what is sent, by HMAC.
    """

    url: SecretStr | None = None
    secret: SecretStr | None = None


class InnerEduSettings(Section):
    """The API of inner_edu, where children play quests.

    Attributes:
        url: base address, such as https://inner-edu.example/api/v1.
        token: signs requests.
        ca_file: certificates to trust instead of the system's.
    """

    url: str | None = None
    token: SecretStr | None = None
    ca_file: Path | None = None


class SmtpSecurity(StrEnum):
    """How the way to the mail server is kept."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpSettings(Section):
    """The mail server that takes messages to a person when a job needs one.

    Attributes:
        host: without one no mail is sent.
        port: None means the usual one of `security`.
        sender: the messages are from.
        recipients: apart by commas.
        ca_file: certificates to trust instead of the system's.
    """

    host: str | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str | None = None
    password: SecretStr | None = None
    sender: Annotated[str | None, AfterValidator(lambda given: _as_addresses(given, 1))] = None
    recipients: Annotated[str | None, AfterValidator(lambda given: _as_addresses(given, 100))] = None
    ca_file: Path | None = None


class Settings(Section):
    """Everything that can be configured.

    Attributes:
        database_url: the common database; None means libpq's variables, or else the embedded server.
        direct_url: the same database past a transaction pooler, for migrations and locks.
        home: where the embedded server and its data live.
        server_account: the system account that the embedded server runs as, when root starts it.
        secret_keys: apart by commas; the first encrypts what is stored, all decrypt.
    """

    env: Environment = Environment.DEVELOPMENT
    database_url: SecretStr | None = None
    direct_url: SecretStr | None = None
    home: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default_factory=lambda: default_home())
    server_account: str | None = None
    secret_keys: SecretStr | None = None
    platforms: Platforms = Platforms()
    roblox: RobloxSettings = RobloxSettings()
    lms: LmsSettings = LmsSettings()
    notify: NotifySettings = NotifySettings()
    smtp: SmtpSettings = SmtpSettings()
    inner_edu: InnerEduSettings = InnerEduSettings()
    agents: AgentsSettings = AgentsSettings()
    analytics: AnalyticsSettings = AnalyticsSettings()

    @property
    def production(self) -> bool:
        """Whether what destroys or fakes data is refused."""
        return self.env is Environment.PRODUCTION


def default_home() -> Path:
    """Give root's or the user's own data folder."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/toolbox")
    from platformdirs import user_data_path

    return user_data_path("toolbox", appauthor=False)


def _as_document(given: Any) -> Any:
    """Read what the environment gives as JSON; a file gives it as it is."""
    if not isinstance(given, str):
        return {} if given is None else given
    try:
        return json.loads(given)
    except ValueError:
        raise ValueError('it is no JSON object, such as {"term-rollover": {"percent": 60}}') from None


def _as_addresses(given: str | None, most: int) -> str | None:
    parts = [part.strip() for part in given.split(",")] if given else []
    if len(parts) > most or not all(_ADDRESS.fullmatch(part) for part in parts):
        raise ValueError("it is no e-mail address" if most == 1 else "these are no e-mail addresses, apart by commas")
    return ", ".join(parts) or None


def _variables(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name the environment variable of every setting, with the setting's path."""
    for name, info in model.model_fields.items():
        place = (*path, info.alias or name)
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from _variables(info.annotation, place)
        else:
            yield PREFIX + "_".join(place).upper(), place


VARIABLES: Final[Mapping[str, tuple[str, ...]]] = dict(_variables(Settings))
"""Environment variable to the path of its setting; `<NAME>_FILE` names a file that holds the value."""


def load_settings(environ: Mapping[str, str], folder: Path, explicit: Path | None = None) -> Settings:
    """Read configuration file and environment.

    Args:
        environ: environment variables.
        folder: the working folder, for `toolbox.yaml`.
        explicit: the file that `--config` names; must exist.

    Raises:
        ConfigurationError: with every fault of file and environment as findings.
    """
    file = find_file(environ, folder, explicit)
    faults = [*_misspelled(environ)]
    document = _read_file(file) if file else None
    faults += document.twice_findings(CODE) if document else ()
    tree: dict[str, Any] = (document and document.content) or {}
    origin: dict[tuple[str, ...], str] = {}
    for variable, path in VARIABLES.items():
        value = _value(environ, variable, faults)
        if value is not None:
            _set(tree, path, value)
            origin[path] = variable
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        faults += [_fault(item, origin, document) for item in error.errors(include_url=False)]
    if faults:
        raise ConfigurationError("The configuration is not usable.", findings=faults)
    return settings


def find_file(environ: Mapping[str, str], folder: Path, explicit: Path | None) -> Path | None:
    """Find the configuration file that counts.

    Args:
        environ: for TOOLBOX_CONFIG and the user's folders.
        folder: the working folder.
        explicit: the file that `--config` names.

    Raises:
        ConfigurationError: a file is named and is not there.
    """
    named = explicit or environ.get("TOOLBOX_CONFIG")
    if named:
        if not _is_file(folder / named):
            raise ConfigurationError(
                f"There is no configuration file {named}.", remedy="Check --config or TOOLBOX_CONFIG."
            )
        return folder / named
    return next(filter(_is_file, (folder / FILE_NAME, _user_folder(environ) / FILE_NAME)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder of somebody else
        return False


def _user_folder(environ: Mapping[str, str]) -> Path:
    if sys.platform == "linux":  # platformdirs gives the same, and costs every command its import
        return Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config") / "toolbox"
    from platformdirs import user_config_path

    return user_config_path("toolbox", appauthor=False)


def _read_file(file: Path) -> Document:
    try:
        document = read_document(file)
    except InputError as error:
        raise ConfigurationError(error.message) from None
    if not isinstance(document.content or {}, dict):
        raise ConfigurationError(f"{file}:1: expected settings as `name: value` lines.")
    return document


def _value(environ: Mapping[str, str], variable: str, faults: list[Finding]) -> str | None:
    given, named = environ.get(variable), environ.get(f"{variable}_FILE")
    if not named:
        return given or None
    if given:
        faults.append(_finding(f"{variable}_FILE", f"{variable} is set too", remedy="Keep one of them."))
        return given
    try:
        content = Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        faults.append(_finding(f"{variable}_FILE", f"{named} can't be read: {reason}"))
        return None
    if not content:
        faults.append(_finding(f"{variable}_FILE", f"{named} is empty"))
    return content or None


def _misspelled(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Find variables that were meant as one of ours: a misspelled URL must not mean the embedded server.

    Not every unknown variable is one: where something named `toolbox` runs beside, Kubernetes sets TOOLBOX_PORT.
    """
    known = {name.removeprefix(PREFIX): name for name in (*VARIABLES, *(f"{name}_FILE" for name in VARIABLES))}
    for name in environ:
        rest = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and rest not in {*known, "CONFIG"}:
            meant = _OTHER_WORDS.get(rest) or next(iter(get_close_matches(rest, known, n=1, cutoff=0.75)), None)
            if meant:
                yield _finding(name, "is not a setting", remedy=f"Did you mean {known[meant]}?")


def _set(tree: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    for part in path[:-1]:
        below = tree.get(part) or {}
        if not isinstance(below, dict):  # the file has no section there, which validation says
            return
        tree[part] = below
        tree = below
    tree[path[-1]] = value


def _fault(item: Mapping[str, Any], origin: Mapping[tuple[str, ...], str], document: Document | None) -> Finding:
    path = tuple(str(part) for part in item["loc"])
    unknown = item["type"] == "extra_forbidden"
    message = "unknown setting" if unknown else said(item)
    held = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in origin), ())
    if held or document is None:
        return _finding(origin.get(held, ".".join(path)), ": ".join((*path[len(held) :], message)))
    return document.finding(CODE, path, message, at_key=unknown)


def _finding(name: str, found: str, **more: Any) -> Finding:
    return Finding(CODE, Severity.ERROR, name, found=found, **more)
