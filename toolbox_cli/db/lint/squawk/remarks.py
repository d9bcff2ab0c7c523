"""What squawk says of revisions, as remarks: what our rules cover or our decisions rule out is left out."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.reading import Part, Reading
from toolbox_cli.db.lint.rules.remark import Case, Remark
from toolbox_cli.db.lint.squawk.judgement import Fate, Judgement, judgement_of
from toolbox_cli.db.lint.squawk.program import run_squawk
from toolbox_cli.db.lint.weight import Weight
from toolbox_cli.db.revisions.plan.statements import without_comments

DOCS: Final = "https://squawkhq.com/docs"

_TABLE_STATEMENT: Final = re.compile(r"(?:ALTER|DROP)\s+TABLE\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """One finding of squawk's, in a statement.

    Attributes:
        part: the statement's place in the revision.
        start: offset in the statement.
        end: the same.
    """

    rule: str
    part: int
    start: int
    end: int
    message: str
    help: str | None


def hear(program: Path, readings: Sequence[Reading], server_version: int) -> list[list[Heard]]:
    """Have squawk read revisions; give what it says of each, in their order.

    Comments don't reach it, so that it takes no orders from them.

    Raises:
        ConfigurationError: it failed.
    """
    texts = [[_ended(chunk.text) for chunk in reading.chunks] for reading in readings]
    heard: list[list[Heard]] = [[] for _ in readings]
    if not any(texts):
        return heard
    for one in run_squawk(program, ["\n".join(text) for text in texts], server_version=server_version):
        starts = [0, *accumulate(len(chunk) + 1 for chunk in texts[one.text])]
        chunk = min(bisect_right(starts, one.offset), len(texts[one.text])) - 1
        offset = one.offset - starts[chunk]
        place = _part_at(readings[one.text].parts, chunk, offset)
        if place is not None:
            statement = readings[one.text].parts[place].statement
            start = min(max(0, offset - statement.start), len(statement.text) - 1)
            end = min(max(start + 1, one.end - starts[chunk] - statement.start), len(statement.text))
            heard[one.text].append(Heard(one.rule, place, start, end, one.message, one.help))
    return heard


def judged(case: Case, heard: Sequence[Heard], ours: Collection[tuple[str, int]]) -> Iterator[Remark]:
    """Give what is shown of what squawk said of a revision.

    Args:
        case: the revision and its target.
        heard: all of it.
        ours: rule and statement of what our own rules found there.
    """
    for one in heard:
        judgement, part = judgement_of(one.rule), case.reading.parts[one.part]
        if any((rule, one.part) in ours for rule in judgement.otherwise) or _left_out(case, judgement, part):
            continue
        table = next((act.table for act in part.acts), None)
        rows = case.facts.rows(table) if table else None
        unsure = judgement.rows_only and rows is None
        yield Remark(
            one.rule, Severity.WARNING if unsure else judgement.severity, one.part, one.start, one.end, table,
            one.message.rstrip("."), "nothing that squawk warns of",
            " ".join(filter(None, (one.help, f"{DOCS}/{one.rule}"))),
            weight=Weight(rows, 0) if rows is not None else None,
        )  # fmt: skip


def _ended(chunk: str) -> str:
    """Give a text without its comments, and with the semicolon that one of them may have swallowed."""
    code = without_comments(chunk)
    return code if code.rstrip().endswith(";") else f"{code};"


def _part_at(parts: Sequence[Part], chunk: int, offset: int) -> int | None:
    """Find the statement at a place, or the next one before it."""
    best = None
    for place, part in enumerate(parts):
        if part.chunk == chunk and (best is None or part.statement.start <= offset):
            best = place
    return best


def _left_out(case: Case, judgement: Judgement, part: Part) -> bool:
    if judgement.fate is Fate.COVERED or (judgement.unless and judgement.unless.search(part.bare)):
        return True
    if judgement.fate is Fate.OFF:
        return not judgement.documents_only or case.reading.revision.document is not None
    if judgement.in_use_only:
        return not _in_use(case, part)
    return judgement.rows_only and all(case.facts.rows(act.table) == 0 for act in part.acts)


def _in_use(case: Case, part: Part) -> bool:
    """Whether programs can be using today what a statement is about."""
    if part.acts or _TABLE_STATEMENT.match(part.bare):
        return any(case.facts.tables is None or act.table in case.facts.tables for act in part.acts)
    return case.facts.migrated
