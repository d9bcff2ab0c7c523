"""Answers a query, from where its datasets are to where its rows go."""

import io
import sys
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from toolbox_cli.analytics.exporting.choices import PrivacyMode
from toolbox_cli.analytics.masking.recipients import check_words
from toolbox_cli.analytics.querying import sources
from toolbox_cli.analytics.querying.answers import Answer, answered
from toolbox_cli.analytics.querying.forms import QueryFormat
from toolbox_cli.analytics.querying.locked import Limits, View
from toolbox_cli.analytics.querying.showing import csv_of, text_of
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import write_whole
from toolbox_cli.core.runtime import Runtime

LIVE: Final = "live"


@dataclass(frozen=True, slots=True)
class Question:
    """A query and its bounds.

    Attributes:
        sql: the text; `-` for what comes on stdin.
        source: a folder, `s3://bucket/prefix`, or `live`.
        most: rows at most.
        seconds: that it may take.
        recipient: who gets a file of live datasets.
        basis: why it may be given away.
    """

    sql: str
    source: str = LIVE
    most: int = 1000
    seconds: float = 60.0
    recipient: str | None = None
    basis: str | None = None


def query(runtime: Runtime, question: Question, form: QueryFormat, file: Path | None) -> None:
    """Answer a query on stdout or into a file, and say on stderr what must be known of the answer.

    Raises:
        UsageError: it is no SQL, or names what there is not.
        InputError: there are no datasets.
        RefusedError: it does something else than read the datasets, or takes more than it may; its file can't be
            recorded.
        UnreachableError: a database or an object store can't be reached.

    Effects: where live datasets go into a file, a record in each database that they are of, before the file is seen.
    """
    _check(question, file)
    sql = sys.stdin.read() if question.sql == "-" else question.sql
    if not sql.strip():
        raise UsageError("There is no query.", remedy="Give it as an argument, or - and the text on stdin.")
    with _source(runtime, question.source, sql) as (views, privacies):
        with answered(sql, views, most=question.most, limits=Limits(seconds=question.seconds)) as answer:
            _put(runtime, replace(question, sql=sql), answer, form, file)
        if answer.cut:
            runtime.say(f"These are the first {answer.rows:,} rows; there are more: --limit.")
        if not answer.rows:
            runtime.say("The query found no rows.")
        elif privacies:
            runtime.say(note_for(privacies))


def note_for(privacies: Set[str]) -> str:
    """Say what the rows are, as far as persons are concerned, by how the datasets left."""
    if privacies == {PrivacyMode.AGGREGATE}:
        return "Behind these rows are tables of cells, out of which small ones were left when they were exported."
    identified = PrivacyMode.IDENTIFIED in privacies
    who = "can be known by these rows" if identified else "stand behind these rows, under pseudonyms"
    return f"Single persons {who}; no small group was left out. What may be shown: toolbox analytics report"


def _check(question: Question, file: Path | None) -> None:
    of_record = question.recipient is not None or question.basis is not None
    if of_record and (file is None or question.source != LIVE):
        raise UsageError(
            "--recipient and --basis are of a file that leaves the database.",
            remedy="Add --output FILE and ask live; what an export holds was recorded when it was made.",
        )
    check_words(question.recipient, question.basis)


def _put(runtime: Runtime, question: Question, answer: Answer, form: QueryFormat, file: Path | None) -> None:
    out = runtime.out if file is None else io.StringIO()
    parts = csv_of(answer) if form is QueryFormat.CSV else text_of(answer, form, out)
    if file is not None:
        file = runtime.working_folder / file
        if question.source == LIVE:
            from toolbox_cli.analytics.querying.recording import Leaving, recorded

            leaving = Leaving(question.sql, question.most, form.value, file, question.recipient, question.basis)
            parts = recorded(runtime, leaving, answer, parts)
        write_whole(file, parts, private=True)
        return
    for part in parts:
        out.write(part)
    out.flush()


@contextmanager
def _source(runtime: Runtime, source: str, sql: str) -> Iterator[tuple[list[View], Set[str]]]:
    """Give the tables that a query can read, and how much of a person left with those that it names."""
    if source == LIVE:
        from toolbox_cli.analytics.querying.live import live, mentioned

        with live(runtime, sql) as views:
            yield views, {PrivacyMode.PSEUDONYMOUS} if mentioned(sql) else set()
        return
    if source.startswith("s3://"):
        from toolbox_cli.analytics.querying.remote import in_object_store

        found, files = in_object_store(runtime, source)
    else:
        found, files = sources.in_folder(runtime.working_folder / source), None
    yield [sources.view_of(one, files) for one in found], {one.manifest.terms.privacy for one in found}
