"""The commands about integrations: which systems are connected, and how."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status
from toolbox_cli.lms.integrations.options import (
    AbandonOption,
    AuthOption,
    BaseUrlOption,
    ClientIdOption,
    ExcludeOption,
    IncludeOption,
    InsecureOption,
    InstitutionOption,
    KindOption,
    NameArgument,
    NewNameArgument,
    OneNameArgument,
    RemovedOption,
    SecretEnvOption,
    SecretFileOption,
    SetOption,
    SettingsFileOption,
    TokenUrlOption,
    UnsetOption,
    UntilOption,
)

if TYPE_CHECKING:
    from toolbox_cli.lms.integrations import managing, reports
    from toolbox_cli.lms.integrations.adding import asking
    from toolbox_cli.lms.integrations.adding import secret as secrets
    from toolbox_cli.lms.integrations.setting import reports as setting_reports
else:
    asking = deferred("toolbox_cli.lms.integrations.adding.asking")
    managing = deferred("toolbox_cli.lms.integrations.managing")
    reports = deferred("toolbox_cli.lms.integrations.reports")
    secrets = deferred("toolbox_cli.lms.integrations.adding.secret")
    setting_reports = deferred("toolbox_cli.lms.integrations.setting.reports")


def add(
    ctx: typer.Context,
    name: NewNameArgument,
    kind: KindOption,
    base_url: BaseUrlOption,
    auth: AuthOption = None,
    client_id: ClientIdOption = None,
    token_url: TokenUrlOption = None,
    secret_file: SecretFileOption = None,
    secret_env: SecretEnvOption = None,
    institution: InstitutionOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    insecure_http: InsecureOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Connect a school's system.

    Nothing is asked of it yet; `toolbox lms test` does that. The secret is asked for on the terminal, or read from a
    file, stdin or the environment, and kept encrypted with TOOLBOX_SECRET_KEYS. Sign in by oneroster: oauth2, oauth1,
    token or basic; canvas, moodle: token; schoology: oauth1; blackboard: oauth2; lti: oauth2 with a private key as the
    secret; oneroster-csv: files, no secret.

    Examples:
        toolbox lms add district --kind oneroster-csv --base-url /srv/sis/export
        toolbox lms add oak --kind canvas --base-url https://oak.example --secret-file canvas.token
        toolbox lms add elm --kind schoology --base-url https://api.schoology.com/v1 --client-id 7f3a
        toolbox lms add fir --kind moodle --base-url https://moodle.fir.example --secret-env FIR_TOKEN
        toolbox lms add sis --kind oneroster --base-url https://sis.example --client-id 7f --auth oauth1
    """
    runtime, origin = runtime_of(ctx), secrets.Origin(secret_file, secret_env)
    asked = asking.Asked(
        name, kind, base_url, auth, client_id, token_url, origin, institution, include or (), exclude or (),
        insecure_http,
    )  # fmt: skip
    done = managing.add(runtime, asked, dry_run=dry_run)
    render(runtime, reports.added(done, runtime.now(), dry_run=dry_run), form)


def list_(ctx: typer.Context, removed: RemovedOption = False, form: FormatOption = Format.TABLE) -> None:
    """List the integrations: how each stands, and how old its latest success is.

    A state is paused, held (a sync waits for somebody's yes), failing, due, or waiting for its time.

    Examples:
        toolbox lms list
        toolbox lms list --removed --format json
    """
    runtime = runtime_of(ctx)
    render(runtime, reports.listed(managing.listed(runtime, removed=removed), runtime.now()), form)


def show(ctx: typer.Context, name: NameArgument, form: FormatOption = Format.TABLE) -> None:
    """Show how an integration is connected, and what its system can't tell; asks the system nothing.

    Examples:
        toolbox lms show district
        toolbox lms show district --format json
    """
    runtime = runtime_of(ctx)
    render(runtime, reports.shown(managing.show(runtime, name), runtime.now()), form)


