"""L21x: text that is written so that nobody can read it."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.values import number_in
from toolbox_cli.content.luau.questions.decoders import looks_encoded, makes_text_of_numbers
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.literals import needless_escapes
from toolbox_cli.content.luau.reading.scopes import own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_ESCAPES: Final = 8
_CODES: Final = 10
_CALLS: Final = 2


def _by_numbers(script: Script) -> Iterator[Hit]:
    for constant in script.all(nodes.Constant):
        if isinstance(constant.value, str) and needless_escapes(constant.written) >= _ESCAPES:
            yield hit(constant, f"{needless_escapes(constant.written):,} letters written by their numbers")
    for called in script.calls:
        if called.path == "string.char" and len(called.arguments) >= _CODES:
            if all(number_in(script.folder.value(one)) is not None for one in called.arguments):
                yield hit(called.node, f"{len(called.arguments):,} letters written by their numbers")


def _decoded(script: Script) -> Iterator[Hit]:
    """Find functions that get nothing but unreadable text, again and again."""
    found: dict[nodes.Function, list[nodes.Call]] = {}
    for call in script.all(nodes.Call):
        function = own_function(call.callee)
        if function is not None and any(_is_unreadable(script, one) for one in call.arguments):
            found.setdefault(function, []).append(call)
    for function, calls in found.items():
        if len(calls) >= _CALLS and makes_text_of_numbers(script, function):
            yield hit(calls[0], f"{len(calls):,} texts that {function.name or 'a function'} decodes")


def _is_unreadable(script: Script, node: nodes.Node) -> bool:
    if isinstance(node, nodes.Constant):
        return looks_encoded(node)
    if isinstance(node, nodes.Table) and len(node.fields) >= 4:
        values = [number_in(script.folder.value(one.value)) for one in node.fields]
        return all(value is not None and 0 <= value < 256 for value in values)
    return False


RULES: Final = (
    Rule(
        "L211",
        "Text is written by the numbers of its letters",
        Tier.REVIEW,
        "It can be read no other way than by running it, and nothing but hiding needs that.",
        "Write the text.",
        samples(
            "local s = '\\104\\101\\108\\108\\111\\119\\111\\114\\108\\100'\nprint(s)",
            "print(string.char(104, 101, 108, 108, 111, 119, 111, 114, 108, 100))",
        ),
        samples("print('\\27[31mred\\27[0m \\226\\128\\156quoted\\226\\128\\157')", "print(string.char(65 + i))"),
        _by_numbers,
    ),
    Rule(
        "L212",
        "Texts are decoded by a function of the script",
        Tier.DENY,
        "Programs that hide code write every text so; people write text.",
        "Write the texts.",
        samples(
            """
local function d(s, k)
    local out = {}
    for i = 1, #s do
        out[i] = string.char(bit32.bxor(string.byte(s, i), k))
    end
    return table.concat(out)
end
print(d("\\27\\14\\25\\3\\6\\8", 107), d("\\12\\14\\31\\45\\14\\5\\29", 107))
""",
            """
local function d(codes)
    local out = ""
    for _, code in ipairs(codes) do
        out = out .. string.char(code - 3)
    end
    return out
end
print(d({ 117, 104, 116, 120 }), d({ 108, 117, 104, 102 }))
""",
        ),
        samples(
            """
local function caesar(text, shift)
    local out = {}
    for i = 1, #text do
        out[i] = string.char((string.byte(text, i) - 97 + shift) % 26 + 97)
    end
    return table.concat(out)
end
print(caesar("hello", 3), caesar("world", 5))
""",
            "local function mean(list)\n    return list[1] + list[2]\nend\nprint(mean({ 1, 2, 3, 4 }), mean({ 5, 6, 7, 8 }))",
        ),
        _decoded,
    ),
)
