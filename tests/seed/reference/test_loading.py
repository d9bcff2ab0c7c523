"""Reference data in a real database: once, again, and beside what people did there."""

from pathlib import Path
from typing import Any

import pytest

from tests.seed.reference.conftest import Edit
from tests.support.effort import calls
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.content.reference.keys import reference_integer, reference_uuid
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.errors import InputError
from toolbox_cli.core.settings import PLATFORMS
from toolbox_cli.seed.reference.deciding import WRITES, Fate, Loading
from toolbox_cli.seed.reference.loading import bring, load_reference
from toolbox_cli.seed.reference.reading import read_reference, read_rows

FRAMES = ("frames",)
LAB, LABELS = "frames/modules/lab-safety-101.yaml", "frames/modules/chemical-labels.yaml"


def load(database: Database, platforms: tuple[str, ...] = FRAMES, **more: Any) -> Loading:
    with database.connect(autocommit=False) as connection:
        return bring(connection, target(database).names, platforms, **more)


def fates(loading: Loading) -> dict[str, list[str]]:
    """Give "table key" of each row that is not simply unchanged, by fate."""
    found: dict[str, list[str]] = {}
    for row in loading.rows:
        if row.fate is not Fate.UNCHANGED:
            found.setdefault(row.fate.value, []).append(f"{row.table} {row.key}")
    return found


@pytest.mark.every_version
def test_every_row_comes_in_once_as_the_files_have_it(database: Database) -> None:
    made = [row for rows in read_rows().values() for row in rows]
    assert [row.fate for row in load(database, PLATFORMS).rows] == [Fate.NEW] * len(made)
    before = database.execute("SELECT xmin FROM toolboxai.quiz_options UNION ALL SELECT xmin FROM frames.modules")
    assert fates(load(database, PLATFORMS)) == {}
    after = database.execute("SELECT xmin FROM toolboxai.quiz_options UNION ALL SELECT xmin FROM frames.modules")
    assert after == before
    assert database.execute("SELECT count(*) FROM toolbox.reference_rows") == [(len(made),)]


def test_what_is_loaded_is_what_is_read_without_a_database(database: Database) -> None:
    with database.connect(autocommit=False) as connection:
        loaded = load_reference(connection, target(database).names, PLATFORMS)
        again = load_reference(connection, target(database).names, PLATFORMS)
    assert loaded == read_reference()
    assert again == loaded
    assert {*loaded} >= {"toolboxai.users", "pas_in_peace.users", "quiz_options", "quests", "module_sections"}


def test_only_the_platforms_that_are_asked_for_are_touched(database: Database) -> None:
    assert {row.platform for row in load(database, ("pas_in_peace",)).rows} == {"pas_in_peace"}
    assert database.execute("SELECT count(*) FROM frames.modules") == [(0,)]


def test_rows_belong_to_an_account_that_nobody_can_sign_in_to(database: Database) -> None:
    load(database, PLATFORMS)
    owner = reference_uuid("users", "toolbox-reference")
    assert database.execute("SELECT id, password_hash, is_active FROM toolboxai.users") == [(owner, "!", False)]
    for table, column in (
        ("quizzes", "created_by"),
        ("educational_content", "created_by"),
        ("roblox_templates", "creator_id"),
    ):  # noqa: E501
        assert database.execute(f"SELECT DISTINCT {column} FROM toolboxai.{table}") == [(owner,)]
    assert database.execute(
        "SELECT DISTINCT u.telegram_id FROM pas_in_peace.quests AS q JOIN pas_in_peace.users AS u ON u.id = q.user_id"
    ) == [("toolbox-reference",)]  # noqa: E501
    assert database.execute("SELECT DISTINCT created_by_id FROM frames.modules") == [("toolbox-reference",)]


@pytest.mark.every_version
def test_a_new_text_reaches_rows_that_nobody_changed(database: Database, folder: Path, edit: Edit) -> None:
    load(database)
    edit(LAB, "title: Laboratory Safety 101", "title: Safety in the Laboratory")
    edit(LAB, "interaction_level: medium", "interaction_level: medium\ndifficulty_level: 2")
    loading = load(database, folder=folder)
    assert fates(loading) == {"changed": ["modules lab-safety-101"]}
    (row,) = (one for one in loading.rows if one.fate is Fate.CHANGED)
    assert [tuple(one) for one in row.differences] == [
        ("title", "Laboratory Safety 101", "Safety in the Laboratory"),
        ("difficulty_level", 1, 2),
    ]
    assert row.row["title"] == "Safety in the Laboratory"
    query = "SELECT title, difficulty_level, updated_at > created_at FROM frames.modules WHERE module_id = %s"
    assert database.execute(query, ["lab-safety-101"]) == [("Safety in the Laboratory", 2, True)]
    assert fates(load(database, folder=folder)) == {}


def test_what_somebody_changed_is_kept_whole_and_told(database: Database, folder: Path, edit: Edit) -> None:
    load(database)
    database.execute("UPDATE frames.modules SET estimated_minutes = 45 WHERE module_id = 'lab-safety-101'")
    database.execute("UPDATE frames.module_sections SET title = 'Why?' WHERE title = 'Nine pictograms'")
    edit(LAB, "title: Laboratory Safety 101", "title: Safety in the Laboratory")
    edit(LAB, "title: Why it matters", "title: Why all this")
    edit(LABELS, "title: Find it in the data sheet", "title: Look it up")
    loading = load(database, folder=folder)
    assert fates(loading) == {
        "kept": [
            "modules lab-safety-101",
            "module_sections chemical-labels/nine-pictograms",
            "module_sections lab-safety-101/why-it-matters",
        ],
        "changed": ["module_sections chemical-labels/data-sheet"],
    }
    kept = next(row for row in loading.rows if row.key == "lab-safety-101")
    assert [one.column for one in kept.differences] == ["title", "estimated_minutes"]
    assert kept.row["title"] == "Laboratory Safety 101"
    assert fates(load(database, folder=folder)).keys() == {"kept"}


