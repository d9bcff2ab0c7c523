"""A schema is found to stand at the newest revision that it contains; histories are replayed without a trace."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.roles import role
from tests.support.servers import Database, Server
from tests.support.whole import target_of
from toolbox_cli.core.database.catalog import Catalog, Key
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.db.adoption.fit import Fit, best_fit
from toolbox_cli.db.adoption.replay import Past, past_of
from toolbox_cli.db.drift.comparison import find_drift
from toolbox_cli.db.drift.drift import Side, with_objects
from toolbox_cli.db.drift.fixed_point import Bench, Objects
from toolbox_cli.db.drift.live import Compared
from toolbox_cli.db.drift.renames import Renames
from toolbox_cli.db.expected.expected import SAME_SERVER, Workshop
from toolbox_cli.db.expected.ground import read_ground
from toolbox_cli.db.revisions.lineage.history import Revision, read_history

LINES = read_history().lines
SCHEMAS = "SELECT array_agg(nspname::text ORDER BY 1) FROM pg_namespace"


def past(database: Database, platform: str, memory: Path | None) -> Past:
    with database.connect() as connection:
        target = target_of(database)
        return past_of(connection, target, platform, Workshop(target, memory), read_ground(connection))


class Unmoved(Bench):
    """A bench for texts that one server wrote, each entered the same way."""

    def settle(self, expected: Objects, found: Objects) -> tuple[Objects, Objects]:
        return expected, found


def fit(live: Side, platform: str, known: Past) -> Fit:
    """Fit a schema that was read before."""

    def bench(renames: Renames) -> AbstractContextManager[Bench]:
        return nullcontext(Unmoved(None, "", live.catalog, renames))

    def compared(revision: Revision) -> Compared:
        expected = known.sides[revision.id]
        side, drifts = find_drift(expected, live.catalog, lambda: live.links, bench)
        return Compared(side, live.catalog, tuple(drifts), expected, live.catalog)

    return best_fit(LINES[platform], known, compared, lambda _: ())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_revision_is_known_again(empty_database: Database, memory: Path, platform: str) -> None:
    known = past(empty_database, platform, memory)
    for revision in LINES[platform][:: 3 if platform == "toolboxai" else 1]:
        found = fit(known.sides[revision.id], platform, known)
        assert (found.revision, found.remaining, found.taken) == (revision, (), ())


def without(catalog: Catalog, *keys: Key) -> Catalog:
    return with_objects(catalog, {key: fields for key, fields in catalog.objects.items() if key not in keys})


def test_what_the_least_parts_from_it_is_the_nearest(empty_database: Database, memory: Path) -> None:
    known = past(empty_database, "frames", memory)
    side = known.sides["frames_triggers"]
    bare = replace(side, catalog=without(side.catalog, Key("column", "modules", "description")))
    found = fit(bare, "frames", known)
    assert (found.revision.id, [drift.key.name for drift in found.remaining]) == ("frames_triggers", ["description"])


def test_a_replay_leaves_nothing_and_is_remembered(empty_database: Database, tmp_path: Path) -> None:
    before = empty_database.execute(SCHEMAS)
    first = past(empty_database, "frames", tmp_path)
    assert (first.built_on, list(first.sides)) == (SAME_SERVER, [one.id for one in LINES["frames"]])
    assert empty_database.execute(SCHEMAS) == before
    [file] = tmp_path.glob("frames.past-*.json")
    written = file.stat().st_mtime_ns
    again = past(empty_database, "frames", tmp_path)
    assert (again, file.stat().st_mtime_ns) == (first, written)


def test_where_nothing_may_be_made_the_embedded_server_replays(server: Server, empty_database: Database) -> None:
    with role(empty_database) as name, server.temporary() as spare:
        limited = empty_database.with_options(f"-c role={name}")
        with limited.connect() as connection:
            workshop = Workshop(target_of(spare), None)
            found = past_of(connection, target_of(limited), "frames", workshop, read_ground(connection))
        assert found.built_on.endswith(f", PostgreSQL {spare.execute('SHOW server_version')[0][0]}")
        assert found.sides["frames_phase_1"].catalog.objects == (
            past(spare, "frames", None).sides["frames_phase_1"].catalog.objects
        )
