"""The checks of each platform, in the order of their reports."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.core.settings import RECORDS
from toolbox_cli.verify.data.check import Check
from toolbox_cli.verify.data.checks import frames, pas_in_peace, records, toolboxai

CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    RECORDS: records.CHECKS,
    "toolboxai": toolboxai.CHECKS,
    "pas_in_peace": pas_in_peace.CHECKS,
    "frames": frames.CHECKS,
}
