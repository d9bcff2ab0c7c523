"""Writes docs/schema from the models: `make docs`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from toolbox_cli.db.declared.choosing import SCHEMAS, platforms_of
from toolbox_cli.db.dictionary.chapters import MEANINGS, Chapter, chapters
from toolbox_cli.db.dictionary.markdown import markdown_of
from toolbox_cli.models.privacy import Privacy

FOLDER: Final = Path(__file__).with_name("schema")
NOTICE: Final = "<!-- Made from the models by `make docs`; change toolbox_cli/models instead. -->\n\n"

HEAD: Final = """# The schemas

Every table and column as the models declare them: what it holds, its type, its rules, and how personal it is. A page a
platform, with diagrams of its tables. The names of the schemas are those of an installation that changes none."""

READING: Final = """## How to read them

A column without NOT NULL may be NULL. **PK** is a column of the primary key, **FK** one that refers to another table,
**UK** one whose values stand once. *Allowed* is what a CHECK or an enum type demands; NULL passes each CHECK. Names of
constraints and indexes, as the server's messages have them, are folded away below each table.

In the diagrams a line leads from a table to those whose rows refer to it. It ends in a fork where many rows may refer
to the same one, in a bar where one may, and in a ring where there may be none. A solid line says that rows are deleted
with the one that they refer to; along a dashed one they are kept, and either lose the reference or keep the other row
from being deleted.

## Personal data

Each column has one of these classes; the numbers are of columns, which each page lists. They decide what
`toolbox db grant` lets a role read.

{classes}

## For yourself

```bash
toolbox db dictionary --privacy identifier --privacy sensitive    # which columns are personal data
toolbox db dictionary --table users                               # one table, at a terminal
toolbox db dictionary --format json                               # for a program
toolbox db diagram --platform toolboxai --as dot | dot -Tsvg > toolboxai.svg
toolbox db diagram --platform pas_in_peace --around quests --columns all
```

The pages are what `toolbox db dictionary --format markdown` prints. They tell how a database should be; whether yours
is so, [verification](../verify.md) says."""


def pages() -> dict[str, str]:
    """Give each page: file name to text."""
    told = {platform: chapters(platforms_of(platform)) for platform in SCHEMAS}
    made = {f"{platform}.md": NOTICE + markdown_of(found) for platform, found in told.items()}
    return {"README.md": NOTICE + _index([chapter for found in told.values() for chapter in found]), **made}


def _index(told: list[Chapter]) -> str:
    rows = [
        (
            f"[{one.platform.name}]({one.platform.name}.md)",
            one.platform.about,
            len(one.tables),
            sum(one.classes().values()),
        )
        for one in told
    ]
    listed = _table(("schema", "what it is", "tables", "columns"), rows)
    return "\n\n".join([HEAD, listed, READING.format(classes=_classes(told))]) + "\n"


def _classes(told: list[Chapter]) -> str:
    names = [chapter.platform.name for chapter in told]
    rows = [(one.value, MEANINGS[one], *(chapter.classes()[one] for chapter in told)) for one in Privacy]
    return _table(("class", "what a column of it tells", *names), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; what comes after the first two columns is numbers."""
    lines = [heads, ["---", "---", *["---:"] * (len(heads) - 2)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for stale in {file.name for file in FOLDER.glob("*.md")} - made.keys():
        (FOLDER / stale).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
