"""What parents took from the public library."""

from typing import Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, named, rows, transaction, user_named

_ADD: Final = """
INSERT INTO user_quest_library (user_id, quest_id) VALUES (%(user)s, %(quest)s)
ON CONFLICT (user_id, quest_id) DO NOTHING"""

_REMOVE: Final = "DELETE FROM user_quest_library WHERE user_id = %(user)s AND quest_id = %(quest)s"

_TAKEN: Final = """
SELECT q.quest_id AS quest, q.psychological_module AS module, q.age_range AS ages, coalesce(q.rating, 0) AS rating,
    coalesce(q.is_public, false) AS public, l.added_at,
    (SELECT r.rating FROM quest_ratings AS r WHERE r.quest_id = q.id AND r.user_id = l.user_id) AS stars
FROM user_quest_library AS l JOIN quests AS q ON q.id = l.quest_id
WHERE l.user_id = %(user)s ORDER BY l.added_at DESC, q.quest_id"""


def add(connection: Connection, quest: str, parent: str, environment: Environment) -> bool:
    """Take a quest from the public library for a parent; whether it was not taken before.

    Raises:
        UsageError: there is no such quest or user.
        RefusedError: the quest is not public.

    Effects: writes `user_quest_library` and `toolbox.audit_log`, and locks the quest; never commits.
    """
    (held,) = named(connection, [quest], lock=True)
    values = {"user": user_named(connection, parent, "--for"), "quest": held.id}
    if not held.is_public:
        raise RefusedError(f"{quest} is not in the public library.", remedy="See what is: toolbox quests list --public")
    return _change(connection, "add", quest, values, environment)


def remove(connection: Connection, quest: str, parent: str, environment: Environment) -> bool:
    """Give back what a parent took; whether it was there.

    Raises:
        UsageError: there is no such quest or user.

    Effects: writes `user_quest_library` and `toolbox.audit_log`; never commits.
    """
    (held,) = named(connection, [quest])
    values = {"user": user_named(connection, parent, "--for"), "quest": held.id}
    return _change(connection, "remove", quest, values, environment)


def _change(connection: Connection, verb: str, quest: str, values: dict[str, int], environment: Environment) -> bool:
    changed = connection.execute(_ADD if verb == "add" else _REMOVE, values).rowcount
    if changed:
        command = f"toolbox quests library {verb} {quest}"
        details = {"user": values["user"]}
        record_change(connection, Change(command, environment, PLATFORM, {"user_quest_library": changed}, details))
    return changed == 1


def taken(runtime: Runtime, parent: str) -> Report:
    """List what a parent took, the latest first.

    Raises:
        UsageError: there is no such user.
    """
    with transaction(runtime, snapshot=True) as connection:
        user = user_named(connection, parent, "--for")
        found = rows(connection, _TAKEN, {"user": user})
    columns = [Column(name) for name in ("quest", "module", "ages", "rating", "stars", "public", "added_at")]
    note = f"{len(found):,} quest{'' if len(found) == 1 else 's'}."
    summary = {"user": user, "quests": len(found)}
    return Report("toolbox.quests.library/1", found, summary, columns=columns, note=note)
