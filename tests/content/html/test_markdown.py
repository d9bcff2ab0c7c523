"""Markdown of anybody: nothing in it runs, nothing is fetched, and nothing that was written is gone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import ends
from toolbox_cli.content.html.markdown import harmless

BITS = st.sampled_from([
    "![x](https://t.example/a)", "![x](a.png)", "[x](javascript:a())", "[r]", "![r]",
    "\n\n[r]: https://t.example/a\n\n",
    "<script>", "</script>", "<b>", "</b>", "<br>", "<img src=//t.example/a>", "<!--", "-->", "--!>", "<!-- a -->", "`",
    "```\n", "\n", "\n\n", "> ", "- ", "\t", "    ", "# ", "## ", "\\", "text", " ", "<", ">", "(", "]", "[", "!",
    "&lt;",
    "<details>", "<?php ?>", "<![CDATA[", "]]>", "<https://a.example>", "<data:x>", "===\n", "1. ", "<pre>", "</pre>",
])  # fmt: skip


def told(text: str) -> list[tuple[str, str, int | None, int]]:
    return [(one.code, one.what, one.line, one.times) for one in harmless(text).removed]


@pytest.mark.parametrize("text", [
    "A [link](https://one.example/a), an <https://one.example>, a <a@one.example> and ![a picture](media/a.png).",
    "Two < three, a<b and 1 <2; `<script>` and `![x](https://t.example/a)` are code.",
    "```html\n<script>a()</script>\n```\n\n    <img src=//t.example/a>\n",
    "<details open>\n<summary>More</summary>\n\nIt *is* <kbd>here</kbd>.<br/>\n\n</details>\n\n<!-- for authors -->",
    '<a href="https://one.example/?a=1&amp;b=2" title="One">a</a> <img src="media/a.png" alt="a" width=40>',
    '<iframe src="https://www.youtube-nocookie.com/embed/x" allowfullscreen></iframe>',
    "![dot](data:image/png;base64,iVBORw0KGgo=)", "\ufefftext\r\n[x](a.pdf)\r\n", "",
])  # fmt: skip
def test_what_a_lesson_needs_stays_as_it_is_written(text: str) -> None:
    assert harmless(text) == (text, ())


@pytest.mark.parametrize(("text", "made", "code"), [
    ("a ![x](https://t.example/a) b", "a \\![x](https://t.example/a) b", "M602"),
    ("![x](//t.example/a)", "\\![x](//t.example/a)", "M602"),
    ("![x](<HTTP:t.example> 'y')", "\\![x](<HTTP:t.example> 'y')", "M602"),
    ("![x][r]\n\n[r]: https://t.example/a", "\\![x][r]\n\n[r]: https://t.example/a", "M602"),
    ("[![x](https://t.example/a)](https://t.example/)", "[\\![x](https://t.example/a)](https://t.example/)", "M602"),
    ("> - ## ![x](https://t.example/a) ##", "> - ## \\![x](https://t.example/a) ##", "M602"),
    ("a\n![x](https://t.example/a)\n===", "a\n\\![x](https://t.example/a)\n===", "M602"),
    ("[x](javascript:a())", "\\[x](javascript:a())", "M601"),
    ("[x](&#106;ava&#x73;cript:a())", "\\[x](&#106;ava&#x73;cript:a())", "M601"),
    ("[x](data:text/html,a)", "\\[x](data:text/html,a)", "M601"),
    ("<vbscript:a>", "&lt;vbscript:a>", "M601"),
    ("a <script>b()</script>", "a &lt;script>b()&lt;/script>", "M601"),
    ("<script>\nb()\n\n</script>", "&lt;script>\nb()\n\n&lt;/script>", "M601"),
    ("<b onclick=a()>x</b>", "&lt;b onclick=a()>x</b>", "M601"),
    ("<a href='java&#10;script:a()'>x</a>", "&lt;a href='java&#10;script:a()'>x</a>", "M601"),
    ("<img src=https://t.example/a>", "&lt;img src=https://t.example/a>", "M602"),
    ("<video poster='//t.example/a'></video>", "&lt;video poster='//t.example/a'></video>", "M602"),
    ("<img srcset='https://t.example/a 2x'>", "&lt;img srcset='https://t.example/a 2x'>", "M603"),
    ("<p style='background:url(//t.example)'>", "&lt;p style='background:url(//t.example)'>", "M603"),
    ("<meta http-equiv=refresh content='0;url=//t'>", "&lt;meta http-equiv=refresh content='0;url=//t'>", "M603"),
    ("<base href=//t.example>", "&lt;base href=//t.example>", "M603"),
    ("<svg><use href=//t.example/a#b /></svg>", "&lt;svg>&lt;use href=//t.example/a#b />&lt;/svg>", "M603"),
    ("Say <name> to me.", "Say &lt;name> to me.", "M603"),
    ("a <!--> <b> -->", "a &lt;!--> <b> -->", "M603"),
    ("<!-- a --!> <img src=//t.example> -->", "&lt;!-- a --!> &lt;img src=//t.example> -->", "M603"),
    ("<?php a ?>", "&lt;?php a ?>", "M603"),
])  # fmt: skip
def test_what_runs_or_fetches_becomes_text(text: str, made: str, code: str) -> None:
    cleaned = harmless(text)
    assert cleaned.html == made
    assert code in {one.code for one in cleaned.removed}
    assert harmless(made).removed == ()


def test_each_thing_is_told_once_with_its_first_line() -> None:
    text = "a\n\n![x](https://t.example/a) <x>\n![y](https://t.example/a)\n\n<script>\n"
    assert told(text) == [
        ("M602", "image: https://t.example/a", 3, 2),
        ("M603", "<x>", 3, 1),
        ("M601", "<script>", 6, 1),
    ]
    assert [one.line for one in harmless(text, first_line=10).removed] == [12, 12, 15]


def test_relative_addresses_are_asked_for() -> None:
    asked: list[str] = []
    harmless("![a](a.png) [b](b.pdf) <img src='c%20d.png'> [e](https://e.example)", asset=asked.append)
    assert sorted(asked) == ["a.png", "b.pdf", "c%20d.png"]


@settings(max_examples=400, deadline=None)
@given(st.lists(BITS, max_size=12).map("".join))
def test_what_became_harmless_stays_so_and_loses_nothing(text: str) -> None:
    cleaned = harmless(text)
    if [one.code for one in cleaned.removed] != ["M604"]:
        assert harmless(cleaned.html) == (cleaned.html, ())
        plain = cleaned.html.replace("&lt;", "<").replace("\\!", "!").replace("\\[", "[")
        assert plain == text.replace("&lt;", "<").replace("\\!", "!").replace("\\[", "[")


@pytest.mark.parametrize("text", [
    "[" * 400_000 + "](", "![[" * 6000 + "](", "<" * 59_000 + "a<b>", "](`" * 100_000, "<!--" * 15_000,
    "[a](b" * 19_000,
    "*_" * 100_000 + "](", "<a" * 59_000 + ">", "[a]: b\n" * 100_000, "> " * 50_000 + "<x>", "<!-- --!>" * 9000 + "-->",
], ids=lambda text: text[:8])  # fmt: skip
def test_nobody_makes_it_slow(text: str) -> None:
    with ends():
        harmless(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(BITS | st.sampled_from(["[x](https://one.example)", "(https://t.example)", "(#a)", "<b", "<https://onclick=a()>"]),
                max_size=12).map("".join))  # fmt: skip
def test_what_is_passed_at_a_glance_is_what_is_passed_after_a_whole_look(text: str) -> None:
    whole = "\n\n[q]: #a\n\n"  # which a glance does not pass
    assert harmless(text).removed == harmless(text + whole).removed
