"""Writes docs/luau-rules.md from the rules themselves: `make docs`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from docs.registry_pages import block, page_of
from toolbox_cli.content.luau.analysis import Allowed
from toolbox_cli.content.luau.rule import Rule, Sample, Tier
from toolbox_cli.content.luau.scanning import all_rules

PAGE: Final = Path(__file__).with_name("luau-rules.md")
SHOWN: Final = 700
"""Characters of a sample that are shown: some are as long as what they show."""

TITLES: Final[Mapping[str, str]] = {
    "L0": "Hidden text",
    "L1": "Loading code",
    "L15": "Programs that cheats run in",
    "L2": "Indirection",
    "L21": "Encoding",
    "L3": "Obfuscation",
    "L4": "Network",
    "L5": "Assets and purchases",
    "L51": "Teleports and gates",
    "L6": "Spreading",
    "L61": "Destruction",
    "L7": "What clients say",
    "L8": "Endless loops",
    "L85": "Deprecated API",
    "L9": "Child safety",
}
"""Headings by what the codes under them begin with; the longest beginning counts."""

HEAD: Final = """<!-- Made from the rules by `make docs`; change toolbox_cli/content/luau/rules instead. -->

# Rules for Luau

What `toolbox roblox scan` finds, each under a code that stays. **Deny**: the script must not run. **Review**: a person
looks at it before it runs. **Advice**: it may run, and could be better. How the scan works, what it protects from and
what it does not promise is in [Scanning Luau](luau-scan.md). Every script below is a test."""

_VERDICTS: Final = {Tier.DENY: "Deny", Tier.REVIEW: "Review", Tier.ADVICE: "Advice"}


def page() -> str:
    """Give the page's text."""
    return page_of(HEAD, TITLES, all_rules().values(), _section)


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code}"
    yield f"{_VERDICTS[rule.tier]}. **{rule.title}**"
    yield f"{rule.means}\\\nWhat to do: {rule.remedy}"
    yield "Found:"
    yield from (_block(sample) for sample in rule.bad if _is_shown(sample))
    yield "Not found:"
    yield from (_block(sample) for sample in rule.good if _is_shown(sample))


def _is_shown(sample: Sample) -> bool:
    """Leave out what a page can't show."""
    is_long = len(sample.text) > SHOWN or sample.text.count("\n\n\n\n")
    return not is_long and sample.text.replace("\n", "").replace("\t", "").isprintable()


def _block(sample: Sample) -> str:
    allowed = sample.allowed
    told = [*(f"asset {one}" for one in sorted(allowed.assets)), *(f"host {one}" for one in sorted(allowed.hosts))]
    note = f"-- allowed: {', '.join(told)}\n" if allowed != Allowed() else ""
    return block("lua", note + sample.text.replace("\t", "    "))


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
