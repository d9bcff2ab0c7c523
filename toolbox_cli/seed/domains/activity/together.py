"""Sessions in which a teacher works on content with others."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Weighted
from toolbox_cli.seed.domains.classes.people import Person
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row, raw

SESSION_COLUMNS: Final = (
    "id", "content_id", "session_name", "session_type", "owner_id", "max_participants", "current_participants",
    "require_approval", "status", "started_at", "ended_at", "last_activity", "shared_state", "change_log", "settings",
    "permissions", "created_at", "updated_at",
)  # fmt: skip
PARTICIPANT_COLUMNS: Final = (
    "id", "session_id", "user_id", "role", "joined_at", "left_at", "duration_seconds", "contribution_count",
    "last_contribution", "permissions", "is_active", "muted",
)  # fmt: skip
CHANGE_COLUMNS: Final = (
    "id", "session_id", "user_id", "change_type", "target_object", "change_data", "previous_state", "new_state",
    "change_sequence", "applied", "conflict_resolution", "created_at",
)  # fmt: skip

OTHERS: Final = (2, 6)
"""From how many to how many people come beside the owner."""

CHANGES: Final = (6, 16)

LOST: Final = 0.12
"""Share of changes to an object that lose against another."""

_LASTS_S: Final = 1_800
_SECOND: Final = datetime.timedelta(seconds=1)
_TYPES: Final = Weighted({"content_editing": 5.0, "live_class": 3.0, "review": 2.0})
_CHANGES: Final = Weighted({"content_edit": 6.0, "script_update": 2.0, "terrain_modify": 2.0})
_TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "content_edit": ("introduction", "activity-1", "activity-2", "summary"),
    "script_update": ("Checkpoints", "QuizPanel"),
    "terrain_modify": ("hill", "lake", "path"),
}
_LATEST: Final = raw({"rule": "the latest change stays", "settled_by": "server"})
_SETTINGS: Final = raw({"autosave_seconds": 30, "cursor_names": True})
_PERMISSIONS: Final = raw(
    {"owner": ["read", "write", "invite"], "participant": ["read", "write"], "observer": ["read"]}
)
_NO_PERMISSIONS: Final = raw({})

Tables = dict[str, list[Row]]


class _Change(NamedTuple):
    """A change to an object of the content.

    Attributes:
        lost: whether it lost against another.
    """

    key: str
    author: str
    type: str
    target: str
    before: dict[str, int] | None
    after: dict[str, int]
    lost: bool
    made_at: datetime.datetime

    def row(self, session: str, sequence: int) -> Row:
        change = {"op": "replace", "path": f"/{self.target}", "value": self.after}
        return (
            self.key, session, self.author, self.type, self.target, change, self.before,
            self.before if self.lost else self.after, sequence, not self.lost, _LATEST if self.lost else None,
            self.made_at,
        )  # fmt: skip


class Meetings:
    """The sessions of one class; each takes place in a lesson's week, at school."""

    def __init__(self, context: Context, school_class: SchoolClass) -> None:
        self._context, self._class = context, school_class
        self._chance = context.chance("together", school_class.number)
        self._sessions: list[Row] = []
        self._participants: list[Row] = []
        self._changes: list[Row] = []

    def make(self) -> Tables:
        """Give the rows of the tables of collaboration."""
        wanted = self._chance.count(self._context.profile.activity.collaborations_a_class)
        for number in range(wanted if self._class.lessons else 0):
            self._session(self._context.run.uuid("collaboration_sessions", self._class.number, number))
        return {
            "collaboration_sessions": self._sessions,
            "collaboration_participants": self._participants,
            "collaboration_changes": self._changes,
        }

    def _session(self, key: str) -> None:
        chance, held = self._chance, self._class
        lesson, kind = self._lesson(), _TYPES.pick(chance)
        day = chance.pick([day for day in held.days if day.school.start > lesson.planned_at] or held.days[-1:])
        begins = day.school.at(0.8 * chance.unit())
        ends = min(begins + _LASTS_S * _SECOND, day.school.end)
        people = self._people(begins)
        made = self._make_changes(key, people, begins, ends)
        last = made[-1].made_at if made else begins
        log = tuple({"sequence": place, "type": one.type, "object": one.target} for place, one in enumerate(made))
        row = (
            key, lesson.content_key, f"{lesson.title}: {kind.replace('_', ' ')}"[:200], kind, held.teacher.key,
            max(30, len(people)), 0, kind == "review", "ended", begins, ends, last, {"open": "activity-1"}, log,
            _SETTINGS, _PERMISSIONS, begins, ends,
        )  # fmt: skip
        self._sessions.append(row)
        self._join(key, people, made, (begins, ends))

    def _lesson(self) -> Lesson:
        """Choose a lesson: one with content of the teacher's own, where there is one."""
        return self._chance.pick([lesson for lesson in self._class.lessons if lesson.own] or self._class.lessons)

    def _people(self, moment: datetime.datetime) -> list[Person]:
        """Choose who comes: the teacher, and students who take part then."""
        able = [student for student in self._class.students if student.takes_part(moment)]
        return [self._class.teacher, *self._chance.some(able, self._chance.between(*OTHERS))]

    def _make_changes(
        self, session: str, people: Sequence[Person], begins: datetime.datetime, ends: datetime.datetime
    ) -> list[_Change]:
        """Make changes in order; each knows what it replaces, and some lose against another."""
        chance, made, seen = self._chance, list[_Change](), dict[str, dict[str, int]]()
        times = sorted(chance.unit() for _ in range(chance.between(*CHANGES)))
        for sequence, share in enumerate(times):
            one = _Change(
                self._context.run.uuid("collaboration_changes", self._class.number, len(self._changes)),
                self._author(people).key,
                kind := _CHANGES.pick(chance),
                target := chance.pick(_TARGETS[kind]),
                before := seen.get(target),
                {"revision": sequence, "length": 120 + chance.below(900)},
                lost=before is not None and chance.happens(LOST),
                made_at=begins + int(share * ((ends - begins) // _SECOND)) * _SECOND,
            )
            if not one.lost:
                seen[target] = one.after
            made.append(one)
            self._changes.append(one.row(session, sequence))
        return made

    def _author(self, people: Sequence[Person]) -> Person:
        """Choose who makes a change: the owner as often as all others together."""
        return people[0] if len(people) == 1 or self._chance.happens(0.5) else self._chance.pick(people[1:])

    def _join(
        self, session: str, people: Sequence[Person], made: Sequence[_Change], span: tuple[datetime.datetime, ...]
    ) -> None:
        """Add the participants: nobody comes after their first change, or leaves before their last one."""
        begins, ends = span
        for place, person in enumerate(people):
            own = [one.made_at for one in made if one.author == person.key]
            late, early = (self._chance.below(300) * _SECOND if place else 0 * _SECOND for _ in range(2))
            joined = min([begins + late, ends, *own])
            left = max([ends - early, joined, *own])
            row = (
                self._context.run.uuid("collaboration_participants", self._class.number, len(self._participants)),
                session, person.key, "participant" if place else "owner", joined, left, (left - joined) // _SECOND,
                len(own), own[-1] if own else None, _NO_PERMISSIONS, False, place > 0 and self._chance.happens(0.01),
            )  # fmt: skip
            self._participants.append(row)
