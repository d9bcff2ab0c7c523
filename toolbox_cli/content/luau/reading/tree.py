"""The tree of a script, by tree-sitter, from what `erasing` leaves of it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.literals import number_of, text_of
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.core.errors import MissingExtraError

if TYPE_CHECKING:
    from tree_sitter import Node as Found
    from tree_sitter import Parser

DEPTH_CAP: Final = 120
"""Levels of the tree; people write about 30; Luau stops at a thousand."""

BLOCKS_CAP: Final = 50
"""Blocks inside each other; people write a dozen."""

_CONSTANTS: Final = {"true": True, "false": False, "nil": None}


class ParseFault(Exception):  # noqa: N818  a fault of the script, not an error of ours
    """No Luau stands here.

    Attributes:
        at: the place in the source.
    """

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class DepthFault(ParseFault):
    """The script is nested deeper than `DEPTH_CAP`, or its blocks than `BLOCKS_CAP`."""


@cache
def _parser() -> "Parser":
    try:
        import tree_sitter_luau
        from tree_sitter import Language, Parser
    except ModuleNotFoundError as error:
        raise MissingExtraError("tree-sitter with its grammar of Luau", "agents") from error
    return Parser(Language(tree_sitter_luau.language()))


def ready() -> None:
    """See that scripts can be parsed.

    Raises:
        MissingExtraError: the parser is not installed.
    """
    _parser()


def tree(text: str, plain: str) -> nodes.Block:
    """Parse a script.

    Args:
        text: of the script, one character a byte.
        plain: what `erased` made of it.

    Raises:
        ParseFault: it is no Luau.
        DepthFault: it is nested too deep.
        MissingExtraError: the parser is not installed.
    """
    found = _parser().parse(plain.encode("latin-1")).root_node
    if found.has_error:
        raise ParseFault(_first_error(found))
    whole = _Reader(text).block(found)
    whole.link()
    return whole


def _first_error(found: "Found") -> int:
    """Give the place of the first error; tree-sitter says of each node whether there is one inside."""
    while True:
        inside = next((child for child in found.children if child.has_error or child.is_missing), None)
        if inside is None:
            last = found.children[-1] if found.parent is None and found.children else found
            return int(last.start_byte)
        found = inside


class _Reader:
    """Turns tree-sitter's nodes into ours."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self._blocks = 0

    def block(self, found: "Found | None") -> nodes.Block:
        if found is None:
            return nodes.Block(0, 0, statements=[])
        self._blocks += 1
        if self._blocks > BLOCKS_CAP:
            raise DepthFault(found.start_byte)
        statements = [self.node(child) for child in found.named_children if child.type != "empty_statement"]
        self._blocks -= 1
        whole = [
            nodes.Evaluate(one.start, one.end, call=one) if isinstance(one, nodes.Call) else one for one in statements
        ]
        return nodes.Block(found.start_byte, found.end_byte, statements=whole)

    def node(self, found: "Found") -> Node:
        self._depth += 1
        if self._depth > DEPTH_CAP:
            raise DepthFault(found.start_byte)
        reader = _READERS.get(found.type)
        if reader is None:
            raise ParseFault(found.start_byte)
        made = reader(self, found)
        self._depth -= 1
        return made

    def some(self, found: "Found | None") -> list[Node]:
        return [] if found is None else [self.node(child) for child in found.named_children]

    def need(self, found: "Found", field: str) -> "Found":
        child = found.child_by_field_name(field)
        if child is None:
            raise ParseFault(found.start_byte)
        return child

    def name(self, found: "Found") -> nodes.Name:
        return nodes.Name(found.start_byte, found.end_byte, id=self.written(found), symbol=None)

    def written(self, found: "Found") -> str:
        return self._text[found.start_byte : found.end_byte]

    def word(self, found: "Found") -> nodes.Constant:
        """Read a name that is a key, as the text that it stands for."""
        written = self.written(found)
        return nodes.Constant(found.start_byte, found.end_byte, value=written, written=written)

    def constant(self, found: "Found") -> Node:
        value = _CONSTANTS[found.type]
        return nodes.Constant(found.start_byte, found.end_byte, value=value, written=found.type)

    def number(self, found: "Found") -> Node:
        written = self.written(found)
        value = number_of(written)
        if value is None:
            raise ParseFault(found.start_byte)
        return nodes.Constant(found.start_byte, found.end_byte, value=value, written=written)

    def string(self, found: "Found") -> Node:
        if self._text[found.start_byte] != "`":
            written = self.written(found)
            return nodes.Constant(found.start_byte, found.end_byte, value=text_of(written), written=written)
        return nodes.Template(found.start_byte, found.end_byte, pieces=list(self._pieces(found)))

    def _pieces(self, found: "Found") -> Iterator[Node]:
        begins = found.start_byte
        for child in [*found.named_children, None]:
            if child is not None and child.type != "interpolation":
                continue
            ends = found.end_byte if child is None else child.start_byte + 1
            written = self._text[begins:ends]
            yield nodes.Constant(begins, ends, value=text_of(written), written=written)
            if child is not None:
                yield self.node(child.named_children[0])
                begins = child.end_byte - 1

    def inner(self, found: "Found") -> Node:
        return self.node(found.named_children[0])

    def varargs(self, found: "Found") -> Node:
        return nodes.Varargs(found.start_byte, found.end_byte)

    def index(self, found: "Found") -> nodes.Index:
        base, key = self.node(self.need(found, "table")), found.child_by_field_name("field")
        dotted = found.type != "bracket_index_expression"
        if key is None:
            key = self.need(found, "method")
        read = self.word(key) if dotted else self.node(key)
        return nodes.Index(found.start_byte, found.end_byte, base=base, key=read, dotted=dotted)

    def call(self, found: "Found") -> Node:
        callee = self.need(found, "name")
        arguments = self.some(self.need(found, "arguments"))
        return nodes.Call(
            found.start_byte,
            found.end_byte,
            callee=self.node(callee),
            arguments=arguments,
            is_method=callee.type == "method_index_expression",
        )

    def binary(self, found: "Found") -> Node:
        """Read operators of one kind that follow on each other as one, however many."""
        operator = found.children[1].type
        side = "right" if operator in ("..", "^") else "left"
        ends: list[Found] = []
        inner = found
        while inner.type == "binary_expression" and inner.children[1].type == operator:
            ends.append(inner.children[0 if side == "right" else 2])
            inner = inner.children[2 if side == "right" else 0]
        ends.append(inner)
        order = ends if side == "right" else ends[::-1]
        operands = [self.node(one) for one in order]
        return nodes.Binary(found.start_byte, found.end_byte, operator=operator, operands=operands)

    def unary(self, found: "Found") -> Node:
        operand = self.node(self.need(found, "operand"))
        return nodes.Unary(found.start_byte, found.end_byte, operator=found.children[0].type, operand=operand)

    def choice(self, found: "Found") -> Node:
        parts = [found, *(child for child in found.named_children if child.type == "elseif_clause")]
        last = next((child for child in found.named_children if child.type == "else_clause"), None)
        if last is None:
            raise ParseFault(found.start_byte)
        return nodes.Choice(
            found.start_byte,
            found.end_byte,
            conditions=[self.node(self.need(part, "condition")) for part in parts],
            values=[self.node(self.need(part, "consequence")) for part in parts],
            otherwise=self.node(self.need(last, "consequence")),
        )

    def table(self, found: "Found") -> Node:
        fields = [self.field(child) for child in found.named_children]
        return nodes.Table(found.start_byte, found.end_byte, fields=fields)

    def field(self, found: "Found") -> nodes.Field:
        key = found.child_by_field_name("name")
        read = None
        if key is not None:
            read = self.node(key) if found.children[0].type == "[" else self.word(key)
        value = self.node(self.need(found, "value"))
        return nodes.Field(found.start_byte, found.end_byte, key=read, value=value)

    def function(self, found: "Found") -> nodes.Function:
        listed = found.child_by_field_name("parameters")
        inside = [child.named_children[0] for child in (listed.named_children if listed else ())]
        names = [self.name(one) for one in inside if one.type == "identifier"]
        return nodes.Function(
            found.start_byte,
            found.end_byte,
            parameters=names,
            has_varargs=len(names) < len(inside),
            body=self.block(found.child_by_field_name("body")),
            name=None,
        )

    def declared(self, found: "Found", *, is_local: bool = False) -> Node:
        named = self.need(found, "name")
        made = self.function(found)
        made.name = self.written(named)
        if named.type == "method_index_expression":
            own = nodes.Name(named.end_byte, named.end_byte, id="self", symbol=None)
            made.parameters.insert(0, own)
        if is_local:
            return nodes.Local(
                found.start_byte, found.end_byte, names=[self.name(named)], values=[made], is_function=True
            )
        target = self.node(named)
        return nodes.Assign(found.start_byte, found.end_byte, targets=[target], values=[made], operator=None)

    def local(self, found: "Found") -> Node:
        inside = found.named_children[0]
        if found.children[0].type != "local":
            raise ParseFault(found.start_byte)
        if inside.type == "variable_list":
            names, values = inside, None
        else:
            names, values = inside.named_children
        listed = [self.name(one) for one in names.named_children if one.type == "identifier"]
        return nodes.Local(found.start_byte, found.end_byte, names=listed, values=self.some(values), is_function=False)

    def assign(self, found: "Found") -> Node:
        targets, values = found.named_children
        operator = found.children[1].type.removesuffix("=") or None
        return nodes.Assign(
            found.start_byte, found.end_byte, targets=self.some(targets), values=self.some(values), operator=operator
        )

    def do(self, found: "Found") -> Node:
        return nodes.Do(found.start_byte, found.end_byte, body=self.block(found.child_by_field_name("body")))

    def loop(self, found: "Found") -> Node:
        kind = nodes.While if found.type == "while_statement" else nodes.Repeat
        condition = self.node(self.need(found, "condition"))
        body = self.block(found.child_by_field_name("body"))
        return kind(found.start_byte, found.end_byte, condition=condition, body=body)

    def branch(self, found: "Found") -> Node:
        parts = [found, *(child for child in found.named_children if child.type == "elseif_statement")]
        last = next((child for child in found.named_children if child.type == "else_statement"), None)
        return nodes.If(
            found.start_byte,
            found.end_byte,
            conditions=[self.node(self.need(part, "condition")) for part in parts],
            blocks=[self.block(part.child_by_field_name("consequence")) for part in parts],
            otherwise=None if last is None else self.block(last.child_by_field_name("body")),
        )

    def repetition(self, found: "Found") -> Node:
        clause = self.need(found, "clause")
        body = self.block(found.child_by_field_name("body"))
        if clause.type == "for_generic_clause":
            names, values = clause.named_children
            listed = [self.name(one) for one in names.named_children]
            return nodes.ForEach(found.start_byte, found.end_byte, names=listed, values=self.some(values), body=body)
        name, *bounds = clause.named_children
        read = [self.node(one) for one in bounds]
        return nodes.ForRange(found.start_byte, found.end_byte, name=self.name(name), bounds=read, body=body)

    def returns(self, found: "Found") -> Node:
        listed = found.named_children[0] if found.named_children else None
        return nodes.Return(found.start_byte, found.end_byte, values=self.some(listed))

    def leave(self, found: "Found") -> Node:
        return nodes.Leave(found.start_byte, found.end_byte, word=found.type.removesuffix("_statement"))


