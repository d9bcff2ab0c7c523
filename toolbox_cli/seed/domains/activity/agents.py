"""Agents at work on what teachers asked for: tasks, SPARC states, measurements."""

import datetime
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from toolbox_cli.core.chance import Weighted
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.keys import dashed
from toolbox_cli.seed.making.text import Row

TASK_COLUMNS: Final = (
    "id", "agent_id", "parent_task_id", "workflow_id", "task_type", "task_name", "input_data", "output_data", "status",
    "priority", "created_by", "assigned_at", "started_at", "completed_at", "duration_seconds", "retry_count",
    "error_message", "error_details", "progress_percentage", "intermediate_results", "context_data", "created_at",
    "updated_at",
)  # fmt: skip
STATE_COLUMNS: Final = (
    "id", "agent_id", "workflow_id", "state_type", "state_data", "sequence_number", "quality_score",
    "confidence_score", "reviewed_by", "approved", "created_at",
)  # fmt: skip
METRIC_COLUMNS: Final = (
    "id", "agent_id", "task_id", "metric_type", "metric_value", "benchmark_value", "context", "recorded_at",
)  # fmt: skip

REFUSED: Final = 0.2
"""Share of workflows that a reviewer sends back once."""

STATES: Final = 5 + 2 * REFUSED
"""SPARC states of a workflow, on average."""


class _Work(NamedTuple):
    """What an agent of a type is asked for.

    Attributes:
        seconds: how long it takes.
    """

    task: str
    name: str
    seconds: tuple[int, int]


_WORK: Final[Mapping[str, _Work]] = {
    "supervisor": _Work("plan_environment", "Plan", (3, 9)),
    "content": _Work("generate_content", "Lesson plan", (9, 40)),
    "quiz": _Work("generate_quiz", "Quiz", (6, 25)),
    "terrain": _Work("generate_terrain", "Terrain", (5, 30)),
    "script": _Work("generate_scripts", "Scripts", (4, 20)),
    "review": _Work("review_environment", "Review", (4, 15)),
}
_MORE: Final = ("quiz", "terrain", "script", "review")

MOST_TASKS: Final = len(_WORK)
"""In one workflow."""

DONE: Final = 0.96
"""About what share of the tasks is completed."""

_ENDS: Final = Weighted({"completed": 93.0, "failed": 3.0, "cancelled": 2.0, "dead_letter": 2.0})
_WRONG: Final = "The answer did not have the form that was asked for."

Tables = dict[str, list[Row]]
_State = tuple[str, dict[str, Any], int, bool]
"""Type, document, sequence number, and whether it was approved."""


def kinds_a_class(tasks: float, workflows: float) -> float:
    """Say how many agents work for a class, on average.

    Args:
        tasks: a workflow.
        workflows: of the class.
    """
    if tasks < 2:
        return min(1.0, tasks * workflows)
    idle: float = max(0.0, 1 - (tasks - 2) / len(_MORE)) ** workflows
    return min(1.0, workflows) * 2 + len(_MORE) * (1 - idle)


