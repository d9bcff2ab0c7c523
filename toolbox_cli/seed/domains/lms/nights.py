"""The syncs of a school's system: one each night, and what they found wrong."""

import datetime
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha256
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.lms.systems import PROBLEMS, System
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row, raw

RUN_COLUMNS: Final = (
    "id", "lms_integration_id", "mode", "status", "started_at", "ended_at", "asked_by", "counts", "scopes", "diff_hash",
    "error_code", "error_message", "versions",
)  # fmt: skip
ISSUE_COLUMNS: Final = ("run_id", "number", "code", "severity", "kind", "external_id", "field", "message", "remedy")

COUNTED: Final = """
UPDATE lms_sync_runs AS r SET counts = c.counts FROM (
    SELECT run_id, jsonb_object_agg(kind, actions) AS counts FROM (
        SELECT run_id, kind, jsonb_object_agg(action, number) AS actions FROM (
            SELECT run_id, action, count(*) AS number, CASE table_name
                WHEN 'lms_courses' THEN 'course' WHEN 'lms_assignments' THEN 'assignment'
                WHEN 'lms_identities' THEN 'user' WHEN 'lms_enrollments' THEN 'enrollment' END AS kind
            FROM lms_sync_changes WHERE run_id BETWEEN %(first)s AND %(last)s GROUP BY run_id, table_name, action
        ) AS counted GROUP BY run_id, kind
    ) AS kinds GROUP BY run_id
) AS c WHERE c.run_id = r.id"""
"""A school's classes are made apart: only when all are there, it is known what its runs did."""

REFUSED: Final = 3
"""Records that a partial sync refused."""

_MOST_NIGHTS: Final = 1_000
_A_DAY: Final = datetime.timedelta(days=1)
_FULL_EVERY: Final = 7
PARTIAL, _FAILED = 0.02, 0.01
_WHOLE: Final = raw({kind: {"whole": True} for kind in ("course", "user", "enrollment", "assignment")})
_NOTHING: Final = raw({})
_CODES: Final = {"failed": "lms-unreachable", "held": "lms-too-many-removed"}


class Night(NamedTuple):
    """One sync.

    Attributes:
        key: of the row in `lms_sync_runs`.
    """

    key: int
    mode: str
    status: str
    started_at: datetime.datetime
    ended_at: datetime.datetime

    @property
    def applied(self) -> bool:
        return self.status in {"success", "partial"}


class Nights:
    """All syncs of a school's system, from the evening of the day on which it was connected."""

    def __init__(self, context: Context, system: System) -> None:
        self._system = system
        chance = Chance(context.run.key, "lms", "nights", system.school)
        last = min((system.synced_at - system.since) // _A_DAY, _MOST_NIGHTS - 1)
        first_key = context.run.integers.start + system.school * _MOST_NIGHTS
        self.all = tuple(self._night(chance, first_key, number, last) for number in range(last + 1))
        self._applied = [night for night in self.all if night.applied]
        self._ends = [night.ended_at for night in self._applied]

    @property
    def last(self) -> Night:
        return self.all[-1]

    def before(self, moment: datetime.datetime) -> Night:
        """Give the latest sync that had ended by then and changed something; the first where none had."""
        return self._applied[max(bisect_right(self._ends, moment) - 1, 0)]

    def after(self, moment: datetime.datetime) -> Night | None:
        """Give the first sync after that which changed something; None if there was none yet."""
        place = bisect_right(self._ends, moment)
        return self._applied[place] if place < len(self._applied) else None

    def rows(self) -> Iterator[Row]:
        """Make the rows of `lms_sync_runs`; what they did is counted when it is there."""
        versions = raw({"interface": self._system.kind.version})
        for night in self.all:
            read = night.status != "failed"
            code = _CODES.get(night.status)
            yield (
                night.key, self._system.key, night.mode, night.status, night.started_at, night.ended_at, "cron",
                _NOTHING, _WHOLE if read else _NOTHING,
                sha256(str(night.key).encode()).hexdigest() if night.status == "held" else None,
                code, PROBLEMS[night.status] if code else None, versions,
            )  # fmt: skip

    def issues(self) -> Iterator[Row]:
        """Make the rows of `lms_sync_issues`: what the partial syncs refused."""
        for night in self.all:
            for number in range(1, REFUSED + 1) if night.status == "partial" else ():
                key = self._system.external("enrollment", 900_000_000 + number)
                yield (
                    night.key, number, "lms-unknown-user", "warning", "enrollment", key, "user",
                    f"The enrollment {key} is of a person who is not among the people.",
                    "Have the school mend the enrollment, or let its people be read.",
                )  # fmt: skip

    def columns(self) -> Row:
        """Say what the system's own row tells of them: cursor, latest full one, latest success."""
        full = next(night for night in reversed(self._applied) if night.mode == "full")
        success = next((night for night in reversed(self._applied) if night.status == "success"), None)
        cursor = self._applied[-1].started_at if self._system.kind.deltas else None
        return cursor, full.ended_at, success.ended_at if success else None

    def _night(self, chance: Chance, first_key: int, number: int, last: int) -> Night:
        ended = self._system.synced_at - (last - number) * _A_DAY
        share = chance.unit()
        status = "failed" if share < _FAILED else "partial" if share < _FAILED + PARTIAL else "success"
        if number == last:
            status = self._system.status
        if number == 0:
            status = "success"
        mode = "delta" if self._system.kind.deltas and number % _FULL_EVERY else "full"
        started = ended - datetime.timedelta(seconds=chance.between(20, 240))
        return Night(first_key + number, mode, status, started, ended)
