"""All that an adapter is given to open its source."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.connecting.filters import Filters
from toolbox_cli.lms.sources.records import Role


@dataclass(frozen=True)
class Connection:
    """One connection to one system.

    Attributes:
        kind: of system, as `--kind` names it.
        base_url: its root address; of files, the path of their folder or zip file.
        auth: oauth2, oauth1, token or basic; None where nobody signs in.
        secret: what goes with the auth: client secret, consumer secret, token or password.
        token_url: where tokens are fetched, where that is not the system's usual address.
        settings: what differs from the usual at this integration.
        filters: courses that are read; the adapter need not mind them.
        limits: of the transport; None is what the adapter holds right.
    """

    kind: str
    base_url: str
    auth: str | None = None
    client_id: str | None = None
    secret: SecretStr | None = None
    token_url: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    clock: Clock = field(default_factory=Clock)
    limits: Limits | None = None

    @property
    def opened_secret(self) -> str:
        """The secret in the clear, for the adapter that signs with it.

        Raises:
            ConfigurationError: there is none.
        """
        if self.secret is None:
            raise ConfigurationError("The integration has no secret to sign in with.")
        return self.secret.get_secret_value()

    @property
    def client(self) -> str:
        """The public half of the credentials.

        Raises:
            ConfigurationError: there is none.
        """
        if not self.client_id:
            raise ConfigurationError(f"The integration has no client id, and {self.auth} needs one.")
        return self.client_id

    @property
    def zone(self) -> zoneinfo.ZoneInfo | None:
        """The zone of moments that come without one; None where nobody said.

        Raises:
            ConfigurationError: there is no such zone.
        """
        said = self.settings.get("zone")
        try:
            return None if said is None else zoneinfo.ZoneInfo(said)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise ConfigurationError(f"The integration's time zone {said!r} is none.") from None

    @property
    def roles(self) -> dict[str, Role]:
        """What words for roles mean that are the institution's own.

        Raises:
            ConfigurationError: a role is none of ours.
        """
        said = self.text_map("roles")
        try:
            return {word: Role(role) for word, role in said.items()}
        except ValueError:
            known = ", ".join(role.value for role in Role)
            raise ConfigurationError(f"The integration's roles name one that is not among {known}.") from None

    @property
    def ca_file(self) -> Path | None:
        """Certificates to trust instead of the usual ones."""
        said = self.text("ca_file")
        return Path(said) if said else None

    def text(self, name: str) -> str | None:
        """Give a setting that is text.

        Raises:
            ConfigurationError: it is something else.
        """
        said = self.settings.get(name)
        if said is not None and not isinstance(said, str):
            raise ConfigurationError(f"The integration's setting {name} is no text.")
        return said

    def text_map(self, name: str) -> Mapping[str, str]:
        """Give a setting that is texts by name.

        Raises:
            ConfigurationError: it is something else.
        """
        said = self.settings.get(name, {})
        if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
            raise ConfigurationError(f"The integration's setting {name} is no object of texts.")
        return said
