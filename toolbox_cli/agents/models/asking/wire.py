"""The two wire formats, by pydantic-ai: one request goes out, and its answer comes in whole or not at all.

Of pydantic-ai this takes the models and providers, and no agent: what is repeated and what is asked again is decided
where the budget is held. Only this module imports it, and only when somebody is asked.
"""

import datetime
import importlib.util
import logging
import ssl
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from toolbox_cli import __version__
from toolbox_cli.agents.models.endpoint import Endpoint
from toolbox_cli.core.errors import ConfigurationError, MissingExtraError
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NoConnectionError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    ThrottledError,
    TimedOutError,
    TooLargeError,
    UnauthorizedError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.pacing import parse_retry_after, server_time
from toolbox_cli.core.http.redaction import Redactor
from toolbox_cli.core.sections import ModelProvider

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.exceptions import ModelHTTPError
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model

BODY_BYTES: Final = 1 << 20
"""Of one answer; the longest that is of use has some 20,000."""
CONNECT_S: Final = 10.0
_RECOGNISED: Final = 16
"""Characters of a key from which on its being in an answer is no coincidence: local servers take words for keys."""

_SENT: Final = frozenset({"host", "accept", "content-type", "content-length", "connection", "anthropic-version"})
"""Headers that leave: what the packages add of this machine and of its environment stays here."""
_STATUSES: Final[Mapping[int, type[HttpError]]] = {
    401: UnauthorizedError, 403: ForbiddenError, 404: NotFoundError, 429: ThrottledError,
}  # fmt: skip
_OPENAIS: Final = ("openai.com", "openai.azure.com")
_LOGGERS: Final = ("openai", "anthropic", "httpx2", "httpcore2", "pydantic_ai")


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        tokens_in: as the server counts them; 0 where it doesn't.
        cut: whether it ended at the limit of tokens.
        refused: whether the server says that it won't answer this.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    cut: bool = False
    refused: bool = False


class _Stopped(Exception):  # noqa: N818  on its way through packages that know nothing of it
    """The connection stops reading an answer."""

    def __init__(self, error: HttpError) -> None:
        super().__init__(error.message)
        self.error = error


def require() -> None:
    """See that a model can be asked.

    Raises:
        MissingExtraError: a package is not installed.
    """
    for package in ("pydantic_ai", "openai", "anthropic"):
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(f"{package} for language models", "llm")


class Wire:
    """A connection to one endpoint; to be used as a context within one event loop."""

    def __init__(self, endpoint: Endpoint) -> None:
        key = endpoint.key.get_secret_value() if endpoint.key else ""
        self._redactor = Redactor([key, endpoint.proxy or ""])
        self._key = key if len(key) >= _RECOGNISED else None
        self._endpoint = endpoint
        self._http = _client(endpoint, key)
        self._model = _model(endpoint, self._http)
        for name in _LOGGERS:  # after their imports, which listen to variables such as OPENAI_LOG
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they log addresses, headers and prompts

    async def __aenter__(self) -> "Wire":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def answer(self, rules: str, turns: Sequence[str]) -> Answer:
        """Ask once.

        Args:
            rules: what holds for all turns.
            turns: ours and the model's, by turns; the first and the last are ours.

        Raises:
            HttpError: one of its kinds.
        """
        from pydantic_ai.direct import model_request
        from pydantic_ai.exceptions import ModelHTTPError

        try:
            with warnings.catch_warnings(action="ignore"):  # the packages warn of answers that they find strange
                response = await model_request(
                    self._model,
                    _messages(rules, turns),
                    model_settings={"max_tokens": self._endpoint.max_tokens, "timeout": self._endpoint.timeout_s},
                    instrument=False,
                )
            return self._read(response)
        except ModelHTTPError as error:
            raise self._of_status(error) from None
        except TimeoutError:
            raise
        except Exception as error:  # noqa: BLE001  a hostile answer may trip the packages anywhere
            raise self._of_failure(error) from None

    def _read(self, response: "ModelResponse") -> Answer:
        answer = _answer(response)
        if self._key and self._key in answer.text:
            raise _Stopped(UnexpectedReplyError("The answer holds the key."))
        return answer

    def _of_status(self, error: "ModelHTTPError") -> HttpError:
        status = error.status_code
        kind = _STATUSES.get(status) or (ServerFaultError if status >= 500 else RejectedError)
        headers = error.headers or {}
        now = server_time(headers, datetime.datetime.now(datetime.UTC))
        return kind(
            f"The endpoint answered {status}: {self._redactor.excerpt(str(error.body or 'nothing'))}",
            retry_after_s=parse_retry_after(headers.get("retry-after"), now),
        )

    def _of_failure(self, error: Exception) -> HttpError:
        from pydantic_ai.exceptions import ModelConnectionError, ModelTimeoutError

        if isinstance(error, ModelTimeoutError):
            return TimedOutError("The endpoint answers too slowly.")
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, _Stopped):
                return cause.error
            cause = cause.__cause__ or cause.__context__
        told = self._redactor.excerpt(str(error))
        if isinstance(error, ModelConnectionError):
            return NoConnectionError(f"There is no connection to the endpoint, or it was cut: {told}")
        return UnexpectedReplyError(f"The answer can't be read: {type(error).__name__}: {told}")


