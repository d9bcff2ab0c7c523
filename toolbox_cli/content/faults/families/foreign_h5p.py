"""M540 to M549: activities of H5P."""

from typing import Final

from toolbox_cli.content.faults.fault import Example, Fault

FAULTS: Final = (
    Fault(
        "M541",
        "The activity does not say what it is",
        "The file h5p.json names the library that shows the activity; without it nobody knows how to read the content.",
        "Export the activity again.",
        (
            Example(
                {"h5p.json": '{"title": "The lab"}\n', "content/content.json": '{"text": "<p>Knock first.</p>"}\n'},
                "foreign",
                frozenset({"M503"}),
            ),
        ),
    ),
)
