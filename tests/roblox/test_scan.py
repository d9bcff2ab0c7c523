"""`toolbox roblox scan`: what it reads, how it tells, and how it ends."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.commands import CommandLine
from toolbox_cli.content.luau.reading import tree

CLEAN = "print('hello')\n"
FOREIGN = "local a = 1\nrequire(123456)\n"
BELIEVING = "remote.OnServerEvent:Connect(function(player, n)\n\tplayer.leaderstats.Coins.Value += n\nend)\n"


@pytest.fixture
def game(tmp_path: Path) -> Path:
    folder = tmp_path / "game"
    (folder / "server").mkdir(parents=True)
    (folder / "a.luau").write_text(CLEAN)
    (folder / "server" / "b.server.lua").write_text(FOREIGN)
    (folder / "notes.txt").write_text(FOREIGN)
    return folder


def test_a_folder_is_read_for_scripts(cli: CommandLine, game: Path) -> None:
    done = cli("roblox", "scan", str(game), "--format", "json")
    assert done.exit_code == 3
    told = json.loads(done.stdout)
    assert told["kind"] == "toolbox.roblox.scan/1"
    assert told["ok"] is False
    assert (told["summary"]["scripts"], told["summary"]["deny"], told["summary"]["clean"]) == (2, 1, 1)
    first, second = told["items"]
    assert (first["file"], first["verdict"], first["findings"]) == ((game / "a.luau").as_posix(), "clean", [])
    assert (second["verdict"], second["context"], second["capabilities"]) == (
        "deny", "server", ["LoadUnownedAsset", "RunServerScript"],
    )  # fmt: skip
    (found,) = second["findings"]
    assert (found["code"], found["tier"], found["severity"], found["line"], found["column"]) == (
        "L101", "deny", "error", 2, 1,
    )  # fmt: skip
    assert second["complexity"]["functions"][0]["statements"] == 2


def test_people_are_told_where_what_and_what_to_do(cli: CommandLine, game: Path) -> None:
    done = cli("roblox", "scan", str(game))
    assert done.exit_code == 3
    assert "b.server.lua:2:1  deny  L101  require(123456)" in done.stdout
    assert "1 deny, 1 clean." in done.stdout
    assert cli("roblox", "scan", str(game / "a.luau")).stdout.endswith("1 clean.\n")


def test_programs_are_told_in_sarif(cli: CommandLine, game: Path) -> None:
    done = cli("roblox", "scan", str(game), "--format", "sarif")
    (run,) = json.loads(done.stdout)["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("L101", "error")
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 1}
    assert run["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "A module is loaded by its id."


@pytest.mark.parametrize(
    ("text", "least", "status"),
    [
        (FOREIGN, "deny", 3),
        (BELIEVING, "deny", 0),
        (BELIEVING, "review", 3),
        ("wait(1)\n", "review", 0),
        ("wait(1)\n", "advice", 3),
        ("local = 1\n", "deny", 3),
        (CLEAN, "advice", 0),
    ],
)
def test_what_fails_a_run_is_a_choice_but_for_what_can_not_be_read(
    cli: CommandLine, tmp_path: Path, text: str, least: str, status: int
) -> None:
    (tmp_path / "a.lua").write_text(text)
    assert cli("roblox", "scan", str(tmp_path / "a.lua"), "--fail-on", least).exit_code == status


def test_assets_and_hosts_are_allowed_by_options(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.lua").write_text(
        FOREIGN + "game:GetService('HttpService'):GetAsync('https://API.school.example/')\n"
    )
    path = str(tmp_path / "a.lua")
    assert cli("roblox", "scan", path).exit_code == 3
    assert cli("roblox", "scan", path, "--allow-asset", "123456").exit_code == 3
    done = cli("roblox", "scan", path, "--allow-asset", "123456", "--allow-host", "School.Example")
    assert done.exit_code == 0, done.stdout


def test_assets_hosts_and_scripts_are_allowed_by_a_file(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.lua").write_text(FOREIGN)
    (tmp_path / "b.lua").write_text(BELIEVING)
    told = json.loads(cli("roblox", "scan", str(tmp_path), "--format", "json").stdout)
    digest = told["items"][1]["sha256"]
    (tmp_path / "allow.yaml").write_text(f"assets: [123456]\nhosts:\nsha256: [{digest}]\n")
    done = cli("roblox", "scan", str(tmp_path), "--allow", str(tmp_path / "allow.yaml"), "--format", "json")
    assert done.exit_code == 0
    first, second = json.loads(done.stdout)["items"]
    assert (first["allowed"], second["allowed"], second["verdict"]) == (False, True, "clean")
    assert [one["code"] for one in second["findings"]] == ["L701", "L707"]


def test_all_that_is_wrong_with_an_allow_file_is_told(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.lua").write_text(CLEAN)
    (tmp_path / "allow.yaml").write_text("assets: [x]\nhosts: ['https://a.b/']\nsha: []\n")
    done = cli("roblox", "scan", str(tmp_path / "a.lua"), "--allow", str(tmp_path / "allow.yaml"))
    assert done.exit_code == 2
    for told in ("allow.yaml:1", "an id", "allow.yaml:2", "a host's name", "allow.yaml:3", "sha is not known"):
        assert told in done.stderr
    done = cli("roblox", "scan", str(tmp_path / "a.lua"), "--allow-host", "https://a.b")
    assert (done.exit_code, "https://a.b is no name of a host." in done.stderr) == (2, True)


def test_stdin_is_read(cli: CommandLine) -> None:
    done = cli("roblox", "scan", "-", "--context", "server", "--format", "json", stdin=FOREIGN)
    assert done.exit_code == 3
    (item,) = json.loads(done.stdout)["items"]
    assert (item["file"], item["context"], item["verdict"]) == ("<stdin>", "server", "deny")


def test_what_is_not_there_is_told(cli: CommandLine, tmp_path: Path) -> None:
    done = cli("roblox", "scan", str(tmp_path / "none.lua"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "none.lua can't be read: No such file or directory." in done.stderr
    done = cli("roblox", "scan", str(tmp_path))
    assert (done.exit_code, "has no script." in done.stderr) == (2, True)


def test_a_missing_parser_is_told(cli: CommandLine, game: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    done = cli("roblox", "scan", str(game))
    tree._parser.cache_clear()
    assert (done.exit_code, done.stdout) == (2, "")
    assert "python -m pip install 'toolbox-cli[agents]'" in done.stderr


def test_every_script_below_a_folder_is_scanned_once(cli: CommandLine, tmp_path: Path) -> None:
    game, shared = tmp_path / "game", tmp_path / "shared"
    game.mkdir()
    shared.mkdir()
    (game / "UPPER.LUAU").write_text(FOREIGN)
    (shared / "b.lua").write_text(FOREIGN)
    (game / "shared").symlink_to(shared)
    (shared / "back").symlink_to(game)
    told = json.loads(cli("roblox", "scan", str(game), str(game), "--format", "json").stdout)
    assert [Path(one["file"]).name for one in told["items"]] == ["UPPER.LUAU", "b.lua"]


def test_a_link_to_nothing_is_told_and_not_passed_over(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.lua").write_text("print(1)")
    (tmp_path / "gone.luau").symlink_to(tmp_path / "nowhere")
    done = cli("roblox", "scan", str(tmp_path))
    assert (done.exit_code, "gone.luau can't be read" in done.stderr) == (2, True)
