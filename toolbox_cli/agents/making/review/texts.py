"""What is found wrong in the texts of a part, whatever part it is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from toolbox_cli.agents.making.review.children import unfit
from toolbox_cli.agents.making.review.judgement import Part, Reason
from toolbox_cli.agents.making.review.reading import level

MARGIN_GRADES: Final = 2
"""By how much text may be harder than its grade at no cost."""
_HARDEST_GRADES: Final = 5
_UNFINISHED: Final = re.compile(r"\{\{|\}\}|\{\w*\}|\b(?:todo|tbd|lorem ipsum|placeholder|xxx)\b", re.IGNORECASE)


def text_reasons(part: Part, texts: Mapping[str, Iterable[str]]) -> Iterator[Reason]:
    """Find what children must not be shown, and what is not finished.

    Args:
        part: whose texts.
        texts: by their place.
    """
    for place, listed in texts.items():
        for text in listed:
            yield from _unfit(part, place, text)
            if found := _UNFINISHED.search(text):
                remedy = "Write the text to its end."
                yield Reason(
                    code="unfinished", part=part, place=place, found=found[0], remedy=remedy, costs=0.2, refuses=True
                )


def _unfit(part: Part, place: str, text: str) -> Iterator[Reason]:
    for one in unfit(text):
        yield Reason(
            code=one.code,
            part=part,
            place=place,
            found=one.words[:200],
            remedy=one.remedy,
            costs=0.3 if one.refuses else 0.05,
            refuses=one.refuses,
        )


def reading_reasons(part: Part, texts: Iterable[str], terms: Iterable[str], grade: int) -> Iterator[Reason]:
    """Find whether texts are too hard for a grade; too few words tell nothing."""
    found = level(texts, terms).grade
    if found is None or (above := found - grade) <= MARGIN_GRADES:
        return
    yield Reason(
        code="too-hard",
        part=part,
        place="texts",
        found=f"reads like grade {found:.0f}, and the class is in grade {grade}",
        remedy="Write shorter sentences and shorter words.",
        costs=min(0.3, 0.05 * (above - MARGIN_GRADES)),
        refuses=above > _HARDEST_GRADES,
    )
