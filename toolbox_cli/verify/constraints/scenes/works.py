"""What agents have made is deployed only after a person's judgement of exactly that, and they are not forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from toolbox_cli.verify.constraints.scenes.play import Act, Play, Scene
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.trial import CHECK_VIOLATION, NO_RIGHT, Refusal, Trial
from toolbox_cli.verify.constraints.witnesses.solve import Values

PLATFORM: Final = "toolboxai"
HOLDS: Final[Mapping[str, Values]] = {
    "agent_tasks": {"status": "completed"},
    "roblox_content": {"is_deployed": "false"},
    "roblox_scripts": {"deployed_to_studio": "false"},
}
UNJUDGED: Final = Refusal(frozenset({CHECK_VIOLATION}), constraint="agent_reviews_before_deployment")
KEPT: Final = Refusal(frozenset({NO_RIGHT}), words="keeps what agents have made")
WHOLE: Final = "a" * 64
"""Hash of the whole that an object is a part of."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of object that agents make.

    Attributes:
        flag: column that says that it is deployed.
        made: table that says that agents made it.
        key: column of that, which refers to it.
        content: column that players meet.
        figure: column that they don't, with a value.
    """

    table: str
    flag: str
    made: str
    key: str
    hash: str
    content: str
    figure: tuple[str, str]

    def signing(self, task: Values, row: Values, act: Act, stored: str | None = None) -> Command:
        """Give the statement that says that agents made an object, as it is or with another hash."""
        return act.sql(
            f"INSERT INTO {{{self.made}}} (task_id, content_sha256, {self.key}, object_sha256)"  # noqa: S608
            f" SELECT $1::uuid, $2::text, o.id, coalesce($4, {self.hash}(o))"
            f" FROM {{{self.table}}} AS o WHERE o.id = $3::uuid",
            task["id"],
            WHOLE,
            row["id"],
            stored,
        )

    def deploying(self, act: Act, row: Values) -> Command:
        return act.change(self.table, row, **{self.flag: "true"})


_CONTENT: Final = _Kind(
    "roblox_content",
    "is_deployed",
    "agent_made_content",
    "roblox_content_id",
    "roblox_content_hash",
    "script_content",
    ("usage_count", "7"),
)
_SCRIPT: Final = _Kind(
    "roblox_scripts",
    "deployed_to_studio",
    "agent_made_scripts",
    "roblox_script_id",
    "roblox_script_hash",
    "content",
    ("tested", "true"),
)
_WRONG: Final[Mapping[str, Mapping[str, str]]] = {
    "refused": {"approved": "false"},
    "judged as something else": {"content_sha256": "b" * 64},
    "approved by a student": {"role": "student"},
    "approved by a parent": {"role": "parent"},
    "approved from a closed account": {"is_active": "false"},
}


def _judged(play: Play, kind: _Kind) -> Iterator[Trial]:
    """Only an approval of exactly this by who may judge lets an object go out; and it stays as it was approved."""
    act, _, row = _made(play, kind)
    yield act.refused("deploying what nobody judged", kind.deploying(act, row), UNJUDGED)
    for what, wrong in _WRONG.items():
        act, task, row = _made(play, kind)
        _judge(act, task, **wrong)
        yield act.refused(f"deploying what was {what}", kind.deploying(act, row), UNJUDGED)
    act, task, row = _made(play, kind)
    _judge(act, task)
    _judge(act, task, approved="false", reviewed_at="2025-12-31 00:00:00+00")
    yield act.refused("deploying what was refused later, by whatever clock", kind.deploying(act, row), UNJUDGED)
    act, task, row = _made(play, kind)
    _judge(act, task, approved="false")
    _judge(act, task)
    yield act.accepted("deploying what was approved later", kind.deploying(act, row))
    act, row = _approved(play, kind)
    yield act.accepted("deploying what was approved", kind.deploying(act, row))
    act, row = _approved(play, kind)
    act.before.append(act.change(kind.table, row, **{kind.content: "return 2"}))
    yield act.refused("deploying what has changed", kind.deploying(act, row), UNJUDGED)
    act, row = _approved(play, kind)
    act.before.append(kind.deploying(act, row))
    changing = act.change(kind.table, row, **{kind.content: "return 2"})
    yield act.refused("a change of what is deployed", changing, UNJUDGED)
    act, row = _approved(play, kind)
    act.before.append(kind.deploying(act, row))
    name, value = kind.figure
    yield act.accepted("counting what is deployed", act.change(kind.table, row, **{name: value}))
    act = play.begin()
    row = act.add(kind.table, **{kind.flag: "false"})
    yield act.accepted("deploying what people made", kind.deploying(act, row))


def _first(play: Play, kind: _Kind) -> Iterator[Trial]:
    """What is deployed does not become the agents' without a judgement."""
    act = play.begin()
    task, row = act.add("agent_tasks"), act.add(kind.table, **{kind.flag: "true"})
    yield act.refused("signing what is deployed", kind.signing(task, row, act), UNJUDGED)
    act = play.begin()
    task, row = act.add("agent_tasks"), act.add(kind.table, **{kind.flag: "true"})
    _judge(act, task)
    yield act.accepted("signing what is deployed and approved", kind.signing(task, row, act))
    yield act.refused("signing with another hash", kind.signing(task, row, act, "c" * 64), UNJUDGED)
    act = play.begin()
    task, row = act.add("agent_tasks"), act.add(kind.table, **{kind.flag: "false"})
    yield act.accepted("signing what is not", kind.signing(task, row, act))


