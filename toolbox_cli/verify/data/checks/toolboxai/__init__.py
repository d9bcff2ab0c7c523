"""The learning platform."""

from typing import Final

from toolbox_cli.verify.data.check import waiting_for_partition
from toolbox_cli.verify.data.checks.toolboxai import accounts, learning, lms, roblox, rosters

CHECKS: Final = (
    *roblox.CHECKS,
    *learning.CHECKS,
    *accounts.CHECKS,
    *lms.CHECKS,
    *rosters.CHECKS,
    waiting_for_partition("toolboxai", "usage_analytics", "usage_analytics_default"),
    waiting_for_partition("toolboxai", "educational_analytics", "educational_analytics_default"),
)
