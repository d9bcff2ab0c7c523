"""What the commands about integrations ask for."""

from pathlib import Path
from typing import Annotated

import typer


def _kinds(incomplete: str) -> list[str]:
    from toolbox_cli.lms.sources.connecting.kinds import offered  # only a shell that completes pays for it

    return [name for name in offered() if name.startswith(incomplete)]


def _keys(incomplete: str) -> list[str]:
    from toolbox_cli.lms.settings.definitions import SETTINGS

    return [one.key for one in SETTINGS if one.key.startswith(incomplete)]


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The integration.")]
OneNameArgument = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Take a new secret of this integration.", show_default="all")
]
NewNameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="What to call it: lower-case letters, digits and dashes.")
]
KindOption = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="KIND",
        autocompletion=_kinds,
        help="What it is: oneroster, oneroster-csv, canvas, moodle, schoology, blackboard or lti.",
    ),
]
BaseUrlOption = Annotated[
    str, typer.Option("--base-url", metavar="URL|PATH", help="Its root address; of files, their absolute path.")
]
AuthOption = Annotated[
    str | None,
    typer.Option(
        "--auth", metavar="AUTH", help="How to sign in: oauth2, oauth1, token or basic.", show_default="the kind's"
    ),
]
ClientIdOption = Annotated[
    str | None, typer.Option("--client-id", metavar="ID", help="Client id, consumer key or user name.")
]
TokenUrlOption = Annotated[
    str | None, typer.Option("--token-url", metavar="URL", help="Where oauth2 fetches tokens.", show_default="usual")
]
SecretFileOption = Annotated[
    Path | None,
    typer.Option(
        "--secret-file", metavar="FILE", help="Read the secret from a file; - is stdin.", show_default="ask for it"
    ),
]
SecretEnvOption = Annotated[
    str | None,
    typer.Option("--secret-env", metavar="VARIABLE", help="Read the secret from this environment variable."),
]
InstitutionOption = Annotated[
    str | None, typer.Option("--institution", metavar="TEXT", help="School or district.", show_default="the name")
]
IncludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--include", metavar="school=...,term=...,course=...", help="Read these courses alone; may be repeated."
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="school=...,term=...,course=...", help="Leave these out; may be repeated."),
]
InsecureOption = Annotated[
    bool,
    typer.Option("--insecure-http", help="Allow http: whoever is on the way reads names of children and the secret."),
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", autocompletion=_keys, help="May be repeated.")
]
UnsetOption = Annotated[
    list[str] | None,
    typer.Option("--unset", metavar="KEY", autocompletion=_keys, help="Go back to what is usual; may be repeated."),
]
SettingsFileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Set what a YAML file has; null unsets, - is stdin.")
]
RemovedOption = Annotated[bool, typer.Option("--removed", help="Also those that were removed.")]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE|DURATION", help="2026-09-01, or 14d, or 36h.", show_default="until resumed"),
]
AbandonOption = Annotated[
    bool, typer.Option("--abandon-grades", help="Even if grades wait to be sent: they will never be.")
]
