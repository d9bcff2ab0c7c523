"""Where a platform has its services, and lists of them page by page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from toolbox_cli.core.http.client import Call, Client, Parameters
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import TooManyError
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.links import next_page
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.lti.signing import AssertionAuth, Signature

_SPEC: Final = "https://purl.imsglobal.org/spec"
ROSTER_SCOPE: Final = f"{_SPEC}/lti-nrps/scope/contextmembership.readonly"
GRADE_SCOPES: Final = tuple(f"{_SPEC}/lti-ags/scope/{what}" for what in ("lineitem", "score", "result.readonly"))

MEMBERS: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LINE_ITEMS: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
LINE_ITEM: Final = "application/vnd.ims.lis.v2.lineitem+json"
SCORE: Final = "application/vnd.ims.lis.v1.score+json"
RESULTS: Final = "application/vnd.ims.lis.v2.resultcontainer+json"


@dataclass(frozen=True)
class Platform:
    """A platform that knows us as a tool.

    Attributes:
        base_url: all services are on its origin.
        key: the private one, in PEM.
        audience: whom assertions are for; None is the token address.
        key_id: under which the platform knows our key.
    """

    base_url: str
    token_url: str
    client_id: str
    key: str = field(repr=False)
    key_id: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Context:
    """A course that somebody launched us from: only the launch says where its services are.

    Attributes:
        course_id: the id of the launch's context.
        memberships_url: `context_memberships_url` of the launch's names and roles service.
        lineitems_url: `lineitems` of its assignment and grade service, where it had one.
        title: of the launch's context; for a platform that does not say it beside members.
    """

    course_id: str
    memberships_url: str
    lineitems_url: str | None = None
    title: str | None = None


def opened(
    platform: Platform,
    contexts: Iterable[Context],
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
    ca_file: Path | None = None,
) -> Client:
    """Give a client whose tokens are good for what these courses have, and for no more.

    Raises:
        MissingExtraError: joserfc is not installed.
        ConfigurationError: the key or the base address is none.
    """
    graded = any(context.lineitems_url for context in contexts)
    audience = platform.audience or platform.token_url
    signature = Signature(platform.key, platform.client_id, audience, platform.key_id)
    scopes = (ROSTER_SCOPE, *GRADE_SCOPES) if graded else (ROSTER_SCOPE,)
    auth = AssertionAuth(platform.token_url, signature, scopes, pem=platform.key)
    return Client(platform.base_url, auth, limits=limits, clock=clock, ca_file=ca_file)


def asked(url: str, accept: str, params: Parameters | None = None) -> Call:
    """Give the call that reads something: platforms answer by what is accepted."""
    return Call("GET", url, params, headers={"Accept": accept})


def posted(url: str, body: Mapping[str, object], kind: str, *, idempotent: bool, allow: tuple[int, ...] = ()) -> Call:
    """Give the call that posts something of that media type."""
    headers = {"Content-Type": kind, "Accept": kind}
    return Call("POST", url, json=body, headers=headers, idempotent=idempotent, allow=allow)


def pages(client: Client, url: str, accept: str, params: Parameters | None = None) -> Iterator[Reply]:
    """Read a list by its Link headers, each of which must be readable.

    Raises:
        TooManyError: more pages than allowed, or a page that was there already.
        HttpError: as `Client.send`; the pages until then are not the whole list.
    """
    call: Call | None = asked(url, accept, params)
    seen: set[str] = set()
    while call is not None:
        reply = client.send(call)
        yield reply
        seen |= {call.path, reply.url}
        to = next_page(reply)
        if to is not None and (to in seen or len(seen) > client.limits.pages):
            why = "leads back to a page that was read" if to in seen else "has too many pages"
            raise TooManyError(f"{reply.place}: the list {why}.", reply=reply)
        call = asked(to, accept) if to else None


def below(url: str, segment: str) -> str:
    """Give what is below a line item: the query stays at the end.

    Example:
        >>> below("https://lms.example/2/lineitems/118/lineitem?type_id=1", "scores")
        'https://lms.example/2/lineitems/118/lineitem/scores?type_id=1'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{segment}"))
