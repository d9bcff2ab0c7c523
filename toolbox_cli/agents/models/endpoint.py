"""The endpoint that the configuration names."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.http.hosts import is_loopback, proxy_of
from toolbox_cli.core.sections import ModelProvider, ModelSettings
from toolbox_cli.core.settings import CODE

ANTHROPIC_URL: Final = "https://api.anthropic.com"

_SENDABLE: Final = re.compile(r"[\x21-\x7e]+")
_MILLION: Final = 1_000_000
_SMALLEST: Final = Decimal("0.000001")


@dataclass(frozen=True)
class Prices:
    """Of a million tokens, in and out, in US dollars."""

    tokens_in: Decimal
    tokens_out: Decimal

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Give what so many tokens cost, to a millionth."""
        return ((self.tokens_in * tokens_in + self.tokens_out * tokens_out) / _MILLION).quantize(_SMALLEST)


@dataclass(frozen=True)
class Endpoint:
    """Whom to ask, and how much of it; see the settings of the same names.

    Attributes:
        proxy: through which it is reached; None where it is reached straight.
        wait_s: before the second try of a request, where the server names no time; doubled before the third.
    """

    provider: ModelProvider
    url: str
    name: str
    key: SecretStr | None = field(repr=False)
    ca_file: Path | None
    proxy: str | None = field(repr=False)
    timeout_s: float
    patience_s: float
    max_tokens: int
    budget_tokens: int
    budget_cost: Decimal | None
    prices: Prices | None
    wait_s: float = 0.5


def endpoint(settings: ModelSettings) -> Endpoint | None:
    """Give the endpoint to ask; None where none is configured.

    Raises:
        ConfigurationError: with every fault as a finding; or the environment names a proxy that is none.
    """
    if settings.provider is None:
        return None
    url = settings.url or (ANTHROPIC_URL if settings.provider is ModelProvider.ANTHROPIC else "")
    faults = [*_faults(settings, url)]
    if faults:
        raise ConfigurationError("The language model can't be asked so.", findings=faults)
    prices = settings.price_in is not None and settings.price_out is not None
    return Endpoint(
        provider=settings.provider,
        url=url.rstrip("/"),
        name=settings.name or "",
        key=settings.key,
        ca_file=settings.ca_file,
        proxy=proxy_of(url),
        timeout_s=settings.timeout_s,
        patience_s=settings.patience_s,
        max_tokens=settings.max_tokens,
        budget_tokens=settings.budget_tokens,
        budget_cost=settings.budget_cost,
        prices=Prices(settings.price_in or Decimal(), settings.price_out or Decimal()) if prices else None,
    )


def _faults(settings: ModelSettings, url: str) -> Iterator[Finding]:
    if not settings.name:
        yield _fault("name", "there is none", "Give the model's name as its endpoint has it.")
    if not _is_base(url):
        yield _fault("url", "is no base address", "Give scheme, host and path, without user, query or fragment.")
    elif settings.key is not None and _is_clear(url):
        yield _fault("url", "the key would be sent in the clear", "Give an address with https, or no key.")
    if settings.key is not None and not _SENDABLE.fullmatch(settings.key.get_secret_value()):
        yield _fault("key", "holds characters that no key can hold, such as a blank or a line end", "Give it again.")
    if settings.provider is ModelProvider.ANTHROPIC and settings.key is None:
        yield _fault("key", "there is none", "Anthropic's endpoints answer nobody without a key.")
    if settings.ca_file is not None and (found := _unreadable(settings.ca_file)):
        yield _fault("ca_file", found, "Name a file with certificates in PEM.")
    if (settings.price_in is None) != (settings.price_out is None):
        yield _fault("price_in", "one of two prices is missing", "Give price_in and price_out.")
    elif settings.budget_cost is not None and settings.price_in is None:
        yield _fault("budget_cost", "no prices are known", "Give price_in and price_out, or no budget_cost.")


def _fault(name: str, found: str, remedy: str) -> Finding:
    return Finding(CODE, Severity.ERROR, f"agents.model.{name}", found=found, remedy=remedy)


def _is_base(url: str) -> bool:
    try:
        parts = urlsplit(url)
        held = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    plain = "@" not in parts.netloc and not parts.query and not parts.fragment
    return bool(held) and parts.scheme in {"http", "https"} and plain and _SENDABLE.fullmatch(url) is not None


def _is_clear(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _unreadable(file: Path) -> str | None:
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        return "it holds no certificates that can be read"
    except OSError as error:
        return error.strerror or "it can't be read"
    return None