class Workflows:
    """The workflows of one class: one for each lesson with content of the teacher's own."""

    def __init__(self, context: Context, school_class: SchoolClass, agents: Mapping[str, Mapping[str, Any]]) -> None:
        self._context, self._class, self._agents = context, school_class, agents
        self._chance = context.chance("agents", school_class.number)
        self._tables: Tables = {"agent_tasks": [], "agent_states": [], "agent_metrics": []}
        self._ended: dict[str, list[bool]] = {}

    def make(self) -> Tables:
        """Give the rows of the agents' tables."""
        for number, lesson in enumerate(one for one in self._class.lessons if one.own):
            self._workflow(lesson, self._context.run.uuid("workflows", self._class.number, number))
        for kind, ended in self._ended.items():
            figures = {"tasks": len(ended), "failed": ended.count(False)}
            self._metric(kind, None, ("success_rate", round(sum(ended) / len(ended), 4), 0.95), figures, self._end())
        return self._tables

    def _workflow(self, lesson: Lesson, workflow: str) -> None:
        kinds = self._kinds()
        if not kinds:
            return
        moment = self._begin(lesson, kinds)
        begun, parent = moment, None
        for kind in kinds:
            key, moment = self._task(lesson, workflow, kind, parent, moment)
            parent = parent or key
        self._states(lesson, workflow, begun, moment)

    def _kinds(self) -> list[str]:
        """Choose which agents work: the one who plans first, where there are several."""
        wanted = self._chance.count(self._context.profile.activity.agent_tasks_a_lesson)
        more = self._chance.some(_MORE, max(0, wanted - 2))
        kinds = ["content"][:wanted] if wanted < 2 else ["supervisor", "content", *sorted(more, key=_MORE.index)]
        return [kind for kind in kinds if kind in self._agents]

    def _begin(self, lesson: Lesson, kinds: list[str]) -> datetime.datetime:
        """Choose when the teacher asked: in time for what was planned then, and after having an account."""
        longest = sum(_WORK[kind].seconds[1] + 3 for kind in kinds)
        return max(self._class.teacher.joined_at, lesson.planned_at - datetime.timedelta(seconds=longest))

    def _task(
        self, lesson: Lesson, workflow: str, kind: str, parent: str | None, asked: datetime.datetime
    ) -> tuple[str, datetime.datetime]:
        """Add a task and give its key, and when it ended."""
        chance, work, rows = self._chance, _WORK[kind], self._tables["agent_tasks"]
        key, agent = self._context.run.uuid("agent_tasks", self._class.number, len(rows)), self._agents[kind]
        status = "completed" if kind in {"supervisor", "content"} else _ENDS.pick(chance)
        well, bad = status == "completed", status in {"failed", "dead_letter"}
        retries = agent.get("retry_count", 3) if bad else int(chance.happens(0.08))
        started = asked + datetime.timedelta(seconds=chance.below(3))
        seconds = chance.between(*work.seconds)
        ended = started + datetime.timedelta(seconds=seconds)
        asked_for = {"subject": lesson.subject, "grade": lesson.grade, "title": lesson.title}
        made = {"content_id": dashed(lesson.content_key), "parts": len(lesson.questions)} if well else None
        row = (
            key, str(agent["id"]), parent, workflow, work.task, f"{work.name}: {lesson.title}"[:200], asked_for, made,
            status, agent.get("priority", 5), self._class.teacher.key, asked, started, ended, seconds, retries,
            _WRONG if bad else None, {"kind": "answer_shape", "tries": retries + 1} if bad else None,
            100 if well else chance.below(90), None, {"situation": lesson.subject, "context": lesson.difficulty},
            asked, ended,
        )  # fmt: skip
        rows.append(row)
        self._ended.setdefault(kind, []).append(well)
        if well:
            context = {"task": work.task, "tries": retries + 1, "tokens": 120 * seconds + chance.below(400)}
            quality = round(min(0.99, 0.72 + 0.25 * chance.unit() - 0.08 * retries), 2)
            self._metric(kind, key, ("execution_time", float(seconds), float(work.seconds[1])), context, ended)
            self._metric(kind, key, ("quality_score", quality, 0.8), context, ended)
        return key, ended

    def _metric(
        self,
        kind: str,
        task: str | None,
        figure: tuple[str, float, float],
        context: Mapping[str, object],
        moment: datetime.datetime,
    ) -> None:
        rows = self._tables["agent_metrics"]
        key = self._context.run.uuid("agent_metrics", self._class.number, len(rows))
        rows.append((key, str(self._agents[kind]["id"]), task, *figure, dict(context), moment))

    def _states(self, lesson: Lesson, workflow: str, begun: datetime.datetime, ended: datetime.datetime) -> None:
        """Add the SPARC states of a workflow; what a reviewer refused is done again."""
        again = self._chance.happens(REFUSED)
        told: list[_State] = [
            ("situation", {"subject": lesson.subject, "grade": lesson.grade}, 0, True),
            ("problem", {"objectives": len(lesson.objectives), "difficulty": lesson.difficulty.lower()}, 0, True),
            ("action", {"step": "generate", "title": lesson.title}, 0, not again),
            ("result", {"questions": len(lesson.questions)}, 0, not again),
        ]
        if again:
            told += [
                ("action", {"step": "revise", "title": lesson.title}, 1, True),
                ("result", {"questions": len(lesson.questions), "revised": True}, 1, True),
            ]
        told.append(("context", {"content_id": dashed(lesson.content_key)}, 0, True))
        step = (ended - begun) / len(told)
        for place, (kind, document, number, approved) in enumerate(told):
            self._state(workflow, (kind, document, number, approved), begun + step * (place + 1))

    def _state(self, workflow: str, told: _State, moment: datetime.datetime) -> None:
        kind, document, number, approved = told
        rows, chance = self._tables["agent_states"], self._chance
        reviewer = self._agents.get("review")
        maker = self._agents.get("content" if kind in {"action", "result"} else "supervisor")
        quality = round((0.78 if approved else 0.45) + 0.2 * chance.unit(), 2)
        sure = round(0.7 + 0.28 * chance.unit(), 2)
        judged = (quality, sure, str(reviewer["id"])) if reviewer else (None, None, None)
        row = (
            self._context.run.uuid("agent_states", self._class.number, len(rows)), str(maker["id"]) if maker else None,
            workflow, kind, document, number, *judged, approved and reviewer is not None, moment.replace(microsecond=0),
        )  # fmt: skip
        rows.append(row)

    def _end(self) -> datetime.datetime:
        return self._class.days[-1].school.end
