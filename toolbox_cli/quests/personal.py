"""Names and messages of families: shown where they are asked for, and who looked is recorded."""

from collections.abc import Mapping
from typing import Any

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import PLATFORM, Connection


def record_look(
    connection: Connection, runtime: Runtime, command: str, seen: int, filters: Mapping[str, Any] | None = None
) -> None:
    """Write down that somebody looked at names or messages.

    Args:
        connection: in the transaction that looks.
        runtime: says in what kind of installation.
        command: such as `quests tracks list`.
        seen: rows.
        filters: which rows were asked for, by keys that tell nobody else anything.

    Effects: writes `toolbox.audit_log`; never commits.
    """
    given = {name: value for name, value in (filters or {}).items() if value is not None}
    change = Change(
        f"toolbox {command} --personal", runtime.settings.env, PLATFORM, details={"seen": seen, "filters": given}
    )
    record_change(connection, change)
