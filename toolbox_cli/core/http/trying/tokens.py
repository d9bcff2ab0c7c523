"""Asks token endpoints; what goes there and what comes back is shown nowhere."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import HttpError, RejectedError, UnauthorizedError, UnexpectedReplyError
from toolbox_cli.core.http.pacing import Pace
from toolbox_cli.core.http.redaction import Redactor, is_secret
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.core.http.trying.judging import judge
from toolbox_cli.core.http.trying.sending import Sender


class TokenEndpoint:
    """Posts a form, and gives the JSON object that comes; redirects are not followed, the secret stays where it is."""

    def __init__(self, sender: Sender, pace: Pace, clock: Clock, redactor: Redactor) -> None:
        self._sender, self._pace, self._redactor = sender, pace, redactor
        self.clock = clock

    def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        self._redactor.learn(*(value for name, value in form.items() if is_secret(name)))
        self._redactor.learn(*(value.partition(" ")[2] for value in headers.values()))
        kind = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        try:
            reply = self._sender.send("POST", url, kind, urlencode(form).encode())
            return self._token_in(reply)
        except HttpError as error:
            error.doubtful = False  # a token asked for in vain changes nothing
            raise

    def _token_in(self, reply: Reply) -> Mapping[str, Any]:
        error = judge(reply, self._pace, self.clock.now(), ())
        if isinstance(error, RejectedError | UnauthorizedError):
            raise UnauthorizedError(
                f"{reply.place} gives us no token: {reply.excerpt or reply.status}",
                remedy="Check client id, secret and scopes of this integration.",
                reply=reply,
            )
        if error is not None:
            raise error
        try:
            return reply.json(dict)
        except UnexpectedReplyError:
            raise UnexpectedReplyError(
                f"{reply.place} answered {reply.status}, but no token.",
                remedy="Check the token address of this integration.",
            ) from None
