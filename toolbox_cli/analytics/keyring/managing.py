"""Keys of pseudonyms, wherever they are kept: each database has those of its own exports."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from toolbox_cli.analytics.masking import keys
from toolbox_cli.analytics.masking.recipients import recipient_named
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.database.transaction import Connection, transaction, upgraded
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.secrets import open_secrets

KIND: Final = "toolbox.analytics.keys/1"
PURPOSE: Final = "toolbox analytics keys"

_COLUMNS: Final = (
    Column("recipient"), Column("period"), Column("created_at"), Column("destroyed_at"),
    Column("exports", justify="right"), Column("id"),
)  # fmt: skip
_EXPORTS: Final = "SELECT key_id, count(*) FROM toolbox.disclosures WHERE key_id IS NOT NULL GROUP BY key_id"


def list_(runtime: Runtime) -> Report:
    """List keys with how many exports were made under each."""
    items: list[dict[str, Any]] = []
    with _connected(runtime) as connections:
        for connection in connections:
            with upgraded():
                exports = Counter(dict(connection.execute(_EXPORTS).fetchall()))
            items += [_item(one, exports[one.id]) for one in keys.kept_keys(connection)]
    there = sum(item["destroyed_at"] is None for item in items)
    note = f"{there:,} kept, {len(items) - there:,} destroyed."
    return Report(KIND, items, {"kept": there, "destroyed": len(items) - there}, columns=_COLUMNS, note=note)


def destroy(runtime: Runtime, recipient: str, period: str, *, yes: bool, dry_run: bool) -> Report:
    """Destroy a key in each database that has it.

    Raises:
        UsageError: none has it.
        RefusedError: it was destroyed before, or nobody said yes.

    Effects: writes `toolbox.pseudonym_keys` and `toolbox.audit_log`, and commits unless `dry_run`.
    """
    gone = []
    with _connected(runtime, dry_run=dry_run) as connections:
        held = [(one, _named(one, recipient, period)) for one in connections]
        alive = [connection for connection, key in held if key and key.destroyed_at is None]
        if not any(key for _, key in held):
            raise UsageError(
                f"There is no key for {recipient} and {period}.", remedy="List them with: toolbox analytics keys list"
            )
        if not alive:
            raise RefusedError(f"The key for {recipient} and {period} was destroyed already.")
        if not dry_run:
            question = (
                f"Nothing that was exported for {recipient} and {period} can ever be traced back. Destroy its key?"
            )
            runtime.confirm(question, yes=yes)
        for connection in alive:
            gone.append(keys.destroy(connection, recipient, period))
            _record(runtime, connection, "destroy", 1, {"key": str(gone[-1])})
    note = (
        f"The key for {recipient} and {period} {'would be' if dry_run else 'is'} gone; dumps from before may hold it."
    )
    return Report(KIND, [{"id": one} for one in gone], {"dry_run": dry_run, "destroyed": len(gone)}, note=note)


def rekey(runtime: Runtime, *, dry_run: bool) -> Report:
    """Encrypt all keys anew with the first of the installation's keys; all of a database's, or none.

    Effects: writes `toolbox.pseudonym_keys` and `toolbox.audit_log`, and commits unless `dry_run`.
    """
    secrets, count = open_secrets(runtime.settings), 0
    with _connected(runtime, dry_run=dry_run) as connections:
        for connection in connections:
            if anew := keys.rewrap(connection, secrets):
                _record(runtime, connection, "rekey", anew, {})
            count += anew
    note = f"{count:,} {'would be' if dry_run else 'are'} encrypted anew."
    return Report(KIND, [], {"dry_run": dry_run, "rekeyed": count}, note=note)


@contextmanager
def _connected(runtime: Runtime, *, dry_run: bool = False) -> Iterator[list[Connection]]:
    """Open a transaction on each database."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(transaction(runtime, target.names.platforms[0], PURPOSE, dry_run=dry_run))
            for target in targets(runtime.settings, runtime.environ)
        ]


def _named(connection: Connection, recipient: str, period: str) -> keys.Kept | None:
    whose = (recipient_named(recipient), period.strip())
    return next((one for one in keys.kept_keys(connection) if (one.recipient, one.period) == whose), None)


def _record(runtime: Runtime, connection: Connection, verb: str, count: int, details: dict[str, Any]) -> None:
    change = Change(f"{PURPOSE} {verb}", runtime.settings.env, None, {"pseudonym_keys": count}, details)
    record_change(connection, change)


def _item(one: keys.Kept, exports: int) -> dict[str, Any]:
    return {
        "recipient": one.recipient, "period": one.period, "created_at": one.created_at,
        "destroyed_at": one.destroyed_at, "exports": exports, "id": one.id,
    }  # fmt: skip
