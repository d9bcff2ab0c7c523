"""Signing in without a person: an assertion that our key signs, for a token that lasts an hour.

Source: 1EdTech Security Framework 1.0, section 4; RFC 7523.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from toolbox_cli.core.errors import ConfigurationError, MissingExtraError
from toolbox_cli.core.http.auth import Exchange, Grant, Outgoing, TokenAuth
from toolbox_cli.core.http.errors import UnauthorizedError
from toolbox_cli.core.http.pacing import server_time
from toolbox_cli.lms.sources.connecting.kinds import PublicHalf

try:
    from joserfc import jwt
    from joserfc.jwk import RSAKey
except ImportError:
    jwt = None  # type: ignore[assignment]

SMALLEST_BITS: Final = 2048
MAKE_KEY: Final = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
EARLY: Final = datetime.timedelta(seconds=30)
"""How long before now an assertion begins: a platform whose clock is behind ours would call it one of the future."""
LASTS: Final = datetime.timedelta(seconds=210)
"""How long an assertion is good for, from then on; platforms refuse more than five minutes."""
SAME_TIME: Final = datetime.timedelta(seconds=30)
FOLLOWED: Final = datetime.timedelta(days=1)
"""A clock that is further away than this is wrong in a way that should be looked at, not followed."""

_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Signature:
    """Our key, as one platform knows us.

    Args:
        pem: an RSA key in PEM, not encrypted.
        client_id: ours there.
        audience: whom assertions are for: the token address, where the platform names nothing else.
        key_id: under which our public key is known there; None is the key's thumbprint.

    Raises:
        MissingExtraError: joserfc is not installed.
        ConfigurationError: the key is none, or too weak.
    """

    def __init__(self, pem: str, client_id: str, audience: str, key_id: str | None = None) -> None:
        if jwt is None:
            raise MissingExtraError("joserfc", "lti")
        self._key = RSAKey.import_key(_private(pem))
        self._client_id, self._audience = client_id, audience
        self._key_id = key_id or self._key.thumbprint()

    def assertion(self, now: datetime.datetime) -> str:
        """Sign who we are, for once."""
        begins = now - EARLY
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._audience,
            "iat": int(begins.timestamp()),
            "exp": int((begins + LASTS).timestamp()),
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": self._key_id}, claims, self._key)

    def grant(self, now: datetime.datetime) -> Grant:
        form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION}
        return Grant({**form, "client_assertion": self.assertion(now)})


def public_half(pem: str, key_id: str | None = None) -> PublicHalf:
    """Give what a platform needs of our key.

    Args:
        pem: the private key.
        key_id: as `Signature` takes it.

    Raises:
        MissingExtraError: joserfc is not installed.
        ConfigurationError: the key is none, or too weak.
    """
    if jwt is None:
        raise MissingExtraError("joserfc", "lti")
    key = RSAKey.import_key(_private(pem))
    named = key_id or key.thumbprint()
    jwk = {**key.as_dict(private=False), "kid": named, "alg": "RS256", "use": "sig"}
    return PublicHalf(named, jwk, key.as_pem(private=False).decode().strip())


class AssertionAuth(TokenAuth):
    """Tokens for assertions; dates them by the platform's clock where ours is so far off that it refuses them."""

    def __init__(self, token_url: str, signature: Signature, scopes: Sequence[str], *, pem: str) -> None:
        super().__init__(token_url, lambda now: signature.grant(now + self._ahead), scopes=scopes, secrets=(pem,))
        self._ahead = datetime.timedelta()

    def headers(self, outgoing: Outgoing, exchange: Exchange) -> Mapping[str, str]:
        try:
            return super().headers(outgoing, exchange)
        except UnauthorizedError as error:
            ahead = _ahead(error, exchange.clock.now())
            if abs(ahead) > FOLLOWED:
                error.remedy = f"Set this machine's clock: it is {_apart(ahead)} the platform's."
            if abs(ahead) > FOLLOWED or abs(ahead - self._ahead) <= SAME_TIME:
                raise
        self._ahead = ahead
        return super().headers(outgoing, exchange)


def _ahead(error: UnauthorizedError, now: datetime.datetime) -> datetime.timedelta:
    """Give how much the platform's clock is ahead of ours."""
    return server_time(error.reply.headers, now) - now if error.reply else datetime.timedelta()


def _apart(ahead: datetime.timedelta) -> str:
    hours = abs(ahead) // datetime.timedelta(hours=1)
    return f"{hours} hours {'behind' if ahead > datetime.timedelta() else 'ahead of'}"


def _private(pem: str) -> RSAPrivateKey:
    """Read the key.

    Raises:
        ConfigurationError: it is none for this; nothing of it is shown.
    """
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(
            "The secret of this integration is no private key in PEM, or it is encrypted.",
            remedy=f"Make one with: {MAKE_KEY} and give its public half to the platform.",
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST_BITS:
        raise ConfigurationError(
            f"The key of this integration is not RSA of {SMALLEST_BITS} bits or more, which LTI asks for.",
            remedy=f"Make one with: {MAKE_KEY} and give its public half to the platform.",
        )
    return key
