"""What others write while an import runs is neither overwritten nor missed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.modules.files import section, write
from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.content.modules.reading.file import read_module, source_hash
from toolbox_cli.content.modules.reading.reading import read_library
from toolbox_cli.core.database.locks import MODULES, lock_transaction
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.database import transaction
from toolbox_cli.modules.importing.known import known
from toolbox_cli.modules.importing.run import Wish, bring_library

Bring = Callable[..., Outcome]
CONTENTS = """
SELECT s.section_key, s.content FROM frames.module_sections AS s JOIN frames.modules AS m ON m.id = s.module_id
WHERE m.module_id = 'lab' ORDER BY s.section_number"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "modules"


@pytest.fixture
def bring(cli: CommandLine, database: Database, folder: Path) -> Bring:
    """Import the folder."""
    return partial(cli, "modules", "import", str(folder), database=database)


@contextmanager
def while_it_imports(database: Database, bring: Bring, done: list[Outcome]) -> Iterator[Any]:
    """Give another program's transaction, which is committed when the import has come up to it."""
    with database.connect(autocommit=False) as other:
        yield other
        importing = threading.Thread(target=lambda: done.append(bring()))
        importing.start()
        importing.join(0.7)
        assert not done  # it waits
        other.commit()
        importing.join()


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE frames.module_sections SET content = 'Mine' WHERE section_key = 'door'",
        "DELETE FROM frames.module_sections WHERE section_key = 'door'",
        "INSERT INTO frames.module_sections (module_id, section_number, section_type, content) "
        "SELECT id, 9, 'text', 'Mine' FROM frames.modules",
        "UPDATE frames.modules SET title = 'Mine'",
    ],
)
def test_an_edit_that_is_not_committed_yet_is_waited_for(
    bring: Bring, folder: Path, database: Database, edit: str
) -> None:
    write(folder, "lab", [section("door"), section("bench")])
    assert bring().exit_code == 0
    write(folder, "lab", [section("door", "Knock."), section("bench")])
    done: list[Outcome] = []
    with while_it_imports(database, bring, done) as other:
        other.execute(edit)
    assert (done[0].exit_code, "edited elsewhere" in done[0].stdout) == (3, True), done[0]
    assert ("door", "Knock.") not in database.execute(CONTENTS)


def test_two_imports_make_no_circle(bring: Bring, folder: Path, database: Database) -> None:
    for slug in ("lab", "bench"):
        write(folder, slug)
    assert bring().exit_code == 0
    write(folder, "lab", prerequisites=["bench"])
    (folder / "bench.yaml").unlink()
    done: list[Outcome] = []
    with while_it_imports(database, bring, done) as other:  # which plays an import of bench alone
        lock_transaction(other, MODULES, wait_s=0)
        other.execute("UPDATE frames.modules SET prerequisites = '[\"lab\"]' WHERE module_id = 'bench'")
    assert (done[0].exit_code, "M303" in done[0].stdout) == (3, True), done[0]
    assert database.execute("SELECT module_id FROM frames.modules WHERE prerequisites <> '[]'") == [("bench",)]


def test_a_slug_that_somebody_takes_meanwhile_is_theirs(bring: Bring, folder: Path, database: Database) -> None:
    write(folder, "lab")
    done: list[Outcome] = []
    with while_it_imports(database, bring, done) as other:
        other.execute("INSERT INTO frames.modules (module_id, title) VALUES ('lab', 'Theirs')")
    assert (done[0].exit_code, "changed by another program" in done[0].stderr) == (3, True), done[0]
    assert database.execute("SELECT title FROM frames.modules") == [("Theirs",)]


def test_a_lock_is_not_waited_for_for_ever(bring: Bring, folder: Path, database: Database) -> None:
    write(folder, "lab")
    assert bring().exit_code == 0
    write(folder, "lab", title="The lab")
    database.execute(f"ALTER DATABASE {database.name} SET lock_timeout = '100ms'")
    with database.connect(autocommit=False) as other:
        other.execute("UPDATE frames.modules SET title = 'Mine'")
        done = bring()
    assert (done.exit_code, "Try again." in done.stderr) == (6, True), done


def test_statements_wait_a_while_where_nobody_says_how_long(database: Database, cli: CommandLine) -> None:
    runtime = Runtime(environ={"TOOLBOX_DATABASE_URL": database.url})
    with transaction(runtime) as connection:
        assert connection.execute("SHOW lock_timeout").fetchone() == ("30s",)


def test_what_was_known_of_a_file_may_be_over(bring: Bring, folder: Path, database: Database) -> None:
    write(folder, "lab")
    assert bring().exit_code == 0
    runtime = Runtime(environ={"TOOLBOX_DATABASE_URL": database.url})
    library = read_library([folder], partial(known, runtime))
    assert [read.text for read in library.reads] == [None]  # it was not read
    database.execute("UPDATE frames.modules SET title = 'Mine'")
    with pytest.raises(FindingsError, match="changed by another program"), transaction(runtime) as connection:
        bring_library(connection, library, Wish((folder,)), runtime.settings.env)


class _Saved(type(Path())):  # type: ignore[misc]
    """A file that an editor saves right after it was opened for the first time."""

    opened = 0

    def open(self, *_: Any, **__: Any) -> Any:
        _Saved.opened += 1
        return BytesIO(b'{"slug": "lab", "title": "%d", "sections": [{"key": "a", "type": "text"}]}' % _Saved.opened)


def test_the_hash_of_a_file_is_of_what_was_read() -> None:
    read = read_module(_Saved("lab.json"))
    assert read.title == "1"
    assert read.source == source_hash(b'{"slug": "lab", "title": "1", "sections": [{"key": "a", "type": "text"}]}')
