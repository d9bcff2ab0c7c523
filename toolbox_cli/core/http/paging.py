"""Steps from page to page, where no link leads there."""

from collections.abc import Callable, Mapping

from toolbox_cli.core.http.reply import Reply


class ByOffset:
    """Counts the rows that really came, and ends at an empty page alone: servers silently give fewer than asked for.

    Args:
        rows: tells how many rows a page has.
        parameter: name of the query parameter that says where a page begins.
        start: of the first page.
    """

    def __init__(self, rows: Callable[[Reply], int], *, parameter: str = "offset", start: int = 0) -> None:
        self._rows, self._parameter, self._at = rows, parameter, start

    def __call__(self, reply: Reply) -> Mapping[str, int] | None:
        came = self._rows(reply)
        self._at += came
        return {self._parameter: self._at} if came else None
