"""Columns as the texts that CSV and JSON have in common."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.arrays import decoded


def moments(values: pa.Array) -> pa.StringArray:
    """Write moments as ISO 8601 in UTC, with a fraction only where there is one."""
    distinct = values.dictionary_encode()
    texts = pc.strftime(distinct.dictionary.cast(pa.timestamp("us", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
    return pc.replace_substring(texts, ".000000Z", "Z").take(distinct.indices)


def changed_where(values: pa.StringArray, danger: str, change: Callable[[str], str]) -> pa.StringArray:
    """Change the texts that a pattern of RE2 is found in; they are few, so each is changed in Python."""
    found = pc.fill_null(pc.match_substring_regex(values, danger), False)
    if not found.true_count:
        return values
    changed = [change(text) for text in values.filter(found).to_pylist()]
    return pc.replace_with_mask(values, found, pa.array(changed, pa.string()))


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Take columns out of their dictionaries."""
    return pa.RecordBatch.from_arrays(list(map(decoded, batch.columns)), names=batch.schema.names)
