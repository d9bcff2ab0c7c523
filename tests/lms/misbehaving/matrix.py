"""Every misbehaviour upon every system, and what comes of it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.lms.misbehaving import troubles
from tests.lms.misbehaving.outcomes import Failed, Held, Never, Outcome, healed, told
from tests.lms.misbehaving.systems import HASTY, PATIENT, SYSTEMS
from tests.lms.misbehaving.troubles import Apply, file, on_lists, said
from tests.support.web import cut_within, drip, html_page, redirect, throttled, unauthorized
from toolbox_cli.core.http.limits import Limits

V1, V2, CSV, MOODLE, CANVAS, SCHOOLOGY, BLACKBOARD, LTI = SYSTEMS
NO_HTTP: Final = Never("files are not asked for over HTTP")
ONE_PAGE: Final = Never("a file has no pages")
AGAIN: Final = healed("lms-asked-again")
MOVED_ON: Final = healed("lms-moved-on", late=True)
ELSEWHERE: Final = "http://localhost:1/somewhere?page=2"
BAD_LINK: Final = "</users?page=2&amp;x=1>; rel=“next”"
AWAY: Final = f'<{ELSEWHERE}>; rel="next"'
THROTTLE: Final = "403 Forbidden (Rate Limit Exceeded)"
MOODLE_SAYS: Final = {"exception": "moodle_exception", "errorcode": "error", "message": "Something broke"}
NO_TOKEN: Final = {"exception": "moodle_exception", "errorcode": "invalidtoken", "message": "Invalid token"}


@dataclass(frozen=True)
class Row:
    """A misbehaviour.

    Attributes:
        apply: how it is put upon a system.
        usual: what comes of it.
        other: what comes of it for some systems.
        applied: how it is put upon some systems.
        limits: of the transport.
    """

    name: str
    apply: Apply
    usual: Outcome
    other: Mapping[str, Outcome] = field(default_factory=dict)
    applied: Mapping[str, Apply] = field(default_factory=dict)
    limits: Limits = PATIENT


ROWS: Final = (
    Row("clamped pages", troubles.clamped, healed("lms-pages-clamped"), {CSV: ONE_PAGE}),
    Row("a page without rows in the middle", troubles.empty_page, told("lms-incomplete"), {
        CSV: ONE_PAGE, V1: healed("lms-moved-on"), V2: healed("lms-moved-on"), BLACKBOARD: healed("lms-moved-on"),
        LTI: healed("lms-moved-on"), MOODLE: told("lms-unchecked", kinds=("user",)),
    }),
    Row("a page comes again", troubles.repeated, told("lms-moved"), {
        CSV: ONE_PAGE, V1: healed("lms-rows-repeated"), V2: healed("lms-rows-repeated"), MOODLE: healed("lms-moved-on"),
    }),
    Row("rows come again in a file", file(troubles.repeated_lines), Never("lists have pages"), {
        CSV: healed("lms-repeated"),
    }),
    Row("people leave while they are read", troubles.leaving, told("lms-moved"), {
        CSV: ONE_PAGE, V1: MOVED_ON, V2: MOVED_ON, CANVAS: MOVED_ON, BLACKBOARD: MOVED_ON, LTI: MOVED_ON,
        MOODLE: told("lms-unchecked", kinds=("user",)),
    }),
    Row("people come while they are read", troubles.joining, told("lms-moved"), {
        CSV: ONE_PAGE, V1: healed("lms-rows-repeated", late=True), V2: healed("lms-rows-repeated", late=True),
        MOODLE: told("lms-list-short", kinds=("user",)),
        CANVAS: told("lms-moved", kinds=("user",)),
    }),
    Row("malformed Link", troubles.bad_link(BAD_LINK), told("lms-unreadable", says="Link"), {
        CSV: NO_HTTP, MOODLE: Never("Moodle's lists have no links"), V1: healed("lms-link-malformed"),
        V2: healed("lms-link-malformed"), SCHOOLOGY: healed("lms-link-malformed"),
        BLACKBOARD: told("lms-unreadable", says="paging"),
    }, {
        SCHOOLOGY: troubles.bad_member("links", {"next": "https://[oak"}),
        BLACKBOARD: troubles.bad_member("paging", "soon"),
    }),
    Row("Link to another host", troubles.bad_link(AWAY), told("lms-unreadable", says="another server"), {
        CSV: NO_HTTP, V1: healed("lms-link-foreign"), V2: healed("lms-link-foreign"),
        SCHOOLOGY: healed("lms-link-foreign"),
    }, {
        MOODLE: on_lists(lambda: redirect(ELSEWHERE, 307)),
        SCHOOLOGY: troubles.bad_member("links", {"next": ELSEWHERE}),
        BLACKBOARD: troubles.bad_member("paging", {"nextPage": ELSEWHERE}),
    }),
    Row("200 with an error", said({"error": "sorry"}), told("lms-unreadable"), {
        CSV: told("lms-column-missing", says="sourcedId"),
    }, {
        CSV: file(lambda _: b'{"error": "sorry"}'), MOODLE: said(MOODLE_SAYS),
    }),
    Row("HTML error page", on_lists(html_page), told("lms-unreadable", says="html"), {
        CSV: told("lms-column-missing", says="sourcedId"),
    }, {CSV: file(lambda _: b"<!DOCTYPE html>\n<title>Sorry</title>\n")}),
    Row("HTML error page, 502", on_lists(lambda: html_page(502), times=math.inf), told("lms-unreadable", says="502"), {
        CSV: NO_HTTP,
    }),
    Row("429 with text, once", on_lists(lambda: throttled("7", text="Slow down")), AGAIN, {CSV: NO_HTTP}),
    Row("429 with text, without end", on_lists(lambda: throttled(text="Slow down"), times=math.inf), Failed("429"), {
        CSV: NO_HTTP,
    }),
    Row("403 that is a throttle", on_lists(lambda: throttled(status=403, text=THROTTLE)), told("lms-forbidden"), {
        CSV: NO_HTTP, CANVAS: AGAIN,
    }),
    Row("401 in the middle, once", on_lists(unauthorized), Failed("401"), {
        CSV: NO_HTTP, V2: AGAIN, BLACKBOARD: AGAIN, LTI: AGAIN, MOODLE: Failed("invalidtoken"),
    }, {MOODLE: said(NO_TOKEN)}),
    Row("401 in the middle, for good", on_lists(unauthorized, times=math.inf), Failed("401"), {CSV: NO_HTTP}),
    Row("cut in the middle of a body, once", on_lists(lambda: cut_within(20)), AGAIN, {
        CSV: told("lms-incomplete"),
    }, {CSV: file(troubles.cut_file)}),
    Row("cut in the middle of a body, always", on_lists(lambda: cut_within(20), times=math.inf), Failed("hung up"), {
        CSV: NO_HTTP,
    }),
    Row("cut without a word that there is more", on_lists(lambda: cut_within(900, announced=False), times=math.inf),
        told("lms-unreadable"), {CSV: NO_HTTP}),
    Row("slow drip", on_lists(drip, times=math.inf, first=True), told("lms-unreadable", says="slow", kinds=("user",)), {
        CSV: NO_HTTP,
    }, limits=HASTY),
    Row("permission lost: rows vanish", troubles.shows_few, Held("user: 26 of 32"), {
        LTI: Held("enrollment: 52 of 62"),
    }),
    Row("permission lost: fields vanish", troubles.hides_rights, Never("other systems leave fields empty then"), {
        MOODLE: told("lms-fields-hidden", kinds=("user",)),
    }),
    Row("empty list of people", troubles.shows_nobody, Held("users came empty"), {LTI: Held("came empty")}),
    Row("empty list of courses", troubles.shows_no_course, Held("courses came empty"), {
        LTI: Never("a platform lists no courses"),
    }),
    Row("duplicate ids", troubles.twice, healed("lms-twice"), {
        CSV: healed("lms-duplicate-id"), SCHOOLOGY: told("lms-twice", "lms-incomplete"),
    }, {CSV: file(troubles.other_line_of_same_id)}),
    Row("NUL bytes", troubles.nul, healed("lms-nul")),
    Row("64-bit ids", troubles.large_ids, healed()),
    Row("time zones", troubles.zones, healed("lms-no-zone"), {
        MOODLE: Never("moments are seconds since 1970"), SCHOOLOGY: healed(),
    }, {SCHOOLOGY: troubles.without_zones, CSV: troubles.zones_of_files}),
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One misbehaviour upon one system."""

    system: str
    row: Row

    @property
    def outcome(self) -> Outcome:
        return self.row.other.get(self.system, self.row.usual)

    @property
    def apply(self) -> Apply:
        return self.row.applied.get(self.system, self.row.apply)

    def __str__(self) -> str:
        return f"{self.system}: {self.row.name}"


def cells() -> Iterator[Cell]:
    for row in ROWS:
        for system in SYSTEMS:
            yield Cell(system, row)
