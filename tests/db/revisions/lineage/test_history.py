from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from toolbox_cli.core.errors import ToolboxError, UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.revisions.lineage.history import read_history

HEADER = '"""{title}."""\n\nrevision = "{id}"\ndown_revision = {down!r}  # what comes before\n'


def written(folder: Path, **downs: str | None) -> Path:
    for name in (RECORDS, *PLATFORMS):
        (folder / name).mkdir()
    for id_, down in downs.items():
        (folder / "frames" / f"{id_}.py").write_text(HEADER.format(title=id_.title(), id=id_, down=down))
    return folder


def test_it_is_what_alembic_reads_from_the_same_files() -> None:
    """Branches in full, their order and their documents, though nothing is imported here."""
    script = ScriptDirectory.from_config(Config(str(shipped("alembic.ini"))))
    for platform, line in read_history().lines.items():
        theirs = [*reversed(list(script.iterate_revisions(f"{platform}@head", "base")))]
        assert [(r.id, r.down, r.document, r.path) for r in line] == [
            (r.revision, r.down_revision, r.module.document, Path(r.path)) for r in theirs
        ]
        assert [r.title for r in line] == [r.doc.rstrip(".") for r in theirs]


def test_revisions_stand_in_the_order_that_they_follow_each_other(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, a="b", b="c", c=None))
    assert [(revision.id, revision.title) for revision in history.lines["frames"]] == [
        ("c", "C"),
        ("b", "B"),
        ("a", "A"),
    ]
    assert history.head("frames").id == "a"
    assert history.lines["toolboxai"] == ()
    assert [history.position("frames", current) for current in (["b"], ["x", "a"], [])] == [2, 3, 0]


def test_an_unknown_revision_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no revision 'z'"):
        read_history(written(tmp_path, a=None)).find("z")


@pytest.mark.parametrize(
    ("downs", "told"),
    [
        ({"a": None, "b": "a", "d": "c", "e": "d"}, "Revisions d, e follow none"),
        ({"b": "a"}, "Revisions b follow none"),
        ({"a": None, "b": "a", "c": "a"}, "Revisions b, c follow the same one"),
        ({"a": None, "b": None}, "Revisions a, b follow the same one"),
        ({"a": "b", "b": "a"}, "Revisions a, b follow none"),
    ],
)
def test_a_line_with_a_gap_or_a_fork_is_a_fault_of_the_install(
    tmp_path: Path, downs: dict[str, str | None], told: str
) -> None:
    with pytest.raises(ToolboxError, match=told):
        read_history(written(tmp_path, **downs))
