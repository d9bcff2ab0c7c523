"""Who is told."""

from typing import Protocol

from pydantic import SecretStr

from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.settings import Settings
from toolbox_cli.lms.jobs.notices.mail import Mail
from toolbox_cli.lms.jobs.notices.notice import Notice
from toolbox_cli.lms.jobs.notices.webhook import Webhook


class Teller(Protocol):
    """A way to reach a person."""

    @property
    def name(self) -> str: ...

    def send(self, notice: Notice) -> str | None:
        """Send a notice; gives why that failed, or None."""
        ...


def tellers(settings: Settings, url: str | None, clock: Clock | None = None) -> tuple[Teller, ...]:
    """Give the ways that are configured.

    Args:
        settings: the configuration.
        url: a webhook in place of the configured one.
        clock: time as the transport sees it.

    Raises:
        ConfigurationError: one of them can't be used; better to hear of it before the first failure.
    """
    clock = clock or Clock()
    address = SecretStr(url) if url is not None else settings.notify.url
    found: list[Teller] = [Webhook(address, settings.notify.secret, clock)] if address is not None else []
    if settings.smtp.host is not None:
        found.append(Mail(settings.smtp, clock.sleep))
    return tuple(found)
