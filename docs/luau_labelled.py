"""Writes docs/luau-accuracy.md: what the scan makes of the labelled scripts in fixtures/luau (`make docs`)."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from toolbox_cli.content.luau.analysis import Allowed, Context
from toolbox_cli.content.luau.rule import Tier
from toolbox_cli.content.luau.scanning import Verdict, scan

PAGE: Final = Path(__file__).with_name("luau-accuracy.md")
SET: Final = Path(__file__).parents[1] / "fixtures" / "luau"
SECOND: Final = SET / "second"

SIBLINGS: Final = frozenset(
    f"unsafe/obfuscated/{name}"
    for name in (
        "banner-one-line.server.luau",
        "client-vm.client.luau",
        "faked-banner.server.luau",
        "prologue-lzw-blob.server.luau",
    )
)
"""Scripts of one generator, nine tenths the same: they stay on one side."""

LABELS: Final = {
    Verdict.CLEAN: "safe", Verdict.ADVICE: "safe", Verdict.REVIEW: "review", Verdict.DENY: "deny",
    Verdict.UNVERIFIABLE: "deny",
}  # fmt: skip
"""What each verdict means for who wants to run the script."""


HEAD: Final = """<!-- Made from the labelled scripts by `make docs`; change docs/luau_labelled.py instead. -->

# How often the Luau scan is right

439 scripts in `fixtures/luau` were written and labelled by their threat model before anybody saw what the scan finds;
107 more, in its folder `second`, were written and labelled by the same rules on 21 November 2026, when the scan had
been mended by the first, and again before anything was scanned. The README there has the labels' rules.
`tests/content/luau/test_labelled.py` holds the scan to what stands here.

## Threat model

A script comes from a generator, a pupil, a free model or somebody who wants in. It must not run code that a person
can't read in it; send what it knows of children out, show them what nobody filtered, lead them elsewhere or sell to
them by force; let a client decide what the server must; break the lesson; or hide any of this behind a condition or
behind signs that nobody sees. Out of scope: what a client does to itself with code like any client's, faults of the
platform, and what several scripts do together while each alone is harmless.

## Figures

Right in two means: what is safe passes (clean, advice), what is review or deny is stopped (review, deny,
unverifiable). This is the measure of the goal, 98 %. Right in three means the same verdict, which is stricter. In
brackets stand Wilson's intervals for 95 %.

The first 439 are split in two by the SHA-256 of their paths; four that one generator made stay on one side. The scan
was first mended by the scripts and misses of the tuning half, while those of the held-out half stayed closed. Since
the second set is there, all of them have been looked at: **no figure of the table below is a blind one**. The blind
ones stand under it."""

HISTORY: Final = """What was measured, in the order in which it was; blind is what nobody had mended the scan by:

| when | part | blind | in two | in three |
| --- | --- | --- | --- | --- |
| before any of it was used | tuning half | yes | 183 of 215 = 85.1 % | 165 = 76.7 % |
| | held-out half | yes | 201 of 224 = 89.7 % | 177 = 79.0 % |
| after the tuning half was worked through | tuning half | no | 215 of 215 = 100.0 % | 214 = 99.5 % |
| | held-out half | yes | 218 of 224 = 97.3 % | 205 = 91.5 % |
| after verdicts followed the labels' table | held-out half | in part | 220 of 224 = 98.2 % | 212 = 94.6 % |
| then, on scripts written later | second set | yes | 98 of 107 = 91.6 % | 98 = 91.6 % |

**Of scripts that it has never seen, expect 91.6 %** (84.8 % to 95.5 %) **to get the right verdict**: that is the
second set's figure before the scan was mended by it, and it is lower than that of the held-out half, for much of the
second set was written to get by. Eight of its nine misses were unsafe scripts that passed: `require` out of a
coroutine and out of a metatable, an asset's id through a table of actions, names that a function makes of numbers, a
phrase of which the script has only the checksum, points and trades with one bound, short code with few names. The
ninth was a safe round of a game. Since then `require` is a finding wherever it is handed on, and so is a module that
comes from where the script does not show beside a number like an asset's id, however it comes there.

Both sets are by few authors: scripts of others will be harder. One label of the tuning half was changed, and is told in
the set's README; none of the second set was."""

FAMILIES: Final = """## By family

Precision: of what is stopped, how much is unsafe. Recall: of what is unsafe, how much is stopped. A safe script counts
for the family that it looks like."""

MISSED: Final = """## Every miss

By the very verdict; where both are review and deny, the script is stopped all the same."""

