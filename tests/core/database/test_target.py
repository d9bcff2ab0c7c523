from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.commands import CommandLine
from toolbox_cli.core.database.target import Target, masked, target_of, targets
from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.core.settings import Platforms, PlatformSettings, Settings, load_settings

MARK = "s3cr3t"


def configured(**variables: str) -> tuple[Target, ...]:
    environ = {f"TOOLBOX_{name}": value for name, value in variables.items()}
    return targets(load_settings(environ, Path("/nowhere")), environ)


def test_platforms_with_one_address_share_a_target() -> None:
    (common,) = configured(DATABASE_URL="postgresql://db.example/school", DIRECT_URL="postgresql://past.example/school")
    assert common.names.platforms == ("toolboxai", "pas_in_peace", "frames")
    assert (common.conninfo, common.direct) == ("postgresql://db.example/school", "postgresql://past.example/school")
    assert not common.embedded


def test_a_platform_with_an_address_of_its_own_is_another_target() -> None:
    common, own = configured(DATABASE_URL="postgres://a/x", PLATFORMS_PAS_IN_PEACE_URL="postgresql+psycopg://b/y")
    assert (common.names.platforms, own.names.platforms) == (("toolboxai", "frames"), ("pas_in_peace",))
    assert own.conninfo == "postgresql://b/y"
    assert own.source == "platforms.pas_in_peace.url"


def test_one_platform_can_be_asked_for() -> None:
    settings = Settings(platforms=Platforms(frames=PlatformSettings(schema="lms")), home=Path("/data"))
    (only,) = targets(settings, {}, "frames")
    assert only == target_of(settings, {}, "frames")
    assert dict(only.names.schemas) == {"toolbox": "toolbox", "frames": "lms"}
    with pytest.raises(UsageError, match="'moodle'"):
        targets(settings, {}, "moodle")


def test_libpqs_variables_come_before_the_embedded_server() -> None:
    settings = Settings(home=Path("/data"))
    (libpq,) = targets(settings, {"PGHOST": "db.example"})
    (embedded,) = targets(settings, {})
    assert (libpq.embedded, libpq.label) == (False, "libpq's defaults")
    assert (embedded.embedded, embedded.label) == (True, "the embedded server")


def test_two_platforms_in_one_schema_are_refused() -> None:
    shared = PlatformSettings(schema="learning")
    with pytest.raises(ConfigurationError, match="Two platforms"):
        targets(Settings(platforms=Platforms(toolboxai=shared, frames=shared)), {})


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db.example/school",
        "school",
        f"postgresql://ada:{MARK}/x@db.example/school",
        f"postgresql://ada:{MARK}@x@db.example/school",
        f"postgresql://ada:{MARK}@[db.example/school",
        f"postgresql://ada:{MARK}@db.example:port/school",
        f"host=db.example password=x {MARK}",
        f"postgresql://ada:%{MARK}@db.example/school",
    ],
)
@pytest.mark.parametrize("verbose", [(), ("--verbose",)])
def test_an_address_that_is_none_is_told_without_its_password(
    cli: CommandLine, url: str, verbose: tuple[str, ...]
) -> None:
    done = cli(*verbose, "db", "current", environ={"TOOLBOX_DATABASE_URL": url})
    assert done.exit_code in {2, 5}
    assert "address" in done.stderr
    assert MARK not in done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada@db.example:5432/school",
        "postgresql://one.example:5432,two.example:5433/school",
        "postgresql://[::1]:5432/school",
        "postgresql:///school?host=/run/postgresql",
        "postgresql://?host=@abstract",
        "host=db.example dbname=school",
    ],
)
def test_every_address_of_libpq_is_taken(url: str) -> None:
    (found,) = configured(DATABASE_URL=url)
    assert psycopg.conninfo.conninfo_to_dict(found.conninfo) == psycopg.conninfo.conninfo_to_dict(url)


NOISE = st.text("ab1%4@:/?#[]&='\\ ,", max_size=6)


@given(
    st.one_of(
        st.builds("postgresql://ada:{}{}{}@db.example:5432/school".format, NOISE, st.just(MARK), NOISE),
        st.builds("postgresql://db.example/school?{}password={}{}".format, NOISE, st.just(MARK), NOISE),
        st.builds("host=db.example {} password={}{}{}".format, NOISE, NOISE, st.just(MARK), NOISE),
    )
)
def test_a_label_never_shows_what_libpq_takes_as_the_password(url: str) -> None:
    try:
        (found,) = configured(DATABASE_URL=url)
        password = psycopg.conninfo.conninfo_to_dict(found.conninfo).get("password", "")
    except (ConfigurationError, psycopg.ProgrammingError):
        return
    if MARK in str(password):
        assert MARK not in found.label
        assert MARK not in repr(found)


def test_a_label_keeps_what_helps() -> None:
    assert (
        masked("postgresql://ada:x@db.example:5432/school?sslmode=require") == "postgresql://ada@db.example:5432/school"
    )
    assert (
        masked("host=db.example password='a b' oauth_client_secret = c dbname=school")
        == "host=db.example dbname=school"
    )
