"""HTML as Markdown: what was cleaned begins nothing new there."""

import pytest

from toolbox_cli.content.html.markdown import harmless
from toolbox_cli.content.html.words import markdown_of


@pytest.mark.parametrize(("html", "made"), [
    ('<p>Look!<a href="https://t.example/a.png">here</a></p>', "Look\\![here](<https://t.example/a.png>)"),
    ('<p><b>Look!</b><a href="https://t.example/">here</a></p>', "**Look!**[here](<https://t.example/>)"),
    ('<img src="a> ![x](https://t.example/a.png" alt="b">', "![b](<a%3E ![x](https://t.example/a.png>)"),
])  # fmt: skip
def test_no_link_becomes_an_image(html: str, made: str) -> None:
    assert markdown_of(html) == made
    assert harmless(made).removed == ()
