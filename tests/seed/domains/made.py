"""Rows of a domain without a database: to look at what they tell."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.seed.conftest import shipped_profile
from tests.seed.looking import DAY
from toolbox_cli.seed.making.domain import Blocks, Context, Reference
from toolbox_cli.seed.making.keys import run_of
from toolbox_cli.seed.making.text import encode
from toolbox_cli.seed.profiles.shape import Profile

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def profile_of(name: str, **changes: Any) -> Profile:
    """Give a shipped profile; "part__field" replaces a field of a part of it."""
    told = shipped_profile(name)
    for key, value in changes.items():
        *parts, field = key.split("__")
        place = told
        for part in parts:
            place = place[part]
        place[field] = value
    return Profile.model_validate(told)


def context_of(profile: Profile, seed: int = 42, reference: Reference | None = None) -> Context:
    return Context(profile, seed, DAY, run_of(profile.model_dump_json(), seed, DAY), "1", "2", reference or {})


def made(content: Blocks, context: Context, blocks: Iterable[int]) -> Tables:
    """Make some blocks; each row by its columns."""
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in content.TABLES}
    for block in blocks:
        for table, rows in content.make(context, block).items():
            tables[table] += [dict(zip(content.TABLES[table], row, strict=True)) for row in rows]
    return tables


def fingerprint(content: Blocks, context: Context, block: int) -> str:
    """Hash a block as it would be loaded."""
    digest = hashlib.sha256()
    for table, rows in content.make(context, block).items():
        digest.update(table.encode() + encode(rows))
    return digest.hexdigest()


def correlation(pairs: Iterable[tuple[float, float]]) -> float:
    """Give Pearson's coefficient."""
    listed = list(pairs)
    count = len(listed)
    means = [sum(pair[side] for pair in listed) / count for side in (0, 1)]
    spread = [sum((pair[side] - means[side]) ** 2 for pair in listed) for side in (0, 1)]
    shared = sum((one - means[0]) * (other - means[1]) for one, other in listed)
    return float(shared / (spread[0] * spread[1]) ** 0.5)
