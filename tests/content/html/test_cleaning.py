"""HTML of strangers: nothing of it runs, nothing is fetched, and all that was taken out is told."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.support.effort import ends
from toolbox_cli.content.html import cleaning
from toolbox_cli.content.html.cleaning import clean
from toolbox_cli.content.html.rules import ADDRESSES, LONGEST, MEDIA, TAGS, VIDEO_HOSTS, allowed
from toolbox_cli.core.errors import MissingExtraError


def told(text: str) -> list[tuple[str, str, int | None]]:
    return [(one.code, one.what, one.line) for one in clean(text).removed]


def test_a_lesson_stays_as_it_is() -> None:
    text = (
        '<h2 id="door">The door</h2><p>Knock <strong>first</strong>.<br>Then <a href="#window">wait</a>.</p>'
        '<ul><li>one</li></ul><table><tbody><tr><td colspan="2">1 &lt; 2</td></tr></tbody></table>'
        '<img src="static/door.png" alt="A door"><pre><code>a  b</code></pre>'
        '<video src="door.mp4" controls=""><track src="door.vtt" kind="captions"></video>'
    )
    assert clean(text) == (text, ())


def test_what_runs_is_told_with_its_line() -> None:
    text = '<p>a</p>\n<script>steal()</script>\n<p onclick="steal()"><a href="java\tscript:a()">b</a></p>\n<object/>'
    assert clean(text).html == "<p>a</p>\n\n<p>b</p>"
    assert told(text) == [
        ("M601", "<script>", 2), ("M601", "onclick of <p>", 3), ("M601", "href of <a>: java\\tscript:a()", 3),
        ("M601", "<object>", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "https://t.example/a.gif", "http://t.example/a.gif", "//t.example/a.gif", "\\\\t.example/a.gif",
        "/\\t.example/a.gif", " \thttps://t.example/a.gif", "ht\ntps://t.example/a.gif", "HTTPS:t.example/a.gif",
        "ftp://t.example/a.gif",
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["img", "iframe", "audio", "video", "source", "track"])
def test_nothing_is_fetched_from_elsewhere(tag: str, address: str) -> None:
    cleaned = clean(f'<div><{tag} src="{address}"></{tag}></div>')
    assert "t.example" not in cleaned.html
    assert [one.code for one in cleaned.removed] == ["M602"]


def test_other_ways_to_fetch() -> None:
    text = (
        '<link rel="stylesheet" href="https://t.example/a.css"><p style="background:url(https://t.example/a)">'
        '<img srcset="https://t.example/a 2x" src="a.png"><video poster="https://t.example/b"></video></p>'
        '<style>@import "https://t.example/a.css"</style><table background="https://t.example/a"></table>'
        '<svg><image href="https://t.example/a"/></svg><base href="https://t.example/">'
    )
    assert "t.example" not in clean(text).html


def test_videos_of_known_hosts_stay_in_their_frames() -> None:
    kept = '<iframe src="https://www.youtube-nocookie.com/embed/x" allowfullscreen=""></iframe>'
    assert clean(kept) == (kept, ())
    assert clean('<iframe src="http://player.vimeo.com/video/1"></iframe>').html.startswith('<iframe src="https://pl')
    for address in ("https://www.youtube.com.evil.example/", "https://evil.example/https://www.youtube.com/",
                    "https://www.youtube.com@evil.example/", "https://[www.youtube.com/"):  # fmt: skip
        assert clean(f'<iframe src="{address}"></iframe>').html == ""


def test_what_a_frame_holds_is_never_shown_and_not_kept() -> None:
    assert (
        clean('<iframe src="https://youtu.be/x"><b>a</b></iframe>').html == '<iframe src="https://youtu.be/x"></iframe>'
    )


def test_what_leads_a_page_elsewhere_is_told() -> None:
    text = '<meta charset="utf-8"><META HTTP-EQUIV=" Refresh" content="0;url=//t.example">\n<base href="//t.example">a'
    assert clean(text).html == "a"
    assert told(text) == [("M602", "<meta>", 1), ("M602", "<base>", 2)]


def test_links_may_lead_elsewhere_and_tell_nobody() -> None:
    cleaned = clean('<a href="https://one.example/a?b=1&amp;c=2" target="_blank">a</a>')
    assert cleaned.html == '<a href="https://one.example/a?b=1&amp;c=2" rel="noopener noreferrer">a</a>'
    assert clean('<a href="mailto:a@one.example">a</a>').removed == ()


def test_pictures_in_their_addresses() -> None:
    kept = '<img src="data:image/png;base64,iVBORw0KGgo=" alt="">'
    assert clean(kept) == (kept, ())
    for address in ("data:image/svg+xml;base64,PHN2Zz4=", "data:text/html,<script>"):
        assert told(f"<img src='{address}' alt='A door'>")[0][0] == "M601"
    assert "href" not in clean('<a href="data:image/png;base64,iVBORw0KGgo=">a</a>').html


def test_addresses_of_the_package_are_asked_for() -> None:
    known = {"door one.png": "static/door%20one.png"}
    cleaned = clean('<img src="door one.png"><img src="window.png" alt="A window">', asset=known.get)
    assert cleaned.html == '<img src="static/door%20one.png">A window'
    assert [(one.code, one.what) for one in cleaned.removed] == [("M605", "src of <img>: window.png")]


def test_what_happens_often_is_told_once() -> None:
    removed = clean('\n<p style="a">1</p>' * 30, first_line=10).removed
    assert [(one.code, one.line, one.times) for one in removed] == [("M603", 11, 30)]
    assert (
        clean("<p a1 a2 " + " ".join(f"b{number}" for number in range(90)) + ">").removed[-1].what == "52 other things"
    )


def test_text_of_what_is_taken_out_stays() -> None:
    assert clean("<font>a<o:p>b</o:p></font><form>c<input></form>").html == "abc"
    assert clean("<html><head><title>T</title></head><body><p>a</p></body></html>") == ("<p>a</p>", ())
    assert clean("<td>a</td>").html == "a"
    assert told("<td>a</td>") == [("M603", "<td>, which stands where it can't", None)]
    assert clean("<!-- a --><?php b ?>").removed == ()


@pytest.mark.parametrize("text", ["", " ", "<!--", "<", "\0", "<!DOCTYPE html>", "\ud800", "<title>"])
def test_next_to_nothing(text: str) -> None:
    assert len(clean(text).html) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 100_000,
        "x" * (LONGEST + 1),
        "<b>" * 100_000,
        "<table>" * 50_000,
        "<a><" * 100_000,
        "<p " + "a\t" * 400_000,
    ],
)
def test_what_is_too_much(text: str) -> None:
    with ends():
        cleaned = clean(text)
    assert len(cleaned.html) < 1000 or cleaned.removed == ()


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + "".join(f"<b id=i{number}>" for number in range(90)) + "<div>x</div>" * 9_000,
        "<p>" + "".join(f"<font size={number}>" for number in range(90)) + "<p>x" * 9_000,
        "<a href=#>" * 90 + "<table>x" * 100 + "<td>x" * 9_000,
    ],
)
def test_what_readers_of_html_repeat(text: str) -> None:
    tracemalloc.start()
    cleaned = clean(text)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(cleaned.html) < 40 * len(text)
    assert peak_bytes < 25_000_000


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "nh3", None)
    with pytest.raises(MissingExtraError) as caught:
        clean("<p>")
    assert "toolbox-cli[content]" in str(caught.value.remedy)


PIECES = st.sampled_from([
    "<p>", "</p>", "<b", ">", "<script>", "</script>", "<img src=", "https://t.example/a", "'", '"', "//t.example", " ",
    "javascript:a()", "<svg>", "<math>", "<!--", "-->", "<style>", "</style>", "<iframe src=", "<table>", "<td>", "<a ",
    "href=", "onload=a()", "<![CDATA[", "]]>", "<noscript>", "<template>", "<title>", "&#106;", "&lt;", "\0", "\n", "x",
    "<select>", "<form action=", "<p style='", "<mtext>", "<mglyph>", "</", "<textarea>", "<pre>\n\n", "<plaintext>",
])  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80))
def test_whatever_it_is_only_what_is_allowed_is_left(text: str) -> None:
    kept = clean(text).html
    again = clean(kept)
    assert [one for one in again.removed if one.code in {"M601", "M602"}] == []
    if kept.strip():
        root = etree.fromstring(kept.encode(), etree.HTMLParser(encoding="utf-8"))
        for element in root.iter():
            assert element.tag in TAGS | {"html", "body"}
            assert all(allowed(element.tag, name) for name in element.attrib)
            for name in ADDRESSES & {*element.attrib}:
                address = element.get(name)
                assert element.tag not in MEDIA or "//" not in address or address.split("/")[2] in VIDEO_HOSTS
                assert not address.strip().lower().startswith("javascript")
