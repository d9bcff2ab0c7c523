"""Which quests there are."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Final

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import rows, transaction, user_named
from toolbox_cli.quests.personal import record_look

_AGES: Final = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)

# A title may name the child; the library's readers see those of public quests.
_LIST: Final = r"""
SELECT q.quest_id AS quest, CASE WHEN q.is_public OR %(personal)s THEN q.title END AS title,
    q.psychological_module AS module, q.age_range AS ages, q.difficulty_level AS difficulty, q.total_nodes AS nodes,
    coalesce(q.rating, 0) AS rating, (SELECT count(*) FROM quest_ratings AS r WHERE r.quest_id = q.id) AS ratings,
    coalesce(q.plays_count, 0) AS plays, coalesce(q.is_public, false) AS public, q.moderation_status AS moderation,
    q.status, q.user_id AS author
FROM quests AS q
CROSS JOIN LATERAL (SELECT
    substring(q.age_range FROM '^\s*(\d{1,2})(?!\d)')::integer AS youngest,
    CASE WHEN q.age_range ~ '^\s*\d{1,2}\s*\+' THEN 99
        ELSE substring(q.age_range FROM '^\s*\d{1,2}\s*[-–—]\s*(\d{1,2})(?!\d)')::integer END AS oldest) AS age
WHERE (q.is_public OR NOT %(public)s)
    AND (%(module)s::text IS NULL OR lower(q.psychological_module) = lower(%(module)s))
    AND (%(youngest)s::integer IS NULL
        OR age.youngest <= %(oldest)s AND coalesce(age.oldest, age.youngest) >= %(youngest)s)
    AND (%(min_rating)s::double precision IS NULL OR q.rating >= %(min_rating)s)
    AND (%(author)s::integer IS NULL OR q.user_id = %(author)s)
ORDER BY coalesce(q.rating, 0) DESC, coalesce(q.plays_count, 0) DESC, q.quest_id"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which quests are listed; None is any.

    Attributes:
        age: such as 8 or 7-9.
        author: as the command line has it.
        personal: with titles of quests that are not public.
    """

    public: bool = False
    module: str | None = None
    age: str | None = None
    min_rating: float | None = None
    author: str | None = None
    personal: bool = False


def ages_of(given: str) -> tuple[int, int]:
    """Read an age or a range of ages, in years.

    Raises:
        UsageError: it is neither.

    Example:
        >>> ages_of("8"), ages_of("7-9")
        ((8, 8), (7, 9))
    """
    found = _AGES.fullmatch(given.strip())
    youngest, oldest = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if youngest > oldest:
        raise UsageError(f"{given!r} is no age.", remedy="Write it as 8, or as 7-9.")
    return youngest, oldest


def list_(runtime: Runtime, only: Filter) -> Report:
    """List quests, the best first.

    Raises:
        UsageError: the age is none, or there is no such author.

    Effects: with `personal`, writes `toolbox.audit_log` and commits.
    """
    youngest, oldest = (None, None) if only.age is None else ages_of(only.age)
    with transaction(runtime, snapshot=True) as connection:
        author = None if only.author is None else user_named(connection, only.author, "--author")
        values: dict[str, Any] = {**asdict(only), "author": author, "youngest": youngest, "oldest": oldest}
        found = rows(connection, _LIST, values)
        if only.personal:
            filters = {name: values[name] for name in ("public", "module", "age", "min_rating", "author")}
            record_look(connection, runtime, "quests list", len(found), filters)
    numbers = {"nodes", "rating", "ratings", "plays"}
    names = ("quest", "title", "module", "ages", "nodes", "rating", "ratings", "plays", "public", "moderation")
    columns = [Column(name, justify="right" if name in numbers else "left") for name in names]
    note = f"{len(found):,} quest{'' if len(found) == 1 else 's'}."
    return Report("toolbox.quests.list/1", found, {"quests": len(found)}, columns=columns, note=note)
