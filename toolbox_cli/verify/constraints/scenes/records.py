"""The audit log only ever grows."""

from collections.abc import Iterator, Mapping
from typing import Final

from toolbox_cli.core.settings import RECORDS
from toolbox_cli.verify.constraints.scenes.play import Play, Scene
from toolbox_cli.verify.constraints.trials.trial import NO_RIGHT, Refusal, Trial

REFUSED: Final = Refusal(frozenset({NO_RIGHT}), words="append-only")


def append_only(play: Play) -> Iterator[Trial]:
    statements = ["UPDATE {audit_log} SET command = command WHERE id = $1", "DELETE FROM {audit_log} WHERE id = $1"]
    for statement in statements:
        act = play.begin()
        row = act.add("audit_log")
        yield act.refused(statement.split()[0], act.sql(statement, row["id"]), REFUSED)
    if not play.live:
        act = play.begin()
        yield act.refused("TRUNCATE", act.sql("TRUNCATE {audit_log}"), REFUSED)


SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {(RECORDS, "audit_log", "append_only"): append_only}
