"""Lists whose pages go by place, read so that nobody is missed who only moved.

Whoever leaves while such a list is read, and was on a page that was read already, pulls everybody behind up by one
place: who was first on the next page is then on none, and nothing on the pages shows it. So a list of several pages is
looked at again from its beginning, where they are now, until a look shows nobody new.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.reading.scopes import Reading

LOOKS: Final = 3
"""How often a list is looked at again at most."""

Pages = Iterator[tuple[Reply, Sequence[object]]]


def steadily(reading: Reading, pages: Callable[[], Pages]) -> Pages:
    """Give the pages of a list, each of which must be read into `reading` before the next one is taken.

    Args:
        reading: into which they are read.
        pages: begins the list from its beginning.
    """
    count = 0
    for page in pages():
        count += 1
        yield page
    reading.again = count > 1
    for look in range(LOOKS if reading.again else 0):
        before = reading.rows
        if reading.why_not:
            return
        yield from pages()
        if reading.rows == before:
            return
        if look == 0:
            reading.note("moved-on", "Rows moved while the list was read, so it was read again until nobody new came.")
    if reading.again:
        reading.doubt("moved", f"Rows move whenever the list is read, {LOOKS + 1} times now: some may be missed.")
