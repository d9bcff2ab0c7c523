"""Whatever a package holds, it ends with our faults or with modules and a true report: no traceback, little memory."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.commands import ROOT
from tests.support.packages import PACKAGES, as_folder, as_tar, as_zip, files_of
from toolbox_cli.content.faults.registry import faults
from toolbox_cli.core.errors import UsageError
from toolbox_cli.modules.foreign.opening import Package, parted

FOLDERS: Final = {"olx": "olx", "imscc": "imscc", "scorm": "scorm2004", "h5p": "h5p", "gift": "gift"}
SAMPLES: Final = {form: files_of(PACKAGES / folder) for form, folder in FOLDERS.items()}
SCRAPS: Final = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"</", b"/>", b"<!--", b"<![CDATA[", b"]]>", b"&", b"&#0;", b"{",
    b"&#x41;", b'<!DOCTYPE a [<!ENTITY e "ee">]>', b"&e;", b'encoding="utf-16"', b'encoding="cp037"', b"<a>" * 300,
    b"[" * 9000, b"null", b'""', b"url_name=", b"identifierref=", b"../", b"/etc/passwd", b"%2e%2e/", b"<item>", b"[[",
    b"<item/>", b"</item>", b"<vertical>", b"<problem/>", b"<script>", b"<div>" * 300, b"$IMS-CC-FILEBASE$", b"= 1e999",
    b"( ) a\n(x) b", b"|| x", b">>", b"\xe2\x80\xa8", b"\x1b[31m", b"9" * 5000, b"<chapter/>", b"<organization>",
    b'type="x"', b'href=""', b"::", b"{#", b"~%50%", b"=a -> b", b"####", b"$CATEGORY: a", b"\n\n", b"}", b"*a*",
    b'"library": "H5P.Text 1.1"', b"\\u0000", b"\\ud800", b'"params": {', b'"content": [', b"1e999", b"NaN",
    b"<masteryscore>", b'isvisible="false"',
)  # fmt: skip
MOST_MIB: Final = 300


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Spoil bytes in a few places."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 40, 400]))
        middle = chance.choice([b"", chance.choice(SCRAPS), chance.randbytes(3), data[start:end] * 2])
        data = data[:start] + middle + data[end:]
    return data


def spoiled_files(files: Mapping[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """Spoil, exchange or take away a few files."""
    made = dict(files)
    for name in chance.sample([*made], min(len(made), chance.randint(1, 3))):
        kind = chance.randrange(10)
        if kind == 0:
            del made[name]
        elif kind == 1:
            made[name] = chance.choice([*files.values()])
        else:
            made[name] = spoiled(made[name], chance)
    return made


def held(path: Path, form: str) -> Package | None:
    """Read a package, and hold what comes of it to what it promises; None where nothing knows it any more."""
    try:
        _, packages = parted([path], form)
    except UsageError:
        return None
    known = faults()
    for package in packages:
        for fault in (*package.faults, *(fault for read in package.reads for fault in read.faults)):
            assert fault.code in known
            assert str(fault.found).isprintable()
        assert all(one.severity != "error" for read in package.reads for one in read.faults), package.reads
    return packages[0] if packages else None


def try_for(folder: Path, seed: int, forms: Sequence[str], *, seconds: float | None = None, times: int = 0) -> int:
    """Read spoiled packages; say how many."""
    chance = random.Random(seed)  # noqa: S311  the same again
    until, done = time.monotonic() + (seconds or 0), 0
    while done < times or (seconds and time.monotonic() < until):
        form = chance.choice(forms)
        make, name = chance.choice([(as_zip, "package.zip"), (as_tar, "package.tar.gz")])
        path = make(folder / name, spoiled_files(SAMPLES[form], chance))
        if chance.randrange(10) == 0:
            path.write_bytes(spoiled(path.read_bytes(), chance))
        held(path, chance.choice([form, form, "auto"]) if chance.randrange(20) else chance.choice([*SAMPLES]))
        path.unlink()
        done += 1
    return done


@pytest.mark.parametrize("seed", range(4))
def test_spoiled_packages_are_told_and_nothing_else_happens(tmp_path: Path, seed: int) -> None:
    assert try_for(tmp_path, seed, [*SAMPLES], times=150) == 150


@pytest.mark.soak
@pytest.mark.parametrize("form", SAMPLES)
def test_a_minute_of_spoiled_packages_takes_little_memory(tmp_path: Path, form: str) -> None:
    command = [sys.executable, "-m", __name__, str(tmp_path), form]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    read, mib = map(float, done.stdout.split())
    assert read > 500
    assert mib < MOST_MIB


NAMES = st.sampled_from(["a", "b", "c", "d", "../e", "f:g", "", "é"])
KINDS = st.sampled_from(
    ["chapter", "sequential", "vertical", "html", "problem", "video", "poll", "split_test", "wiki", "x"]
)
BLOCKS = st.recursive(
    st.builds("<{0} url_name='{1}'/>".format, KINDS, NAMES)
    | st.builds("<{0} url_name='{1}' display_name='{1}'>{1}</{0}>".format, KINDS, NAMES),
    lambda below: st.builds(
        lambda kind, name, inside: f"<{kind} url_name='{name}' x=''>{''.join(inside)}</{kind}>",
        KINDS, NAMES, st.lists(below, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inside=st.lists(BLOCKS, max_size=4), files=st.dictionaries(st.tuples(KINDS, NAMES), BLOCKS, max_size=4))
def test_whatever_the_course_every_block_is_told_of_once(
    tmp_path_factory: pytest.TempPathFactory, inside: list[str], files: dict[tuple[str, str], str]
) -> None:
    named = {f"{kind}/{name.replace(':', '/').strip('./') or 'z'}.xml": text for (kind, name), text in files.items()}
    course = f"<course org='Lab' course='L'><chapter url_name='t'>{''.join(inside)}</chapter></course>"
    held(as_folder(tmp_path_factory.mktemp("course"), {"course.xml": course, **named}), "olx")


ITEMS = st.recursive(
    st.builds("<item identifier='{0}' identifierref='{1}'><title>{0}</title></item>".format, NAMES, NAMES),
    lambda below: st.builds(
        lambda name, leads_to, inside: f"<item identifier='{name}' identifierref='{leads_to}'>{''.join(inside)}</item>",
        NAMES, NAMES, st.lists(below, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip
TYPES = st.sampled_from([
    "webcontent", "imswl_xmlv1p1", "imsdt_xmlv1p3", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "imsbasiclti_xmlv1p0",
    "imsqti_xmlv1p2/imscc_xmlv1p1/question-bank", "assignment_xmlv1p0", "", "imsunknwn_xmlv1p3",
])  # fmt: skip
FILES = st.sampled_from(
    ["page.html", "picture.png", "quiz.xml", "link.xml", "nothing.html", "../out.html", "", "a b.pdf"]
)
RESOURCES = st.builds(
    "<resource identifier='{0}' type='{1}' href='{2}'><dependency identifierref='{3}'/></resource>".format,
    NAMES, TYPES, FILES, NAMES,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEMS, max_size=4), resources=st.lists(RESOURCES, max_size=6))
def test_whatever_the_manifest_everything_is_told_of_once(
    tmp_path_factory: pytest.TempPathFactory, items: list[str], resources: list[str]
) -> None:
    manifest = (
        f"<manifest><organizations><organization>{''.join(items)}</organization></organizations>"
        f"<resources>{''.join(resources)}</resources></manifest>"
    )
    sample = SAMPLES["imscc"]
    files = {
        "imsmanifest.xml": manifest, "page.html": "<p>a<img src='picture.png'>", "picture.png": b"", "a b.pdf": b"",
        "quiz.xml": sample["non_cc_assessments/quiz.xml.qti"], "link.xml": sample["links/film.xml"],
    }  # fmt: skip
    held(as_folder(tmp_path_factory.mktemp("cartridge"), files), "imscc")


if __name__ == "__main__":
    tried = try_for(Path(sys.argv[1]), 5, [sys.argv[2]], seconds=60)
    sys.stdout.write(f"{tried} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")
