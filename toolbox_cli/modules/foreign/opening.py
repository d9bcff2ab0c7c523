"""Which form a path has, and what a converter makes of it."""

import json
import os.path
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from toolbox_cli.content.archives import of_content
from toolbox_cli.content.modules.converting import Converted, LossReport, Source
from toolbox_cli.content.modules.reading.file import Read, checked
from toolbox_cli.content.modules.reading.folders import SUFFIXES, module_files
from toolbox_cli.content.modules.reading.reading import Library
from toolbox_cli.core.archives.archive import Archive
from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.opening import open_archive
from toolbox_cli.core.archives.single import Single
from toolbox_cli.core.archives.tarred import is_tar
from toolbox_cli.core.documents import parse_document
from toolbox_cli.core.errors import ToolboxError, UsageError
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.nearby import near
from toolbox_cli.modules.foreign.forms import FORMS, converter, detected

NATIVE: Final = "native"
AUTO: Final = "auto"

LIMITS: Final = Limits(entries=20_000, entry_bytes=256 * 1024**2, total_bytes=2 * 1024**3, ratio=200)
"""What a package of somebody else may hold."""

MARKS: Final = frozenset({"course.xml", "imsmanifest.xml", "h5p.json"})
"""Files that a folder of another form begins with."""

_DEEPEST: Final = 20
_READ: Final = (
    f"Our own modules are YAML, JSON or Markdown, by the name's ending; of others {', '.join(FORMS)} are read, by what "
    "is in them or as --from says."
)
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Package:
    """A foreign source that became modules.

    Attributes:
        form: as `--from` names it.
        reads: of its modules, checked as files are.
        assets: files of it that its modules name, by the name used there; no import copies them.
    """

    path: Path
    form: str
    reads: tuple[Read, ...]
    losses: LossReport
    faults: tuple[Finding, ...]
    assets: Mapping[str, str] = field(default_factory=dict)


def check_form(form: str) -> None:
    """Refuse a form that is none.

    Raises:
        UsageError: there is no such form.
    """
    known = (AUTO, NATIVE, *FORMS)
    if form not in known:
        remedy = near(form, known) or f"There are {', '.join(known)}."
        raise UsageError(f"There is no form {form!r}.", remedy=remedy)


def parted(paths: Iterable[Path], form: str) -> tuple[list[Path], list[Package]]:
    """Part native paths from foreign ones, which are converted.

    Args:
        paths: files and folders.
        form: of all of them, or `auto`.

    Raises:
        UsageError: there is no such form, or a path is of none.
    """
    check_form(form)
    native, packages = [], []
    for path in paths:
        package = None if form == NATIVE or not FORMS else _package(path, form)
        if package:
            packages.append(package)
        else:
            native.append(path)
    return native, packages


def with_packages(library: Library, packages: Sequence[Package]) -> Library:
    """Add what packages became to what files say."""
    reads = [read for package in packages for read in package.reads]
    return library.with_reads(reads, [fault for package in packages for fault in package.faults])


def _package(path: Path, form: str) -> Package | None:
    if not os.path.exists(path):  # noqa: PTH110  says no to a name that is too long
        raise UsageError(f"There is no file or folder {path}.")
    if form == AUTO and not _may_be_foreign(path):
        return None
    try:
        with opened(path) as archive:
            source = Source(path, archive)
            found = detected(source) if form == AUTO else form
            if found:
                return converted(source, found)
    except ArchiveError as error:
        if form != AUTO or not path.is_dir() or _marked(path):
            return Package(path, form, (), LossReport(), tuple(of_content(error, str(path))))
    if path.is_dir():
        return None
    raise UsageError(f"{path} has none of the forms that are read.", remedy=_READ)


def _may_be_foreign(path: Path) -> bool:
    """Say whether a path can be of another form: a folder of ours may hold packages beside its modules."""
    if not path.is_dir():
        return path.suffix.lower() not in SUFFIXES
    packages = [folder for folder in _visible(path) if folder.is_dir() and _marks(folder)]
    return _marked(path) or all(any(file.is_relative_to(one) for one in packages) for file in module_files(path, []))


def _marked(folder: Path) -> bool:
    """Say whether a folder is of another form; one that holds another folder alone is that one."""
    for _ in range(_DEEPEST):
        if _marks(folder):
            return True
        names = _visible(folder)
        if len(names) != 1 or not names[0].is_dir():
            break
        folder = names[0]
    return False


def _marks(folder: Path) -> bool:
    return any((folder / name).is_file() for name in MARKS)


def _visible(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.name[0] != "." and not one.is_symlink()]
    except OSError:
        return []


def opened(path: Path) -> Archive:
    """Open a folder, an archive, or a file by itself.

    Raises:
        ArchiveError: it can't be trusted.
    """
    if path.is_dir() or _begins(path) == _ZIP or is_tar(path):
        return open_archive(path, LIMITS)
    return Single(path, LIMITS)


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP))
    except OSError:
        return b""


def converted(source: Source, form: str) -> Package:
    """Convert a source, and check what came of it.

    Raises:
        ToolboxError: the loss report is not true: a fault of the converter.
    """
    made = converter(form).convert(source)
    reads = tuple(_checked(source, number, made) for number in range(len(made.modules)))
    _hold(made, form)
    return Package(source.path, form, reads, made.losses, made.faults, made.assets)


def _checked(source: Source, number: int, made: Converted) -> Read:
    """Check a module as if it had been read from a file."""
    document = parse_document(Path(f"{source.path}.json"), json.dumps(made.modules[number], ensure_ascii=False))
    read = checked(document, [])
    faults = tuple(replace(fault, file=str(source.path), line=None, column=None) for fault in read.faults)
    return replace(read, file=str(source.path), faults=faults)


def _hold(made: Converted, form: str) -> None:
    places = {str(module.get("slug")) for module in made.modules}
    for module in made.modules:
        places |= {f"{module.get('slug')}#{section.get('key')}" for section in module.get("sections", ())}
    if flaws := made.losses.flaws(places):
        raise ToolboxError(f"The report on what of {form} was lost is not true: {'; '.join(flaws[:5])}.")