def try_out(ctx: typer.Context, name: NameArgument, form: FormatOption = Format.TABLE) -> None:
    """Sign in at an integration's system and read a little: rights that are missing, what it can't tell.

    Changes nothing there or here. Ends with status 5 where the system is not there or does not let us in.

    Examples:
        toolbox lms test district
    """
    runtime = runtime_of(ctx)
    with status(runtime, f"Asking {name}"):
        done = managing.try_out(runtime, name)
    render(runtime, reports.tested(done), form)


def settings(
    ctx: typer.Context,
    name: NameArgument,
    sets: SetOption = None,
    unsets: UnsetOption = None,
    file: SettingsFileOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what an integration does otherwise than usual, or change it: limits, roles, schedule, filters, grades.

    Without options, all that can be set, with what is usual and what it means. All changes of a call are made, or
    none; each is in the audit log. A group's name unsets all of it.

    Examples:
        toolbox lms settings district
        toolbox lms settings district --set zone=America/New_York --set limits.user.percent=5
        toolbox lms settings district --set roles.Coach=teacher --set roles.Observer=skip --dry-run
        toolbox lms settings district --set frequency_hours=12 --set "exclude=term=Summer*"
        toolbox lms settings district --unset limits
        toolbox lms settings district --file district.yaml
    """
    runtime = runtime_of(ctx)
    if not (sets or unsets or file):
        render(runtime, setting_reports.shown(managing.settings(runtime, name)), form)
        return
    done = managing.change(runtime, name, sets or (), unsets or (), file, dry_run=dry_run)
    render(runtime, setting_reports.changed(done, dry_run=dry_run), form)


def pause(
    ctx: typer.Context,
    name: NameArgument,
    until: UntilOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Let planned syncs leave an integration out, until a day or until it is resumed.

    For the holidays, and around the end of a term, when a system empties. A day begins in the integration's own zone.

    Examples:
        toolbox lms pause district --until 2027-08-15
        toolbox lms pause district --until 14d
        toolbox lms pause district
    """
    runtime = runtime_of(ctx)
    done = managing.pause(runtime, name, until, dry_run=dry_run)
    render(runtime, reports.paused(done, runtime.now(), dry_run=dry_run), form)


def resume(
    ctx: typer.Context, name: NameArgument, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE
) -> None:
    """End a pause.

    Examples:
        toolbox lms resume district
    """
    runtime = runtime_of(ctx)
    done = managing.resume(runtime, name, dry_run=dry_run)
    render(runtime, reports.paused(done, runtime.now(), dry_run=dry_run), form)


def remove(
    ctx: typer.Context,
    name: NameArgument,
    abandon_grades: AbandonOption = False,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take an integration out of use for good: its secrets are destroyed, what it read stays.

    Its name can be taken again; what is read under it then is another integration's. Refused while grades wait to be
    sent, unless they are given up.

    Examples:
        toolbox lms remove district --dry-run
        toolbox lms remove district --yes
    """
    runtime = runtime_of(ctx)
    done = managing.remove(runtime, name, abandon_grades=abandon_grades, yes=yes, dry_run=dry_run)
    render(runtime, reports.removed(done, runtime.now(), dry_run=dry_run), form)


def rekey(
    ctx: typer.Context,
    name: OneNameArgument = None,
    secret_file: SecretFileOption = None,
    secret_env: SecretEnvOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Encrypt all stored secrets anew, or take a new secret of one integration.

    The first of TOOLBOX_SECRET_KEYS encrypts. To change keys, put the new one first, keep the old one behind it, run
    this, and take the old one away. All or nothing: a secret that no key opens is told of, and none is changed. With
    NAME, a secret that the school's system replaced is read as by `toolbox lms add`; all that was read stays.

    Examples:
        toolbox lms rekey --dry-run
        toolbox lms rekey
        toolbox lms rekey oak --secret-file canvas.token
    """
    runtime, origin = runtime_of(ctx), secrets.Origin(secret_file, secret_env)
    done = managing.rekey(runtime, name, origin, dry_run=dry_run)
    render(runtime, reports.rekeyed(done, dry_run=dry_run), form)
