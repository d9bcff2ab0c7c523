"""What is told of a fault beside where it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from toolbox_cli.core.findings import Severity

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
NOTE: Final = Severity.NOTE


@dataclass(frozen=True, slots=True)
class Example:
    """Input that has a fault; documentation shows it, and a test reads it.

    Attributes:
        files: name to text.
        reader: which of tests/content/faults/readers reads it, such as `modules`.
        also: codes of the faults that come with it.
    """

    files: Mapping[str, str]
    reader: str = "modules"
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Attributes:
        code: stays for good, for scripts match on it.
        title: what is wrong, in few words.
        means: what it means and why it is one; a sentence or two.
        remedy: what the author does next, a sentence.
        examples: at least one.
        severity: an error lets nothing be written.
    """

    code: str
    title: str
    means: str
    remedy: str
    examples: tuple[Example, ...]
    severity: Severity = field(default=Severity.ERROR)


def one_file(text: str, name: str = "module.yaml", *, reader: str = "modules", also: str = "") -> tuple[Example, ...]:
    """Give an example that is one file.

    Args:
        text: of the file; a line break before it is left out.
        name: of the file.
        reader: who reads it.
        also: codes that come with it, with blanks between.
    """
    return (Example({name: text.removeprefix("\n")}, reader, frozenset(also.split())),)
