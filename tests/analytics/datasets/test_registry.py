"""The registry: what is declared may leave, and what it leaves as does not change unsaid."""

import subprocess
import sys
from copy import deepcopy
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import func
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import visitors

from tests.analytics.datasets.golden import broken, kept, present
from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows
from toolbox_cli.analytics.datasets.kinds import Kind
from toolbox_cli.analytics.datasets.registry import DATASETS, ROOMS, named
from toolbox_cli.analytics.masking.masks import (
    IDENTIFIED_ONLY,
    KEEP,
    Band,
    Cut,
    IdentifiedOnly,
    Keep,
    Mask,
    OneOf,
    PathPattern,
    Pseudonym,
    RowKey,
    refusal,
)
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.models.frames.analytics_event import ModuleAnalyticsEvent
from toolbox_cli.models.pas_in_peace.child_privacy import ChildPrivacySettings
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.toolboxai.analytics import UsageAnalytics
from toolbox_cli.models.toolboxai.users import User

COLUMNS = [
    pytest.param(dataset, column, id=f"{dataset.name}.{column.name}")
    for dataset in DATASETS.values()
    for column in dataset
]
EVERY = pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))

CLOSES: dict[type[Any], bool] = {OneOf: True, PathPattern: True, Pseudonym: True, Band: True, IdentifiedOnly: True}
"""Masks that let no word through that is not known beforehand."""


@pytest.mark.parametrize(("dataset", "column"), COLUMNS)
def test_a_column_leaves_as_its_class_allows_and_says_what_it_is(dataset: Dataset, column: Column) -> None:
    assert refusal(column.privacy, column.mask, worded=column.kind is Kind.TEXT) is None
    assert column.doc.endswith("."), column.doc
    assert "|" not in column.doc
    assert "\n" not in column.doc
    if column.privacy is not Privacy.NONE and column.kind is Kind.TEXT:
        assert CLOSES.get(type(column.mask), False), f"{column.name} may hold any words"


def test_every_dataset_is_in_the_room_that_is_said_to_have_it() -> None:
    place = "toolbox_cli.analytics.datasets"
    modules = [found.name for found in iter_modules(import_module(place).__path__) if found.name != "registry"]
    declared = {name: getattr(import_module(f"{place}.{name}"), "DATASETS", ()) for name in modules}
    own = {name: datasets for name, datasets in declared.items() if isinstance(datasets, tuple) and datasets}
    found = {name: tuple(dataset.name for dataset in datasets) for name, datasets in own.items()}
    assert found == {name: tuple(names) for name, names in ROOMS.items()}
    assert "nothing" not in DATASETS


