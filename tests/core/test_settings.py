import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.commands import CommandLine
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.settings import PLATFORMS, VARIABLES, Environment, Settings, default_home, load_settings

SECRET = "s3cr3t-of-the-school"  # noqa: S105
URL = f"postgresql://ada:{SECRET}@db.example/school"


class Folder:
    """A working folder and a home, to put configuration files in."""

    def __init__(self, root: Path) -> None:
        self.working, self.home = root / "working", root / "home"
        self.working.mkdir()
        (self.home / ".config" / "toolbox").mkdir(parents=True)

    def here(self, text: str, name: str = "toolbox.yaml") -> Path:
        file = self.working / name
        file.write_text(text, encoding="utf-8")
        return file

    def users(self, text: str) -> None:
        (self.home / ".config" / "toolbox" / "toolbox.yaml").write_text(text, encoding="utf-8")

    def load(self, environ: Mapping[str, str] | None = None, config: Path | None = None) -> Settings:
        return load_settings({"HOME": str(self.home), **(environ or {})}, self.working, config)

    def faults(self, environ: Mapping[str, str] | None = None, config: Path | None = None) -> list[str]:
        """Load what must not load; give each finding in one line."""
        with pytest.raises(ConfigurationError) as caught:
            self.load(environ, config)
        return [
            " ".join(str(part) for part in (placed(found), found.object, found.found, found.remedy) if part)
            for found in caught.value.findings
        ]


def placed(found: Finding) -> str:
    return f"{found.file}:{found.line}:{found.column}" if found.line else ""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_without_configuration_everything_has_a_default(folder: Folder) -> None:
    settings = folder.load()
    assert settings.env is Environment.DEVELOPMENT
    assert not settings.production
    assert (settings.database_url, settings.direct_url, settings.server_account) == (None, None, None)
    assert settings.home == default_home()
    assert settings.roblox.universe_id == "8505376973"
    assert settings.roblox.client_id == "2214511122270781418"
    assert all(settings.platforms.of(platform).schema_name is None for platform in PLATFORMS)


def test_each_place_gives_way_to_the_one_before_it(folder: Folder) -> None:
    def server_account(environ: Mapping[str, str] | None = None, config: Path | None = None) -> str | None:
        return folder.load(environ, config).server_account

    folder.users("server_account: of-the-user")
    assert server_account() == "of-the-user"
    folder.here("server_account: of-the-folder")
    assert server_account() == "of-the-folder"
    folder.here("server_account: of-the-variable", "named.yaml")
    named = {"TOOLBOX_CONFIG": "named.yaml"}
    assert server_account(named) == "of-the-variable"
    assert server_account(named, folder.here("server_account: of-the-flag", "flag.yaml")) == "of-the-flag"
    assert server_account({**named, "TOOLBOX_SERVER_ACCOUNT": "of-the-environment"}) == "of-the-environment"


def test_a_file_that_is_read_hides_the_others_whole(folder: Folder) -> None:
    folder.users("server_account: someone")
    folder.here("env: staging")
    settings = folder.load()
    assert (settings.env, settings.server_account) == (Environment.STAGING, None)


def test_the_users_folder_is_where_the_system_has_it(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "xdg" / "toolbox").mkdir(parents=True)
    (tmp_path / "xdg" / "toolbox" / "toolbox.yaml").write_text("env: staging")
    assert folder.load({"XDG_CONFIG_HOME": str(tmp_path / "xdg")}).env is Environment.STAGING


