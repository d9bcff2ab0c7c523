import pytest

from toolbox_cli.core.database.names import Names, check_platform, quote, records_only
from toolbox_cli.core.errors import ConfigurationError, UsageError

NAMES = Names({"toolbox": "toolbox", "frames": "order", "toolboxai": "toolboxai"})


def test_platforms_keep_their_order_and_the_records_are_none() -> None:
    assert NAMES.platforms == ("toolboxai", "frames")
    assert records_only().platforms == ()


def test_names_are_quoted_for_sql() -> None:
    assert NAMES.quoted("frames") == '"order"'
    assert NAMES.table("frames", "modules") == '"order"."modules"'
    assert quote('a"b') == '"a""b"'


def test_models_schemas_are_translated() -> None:
    assert NAMES.translate_map == {"toolbox": "toolbox", "frames": "order", "toolboxai": "toolboxai"}


@pytest.mark.parametrize(
    ("schemas", "told"),
    [
        ({"toolbox": "toolbox", "frames": "lms", "toolboxai": "lms"}, "Two platforms"),
        ({"toolbox": "toolbox", "frames": "toolbox"}, "Two platforms"),
        ({"toolbox": "toolbox", "frames": "pg_temp"}, "pg_temp is a schema of PostgreSQL's own"),
        ({"toolbox": "toolbox", "frames": "information_schema"}, "PostgreSQL's own"),
    ],
)
def test_a_schema_is_one_platforms_own(schemas: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Names(schemas)


def test_a_platform_is_known_by_name() -> None:
    check_platform("frames")
    for name in ("toolbox", "Frames", ""):
        with pytest.raises(UsageError, match=f"There is no platform {name!r}"):
            check_platform(name)
