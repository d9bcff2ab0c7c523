"""What leaves of any dataset: exactly its schema, and nothing that a person could be found by."""

import pyarrow as pa
import pytest

from tests.analytics.datasets.made import DAY, MOMENT, PERSON_NUMBER, everything_of, marker, raw_batch, traces_of
from toolbox_cli.analytics.datasets.dataset import Column as Declared
from toolbox_cli.analytics.datasets.dataset import Dataset, Grows
from toolbox_cli.analytics.datasets.kinds import Kind
from toolbox_cli.analytics.datasets.modules import MODULE_EVENTS
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.writing.texts import plain
from toolbox_cli.analytics.masking.applying import masked_schema, masker
from toolbox_cli.analytics.masking.leaving import leaving
from toolbox_cli.analytics.masking.masks import IDENTIFIED_ONLY, Cut, Keep, OneOf, PathPattern, Pseudonym
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.models.frames.analytics_event import ModuleAnalyticsEvent as Event
from toolbox_cli.models.privacy import Privacy

KEY = bytes(range(32))
EVERY = pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))


def masked(dataset: Dataset, batch: pa.RecordBatch, key: bytes = KEY) -> pa.RecordBatch:
    return plain(masker(dataset, Mode.PSEUDONYMOUS, Pseudonyms(key))(batch))


@EVERY
def test_what_leaves_has_the_schema_and_the_rows(dataset: Dataset) -> None:
    raw = raw_batch(dataset, rows=7)
    for mode in Mode:
        coded = masker(dataset, mode, Pseudonyms(KEY))(raw)
        coded.validate(full=True)
        made = plain(coded)
        assert made.schema.equals(masked_schema(dataset, mode))
        assert made.num_rows == 7
        for column in leaving(dataset, mode):
            assert made.column(column.name).is_null().equals(raw.column(column.name).is_null()), column.name


@EVERY
def test_no_marker_and_no_hash_of_one_leaves(dataset: Dataset) -> None:
    told = everything_of(masked(dataset, raw_batch(dataset)))
    assert "MARK" not in told
    for column in dataset:
        if column.privacy is not Privacy.NONE and column.kind is Kind.TEXT:
            assert not [trace for trace in traces_of(marker(dataset, column)) if trace in told], column.name
    assert not [trace for trace in traces_of(str(PERSON_NUMBER)) if trace in told]


@EVERY
def test_no_moment_of_a_person_leaves_as_it_was(dataset: Dataset) -> None:
    made = masked(dataset, raw_batch(dataset))
    for column in leaving(dataset, Mode.PSEUDONYMOUS):
        if column.privacy is not Privacy.NONE and column.kind in (Kind.MOMENT, Kind.DATE):
            assert not {MOMENT, DAY} & set(made.column(column.name).to_pylist()), column.name


@EVERY
def test_equal_rows_become_equal_bytes_however_they_are_batched(dataset: Dataset) -> None:
    raw = raw_batch(dataset, rows=6)
    whole = masked(dataset, raw)
    assert everything_of(masked(dataset, raw)) == everything_of(whole)
    keys = Pseudonyms(KEY, remembered=1)
    parts = [plain(masker(dataset, Mode.PSEUDONYMOUS, keys)(raw.slice(start, 2))) for start in (0, 2, 4)]
    assert pa.Table.from_batches(parts).combine_chunks().equals(pa.Table.from_batches([whole]))


@EVERY
def test_dictionaries_leave_as_the_same_text(dataset: Dataset) -> None:
    raw = raw_batch(dataset)
    encoded = [array.dictionary_encode() if array.type == pa.string() else array for array in raw.columns]
    assert masked(dataset, pa.RecordBatch.from_arrays(encoded, names=raw.schema.names)).equals(masked(dataset, raw))


def test_numbers_may_come_as_text_and_leave_as_numbers() -> None:
    raw = raw_batch(MODULE_EVENTS)
    place = raw.schema.get_field_index("struggle_signal")
    texts = raw.set_column(place, "struggle_signal", pa.array(["0.5", "0.5", None]))
    assert masked(MODULE_EVENTS, texts).equals(masked(MODULE_EVENTS, raw))


def test_identified_rows_are_those_of_the_database_but_for_words() -> None:
    raw = raw_batch(MODULE_EVENTS)
    made = masker(MODULE_EVENTS, Mode.IDENTIFIED, None)(raw)
    row = made.to_pylist()[0]
    assert row["student"] == marker(MODULE_EVENTS, MODULE_EVENTS.column("student"))
    assert row["happened_at"] == MOMENT
    assert row["event_type"] == "other"
    assert row["device_type"] == "other"


def test_a_pseudonym_needs_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        masker(MODULE_EVENTS, Mode.PSEUDONYMOUS, None)


def test_one_person_is_the_same_in_every_dataset_of_a_platform_and_no_other() -> None:
    quests = DATASETS["quest-progress"]
    students = {masked(one, raw_with(one, name, "p1")).column(name)[0].as_py() for one, name in PERSONS}
    assert len(students) == 1
    authors = {masked(one, raw_with(one, name, "p1")).column(name)[0].as_py() for one, name in AUTHORS}
    assert len(authors) == 1
    assert not authors & students
    assert masked(quests, raw_with(quests, "parent", "p1")).column("parent")[0].as_py() not in students
    assert (
        masked(MODULE_EVENTS, raw_with(MODULE_EVENTS, "student", "p1"), bytes(32)).column("student")[0].as_py()
        not in students
    )


PERSONS = [
    (DATASETS["usage-events"], "user"),
    (DATASETS["educational-metrics"], "student"),
    (DATASETS["quiz-attempts"], "student"),
    (DATASETS["people"], "user"),
    (DATASETS["roblox-progress"], "student"),
    (DATASETS["lms-enrollments"], "user"),
]
AUTHORS = [
    (DATASETS["content"], "author"),
    (DATASETS["lessons"], "teacher"),
    (DATASETS["quizzes"], "author"),
    (DATASETS["roblox-classes"], "teacher"),
    (DATASETS["roblox-sessions"], "teacher"),
    (DATASETS["generated-scripts"], "author"),
    (DATASETS["agent-tasks"], "asker"),
    (DATASETS["agent-reviews"], "reviewer"),
]


def raw_with(dataset: Dataset, name: str, value: str) -> pa.RecordBatch:
    raw = raw_batch(dataset)
    return raw.set_column(raw.schema.get_field_index(name), name, pa.array([value] * 3))


def test_what_leaves_identified_alone_is_not_in_the_schema() -> None:
    dataset = Dataset(
        name="made-up",
        platform="frames",
        title="A row.",
        columns=(
            Declared("id", Event.id),
            Declared("student", Event.student_id, IDENTIFIED_ONLY),
            Declared("happened_at", Event.timestamp, Cut()),
        ),
        key=("id",),
        time="happened_at",
        grows=Grows.BY_EVENTS,
    )
    assert masked_schema(dataset, Mode.PSEUDONYMOUS).names == ["id", "happened_at"]
    assert masked_schema(dataset, Mode.IDENTIFIED).names == ["id", "student", "happened_at"]
    assert masked(dataset, raw_batch(dataset)).schema.names == ["id", "happened_at"]


def test_every_kind_of_mask_is_tried() -> None:
    used = {type(column.mask) for dataset in DATASETS.values() for column in dataset}
    assert {Keep, Pseudonym, Cut, OneOf, PathPattern} <= used