def _messages(rules: str, turns: Sequence[str]) -> "list[ModelMessage]":
    from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, TextPart, UserPromptPart

    told: list[ModelMessage] = [ModelRequest([SystemPromptPart(rules), UserPromptPart(turns[0])])]
    for number, text in enumerate(turns[1:]):
        told.append(ModelResponse([TextPart(text)]) if number % 2 == 0 else ModelRequest([UserPromptPart(text)]))
    return told


def _answer(response: "ModelResponse") -> Answer:
    usage = response.usage
    return Answer(
        text=(response.text or "").encode("utf-8", "replace").decode(),  # halves of pairs can't be sent back
        tokens_in=_counted(usage.input_tokens),
        tokens_out=_counted(usage.output_tokens),
        cut=response.finish_reason == "length",
        refused=response.finish_reason == "content_filter",
    )


def _counted(number: Any) -> int:
    """Give a server's number of tokens; 0 for what is none."""
    return number if type(number) is int else 0


def _model(endpoint: Endpoint, http: "httpx2.AsyncClient") -> "Model":
    """Give the model; its key is put into the headers by the connection, and no variable of a package is read."""
    none = "not-given"
    if endpoint.provider is ModelProvider.ANTHROPIC:
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        asked = AnthropicProvider(api_key=none, base_url=endpoint.url, http_client=http)
        return AnthropicModel(endpoint.name, provider=asked, settings={"max_retries": 0})
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    plain = OpenAIModelProfile(
        supports_json_object_output=False, openai_chat_supports_max_completion_tokens=is_openais(endpoint.url)
    )
    provider = OpenAICompatibleProvider(
        "endpoint", base_url=endpoint.url, api_key=none, http_client=http, profile=plain
    )
    return OpenAIChatModel(endpoint.name, provider=provider, settings={"max_retries": 0})


def is_openais(url: str) -> bool:
    """Say whether an address is OpenAI's own: there the limit of an answer has another name than everywhere else."""
    host = urlsplit(url).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in _OPENAIS)


def _client(endpoint: Endpoint, key: str) -> "httpx2.AsyncClient":
    import httpx2

    signs = {"x-api-key": key} if endpoint.provider is ModelProvider.ANTHROPIC else {"authorization": f"Bearer {key}"}
    given = {"user-agent": f"toolbox/{__version__}", "accept-encoding": "identity", **(signs if key else {})}

    async def bare(request: "httpx2.Request") -> None:
        held = {name: value for name, value in request.headers.items() if name in _SENT}
        request.headers = httpx2.Headers({**held, **given})

    async def bounded(response: "httpx2.Response") -> None:
        if response.is_redirect:  # not followed: the key is for this origin alone
            raise _Stopped(RejectedError(f"The endpoint answered {response.status_code}, a redirect."))
        if response.headers.get("content-encoding", "identity") != "identity":
            raise _Stopped(TooLargeError("The endpoint answers in a packing that was not asked for."))
        response.stream = _capped(response.stream)

    return httpx2.AsyncClient(
        verify=ssl.create_default_context(cafile=endpoint.ca_file) if endpoint.ca_file else httpx2.create_ssl_context(),
        proxy=_through(endpoint.proxy),
        trust_env=False,  # its proxies are also for this machine
        timeout=httpx2.Timeout(endpoint.timeout_s, connect=min(CONNECT_S, endpoint.timeout_s)),
        follow_redirects=False,
        event_hooks={"request": [bare], "response": [bounded]},
    )


def _capped(stream: Any) -> "httpx2.AsyncByteStream":
    import httpx2

    class Capped(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            size = 0
            async for piece in stream:
                size += len(piece)
                if size > BODY_BYTES:
                    raise _Stopped(TooLargeError(f"The endpoint answers with more than {BODY_BYTES} bytes."))
                yield piece

        async def aclose(self) -> None:
            await stream.aclose()

    return Capped()


def _through(proxy: str | None) -> "httpx2.Proxy | None":
    import httpx2

    try:
        return httpx2.Proxy(proxy) if proxy else None
    except (httpx2.InvalidURL, ValueError):  # neither is shown: it may hold a password
        raise ConfigurationError(
            "The proxy that the environment names has an address that can't be read.",
            remedy="Give HTTPS_PROXY as http://host:port, with what is odd in its password percent-encoded.",
        ) from None
