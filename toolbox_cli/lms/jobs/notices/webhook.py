"""Tell a webhook, signed where there is a secret."""

import hashlib
import hmac
import json
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.client import Call, Client
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.http.hosts import is_loopback
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.jobs.notices.notice import Notice

SIGNATURE: Final = "X-Toolbox-Signature"
TIMESTAMP: Final = "X-Toolbox-Timestamp"
LIMITS: Final = Limits(
    connect_s=5, read_s=10, total_s=20, body_bytes=1 << 20, attempts=4, wait_initial_s=0.5, wait_max_s=5, patience_s=15
)


class Webhook:
    """Where a notice is posted.

    Args:
        url: the address; it may hold a secret, so no message shows more of it than its origin.
        secret: signs what is sent.

    Raises:
        ConfigurationError: the address is none, or not https.
    """

    def __init__(self, url: SecretStr, secret: SecretStr | None = None, clock: Clock | None = None) -> None:
        self._secret, self._clock = secret, clock or Clock()
        self._origin, self._path = _parts(url.get_secret_value())

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"The webhook at {self._origin}"

    def send(self, notice: Notice) -> str | None:
        """Post a notice; gives why that failed, or None.

        Effects: network; up to four tries, each with the same id and body.
        """
        body = json.dumps(notice.document(), allow_nan=False).encode()
        moment = str(int(notice.at.timestamp()))
        headers = {"Content-Type": "application/json", TIMESTAMP: moment}
        if self._secret is not None:
            headers[SIGNATURE] = signature(self._secret.get_secret_value(), moment, body)
        call = Call("POST", self._path, body=body, headers=headers, idempotent=True)
        try:
            with Client(self._origin, limits=LIMITS, clock=self._clock) as client:
                client.send(call)
        except HttpError as error:  # its message may hold the whole address
            return _reason(error)
        return None


def signature(secret: str, moment: str, body: bytes) -> str:
    """Sign a body: HMAC-SHA256 of the timestamp, a full stop and the body.

    Example:
        >>> signature("key", "1700000000", b"{}")[:16]
        'sha256=9d713ed40'
    """
    signed = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _reason(error: HttpError) -> str:
    if error.status is not None:
        return f"it answered {error.status}"
    told = type(error).__doc__ or ""
    return told[:1].lower() + told[1:].rstrip(".")


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not secure or not parts.hostname or "@" in parts.netloc or not url.isascii() or not url.isprintable():
        raise ConfigurationError(
            "The webhook's address is not one that begins with https:// and a host.",
            remedy="Check --notify-url or TOOLBOX_NOTIFY_URL; a password has no place in it.",
        )
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", f"{parts.path or '/'}{query}"
