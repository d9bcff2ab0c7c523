"""Tell people by mail."""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.hosts import is_loopback
from toolbox_cli.core.settings import SmtpSecurity, SmtpSettings
from toolbox_cli.lms.jobs.notices.notice import Notice

TIMEOUT_S: Final = 20
TRIES: Final = 3
_PORTS: Final = {SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465, SmtpSecurity.NONE: 25}


class Mail:
    """A mail server that takes a notice.

    Args:
        settings: which server, and who the message is from and for.
        sleep: waits between tries.

    Raises:
        ConfigurationError: something is missing, or the password would be sent in the clear.
    """

    def __init__(self, settings: SmtpSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings, self._sleep = settings, sleep
        self._host, self._sender, self._recipients = _whole(settings)
        self._tls = None if settings.security is SmtpSecurity.NONE else _context(settings)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"The mail server {self._host}"

    def send(self, notice: Notice) -> str | None:
        """Send a notice; gives why that failed, or None.

        Effects: network; up to three tries where the failure may pass, each with the same Message-ID.
        """
        message = self._message(notice)
        for left in reversed(range(TRIES)):
            try:
                self._deliver(message)
            except (smtplib.SMTPException, OSError) as error:
                if not left or not _may_pass(error):
                    return _reason(error)
                self._sleep(0.25 * 2 ** (TRIES - 1 - left))
            else:
                return None
        raise AssertionError  # pragma: no cover

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, self._recipients, notice.subject
        message["Date"] = format_datetime(notice.at)
        message["Message-ID"] = f"<{notice.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content("\n\n".join(notice.lines) + "\n")
        return message

    def _deliver(self, message: EmailMessage) -> None:
        with self._connect() as server:
            if self._settings.security is SmtpSecurity.STARTTLS:
                server.starttls(context=self._tls)
            if self._settings.user is not None and self._settings.password is not None:
                server.login(self._settings.user, self._settings.password.get_secret_value())
            refused = server.send_message(message)
            if refused:
                raise smtplib.SMTPRecipientsRefused(refused)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        port = settings.port or _PORTS[settings.security]
        ours = socket.gethostname()  # not the full name, which a name server would be asked for
        if settings.security is SmtpSecurity.TLS:
            return smtplib.SMTP_SSL(self._host, port, local_hostname=ours, timeout=TIMEOUT_S, context=self._tls)
        return smtplib.SMTP(self._host, port, local_hostname=ours, timeout=TIMEOUT_S)


def _whole(settings: SmtpSettings) -> tuple[str, str, str]:
    host, sender, recipients = settings.host, settings.sender, settings.recipients
    if not host or not sender or not recipients:
        raise ConfigurationError("Mail needs smtp.host, smtp.sender and smtp.recipients.")
    if (settings.user is None) != (settings.password is None):
        raise ConfigurationError("smtp.user and smtp.password go together.")
    if settings.password is not None and settings.security is SmtpSecurity.NONE and not is_loopback(host):
        raise ConfigurationError(
            f"The password for the mail server {host} would be sent in the clear.",
            remedy="Set smtp.security to starttls or tls.",
        )
    return host, sender, recipients


def _context(settings: SmtpSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise ConfigurationError(f"smtp.ca_file {settings.ca_file} can't be read: {error.strerror}.") from None


def _may_pass(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
        return False
    return not isinstance(error, ssl.SSLError)


def _reason(error: Exception) -> str:
    """Say what went wrong; a server's own words may hold addresses."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it does not take user and password"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it does not take a recipient"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what the settings ask for, such as STARTTLS"
    if isinstance(error, ssl.SSLError):
        return "its certificate was not accepted, or it speaks no TLS there"
    return "it can't be connected to, or hung up"
