"""A folder shows whole generations alone, one run at a time builds, and what a killed one left is taken away."""

import json
from pathlib import Path

import pytest

from toolbox_cli.analytics.exporting.stores.folder import FolderStore
from toolbox_cli.analytics.exporting.stores.store import generation_of, in_generation, number_of, part_path
from toolbox_cli.core.errors import LockedError, OutputError


def built(store: FolderStore, *contents: str, keep: tuple[str, ...] = ()) -> int:
    """Build a generation of kept files and new ones, and commit it."""
    with store.build() as build:
        paths = [build.keep(path) for path in keep]
        for number, content in enumerate(contents, len(paths)):
            paths.append(part_path("2026-01", number, build.generation, ".txt"))
            with build.create(paths[-1]) as file:
                file.write(content.encode())
        build.prepare(json.dumps(paths).encode())
        build.commit()
    return build.generation


def held(store: FolderStore) -> dict[str, str]:
    return {path: store.read(path).decode() for path in json.loads(store.manifest() or b"[]")}


def test_a_generation_follows_another(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, "events")
    assert store.manifest() is None
    assert built(store, "a", "b") == 1
    first = "month=2026-01/part-00000-g00001.txt"
    assert built(store, "c", keep=(first,)) == 2
    assert held(store) == {"month=2026-01/part-00000-g00002.txt": "a", "month=2026-01/part-00001-g00002.txt": "c"}
    assert (tmp_path / "events/_SUCCESS").exists()
    one, other = (tmp_path / ".events/g00001" / first).stat(), (tmp_path / "events" / in_generation(first, 2)).stat()
    assert one.st_ino == other.st_ino


def test_two_generations_before_stay_for_who_reads_them_and_older_ones_go(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, "events")
    for content in "abc":
        built(store, content)
    built(store, "d")
    assert {found.name for found in (tmp_path / ".events").iterdir()} == {"lock", "g00002", "g00003", "g00004"}


@pytest.mark.parametrize("prepared", [False, True])
def test_what_is_not_committed_was_never_there(tmp_path: Path, *, prepared: bool) -> None:
    store = FolderStore(tmp_path, "events")
    built(store, "a")
    with store.build() as build:
        build.create("month=2026-01/part-00000-g00002.txt").close()
        if prepared:
            build.prepare(b"[]")
    assert list(held(store).values()) == ["a"]
    assert {found.name for found in (tmp_path / ".events").iterdir()} == {"lock", "g00001"}


def test_what_a_killed_run_left_is_taken_away(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, "events")
    built(store, "a")
    (tmp_path / ".events/g00002/month=2026-01").mkdir(parents=True)
    (tmp_path / ".events/g00002/_SUCCESS").touch()
    (tmp_path / ".events/next").symlink_to("g00002")
    assert list(held(store).values()) == ["a"]
    assert built(store, "b") == 2
    assert list(held(store).values()) == ["b"]


def test_two_do_not_build_at_once(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, "events")
    with store.build(), pytest.raises(LockedError), FolderStore(tmp_path, "events").build():
        pass
    built(store, "a")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events/thesis.txt").write_text("mine")
    with pytest.raises(OutputError), FolderStore(tmp_path, "events").build():
        pass
    assert (tmp_path / "events/thesis.txt").read_text() == "mine"


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError), FolderStore(tmp_path / "file", "events").build():
        pass


def test_names_tell_generation_and_number() -> None:
    path = part_path("2026-01", 12, 100_007, ".parquet")
    assert (path, number_of(path), generation_of(path)) == ("month=2026-01/part-00012-g100007.parquet", 12, 100_007)
    with pytest.raises(ValueError, match="generation"):
        generation_of("part-00000")
