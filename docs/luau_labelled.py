"""What the scan makes of the labelled scripts in fixtures/luau, and which of them nobody looked at while mending it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from toolbox_cli.content.luau.analysis import Allowed, Context
from toolbox_cli.content.luau.scanning import Verdict, scan

SET: Final = Path(__file__).parents[1] / "fixtures" / "luau"

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


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled script, and what the scan says of it.

    Attributes:
        file: its path below the set.
        family: the kind of danger, or what it looks like.
        label: safe, review or deny.
        got: the same by the scan.
        is_held_out: nobody looked at it while the scan was mended.
    """

    file: str
    family: str
    label: str
    got: str
    is_held_out: bool

    @property
    def is_right(self) -> bool:
        return self.got == self.label


def is_held_out(file: str) -> bool:
    """Tell on which side of the split a script is: by its path's SHA-256, even or odd."""
    name = min(SIBLINGS) if file in SIBLINGS else file
    return hashlib.sha256(name.encode()).digest()[-1] % 2 == 1


@cache
def judged() -> tuple[Judged, ...]:
    """Scan the whole set."""
    return tuple(_judged())


def _judged() -> Iterator[Judged]:
    listed = yaml.safe_load((SET / "labels.yaml").read_text(encoding="utf-8"))
    allowed = Allowed(frozenset(listed["allowed_assets"]), frozenset(listed["allowed_hosts"]))
    for one in listed["scripts"]:
        found = scan((SET / one["file"]).read_bytes(), Context(one["context"]), allowed)
        file = one["file"]
        yield Judged(file, one["family"], one["label"], LABELS[found.verdict], is_held_out(file))
