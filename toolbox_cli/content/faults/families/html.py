"""M6xx: HTML of sections, and what Markdown can hold of it."""

from typing import Final

from toolbox_cli.content.faults.fault import NOTE, WARNING, Example, Fault


def _page(text: str) -> tuple[Example, ...]:
    return (Example({"page.html": f"{text}\n"}, "html"),)


def _lesson(text: str) -> tuple[Example, ...]:
    return (Example({"module.md": f"---\nslug: lab-safety\ntitle: Lab safety\n---\n\n## The door\n\n{text}\n"}),)


FAULTS: Final = (
    Fault(
        "M601",
        "What runs something was taken out",
        "Scripts, plug-ins, event handlers and addresses such as javascript: would run in the student's browser. In "
        "Markdown they stay, as plain text.",
        "Write what it did as text, or as a section of type sandbox or interactive.",
        _page('<p onclick="steal()">Knock first.</p>\n<script src="door.js"></script>')
        + _lesson("Knock <javascript:steal()>. <script>steal()</script>"),
        WARNING,
    ),
    Fault(
        "M602",
        "What fetches something from elsewhere was taken out",
        "Whoever keeps the other host learns who reads the lesson, and when: a picture of one point is enough. In "
        "Markdown, an image of another host becomes a link.",
        "Put the file into the package or beside the module, and name it there; videos of known hosts may stay in "
        "their frames.",
        _page('<p>Knock first.<img src="https://tracker.example/door.gif" alt=""></p>')
        + _lesson("Knock first. ![](https://tracker.example/door.gif)"),
        WARNING,
    ),
    Fault(
        "M603",
        "HTML that a lesson does not need was taken out",
        "Styles, forms and elements of other programs; their text stays, unless it belongs to a form or a drawing. In "
        "Markdown, such a tag becomes text, as does <name> where it was meant as text.",
        "Nothing, if the section still says what it should.",
        _page('<p style="color: red">Knock <font size="7">first</font>.</p>') + _lesson("Knock, and say <name>."),
        NOTE,
    ),
    Fault(
        "M604",
        "HTML or Markdown can't be read",
        "It is larger than any lesson, or nested deeper than anybody writes.",
        "Part the page, or write it anew from its text.",
        _page("<div>" * 300 + "Knock first."),
    ),
    Fault(
        "M605",
        "HTML names a file that is not there",
        "The address leads out of the package, to a page of the other system, or to nothing; it was taken out.",
        "Add the file to the package, or name another.",
        _page('<p><img src="../door.png" alt="A door"></p>'),
        WARNING,
    ),
)
