"""What was taken out of somebody's text, or made text."""

from typing import NamedTuple

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.core.findings import Finding


class Removed(NamedTuple):
    """Something that was taken out.

    Attributes:
        code: of the fault.
        what: an element or an attribute, as a person would name it.
        line: where it stood first.
        times: how often.
    """

    code: str
    what: str
    line: int | None
    times: int


class Cleaned(NamedTuple):
    """A text as it may stay, and what was taken out of it."""

    html: str
    removed: tuple[Removed, ...]

    def findings(self, file: str, what: str) -> list[Finding]:
        """Give what was taken out as faults.

        Args:
            file: where it stood.
            what: the block or section that it belonged to.
        """
        return [
            finding(one.code, what, f"{one.what}{f', {one.times} times' if one.times > 1 else ''}", file=file,
                    line=one.line)
            for one in self.removed
        ]  # fmt: skip
