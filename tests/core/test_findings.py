"""What findings say is said in our words."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError, model_validator

import toolbox_cli
from toolbox_cli.core.findings import said


class Span(BaseModel):
    begins: int
    ends: int

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.begins > self.ends:
            raise ValueError("it ends before it begins")
        return self


def test_a_sentence_of_ours_stands_alone() -> None:
    with pytest.raises(ValidationError) as caught:
        Span(begins=2, ends=1)
    assert said(caught.value.errors()[0]) == "it ends before it begins"


def test_pydantics_words_are_read_in_one_place() -> None:
    package = Path(toolbox_cli.__file__).parent
    readers = [file for file in package.rglob("*.py") if '["msg"]' in file.read_text(encoding="utf-8")]
    assert readers == [package / "core" / "findings.py"]