def test_one_dataset_loads_the_models_of_its_platform_alone() -> None:
    program = (
        "import sys; from toolbox_cli.analytics.datasets.registry import named; named(['module-events']);"
        "sys.exit(' '.join({'toolbox_cli.models.toolboxai', 'toolbox_cli.models.pas_in_peace'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


@EVERY
def test_a_dataset_reads_one_platform_and_names_its_rows(dataset: Dataset) -> None:
    assert dataset.platform in PLATFORMS
    schemas = {one.property.columns[0].table.schema for column in dataset for one in column.made_from}
    assert schemas == {dataset.platform}
    assert dataset.title.endswith(".")
    assert dataset.column(dataset.time).kind in (Kind.MOMENT, Kind.DATE)
    assert all(isinstance(column.mask, Keep | Pseudonym | RowKey | Cut) for column in map(dataset.column, dataset.key))
    assert not [name for name in dataset.by if isinstance(dataset.column(name).mask, Pseudonym | Cut)]
    numbers = (Kind.INTEGER, Kind.REAL)
    assert all(dataset.column(measure.column).kind in numbers for measure in dataset.measures)


@EVERY
def test_rows_of_persons_say_whose_they_are(dataset: Dataset) -> None:
    speaking = [column.name for column in dataset if column.privacy is Privacy.SENSITIVE]
    assert dataset.person or not speaking
    if dataset.person:
        assert isinstance(dataset.column(dataset.person).mask, Pseudonym)


@EVERY
def test_a_log_of_events_is_read_from_one_table_alone(dataset: Dataset) -> None:
    tables = {one.property.columns[0].table for column in dataset for one in column.made_from}
    froms = dataset.select().get_final_froms()
    if dataset.grows is Grows.BY_EVENTS:
        assert len(tables) == 1
        assert froms == [*tables]
        assert not dataset.where


@EVERY
def test_no_personal_column_of_its_tables_leaves_unsaid(dataset: Dataset) -> None:
    """Whatever says something of a person is in no column, or in one that says so."""
    statement = dataset.select()
    read = {str(column) for column in _columns_in(statement)}
    told = {str(one.property.columns[0]) for column in dataset for one in column.made_from}
    assert read == told


def _columns_in(statement: Any) -> set[Any]:
    found = set()
    for shown in statement.inner_columns:
        found |= {
            part for part in visitors.iterate(shown) if part.__visit_name__ == "column" and part.table is not None
        }
    return {part for part in found if getattr(part.table, "schema", None)}


WRONG: list[tuple[InstrumentedAttribute[Any], Mask]] = [
    (User.email, KEEP),
    (User.email, Keep("for a good reason")),
    (User.email, Cut()),
    (User.email, OneOf(("a",))),
    (User.id, KEEP),
    (User.password_hash, KEEP),
    (User.password_hash, Pseudonym("secret")),
    (User.password_hash, IDENTIFIED_ONLY),
    (User.bio, KEEP),
    (User.bio, IDENTIFIED_ONLY),
    (User.grade_level, KEEP),
    (User.school_name, KEEP),
    (User.last_login, KEEP),
    (UsageAnalytics.endpoint, KEEP),
    (UsageAnalytics.user_agent, KEEP),
]


@pytest.mark.parametrize(("attribute", "mask"), WRONG, ids=[f"{one.key} {mask}" for one, mask in WRONG])
def test_a_column_that_must_not_leave_so_cannot_be_declared(attribute: InstrumentedAttribute[Any], mask: Mask) -> None:
    with pytest.raises(ValueError, match="can't leave"):
        Column("planted", attribute, mask)


def test_an_expression_says_everything_that_it_reads() -> None:
    with pytest.raises(TypeError, match="does not say"):
        Column("planted", func.lower(User.email))
    with pytest.raises(ValueError, match=r"reads users\.email"):
        Column("planted", func.concat(User.role, User.email), KEEP, made_from=(User.role,))
    with pytest.raises(ValueError, match="can't leave"):
        Column("planted", User.first_name + User.last_name, KEEP, made_from=(User.first_name, User.last_name))


def test_only_numbers_and_uuids_that_name_no_person_leave_as_keys_of_rows() -> None:
    with pytest.raises(ValueError, match="no whole number and no UUID"):
        Column("planted", UsageAnalytics.event_type, RowKey("planted"))
    with pytest.raises(ValueError, match="can't leave"):
        Column("planted", User.id, RowKey("planted"))


@pytest.mark.parametrize(
    "attribute",
    [
        UsageAnalytics.properties,
        UsageAnalytics.tags,
        ModuleAnalyticsEvent.event_data,
        ChildPrivacySettings.consent_history,
    ],
)
def test_a_document_never_leaves_whole(attribute: InstrumentedAttribute[Any]) -> None:
    with pytest.raises(TypeError, match="no kind"):
        Column("planted", attribute, Pseudonym("whole"))


@pytest.mark.parametrize(
    "attribute",
    [UsageAnalytics.ip_address, UsageAnalytics.country, UsageAnalytics.user_agent, User.email, User.first_name],
)
def test_what_no_analysis_needs_is_in_no_dataset(attribute: InstrumentedAttribute[Any]) -> None:
    read = {one.property.columns[0] for dataset in DATASETS.values() for column in dataset for one in column.made_from}
    assert attribute.property.columns[0] not in read


def test_datasets_are_found_by_name() -> None:
    assert [one.name for one in named(["people", "modules", "people"])] == ["people", "modules"]
    assert [one.name for one in named([])] == list(DATASETS)
    with pytest.raises(UsageError, match="no dataset 'peple', 'x'") as told:
        named(["peple", "people", "x"])
    assert told.value.remedy == "Did you mean people?"


def test_types_are_those_that_were_written_down() -> None:
    assert broken(kept(), present()) == []
    assert kept() == present(), "columns or datasets came: python -m tests.analytics.datasets.golden"


def test_a_changed_type_owes_a_new_version() -> None:
    changed = deepcopy(kept())
    changed["modules"]["pseudonymous"]["revision"] = "string"
    del changed["people"]["identified"]["role"]
    assert broken(kept(), changed) == [
        "modules.revision (pseudonymous): int64 became string",
        "people.role (identified): string became nothing",
    ]
    for name in ("modules", "people"):
        changed[name]["version"] += 1
    assert broken(kept(), changed) == []
    added = deepcopy(kept())
    added["people"]["identified"]["new"] = "string"
    assert broken(kept(), added) == []
