"""Records that only ever grow."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.scenes.play import Play
from toolbox_cli.verify.constraints.trials.trial import NO_RIGHT, Refusal, Trial

REFUSED: Final = Refusal(frozenset({NO_RIGHT}), words="append-only")


def append_only(play: Play) -> Iterator[Trial]:
    name = play.claim.table
    table = play.stock.table(name)
    key = str(next(iter(table.primary_key.columns)).name)
    other = quote(next(column.name for column in table.columns if not column.identity))
    update = f"UPDATE {{{name}}} SET {other} = {other} WHERE {quote(key)} = $1"  # noqa: S608
    for statement in (update, f"DELETE FROM {{{name}}} WHERE {quote(key)} = $1"):  # noqa: S608
        act = play.begin()
        row = act.add(name)
        yield act.refused(statement.split()[0], act.sql(statement, row[key]), REFUSED)
    if not play.live:
        act = play.begin()
        yield act.refused("TRUNCATE", act.sql(f"TRUNCATE {{{name}}}"), REFUSED)
