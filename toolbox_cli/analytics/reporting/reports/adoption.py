"""The report on adoption."""

from collections.abc import Iterator
from typing import Any, Final

from toolbox_cli.analytics.reporting.measures import adoption as measures
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.analytics.reporting.reports.over_time import over_time
from toolbox_cli.analytics.reporting.reports.persons import enough, guarded, share
from toolbox_cli.analytics.reporting.told import Chart, Field, Figure, Section, Shape, Unit, Value

TITLE: Final = "Adoption"
DATASETS: Final = ("usage-events", "people", "roblox-sessions", "roblox-progress", "generated-scripts")

_PERSONS: Final = Field("persons", "Persons", Unit.PERSONS)
_EVENTS: Final = Field("events", "Events")
_ROLES: Final = {
    "student": "Students", "teacher": "Teachers", "parent": "Parents", "developer": "Developers",
    "admin": "Administrators", "other": "Others",
}  # fmt: skip


def tell(inquiry: Inquiry) -> tuple[tuple[Figure, ...], tuple[Section, ...]]:
    """Give its figures and sections."""
    roles = _roles(inquiry)
    sections = (
        _activity(inquiry), _by_role(roles), _kinds(inquiry), _devices(inquiry), _sessions(inquiry), _scripts(inquiry),
    )  # fmt: skip
    return tuple(_figures(inquiry, roles)), sections


def _figures(inquiry: Inquiry, roles: list[dict[str, Value]]) -> Iterator[Figure]:
    if roles:
        yield Figure("active_persons", "Active persons", roles[-1]["persons"], Unit.PERSONS, "signed in")
    players = inquiry.row(measures.players)
    if players and players["visits"]:
        students = players["students"]
        yield Figure("players", "Players", enough(students, students), Unit.PERSONS, "in live sessions of lessons")
        yield Figure("lesson_done", "Lesson done", enough(players["progress"], students), Unit.RATIO, "mean of visits")
        cut = enough(share(players["cut_off"], players["visits"]), students)
        yield Figure("cut_off", "Cut off", cut, Unit.RATIO, "visits that lost their connection")
    developers = inquiry.row(measures.developers)
    if developers:
        persons = developers["persons"]
        yield Figure(
            "developers", "Developers", enough(persons, persons), Unit.PERSONS, "scripts, or Studio plugin if more"
        )


def _activity(inquiry: Inquiry) -> Section:
    rows = guarded(
        inquiry.rows(measures.activity, inquiry.period.span, by=["day"]),
        by=["day"], count="persons", beside=["sessions", "requests"], additive=False,
    )  # fmt: skip
    fields = (_PERSONS, Field("sessions", "Sessions"), Field("requests", "Requests"))
    return over_time(
        inquiry, Section(
            "activity", "Who is there", "Persons who did something signed in, each counted once a day.", fields,
            tuple(rows), Chart(Shape.LINE, "day", ("persons",), "Persons who were active, by day."),
        ),
    )  # fmt: skip


def _roles(inquiry: Inquiry) -> list[dict[str, Value]]:
    found: dict[Any, dict[str, Any]] = {row["role"]: row for row in inquiry.rows(measures.roles)}
    cells: list[dict[str, Any]] = [found[role] for role in _ROLES if role in found]
    if cells:
        cells.append({"role": None, "persons": sum(cell["persons"] for cell in cells), "requests": None})
    return guarded(cells, by=["role"], count="persons", beside=["requests"])


def _by_role(roles: list[dict[str, Value]]) -> Section:
    whole = roles[-1]["persons"] if roles else 0
    told = tuple({**row, "role": _ROLES[str(row["role"])], "share": share(row["persons"], whole)} for row in roles[:-1])
    fields = (
        Field("role", "Role", Unit.WORD), _PERSONS, Field("share", "Share", Unit.RATIO), Field("requests", "Requests"),
    )  # fmt: skip
    return Section(
        "roles", "In which roles", "Persons who did something signed in, by the role of their account.", fields, told,
        Chart(Shape.BARS, "role", ("persons",), "Active persons by role."),
    )  # fmt: skip


def _kinds(inquiry: Inquiry) -> Section:
    rows = guarded(
        inquiry.rows(measures.kinds, by=["event_type"]),
        by=["event_type"], count="persons", beside=["events"], additive=False,
    )  # fmt: skip
    told = tuple({**row, "kind": str(row["event_type"]).replace("_", " ").capitalize()} for row in rows)
    return Section(
        "kinds", "What for", "Persons and events by what was done; a person counts for each kind.",
        (Field("kind", "Kind", Unit.WORD), _PERSONS, _EVENTS), told,
        Chart(Shape.BARS, "kind", ("persons",), "Persons by what they did."),
    )  # fmt: skip


def _devices(inquiry: Inquiry) -> Section:
    rows = guarded(
        inquiry.rows(measures.devices, by=["device_type"]),
        by=["device_type"], count="persons", beside=["events"], additive=False,
    )  # fmt: skip
    told = tuple({**row, "device": str(row["device_type"]).capitalize()} for row in rows)
    return Section(
        "devices", "On which devices", "Persons by the device that they used; who used two counts for both.",
        (Field("device", "Device", Unit.WORD), _PERSONS, _EVENTS), told,
        Chart(Shape.BARS, "device", ("persons",), "Persons by device."),
    )  # fmt: skip


def _sessions(inquiry: Inquiry) -> Section:
    rows = inquiry.rows(measures.sessions, inquiry.period.span, by=["day"])
    return over_time(
        inquiry, Section(
            "sessions", "Live sessions in Roblox", "Sessions of lessons, and how long they took on average.",
            (Field("sessions", "Sessions"), Field("minutes", "Minutes", Unit.NUMBER)), tuple(rows),
            Chart(Shape.LINE, "day", ("sessions",), "Live sessions in Roblox, by day."),
        ),
    )  # fmt: skip


def _scripts(inquiry: Inquiry) -> Section:
    rows = inquiry.rows(measures.scripts, inquiry.period.span, by=["day"])
    return over_time(
        inquiry, Section(
            "scripts", "Scripts made", "Luau scripts that were generated, and those of them that are in a place now.",
            (Field("scripts", "Scripts"), Field("deployed", "Deployed")), tuple(rows),
            Chart(Shape.LINE, "day", ("scripts", "deployed"), "Scripts that were generated and deployed, by day."),
        ),
    )  # fmt: skip
