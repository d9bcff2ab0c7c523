"""Brings quests to inner_edu one by one, and writes down how far that came."""

from dataclasses import dataclass, replace
from typing import Final

from psycopg import errors

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NotFoundError,
    RejectedError,
    UnauthorizedError,
    UnexpectedReplyError,
)
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection
from toolbox_cli.quests.inner_edu.api.client import InnerEdu
from toolbox_cli.quests.inner_edu.api.shapes import Elsewhere
from toolbox_cli.quests.inner_edu.held import Ours, still_so, to_send
from toolbox_cli.quests.inner_edu.planning import SENDING, Fate, Planned, Stranger

CLOSED: Final = (UnauthorizedError, ForbiddenError)
"""What befalls every further quest as well."""

_CHANGED_THERE: Final = {409, 412}
_DOUBT: Final = " It may have been done all the same, which the next run finds out."
_EDITED: Final = "it was edited while it was sent"

_LINK: Final = """
UPDATE quests SET inner_edu_quest_id = %(key)s
WHERE id = %(id)s AND inner_edu_quest_id IS DISTINCT FROM %(key)s"""
_TAKEN: Final = "SELECT quest_id FROM quests WHERE inner_edu_quest_id = %(key)s AND id <> %(id)s"
_DEPLOYED: Final = "UPDATE quests SET deployed_to_inner_edu = true, deployed_at = now() WHERE id = %(id)s"
_THERE: Final = "SELECT 1 FROM quests WHERE quest_id = %s OR inner_edu_quest_id = %s"
_WITHDRAWN: Final = "UPDATE quests SET deployed_to_inner_edu = false WHERE id = %(id)s AND deployed_to_inner_edu"


@dataclass
class Sending:
    """Sends what was planned.

    Attributes:
        connection: in autocommit; each quest has transactions of its own, none of which is open while it waits.
        closed: why inner_edu lets us in no more.
    """

    connection: Connection
    inner_edu: InnerEdu
    environment: Environment
    closed: str | None = None

    def send(self, planned: Planned) -> Planned:
        """Do what was planned for one quest.

        Returns:
            What became of it.

        Effects: network; commits what was done there.
        """
        if planned.fate not in SENDING:
            return planned
        if self.closed:
            return replace(planned, fate=Fate.UNREACHED, reason=self.closed)
        try:
            return self._withdraw(planned) if planned.fate is Fate.WITHDRAWN else self._send(planned)
        except CLOSED as error:
            self.closed = error.message
            return replace(planned, fate=Fate.UNREACHED, reason=error.message)
        except HttpError as error:
            return _failed(planned, error)
        except errors.CheckViolation as error:
            reason = f"the database does not let it be written down, by {error.diag.constraint_name}"
            return replace(planned, fate=Fate.REFUSED, reason=reason)

    def withdraw(self, stranger: Stranger) -> Stranger:
        """Take down a quest that we have not, where that was planned, and it did not come meanwhile."""
        there = stranger.there
        if stranger.fate is not Fate.WITHDRAWN:
            return stranger
        if self.closed or self.connection.execute(_THERE, [there.quest_id, str(there.id)]).fetchone():
            return replace(stranger, fate=Fate.UNREACHED, reason=self.closed or "it came back meanwhile")
        try:
            self._taken_down(there.quest_id, there)
        except HttpError as error:
            self.closed = error.message if isinstance(error, CLOSED) else None
            return replace(stranger, fate=Fate.UNREACHED, reason=error.message)
        self._audit(there.quest_id, Fate.WITHDRAWN, key=str(there.id))
        return stranger

    def _send(self, planned: Planned) -> Planned:
        ours, there = planned.ours, planned.there
        if planned.fate in {Fate.CREATED, Fate.UPDATED}:
            payload = to_send(self.connection, ours)
            if payload is None:
                return replace(planned, fate=Fate.CONFLICT, reason=_EDITED)
            answer = self.inner_edu.update(there, payload) if there else self.inner_edu.create(payload)
            there = _checked(ours, answer, there)
        if there is None:
            raise AssertionError("what is not there is created")
        if not there.deployed:
            self._record(planned, there)
            if not still_so(self.connection, ours):
                return replace(planned, fate=Fate.CONFLICT, there=there, reason=_EDITED)
            there = _checked(ours, self.inner_edu.deploy(there), there)
            if not there.deployed:
                raise UnexpectedReplyError(f"inner_edu says that it deployed {ours.name}, and has not.", doubtful=True)
        self._record(planned, there)
        return replace(planned, there=there, reason=None)

    def _withdraw(self, planned: Planned) -> Planned:
        """Take down what was rejected, whatever its author or moderation did since: the next run sees that."""
        there = planned.there
        if there is not None and there.deployed_revision is not None:
            there = self._taken_down(planned.ours.name, there)
        with self.connection.transaction():
            if self.connection.execute(_WITHDRAWN, {"id": planned.ours.id}).rowcount:
                self._audit(planned.ours.name, planned.fate)
        return replace(planned, there=there)

    def _taken_down(self, name: str, there: Elsewhere) -> Elsewhere:
        now = self.inner_edu.withdraw(there)
        if now.deployed_revision is not None or (now.id, now.quest_id) != (there.id, name):
            raise UnexpectedReplyError(f"inner_edu says that it took {name} down, and has not.")
        return now

    def _record(self, planned: Planned, there: Elsewhere) -> None:
        """Write down what inner_edu has, in one transaction with its record.

        Raises:
            UnexpectedReplyError: another quest of ours has the key; nothing is written.
        """
        given = {"id": planned.ours.id, "key": str(there.id)}
        with self.connection.transaction():
            if taken := self.connection.execute(_TAKEN, given).fetchone():
                raise UnexpectedReplyError(f"inner_edu gave {planned.ours.name} the key of {taken[0]}.")
            changed = self.connection.execute(_LINK, given).rowcount
            if there.deployed:
                changed += self.connection.execute(_DEPLOYED, given).rowcount
            if changed:
                self._audit(planned.ours.name, planned.fate, content_hash=planned.ours.content_hash, key=given["key"])

    def _audit(self, name: str, fate: Fate, **more: object) -> None:
        details = {"quest": name, "fate": fate.value, **more}
        record_change(
            self.connection, Change("toolbox quests sync", self.environment, PLATFORM, {"quests": 1}, details)
        )


def _checked(ours: Ours, there: Elsewhere, before: Elsewhere | None = None) -> Elsewhere:
    """Hold an answer to what was sent.

    Raises:
        UnexpectedReplyError: it is of another quest, or of other content.
    """
    content_hash = there.source.content_hash if there.source else None
    same = there.quest_id == ours.name and (before is None or there.id == before.id)
    if not same or there.edited or content_hash != ours.content_hash:
        raise UnexpectedReplyError(f"inner_edu answered for {ours.name} with another quest.", doubtful=True)
    return there


def _failed(planned: Planned, error: HttpError) -> Planned:
    if error.status in _CHANGED_THERE or (isinstance(error, NotFoundError) and planned.there is not None):
        return replace(planned, fate=Fate.CONFLICT, reason="it was changed at inner_edu meanwhile")
    if isinstance(error, RejectedError | NotFoundError):
        return replace(planned, fate=Fate.REJECTED, reason=error.message)
    return replace(planned, fate=Fate.UNREACHED, reason=error.message + (_DOUBT if error.doubtful else ""))
