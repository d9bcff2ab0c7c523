"""The toolkit's own records."""

from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.verify.data.check import Check

CHECKS: Final = (
    Check(
        "sample-data-in-production",
        "seed_runs",
        "id",
        Severity.ERROR,
        "Production holds no sample data.",
        "This database was seeded, and TOOLBOX_ENV says production: made-up children stand beside real ones.",
        "If the setting is right, restore production from a backup that was made before the seeding.",
        "SELECT id FROM {toolbox}.seed_runs WHERE %(production)s",
    ),
)