VALUES = {
    "TOOLBOX_AGENTS_MODEL_BUDGET_COST": "0.50",
    "TOOLBOX_AGENTS_MODEL_BUDGET_TOKENS": "20000",
    "TOOLBOX_AGENTS_MODEL_MAX_TOKENS": "2000",
    "TOOLBOX_AGENTS_MODEL_PATIENCE_S": "90.5",
    "TOOLBOX_AGENTS_MODEL_PRICE_IN": "0.25",
    "TOOLBOX_AGENTS_MODEL_PRICE_OUT": "1.25",
    "TOOLBOX_AGENTS_MODEL_PROVIDER": "anthropic",
    "TOOLBOX_AGENTS_MODEL_TIMEOUT_S": "30.5",
    "TOOLBOX_AGENTS_PACE_GRACE_S": "5.5",
    "TOOLBOX_AGENTS_PACE_HEARTBEAT_S": "12.5",
    "TOOLBOX_AGENTS_PACE_PATIENCE_S": "60.5",
    "TOOLBOX_AGENTS_PACE_POLL_S": "0.5",
    "TOOLBOX_AGENTS_PACE_RETRY_BASE_S": "1.5",
    "TOOLBOX_AGENTS_PACE_RETRY_CAP_S": "90.5",
    "TOOLBOX_AGENTS_PACE_RESCUE_S": "6.5",
    "TOOLBOX_AGENTS_PACE_STALLED_S": "42.5",
    "TOOLBOX_AGENTS_PACE_WATCH_S": "1.5",
    "TOOLBOX_ANALYTICS_TERM_STARTS": "08-15,01-10",
    "TOOLBOX_ENV": "staging",
    "TOOLBOX_LMS_KEEP_DAYS": "400",
    "TOOLBOX_LMS_LIMITS": "{}",
    "TOOLBOX_SMTP_PORT": "2525",
    "TOOLBOX_SMTP_RECIPIENTS": "ada@school.example, grace@school.example",
    "TOOLBOX_SMTP_SECURITY": "tls",
    "TOOLBOX_SMTP_SENDER": "toolbox@school.example",
}


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_every_variable_sets_its_setting(folder: Folder, variable: str) -> None:
    value = VALUES.get(variable, "something")
    found: object = folder.load({variable: value}).model_dump(by_alias=True)
    for part in VARIABLES[variable]:
        assert isinstance(found, dict)
        found = found[part]
    shown = found.get_secret_value() if hasattr(found, "get_secret_value") else str(found)
    assert shown == str(json.loads(value) if value.startswith("{") else value)


def test_faults_within_a_document_name_its_variable(folder: Folder) -> None:
    for value, found in (
        ('{"a": {"percent": 101}}', "a: percent: Input should be less than or equal to 100"),
        ("60", "Input should be a valid dictionary"),
        ("a=60", "it is no JSON object, such as"),
    ):
        with pytest.raises(ConfigurationError) as refused:
            folder.load({"TOOLBOX_LMS_LIMITS": value})
        [fault] = refused.value.findings
        assert fault.object == "TOOLBOX_LMS_LIMITS"
        assert str(fault.found).startswith(found)


@pytest.mark.parametrize(
    "given", ["ada", "ada@school.example, b@school.example", "a b@c.example", "a@b\nBcc: c@d.example"]
)
def test_a_sender_is_one_address(folder: Folder, given: str) -> None:
    with pytest.raises(ConfigurationError):
        folder.load({"TOOLBOX_SMTP_SENDER": given})


def test_an_empty_variable_is_as_good_as_none(folder: Folder) -> None:
    folder.here("env: staging")
    settings = folder.load({"TOOLBOX_ENV": "", "TOOLBOX_DATABASE_URL": "", "TOOLBOX_CONFIG": ""})
    assert settings.env is Environment.STAGING
    assert settings.database_url is None


def test_a_variable_can_name_a_file_that_holds_the_value(folder: Folder) -> None:
    secret = folder.here(f"{URL}\n", "url")
    for_frames = folder.here("postgresql://frames.example/frames\n", "frames")
    settings = folder.load(
        {"TOOLBOX_DATABASE_URL_FILE": str(secret), "TOOLBOX_PLATFORMS_FRAMES_URL_FILE": str(for_frames)}
    )
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == URL
    assert settings.platforms.frames.url is not None
    assert settings.platforms.frames.url.get_secret_value() == "postgresql://frames.example/frames"