_READERS: Final[dict[str, Callable[[_Reader, Any], Node]]] = {
    "identifier": _Reader.name, "number": _Reader.number, "string": _Reader.string,
    "true": _Reader.constant, "false": _Reader.constant, "nil": _Reader.constant,
    "vararg_expression": _Reader.varargs, "parenthesized_expression": _Reader.inner,
    "function_definition": _Reader.function, "function_call": _Reader.call,
    "dot_index_expression": _Reader.index, "bracket_index_expression": _Reader.index,
    "method_index_expression": _Reader.index, "binary_expression": _Reader.binary,
    "unary_expression": _Reader.unary, "if_expression": _Reader.choice, "table_constructor": _Reader.table,
    "variable_declaration": _Reader.local, "assignment_statement": _Reader.assign,
    "update_statement": _Reader.assign, "do_statement": _Reader.do, "while_statement": _Reader.loop,
    "repeat_statement": _Reader.loop, "if_statement": _Reader.branch, "for_statement": _Reader.repetition,
    "return_statement": _Reader.returns, "break_statement": _Reader.leave, "continue_statement": _Reader.leave,
}  # fmt: skip


def _function_declaration(reader: _Reader, found: Any) -> Node:
    return reader.declared(found, is_local=found.children[0].type == "local")


_READERS["function_declaration"] = _function_declaration
