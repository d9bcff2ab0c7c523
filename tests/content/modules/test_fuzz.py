"""Whatever bytes a file has, reading it ends with our faults or with a module: no traceback, and little memory."""

import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.support.commands import ROOT
from toolbox_cli.content.faults.registry import faults
from toolbox_cli.content.modules.reading.reading import read_library
from toolbox_cli.content.modules.reading.together import NOTHING

SAMPLES: Final = [
    file for file in sorted((ROOT / "fixtures" / "modules").rglob("*"))
    if file.suffix in {".md", ".yaml", ".json"} and file.name != "README.md" and file.parent.name != "pages"
]  # fmt: skip
SCRAPS: Final = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"&a ", b"*a", b"<<: *a", b"!!python/name:os.system ", b"---\n",
    b"...\n", b"{" * 90, b"[" * 90, b"- " * 90, b"? ", b"%YAML 1.1\n", b"'", b'"', b"\\u0000", b"\\ud800", b"9" * 5000,
    b"1e999", b".nan", b"2030-12-31", b"key: key: key", b"```yaml section\n", b"## x {#x .y}\n", b"~~~\n", b"<!--",
    b"\xe2\x80\xa8", b"null", b"[[[[", b"sections: [", b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", b"\x1b[31m",
    b"![x](https://t.example/a)", b"<script>", b"](javascript:a())", b"\n[r]: ",
    b"<base href=//t.example>", b"format: html",
)  # fmt: skip
MOST_MIB: Final = 300


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Spoil a file in a few places."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 40, 400]))
        middle = chance.choice([b"", chance.choice(SCRAPS), chance.randbytes(3), data[start:end] * 2, data[end:start]])
        data = data[:start] + middle + data[end:]
    return data


def try_for(folder: Path, seed: int, *, seconds: float | None = None, times: int = 0) -> int:
    """Read spoiled files; say how many."""
    chance = random.Random(seed)  # noqa: S311  the same again
    known, until, done = faults(), time.monotonic() + (seconds or 0), 0
    while done < times or (seconds and time.monotonic() < until):
        sample = chance.choice(SAMPLES)
        file = folder / f"module{sample.suffix}"
        file.write_bytes(spoiled(sample.read_bytes(), chance))
        for fault in read_library([folder], processes=0).findings(NOTHING):
            assert fault.code in known, (seed, done)
        done += 1
    return done


@pytest.mark.parametrize("seed", range(3))
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
