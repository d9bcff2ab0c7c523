"""Change who somebody is, and what syncs may do with them."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, Integration, rows
from toolbox_cli.lms.people.choices import Action
from toolbox_cli.lms.people.finding import Identity, as_key, identity_named, same_person
from toolbox_cli.lms.runs.manual.journal import Edit, Edited, edit, lock
from toolbox_cli.models.toolboxai.lms.identities import LOCKABLE


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to people.

    Attributes:
        said: what the option was given: keys, and fields or another key.
    """

    action: Action
    said: tuple[str, ...]


_Planned = tuple[list[Edit], list[str]]

_USER: Final = """
SELECT u.id, u.role IN ('admin', 'developer') OR coalesce(u.is_superuser, false) AS privileged,
       (SELECT i.external_user_id FROM lms_identities AS i
        WHERE i.user_id = u.id AND i.lms_integration_id = %(integration)s AND i.id <> ALL (%(own)s)
        ORDER BY i.status = 'removed', i.external_user_id LIMIT 1) AS taken
FROM users AS u WHERE u.id = %(key)s OR u.username = %(said)s"""
"""Somebody here, and who of the integration that is already."""

_ELSEWHERE: Final = """
SELECT DISTINCT l.name FROM lms_identities AS i JOIN lms_integrations AS l ON l.id = i.lms_integration_id
WHERE i.user_id = ANY (%(users)s) AND i.lms_integration_id <> %(integration)s AND i.status = 'present'
ORDER BY 1"""
"""Other integrations that know the same people."""


_CHANGED_HANDS: Final = """
SELECT s.run_id FROM lms_sync_issues AS s JOIN lms_sync_runs AS r ON r.id = s.run_id
WHERE r.lms_integration_id = %(integration)s AND s.code = 'lms-id-reused' AND s.external_id = %(said)s
  AND s.run_id >= (SELECT max(o.id) FROM lms_sync_runs AS o WHERE o.lms_integration_id = %(integration)s
                   AND o.mode = 'full' AND o.status IN ('success', 'partial'))
LIMIT 1"""
"""Whether syncs hold a record back, since its key seems to be another person's now."""


def change_people(connection: Connection, integration: Integration, wish: Wish, environment: Environment) -> Edited:
    """Do what is wished, journaled and recorded.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        integration: whose people they are.
        wish: one action.
        environment: for the audit log.

    Raises:
        UsageError: somebody or a field is not there.
        RefusedError: it would lose somebody's account or wishes.
        LockedError: a sync of the integration goes on.

    Effects: writes `lms_identities`, the journal and `toolbox.audit_log`; never commits.
    """
    lock(connection, integration)
    edits, warnings = _PLANS[wish.action](connection, integration, wish.said)
    done = edit(connection, integration, edits, warnings)
    if done.run is not None:
        details = {"integration": integration.name, "run": done.run}
        command = f"toolbox lms identities {integration.name} --{wish.action}"
        record_change(connection, Change(command, environment, PLATFORM, {"lms_identities": done.rows}, details))
    return done


