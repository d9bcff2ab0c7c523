"""What belongs to the whole installation: health checks of its services, and what failed when they were unwell."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.activity.errors import Failure, Seen, Where, error_row
from toolbox_cli.seed.making.calendar import school_days
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row, raw
from toolbox_cli.seed.profiles.shape import Profile

COLUMNS: Final = (
    "id", "service_name", "service_version", "instance_id", "status", "overall_score", "response_time_ms",
    "memory_usage_mb", "cpu_usage_percent", "disk_usage_percent", "active_connections", "db_response_time_ms",
    "cache_hit_rate", "external_services_status", "health_details", "error_messages", "warnings", "checked_at",
)  # fmt: skip

CHECKS_A_BLOCK: Final = 20_000
INCIDENTS_A_MONTH: Final = 1.5

_DAY_S: Final = 86_400
_RELEASE_DAYS: Final = 28
_AT_HOME: Final = 0.4
_QUIET: Final = 0.05


class Service(NamedTuple):
    """A service of the platform, as it is when nothing goes on and when a school is at work.

    Attributes:
        version: major and minor number; the third counts releases.
    """

    name: str
    version: str
    instances: int
    response_ms: int
    memory_mb: int
    connections: int
    needs: tuple[str, ...]


SERVICES: Final = (
    Service("fastapi", "2.4", 2, 38, 620, 12, ("postgresql", "roblox_open_cloud", "language_model")),
    Service("flask", "1.9", 1, 55, 410, 6, ("postgresql",)),
    Service("ghost", "1.3", 1, 80, 350, 4, ("postgresql", "object_storage")),
    Service("dashboard", "3.1", 1, 24, 180, 2, ("fastapi",)),
)


class Kind(NamedTuple):
    """What can be wrong with a service.

    Attributes:
        down: whether it then answers nothing of use.
        broken: the part of it, or the service that it needs, which is.
    """

    failure: Failure
    down: bool
    broken: str


_KINDS: Final = Weighted(
    {
        Kind(Failure("network", "UPSTREAM_TIMEOUT", "The language model did not answer within 60 s.", "high"),
             False, "language_model"): 4,
        Kind(Failure("network", "OPEN_CLOUD_429", "Roblox Open Cloud answered 429 too often in a row.", "medium"),
             False, "roblox_open_cloud"): 3,
        Kind(Failure("system", "POOL_EXHAUSTED", "No database connection came free within 5 s.", "high"),
             False, "connection_pool"): 3,
        Kind(Failure("system", "DISK_NEARLY_FULL", "Less than 5 % of the disk is free.", "medium"),
             False, "disk"): 2,
        Kind(Failure("system", "OUT_OF_MEMORY", "The process was ended because memory ran out.", "critical"),
             True, "memory"): 1,
        Kind(Failure("network", "DATABASE_UNREACHABLE", "The database refused connections.", "critical"),
             True, "postgresql"): 1,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incident:
    """Some time in which a service was unwell."""

    service: Service
    kind: Kind
    begins: datetime.datetime
    ends: datetime.datetime


def blocks(profile: Profile) -> int:
    """Say how many blocks there are; there is always one, for what failed."""
    return -(-profile.calendar.days // _days_a_block(profile))


def expected_checks(profile: Profile) -> int:
    """Say how many health checks there are."""
    return profile.calendar.days * profile.activity.health_checks_a_day * len(SERVICES)


def expected_incidents(profile: Profile) -> float:
    """Say how often a service is unwell, on average."""
    return max(1.0, profile.calendar.days * INCIDENTS_A_MONTH / 30)


def make(context: Context, block: int, number: int) -> Mapping[str, list[Row]]:
    """Make what happened in some of the days.

    Args:
        context: of the run.
        block: as the domain counts.
        number: as `blocks` counts.
    """
    days = _days_a_block(context.profile)
    begin = _midnight(context) + datetime.timedelta(days=number * days)
    end = min(begin + datetime.timedelta(days=days), _midnight(context, context.profile.calendar.days))
    incidents = [one for one in _incidents(context) if begin <= one.begins < end]
    key, chance = context.run.uuids("error_logs"), context.chance("installation", block)
    return {
        "system_health_checks": list(_checks(context, block, begin, end)),
        "error_logs": [
            error_row(
                f"{key}{(block << 24) + place:015x}",
                one.kind.failure,
                Seen(one.begins, one.ends, chance.between(3, 400), context.as_of),
                Where(one.service.name, _version(context, one.service, one.begins)),
                chance,
            )
            for place, one in enumerate(incidents)
        ],
    }


def _days_a_block(profile: Profile) -> int:
    return max(1, CHECKS_A_BLOCK // max(1, profile.activity.health_checks_a_day * len(SERVICES)))


def _midnight(context: Context, after: int = 0) -> datetime.datetime:
    first = context.profile.first_day(context.as_of) + datetime.timedelta(days=after)
    return datetime.datetime.combine(first, datetime.time(), datetime.UTC)


def _incidents(context: Context) -> list[Incident]:
    """List every incident of the run, whichever block asks; all are over before the last day ends."""
    chance = Chance(context.run.key, "activity", "incidents")
    days = context.profile.calendar.days
    begin = _midnight(context)
    found = []
    for _ in range(max(1, chance.count(days * INCIDENTS_A_MONTH / 30))):
        begins = begin + datetime.timedelta(seconds=chance.below((days - 1) * _DAY_S))
        lasts = datetime.timedelta(minutes=chance.between(10, 240))
        kind = _KINDS.pick(chance)
        able = [service for service in SERVICES if kind.broken in {*service.needs, "memory", "disk", "connection_pool"}]
        found.append(Incident(chance.pick(able), kind, begins, begins + lasts))
    return sorted(found, key=lambda one: one.begins)


def _version(context: Context, service: Service, moment: datetime.datetime) -> str:
    return f"{service.version}.{(moment - _midnight(context)).days // _RELEASE_DAYS}"


def _checks(context: Context, block: int, begin: datetime.datetime, end: datetime.datetime) -> Iterator[Row]:
    a_day = context.profile.activity.health_checks_a_day
    if not a_day:
        return
    chance, key = context.chance("health", block), context.run.uuids("system_health_checks")
    incidents, busy = _incidents(context), _Busy(context)
    number = block << 24
    for step in range((end - begin).days * a_day):
        moment = begin + datetime.timedelta(seconds=step * _DAY_S // a_day)
        load = busy.at(moment)
        for service in SERVICES:
            unwell = [one for one in incidents if one.service is service and one.begins <= moment < one.ends]
            version = _version(context, service, moment)
            yield (f"{key}{number:015x}", service.name, version, *_health(service, unwell, load, chance), moment)
            number += 1


class _Busy:
    """How much people do; asked for moments that grow."""

    def __init__(self, context: Context) -> None:
        calendar, zones = context.profile.calendar, context.profile.calendar.time_zones
        days = school_days(
            calendar, context.profile.first_day(context.as_of), context.as_of, max(zones, key=lambda zone: zones[zone])
        )
        spans = [(day.school.end, day.school.start, 1.0) for day in days]
        self._spans = sorted([*spans, *((day.home.end, day.home.start, _AT_HOME) for day in days)], reverse=True)

    def at(self, moment: datetime.datetime) -> float:
        while self._spans and self._spans[-1][0] <= moment:
            self._spans.pop()
        return self._spans[-1][2] if self._spans and self._spans[-1][1] <= moment else _QUIET


_WELL: Final = {service.name: raw(dict.fromkeys(service.needs, "healthy")) for service in SERVICES}
_NO_DETAILS: Final = raw({})


def _health(service: Service, unwell: Sequence[Incident], load: float, chance: Chance) -> Row:
    """Give the columns from instance_id to warnings."""
    unit = chance.unit
    instance = f"{service.name}-{1 + int(unit() * service.instances)}"
    if unwell:
        return (instance, *_unwell(service, unwell[0].kind, load, chance))
    response = int(service.response_ms * (0.7 + 1.1 * load + 0.6 * unit()))
    cpu, hits = round(4 + 48 * load + 14 * unit(), 2), round(90 + 9 * unit(), 2)
    warnings = ("Processor load is above 60 %.",) if cpu > 60 else ()
    return (
        instance, "healthy", round(100 - 0.12 * cpu - 3 * unit(), 2), response,
        int(service.memory_mb * (0.85 + 0.25 * load + 0.1 * unit())), cpu, round(35 + 8 * unit(), 2),
        int(service.connections * (0.3 + load) + 2 * unit()), 1 + int(4 * unit() + 6 * load), hits,
        _WELL[service.name], _NO_DETAILS, (), warnings,
    )  # fmt: skip


def _unwell(service: Service, kind: Kind, load: float, chance: Chance) -> Row:
    unit, message = chance.unit, kind.failure.message
    pool = kind.broken == "connection_pool"
    state = "unhealthy" if kind.down else "degraded"
    score = round((8 if kind.down else 45) + 20 * unit(), 2)
    needs = {need: state if need == kind.broken else "healthy" for need in service.needs}
    return (
        state, score, int(service.response_ms * (12 + 30 * unit())),
        int(service.memory_mb * (1.9 if kind.broken == "memory" else 1.1)),
        round(30 + 40 * load + 20 * unit(), 2),
        round(95.2 + 3 * unit() if kind.broken == "disk" else 38 + 5 * unit(), 2),
        service.connections * 4 if pool else int(service.connections * (0.3 + load)),
        None if kind.broken == "postgresql" else int((900 if pool else 6) * (1 + unit())), round(70 + 20 * unit(), 2),
        needs, {"broken": kind.broken, "code": kind.failure.code}, (message,) if kind.down else (),
        () if kind.down else (message,),
    )  # fmt: skip
