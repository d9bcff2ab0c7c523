"""From what the command line says of a new integration to one that can be written: all faults at once."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.secrets import Secrets, open_secrets
from toolbox_cli.lms.integrations.adding.secret import BadSecretError, Origin, read_secret
from toolbox_cli.lms.sources.connecting.addresses import LONGEST, fault_of
from toolbox_cli.lms.sources.connecting.filters import Filters, read_rules
from toolbox_cli.lms.sources.connecting.kinds import (
    AUTHS,
    BASIC,
    OAUTH2,
    WITH_CLIENT,
    Kind,
    offered,
)
from toolbox_cli.models.rules import SLUG

CODE: Final = "lms-bad-integration"

_NAME: Final = 100
_INSTITUTION: Final = 200
_CLIENT: Final = 255
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says.

    Attributes:
        include: each `school=…,term=…,course=…`; `exclude` too.
    """

    name: str
    kind: str
    base_url: str
    auth: str | None = None
    client_id: str | None = None
    token_url: str | None = None
    origin: Origin = field(default_factory=Origin)
    institution: str | None = None
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    insecure_http: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """An integration that can be written.

    Attributes:
        auth: None where nobody signs in.
        secret: None until somebody was asked for it.
        secrets: the installation's keys, where a secret is to be kept.
        insecure_http: its addresses need that.
    """

    name: str
    kind: Kind
    base_url: str
    auth: str | None
    client_id: str | None
    token_url: str | None
    institution: str
    filters: Filters
    insecure_http: bool
    secret: SecretStr | None = None
    secrets: Secrets | None = None


def wanted(runtime: Runtime, asked: Asked) -> Wanted:
    """Check all that was said; reads the secret, unless a person has to be asked for it.

    Raises:
        UsageError: with everything that is wrong as findings.
        MissingExtraError: this kind needs a package that is not installed.
    """
    kind = offered().get(asked.kind)
    if kind is not None:
        kind.require()
    checks = _Checks(runtime, asked, kind)
    found = checks.run()
    if checks.faults or kind is None or found is None:
        raise UsageError(f"The integration {_quoted(asked.name)} can't be added.", findings=checks.faults)
    return found


