"""Keeps a spreadsheet from taking text for a formula, in a way that can be undone."""

import re
from typing import Final

_BEGINS: Final = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with, in full width too, and what a spreadsheet drops before it looks."""

_DROPPED: Final = "'\"\\s\u00a0\u200b\u3000\ufeff"
"""Quotes and blanks, which may stand before that."""

_SEPARATORS: Final = ",;|\t\r\n"
"""Where another cell may begin: spreadsheets of many countries part a row at semicolons."""

DANGER: Final = f"(^|[{_SEPARATORS}])[{_DROPPED}]*[{_BEGINS}]"
"""Text that has a formula somewhere, for RE2 and for Python."""

_PLACE: Final = re.compile(rf"(?:\A|(?<=[{_SEPARATORS}]))(?=[{_DROPPED}]*[{_BEGINS}])")
_MARK: Final = re.compile(rf"(?:\A|(?<=[{_SEPARATORS}]))'(?=[{_DROPPED}]*[{_BEGINS}])")


def neutral(text: str) -> str:
    r"""Put an apostrophe wherever a cell with a formula could begin.

    Example:
        >>> neutral("=1+1"), neutral("a;@b"), neutral("'=1"), neutral("1-2")
        ("'=1+1", "a;'@b", "''=1", '1-2')
    """
    return _PLACE.sub("'", text)


def undone(text: str) -> str:
    r"""Take those apostrophes out again; what `neutral` gave becomes what it was given, whatever that was.

    Example:
        >>> undone("'=1+1"), undone("a;'@b"), undone("''=1"), undone("it's 1-2")
        ('=1+1', 'a;@b', "'=1", "it's 1-2")
    """
    return _MARK.sub("", text)