def test_a_file_of_a_value_that_gives_none_is_a_fault(folder: Folder) -> None:
    empty, binary = folder.here("\n", "empty"), folder.working / "binary"
    binary.write_bytes(b"\xff\xfe")
    assert folder.faults({"TOOLBOX_DATABASE_URL_FILE": str(empty)}) == [
        f"TOOLBOX_DATABASE_URL_FILE {empty} is empty"
    ]  # fmt: skip
    assert folder.faults({"TOOLBOX_DATABASE_URL_FILE": "/nowhere"}) == [
        "TOOLBOX_DATABASE_URL_FILE /nowhere can't be read: No such file or directory"
    ]
    assert folder.faults({"TOOLBOX_DATABASE_URL_FILE": str(binary)}) == [
        f"TOOLBOX_DATABASE_URL_FILE {binary} can't be read: it is not UTF-8 text"
    ]


def test_a_value_and_a_file_for_it_contradict_each_other(folder: Folder) -> None:
    both = {"TOOLBOX_DATABASE_URL": URL, "TOOLBOX_DATABASE_URL_FILE": str(folder.here(URL, "url"))}
    assert folder.faults(both) == [
        "TOOLBOX_DATABASE_URL_FILE TOOLBOX_DATABASE_URL is set too Keep one of them."
    ]  # fmt: skip