MISSES: Final[Mapping[str, str]] = {
    "unsafe/child-safety/old-chat-filter.server.luau": (
        "every method that filters counts as the filter; the old one filters as well, and is only deprecated."
    ),
    "unsafe/destruction/reset-map-command.server.luau": (
        "a word that removes part of the map looks like a back door; that everybody may know it does not show."
    ),
    "unsafe/exfiltration/server-started-webhook.server.luau": (
        "webhooks are never allowed unseen, whatever is sent; the label asks for data of players before it denies."
    ),
}
"""Scripts whose verdict is not their label, and why: neither more nor fewer."""


class Part(StrEnum):
    """What of the scripts one belongs to."""

    TUNING = "tuning half"
    HELD_OUT = "held-out half"
    SECOND = "second set"


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled script, and what the scan says of it.

    Attributes:
        file: its path below the set.
        family: the kind of danger, or what it looks like.
        label: safe, review or deny.
        got: the same by the scan.
        part: of the scripts.
        why: the reason for the label.
        found: codes of what decided on the verdict.
    """

    file: str
    family: str
    label: str
    got: str
    part: Part
    why: str = ""
    found: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.got == self.label

    @property
    def is_right_in_two(self) -> bool:
        """Whether the scan lets it pass, or stops it, as it should."""
        return (self.got == "safe") == (self.label == "safe")


def part_of(file: str) -> Part:
    """Tell on which side of the first set's split a script is: by its path's SHA-256, even or odd."""
    name = min(SIBLINGS) if file in SIBLINGS else file
    return Part.HELD_OUT if hashlib.sha256(name.encode()).digest()[-1] % 2 else Part.TUNING


@cache
def judged() -> tuple[Judged, ...]:
    """Scan both sets."""
    return (*_judged(SET), *_judged(SECOND))


def _judged(folder: Path) -> Iterator[Judged]:
    listed = yaml.safe_load((folder / "labels.yaml").read_text(encoding="utf-8"))
    allowed = Allowed(frozenset(listed["allowed_assets"]), frozenset(listed["allowed_hosts"]))
    for one in listed["scripts"]:
        path = folder / one["file"]
        file = path.relative_to(SET).as_posix()
        found = scan(path.read_bytes(), Context(one["context"]), allowed)
        codes = sorted({each.rule.code for each in found.found if each.rule.tier is not Tier.ADVICE})
        part = Part.SECOND if folder == SECOND else part_of(file)
        yield Judged(file, one["family"], one["label"], LABELS[found.verdict], part, one["why"], tuple(codes))


def wilson(right: int, of: int) -> tuple[float, float]:
    """Give the interval that holds a share with 95 percent certainty."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, right / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - half) / (1 + z * z / of)), min(1.0, (middle + half) / (1 + z * z / of))


def page() -> str:
    """Give the page's text."""
    return "\n\n".join((HEAD, _overall(), HISTORY, FAMILIES, _families(), MISSED, *_missed())) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(right: int, of: int) -> str:
    if not of:
        return "-"
    low, high = wilson(right, of)
    return f"{right} of {of} = {right / of:.1%} ({low:.1%} to {high:.1%})"


def _overall() -> str:
    rows = []
    for name in ("all", *Part):
        part = [one for one in judged() if name in ("all", one.part)]
        two, three = sum(one.is_right_in_two for one in part), sum(one.is_right for one in part)
        rows.append([str(name), _share(two, len(part)), _share(three, len(part))])
    return _table(("scripts", "safe or unsafe", "safe, review or deny"), rows)


def _families() -> str:
    names = sorted({one.family for one in judged()})
    rows = [[name, *_scores([one for one in judged() if one.family == name])] for name in names]
    rows.append(["**all**", *_scores(judged())])
    return _table(("family", "precision", "recall", "recall of the second set", "the same verdict"), rows)


def _scores(part: Sequence[Judged]) -> list[str]:
    stopped = [one for one in part if one.got != "safe"]
    unsafe = [one for one in part if one.label != "safe"]
    second = [one for one in unsafe if one.part is Part.SECOND]
    return [
        _share(sum(one.label != "safe" for one in stopped), len(stopped)),
        _share(sum(one.got != "safe" for one in unsafe), len(unsafe)),
        _share(sum(one.got != "safe" for one in second), len(second)),
        _share(sum(one.is_right for one in part), len(part)),
    ]


def _missed() -> Iterator[str]:
    for one in judged():
        if not one.is_right:
            codes = ", ".join(one.found) or "nothing found"
            yield (
                f"* `{one.file}` ({one.part}): {one.label}, the scan says {one.got} ({codes}).\\\n"
                f"  Why the label: {one.why}\\\n  Why the miss: {MISSES.get(one.file, 'not told.')}"
            )


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
