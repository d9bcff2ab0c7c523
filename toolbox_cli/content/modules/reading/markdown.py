"""Modules as Markdown: front matter with the module's fields, then a section for each heading of the second level.

    ---
    slug: lab-safety
    title: Lab safety
    ---

    ## Before you enter {#before .checklist}

    ```yaml section
    section_config: {items: [Glasses on, Phone away]}
    ```

    Go through it at the door.

Behind a heading may stand the section's key and its type; without them the key is made of the title, and the type is
text. A block that is marked `section` right below holds its other fields.
"""

import re
from collections.abc import Sequence, Set
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from toolbox_cli.content.faults.registry import finding
from toolbox_cli.content.modules.converting import slug_of
from toolbox_cli.core.documents import Document, DocumentError, Twice, parse_document
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.formats.nodes import Node, Place

FENCE: Final = "---"
_ENDS: Final = frozenset({FENCE, "..."})
_OTHERS: Final = {"+++": "TOML", "{": "JSON"}
_NAMES: Final = {"#": "key", ".": "type"}
_MARKS: Final = re.compile(r"[ \t]*\{([^{}]*)\}[ \t]*$")


class _Heading(NamedTuple):
    """A heading.

    Attributes:
        line: of its beginning, from 0.
        end: the line behind it.
        level: 1 or 2.
    """

    line: int
    end: int
    level: int
    text: str


class _Block(NamedTuple):
    """A fenced block that is marked as a section's fields; lines from 0, its fences included."""

    line: int
    end: int


def begins_front_matter(text: str) -> bool:
    """Say whether a Markdown file begins as one of a module, also as one that other programs read."""
    return text.partition("\n")[0].rstrip() in {FENCE, "+++"}


