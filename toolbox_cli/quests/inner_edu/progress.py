"""How far children came, told by inner_edu and kept here only while they let us know."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

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

_LIVE: Final = """
SELECT FROM child_privacy_settings AS c
WHERE c.quest_id = q.id AND c.consent_given_by_child AND c.consent_timestamp IS NOT NULL
    AND c.consent_revoked_at IS NULL AND c.share_completion_progress"""

_CONSENTING: Final = f"""
SELECT q.id, q.quest_id AS name, q.user_id AS author, q.inner_edu_quest_id AS key
FROM quests AS q
WHERE q.id = ANY (%(ids)s) AND EXISTS ({_LIVE})
    AND NOT EXISTS (SELECT FROM quests AS o WHERE o.inner_edu_quest_id = q.inner_edu_quest_id AND o.id <> q.id)
"""  # noqa: S608

# inner_edu has it still: where the child lets us know again, it comes back.
_UNSHARED: Final = f"""
q.id = p.quest_id AND q.id = ANY (%(ids)s) AND q.inner_edu_quest_id IS NOT NULL AND NOT EXISTS ({_LIVE})"""

_FORGET: Final = f"""
DELETE FROM quest_progress AS p USING quests AS q WHERE {_UNSHARED}
RETURNING q.id, q.quest_id AS name"""  # noqa: S608

_KEPT: Final = f"SELECT DISTINCT q.quest_id AS name FROM quest_progress AS p, quests AS q WHERE {_UNSHARED}"  # noqa: S608

# Locked before progress is: whoever takes a consent back, and deletes progress then, goes the same way.
_SETTINGS: Final = "SELECT share_play_frequency FROM child_privacy_settings WHERE quest_id = %(quest)s FOR SHARE"

# Not one statement: INSERT ... ON CONFLICT takes a number of the key's sequence for each row that is there already.
_CHANGE: Final = """
UPDATE quest_progress AS p SET
    current_step = %(steps)s, completed = %(completed)s, session_count = %(sessions)s,
    total_time_minutes = %(minutes)s, started_at = %(started_at)s, completed_at = %(completed_at)s,
    last_played_at = %(last_played_at)s
WHERE p.user_id = %(user)s AND p.quest_id = %(quest)s AND coalesce(p.last_played_at <= %(moment)s, true)
    AND (p.current_step, p.completed, p.session_count, p.total_time_minutes, p.started_at, p.completed_at,
        p.last_played_at)
    IS DISTINCT FROM (%(steps)s, %(completed)s, %(sessions)s, %(minutes)s, %(started_at)s, %(completed_at)s,
        %(last_played_at)s)"""

_ADD: Final = """
INSERT INTO quest_progress (
    user_id, quest_id, current_step, completed, session_count, total_time_minutes, started_at, completed_at,
    last_played_at)
SELECT %(user)s, %(quest)s, %(steps)s, %(completed)s, %(sessions)s, %(minutes)s, %(started_at)s, %(completed_at)s,
    %(last_played_at)s
WHERE NOT EXISTS (SELECT FROM quest_progress WHERE user_id = %(user)s AND quest_id = %(quest)s)
ON CONFLICT (user_id, quest_id) DO NOTHING"""


class Told(StrEnum):
    """What became of a quest's progress."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    NONE = "none"
    """Nobody played it."""
    REVOKED = "revoked"
    """The child took its consent back while we asked, or is no more; nothing was kept."""
    FORGOTTEN = "forgotten"
    """The child lets us know no more, and what we had was deleted, as was wished."""
    REFUSED = "refused"
    """The database does not take it."""
    UNREACHED = "unreached"


@dataclass
class Pulled:
    """What inner_edu told.

    Attributes:
        quests: by our key, those that it was asked for.
        unshared: names of quests whose child lets us know no more, and whose progress from before is here still.
        unasked: records of quests that it was not asked for, or of other children than the author's.
        faulty: records that are none.
        failed: why it could not be asked any further.
    """

    quests: dict[int, Told] = field(default_factory=dict)
    unshared: Sequence[str] = ()
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

    def forget(self, quests: Sequence[int]) -> None:
        """Delete what we have of quests whose child lets us know no more.

        Args:
            quests: our keys; those that inner_edu has not are left alone.

        Effects: commits.
        """
        with self.connection.transaction(force_rollback=self.dry_run):
            forgotten = {row["id"]: row["name"] for row in rows(self.connection, _FORGET, {"ids": list(quests)})}
            if forgotten:
                counts, details = {"quest_progress": len(forgotten)}, {"forgotten": sorted(forgotten.values())}
                record_change(
                    self.connection, Change("toolbox quests sync", self.environment, PLATFORM, counts, details)
                )
        self.pulled.quests |= dict.fromkeys(forgotten, Told.FORGOTTEN)

    def look_back(self, quests: Sequence[int]) -> None:
        """Note which quests have progress here that their child shares no more."""
        self.pulled.unshared = sorted(row["name"] for row in rows(self.connection, _KEPT, {"ids": list(quests)}))

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
            elif one.quest not in asked or one.parent != parent_uuid(asked[one.quest].author):
                left["unasked"] += 1
            elif one.quest not in latest or _moment(one) > _moment(latest[one.quest]):
                latest[one.quest] = one
        self.pulled.unasked += left["unasked"]
        self.pulled.faulty += left["faulty"]
        return latest

    def _kept(self, one: _Asked, told: Progress) -> Told:
        given = {**told.model_dump(exclude={"quest", "parent"}), "user": one.author, "quest": one.id}
        try:
            with self.connection.transaction(force_rollback=self.dry_run):
                return self._write(one, {**given, "moment": _moment(told)})
        except errors.CheckViolation as error:
            if error.diag.constraint_name != RULE:
                return Told.REFUSED
        except errors.ForeignKeyViolation:
            pass
        except psycopg.DataError:
            return Told.REFUSED
        return Told.REVOKED

    def _write(self, one: _Asked, given: Mapping[str, Any]) -> Told:
        if not any(row["share_play_frequency"] for row in rows(self.connection, _SETTINGS, given)):
            given = {**given, "sessions": None, "minutes": None, "last_played_at": None}
        if not (self.connection.execute(_CHANGE, given).rowcount or self.connection.execute(_ADD, given).rowcount):
            return Told.UNCHANGED
        counts, details = {"quest_progress": 1}, {"quest": one.name}
        record_change(self.connection, Change("toolbox quests sync", self.environment, PLATFORM, counts, details))
        return Told.WRITTEN


def _batches(quests: Sequence[int]) -> list[Sequence[int]]:
    return [quests[start : start + ASKED_AT_ONCE] for start in range(0, len(quests), ASKED_AT_ONCE)]


def _moment(told: Progress) -> datetime:
    return told.last_played_at or told.started_at


def _uuid(key: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(key or "")
    except ValueError:
        return None
