"""All that an adapter is given to open its source."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.settings.reading import Settings
from toolbox_cli.lms.sources.connecting.filters import Filters


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
    settings: Settings = field(default_factory=Settings)
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
