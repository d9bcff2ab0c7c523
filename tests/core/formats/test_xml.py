"""XML of strangers is read with its lines, and nothing that it asks for is done."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox_cli.core.errors import MissingExtraError
from toolbox_cli.core.formats import xml_text
from toolbox_cli.core.formats.xml_text import XmlError, attribute, child, children, name_of, parse_xml, text_at

MANIFEST = b"""<?xml version="1.0"?>
<!-- made by hand -->
<m:manifest xmlns:m="http://one.example/cp" xmlns:x="http://one.example/x">
  <m:item x:href="a.html"> One <b>two</b> </m:item>
  <item/>
</m:manifest>"""


def refused(data: bytes) -> XmlError:
    with pytest.raises(XmlError) as caught:
        parse_xml(data)
    return caught.value


def test_elements_have_names_lines_and_text() -> None:
    root = parse_xml(MANIFEST)
    assert (name_of(root), [one.sourceline for one in children(root, "item")]) == ("manifest", [4, 5])
    assert text_at(root, "item") == "One two"
    assert text_at(root, "item", "c") == ""
    found = child(root, "item", "b")
    assert found is not None
    assert name_of(found) == "b"
    assert attribute(next(children(root)), "href") == "a.html"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_beginning(encoding: str) -> None:
    assert parse_xml('<?xml version="1.0"?><a>é</a>'.encode(encoding)).text == "é"


def test_another_encoding_that_it_says() -> None:
    assert parse_xml('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")).text == "é"
    assert "cp037 is not read" in refused(b'<?xml version="1.0" encoding="cp037"?><a/>').message
    assert refused("<a>\n<b>é</b></a>".encode("latin-1")).line == 2


@pytest.mark.parametrize(
    "begins",
    [
        '<!DOCTYPE a [<!ENTITY e SYSTEM "{file}">]>',
        '<!-- [ --><?x ?>\n<!doctype a PUBLIC "[" \'>\' [<!ENTITY e "e">]>',
        '<!DOCTYPE a [<!ENTITY % e SYSTEM "http://nowhere.example/a.dtd"> %e;]>',
        '\ufeff\ufeff<!DOCTYPE a [<!ENTITY e "e">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_refused(tmp_path: Path, begins: str, encoding: str) -> None:
    (tmp_path / "secret").write_text("secret")
    text = begins.replace("{file}", (tmp_path / "secret").as_uri()) + "<a>&e;</a>"
    assert "declarations of its own" in refused(text.encode(encoding)).message


def test_a_document_type_elsewhere_is_not_asked_for() -> None:
    begins = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">\n'
    assert parse_xml(begins + b"<a>b</a>").text == "b"
    error = refused(begins + b"<a>&nbsp;b</a>")
    assert (error.problem, error.line) == ("there is no entity &nbsp;", 2)


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b"<a>\n<b></a>", "tag mismatch", 2),
        (b"", "empty", None),
        (b"<a>" * 300, "depth", 1),
        (b"<a>\0</a>", "nvalid", 1),
        (b"<a>&nbsp;</a>", "nbsp", 1),
        (b"\n\n<a b='1' b='2'/>", "redefined", 3),
    ],
)
def test_what_is_broken_is_told_with_its_line(data: bytes, problem: str, line: int | None) -> None:
    error = refused(data)
    assert re.search(problem, error.problem)
    assert error.line in {line, 1 if line is None else line}


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_text, "etree", None)
    with pytest.raises(MissingExtraError) as caught:
        parse_xml(b"<a/>")
    assert "toolbox-cli[content]" in str(caught.value.remedy)


@given(st.binary(max_size=60) | st.text("<>!-[]&;?ad \"'", max_size=60).map(str.encode))
def test_whatever_the_bytes_the_answer_is_ours(data: bytes) -> None:
    try:
        parse_xml(data)
    except XmlError as error:
        assert error.problem.isprintable()  # noqa: PT017
