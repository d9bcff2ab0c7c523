from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.http.connecting import connected
from tests.support.web import Answer, Asked, Web, link, serving
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.errors import ForeignLinkError, HttpError, MalformedLinkError
from toolbox_cli.core.http.links import next_page, origin_of, parse_links, path_of, resolve
from toolbox_cli.core.http.paging import ByOffset
from toolbox_cli.core.http.redaction import Redactor
from toolbox_cli.core.http.reply import Reply

MOODLE_AGS = (
    "<http://lms.example/lineitems?type_id=1&amp;limit=1&amp;from=0>; rel=“first”, "
    "<http://lms.example/lineitems?type_id=1&amp;limit=1&amp;from=1>; rel=“next”"
)


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}),
        (" , ", {}),
        ('<https://a/x?page=2>; rel="next"', {"next": "https://a/x?page=2"}),
        ("</x>;rel=next", {"next": "/x"}),
        ('<a>; rel="next last", <b>; rel="prev"', {"next": "a", "last": "a", "prev": "b"}),
        ('<a,b;c>; title="x, y; \\"z\\""; REL=NEXT', {"next": "a,b;c"}),
        ("<a>; rel=next; rel=prev", {"next": "a"}),
        ('<a>; rel="next", <b>; rel="next"', {"next": "a"}),
        ("<a>", {}),
        ("<a>; rel", {}),
        ("<a>; title*=UTF-8''x%20y; rel=next", {"next": "a"}),
        (",<a>; rel=next,,<b>;rel=last,", {"next": "a", "last": "b"}),
    ],
)
def test_links_are_read(header: str, links: dict[str, str]) -> None:
    assert parse_links(header) == links


@pytest.mark.parametrize(
    "header",
    [
        MOODLE_AGS,
        "https://a/x?page=2; rel=next",
        "<https://a/x?page=2; rel=next",
        "</x> rel=next",
        "</x>; rel=”next”",
        '</x>; rel="next',
        "</x y>; rel=next",
        "</x?a=1&amp;b=2>; rel=next",
        "next",
        "</x>; rel=next; =",
        "</x>; rel=next junk",
    ],
)
def test_what_is_no_link_is_never_taken_for_the_end(web: Web, header: str) -> None:
    web.on("GET", "/users", [1])
    web.trouble(link(header.replace("“", "\x93").replace("”", "\x94")))
    with connected(web) as (client, _):
        pages = client.pages("users")
        assert next(pages).json(list) == [1]
        with pytest.raises(MalformedLinkError, match="can't be read"):
            next(pages)


TOKENS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz-"), min_size=1, max_size=9)
TARGETS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='<>"'), max_size=30).filter(
    lambda target: "&amp;" not in target
)


@given(st.dictionaries(TOKENS, TARGETS, max_size=5))
def test_what_is_written_is_read_again(links: dict[str, str]) -> None:
    header = ", ".join(f'<{target}>; title="a,b"; rel="{relation}"' for relation, target in links.items())
    assert parse_links(header) == links


@given(st.text(st.sampled_from('<>;,="\\ relnxt“/?&*\x00é'), max_size=40))
def test_any_header_is_read_or_refused(header: str) -> None:
    try:
        links = parse_links(header)
    except ValueError:
        return
    assert all(f"<{target}>" in header for target in links.values())


@given(st.text(st.sampled_from("htps:/@.?#[]\\%lms ex-1é\x00"), max_size=25))
def test_any_reference_stays_at_home_or_is_refused(reference: str) -> None:
    reply = Reply("GET", "https://lms.example/api/users?page=1", 200, {}, b"", 0.1, Redactor())
    try:
        url = resolve(reply, reference)
    except HttpError:
        return
    assert origin_of(url) == "https://lms.example:443"


def test_pages_are_followed_to_the_end(web: Web) -> None:
    def page(asked: Asked) -> Answer:
        number = int(asked.query.get("page", "1"))
        links = f'<{web.url}/api/users?page={number + 1}&per_page=2>; rel="next", <{web.url}/x>; rel="last"'
        return Answer([number], headers={"Link": links} if number < 3 else {"Link": f'<{web.url}/x>; rel="prev"'})

    web.on("GET", "/api/users", page)
    with connected(web, Bearer("t"), path="/api") as (client, _):
        assert [reply.json(list) for reply in client.pages("users", {"per_page": 2})] == [[1], [2], [3]]
    assert web.paths() == [
        "/api/users?per_page=2",
        "/api/users?page=2&per_page=2",
        "/api/users?page=3&per_page=2",
    ]
    assert all(asked.headers["authorization"] == "Bearer t" for asked in web.asked)


def test_a_link_to_another_server_is_not_followed(web: Web) -> None:
    with serving() as other, connected(web, Bearer("s3cr3t")) as (client, _):
        web.on("GET", "/users", [])
        for to in (
            f"{other.url}/users",
            "//lms.example/users",
            web.url.replace("http:", "https:"),
            "ftp://a/b",
            web.url.replace("//", "//ada@"),
        ):
            web.trouble(link(f'<{to}?token=abc>; rel="next"'))
            with pytest.raises((ForeignLinkError, MalformedLinkError)) as caught:
                list(client.pages("users"))
            assert "abc" not in str(caught.value)
        assert other.asked == []


def test_offsets_follow_the_rows_that_came(web: Web) -> None:
    """Source: a OneRoster server that gives 500 rows at most, whatever is asked, and says so nowhere."""
    rows = list(range(1234))

    def page(asked: Asked) -> Any:
        offset = int(asked.query["offset"])
        return {"users": rows[offset : offset + min(500, int(asked.query["limit"]))]}

    web.on("GET", "/users", page)
    step = ByOffset(lambda reply: len(reply.json(dict)["users"]))
    with connected(web) as (client, _):
        pages = client.pages("users", {"limit": 1000, "offset": 0}, step=step)
        assert [row for reply in pages for row in reply.json(dict)["users"]] == rows
    assert [asked.query["offset"] for asked in web.asked] == ["0", "500", "1000", "1234"]


def test_a_step_may_give_an_address(web: Web) -> None:
    web.on("GET", "/api/v1/users", {"next": "/api/v1/users?offset=2"})
    web.trouble(lambda exchange: exchange.send(Answer({"next": None})), nth=2)
    with connected(web, path="/api/v1") as (client, _):
        pages = list(client.pages("users", step=lambda reply: reply.json(dict)["next"]))
    assert [page.url for page in pages] == [f"{web.url}/api/v1/users", f"{web.url}/api/v1/users?offset=2"]


def test_no_link_is_the_end(web: Web) -> None:
    web.on("GET", "/users", [])
    with connected(web) as (client, _):
        assert next_page(client.get("users")) is None


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_an_id_stays_one_segment(ids: list[str]) -> None:
    path = path_of(*ids)
    assert path.count("/") == len(ids) - 1
    assert not {".", ".."} & set(path.split("/"))
    assert "?" not in path
    assert "#" not in path


@pytest.mark.parametrize("id_", ["..", ".", "a/b", "a?b", "a#b", "a b", "é", "%2e", "sis_user_id:1"])
def test_an_id_comes_as_it_is(web: Web, id_: str) -> None:
    web.on("GET", "/users/{id}/name", lambda asked: {"id": asked.parts["id"]})
    with connected(web) as (client, _):
        assert client.get(path_of("users", id_, "name")).json(dict) == {"id": id_}, quote(id_)
