"""From what a person asked for to a report, on the engine that they chose."""

import datetime
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TextIO

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.registry import named
from toolbox_cli.analytics.reporting.choices import Form, Span
from toolbox_cli.analytics.reporting.periods import Period, Terms, period_of
from toolbox_cli.analytics.reporting.told import Told
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.extras import require
from toolbox_cli.core.nearby import near
from toolbox_cli.core.output import as_json, put_text, write_whole
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.streams import speaks_unicode

REPORTS: Final = ("learning", "adoption", "operations", "billing", "kpi")
LIVE: Final = "live"
DUCKDB: Final = "duckdb"
POSTGRES: Final = "postgres"
SPARK: Final = "spark"
_MAYBE_MISSING: Final = "Nothing of this kind happened in the period, or what would tell is not among the files."
_CLUSTER: Final = re.compile(r"(spark|k8s)://.+|local(\[.+\])?|yarn")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for.

    Attributes:
        report: its name.
        of: the period, as it was written.
        source: `live`, or a folder of exported datasets.
        engine: duckdb, postgres, spark, or the address of a Spark cluster.
        rates: file of an operator's prices, for bills.
    """

    report: str
    span: Span | None
    of: str | None
    source: str
    engine: str
    rates: Path | None


def check(wanted: Wanted) -> None:
    """Refuse what can't be, before anything is opened.

    Raises:
        UsageError: there is no such report or engine, or two options don't go together.
    """
    if wanted.report not in REPORTS:
        raise UsageError(
            f"There is no report {wanted.report!r}.",
            remedy=near(wanted.report, REPORTS) or f"The reports are {', '.join(REPORTS)}.",
        )
    if wanted.engine not in {DUCKDB, POSTGRES, SPARK} and not _CLUSTER.fullmatch(wanted.engine):
        raise UsageError(
            f"There is no engine {wanted.engine!r}.", remedy="Take duckdb, postgres, spark or spark://HOST:PORT."
        )
    if wanted.engine == POSTGRES and wanted.source != LIVE:
        raise UsageError("PostgreSQL reads no exported files.", remedy="Leave --from out, or take --engine duckdb.")
    if wanted.rates and wanted.report != "billing":
        raise UsageError(f"The report {wanted.report} has no prices.", remedy="--rates goes with billing alone.")


def make(runtime: Runtime, wanted: Wanted) -> Told:
    """Make a report.

    Raises:
        UsageError: what was asked for can't be.
        InputError: the folder or the file of rates is not what it should be.
        UnreachableError: a database or the cluster does not answer.
        MissingExtraError: the extra `analytics` or `engines` is not installed.
    """
    check(wanted)
    now = runtime.now()
    period = period_of(wanted.span, wanted.of, now.date(), Terms.of(runtime.settings.analytics.term_starts))
    given = _rates(runtime, wanted)
    require("analytics", "ibis")
    room = import_module(f"toolbox_cli.analytics.reporting.reports.{wanted.report}")
    told_of_files: list[str] = []
    with _engine(runtime, wanted, named(room.DATASETS), period, told_of_files) as engine:
        from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry

        inquiry = Inquiry(engine, period, now.date())
        figures, sections = room.tell(inquiry, *given)
        if inquiry.missing:
            sections = tuple(one if one.rows else replace(one, why_empty=_MAYBE_MISSING) for one in sections)
        notes = (*told_of_files, *_notes(period, now, inquiry.missing, is_empty=not any(one.rows for one in sections)))
        return Told(wanted.report, room.TITLE, period, now, engine.source, figures, sections, notes)


def put(runtime: Runtime, told: Told, form: Form, file: Path | None) -> None:
    """Write a report to stdout or to a file."""
    text_for = _FORMS[form]
    if file is not None:
        write_whole(runtime.working_folder / file, text_for(told, io.TextIOWrapper(io.BytesIO(), encoding="utf-8")))
        runtime.say(f"{file}: {told.title}, {told.period.title}")
    else:
        put_text(lambda out: text_for(told, out), runtime.out, None)


def _html(told: Told, _: TextIO) -> str:
    from toolbox_cli.analytics.reporting.showing.html import as_html

    return as_html(told)


def _json(told: Told, out: TextIO) -> str:
    from toolbox_cli.analytics.reporting.showing.envelope import as_report

    return as_json(as_report(told), ascii_only=not speaks_unicode(out)) + "\n"


def _table(told: Told, out: TextIO) -> str:
    from toolbox_cli.analytics.reporting.showing.terminal import as_text

    return as_text(told, out)


_FORMS: Final[Mapping[Form, Callable[[Told, TextIO], str]]] = {
    Form.HTML: _html, Form.JSON: _json, Form.TABLE: _table,
}  # fmt: skip


def _rates(runtime: Runtime, wanted: Wanted) -> tuple[Any, ...]:
    if wanted.rates is None:
        return ()
    from toolbox_cli.analytics.reporting.rates import read_rates

    return (read_rates(runtime.working_folder / wanted.rates),)


def _notes(period: Period, now: datetime.datetime, missing: set[str], *, is_empty: bool) -> Iterator[str]:
    if not period.is_over(now.date()):
        yield f"The {period.span} is not over: figures up to {now:%Y-%m-%d %H:%M} UTC."
    if missing:
        yield f"Not among the files, so not told of: {', '.join(sorted(missing))}."
    if is_empty:
        yield f"Nothing happened in {period.title}."


@contextmanager
def _engine(
    runtime: Runtime, wanted: Wanted, datasets: Sequence[Dataset], period: Period, notes: list[str]
) -> Iterator[Any]:
    if wanted.engine == POSTGRES:
        from toolbox_cli.analytics.reporting.engines.server import over_servers

        with over_servers(targets(runtime.settings, runtime.environ), period) as engine:
            yield engine
        return
    if wanted.engine == DUCKDB:
        from toolbox_cli.analytics.reporting.engines.files import over_files

        with (
            _files(runtime, wanted, datasets, period, notes) as (files, source),
            over_files(files, datasets, period, source) as engine,
        ):
            yield engine
        return
    from toolbox_cli.analytics.reporting.engines.cluster import LOCAL, over_cluster
    from toolbox_cli.analytics.reporting.engines.driver import check_cluster

    master = LOCAL if wanted.engine == SPARK else wanted.engine
    check_cluster(master)  # before the datasets are read: that may take long
    with (
        _files(runtime, wanted, datasets, period, notes) as (files, source),
        over_cluster(master, files, datasets, period, source) as engine,
    ):
        yield engine


@contextmanager
def _files(
    runtime: Runtime, wanted: Wanted, datasets: Sequence[Dataset], period: Period, notes: list[str]
) -> Iterator[tuple[Mapping[str, Sequence[Path]], str]]:
    if wanted.source == LIVE:
        from toolbox_cli.analytics.reporting.engines.live import extracted

        with extracted(targets(runtime.settings, runtime.environ), datasets, period) as files:
            yield files, "From the live tables, as they stood then."
        return
    from toolbox_cli.analytics.reporting.engines.folders import files_of

    if "://" in wanted.source:
        raise InputError(
            f"{wanted.source} is no folder of this machine.", remedy="Fetch the export first; a report reads folders."
        )
    folder = runtime.working_folder / wanted.source
    found = files_of(folder, datasets, period)
    notes.extend(found.notes)
    yield found.files, f"From the exported files in {wanted.source}."
