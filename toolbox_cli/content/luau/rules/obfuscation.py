"""L30x: code that no person is meant to read. Its form decides; a banner, which anybody can write, only names it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.values import Made
from toolbox_cli.content.luau.questions.decoders import looks_encoded
from toolbox_cli.content.luau.questions.loops import repeating
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.literals import numbered_escapes
from toolbox_cli.content.luau.reading.scopes import WRAPPERS, Symbol, shown
from toolbox_cli.content.luau.reading.tokens import Kind
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, samples

_BANNERS: Final = (
    "Luraph", "IronBrew", "MoonSec", "PSU_", "Synapse Xen", "Prometheus", "luaobfuscator", "LUAOBFUSACTOR", "Aztup",
    "Luarmor", "WeAreDevs", "Hercules", "Bytexor",
)  # fmt: skip
_WORDS: Final = frozenset(("local", "function", "if", "return", "while", "for", "end", "repeat", "then", "do"))
_CONFUSING: Final = re.compile(
    r"[Il1O0_]{4,}+|_?0x[0-9a-fA-F]{3,}|[a-zA-Z_]{1,2}[0-9]{0,3}|_+[a-zA-Z0-9]?|v[0-9]+|[A-Z]{2,4}_[0-9]+"
)
_MACHINE: Final = frozenset(
    """
    string.byte string.char string.sub string.gsub string.rep table.concat table.insert math.ldexp getfenv setmetatable
    select unpack table.unpack bit32.bxor tonumber loadstring
    """.split()
)
_BLOB: Final = 400
_NAMES: Final = 4


def _signs(script: Script) -> list[str]:
    known = script.noted.setdefault("signs", {})
    if "" not in known:
        known[""] = [told for told, is_so in _SIGNS if is_so(script)]
    return cast(list[str], known[""])


def _obfuscated(script: Script) -> Iterator[Hit]:
    signs = _signs(script)
    if (len(signs) >= 2 and set(signs) - _MINIFIED) or set(signs) & _ENOUGH:
        text = script.source.text
        family = next((name for name in _BANNERS if name in text), None)
        yield Hit(0, ", ".join(signs) + (f" (it says: {family.strip('_')})" if family else ""))


def _minified(script: Script) -> Iterator[Hit]:
    signs = _signs(script)
    if {*signs} == _MINIFIED:
        yield Hit(0, ", ".join(sorted(signs)))


def _is_dense(script: Script) -> bool:
    """Tell whether one line holds what people write on thirty."""
    counts: Counter[int] = Counter()
    for token in script.tokens:
        if token.kind is Kind.KEYWORD and token.text in _WORDS:
            counts[script.source.line_start(token.start)] += 1
    return max(counts.values(), default=0) >= 30


def _is_nameless(script: Script) -> bool:
    """Tell whether hardly any name says something; counters and unused ones never do."""
    names = {symbol.name for symbol in script.symbols if symbol.kind != "loop" and symbol.name not in ("_", "self")}
    bad = sum(_CONFUSING.fullmatch(name) is not None for name in names)
    return len(names) >= _NAMES and bad >= 0.8 * len(names)


def _has_blob(script: Script) -> bool:
    """Tell whether a text is long, and is none; or whether many are."""
    unreadable = 0
    for constant in script.all(nodes.Constant):
        if not isinstance(constant.value, str):
            continue
        if len(constant.value) >= _BLOB and _is_blob(constant.value):
            return True
        unreadable += looks_encoded(constant) or _is_packed(constant.value)
    return unreadable >= 12


def _is_blob(text: str) -> bool:
    blanks = sum(text.count(sign) for sign in " \n\t")
    return blanks * 50 < len(text) and len(set(text)) >= 12


def _is_packed(text: str) -> bool:
    """Tell whether a short text is base64 or its like: letters of both kinds, digits and signs, all mixed."""
    if len(text) < 8 or " " in text or re.fullmatch(r"[A-Za-z0-9+/=]+", text) is None:
        return False
    changes = sum(_kind(a) != _kind(b) for a, b in zip(text, text[1:], strict=False))
    return changes * 2 >= len(text) and any(sign.isdigit() for sign in text)


def _kind(sign: str) -> int:
    return 0 if sign.islower() else 1 if sign.isupper() else 2


def _is_escaped(script: Script) -> bool:
    written = [one.written for one in script.all(nodes.Constant) if isinstance(one.value, str)]
    return sum(map(numbered_escapes, written)) >= 60 and not _is_plain_utf8(written)


def _is_plain_utf8(written: list[str]) -> bool:
    """Tell whether the numbers are letters beyond ASCII, as some editors write them."""
    numbers = [int(one) for text in written for one in re.findall(r"\\([0-9]{1,3})", text)]
    return bool(numbers) and all(number > 127 or number < 32 for number in numbers) and len(set(numbers)) < 80


def _has_machine(script: Script) -> bool:
    """Tell whether a loop asks one variable again and again what to do next, as an interpreter of codes does."""
    return any(_asked(loop) >= 8 for loop in repeating(script))


def _asked(loop: nodes.While | nodes.Repeat) -> int:
    counts: Counter[Symbol] = Counter()
    for node in loop.body.walk():
        for condition in node.conditions if isinstance(node, nodes.If) else ():
            if isinstance(condition, nodes.Binary) and condition.operator in ("<", "<=", "==", ">", ">="):
                counts.update(_numbered(condition))
    return max(counts.values(), default=0)


def _numbered(condition: nodes.Binary) -> Iterator[Symbol]:
    names = [one for one in condition.operands if isinstance(one, nodes.Name)]
    numbers = [one for one in condition.operands if isinstance(getattr(one, "value", None), float)]
    return (one.symbol for one in names if numbers and one.symbol is not None)


def _has_prologue(script: Script) -> bool:
    """Tell whether the tools of an unpacker stand ready under other names."""
    aliases = set()
    for symbol in script.symbols:
        for one in symbol.definitions:
            if isinstance(one.value, nodes.Name | nodes.Index | nodes.Binary):
                path = script.folder.path(one.value)
                if path in _MACHINE:
                    aliases.add(path)
    return len(aliases) >= 5


def _has_numbers(script: Script) -> bool:
    """Tell whether code, not data, is mostly numbers that are calculated with each other."""
    sums = 0
    for node in script.all(nodes.Binary):
        numbers = [
            one.value for one in node.operands if isinstance(one, nodes.Constant) and isinstance(one.value, float)
        ]
        sums += len(numbers) == len(node.operands) and max(map(abs, numbers)) > 999
    return sums >= 12


def _is_flattened(script: Script) -> bool:
    """Tell whether a loop goes from piece to piece by numbers that say nothing, as no person writes states."""
    for loop in repeating(script):
        counts: Counter[Symbol] = Counter()
        told: dict[Symbol, set[float]] = {}
        for node in loop.body.walk():
            for condition in node.conditions if isinstance(node, nodes.If) else ():
                if isinstance(condition, nodes.Binary) and condition.operator == "==":
                    for symbol in _numbered(condition):
                        numbers = {getattr(one, "value", None) for one in condition.operands}
                        told.setdefault(symbol, set()).update(one for one in numbers if isinstance(one, float))
            if isinstance(node, nodes.Assign):
                counts.update(_set_to_numbers(node))
        if any(len(told[one]) >= 5 and counts[one] >= 5 and max(told[one]) >= 100 for one in told):
            return True
    return False


def _set_to_numbers(assign: nodes.Assign) -> Iterator[Symbol]:
    for target, value in zip(assign.targets, assign.values, strict=False):
        symbol = target.symbol if isinstance(target, nodes.Name) else None
        if isinstance(symbol, Symbol) and isinstance(getattr(value, "value", None), float):
            yield symbol


def _has_dispatch(script: Script) -> bool:
    """Tell whether a loop calls functions out of a list by numbers that stand in a table of numbers."""
    for loop in repeating(script):
        for index in (one for one in loop.body.walk() if isinstance(one, nodes.Index) and not one.dotted):
            if _is_called(index) and _is_list_of_functions(script, index.base):
                return True
    return False


def _is_called(index: nodes.Index) -> bool:
    parent = index.parent
    if not isinstance(parent, nodes.Call):
        return False
    return parent.callee is index or (shown(parent.callee) in WRAPPERS and parent.arguments[0] is index)


def _is_list_of_functions(script: Script, node: nodes.Node) -> bool:
    value = script.folder.value(node)
    if not isinstance(value, Made) or len(value.node.fields) < 4:
        return False
    return all(one.key is None and isinstance(one.value, nodes.Function) for one in value.node.fields)


def _reaches_environment(script: Script) -> bool:
    """Tell whether functions are looked for in the environment, as an interpreter needs it."""
    return any(one.path == "getfenv" for one in script.calls)


_SIGNS: Final = (
    ("much code on one line", _is_dense),
    ("names that say nothing", _is_nameless),
    ("text that is none", _has_blob),
    ("signs by their numbers", _is_escaped),
    ("an interpreter of codes", _has_machine),
    ("an unpacker's tools", _has_prologue),
    ("numbers hidden in sums", _has_numbers),
    ("pieces that numbers join", _is_flattened),
    ("functions called by numbers", _has_dispatch),
    ("the environment of globals", _reaches_environment),
)
_MINIFIED: Final = frozenset(("much code on one line", "names that say nothing"))
"""Signs that code was only made short: it hides nothing, and nobody can read it."""
_ENOUGH: Final = frozenset(("pieces that numbers join",))
"""Signs that need no second one."""

_PACKED: Final = "".join(f"{chr(65 + i * 7 % 26)}{i * 37 % 100:02d}{chr(97 + i * 11 % 26)}" for i in range(150))
_VM: Final = (
    "local a,b,c,d,e,f,g,h,i,j,k,l,m=string.byte,string.char,string.sub,table.concat,setmetatable,select,0,0,0,0,0,0,0 "
    "while true do " + " ".join(f"if g=={n} then h=h+{n} i=a(l,h) end" for n in range(12)) + " end"
)

_BRANCHES: Final = "\n".join(
    f"\tif s == {number} then\n\t\tprint({number})\n\t\ts = {to}\n\tend"
    for number, to in ((4071, 918), (918, 7730), (7730, 255), (255, 6412), (6412, 3003), (3003, 0))
)
_FLAT: Final = (
    "local e, r, p, o, i = getfenv(), {}, { { 1, 2 }, { 2, 1 } }, {\nfunction(a, b)\n\tr[a] = e[b]\nend,\n"
    "function(a, b)\n\tr[a] = r[b]\nend,\nfunction(a, b)\n\tr[a](b)\nend,\nfunction(a)\n\tr[a] = nil\nend }, 1\n"
    "while p[i] do\n\to[p[i][1]](p[i][2])\n\ti += 1\nend"
)

_SHORT: Final = (
    "local a,b,c,d,e,f,g=1,2,3,4,5,6,7 "
    + " ".join(f"if a=={number} then b=b+c print(d,e) end" for number in range(12))
    + " local function h(i,j) return i+j+f+g end for k=1,h(a,b) do if k>2 then c=c+1 end end return a"
)

RULES: Final = (
    Rule(
        "L301",
        "The code is obfuscated",
        Tier.DENY,
        "What nobody can read nobody can vouch for; Roblox's store refuses it. Two signs of its form are enough.",
        "Publish the source. Data belongs into a table or a data store.",
        samples(_FLAT, also="L204")
        + samples("local s = 4071\nwhile s ~= 0 do\n" + _BRANCHES + "\nend")
        + samples(f"-- protected by nobody\n{_VM}\n", also="L801")
        + samples(
            f"local l='{_PACKED}' local I1Il,IIl1,l1Il,Il1I,lI1I,I1I1,lIlI,IlIl,llI1,l11I,I11l,lI11,Ill1 = l,2,3,4 return I1Il\n",
        ),
        samples(
            f"local level = '{_PACKED}'\nlocal function load(data)\n    return #data\nend\nprint(load(level))",
            "local heights = {" + ", ".join(str(i * 7919 % 997) for i in range(900)) + "}\nprint(#heights)",
            "-- This file was protected using Luraph Obfuscator v14\nprint('plain')",
            "local state = 1\nwhile state ~= 0 do\n\tif state == 1 then\n\t\tstate = 2\n\telseif state == 2 then\n"
            "\t\tstate = 3\n\telseif state == 3 then\n\t\tstate = 0\n\tend\nend",
        ),
        _obfuscated,
    ),
    Rule(
        "L302",
        "The code was made as short as it can be",
        Tier.REVIEW,
        "Nothing in it is encrypted, but nobody reads it either.",
        "Publish the source as it was written.",
        samples(_SHORT, _SHORT.replace("print", "warn")),
        samples("local a, b = 1, 2\nprint(a + b)", "if a then b() end if c then d() end"),
        _minified,
    ),
)
