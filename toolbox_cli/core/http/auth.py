"""How requests are signed: each try anew, and only for the origin that the secret is meant for."""

import base64
import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from oauthlib.oauth1 import Client as Signer  # type: ignore[import-untyped]

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import UnexpectedReplyError

_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Outgoing:
    """A request as it is about to be sent.

    Attributes:
        form: the encoded body, where it is a form: some signatures cover it.
    """

    method: str
    url: str
    form: str | None = None


class Exchange(Protocol):
    """What an auth asks for a token with: posts a form, unsigned; nothing of it is ever shown."""

    clock: Clock

    def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        """Give what the token endpoint answers.

        Raises:
            HttpError: no answer, or none with a token.
        """
        ...


class Auth(Protocol):
    """Signs requests."""

    @property
    def secrets(self) -> Sequence[str]:
        """What must be shown nowhere; may grow with each token."""
        ...

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        """Give the headers that sign this try."""
        ...

    def renew(self) -> bool:
        """Hear that the server answered 401; gives whether another try would be signed by something else."""
        ...


@dataclass(frozen=True)
class Anonymous:
    """Signs nothing."""

    secrets: Sequence[str] = ()

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        return {}

    def renew(self) -> bool:
        return False


@dataclass(frozen=True)
class Bearer:
    """A token that somebody made for us.

    Raises:
        ConfigurationError: it can't stand in a header.
    """

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        _visible("token", self.token)

    @property
    def secrets(self) -> Sequence[str]:
        return (self.token,)

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def renew(self) -> bool:
        return False


@dataclass(frozen=True)
class Basic:
    """User name and password."""

    username: str
    password: str = field(repr=False)

    @property
    def secrets(self) -> Sequence[str]:
        return (self.password, _basic(self.username, self.password))

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        return {"Authorization": f"Basic {_basic(self.username, self.password)}"}

    def renew(self) -> bool:
        return False


@dataclass(frozen=True)
class OAuth1:
    """OAuth 1.0a with key and secret alone (two legs); a fresh nonce and time at each try.

    Attributes:
        token: None is not sent; some servers want an empty one.

    Source:
        RFC 5849. A JSON body stays outside the signature, as section 3.4.1.3.1 has it.
    """

    key: str
    secret: str = field(repr=False)
    method: Literal["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] = "HMAC-SHA1"
    token: Literal[""] | None = None

    def __post_init__(self) -> None:
        _visible("key", self.key)

    @property
    def secrets(self) -> Sequence[str]:
        return (self.secret,)

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        signer = (Signer if self.token is None else _TokenSigner)(
            self.key,
            client_secret=self.secret,
            signature_method=self.method,
            timestamp=str(int(exchange.clock.now().timestamp())),
        )
        given = {"Content-Type": _FORM} if outgoing.form else {}
        _, signed, _ = signer.sign(outgoing.url, outgoing.method, outgoing.form or None, given)
        return {"Authorization": signed["Authorization"]}

    def renew(self) -> bool:
        return False


class _TokenSigner(Signer):  # type: ignore[misc]
    """Signs with an empty token, which oauthlib leaves out."""

    def get_oauth_params(self, request: Any) -> list[tuple[str, str]]:
        return [*super().get_oauth_params(request), ("oauth_token", "")]


@dataclass(frozen=True)
class Grant:
    """What a token is asked for with.

    Attributes:
        form: without `scope`, which is added.
        basic: client id and secret, where they go into a header.
    """

    form: Mapping[str, str] = field(repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)


class TokenAuth:
    """OAuth 2: a token fetched when it is needed, kept until shortly before its end, and once anew after a 401.

    Args:
        token_url: the endpoint, on whatever origin.
        grant: makes the grant anew for each token, such as a signed assertion.
        scopes: sent with a space between them.
        secrets: what must be shown nowhere, besides the tokens.
    """

    def __init__(
        self,
        token_url: str,
        grant: Callable[[datetime.datetime], Grant],
        *,
        scopes: Sequence[str] = (),
        secrets: Sequence[str] = (),
    ) -> None:
        self.token_url = token_url
        self._grant = grant
        self._scopes = tuple(scopes)
        self._secrets = list(secrets)
        self._token: str | None = None
        self._ends_at: datetime.datetime | None = None

    def __repr__(self) -> str:
        return f"TokenAuth({self.token_url!r}, scopes={self._scopes!r})"

    @property
    def secrets(self) -> Sequence[str]:
        return tuple(self._secrets)

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        if self._token is None or (self._ends_at is not None and exchange.clock.now() >= self._ends_at):
            self._fetch(exchange)
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        self._token = None
        return True

    def _fetch(self, exchange: Exchange) -> None:
        now = exchange.clock.now()
        grant = self._grant(now)
        form = {**grant.form, "scope": " ".join(self._scopes)} if self._scopes else grant.form
        headers = {"Authorization": f"Basic {_basic(*grant.basic)}"} if grant.basic else {}
        given = exchange(self.token_url, form, headers)
        token = given.get("access_token")
        if not isinstance(token, str) or not _VISIBLE.fullmatch(token):
            raise UnexpectedReplyError("The token endpoint answered without a usable access_token.")
        self._token, self._ends_at = token, _end(now, given.get("expires_in"))
        self._secrets.append(token)


def client_credentials(
    token_url: str,
    client_id: str,
    client_secret: str,
    *,
    scopes: Sequence[str] = (),
    sent_in: Literal["header", "form"] = "header",
) -> TokenAuth:
    """Sign in by client id and secret; `sent_in` is where the token endpoint wants the two."""
    kind = {"grant_type": "client_credentials"}
    if sent_in == "header":
        grant = Grant(kind, (client_id, client_secret))
    else:
        grant = Grant({**kind, "client_id": client_id, "client_secret": client_secret})
    return TokenAuth(token_url, lambda _: grant, scopes=scopes, secrets=(client_secret,))


def _end(now: datetime.datetime, expires_in: object) -> datetime.datetime | None:
    """Give when a token is to be replaced: a little early, since a call takes its time too."""
    try:
        seconds = float(str(expires_in))
        return now + datetime.timedelta(seconds=seconds - min(30.0, seconds / 10))
    except (ValueError, OverflowError):
        return None


def _basic(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode()


def _visible(what: str, value: str) -> None:
    if not _VISIBLE.fullmatch(value):
        raise ConfigurationError(
            f"The {what} is empty or holds characters that no {what} can hold, such as a blank or a line end.",
            remedy=f"Give the {what} again.",
        )
