"""How far children came, told by inner_edu and kept here only while they let us know."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import psycopg
from psycopg import errors

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, rows
from toolbox_cli.quests.inner_edu.api.client import ASKED_AT_ONCE, InnerEdu
from toolbox_cli.quests.inner_edu.api.naming import parent_uuid
from toolbox_cli.quests.inner_edu.api.shapes import Progress

RULE: Final = "quest_progress_live_consent"

_CONSENTING: Final = """
SELECT q.id, q.quest_id AS name, q.user_id AS author, q.inner_edu_quest_id AS key
FROM quests AS q JOIN child_privacy_settings AS c ON c.quest_id = q.id
WHERE q.id = ANY (%(ids)s) AND c.consent_given_by_child AND c.consent_timestamp IS NOT NULL
    AND c.consent_revoked_at IS NULL AND c.share_completion_progress
    AND NOT EXISTS (SELECT FROM quests AS o WHERE o.inner_edu_quest_id = q.inner_edu_quest_id AND o.id <> q.id)"""

_WRITE: Final = """
INSERT INTO quest_progress AS p (
    user_id, quest_id, current_step, completed, session_count, total_time_minutes, started_at, completed_at,
    last_played_at)
VALUES (
    %(user)s, %(quest)s, %(steps)s, %(completed)s, %(sessions)s, %(minutes)s, %(started_at)s, %(completed_at)s,
    %(last_played_at)s)
ON CONFLICT (user_id, quest_id) DO UPDATE SET
    current_step = excluded.current_step, completed = excluded.completed, session_count = excluded.session_count,
    total_time_minutes = excluded.total_time_minutes, started_at = excluded.started_at,
    completed_at = excluded.completed_at, last_played_at = excluded.last_played_at
WHERE (p.last_played_at IS NULL OR excluded.last_played_at >= p.last_played_at)
    AND (p.current_step, p.completed, p.session_count, p.total_time_minutes, p.started_at, p.completed_at,
        p.last_played_at)
    IS DISTINCT FROM (excluded.current_step, excluded.completed, excluded.session_count, excluded.total_time_minutes,
        excluded.started_at, excluded.completed_at, excluded.last_played_at)"""


class Told(StrEnum):
    """What became of a quest's progress."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    NONE = "none"
    """Nobody played it."""
    REVOKED = "revoked"
    """The child took its consent back while we asked; nothing was kept."""
    REFUSED = "refused"
    """The database does not take it."""
    UNREACHED = "unreached"


@dataclass
class Pulled:
    """What inner_edu told.

    Attributes:
        quests: by our key, those that it was asked for.
        others: records of other families' children, which the consent does not cover.
        unasked: records of quests that it was not asked for.
        faulty: records that are none.
        failed: why it could not be asked any further.
    """

    quests: dict[int, Told] = field(default_factory=dict)
    others: int = 0
    unasked: int = 0
    faulty: int = 0
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    id: int
    name: str
    author: int
    key: uuid.UUID


@dataclass
class Pulling:
    """Asks for progress; `connection` is in autocommit, and each quest is a transaction of its own."""

    connection: Connection
    inner_edu: InnerEdu
    environment: Environment
    dry_run: bool = False
    pulled: Pulled = field(default_factory=Pulled)

    def pull(self, quests: Mapping[int, uuid.UUID]) -> Pulled:
        """Ask for the progress of quests whose child lets us know at this moment, and for no others.

        Args:
            quests: by our key, the one that inner_edu has them under; those that we know under another are left out.

        Effects: network; commits what may be kept.
        """
        for some in _batches([*quests]):
            asked = {key: one for key, one in self._consenting(some).items() if quests[one.id] == key}
            if not asked:
                continue
            if self.pulled.failed:
                self.pulled.quests |= dict.fromkeys((one.id for one in asked.values()), Told.UNREACHED)
                continue
            self._pull(asked)
        return self.pulled

    def _consenting(self, quests: Sequence[int]) -> dict[uuid.UUID, _Asked]:
        found = rows(self.connection, _CONSENTING, {"ids": list(quests)})
        keyed = ((_uuid(row["key"]), row) for row in found)
        return {key: _Asked(row["id"], row["name"], row["author"], key) for key, row in keyed if key}

    def _pull(self, asked: Mapping[uuid.UUID, _Asked]) -> None:
        try:
            told = self._told(asked)
        except HttpError as error:
            self.pulled.failed = error.message
            self.pulled.quests |= dict.fromkeys((one.id for one in asked.values()), Told.UNREACHED)
            return
        for key, one in asked.items():
            self.pulled.quests[one.id] = self._kept(one, told[key]) if key in told else Told.NONE

    def _told(self, asked: Mapping[uuid.UUID, _Asked]) -> dict[uuid.UUID, Progress]:
        """Give the latest record of each quest that was asked for; a list that is not whole is none."""
        latest: dict[uuid.UUID, Progress] = {}
        left: Counter[str] = Counter()
        for one in self.inner_edu.progress(list(asked)):
            if one is None:
                left["faulty"] += 1
            elif one.quest not in asked:
                left["unasked"] += 1
            elif one.parent != parent_uuid(asked[one.quest].author):
                left["others"] += 1
            elif one.quest not in latest or _moment(one) > _moment(latest[one.quest]):
                latest[one.quest] = one
        self.pulled.others += left["others"]
        self.pulled.unasked += left["unasked"]
        self.pulled.faulty += left["faulty"]
        return latest

    def _kept(self, one: _Asked, told: Progress) -> Told:
        given = {**told.model_dump(exclude={"quest", "parent"}), "user": one.author, "quest": one.id}
        try:
            with self.connection.transaction(force_rollback=self.dry_run):
                written = self.connection.execute(_WRITE, given).rowcount
                if written:
                    details = {"quest": one.name}
                    change = Change("toolbox quests sync", self.environment, PLATFORM, {"quest_progress": 1}, details)
                    record_change(self.connection, change)
        except errors.CheckViolation as error:
            return Told.REVOKED if error.diag.constraint_name == RULE else Told.REFUSED
        except psycopg.DataError:
            return Told.REFUSED
        return Told.WRITTEN if written else Told.UNCHANGED


def _batches(quests: Sequence[int]) -> list[Sequence[int]]:
    return [quests[start : start + ASKED_AT_ONCE] for start in range(0, len(quests), ASKED_AT_ONCE)]


def _moment(told: Progress) -> float:
    return (told.last_played_at or told.started_at).timestamp()


def _uuid(key: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(key or "")
    except ValueError:
        return None