def test_a_change_that_is_taken_back_is_none(database: Database, folder: Path, edit: Edit) -> None:
    load(database)
    database.execute("UPDATE frames.modules SET title = 'Ours' WHERE module_id = 'lab-safety-101'")
    edit(LAB, "title: Laboratory Safety 101", "title: Safety in the Laboratory")
    assert fates(load(database, folder=folder)) == {"kept": ["modules lab-safety-101"]}
    database.execute("UPDATE frames.modules SET title = 'Laboratory Safety 101' WHERE module_id = 'lab-safety-101'")
    assert fates(load(database, folder=folder)) == {"changed": ["modules lab-safety-101"]}


def test_a_column_that_reference_data_does_not_write_is_anybodys(database: Database, folder: Path, edit: Edit) -> None:
    load(database, ("toolboxai",))
    database.execute("UPDATE toolboxai.achievements SET icon_url = 'https://school.example/i.png'")
    edit("toolboxai/achievements.yaml", "name: First Steps", "name: The First Steps")
    assert fates(load(database, ("toolboxai",), folder=folder)) == {"changed": ["achievements first-steps"]}
    query = "SELECT name, icon_url FROM toolboxai.achievements WHERE slug = 'first-steps'"
    assert database.execute(query) == [("The First Steps", "https://school.example/i.png")]


def test_a_row_that_was_here_keeps_its_key_and_what_stands_on_it_follows(database: Database) -> None:
    database.execute("INSERT INTO frames.modules (id, module_id, title) VALUES (7, 'lab-safety-101', 'Ours')")
    loading = load(database)
    assert fates(loading)["kept"] == ["modules lab-safety-101"]
    assert next(row.row for row in loading.rows if row.key == "lab-safety-101")["id"] == 7
    assert database.execute("SELECT title FROM frames.modules WHERE id = 7") == [("Ours",)]
    assert database.execute("SELECT count(*) FROM frames.module_sections WHERE module_id = 7") == [(4,)]
    assert fates(load(database)) == {"kept": ["modules lab-safety-101"]}


def test_a_row_that_was_renamed_is_known_by_its_key(database: Database) -> None:
    load(database)
    database.execute("UPDATE frames.modules SET module_id = 'our-lab' WHERE module_id = 'lab-safety-101'")
    assert fates(load(database)) == {"kept": ["modules lab-safety-101"]}
    assert database.execute("SELECT id FROM frames.modules WHERE module_id = 'our-lab'") == [
        (reference_integer("modules", "lab-safety-101"),)
    ]


def test_a_row_that_was_deleted_comes_back_and_that_is_told(database: Database) -> None:
    load(database)
    database.execute("DELETE FROM frames.modules WHERE module_id = 'handing-over'")
    sections = ["why-projects-die", "what-goes-in", "try-it"]
    assert fates(load(database)) == {
        "restored": ["modules handing-over", *(f"module_sections handing-over/{name}" for name in sections)]
    }


def test_what_left_the_files_stays_and_is_told(database: Database, folder: Path) -> None:
    load(database)
    (folder / "frames" / "universities.yaml").unlink()
    left = ["example-desert", "example-northern", "example-plains", "example-valley"]
    assert fates(load(database, folder=folder)) == {"left": [f"universities {name}" for name in left]}
    assert database.execute("SELECT count(*) FROM frames.universities") == [(4,)]


def test_examples_can_be_left_out(database: Database) -> None:
    assert "universities" not in {row.table for row in load(database, examples=False).rows}
    assert database.execute("SELECT count(*) FROM frames.universities") == [(0,)]


def test_other_names_of_the_schemas(database: Database) -> None:
    database.execute('ALTER SCHEMA frames RENAME TO "Training, ours"')
    with database.connect(autocommit=False) as connection:
        done = bring(connection, Names({"toolbox": "toolbox", "frames": "Training, ours"}), FRAMES)
    assert {row.fate for row in done.rows} == {Fate.NEW}
    assert database.execute('SELECT count(*) > 10 FROM "Training, ours".modules') == [(True,)]


def test_nothing_comes_in_where_a_file_is_broken(database: Database, folder: Path, edit: Edit) -> None:
    edit(LAB, "category: Safety", "category: Danger")
    with pytest.raises(InputError):
        load(database, folder=folder)
    assert database.execute(
        "SELECT (SELECT count(*) FROM frames.faculty), (SELECT count(*) FROM toolbox.reference_rows)"
    ) == [(0, 0)]  # noqa: E501


def test_it_can_be_repeated_within_a_transaction_and_taken_back(database: Database) -> None:
    with database.connect(autocommit=False) as connection:
        for expected in (Fate.NEW, Fate.UNCHANGED):
            done = bring(connection, target(database).names, FRAMES)
            assert {row.fate for row in done.rows} == {expected}
        connection.rollback()
    assert database.execute("SELECT count(*) FROM frames.modules") == [(0,)]


def test_a_loading_is_little_work(database: Database) -> None:
    """Ours alone is counted: how long the server takes depends on what else it does."""
    rows = len(load(database, PLATFORMS).rows)

    def again() -> None:
        with database.connect(autocommit=False) as connection:
            load_reference(connection, target(database).names, PLATFORMS)

    assert calls(again) < 200 * rows


def test_only_what_is_written_counts_as_written(database: Database) -> None:
    done = load(database)
    assert sum(done.written.values()) == len(done.rows) == sum(row.fate in WRITES for row in done.rows)
    assert load(database).written == {}
