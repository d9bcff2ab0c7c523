"""Values made coarser, a batch at a time: moments cut, numbers in bands, words of closed lists, paths as patterns."""

import re
from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.arrays import number, recoded, words
from toolbox_cli.analytics.masking.masks import Band, Cut, OneOf

OTHER: Final = "other"
HOLE: Final = "{}"

PATH_WORDS: Final = frozenset(
    """
    achievements activity admin agents analytics announcements api approve archive arrived assessments assignments
    assign attempts auth badges builder bulk cancel catalog chat child children class classes collaboration comments
    complete consents consent content contents courses create current dashboard delete deploy deployments docs download
    draft edit enroll enrollments errors events export faculty feedback files forgot frames game games generate
    generation grades groups health healthz heartbeat help hint hints history import info integrations invite
    items jobs join launch leaderboard leave lessons lesson library list lms login logout lti me media messages metrics
    modules module notifications objectives openapi parent parents pause password plugin plugins points preferences
    preview profile profiles progress publish published quests quest questions quiz quizzes rate ratings ready
    recommendations refresh register reject report reports reset responses results resume review reviews roblox roster
    rosters save school schools scores scripts script search send session sessions settings share start state static
    stats status stop store student students studio submissions submit summary sync tasks task teacher teachers
    templates terms token tokens tracks tutor universities update upload upvote usage user users validate verify view
    views webhook webhooks workflows ws
    """.split()  # noqa: SIM905  read as text, not as a list
)
"""Words of paths that name a thing of the platform and never a person; whatever else stands in a path is a hole."""

_VERSION: Final = re.compile(r"v[0-9]{1,2}")


def cut(values: pa.Array, mask: Cut) -> pa.Array:
    """Cut moments to the beginning of their hour, day or month, in UTC."""
    if not pa.types.is_timestamp(values.type):
        return pc.floor_temporal(values, unit=mask.to.value)
    zoneless = values.view(pa.timestamp(values.type.unit))  # held in UTC: the zone costs a look-up a row
    return pc.floor_temporal(zoneless, unit=mask.to.value).view(values.type)


def band(values: pa.Array, mask: Band) -> pa.Array:
    """Give the band of each number, as text."""
    place = pc.cast(pc.greater_equal(values, number(mask.starts[0])), pa.int8())
    for start in mask.starts[1:]:
        place = pc.add(place, pc.cast(pc.greater_equal(values, number(start)), pa.int8()))
    return words(band_labels(mask)).take(place)


def band_labels(mask: Band) -> list[str]:
    """Name the bands, the lowest first.

    Example:
        >>> band_labels(Band((1, 3, 6, 7)))
        ['under 1', '1-2', '3-5', '6', '7+']
    """
    starts = mask.starts
    between = [
        str(start) if after == start + 1 else f"{start}-{after - 1}"
        for start, after in zip(starts, starts[1:], strict=False)
    ]
    return [f"under {starts[0]}", *between, f"{starts[-1]}+"]


def one_of(values: pa.Array, mask: OneOf) -> pa.DictionaryArray:
    """Keep values of the list; the rest becomes `other`, and null stays null."""
    known = frozenset(mask.values)
    return _each_once(values, lambda word: word if word in known else OTHER)


def path_patterns(values: pa.Array) -> pa.DictionaryArray:
    """Give the pattern of each path."""
    return _each_once(values, path_pattern)


def _each_once(values: pa.Array, change: Callable[[str], str]) -> pa.DictionaryArray:
    """Change each distinct text once; null stays null."""
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return recoded(coded, [change(word) for word in coded.dictionary.to_pylist()])


def path_pattern(path: str) -> str:
    """Keep the words of a path that name things of the platform; whatever else stands in it is a hole.

    Example:
        >>> path_pattern("/api/v1/users/4711/grades?name=Ada#top")
        '/api/v1/users/{}/grades'
        >>> path_pattern("https://school.example/students/ada.lovelace/")
        '{}/students/{}/'
    """
    path = re.split(r"[?#;]", path, maxsplit=1)[0]
    origin, slashes, rest = path.partition("://")
    if slashes:
        host, slash, rest = rest.partition("/")
        return HOLE + slash + _segments(rest) if slash else HOLE
    return _segments(origin)


def _segments(path: str) -> str:
    return "/".join(part if not part or _is_fixed(part) else HOLE for part in path.split("/"))


def _is_fixed(part: str) -> bool:
    return part in PATH_WORDS or part == HOLE or _VERSION.fullmatch(part) is not None
