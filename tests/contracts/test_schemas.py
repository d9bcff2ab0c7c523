"""The pages of the schemas are what the models are, and GitHub can draw them."""

import re

from docs.schemas import FOLDER, pages
from tests.db.diagram.erdiagram import read
from tests.support.commands import ROOT
from toolbox_cli.db.declared.choosing import SCHEMAS, platforms_of
from toolbox_cli.db.diagram.mermaid import TEXT_LIMIT

INDEX = FOLDER / "README.md"


def test_the_pages_are_current() -> None:
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    assert on_disk == pages(), "docs/schema is not what the models are: run `make docs`"


def test_every_schema_has_its_page() -> None:
    assert set(re.findall(r"^\| \[\w+\]\((\w+)\.md\) \|", INDEX.read_text(encoding="utf-8"), re.MULTILINE)) == {
        *SCHEMAS
    }
    assert "](schema/README.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


def test_every_table_is_drawn() -> None:
    for platform in platforms_of(None):
        text = (FOLDER / f"{platform.name}.md").read_text(encoding="utf-8")
        diagrams = re.findall(r"^```mermaid\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        drawn = {name for diagram in diagrams for name in read(diagram).entities}
        assert drawn == {table.name for table in platform.tables}
        assert max(map(len, diagrams)) < TEXT_LIMIT
