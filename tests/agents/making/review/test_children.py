"""Text for children: what must not stand in it is found however it is written, and what only looks like it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.agents.making.review.children import unfit
from toolbox_cli.agents.making.review.reading import level, syllables_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("See https://example.org/a", "link"), ("see Example.COM now", "link"), ("discord.gg/abc", "link"),
        ("write to kim@example.org", "mail-address"), ("call 555 123 4567", "phone-number"),
        ("call +49 (030) 123 4567", "phone-number"), ("follow @cool_kid", "handle"),
        ("Join our Discord!", "off-platform"),
        ("Join our d i s c o r d", "off-platform"), ("dis\u200bcord", "off-platform"), ("D1SC0RD", "off-platform"),
        ("\uff24iscord", "off-platform"), ("d\u0456sc\u043erd", "off-platform"), ("d\u03b9scord", "off-platform"),
        ("D\u00edsc\u00f6rd", "off-platform"), ("\u1d05iscord", "off-platform"), ("di\u0455cord.gg/x", "link"),
        ("plain\U000e0041\U000e0042", "invisible"), ("dis\u2800cord", "off-platform"), ("f\u0336u\u0336ck", "harmful"),
        ("kill  yourself", "harmful"), ("What\u2019s your name?", "about-self"),
        ("Don\u2019t tell your parents.", "about-self"), ("dont tell your parents", "about-self"),
        ("Get free Robux", "money"), ("What is your full name?", "about-self"),
        ("Tell us your address.", "about-self"), ("Where do you live?", "about-self"),
        ("Don't tell your parents.", "about-self"), ("this is sh1t", "harmful"), ("a casino", "doubtful"),
    ],
)  # fmt: skip
def test_what_must_not_stand_there_is_found(text: str, code: str) -> None:
    assert code in {one.code for one in unfit(text)}


@pytest.mark.parametrize(
    "text",
    [
        "5 \u03bcm is \u0394x, and \u03c0r^2 the area.", "A na\u00efve caf\u00e9 owner in M\u00fcnchen \u2b50\ufe0f",
        "A friend should not know your password.", "What is the name of this shape?",
        "In 1776 the colonies had 13 states.",
        "2/3 + 1/4 = 11/12", "The ratio is 3 : 4.", "Write your answer.", "Give an example of your own.",
        "What is your age of reason essay about?", "Assess the classic passage on the Scunthorpe shore.",
        "It is 3.5 m long, e.g. as a log.", "f(x) = 2x + 1 and g(x) = x^2", "A method of the class.",
        "Show your work to your teacher.", "Numbers 100 200 300 are even.",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert [*unfit(text)] == []


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    for one in unfit(text):
        assert one.words


def test_harder_text_has_a_higher_level_and_terms_do_not_count() -> None:
    easy = ["We walk to the hill. We see a red bird. It sings to us."] * 10
    hard = ["Photosynthesis transforms electromagnetic radiation into chemical energy within chloroplasts."] * 10
    plain, tough = level(easy).grade, level(hard).grade
    assert plain is not None
    assert tough is not None
    assert plain < 3
    assert tough > 12
    known = level(hard, ["photosynthesis", "electromagnetic radiation", "chloroplasts"]).grade
    assert known is None or known < tough


@pytest.mark.parametrize(("word", "count"), [("a", 1), ("water", 2), ("denominator", 5), ("jumped", 1), ("wanted", 2)])
def test_syllables(word: str, count: int) -> None:
    assert syllables_of(word) == count
