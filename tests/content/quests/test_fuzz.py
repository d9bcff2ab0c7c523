"""Whatever a file of quests has, reading it ends with our faults or with quests: no traceback, and little memory."""

import copy
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.commands import ROOT
from toolbox_cli.content.faults.registry import faults
from toolbox_cli.content.quests.canonical import canonical
from toolbox_cli.content.quests.checks.run import check
from toolbox_cli.content.quests.drawing import dot, mermaid
from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.old import graph_of_old
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.reading.files import read_files
from toolbox_cli.content.quests.whole import as_json, as_yaml
from toolbox_cli.core.documents import read_document

SAMPLES: Final = [
    file for file in sorted((ROOT / "fixtures" / "quests").rglob("*")) if file.suffix in {".yaml", ".json"}
]
SCRAPS: Final = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"&a ", b"*a", b"<<: *a", b"---\n", b"{" * 90, b"[" * 90, b"? ",
    b"'", b'"', b"\\u0000", b"\\ud800", b"9" * 5000, b"1e999", b".nan", b"start", b"next: ", b"choices: ", b"null",
    b"\xe2\x80\xa8", b"true", b"when: {a: 1}", b"tags: [sensitive]", b"visits: 2, ", b"edges: []\n", b"\x1b[31m",
)  # fmt: skip
ODD: Final = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    "",
    " ",
    "start",
    [],
    {},
    [[]],
    [None],
    {"a": {}},
    "\u2028",
    {"id": 1},
)
OLD: Final = Quest(quest_id="old", about=About(title="A title"), graph=Graph())
MOST_MIB: Final = 300


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Spoil a file in a few places."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 40, 400]))
        middle = chance.choice([b"", chance.choice(SCRAPS), chance.randbytes(3), data[start:end] * 2, data[end:start]])
        data = data[:start] + middle + data[end:]
    return data


def twisted(content: Any, chance: random.Random) -> Any:
    """Put odd values in a few places."""
    content = copy.deepcopy(content)
    for _ in range(chance.randint(1, 4)):
        part = content
        while isinstance(part, dict | list) and part:
            key = chance.choice([*part]) if isinstance(part, dict) else chance.randrange(len(part))
            if chance.random() < 0.3 or not isinstance(part[key], dict | list) or not part[key]:
                part[key] = copy.deepcopy(chance.choice(ODD))
                break
            part = part[key]
    return content


def look(folder: Path, file: Path) -> None:
    """Read a file and do with its quests all that commands do."""
    known = faults()
    found = read_files([folder])
    assert all(fault.code in known for fault in found.findings)
    for one in found.quests:
        graph = one.quest.graph
        assert canonical(canonical(graph)) == canonical(graph)
        for text, suffix in ((as_yaml(one.quest), "yaml"), (as_json(one.quest), "json")):
            (folder / "again").mkdir(exist_ok=True)
            again = folder / "again" / f"again.{suffix}"
            again.write_text(text, encoding="utf-8", newline="")
            (read,) = read_files([again]).quests
            assert canonical(read.quest.graph).bare() == canonical(graph).bare()
            again.unlink()
        mermaid(graph)
        dot(graph)
    file.unlink()


def try_for(folder: Path, seed: int, *, seconds: float | None = None, times: int = 0) -> int:
    """Read spoiled files; say how many."""
    chance = random.Random(seed)  # noqa: S311  the same again
    contents = [read_document(sample).content for sample in SAMPLES]
    until, done = time.monotonic() + (seconds or 0), 0
    while done < times or (seconds and time.monotonic() < until):
        number = chance.randrange(len(SAMPLES))
        sample = SAMPLES[number]
        file = folder / f"quest{sample.suffix}"
        file.write_bytes(spoiled(sample.read_bytes(), chance))
        look(folder, file)
        odd = twisted(contents[number], chance)
        file = folder / "quest.json"
        file.write_text(json.dumps(odd), encoding="utf-8")
        look(folder, file)
        read, losses = graph_of_old(odd, OLD)
        check(read.graph)
        assert losses.counted == len(losses.objects)
        done += 1
    return done


@pytest.mark.parametrize("seed", range(2))
def test_spoiled_files_are_told_and_nothing_else_happens(tmp_path: Path, seed: int) -> None:
    assert try_for(tmp_path, seed, times=60) == 60


@pytest.mark.soak
def test_a_minute_of_spoiled_files_takes_little_memory(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", __name__, str(tmp_path)], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    read, mib = map(float, done.stdout.split())
    assert read > 1000
    assert mib < MOST_MIB


if __name__ == "__main__":
    tried = try_for(Path(sys.argv[1]), 5, seconds=60)
    sys.stdout.write(f"{tried} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")
