"""`toolbox verify`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import target_at, targets
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.options import FailOn, FailOnOption, OutputOption, PlatformOption, runtime_of
from toolbox_cli.core.progress import status
from toolbox_cli.verify.options import (
    AgainstOption,
    BaselineOption,
    Form,
    FormOption,
    IgnoreOption,
    LiveOption,
    NoCacheOption,
    RoleOption,
    StrictOption,
    What,
    WhatArgument,
)

if TYPE_CHECKING:
    from toolbox_cli.db.expected import expected as expecting
    from toolbox_cli.verify import baseline as baselines
    from toolbox_cli.verify import parts, reports
    from toolbox_cli.verify import run as running
else:
    expecting = deferred("toolbox_cli.db.expected.expected")
    baselines = deferred("toolbox_cli.verify.baseline")
    parts = deferred("toolbox_cli.verify.parts")
    reports = deferred("toolbox_cli.verify.reports")
    running = deferred("toolbox_cli.verify.run")


def verify(
    ctx: typer.Context,
    what: WhatArgument = What.ALL,
    platform: PlatformOption = None,
    form: FormOption = Form.TABLE,
    strict: StrictOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
    baseline: BaselineOption = None,
    ignore: IgnoreOption = None,
    against: AgainstOption = None,
    live: LiveOption = False,
    as_role: RoleOption = None,
    no_cache: NoCacheOption = False,
    output: OutputOption = None,
) -> None:
    """Prove that a live database is what the models say.

    Changes nothing. Errors end with status 3, with --fail-on warnings too. The schema needs USAGE on the schemas and
    no other right, the data SELECT as well.

    Examples:
        toolbox verify
        toolbox verify schema --platform frames --format json
        toolbox verify data --format junit --output verify.xml
        toolbox verify schema --fail-on warning --ignore 'frames.tmp_*'
    """
    runtime = runtime_of(ctx)
    known = baselines.read_baseline(baseline) if baseline else None
    policy = running.Policy(runtime.now().date(), Severity(fail_on.value), strict, tuple(ignore or ()), known)
    found = targets(runtime.settings, runtime.environ, platform)
    workshop = expecting.workshop_of(runtime.settings, runtime.environ, keep=not no_cache)
    ways = parts.Ways(target_at(against, "--against") if against else None, live, as_role)
    with status(runtime, "Verifying"):
        verdict = running.verify(found, running.parts_of(what, ways), runtime.settings, workshop, policy, ways)
    reports.put(verdict, form, runtime.out, output)
    if output:
        runtime.say(f"{output}: {reports.in_short(verdict)}")
    if verdict.exit:
        raise typer.Exit(verdict.exit)
