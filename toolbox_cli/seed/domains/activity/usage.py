"""Usage analytics of sign-ins, and the errors that people met."""

import datetime
from bisect import bisect
from collections.abc import Sequence
from typing import Final

from toolbox_cli.seed.domains.activity.errors import Seen, Where, error_row
from toolbox_cli.seed.domains.activity.events import DONE, STRUGGLING, Event
from toolbox_cli.seed.domains.activity.signins import SignIn
from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row

COLUMNS: Final = (
    "id", "user_id", "session_id", "ip_address", "country", "user_agent", "browser", "os", "device_type",
    "event_type", "event_category", "event_name", "content_id", "agent_id", "endpoint", "method", "status_code",
    "response_time_ms", "request_size_bytes", "response_size_bytes", "properties", "tags", "memory_usage_mb",
    "cpu_usage_percent", "database_query_time_ms", "ai_processing_time_ms", "recorded_at",
)  # fmt: skip

_NO_TAGS: Final = Raw("{}")
_OK: Final = Raw("200")
_SERVICE: Final = ("fastapi", "2.4.0")


def usage_rows(
    context: Context, school_class: SchoolClass, found: Sequence[SignIn], agent: str | None
) -> tuple[list[Row], list[Row]]:
    """Make what people did in their sign-ins.

    Args:
        context: of the run.
        school_class: whose they are.
        found: the sign-ins.
        agent: key of the agent that makes content.

    Returns:
        Rows of `usage_analytics`, and of `error_logs` for those that failed.
    """
    unit = context.chance("usage", school_class.number).unit
    mean, wrong = context.profile.activity.events_a_sign_in, context.profile.activity.errors_a_thousand_events / 1000
    key, number = context.run.uuids("usage_analytics"), school_class.number << 24
    starts = [lesson.starts_at for lesson in school_class.lessons]
    contents = [None, *(Raw(lesson.content_key) for lesson in school_class.lessons)]
    failing = _Failing(context, school_class)
    rows: list[Row] = []
    for one in found:
        begins, load = one.begins, one.load
        count = int(mean * (0.5 + unit()) + unit())
        step = (one.ends - begins).seconds / (count or 1)
        content = contents[bisect(starts, begins)]
        done = _done(one)
        who = _who(one)
        for place in range(count):
            event = done[int(unit() * len(done))]
            head, status, share = event.head, _OK, unit()
            moment = begins + datetime.timedelta(seconds=int(step * (place + unit())))
            if unit() < wrong:
                head, status = event.failed, Raw(failing.fails(one, event, moment, agent, share))
            ms = int(event.ms * (0.6 + load + share))
            rows.append(
                (
                    f"{key}{number:015x}",
                    *who,
                    *head,
                    content if event.on_content else None,
                    agent if event.model_ms else None,
                    event.endpoint,
                    event.method,
                    status,
                    ms + event.model_ms,
                    *event.sizes,
                    event.properties,
                    _NO_TAGS,
                    380 + int(240 * load),
                    round(12 + 46 * load + 20 * share, 1),
                    ms // 3,
                    event.model_ms or None,
                    moment,
                )  # fmt: skip
            )
            number += 1
    return rows, failing.rows


class _Failing:
    """Keeps the rows of the error log of one class."""

    def __init__(self, context: Context, school_class: SchoolClass) -> None:
        self._as_of, self._key = context.as_of, context.run.uuids("error_logs")
        self._number, self._chance = school_class.number << 24, context.chance("failures", school_class.number)
        self.rows: list[Row] = []

    def fails(self, one: SignIn, event: Event, moment: datetime.datetime, agent: str | None, share: float) -> str:
        """Note a failure and give its status."""
        failure = event.failures[int(share * len(event.failures))]
        user, session = (one.person.key, one.key) if _kept(one) else (None, None)
        where = Where(*_SERVICE, user, session, agent if event.model_ms else None, event.endpoint, event.method)
        last = moment + datetime.timedelta(seconds=int(self._chance.unit() * (one.ends - moment).seconds))
        times = 1 if last == moment else self._chance.between(2, 4)
        key = f"{self._key}{self._number:015x}"
        self.rows.append(error_row(key, failure, Seen(moment, last, times, self._as_of), where, self._chance))
        self._number += 1
        return str(failure.status)


def _done(one: SignIn) -> tuple[Event, ...]:
    struggling = isinstance(one.person, Student) and one.person.struggling and one.kind == "web"
    return STRUGGLING if struggling else DONE[one.person.role, one.kind]


def _who(one: SignIn) -> tuple[object, ...]:
    """Give the columns from user_id to device_type: of those who did not agree, nothing that leads to them."""
    client = one.client
    program = (client.agent, client.browser, client.system, client.device)
    if _kept(one):
        return (Raw(one.person.key), Raw(one.key), one.address, one.country, *program)
    return (None, None, None, one.country, None, *program[1:])


def _kept(one: SignIn) -> bool:
    return not isinstance(one.person, Student) or one.person.data_consent
