"""Where in the models an object of the database is written: file and line, by the syntax tree alone.

Nothing is imported, so that a report costs no SQLAlchemy. What can't be found in its own line is found at its table.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import toolbox_cli
from toolbox_cli.core.database.catalog import Key

_PACKAGE: Final = Path(toolbox_cli.__file__).parent
_SUFFIXES: Final = re.compile(r"_(?:pkey|key|fkey|check|idx|excl)\d*$")
_MADE_BY: Final = {"fkey": "ForeignKeyConstraint", "key": "UniqueConstraint", "idx": "Index"}
"""Suffix of a rule's name, and what declares such a rule; all else is a CHECK."""

_MONTH: Final = re.compile(r"_\d{4}_\d{2}$")
_MAKES_FUNCTIONS: Final = frozenset({"Function", "pinned", "step"})


class Place(NamedTuple):
    """A line of the package's source; the file as from the folder that holds the package."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class _Model:
    """One mapped class."""

    file: str
    tree: ast.ClassDef

    def at(self, node: ast.AST) -> Place:
        return Place(self.file, getattr(node, "lineno", self.tree.lineno))

    @property
    def place(self) -> Place:
        return self.at(self.tree)

    def column(self, name: str) -> Place | None:
        for node in self.tree.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                declared = {node.target.id, node.target.id.strip("_") if name in _texts(node.value) else None}
                if name in declared:
                    return self.at(node)
        return None

    def rule(self, name: str, own: str) -> Place:
        """Find a constraint or index: by its name, by its columns, or by the column that declares it.

        Args:
            name: as in the database.
            own: without its table's name in front.
        """
        core = _SUFFIXES.sub("", own).removeprefix(f"{_table_name(self.tree)}_")
        made_by = _MADE_BY.get(name.rpartition("_")[2])
        for call in _calls(self.tree):
            fits = _called(call) == made_by if made_by else _called(call) not in _MADE_BY.values()
            if name in _names_of(call) or (fits and core in _names_of(call)):
                return self.at(call)
        return (self._key() if name.endswith("_pkey") else self.column(core)) or self.place

    def _key(self) -> Place | None:
        """Find the first column of the primary key."""
        columns = (node for node in self.tree.body if isinstance(node, ast.AnnAssign))
        keys = (node for node in columns if re.search(r"primary_key=True|Key\]", ast.unparse(node)))
        return next(map(self.at, keys), None)


@dataclass(slots=True)
class Places:
    """All that the models of one platform declare."""

    home: Place
    models: dict[str, _Model] = field(default_factory=dict)
    functions: dict[str, Place] = field(default_factory=dict)
    triggers: dict[tuple[str, str], Place] = field(default_factory=dict)
    enums: dict[str, Place] = field(default_factory=dict)
    composites: dict[str, Place] = field(default_factory=dict)
    classes: dict[str, Place] = field(default_factory=dict)

    def of(self, key: Key) -> Place:
        """Give the place of an object; of one that the models don't know, that of its table or platform."""
        if not key.table:
            return self._alone(key)
        model = self._model(key.table)
        if model is None:
            return self.composites.get(key.table, self.home)
        if key.kind == "column":
            return model.column(key.name) or model.place
        if key.kind == "trigger":
            return self.triggers.get((key.table, key.name), model.place)
        own = key.name.removeprefix(f"{key.table}_")
        return model.rule(key.name, own) if key.kind in {"constraint", "index", "statistics"} else model.place

    def named(self, path: str) -> Place:
        """Give the place of "schema.table.name", whatever kind of object it is."""
        _, table, name, *_ = [*path.split("."), "", ""]
        model = self._model(table)
        if model is None or not name:
            return model.place if model else self.home
        trigger = self.triggers.get((table, name))
        return model.column(name) or trigger or model.rule(name, name.removeprefix(f"{table}_"))

    def _alone(self, key: Key) -> Place:
        if key.kind == "sequence":
            return self._sequence(key.name)
        known = self.functions if key.kind == "function" else {**self.classes, **self.enums}
        return known.get(key.name.partition("(")[0], self.home)

    def _model(self, table: str) -> _Model | None:
        return self.models.get(table) or self.models.get(_MONTH.sub("", table).removesuffix("_default"))

    def _sequence(self, name: str) -> Place:
        owners = [table for table in self.models if name.startswith(f"{table}_")]
        if not owners:
            return self.home
        model = self.models[max(owners, key=len)]
        return model.column(name.removeprefix(f"{max(owners, key=len)}_").removesuffix("_seq")) or model.place


@cache
def places_of(platform: str) -> Places:
    """Read the models of a platform; `toolbox` for the toolkit's own records."""
    folder = _PACKAGE / "models" / platform
    made = Places(Place(_relative(folder / "__init__.py"), 1))
    for file in (*sorted(folder.rglob("*.py")), _PACKAGE / "models" / "base.py"):
        _read(made, _relative(file), ast.parse(file.read_text(encoding="utf-8")))
    return made


def _read(made: Places, file: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            made.classes[node.name.lower()] = Place(file, node.lineno)
            if name := _table_name(node):
                made.models[name] = _Model(file, node)
        elif isinstance(node, ast.Call):
            _read_call(made, Place(file, node.lineno), node)


def _read_call(made: Places, place: Place, call: ast.Call) -> None:
    texts = [*_texts(call)]
    called = _called(call)
    if called in _MAKES_FUNCTIONS and texts:
        made.functions.setdefault(texts[0].partition("(")[0], place)
    elif called == "Trigger" and len(texts) > 1:
        made.triggers[texts[1], texts[0]] = place
    elif called == "Composite" and texts:
        made.composites[texts[0]] = place
    elif called == "Enum":
        for keyword in call.keywords:
            if keyword.arg == "name" and (name := _text(keyword.value)):
                made.enums[name] = Place(place.file, keyword.value.lineno)
    elif called == "labels" and texts:
        made.enums[texts[0]] = place


def _table_name(tree: ast.ClassDef) -> str | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [*map(ast.unparse, node.targets)] == ["__tablename__"]:
            return str(ast.literal_eval(node.value))
    return None


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _names_of(call: ast.Call) -> set[str]:
    """Give the names that a rule may have after what its call says: its own, or its columns' joined."""
    named = {text for keyword in call.keywords if keyword.arg == "name" and (text := _text(keyword.value))}
    called = _called(call)
    if called == "column":
        return named
    texts = [*_texts(call)]
    if called == "ends_after" and len(texts) == 2 and not named:
        return {"_after_".join(text.removesuffix("_at").removesuffix("_date") for text in texts)}
    return named or {*texts, "_".join(texts), "_".join(texts[1:])}


def _texts(node: ast.AST | None) -> Iterator[str]:
    """Give the literal texts among a call's arguments, in order."""
    arguments: Iterable[ast.expr] = node.args if isinstance(node, ast.Call) else ()
    return (text for text in map(_text, arguments) if text is not None)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _relative(file: Path) -> str:
    return file.relative_to(_PACKAGE.parent).as_posix()