def test_platforms_have_settings_of_their_own(folder: Folder) -> None:
    folder.here(f"""
platforms:
  toolboxai: {{schema: learning}}
  pas_in_peace: &shared
    url: {URL}
  frames: *shared
roblox:
""")
    settings = folder.load({"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "lms"})
    assert settings.platforms.toolboxai.schema_name == "learning"
    assert settings.platforms.frames.schema_name == "lms"
    assert settings.platforms.frames.url == settings.platforms.pas_in_peace.url
    assert settings.platforms.pas_in_peace.schema_name is None
    assert settings.roblox.universe_id == "8505376973"


def test_every_fault_is_told_at_once_with_its_place(folder: Folder) -> None:
    file = folder.here("""\
env: live
databaseurl: x
platforms:
  frames:
    schema: Frames!
  moodle: {}
roblox: 5
roblox: 6
""")
    environ = {"TOOLBOX_DATABSE_URL": URL, "TOOLBOX_PLATFORMS_TOOLBOXAI_SCHEMA": "1st", "TOOLBOX_HOME_FILE": "/nowhere"}
    faults = folder.faults(environ)
    assert [fault.partition(" Input should")[0].partition(" String should")[0] for fault in faults] == [
        "TOOLBOX_DATABSE_URL is not a setting Did you mean TOOLBOX_DATABASE_URL?",
        f"{file}:8:1 roblox stands twice, first in line 7",
        "TOOLBOX_HOME_FILE /nowhere can't be read: No such file or directory",
        f"{file}:1:6 env",
        "TOOLBOX_PLATFORMS_TOOLBOXAI_SCHEMA",
        f"{file}:5:13 platforms.frames.schema",
        f"{file}:6:3 platforms.moodle unknown setting",
        f"{file}:8:9 roblox",
        f"{file}:2:1 databaseurl unknown setting",
    ]


def test_a_section_that_is_none_stays_a_fault_under_a_variable(folder: Folder) -> None:
    file = folder.here("platforms: frames\n")
    (fault,) = folder.faults({"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "lms"})
    assert fault.startswith(f"{file}:1:12 platforms")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TOOLBOX_DATABSE_URL", "TOOLBOX_DATABASE_URL"),
        ("TOOLBOX_DATABASE_URI", "TOOLBOX_DATABASE_URL"),
        ("TOOLBOX_DB_URL", "TOOLBOX_DATABASE_URL"),
        ("TOOLBOX_URL", "TOOLBOX_DATABASE_URL"),
        ("TOOLBOX_ENVIRONMENT", "TOOLBOX_ENV"),
        ("TOOLBOX_PLATFORM_FRAMES_URL", "TOOLBOX_PLATFORMS_FRAMES_URL"),
        ("TOOLBOX_DATABASE_URL_FLE", "TOOLBOX_DATABASE_URL_FILE"),
    ],
)
def test_a_misspelled_variable_is_refused(folder: Folder, written: str, meant: str) -> None:
    assert folder.faults({written: "production"}) == [f"{written} is not a setting Did you mean {meant}?"]


@pytest.mark.parametrize(
    "name", ["TOOLBOX_PORT", "TOOLBOX_SERVICE_HOST", "TOOLBOX_PORT_5432_TCP_ADDR", "TOOLBOX_PATH", "TOOLBOX_NAME"]
)
def test_variables_of_others_are_left_alone(folder: Folder, name: str) -> None:
    assert folder.load({name: "x"}) == folder.load()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"database_url: '{URL}\n", ":2:1: not valid YAML: found unexpected end of stream."),
        (f"env: live\nhome: %{SECRET}\n", ":2:7: not valid YAML: found character that cannot start any token."),
        (f"database_url: !{SECRET}\n", ":1:15: not valid YAML: a tag stands here that is not read."),
        (f"database_url: *{SECRET}\n", ":1:15: not valid YAML: found undefined alias ...."),
        ("- env\n", ":1: expected settings as `name: value` lines."),
        ("a: \x01\n", ": not valid YAML: it holds a character that may not stand there."),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_by_its_line_and_never_shown(folder: Folder, text: str, told: str) -> None:
    file = folder.here(text)
    with pytest.raises(ConfigurationError) as caught:
        folder.load()
    assert caught.value.message.replace("'%' ", "") == f"{file}{told}"
    assert caught.value.__cause__ is None


def test_a_file_that_is_named_must_be_there(folder: Folder) -> None:
    with pytest.raises(ConfigurationError, match="There is no configuration file missing.yaml"):
        folder.load(config=Path("missing.yaml"))
    with pytest.raises(ConfigurationError, match="There is no configuration file other.yaml"):
        folder.load({"TOOLBOX_CONFIG": "other.yaml"})


def test_a_folder_that_cannot_be_looked_into_holds_no_file_for_us(folder: Folder) -> None:
    assert load_settings({"HOME": str(folder.home)}, Path("/" + "x" * 300)) == folder.load()


def test_the_home_folder_may_be_written_with_a_tilde(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    folder.here("home: ~/data")
    assert folder.load().home == Path("/home/ada/data")


def test_secrets_are_not_shown_by_settings(folder: Folder) -> None:
    folder.here(f"direct_url: {URL}\nplatforms: {{frames: {{url: '{URL}'}}}}")
    settings = folder.load({"TOOLBOX_DATABASE_URL": URL})
    assert SECRET not in f"{settings} {settings!r} {settings.platforms!r} {settings.model_dump_json()}"


@pytest.mark.parametrize("verbose", [(), ("--verbose",)])
def test_secrets_are_not_shown_by_errors(cli: CommandLine, folder: Folder, verbose: tuple[str, ...]) -> None:
    broken = folder.here(f"env: live\ndatabase_url: [{URL}]\n")
    unreadable = folder.here(f"database_url: '{URL}\n", "unreadable.yaml")
    for config in (broken, unreadable):
        done = cli("--config", str(config), *verbose, "db", "current")
        assert done.exit_code == 2
        assert done.stdout == ""
        assert SECRET not in done.stderr


@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.text(min_size=1)))
def test_any_environment_loads_or_is_explained(environ: dict[str, str]) -> None:
    try:
        settings = load_settings(environ, Path("/nowhere"))
    except ConfigurationError as error:
        told = [finding.object for finding in error.findings]
    else:
        told = []
        assert str(settings.env) == environ.get("TOOLBOX_ENV", "development")
    assert set(told) <= set(VARIABLES)
    assert told or environ.get("TOOLBOX_ENV", "staging") in {"development", "staging", "production"}
