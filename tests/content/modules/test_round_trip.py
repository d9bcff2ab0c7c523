"""What is written down is read back as the same module, in each form."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.modules import MODULES
from toolbox_cli.content.modules.canonical import canonical, content_hash
from toolbox_cli.content.modules.reading.file import read_module
from toolbox_cli.content.modules.shapes.module import Module
from toolbox_cli.content.modules.writing import as_json, as_markdown, as_yaml, fields_of

FORMS = {"yaml": as_yaml, "json": as_json, "md": as_markdown}


@pytest.mark.parametrize(("suffix", "write"), FORMS.items(), ids=FORMS)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(fields=MODULES)
def test_a_module_comes_back(
    tmp_path: Path, suffix: str, write: Callable[[Mapping[str, Any]], str], fields: dict[str, Any]
) -> None:
    content = canonical(Module.model_validate(fields))
    hashed = content_hash(content)
    file = tmp_path / f"module.{suffix}"
    file.write_text(write(fields_of(content, status="draft", revision=3, content_hash=hashed)), "utf-8", newline="")

    read = read_module(file)

    assert [fault for fault in read.faults if fault.severity == "error"] == []
    assert (read.hash, read.base, read.revision, read.status) == (hashed, hashed, 3, "draft")
