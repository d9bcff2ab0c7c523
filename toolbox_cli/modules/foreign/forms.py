"""The forms that can be read beside our own; content/modules/converting.py says how a converter is written."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final, cast

from toolbox_cli.content.modules.converting import Converter, Source

FORMS: Final[Mapping[str, str]] = {
    "olx": "toolbox_cli.modules.foreign.olx.converter",
    "imscc": "toolbox_cli.modules.foreign.imscc.converter",
    "scorm": "toolbox_cli.modules.foreign.scorm.converter",
    "h5p": "toolbox_cli.modules.foreign.h5p.converter",
    "gift": "toolbox_cli.modules.foreign.gift.converter",
}
"""Form as `--from` names it, to its module with `detect` and `convert`; asked in this order."""


def converter(form: str) -> Converter:
    """Import the converter of a form."""
    return cast("Converter", import_module(FORMS[form]))


def detected(source: Source) -> str | None:
    """Say which form a source has; None where no converter knows it."""
    return next((form for form in FORMS if converter(form).detect(source)), None)
