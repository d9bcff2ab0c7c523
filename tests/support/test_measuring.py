import tomllib

from tests.support.measuring import MEASURED, TESTS


def test_the_tests_of_what_a_floor_is_held_for_measure() -> None:
    settings = tomllib.loads((TESTS.parent / "pyproject.toml").read_text())
    source = settings["tool"]["coverage"]["run"]["source"]
    assert {folder.removeprefix("toolbox_cli/") for folder in source} == set(MEASURED)
    assert all((TESTS / folder).is_dir() for folder in MEASURED)