def read_markdown(file: Path, text: str, faults: list[Finding]) -> Document | None:
    """Read a module's Markdown as a document of its fields.

    Args:
        file: for messages.
        text: of the file.
        faults: grows.

    Returns:
        None where there is nothing to read.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in _ENDS), None)
    if lines[0].rstrip() != FENCE or end is None:
        other = next(
            (f"{name} front matter is not read" for sign, name in _OTHERS.items() if text.startswith(sign)), None
        )
        missing = "the front matter does not end" if end is None and lines[0].rstrip() == FENCE else None
        found = other or missing or "the file does not begin with front matter"
        faults.append(finding("M004", file.name, found, file=file, line=1, column=1))
        return None
    front = _parsed(file, ["", *lines[1:end]], faults)
    if front is None:
        return None
    if not isinstance(front.content, dict) or not isinstance(front.root, Node):
        faults.append(finding("M003", file.name, "the front matter is no mapping", file=file, line=2, column=1))
        return None
    return _Body(file, lines, end + 1, front, faults).document()


def _parsed(file: Path, lines: Sequence[str], faults: list[Finding]) -> Document | None:
    """Read some lines as YAML; blank ones stand for what comes before them."""
    try:
        return parse_document(file, "".join(f"{line}\n" for line in lines))
    except DocumentError as error:
        faults.append(broken(file, error))
        return None


def broken(file: Path, error: DocumentError) -> Finding:
    """Tell of a text that is not of its form."""
    place = {"line": error.place.line, "column": error.place.column} if error.place else {}
    return finding("M001", file.name, error.problem, file=file, **place)


class _Body:
    """What stands behind the front matter."""

    def __init__(self, file: Path, lines: Sequence[str], start: int, front: Document, faults: list[Finding]) -> None:
        self._file, self._lines, self._start, self._faults = file, lines, start, faults
        self._content: dict[str, Any] = dict(front.content)
        assert isinstance(front.root, Node)  # noqa: S101  read_markdown has looked
        self._pairs = list(front.root.pairs or ())
        self._place = front.root.place
        self._twice: list[Twice] = list(front.twice)
        self._headings, blocks = _parts(lines, start)
        self._blocks = {block.line: block for block in blocks}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def document(self) -> Document:
        seconds = [heading for heading in self._headings if heading.level == 2]
        self._before(seconds[0].line if seconds else len(self._lines))
        if seconds:
            self._sections(seconds)
        for block in self._blocks.values():
            found = "the block stands elsewhere than right below a section's heading"
            self._faults.append(finding("M006", self._file.name, found, file=self._file, line=block.line + 1, column=1))
        return Document(self._file, self._content, tuple(self._twice), Node(self._place, pairs=self._pairs))

    def _before(self, end: int) -> None:
        """Read the title and description that stand before the first section."""
        first = self._headings[0] if self._headings and self._headings[0].level == 1 else None
        start = self._start
        if first and not "".join(self._lines[start : first.line]).strip():
            if "title" not in self._content:
                self._put("title", first.text, first.line)
            if self._content["title"] == first.text:  # another one is text
                start = first.end
        line, text = self._text(start, end)
        if text and self._content.get("description") is not None:
            found = "text stands before the first section, and the front matter has a description"
            self._faults.append(finding("M005", self._file.name, found, file=self._file, line=line + 1, column=1))
        elif text:
            self._put("description", text, line)

    def _put(self, name: str, value: str, line: int) -> None:
        self._content[name] = value
        place = Place(line + 1, 1)
        self._pairs.append((Node(place, name), Node(place, value)))

    def _sections(self, headings: Sequence[_Heading]) -> None:
        if "sections" in self._content:
            found = "sections stand in the front matter and below it"
            line = headings[0].line + 1
            self._faults.append(finding("M005", self._file.name, found, file=self._file, line=line, column=1))
            return
        ends = [*(heading.line for heading in headings[1:]), len(self._lines)]
        contents, nodes = [], []
        for number, (heading, end) in enumerate(zip(headings, ends, strict=True)):
            content, node = self._section(number, heading, end)
            contents.append(content)
            nodes.append(node)
            self._taken.add(str(content.get("key")))
        place = Place(headings[0].line + 1, 1)
        self._content["sections"] = contents
        self._pairs.append((Node(place, "sections"), Node(place, items=nodes)))

    def _section(self, number: int, heading: _Heading, end: int) -> tuple[dict[str, Any], Node]:
        place = Place(heading.line + 1, 1)
        title, marks = _marked(heading.text)
        self._check_marks(number, heading, marks)
        made = {
            "key": self._key_of(title),
            "type": "text",
            **({"title": title} if title else {}),
        }
        fields: dict[str, Any] = {**made, **dict(marks)}
        pairs = [(Node(place, name), Node(place, value)) for name, value in fields.items()]
        start = self._first_line(heading.end, end)
        block = self._blocks.pop(start, None)
        if block:
            self._fields(number, block, fields, pairs, {name for name, _ in marks})
            start = block.end
        line, text = self._text(start, end)
        if text and "content" in fields:
            self._fault(
                "M005", number, line, "text stands below the block of the section's fields, which has a content"
            )
        elif text:
            fields["content"] = text
            pairs.append((Node(Place(line + 1, 1), "content"), Node(Place(line + 1, 1), text)))
        if fields["key"] == made["key"] and "key" not in dict(marks) and slug_of(title, otherwise="") != made["key"]:
            found = f"the key {made['key']} is of the section's place, for its title gives none of its own"
            self._fault("M212", number, heading.line, found)
        return fields, Node(place, pairs=pairs)

    def _key_of(self, title: str) -> str:
        """Make a key of a title; with a number where an earlier section has it."""
        made = slug_of(title, otherwise="section")
        if made not in self._taken:
            return made
        number = next(number for number in count(self._numbers.get(made, 2)) if f"{made}-{number}" not in self._taken)
        self._numbers[made] = number
        return f"{made}-{number}"

    def _check_marks(self, number: int, heading: _Heading, marks: Sequence[tuple[str, str]]) -> None:
        if len(dict(marks)) < len(marks):
            self._fault("M205", number, heading.line, "a heading has one key and one type at most")

    def _fault(self, code: str, number: int, line: int, found: str) -> None:
        self._faults.append(finding(code, f"sections[{number}]", found, file=self._file, line=line + 1, column=1))

    def _fields(
        self, number: int, block: _Block, fields: dict[str, Any], pairs: list[tuple[Node, Node]], marked: Set[str]
    ) -> None:
        """Read the block of a section's other fields."""
        blank = [""] * (block.line + 1)
        read = _parsed(self._file, [*blank, *self._lines[block.line + 1 : block.end - 1]], self._faults)
        if read is None or read.content is None:
            return
        if not isinstance(read.content, dict) or not isinstance(read.root, Node):
            self._fault("M006", number, block.line, "the block of the section's fields is no mapping")
            return
        given = fields.keys() & read.content.keys()
        for name in sorted(given & marked):
            self._fault("M002", number, read.place([name]).line - 1, f"{name} stands behind the heading too")
        pairs[:] = [pair for pair in pairs if pair[0].value not in given] + (read.root.pairs or [])
        fields.update(read.content)
        self._twice += [Twice(("sections", number, *twice.steps), twice.place, twice.first) for twice in read.twice]

    def _first_line(self, start: int, end: int) -> int:
        """Give the first line that is not blank."""
        return next((number for number in range(start, end) if self._lines[number].strip()), end)

    def _text(self, start: int, end: int) -> tuple[int, str]:
        """Give text without blank lines around it, and its first line."""
        first = self._first_line(start, end)
        last = next((number for number in range(end, first, -1) if self._lines[number - 1].strip()), first)
        return first, "\n".join(self._lines[first:last])


def _marked(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a heading into its title and its marks: key and type."""
    found = _MARKS.search(text)
    words = found[1].split() if found else []
    if not found or not all(word[0] in _NAMES and len(word) > 1 for word in words):
        return text.strip(), []
    return text[: found.start()].strip(), [(_NAMES[word[0]], word[1:]) for word in words]


def _parts(lines: Sequence[str], start: int) -> tuple[list[_Heading], list[_Block]]:
    """Find headings and marked blocks, as CommonMark has them: not those inside of code or quotes."""
    from markdown_it import MarkdownIt

    text = "\n".join(["" if number < start else line for number, line in enumerate(lines)])
    tokens = MarkdownIt("commonmark").disable("inline").parse(text)
    headings, blocks = [], []
    for number, token in enumerate(tokens):
        if token.level or not token.map:
            continue
        if token.type == "heading_open" and token.tag in {"h1", "h2"}:
            line, end = token.map
            headings.append(_Heading(line, end, int(token.tag[1]), tokens[number + 1].content))
        elif token.type == "fence" and token.info.split()[-1:] == ["section"]:
            line, end = token.map
            blocks.append(_Block(line, end))
    return headings, blocks


def parts_of(text: str) -> bool:
    """Say whether Markdown would read a text as more than the text of one section."""
    headings, blocks = _parts([*text.split("\n"), "", "## Next"], 0)
    return len(headings) != 1 or bool(blocks)
