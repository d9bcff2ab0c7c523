"""Functions of a script that make text out of unreadable text."""

from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.literals import needless_escapes, numbered_escapes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol, own_function

_BUILDS: Final = frozenset(("char", "concat", "reverse", "gsub", "bxor"))
_READS: Final = frozenset(("byte", "bxor", "tonumber", "sub", "gsub", "gmatch", "reverse", "char"))


def is_decoder(script: Script, function: nodes.Function) -> bool:
    """Tell whether a function takes text or numbers apart and builds text of it."""
    used = _library(script, function)
    return (
        bool(used & {"char", "reverse", "gsub", "concat"})
        and bool(used & _READS)
        and (bool(function.parameters) or function.has_varargs)
    )


def makes_text_of_numbers(script: Script, function: nodes.Function) -> bool:
    """Tell whether a function turns numbers into signs, after it changed them."""
    used = _library(script, function)
    return "char" in used and bool(used & {"byte", "bxor", "tonumber"} or _calculates(function))


def _library(script: Script, function: nodes.Function) -> set[str]:
    """Give the names of library functions that a function uses, also under other names."""
    found: set[str] = set()
    for node in function.body.walk():
        if isinstance(node, nodes.Call):
            key = nodes.key_of(node)
            found.add(script.folder.path(node.callee).rpartition(".")[2])
            found.add(str(key))
        elif isinstance(node, nodes.Name | nodes.Index):
            found.add(script.folder.path(node).rpartition(".")[2])
    return found


def _calculates(function: nodes.Function) -> bool:
    operators = {node.operator for node in function.body.walk() if isinstance(node, nodes.Binary)}
    return bool(operators & {"+", "-", "*", "%", "^", "//"})


def is_decoded(script: Script, node: Node) -> bool:
    """Tell whether an expression is what a decoder of the script makes of something that is written in it."""
    for _ in range(6):
        if isinstance(node, nodes.Name) and _is_spelled(script, node):
            return True
        if isinstance(node, nodes.Name) and isinstance(node.symbol, Symbol) and len(node.symbol.definitions) == 1:
            value = node.symbol.definitions[0].value
            if value is None:
                return False
            node = value
    if not isinstance(node, nodes.Call) or not node.arguments:
        return False
    function = own_function(node.callee)
    return (
        function is not None
        and is_decoder(script, function)
        and all(_is_written(script, one) for one in node.arguments)
    )


def _is_spelled(script: Script, name: nodes.Name) -> bool:
    """Tell whether a text is made letter by letter of numbers."""
    definitions = name.symbol.definitions if isinstance(name.symbol, Symbol) else []
    added = [one.value for one in definitions if isinstance(one.value, nodes.Assign) and one.value.operator == ".."]
    calls = [part for one in added for part in one.walk() if isinstance(part, nodes.Call)]
    return any(script.folder.path(one.callee) in ("string.char", "utf8.char") for one in calls)


def _is_written(script: Script, node: Node) -> bool:
    value = script.folder.value(node)
    return type(value).__name__ in ("Known", "Made")


def looks_encoded(constant: nodes.Constant) -> bool:
    """Tell whether a text shows a reader nothing."""
    text = constant.value
    if not isinstance(text, str) or len(text) < 4:
        return False
    strange = sum(not 32 <= ord(sign) < 127 and sign not in "\n\t" for sign in text)
    if needless_escapes(constant.written) >= 4 or numbered_escapes(constant.written) * 2 >= len(text):
        return True
    return strange * 3 > len(text) and not _is_text(text)


def _is_text(text: str) -> bool:
    try:
        read = text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\n\r\t" for sign in read)
