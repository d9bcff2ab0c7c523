"""How long tests wait for systems that are not there, or slow."""

from dataclasses import replace
from typing import Final

from toolbox_cli.core.http.limits import Limits

PATIENT: Final = Limits(
    connect_s=20, read_s=20, total_s=20, attempts=3, wait_initial_s=1, wait_max_s=4, body_bytes=1 << 20, pages=200
)
HASTY: Final = replace(PATIENT, read_s=0.4, total_s=0.4)
"""For tests in which something takes its time."""
