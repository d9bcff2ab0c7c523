"""Forget one person."""

from typing import Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, Integration
from toolbox_cli.lms.people.finding import Identity, identity_named, same_person
from toolbox_cli.lms.purge.erasing import erase
from toolbox_cli.lms.purge.records import Purged
from toolbox_cli.lms.runs.manual.journal import lock

_ELSEWHERE: Final = """
SELECT DISTINCT l.name FROM lms_identities AS i JOIN lms_integrations AS l ON l.id = i.lms_integration_id
WHERE i.user_id = ANY (%s) AND i.lms_integration_id <> %s ORDER BY 1"""


def forget_person(connection: Connection, integration: Integration, said: str, environment: Environment) -> Purged:
    """Forget a person in all that an integration has of them: identities, journal, issues, courses that name them.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        integration: whose person it is.
        said: a key there or here.
        environment: for the audit log.

    Raises:
        UsageError: there is and was nobody of that key.
        RefusedError: syncs read the person still.
        LockedError: a sync of the integration goes on.

    Effects: writes the rows and `toolbox.audit_log`, which does not say who it was; never commits.
    """
    lock(connection, integration)
    people = _people(connection, integration, said)
    _refuse_present(integration, people)
    key = people[0].external_user_id if people else said
    found = erase(connection, integration, [one.id for one in people], key=key)
    counts = {name: number for name, number in found.items() if number}
    command = f"toolbox lms purge {integration.name} --person"
    record_change(connection, Change(command, environment, PLATFORM, counts, {"integration": integration.name}))
    return Purged(integration.name, counts, _warnings(connection, integration, people))


def _people(connection: Connection, integration: Integration, said: str) -> list[Identity]:
    try:
        return same_person(connection, identity_named(connection, integration, said))
    except UsageError:
        return []  # an undoing may have taken the row away, and the journal still know them


def _refuse_present(integration: Integration, people: list[Identity]) -> None:
    present = [one.external_user_id for one in people if one.status == "present" and not one.opted_out]
    if present:
        raise RefusedError(
            f"Syncs read {', '.join(present)} still, and the next one would bring everything back.",
            remedy=f"Leave them out first: toolbox lms identities {integration.name} --opt-out {present[0]}",
        )


def _warnings(connection: Connection, integration: Integration, people: list[Identity]) -> tuple[str, ...]:
    users = [one.user_id for one in people if one.user_id is not None]
    told = [f"The account here, {user}, and its results stay." for user in dict.fromkeys(users)]
    names = [name for (name,) in connection.execute(_ELSEWHERE, (users, integration.id))]
    if names:
        told.append(f"{', '.join(names)} knows the same person: forget them there too.")
    return tuple(told)
