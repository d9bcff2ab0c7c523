"""inner_edu over its REST API, which openapi.yaml describes."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.client import Call, Client, Parameters
from toolbox_cli.core.http.errors import HttpError, UnexpectedReplyError
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.reply import READS, Reply
from toolbox_cli.core.settings import InnerEduSettings
from toolbox_cli.quests.inner_edu.api.shapes import PAGE, Elsewhere, Progress, ProgressPage, QuestPage, Service

M = TypeVar("M", bound=BaseModel)

LIMITS: Final = Limits(
    read_s=30, total_s=60, body_bytes=4 << 20, pages=500, attempts=4, patience_s=60, breaker_failures=3
)
ASKED_AT_ONCE: Final = 50
"""Quests whose progress is asked for in one request."""

SOURCE: Final = "pas_in_peace"
_HERE: Final = {"localhost", "127.0.0.1", "::1"}


class InnerEdu:
    """The other side; not for several threads at once.

    Messages of its errors quote nothing that it answered: that may be what a parent wrote, or how a child fares.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._keeps_keys = False

    def __enter__(self) -> "InnerEdu":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def greet(self) -> None:
        """Ask whether it is inner_edu, and whether writes with a key may be repeated.

        Raises:
            HttpError: it is not, or can't be asked.
        """
        self._keeps_keys = self._send(Call("GET", "service"), Service).idempotency_keys

    def quests(self) -> list[Elsewhere]:
        """Give all quests that are there from our side."""
        pages = self._pages("quests", {"source": SOURCE, "limit": PAGE}, QuestPage)
        return [quest for page in pages for quest in page.quests]

    def create(self, quest: Mapping[str, Any]) -> Elsewhere:
        """Make a quest, given as the API's NewQuest; 409 where there is one of that name."""
        return self._write(Call("POST", "quests", json={**quest, "source": SOURCE}))

    def update(self, there: Elsewhere, quest: Mapping[str, Any]) -> Elsewhere:
        """Replace the content of a quest, if it still has the revision that we know."""
        body = {name: quest[name] for name in ("content_hash", "content")}
        call = Call("PUT", f"quests/{there.id}", json=body, headers={"If-Match": f'"{there.revision}"'})
        return self._write(call)

    def deploy(self, there: Elsewhere) -> Elsewhere:
        """Let children play a quest as it is there."""
        call = Call("PUT", f"quests/{there.id}/deployment", json={"revision": there.revision})
        return self._write(call)

    def withdraw(self, there: Elsewhere) -> Elsewhere:
        """Let children play a quest no more, whatever its revision."""
        return self._send(Call("DELETE", f"quests/{there.id}/deployment", idempotent=True), Elsewhere)

    def progress(self, keys: Sequence[uuid.UUID]) -> Iterator[Progress | None]:
        """Give how far the children of quests' authors came in them; None for each record that is none.

        Args:
            keys: of the quests, `ASKED_AT_ONCE` at most.
        """
        for page in self._pages("progress", {"quest": [str(key) for key in keys]}, ProgressPage):
            yield from map(_progress, page.progress)

    def _write(self, call: Call) -> Elsewhere:
        """Write under a key of its own, which all tries of this write share and no other write has."""
        headers = {**call.headers, "Idempotency-Key": str(uuid.uuid4())}
        return self._send(replace(call, headers=headers, idempotent=self._keeps_keys), Elsewhere)

    def _send(self, call: Call, shape: type[M]) -> M:
        asked = f"{call.method} {self._client.base_url}/{call.path}"
        try:
            reply = self._client.send(call)
        except HttpError as error:
            raise _discreet(error, asked) from None
        return _read(reply, shape, asked)

    def _pages(self, path: str, params: Parameters, shape: type[M]) -> Iterator[M]:
        pages, asked = self._client.pages(path, params), f"GET {self._client.base_url}/{path}"
        for number in count(1):
            try:
                reply = next(pages, None)
            except HttpError as error:
                raise _discreet(error, asked, number) from None
            if reply is None:
                return
            yield _read(reply, shape, asked)


def open_inner_edu(settings: InnerEduSettings) -> InnerEdu:
    """Give the other side as it is configured.

    Raises:
        ConfigurationError: address or token is missing, or the token would go over the open net.
    """
    if not settings.url or not settings.token:
        raise ConfigurationError(
            "It is not configured where inner_edu is, or with which token it is asked.",
            remedy="Set TOOLBOX_INNER_EDU_URL and TOOLBOX_INNER_EDU_TOKEN_FILE, or inner_edu in toolbox.yaml.",
        )
    auth = Bearer(settings.token.get_secret_value())
    client = Client(settings.url, auth, limits=LIMITS, ca_file=settings.ca_file)
    parts = urlsplit(client.base_url)
    if parts.scheme != "https" and parts.hostname not in _HERE:
        raise ConfigurationError("The address of inner_edu begins with http://.", remedy="Give one with https://.")
    return InnerEdu(client)


def _read(reply: Reply, shape: type[M], asked: str) -> M:
    try:
        return shape.model_validate_json(reply.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "its body"
        raise UnexpectedReplyError(
            f"{asked} was answered {reply.status}, with what the API does not describe ({place}: {first['type']}).",
            remedy="Check the address of inner_edu, and its version.",
            reply=reply,
            doubtful=reply.method not in READS,
        ) from None


def _progress(item: Any) -> Progress | None:
    try:
        return Progress.model_validate_json(json.dumps(item))
    except ValueError:
        return None


def _discreet(error: HttpError, asked: str, page: int = 1) -> HttpError:
    """Give an error without what the server answered: its body, and the addresses that it leads to."""
    if error.reply is not None:
        message = f"{asked} was answered {error.reply.status}."
    elif page > 1:
        message = f"{asked}, page {page}: {type(error)().message}"
    else:
        return error
    return type(error)(
        message, remedy=error.remedy, reply=error.reply, doubtful=error.doubtful, retry_after_s=error.retry_after_s
    )
