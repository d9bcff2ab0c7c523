"""Coarser values: less is told, the same again, and null stays null."""

import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.analytics.masking.coarsening import (
    OTHER,
    PATH_WORDS,
    band,
    band_labels,
    cut,
    one_of,
    path_pattern,
    path_patterns,
)
from toolbox_cli.analytics.masking.masks import Band, Cut, OneOf, Unit

UTC = datetime.UTC
MOMENT = pa.timestamp("us", tz="UTC")

moments = st.lists(
    st.none() | st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
)
words = st.none() | st.sampled_from(["tablet", "phone", "desktop", "Ada", "", "Tablet"])


def truncated(moment: datetime.datetime | None, to: Unit) -> datetime.datetime | None:
    if moment is None:
        return None
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return {Unit.HOUR: hour, Unit.DAY: hour.replace(hour=0), Unit.MONTH: hour.replace(hour=0, day=1)}[to]


@given(moments, st.sampled_from(Unit))
def test_a_moment_is_cut_to_the_beginning_of_its_unit(values: list[datetime.datetime | None], to: Unit) -> None:
    made = cut(pa.array(values, MOMENT), Cut(to))
    assert made.type == MOMENT
    assert made.to_pylist() == [truncated(value, to) for value in values]
    assert cut(made, Cut(to)).equals(made)


@given(st.lists(st.none() | st.dates()))
def test_a_day_is_cut_to_the_first_of_its_month(values: list[datetime.date | None]) -> None:
    made = cut(pa.array(values, pa.date32()), Cut(Unit.MONTH))
    assert made.type == pa.date32()
    assert made.to_pylist() == [value and value.replace(day=1) for value in values]
    assert cut(made, Cut(Unit.MONTH)).equals(made)


def test_a_slice_is_cut_like_the_whole() -> None:
    values = pa.array([datetime.datetime(2026, 1, day, 5, 6, tzinfo=UTC) for day in range(1, 9)], MOMENT)
    assert cut(values[3:6], Cut()).equals(cut(values, Cut())[3:6])


@given(st.lists(st.none() | st.integers(-3, 20)), st.sets(st.integers(0, 15), min_size=1).map(sorted))
def test_a_number_falls_in_the_band_that_holds_it(values: list[int | None], starts: list[int]) -> None:
    mask = Band(tuple(starts))
    made = band(pa.array(values, pa.int32()), mask).to_pylist()
    for value, label in zip(values, made, strict=True):
        if value is None:
            assert label is None
        else:
            reached = [start for start in starts if start <= value]
            place = starts.index(reached[-1]) + 1 if reached else 0
            assert label == band_labels(mask)[place]


def test_bands_name_what_they_hold() -> None:
    assert band_labels(Band((1, 3, 6, 7))) == ["under 1", "1-2", "3-5", "6", "7+"]
    assert band_labels(Band((18,))) == ["under 18", "18+"]


@given(st.lists(words))
def test_a_word_of_no_list_is_other(values: list[str | None]) -> None:
    mask = OneOf(("tablet", "phone", "desktop"))
    plain = pa.array(values, pa.string())
    made = one_of(plain, mask)
    assert made.type.value_type == pa.string()
    assert len(made.dictionary.unique()) == len(made.dictionary)
    assert made.to_pylist() == [value if value is None or value in mask.values else OTHER for value in values]
    assert one_of(made, OneOf((*mask.values, OTHER))).to_pylist() == made.to_pylist()
    assert one_of(plain.dictionary_encode(), mask).to_pylist() == made.to_pylist()


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/api/v1/users/4711/grades", "/api/v1/users/{}/grades"),
        ("/api/v1/users/ada.lovelace", "/api/v1/users/{}"),
        ("/api/v1/lessons/{lesson}", "/api/v1/lessons/{}"),
        ("/api/v1/lessons/4f1c0d6e-9b1c-4f57-8c53-21c3a90f7a11?child=Ada#top", "/api/v1/lessons/{}"),
        ("/students/grace", "/students/{}"),
        ("/api/v1/users;jsessionid=1A2B/grades", "/api/v1/users"),
        ("https://ada:secret@school.example:8443/students/7", "{}/students/{}"),
        ("//school.example/students", "//{}/students"),
        ("/API/V1/Users", "/{}/{}/{}"),
        ("/api/%61da", "/api/{}"),
        ("/api/v1/users/7\nHost: school.example", "/api/v1/users/{}"),
        ("", ""),
        ("/", "/"),
    ],
)
def test_a_path_keeps_words_of_the_platform_alone(path: str, pattern: str) -> None:
    assert path_pattern(path) == pattern
    assert path_pattern(pattern) == pattern


@given(
    st.text()
    | st.lists(st.sampled_from([*sorted(PATH_WORDS)[:5], "v2", "Ada", "7", "a@b.c", "", "?", "#x"])).map("/".join)
)
def test_nothing_but_words_of_the_platform_survives_in_a_path(path: str) -> None:
    pattern = path_pattern(path)
    parts = pattern.split("/")
    assert all(part in PATH_WORDS or part in {"", "{}"} or part[0] == "v" and part[1:].isdigit() for part in parts)
    assert path_pattern(pattern) == pattern


def test_paths_are_patterns_row_by_row_and_null_stays_null() -> None:
    paths = pa.array(["/api/v1/users/7", None, "/api/v1/users/8", "/x"])
    wanted = ["/api/v1/users/{}", None, "/api/v1/users/{}", "/{}"]
    assert path_patterns(paths).to_pylist() == wanted
    assert path_patterns(paths.dictionary_encode()).to_pylist() == wanted
    assert path_patterns(pa.array([None], pa.string())).to_pylist() == [None]
