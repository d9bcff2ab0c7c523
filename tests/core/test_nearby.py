"""What somebody may have meant."""

import pytest

from toolbox_cli.core.nearby import near


@pytest.mark.parametrize(("name", "remedy"), [("vidoe", "Did you mean video?"), ("zebra", None), (7, None), ("", None)])
def test_it_names_the_nearest_or_none(name: object, remedy: str | None) -> None:
    assert near(name, iter(["text", "video"])) == remedy
