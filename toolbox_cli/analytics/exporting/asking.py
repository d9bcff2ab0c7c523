"""What an export can be asked for, and what is refused before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.homes import homes
from toolbox_cli.analytics.datasets.registry import named
from toolbox_cli.analytics.exporting.choices import Form, Partition, PrivacyMode
from toolbox_cli.analytics.exporting.planning import Span
from toolbox_cli.analytics.exporting.writing.statements.telling import TELLERS, teller_of
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.recipients import check_words, recipient_named
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.moments import moment_of
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import Environment


@dataclass(frozen=True)
class Ask:
    """What is to be exported, where to and how.

    Attributes:
        to: folder, or address of an object store.
        recipient: who gets it; whose pseudonyms they are, however the name is spaced.
        basis: why identified data may be given away.
        replica_url: a copy of the database to read from.
    """

    datasets: tuple[Dataset, ...]
    to: str
    form: Form = Form.PARQUET
    partition: Partition = Partition.MONTH
    privacy: PrivacyMode = PrivacyMode.PSEUDONYMOUS
    span: Span = Span()
    incremental: bool = False
    recipient: str | None = None
    basis: str | None = None
    replica_url: str | None = None

    def __post_init__(self) -> None:
        if self.recipient is not None:
            object.__setattr__(self, "recipient", recipient_named(self.recipient))


def check(runtime: Runtime, ask: Ask) -> None:
    """Refuse what may not leave this way.

    Raises:
        UsageError: a recipient or basis of blanks; identified data without a basis; xAPI of what nobody did; no place.
        RefusedError: identified data of production without a recipient.
    """
    if ask.form is Form.XAPI:
        for dataset in ask.datasets:
            teller_of(dataset)
    if not ask.to.strip():
        raise UsageError("--to names no place.", remedy="Name a folder, or s3://..., or leave it out for ./exports.")
    check_words(ask.recipient, ask.basis)
    if ask.privacy is PrivacyMode.AGGREGATE:
        _check_cells(ask)
    if ask.privacy is not PrivacyMode.IDENTIFIED:
        return
    if ask.basis is None:
        raise UsageError("Identified data leaves on a basis alone.", remedy="Say why it may: --basis TEXT.")
    if runtime.settings.env is Environment.PRODUCTION and not ask.recipient:
        raise RefusedError("Identified data of production goes to a named recipient.", remedy="Add --recipient NAME.")


def _check_cells(ask: Ask) -> None:
    """Hold tables of cells to whole months: two that end a day apart would tell of that day's few by subtraction."""
    if ask.incremental:
        raise UsageError("A table of cells is always made whole.", remedy="Leave --incremental out.")
    for option, moment in (("--since", ask.span.since), ("--until", ask.span.until)):
        if moment and moment != moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0):
            raise UsageError(
                f"A table of cells tells of whole months, and {option} is within one.",
                remedy=f"Write {option} {moment:%Y-%m}, or another month.",
            )


def located(runtime: Runtime, ask: Ask) -> Ask:
    """Take a folder for one of the run's working folder."""
    return ask if "://" in ask.to else replace(ask, to=str(runtime.working_folder / ask.to))


def by_database(runtime: Runtime, ask: Ask) -> list[tuple[Target, list[Dataset]]]:
    """Give the databases that datasets live in, each with its own.

    Raises:
        UsageError: there are several, and one replica is to stand for them.
    """
    found = list(homes(runtime, ask.datasets))
    if ask.replica_url and len(found) > 1:
        raise UsageError(
            "The datasets live in several databases, and --replica-url names a copy of one.",
            remedy="Export the datasets of one database at a time.",
        )
    return found


def mode_of(privacy: PrivacyMode) -> Mode:
    """Give how columns are masked."""
    return Mode.IDENTIFIED if privacy is PrivacyMode.IDENTIFIED else Mode.PSEUDONYMOUS


def chosen(names: Sequence[str], form: Form) -> tuple[Dataset, ...]:
    """Give datasets by their names; all that can leave in this form where none is named.

    Raises:
        UsageError: there is no such dataset.
    """
    return named(names or (tuple(TELLERS) if form is Form.XAPI else ()))


def span_of(since: str | None, until: str | None) -> Span:
    """Read from when to when.

    Raises:
        UsageError: one of them is no moment, or nothing is between them.
    """
    begins, ends = (
        None if text is None else moment_of(text, option) for text, option in ((since, "--since"), (until, "--until"))
    )
    if begins and ends and begins >= ends:
        raise UsageError(f"Nothing is between --since {since} and --until {until}.")
    return Span(begins, ends)
