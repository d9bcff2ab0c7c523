"""Exported datasets in an object store, read by their manifests."""

from typing import Any

from pyarrow import fs

from toolbox_cli.analytics.exporting.manifest import read_manifest
from toolbox_cli.analytics.exporting.stores.s3 import explained, filesystem, place_at
from toolbox_cli.analytics.exporting.stores.store import MANIFEST
from toolbox_cli.analytics.querying.sources import Found, some
from toolbox_cli.core.runtime import Runtime


def in_object_store(runtime: Runtime, address: str) -> tuple[list[Found], Any]:
    """Find the exported datasets of a prefix, or the one that the prefix is; with the file system that they are on.

    Raises:
        UsageError: it is no such address.
        InputError: there are none.
        UnreachableError: the store can't be reached.
    """
    place, files = place_at(address), filesystem(runtime.environ, runtime.settings.analytics.s3_endpoint)
    with explained(place):
        folders = [place.root]
        if files.get_file_info(f"{place.root}/{MANIFEST}").type != fs.FileType.File:
            below = files.get_file_info(fs.FileSelector(place.root, allow_not_found=True))
            folders = [info.path for info in below if info.type == fs.FileType.Directory]
        found = [one for one in (_found(files, folder) for folder in sorted(folders)) if one]
    return some(found, address), files


def _found(files: Any, folder: str) -> Found | None:
    path = f"{folder}/{MANIFEST}"
    if files.get_file_info(path).type != fs.FileType.File:
        return None
    with files.open_input_stream(path) as stream:
        manifest = read_manifest(stream.read(), f"s3://{folder}")
    return None if manifest is None else Found(manifest, folder)
