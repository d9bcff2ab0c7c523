"""The recovery tracks: what a parent can do, track by track and phase by phase."""

from collections.abc import Mapping
from functools import cache

from toolbox_cli.seed.reference.reading import read_entries
from toolbox_cli.seed.reference.shapes.family import TRACKS, Track


@cache
def recovery_tracks() -> Mapping[str, Track]:
    """Read the tracks that ship, by the label that the database has for each.

    Raises:
        InputError: with every fault of the files and its place.
    """
    read = {one.key: one.entry for one in read_entries(["pas_in_peace"])["pas_in_peace"]}
    return {name: entry for name in TRACKS if isinstance(entry := read[name], Track)}
