"""What a check of data is: a query for the rows that should not be."""

from dataclasses import dataclass

from toolbox_cli.core.findings import Severity


@dataclass(frozen=True, slots=True)
class Check:
    """One rule about rows.

    Attributes:
        name: kebab-case, the code of its finding.
        table: whose rows break it.
        field: the columns that it is about.
        severity: of a break.
        claim: what must hold, one sentence.
        means: what a break means, one or two sentences.
        remedy: what to do about it.
        query: SELECT of the keys of the rows that break it. Names a schema by its platform in braces, and may name any
            of `Expected`; a percent sign is doubled.
        key: the columns that it gives.
    """

    name: str
    table: str
    field: str
    severity: Severity
    claim: str
    means: str
    remedy: str
    query: str
    key: tuple[str, ...] = ("id",)


def waiting_for_partition(platform: str, table: str, default: str) -> Check:
    """Make the check of a default partition, which is to be empty."""
    return Check(
        "waiting-for-partition",
        table,
        "partition",
        Severity.WARNING,
        "Every event lies in the partition of its month.",
        "Rows came for a month that had no partition. They are safe in the default one, but slow to read and remove.",
        "Run toolbox db partitions daily: it moves them, and makes the coming months. What stays has a wrong time.",
        f"SELECT id FROM {{{platform}}}.{default}",  # noqa: S608  names of the models
    )
