"""What tests ask of Luau: that it parses, and what its texts are."""

import re

import tree_sitter
import tree_sitter_luau

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_luau.language()))
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"'}


def assert_parses(source: str) -> None:
    root = PARSER.parse(source.encode()).root_node
    if root.has_error:
        broken = [root]
        while broken and not (broken[-1].is_error or broken[-1].is_missing):
            broken += [child for child in broken.pop().children if child.has_error or child.is_missing]
        raise AssertionError(f"line {broken[-1].start_point[0] + 1}: {broken[-1].text!r}" if broken else "an error")


def kinds(source: str) -> list[str]:
    """Give the kinds of all leaves of the tree, so that two scripts can be compared but for their values."""
    found, ahead = [], [PARSER.parse(source.encode()).root_node]
    while ahead:
        node = ahead.pop()
        if node.type == "string" or not node.children:
            found.append(node.type)
        else:
            ahead += reversed(node.children)
    return found


def read_string(text: str) -> str:
    """Read a text between double quotes, as Luau does."""
    assert text[0] == text[-1] == '"'

    def sign(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        return chr(int(found[2])) if found[2] else _ESCAPES[found[3]]

    return re.sub(r"\\(?:u\{([0-9A-F]+)\}|(\d{1,3})|(.))", sign, text[1:-1], flags=re.DOTALL)
