"""Every dataset is read from a real database with seeded rows, under whichever names the platforms' schemas have."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from tests.support.seeding import seed_database
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.writing.texts import plain
from toolbox_cli.analytics.extracting.extract import snapshot
from toolbox_cli.analytics.masking.applying import masked_schema, masker
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target

pytestmark = pytest.mark.every_version

NEVER_SEEDED = {"agent-attempts", "agent-reviews"}
RENAMED = Names({**NAMES.schemas, "toolboxai": "Learning Platform", "frames": "f", "pas_in_peace": "ganz in Frieden"})


PLAYED = """
INSERT INTO pas_in_peace.child_privacy_settings (quest_id, consent_given_by_child, consent_timestamp,
    share_completion_progress)
SELECT min(id), true, now(), true FROM pas_in_peace.quests
ON CONFLICT (quest_id) DO UPDATE SET consent_given_by_child = true, consent_timestamp = now(),
    consent_revoked_at = NULL, share_completion_progress = true;
INSERT INTO pas_in_peace.quest_progress (user_id, quest_id)
SELECT user_id, id FROM pas_in_peace.quests ORDER BY id LIMIT 1
ON CONFLICT DO NOTHING"""
"""Of so few families no child may have let anybody know."""


@pytest.fixture(scope="module")
def seeded(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        seed_database(made, "all", students=3)
        made.execute(PLAYED)
        yield made


def read(target: Target) -> dict[str, pa.Table]:
    """Give what leaves of each dataset, pseudonymous, under a key that nobody keeps."""
    keys, found = Pseudonyms(bytes(32)), {}
    with snapshot(target) as moment:
        for name, dataset in DATASETS.items():
            mask = masker(dataset, Mode.PSEUDONYMOUS, keys)
            batches = [plain(mask(batch)) for batch in moment.batches(dataset.select())]
            found[name] = pa.Table.from_batches(batches, masked_schema(dataset, Mode.PSEUDONYMOUS))
    return found


def test_every_dataset_is_read_under_any_names(seeded: Database) -> None:
    tables = read(Target(seeded.url, NAMES, "the test"))
    assert {name for name, table in tables.items() if not table.num_rows} == NEVER_SEEDED
    for name, table in tables.items():
        _looks_right(DATASETS[name], table)
    for platform in ("toolboxai", "frames", "pas_in_peace"):
        seeded.execute(f'ALTER SCHEMA {platform} RENAME TO "{RENAMED.schemas[platform]}"')
    renamed = read(Target(seeded.url, RENAMED, "the test"))
    assert {name: table.num_rows for name, table in renamed.items()} == {
        name: table.num_rows for name, table in tables.items()
    }


def _looks_right(dataset: Dataset, table: pa.Table) -> None:
    keys = table.select(dataset.key).to_pylist()
    if len(dataset.key) == 1 or dataset.time not in dataset.key:
        assert len({tuple(key.values()) for key in keys}) == len(keys), f"{dataset.name}: key {dataset.key}"
    assert not any(None in key.values() for key in keys)
    assert table.column(dataset.time).null_count == 0, f"{dataset.name}: rows of no month"
