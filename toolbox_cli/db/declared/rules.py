"""CHECK constraints, and what they mean in words."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_NUMBER: Final = r"-?\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Rule:
    """A CHECK constraint.

    Attributes:
        columns: that it speaks of, in the order of the text.
        sql: the expression.
        subject: the one column that it is about; None where it is about several alike.
        words: what the subject has to be, in Markdown; None where only SQL says it.
        values: the closed list that it is, if it is one.
    """

    name: str
    columns: tuple[str, ...]
    sql: str
    subject: str | None
    words: str | None
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words, or else the SQL as code."""
        return self.words or f"`{self.sql}`"


def rule_of(name: str, sql: str, columns: Collection[str], times: Collection[str] = ()) -> Rule:
    """Read a CHECK.

    Args:
        name: of the constraint.
        sql: its expression.
        columns: names of the table's columns.
        times: those of them that hold a time or a date.

    Example:
        >>> rule_of("t_n_check", "n BETWEEN 1 AND 12", ["n"]).words
        '1 to 12'
        >>> rule_of("t_s_check", "s IN ('a', 'b')", ["s"]).values
        ('a', 'b')
        >>> rule_of("t_end_check", "a >= b", ["a", "b"], times=["a", "b"]).words
        'not before `b`'
    """
    named = _named(sql, columns)
    for pattern, words in _WORDS.items():
        match = pattern.fullmatch(sql)
        if match and _fits(match.groupdict(), columns, times):
            found = match.groupdict()
            values = _values(found.get("list", ""))
            told = ", ".join(f"`{value}`" for value in values)
            return Rule(name, named, sql, found["column"], words.format(values=told, **found), values)
    return Rule(name, named, sql, named[0] if len(named) == 1 else None, None)


def _fits(found: Mapping[str, str], columns: Collection[str], times: Collection[str]) -> bool:
    """Say whether names stand where a column, or a column of a time, is meant."""
    named = {found["column"], found.get("other", found["column"])}
    compared = {found["column"], found["time"]} if "time" in found else set()
    return named <= {*columns} and compared <= {*times}


def _named(sql: str, columns: Collection[str]) -> tuple[str, ...]:
    words = re.findall(r"\w+", _TEXT.sub("", sql))
    return tuple(dict.fromkeys(word for word in words if word in columns))


def _values(listed: str) -> tuple[str, ...]:
    return tuple(text[1:-1].replace("''", "'") for text in _TEXT.findall(listed))


_WRITTEN: Final[Mapping[str, str]] = {
    rf"COLUMN IN \((?P<list>{_TEXT.pattern}(?:, {_TEXT.pattern})*)\)": "one of {values}",
    r"COLUMN >= (?P<low>NUMBER) AND (?P=column) < 'Infinity'": "{low} or more, finite",
    r"COLUMN >= (?P<low>NUMBER) AND (?P=column) <= (?P<high>NUMBER)": "{low} to {high}",
    r"COLUMN BETWEEN (?P<low>NUMBER) AND (?P<high>NUMBER)": "{low} to {high}",
    r"COLUMN BETWEEN (?P<low>NUMBER) AND (?P<other>\w+)": "{low} to `{other}`",
    r"COLUMN >= (?P<low>NUMBER)": "{low} or more",
    r"COLUMN > (?P<low>NUMBER)": "more than {low}",
    r"COLUMN >= (?P<time>[a-z_]\w*)": "not before `{time}`",
    r"COLUMN <= (?P<other>[a-z_]\w*)": "at most `{other}`",
    r"COLUMN ~ '(?P<pattern>[^']*)'": "matches `{pattern}`",
    r"jsonb_typeof\(COLUMN\) = '(?P<kind>object|array)'": "a JSON {kind}",
}
"""How the rules of the models are written, and what each says of its column."""

_WORDS: Final = {
    re.compile(written.replace("COLUMN", r'"?(?P<column>\w+)"?').replace("NUMBER", _NUMBER)): words
    for written, words in _WRITTEN.items()
}
