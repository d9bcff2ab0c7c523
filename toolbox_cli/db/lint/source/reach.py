"""The strings that a call of a revision can have got its text from, the nearest first."""

import ast
from collections.abc import Iterator, Sequence

from toolbox_cli.core.database.steps import Caller
from toolbox_cli.db.lint.source.literals import Literal, Strings, value_of

Bindings = dict[str, list[ast.AST]]


class Reach:
    """What the syntax tree of one file says about where its strings go."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self._strings = Strings(source)
        self._read: dict[int, Literal | None] = {}
        self._module = _bindings(self.tree.body)
        self._calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        self._functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]

    def literals(self, caller: Caller | None) -> tuple[Literal, ...]:
        """Give the strings that a call leads to: its own, then those behind the names in it, and so on.

        All strings of the file, where the call is not known.
        """
        call = self._call(caller) if caller else None
        if call is None:
            return tuple(self._below(self.tree))
        around = self._around(call)
        local = _bindings(around.body) if around else {}
        found: list[Literal] = []
        waiting, seen = [call], set[str]()
        while waiting:
            node = waiting.pop(0)
            found += self._below(node)
            for name in _names(node):
                if name not in seen:
                    seen.add(name)
                    waiting += local.get(name) or self._module.get(name, [])
                    waiting += [function for function in self._functions if function.name == name]
        if around:  # what others hand to the function
            found += (literal for other in self._calls_of(around.name) for literal in self._below(other))
        return tuple(dict.fromkeys(found))

    def _call(self, caller: Caller) -> ast.AST | None:
        exact = (node for node in self._calls if _place(node) == caller)
        beginning = (node for node in self._calls if node.lineno == caller.line)
        return next(exact, None) or next(beginning, None)

    def _around(self, call: ast.AST) -> ast.FunctionDef | None:
        """Find the innermost function that a call stands in."""
        holding = [one for one in self._functions if any(node is call for node in ast.walk(one))]
        return min(holding, key=lambda one: (one.end_lineno or one.lineno) - one.lineno, default=None)

    def _calls_of(self, name: str) -> Iterator[ast.Call]:
        return (node for node in self._calls if isinstance(node.func, ast.Name) and node.func.id == name)

    def _below(self, top: ast.AST) -> Iterator[Literal]:
        """Give the strings below a node, but docstrings; the parts of an f-string are the f-string's."""
        skipped: set[int] = set()
        for node in ast.walk(top):
            if isinstance(node, ast.Expr):
                skipped.add(id(node.value))
            if isinstance(node, ast.JoinedStr):
                skipped |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
            if isinstance(node, ast.FormattedValue):
                skipped.add(id(node.format_spec))
            if value_of(node) is None or (id(node) in skipped and not isinstance(top, ast.Expr)):
                continue
            if id(node) not in self._read:
                self._read[id(node)] = self._strings.read(node)
            if literal := self._read[id(node)]:
                yield literal


def _place(call: ast.Call) -> Caller:
    return Caller(call.lineno, call.col_offset, call.end_lineno or call.lineno, call.end_col_offset or call.col_offset)


def _names(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _bindings(body: Sequence[ast.stmt]) -> Bindings:
    """Give what each name is set to: by assignment, by a loop, or as a part of either."""
    found: Bindings = {}
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            for target, value in _set(node):
                for name in _names(target):
                    found.setdefault(name, []).append(value)
    return found


def _set(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.For | ast.comprehension):
        yield node.target, node.iter
