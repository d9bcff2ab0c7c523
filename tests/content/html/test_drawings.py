"""Drawings are shown if nothing in them runs or fetches."""

import pytest

from toolbox_cli.content.html.drawings import active_in

FRAME = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<rect width='4'/>",
        "<use href='#a'/>",
        "<use xlink:href='#a'/>",
        "<rect fill='url(#a)'/>",
        "<title>one</title>",
        "<style>rect { fill: red }</style>",
        "<image href='data:image/png;base64,AA=='/>",
        "<a href='https://one.example/'><text>b</text></a>",
        "<animate attributeName='x' to='3'/>",
    ],
)
def test_harmless(inside: str) -> None:
    assert active_in(FRAME.format(inside).encode()) is None


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>a()</script>", "<script>"),
        ("<g onload='a()'/>", "onload of <g>"),
        ("<foreignObject/>", "<foreignobject>"),
        ("<image href='https://t.example/a'/>", "href of <image>"),
        ("<use xlink:href='other.svg#a'/>", "href of <use>"),
        ("<image href='data:image/svg+xml;base64,AA=='/>", "href of <image>"),
        ("<rect fill='url(//t.example)'/>", "fill"),
        ("<style>@import 'https://t.example'</style>", "<style>"),
        ("<style>a{b:url( 'https://t.example')}</style>", "<style>"),
        ("<style>a{b:\\75rl(//t.example)}</style>", "<style>"),
        ("<rect style='fill:url(https://t.example)'/>", "style"),
        ("<a href=' javascript:a()'/>", "href of <a>"),
        ("<set attributeName='href' to='javascript:a()'/>", "attributename"),
        ("<animate attributeName='xlink:href'/>", "attributename"),
        ("<g", "lt"),
    ],
)
def test_what_runs_or_fetches(inside: str, told: str) -> None:
    found = active_in(FRAME.format(inside).encode())
    assert found
    assert told in found or told == "lt"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html/>",
        b'<?xml-stylesheet href="https://t.example"?><svg/>',
        b"\x1f\x8b",
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "https://t.example">]><svg>&a;</svg>',
        '<?xml-stylesheet href="https://t.example"?><svg/>'.encode("utf-16"),
    ],
)
def test_what_is_no_drawing(data: bytes) -> None:
    assert active_in(data)
