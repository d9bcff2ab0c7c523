from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.seed.looking import DAY
from tests.seed.toy import TOY
from toolbox_cli.core.shipped import shipped
from toolbox_cli.seed.profiles.shape import Profile
from toolbox_cli.seed.wishes import Wishes


def shipped_profile(name: str) -> dict[str, Any]:
    file: Path = shipped("seeds") / "profiles" / f"{name}.yaml"
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {"name": name, **found}


@pytest.fixture
def profile() -> Profile:
    """Seven classes of 30, one of 10."""
    return Profile.model_validate({**shipped_profile("classroom"), "students": 220})


@pytest.fixture
def wishes(profile: Profile) -> Callable[..., Wishes]:
    """Make wishes for the toy domain; keywords replace fields."""

    def make(**fields: Any) -> Wishes:
        return Wishes(**{"domains": (TOY,), "profile": profile, "seed": 42, "today": DAY, "processes": 0, **fields})

    return make
