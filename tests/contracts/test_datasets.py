"""The page of the datasets is what the registry is."""

import re

from docs.datasets import PAGE, page
from toolbox_cli.analytics.datasets.registry import DATASETS


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/datasets.md is not what datasets are: run `make docs`"


def test_every_dataset_has_its_place() -> None:
    assert set(re.findall(r"^### (\S+)$", page(), re.MULTILINE)) == set(DATASETS)
