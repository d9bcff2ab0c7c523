"""The quests to try things on: the sound ones have no fault, the others those of their class."""

from pathlib import Path

import pytest

from tests.support.commands import ROOT
from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.reading.files import read_files
from toolbox_cli.content.quests.whole import as_json, as_yaml

FOLDER = ROOT / "fixtures" / "quests"
CLASSES = {
    "loose-ends.yaml": {"Q01", "Q03", "Q04", "Q05"},
    "going-round.json": {"Q10", "Q11", "Q12", "Q13"},
    "too-early.yaml": {"Q20", "Q21", "Q22"},
    "unguarded.yaml": {"Q30", "Q31", "Q32", "Q33", "Q40"},
}


def test_the_sound_ones_have_no_fault() -> None:
    found = read_files([FOLDER / "sound"])
    assert [one.quest.quest_id for one in found.quests] == ["paper-lanterns", "tide-pools"]
    assert {finding.code for finding in found.findings} == {"Q14"}


@pytest.mark.parametrize("name", CLASSES)
def test_the_others_have_the_faults_of_their_class(name: str) -> None:
    assert {finding.code for finding in read_files([FOLDER / "faulty" / name]).findings} == CLASSES[name]


def test_there_is_nothing_else() -> None:
    assert {file.name for file in (FOLDER / "faulty").iterdir()} == {*CLASSES}


@pytest.mark.parametrize("write", [as_yaml, as_json])
def test_each_is_written_and_read_back_as_the_same(tmp_path: Path, write: object) -> None:
    for one in read_files([FOLDER / "sound"]).quests:
        file = tmp_path / f"one.{'json' if write is as_json else 'yaml'}"
        text = write(one.quest)  # type: ignore[operator]
        file.write_text(text, encoding="utf-8")
        (again,) = read_files([file]).quests
        assert again.quest.about == one.quest.about
        assert canonical(again.quest.graph).bare() == canonical(one.quest.graph).bare()
        assert write(again.quest) == text  # type: ignore[operator]
