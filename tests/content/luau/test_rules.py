"""Every rule finds its scripts, leaves those alone that only look so, and is told whole."""

import re
from typing import Final

import pytest

from docs.luau_rules import PAGE, TITLES, page
from toolbox_cli.content.luau.rule import Sample, Tier
from toolbox_cli.content.luau.scanning import Scan, Verdict, all_rules, scan

BAD: Final = [
    pytest.param(rule.code, sample, id=f"{rule.code}-{number}")
    for rule in all_rules().values()
    for number, sample in enumerate(rule.bad)
]
GOOD: Final = [
    pytest.param(rule.code, sample, id=f"{rule.code}-{number}")
    for rule in all_rules().values()
    for number, sample in enumerate(rule.good)
]


def scanned(sample: Sample) -> Scan:
    return scan(sample.text, sample.context, sample.allowed)


@pytest.mark.parametrize(("code", "sample"), BAD)
def test_a_rule_finds_its_scripts(code: str, sample: Sample) -> None:
    found = scanned(sample)
    assert {one.rule.code for one in found.found} == {code, *sample.also}
    assert found.verdict is not Verdict.CLEAN


@pytest.mark.parametrize(("code", "sample"), GOOD)
def test_a_rule_leaves_alone_what_only_looks_so(code: str, sample: Sample) -> None:
    assert code not in sample.also
    assert {one.rule.code for one in scanned(sample).found} == sample.also


@pytest.mark.parametrize("code", all_rules())
def test_every_rule_is_told_whole(code: str) -> None:
    rule = all_rules()[code]
    assert re.fullmatch(r"L\d{3}", code)
    assert len(rule.bad) >= 2
    assert len(rule.good) >= 2
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.means.endswith(".")
    assert rule.remedy.endswith(".")
    assert any(code.startswith(begins) for begins in TITLES)


def test_every_tier_has_rules() -> None:
    assert {rule.tier for rule in all_rules().values()} == {*Tier}


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/luau-rules.md is not the rules: run `make docs`"
