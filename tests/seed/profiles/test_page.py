import re
from typing import Any, get_args

from pydantic import BaseModel

from tests.support.commands import ROOT
from toolbox_cli.seed.profiles.shape import Profile


def parts(annotation: Any) -> list[type[BaseModel]]:
    """Give the models in an annotation."""
    inner = [part for argument in get_args(annotation) for part in parts(argument)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else inner


def names(model: type[BaseModel]) -> set[str]:
    found = {field.alias or name for name, field in model.model_fields.items()}
    return found.union(*(names(part) for field in model.model_fields.values() for part in parts(field.annotation)))


def test_the_page_explains_every_value_and_no_other() -> None:
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE)) | set(re.findall(r"^## (\w+)$", page, re.MULTILINE))
    assert explained == names(Profile) - {"name", "from", "to"}