def _kept(play: Play, kind: _Kind) -> Iterator[Trial]:
    """That agents made an object is neither changed nor forgotten, as long as it is there."""
    made, of_row = f"{{{kind.made}}}", f"WHERE {kind.key} = $1"
    act, _, row = _made(play, kind)
    changing = act.sql(f"UPDATE {made} SET object_sha256 = content_sha256 {of_row}", row["id"])  # noqa: S608
    yield act.refused("another hash", changing, KEPT)
    act, _, row = _made(play, kind)
    yield act.refused("DELETE", act.sql(f"DELETE FROM {made} {of_row}", row["id"]), KEPT)  # noqa: S608
    act, _, row = _made(play, kind)
    deleting = act.sql(f"DELETE FROM {{{kind.table}}} WHERE id = $1", row["id"])  # noqa: S608
    left = act.sql(f"SELECT task_id FROM {made} {of_row}", row["id"])  # noqa: S608
    yield act.seen("DELETE of the object", deleting, left, [], "its row here is left")


def _kept_whole(play: Play, kind: _Kind) -> Iterator[Trial]:
    """On a live table TRUNCATE would lock out everybody else."""
    if not play.live:
        act, _, _ = _made(play, kind)
        yield act.refused("TRUNCATE", act.sql(f"TRUNCATE {{{kind.made}}}"), KEPT)


def _made(play: Play, kind: _Kind) -> tuple[Act, Values, Values]:
    act = play.begin()
    task, row = act.add("agent_tasks"), act.add(kind.table, **{kind.flag: "false"})
    act.before.append(kind.signing(task, row, act))
    return act, task, row


def _approved(play: Play, kind: _Kind) -> tuple[Act, Values]:
    act, task, row = _made(play, kind)
    _judge(act, task)
    return act, row


def _judge(act: Act, task: Values, **given: str) -> None:
    person = {"role": "teacher", "is_active": "true"}
    judge = act.add("users", **{name: given.pop(name, usual) for name, usual in person.items()})
    usual = {"content_sha256": WHOLE, "approved": "true", "reviewed_at": "2026-01-01 00:00:00+00"}
    act.add("agent_reviews", task_id=task["id"], reviewed_by=judge["id"], **{**usual, **given})


SCENES: Final[Mapping[tuple[str, str, str], Scene]] = {
    (PLATFORM, table, trigger): partial(scene, kind=kind)
    for kind in (_CONTENT, _SCRIPT)
    for table, trigger, scene in (
        (kind.table, "agent_judgement", _judged),
        (kind.made, "judged_first", _first),
        (kind.made, "kept", _kept),
        (kind.made, "kept_whole", _kept_whole),
    )
}

SPEAKS_FOR: Final = {
    ("agent_reviews", "agent_reviews_before_deployment"): ("roblox_content", "agent_judgement"),
}
