"""M6xx: HTML of sections."""

from typing import Final

from toolbox_cli.content.faults.fault import NOTE, WARNING, Example, Fault


def _page(text: str) -> tuple[Example, ...]:
    return (Example({"page.html": f"{text}\n"}, "html"),)


FAULTS: Final = (
    Fault(
        "M601",
        "HTML that runs something was taken out",
        "Scripts, plug-ins, event handlers and addresses such as javascript: would run in the student's browser.",
        "Write what it did as text, or as a section of type sandbox or interactive.",
        _page('<p onclick="steal()">Knock first.</p>\n<script src="door.js"></script>'),
        WARNING,
    ),
    Fault(
        "M602",
        "HTML that fetches something from elsewhere was taken out",
        "Whoever keeps the other host learns who reads the lesson, and when: a picture of one point is enough.",
        "Put the file into the package, and name it there; videos of known hosts may stay in their frames.",
        _page('<p>Knock first.<img src="https://tracker.example/door.gif" alt=""></p>'),
        WARNING,
    ),
    Fault(
        "M603",
        "HTML that a lesson does not need was taken out",
        "Styles, forms and elements of other programs; their text stays, unless it belongs to a form or a drawing.",
        "Nothing, if the section still says what it should.",
        _page('<p style="color: red">Knock <font size="7">first</font>.</p>'),
        NOTE,
    ),
    Fault(
        "M604",
        "HTML can't be read",
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
