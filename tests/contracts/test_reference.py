"""The command reference is what the commands are, and their examples run."""

import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from docs.generate import FOLDER, Command, every_command, pages
from tests.agents.commands.furnishing import furnish
from tests.analytics.furnishing import furnish as furnish_analytics
from tests.contracts.district import Surroundings
from tests.quests.inner_edu.played import InnerEdu
from tests.support.commands import ROOT, CommandLine, process_environment
from tests.support.examples import parse, toolbox_lines
from tests.support.servers import Database, Server
from tests.support.web import serving
from toolbox_cli.core.exits import Exit

LONGEST_EXAMPLE: Final = 96
"""What a terminal of 100 columns shows on one line, indented."""

NOT_RUN: Final = {
    "toolbox quickstart": "docs/getting-started.md runs it",
    "toolbox db restore": "needs a backup, which tests/db/backup makes",
    "toolbox db start": "needs the embedded server, which tests/db/server has",
    "toolbox db stop": "needs the embedded server, which tests/db/server has",
    "toolbox agents worker": "goes on until it is stopped, which tests/agents/commands does",
    "toolbox db shell": "becomes psql, which tests/db/server looks at",
}
"""Commands whose examples need more than a migrated database, and where they are tried."""

ON_EMPTY: Final = {"toolbox db upgrade"}

BEFORE: Final = {
    "toolbox lms sync district --approve 13": ("lms sync district", Exit.REFUSED),
}
"""Examples that speak of a district whose export is broken off, what is called before them, and how that ends."""


def modules(cli: CommandLine, database: Database, folder: Path) -> None:
    """Lay modules and a package into the folder, import modules twice, then changed; publish one, for students."""
    package = shutil.make_archive(str(folder / "course"), "zip", ROOT / "fixtures" / "packages" / "imscc")
    Path(package).rename(folder / "course.imscc")
    shutil.copytree(ROOT / "fixtures" / "modules", folder / "modules")
    assert cli("modules", "import", "modules", database=database).exit_code == Exit.DONE
    file = folder / "modules" / "lab-safety.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Three habits", "Three small habits"), encoding="utf-8")
    assert cli("modules", "import", "modules", database=database).exit_code == Exit.DONE
    shutil.copy(file, folder)
    assert cli("modules", "publish", "lab-safety", database=database).exit_code == Exit.DONE
    database.execute("""
        INSERT INTO frames.teams (id, name, subsystem) VALUES (1, 'Power', 'Power');
        INSERT INTO frames.students (id, email, team_id) VALUES ('s-17', NULL, 1), ('s-18', 'ada@example.org', 1)""")
    (folder / "students.txt").write_text("s-17\nada@example.org\n", encoding="utf-8")


def scripts(_: CommandLine, __: Database, folder: Path) -> None:
    """Lay scripts into the folder."""
    shutil.copytree(ROOT / "fixtures" / "roblox", folder, dirs_exist_ok=True)


def quests(cli: CommandLine, database: Database, folder: Path) -> None:
    """Lay quests into the folder, import them, change one, publish one, and have an old one."""
    shutil.copytree(ROOT / "fixtures" / "quests" / "sound", folder / "quests")
    database.execute("""
        INSERT INTO pas_in_peace.users (id, telegram_id, created_at) VALUES (17, 'author', now());
        INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml)
        VALUES (17, 'grandmas-garden', 'The garden', 'scenes: [{id: gate, text: A gate.}]')""")
    assert cli("quests", "import", "quests", "--author", "17", database=database).exit_code == Exit.DONE
    database.execute(_PUBLISHED)
    file = folder / "quests" / "lanterns.yaml"
    text = file.read_text(encoding="utf-8").replace("A heron waits", "A grey heron waits")
    (folder / "lanterns.yaml").write_text(text, encoding="utf-8")


_PUBLISHED: Final = """
SET search_path TO pas_in_peace;
INSERT INTO users (id, telegram_id, created_at) VALUES (18, 'psychologist', now());
INSERT INTO user_tracks (user_id, track_type) VALUES (17, 'self_work');
INSERT INTO quest_builder_sessions (id, user_id, current_stage, current_graph)
SELECT 1, 17, 'quest_ready', graph_structure FROM quests WHERE quest_id = 'tide-pools';
INSERT INTO psychologist_reviews (quest_id, emotional_safety_score, therapeutic_correctness_score,
    age_appropriateness_score, reveal_timing_score, is_approved, content_hash, reviewer_id, reviewer_credentials,
    open_errors)
SELECT id, 5, 5, 5, 5, true, quest_content_hash(q), 18, 'MSc', 0 FROM quests AS q WHERE quest_id = 'tide-pools';
UPDATE quests SET moderation_status = 'approved' WHERE quest_id IN ('paper-lanterns', 'tide-pools');
UPDATE quests SET is_public = true WHERE quest_id = 'tide-pools'"""
"""Psychologist 18 approved a quest, which the library offers; its author is on a track, and made another one."""


