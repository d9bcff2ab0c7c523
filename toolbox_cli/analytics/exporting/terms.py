"""The terms of an export: what leaves, under which key, so that only like exports go on from one another."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from toolbox_cli.analytics.exporting.asking import Ask
from toolbox_cli.analytics.exporting.cells import schema_of_cells
from toolbox_cli.analytics.exporting.choices import Partition, PrivacyMode
from toolbox_cli.analytics.exporting.manifest import Terms
from toolbox_cli.analytics.exporting.planning import Reading, conditions_of
from toolbox_cli.analytics.exporting.running import Job
from toolbox_cli.analytics.masking import keys
from toolbox_cli.analytics.masking.applying import masked_schema, masker
from toolbox_cli.analytics.masking.leaving import kind_in, mask_in
from toolbox_cli.analytics.masking.masks import Pseudonym, RowKey
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.analytics.reporting.suppression.shapes import DEFAULT_THRESHOLD
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.secrets import MAKE_KEY, open_secrets
from toolbox_cli.core.settings import Environment

_REMEMBERED: Final = 1 << 14
"""Pseudonyms that stay in memory for certain; up to twice as many take some 8 MiB."""

INTERNAL: Final = "internal"
"""Who gets an export that names no recipient."""


def key_of(runtime: Runtime, ask: Ask, target: Target, readings: Sequence[Reading]) -> keys.PseudonymKey | None:
    """Give the key of pseudonyms, where there are any; committed when it is given."""
    masks = (column.mask for reading in readings for column in reading.columns)
    if ask.privacy is not PrivacyMode.PSEUDONYMOUS or not any(isinstance(mask, Pseudonym | RowKey) for mask in masks):
        return None
    settings = runtime.settings
    if settings.secret_keys is None and settings.env is Environment.DEVELOPMENT and not ask.incremental:
        runtime.say("There is no TOOLBOX_SECRET_KEYS: pseudonyms of this export fit no other one.")
        return keys.passing_key()
    if settings.secret_keys is None:
        raise ConfigurationError(
            "Pseudonyms that fit another export need a key that is kept, and there is nothing to encrypt it with.",
            remedy=f"Make a key with: {MAKE_KEY} and keep it in TOOLBOX_SECRET_KEYS.",
        )
    secrets = open_secrets(settings)
    with connect(target, autocommit=False, purpose="toolbox analytics export") as connection:
        return keys.key_for(connection, secrets, ask.recipient or INTERNAL, period_of(runtime.now()))


def known_key(runtime: Runtime, ask: Ask, target: Target) -> keys.PseudonymKey | None:
    """Tell the key that an export would take, where there is one; it opens nothing."""
    whose = (ask.recipient or INTERNAL, period_of(runtime.now()))
    with connect(target, autocommit=False, purpose="toolbox analytics export") as connection:
        found = [kept.id for kept in keys.kept_keys(connection) if (kept.recipient, kept.period) == whose]
    return keys.PseudonymKey(found[0], bytes(keys.SIZE_BYTES)) if found else None


def period_of(moment: datetime.datetime) -> str:
    """Give the time that pseudonyms stay the same for: the year."""
    return f"{moment:%Y}"


def job_of(ask: Ask, reading: Reading, key: keys.PseudonymKey | None, period: str) -> Job:
    """Say how one dataset is exported."""
    if ask.privacy is PrivacyMode.AGGREGATE:
        return _job_of_cells(ask, reading, period)
    schema = masked_schema(reading.dataset, reading.mode)
    mask = masker(reading.dataset, reading.mode, Pseudonyms(key.key, remembered=_REMEMBERED) if key else None)
    terms = terms_of(ask, reading, key, period)
    return Job(reading, terms, ask.form, ask.partition, schema, mask, ask.incremental)


def _job_of_cells(ask: Ask, reading: Reading, period: str) -> Job:
    schema = schema_of_cells(reading.dataset)
    mask = f"of {DEFAULT_THRESHOLD} persons or more"
    columns = tuple({"name": field.name, "type": str(field.type), "mask": mask, "doc": ""} for field in schema)
    terms = replace(terms_of(ask, reading, None, period), columns=columns, partition=Partition.NONE.value)
    return Job(reading, terms, ask.form, Partition.NONE, schema, lambda batch: batch, earlier=())


def terms_of(ask: Ask, reading: Reading, key: keys.PseudonymKey | None, period: str) -> Terms:
    """Say what the next export must agree with to go on from this one."""
    mode = reading.mode
    columns = tuple(
        {
            "name": column.name,
            "type": str(kind_in(column, mode)),
            "mask": str(mask_in(column, mode)),
            "doc": column.doc,
        }
        for column in reading.columns
    )
    span = reading.span
    return Terms(
        version=reading.dataset.version,
        columns=columns,
        form=ask.form.value,
        partition=ask.partition.value,
        privacy=ask.privacy.value,
        only=conditions_of(reading.dataset),
        since=span.since.isoformat() if span.since else None,
        until=span.until.isoformat() if span.until else None,
        recipient=ask.recipient,
        period=period if key else None,
        key_id=str(key.id) if key and key.id else None,
    )
