"""Courses that somebody launched us from: a platform of LTI tells where they are in launches alone."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.links import origin_of
from toolbox_cli.lms.settings.forms import Form, UnfitError, text
from toolbox_cli.lms.sources.connecting.addresses import fault_of

_NEEDED: Final = ("course", "members")
_FORMS: Final = {
    "course": text("an id of 1 to 100 signs", 100),
    "members": text("an address", 500, r"[\x21-\x7e]+"),
    "lineitems": text("an address", 500, r"[\x21-\x7e]+"),
    "title": text("a line of 1 to 200 signs", 200),
}
_ADDRESSES: Final = ("members", "lineitems")


class Launched(NamedTuple):
    """A course, as a launch told of it.

    Attributes:
        course: the id of the launch's context.
        members: address of its members, `context_memberships_url` of the names and roles service.
        lineitems: address of its line items, `lineitems` of the assignment and grade service.
        title: of the context.
    """

    course: str
    members: str
    lineitems: str | None = None
    title: str | None = None


def strays(base_url: str, launched: Launched) -> Iterator[str]:
    """Give addresses of a course that are not on the platform's own server."""
    home = origin_of(base_url)
    for url in (launched.members, launched.lineitems):
        if url is not None and origin_of(url) != home:
            yield url


def _check(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list) or not value:
        raise ValueError(value)
    found = [_entry(place, one) for place, one in enumerate(value, 1)]
    for name in ("course", *_ADDRESSES):
        _refuse_twins(name, [one[name] for one in found if name in one])
    return found


def _entry(place: int, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise UnfitError(f"has no course in place {place}")
    given = {name: value[name] for name in value if value[name] is not None}
    if unknown := [name for name in given if name not in _FORMS]:
        raise UnfitError(f"has {unknown[0]!r} in place {place}")
    if missing := [name for name in _NEEDED if name not in given]:
        raise UnfitError(f"has no {missing[0]} in place {place}")
    if isinstance(given["course"], int) and not isinstance(given["course"], bool):
        given["course"] = str(given["course"])
    return {name: _part(place, name, given[name]) for name in _FORMS if name in given}


def _part(place: int, name: str, value: Any) -> str:
    try:
        said: str = _FORMS[name].check(value)
    except ValueError:
        raise UnfitError(f"has a {name} in place {place} that is not {_FORMS[name].expected}") from None
    if name in _ADDRESSES and (fault := _fault_of(said)):
        raise UnfitError(f"has {name} in place {place}, an address that {fault}")
    return said


def _fault_of(url: str) -> str | None:
    """Say what is wrong with an address, which may have a query; that it is the platform's own is seen elsewhere."""
    if "@" in url or "#" in url:
        return "holds credentials or a fragment"
    return fault_of(url.partition("?")[0], insecure_http=True)


def _refuse_twins(name: str, values: Sequence[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise UnfitError(f"has the same {name} twice: {value}")


def _write(value: Iterable[Mapping[str, str]]) -> str:
    return json.dumps(value, ensure_ascii=False)


LAUNCHES: Final = Form(
    "a list of courses, each with its course and members, and lineitems and title where they are known; in a file, or "
    "as JSON",
    _check, json.loads, _write,
)  # fmt: skip
