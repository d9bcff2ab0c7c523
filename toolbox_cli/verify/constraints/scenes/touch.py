"""`updated_at` follows each change, unless the change sets it itself."""

from collections.abc import Iterator

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.scenes.play import Act, Play
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.trial import Trial
from toolbox_cli.verify.constraints.witnesses.solve import Values

LONG_AGO, GIVEN = "2001-01-01 00:00:00+00", "2002-02-02 00:00:00+00"


def touching(play: Play) -> Iterator[Trial]:
    act, row = _old_row(play)
    unchanged = _changing(act, play, row, "updated_at = updated_at")
    yield act.seen("a change", unchanged, _reading(act, play, row, "now()"), [("t",)], "updated_at is as it was")
    act, row = _old_row(play)
    given = _changing(act, play, row, f"updated_at = '{GIVEN}'")
    look = _reading(act, play, row, f"'{GIVEN}'")
    yield act.seen("a change that sets updated_at", given, look, [("t",)], "updated_at is another")


def _old_row(play: Play) -> tuple[Act, Values]:
    act = play.begin()
    return act, act.add(play.claim.table, updated_at=LONG_AGO)


def _changing(act: Act, play: Play, row: Values, change: str) -> Command:
    key = _key(play)
    text = f"UPDATE {{{play.claim.table}}} SET {change} WHERE {quote(key)} = $1"  # noqa: S608
    return act.sql(text, row[key])


def _reading(act: Act, play: Play, row: Values, wanted: str) -> Command:
    key = _key(play)
    text = f"SELECT updated_at = {wanted} FROM {{{play.claim.table}}} WHERE {quote(key)} = $1"  # noqa: S608
    return act.sql(text, row[key])


def _key(play: Play) -> str:
    (column, *_) = play.stock.table(play.claim.table).primary_key.columns
    return str(column.name)
