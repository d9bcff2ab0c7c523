"""A file of which nobody reads more at once than a harmless archive makes necessary."""

import io
from pathlib import Path


class Sparing(io.BufferedReader):
    """A file for the readers of the standard library, which take as much at once as an archive says.

    Args:
        source: the file itself; it is closed with this one.
        size_bytes: of it.
        most_bytes: that may be read at once.
        refusal: what is raised where more is asked for.
    """

    def __init__(self, source: io.RawIOBase, size_bytes: int, most_bytes: int, refusal: Exception) -> None:
        super().__init__(source)
        self._size_bytes, self._most_bytes, self._refusal = size_bytes, most_bytes, refusal

    def read(self, size: int | None = -1, /) -> bytes:
        asked = self._size_bytes - self.tell() if size is None or size < 0 else size
        if min(asked, self._size_bytes) > self._most_bytes:
            raise self._refusal
        return super().read(size)


def sparing(path: Path, most_bytes: int, refusal: Exception) -> Sparing:
    """Open a file so."""
    return Sparing(io.FileIO(path), path.stat().st_size, most_bytes, refusal)