def _merge(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
    one, into = (identity_named(connection, integration, key) for key in said)
    if one.merged_into_id == into.id and one.id != into.id:
        return [], []
    _refuse_merge(connection, integration, one, into)
    warnings = []
    if one.user_id not in {None, into.user_id}:
        warnings.append(
            f"{one.external_user_id} keeps its account here, {one.user_id}, for a later split; from now on "
            f"{into.user_id} counts."
        )
    return [_edit(one, merged_into_id=into.id)], warnings


def _refuse_merge(connection: Connection, integration: Integration, one: Identity, into: Identity) -> None:
    name = integration.name
    if one.id == into.id:
        raise UsageError(f"{one.external_user_id} can't be merged into itself.")
    if one.merged_into_id is not None:
        raise RefusedError(
            f"{one.external_user_id} is merged into {_counting(connection, one)} already.",
            remedy=f"Split them first: toolbox lms identities {name} --split {one.external_user_id}",
        )
    if into.merged_into_id is not None:
        raise RefusedError(
            f"{into.external_user_id} does not count itself: it is merged.",
            remedy=f"Merge into the one that counts: {_counting(connection, into)}",
        )
    if into.status == "removed":
        raise RefusedError(
            f"{into.external_user_id} is no longer there, so no sync would keep the person up.",
            remedy=f"Merge the other way: --merge {into.external_user_id} {one.external_user_id}",
        )
    if one.user_id is not None and into.user_id is None:
        raise RefusedError(
            f"{into.external_user_id} has no account here, and {one.external_user_id} has: the person would lose it.",
            remedy=f"Merge the other way, or give it first: --link {into.external_user_id} {one.user_id}",
        )
    if one.opted_out and not into.opted_out:
        raise RefusedError(
            f"{one.external_user_id} is left out of syncs at somebody's wish, and {into.external_user_id} is not.",
            remedy="Let the same be so for both first, with --opt-out or --opt-in.",
        )


def _split(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
    one = identity_named(connection, integration, said[0])
    if one.merged_into_id is None:
        return [], [f"{one.external_user_id} is not merged."]
    warnings = []
    if one.user_id is not None and one.user_id == same_person(connection, one)[0].user_id:
        warnings.append(f"Both are still the same person here, {one.user_id}, until --link or --unlink says otherwise.")
    if one.status == "removed":
        warnings.append(f"{one.external_user_id} is no longer there.")
    # Without a digest the next sync looks at the person anew, and gives enrollments back.
    return [_edit(one, merged_into_id=None, sync_hash=None)], warnings


def _opting(opted_out: bool) -> "_Plan":  # noqa: FBT001  the two options
    def plan(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
        people = _everybody(connection, integration, said)
        warnings = _elsewhere(connection, integration, people) if opted_out else []
        return [_edit(one, opted_out=opted_out) for one in people], warnings

    return plan


def _lock_fields(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
    fields = _fields(said[1])
    people = _everybody(connection, integration, said[:1])
    edits = [
        _edit(one, locked_fields=[name for name in LOCKABLE if name in {*one.locked_fields, *fields}])
        for one in people
        if not fields <= set(one.locked_fields)
    ]
    return edits, _elsewhere(connection, integration, people)


def _unlock_fields(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
    fields = _fields(said[1])
    people = _everybody(connection, integration, said[:1])
    return [
        _edit(one, locked_fields=[name for name in one.locked_fields if name not in fields])
        for one in people
        if fields & set(one.locked_fields)
    ], []


def _link(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
    one = identity_named(connection, integration, said[0])
    own = [each.id for each in same_person(connection, one)]
    values = {"integration": integration.id, "own": own, "key": as_key(said[1]), "said": said[1]}
    found = rows(connection, _USER, values)
    if len(found) != 1:
        raise UsageError(f"There is nobody {said[1]} here.", remedy="Name somebody by the key or username of users.")
    user = found[0]
    if user["id"] == one.user_id:
        # Without the key in the SIS that it had, the record that syncs held back is the person's.
        return [_edit(one, sis_id=None, sync_hash=None)] if _changed_hands(connection, integration, one) else [], []
    _refuse_link(integration, one, user)
    warnings = []
    if one.account_made:
        warnings.append(f"The account {one.user_id}, made for {one.external_user_id}, stays without it.")
    return [_edit(one, user_id=user["id"], account_made=False)], warnings


def _refuse_link(integration: Integration, one: Identity, user: Mapping[str, Any]) -> None:
    if user["privileged"]:
        raise RefusedError(
            f"{user['id']} may administer or develop here: who rules a school's system must not rule that account.",
            remedy="Link an account of a student or teacher.",
        )
    if user["taken"] is not None:
        raise RefusedError(
            f"{user['id']} is {user['taken']} of {integration.name} already.",
            remedy=f"If both are one person: toolbox lms identities {integration.name} "
            f"--merge {one.external_user_id} {user['taken']}",
        )


def _unlink(connection: Connection, integration: Integration, said: Sequence[str]) -> _Planned:
    one = identity_named(connection, integration, said[0])
    if one.user_id is None:
        return [], []
    if _changed_hands(connection, integration, one):
        anew: dict[str, Any] = {
            "user_id": None,
            "account_made": False,
            "locked_fields": [],
            "sis_id": None,
            "sync_hash": None,
        }
        return [_edit(one, **anew)], [f"The account {one.user_id} stays without the key {one.external_user_id}."]
    if one.account_made:
        raise RefusedError(
            f"The account {one.user_id} was made for {one.external_user_id}; the next sync would make another.",
            remedy="Link another account in its place, or leave the person out with --opt-out.",
        )
    return [_edit(one, user_id=None)], []


def _changed_hands(connection: Connection, integration: Integration, one: Identity) -> bool:
    return bool(rows(connection, _CHANGED_HANDS, {"integration": integration.id, "said": one.external_user_id}))


def _everybody(connection: Connection, integration: Integration, said: Iterable[str]) -> list[Identity]:
    """Give who is named, with all the keys that each of them has there."""
    found: dict[uuid.UUID, Identity] = {}
    for key in said:
        one = identity_named(connection, integration, key)
        found |= {each.id: each for each in same_person(connection, one)}
    return list(found.values())


def _elsewhere(connection: Connection, integration: Integration, people: Iterable[Identity]) -> list[str]:
    users = [one.user_id for one in people if one.user_id is not None]
    found = rows(connection, _ELSEWHERE, {"users": users, "integration": integration.id})
    names = ", ".join(row["name"] for row in found)
    return [f"The same account is read from {names} too, which this does not change."] if names else []


def _fields(said: str) -> set[str]:
    fields = {name.strip() for name in said.split(",") if name.strip()}
    unknown = sorted(fields - set(LOCKABLE))
    if unknown or not fields:
        raise UsageError(
            f"No sync writes {', '.join(unknown) or 'nothing'}.", remedy=f"Fields are {', '.join(LOCKABLE)}."
        )
    return fields


def _counting(connection: Connection, one: Identity) -> str:
    return same_person(connection, one)[0].external_user_id


def _edit(one: Identity, **values: Any) -> Edit:
    return Edit("lms_identities", one.id, one.external_user_id, values)


_Plan = Callable[[Connection, Integration, Sequence[str]], _Planned]

_PLANS: Final[Mapping[Action, _Plan]] = {
    Action.MERGE: _merge,
    Action.SPLIT: _split,
    Action.OPT_OUT: _opting(opted_out=True),
    Action.OPT_IN: _opting(opted_out=False),
    Action.LOCK: _lock_fields,
    Action.UNLOCK: _unlock_fields,
    Action.LINK: _link,
    Action.UNLINK: _unlink,
}