def agents(cli: CommandLine, database: Database, folder: Path) -> None:
    """Register agents, one of them from a file in the folder; have a task, a dead letter, a lesson, and a teacher."""
    quiz = (ROOT / "seeds" / "agents" / "quiz.yaml").read_text(encoding="utf-8")
    (folder / "quiz-hard.yaml").write_text(quiz.replace("name: quiz", "name: quiz-hard"), encoding="utf-8")
    (folder / "request.json").write_text('{"grade": 5, "topic": "fractions"}', encoding="utf-8")
    for file in ([], ["quiz-hard.yaml"]):
        assert cli("agents", "register", *file, database=database).exit_code == Exit.DONE
    furnish(database)


def analytics(_: CommandLine, database: Database, folder: Path) -> None:
    """Have a module with students, and files of events in the folder."""
    furnish_analytics(database, folder)


PREPARED: Final[Mapping[str, Callable[[CommandLine, Database, Path], None]]] = {
    "agents": agents, "analytics": analytics, "modules": modules, "quests": quests, "roblox": scripts,
}  # fmt: skip
"""Command groups whose examples need something to work on."""


def test_reference_is_current() -> None:
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    assert on_disk == pages(), "docs/reference is not what the commands are: run `make docs`"


each_command = pytest.mark.parametrize("command", every_command(), ids=lambda command: command.name)


@each_command
def test_every_option_says_what_it_is(command: Command) -> None:
    assert not [name for name, text in command.parameters() if not text.strip() or text.startswith("[")]


@each_command
def test_has_examples_that_parse(command: Command) -> None:
    assert command.examples, "its docstring needs a paragraph `Examples:`"
    for line in command.examples:
        assert len(line) <= LONGEST_EXAMPLE
        calls = list(toolbox_lines(line))
        assert calls, f"{line!r} calls no toolbox"
        for call in calls:
            parse(call)
    assert any(f"{command.name} " in f"{line} " for line in command.examples)


EXAMPLES: Final = [
    pytest.param(command, line, id=line)
    for command in every_command()
    for line in command.examples
    if command.name not in NOT_RUN
]


@pytest.fixture(scope="module")
def district(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a database that `toolbox lms` worked with, to be copied."""
    folder = tmp_path_factory.mktemp("district")
    with server.temporary(server.template) as made:
        Surroundings(CommandLine(process_environment(folder), folder), folder).settle(made)
        yield made.name


@pytest.fixture
def database_of(
    request: pytest.FixtureRequest, server: Server, surroundings: Surroundings
) -> Iterator[Callable[[Command], Database]]:
    """Give what a command's examples are run on."""
    with ExitStack() as stack:

        def database(command: Command) -> Database:
            if command.name in ON_EMPTY:
                return request.getfixturevalue("empty_database")  # type: ignore[no-any-return]
            if command.path[1] != "lms" or command.name == "toolbox lms add":
                given: Database = request.getfixturevalue("database")
                if prepare := PREPARED.get(command.path[1]):
                    prepare(surroundings.cli, given, surroundings.folder)
                return given
            made = stack.enter_context(server.temporary(request.getfixturevalue("district")))
            surroundings.move(made)
            return made

        yield database


@pytest.fixture
def surroundings(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Surroundings]:
    monkeypatch.chdir(tmp_path)
    with serving() as web:
        made = Surroundings(cli, tmp_path, InnerEdu(web).url)
        made.furnish()
        yield made


@pytest.mark.parametrize(("command", "line"), EXAMPLES)
def test_examples_run(
    command: Command, line: str, surroundings: Surroundings, database_of: Callable[[Command], Database]
) -> None:
    database = database_of(command)
    before, status = BEFORE.get(line, ("", Exit.DONE))
    if before:
        surroundings.break_export()
        assert surroundings(before, database).exit_code == status
    for call in toolbox_lines(line):
        done = surroundings(shlex.join(call), database)
        if done.exit_code == Exit.REFUSED and "no terminal to ask on" in done.stderr:
            continue
        assert done.exit_code == Exit.DONE, done.stderr


def test_what_is_not_run_exists() -> None:
    assert NOT_RUN.keys() | ON_EMPTY <= {command.name for command in every_command()}
    assert BEFORE.keys() <= {line for command in every_command() for line in command.examples}
