"""Opens whatever stands at a path."""

from pathlib import Path
from typing import Final

from toolbox_cli.core.archives.archive import Archive
from toolbox_cli.core.archives.faults import ArchiveError
from toolbox_cli.core.archives.folder import Folder
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.archives.tarred import Tar, is_tar
from toolbox_cli.core.archives.zipped import Zip

USUAL: Final = Limits()


def open_archive(path: Path, limits: Limits = USUAL) -> Archive:
    """Open a folder, a zip file or a tar file, gzipped or not.

    The names and sizes of all its entries are checked; nothing is unpacked under a name of its own.

    Raises:
        ArchiveError: there is none, or with everything that is wrong as findings.
    """
    try:
        folder, file = path.is_dir(), path.is_file()
        tar = file and is_tar(path)
    except OSError as error:
        raise ArchiveError(f"{path}: can't be read: {error.strerror}") from None
    if folder:
        return Folder(path, limits)
    if file:
        return Tar(path, limits) if tar else Zip(path, limits)
    raise ArchiveError(f"There is no folder or zip file {path}.")