class _Checks:
    """Looks at everything, and collects what is wrong."""

    def __init__(self, runtime: Runtime, asked: Asked, kind: Kind | None) -> None:
        self._runtime, self._asked, self._kind = runtime, asked, kind
        self.faults: list[Finding] = []

    def run(self) -> Wanted | None:
        """Give what is wanted, unless there are faults."""
        asked, kind = self._asked, self._kind
        institution = asked.institution or asked.name
        self._names(institution)
        filters = self._filters()
        if kind is None:
            self._fault("--kind", f"is {_quoted(asked.kind)}", f"one of {', '.join(offered())}")
            return None
        address = self._path() if kind.files else self._url("--base-url", asked.base_url, kind.address)
        auth = self._auth(kind)
        self._client(auth)
        self._token_url(kind, auth)
        secret, secrets = self._secret(auth)
        return Wanted(
            asked.name, kind, address, auth, asked.client_id, asked.token_url, institution, filters,
            asked.insecure_http and not kind.files, secret, secrets,
        )  # fmt: skip

    def _fault(self, option: str, found: str, expected: str | None = None, remedy: str | None = None) -> None:
        self.faults.append(Finding(CODE, Severity.ERROR, option, None, expected, found, remedy=remedy))

    def _names(self, institution: str) -> None:
        if not re.fullmatch(SLUG.strip("^$"), self._asked.name) or len(self._asked.name) > _NAME:
            expected = f"lower-case letters, digits and single dashes between them, {_NAME} at most"
            self._fault("NAME", f"is {_quoted(self._asked.name)}", expected)
        if not institution.strip() or len(institution) > _INSTITUTION or _CONTROL.search(institution):
            self._fault("--institution", "can't be a name", f"a line of 1 to {_INSTITUTION} characters")

    def _filters(self) -> Filters:
        rules = []
        can = self._kind.filters if self._kind else ()
        for option, said in (("--include", self._asked.include), ("--exclude", self._asked.exclude)):
            read, bad = read_rules(said)
            rules.append(read)
            for part in bad:
                self._fault(option, f"has {_quoted(part)}", "school=..., term=... or course=...")
            for name in read if self._kind else ():
                if name not in can:
                    self._fault(option, f"names a {name}, which {self._asked.kind} does not tell", " or ".join(can))
        return Filters(*rules)

    def _path(self) -> str:
        path = Path(self._asked.base_url)
        for fault in _path_faults(path):
            self._fault("--base-url", fault, "the absolute path of a folder or a zip file")
        return str(path)

    def _url(self, option: str, url: str, expected: str) -> str:
        fault = fault_of(url, insecure_http=self._asked.insecure_http)
        if fault:
            remedy = "Give --insecure-http if it must be." if "not https" in fault else None
            self._fault(option, fault, expected, remedy)
        return url.rstrip("/")

    def _auth(self, kind: Kind) -> str | None:
        said = self._asked.auth
        if kind.files:
            if said is not None:
                self._fault("--auth", f"is given, and {kind.name} needs none", "nothing")
            return None
        if said is not None and said not in kind.auths:
            known = "is taken by other kinds" if said in AUTHS else f"is {_quoted(said)}"
            self._fault("--auth", known, f"{' or '.join(kind.auths)} for {kind.name}")
            return None
        return said or kind.auths[0]

    def _client(self, auth: str | None) -> None:
        said = self._asked.client_id
        if auth not in WITH_CLIENT:
            known_not_to = auth is not None or (self._kind is not None and self._kind.files)
            if said is not None and known_not_to:
                self._fault("--client-id", f"is given, and {auth or self._asked.kind} has none", "nothing")
            return
        what = WITH_CLIENT[auth]
        if not said:
            self._fault("--client-id", "is missing", f"the {what}: {auth} needs one")
        elif len(said) > _CLIENT or not _can_be_client(said, auth):
            self._fault("--client-id", f"can't be a {what}", f"{_CLIENT} characters at most, as the vendor gave them")

    def _token_url(self, kind: Kind, auth: str | None) -> None:
        said = self._asked.token_url
        if said is not None and auth == OAUTH2:
            self._url("--token-url", said, "the address where oauth2 fetches tokens")
        elif said is not None and (auth is not None or kind.files):
            self._fault("--token-url", f"is given, and {auth or kind.name} fetches no token", "nothing")
        elif said is None and auth == OAUTH2 and kind.needs_token_url:
            self._fault(
                "--token-url", "is missing", f"the address where tokens are fetched: {kind.name} has no usual one"
            )

    def _secret(self, auth: str | None) -> tuple[SecretStr | None, Secrets | None]:
        origin = self._asked.origin
        if auth is None:
            if not origin.asks and self._kind is not None and self._kind.files:
                option = "--secret-file" if origin.file else "--secret-env"
                self._fault(option, f"is given, and {self._asked.kind} needs no secret", "nothing")
            return None, None
        secret, secrets = None, None
        try:
            if self._kind and (self._kind.key or not origin.asks):
                secret = read_secret(self._runtime, origin, self._kind, auth)
        except BadSecretError as error:
            self._fault(f"the {self._kind.secret(auth) if self._kind else 'secret'}", error.message, None, error.remedy)
        try:
            secrets = open_secrets(self._runtime.settings)
        except ConfigurationError as error:
            self._fault("TOOLBOX_SECRET_KEYS", error.message, remedy=error.remedy)
        return secret, secrets


def _path_faults(path: Path) -> Iterator[str]:
    try:
        if not path.is_absolute():
            yield "is no absolute path: jobs run in other folders"
        elif len(str(path)) > LONGEST:
            yield f"is longer than {LONGEST} characters"
        elif not path.exists():
            yield "leads to nothing"
        elif path.is_file() and not zipfile.is_zipfile(path):
            yield "leads to a file that is no zip file"
        elif not path.is_file() and not path.is_dir():
            yield "leads to neither a folder nor a file"
    except (OSError, ValueError):
        yield "can't be looked at"


def _can_be_client(said: str, auth: str) -> bool:
    if auth == BASIC:
        return ":" not in said and not _CONTROL.search(said)
    return _VISIBLE.fullmatch(said) is not None


def _quoted(text: str) -> str:
    short = text if len(text) <= 60 else f"{text[:57]}..."
    return ascii(short) if _CONTROL.search(short) else f"'{short}'"
