"""What `toolbox lms enrollments` and `toolbox lms identities` ask for."""

from typing import Annotated

import typer

from toolbox_cli.lms.people.choices import Only, Role, Standing

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The integration.")]
CourseOption = Annotated[
    str | None, typer.Option("--course", metavar="ID", help="Only this course, by its key there or here.")
]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="ID", help="Only this person, by a key there or here.")
]
RoleOption = Annotated[Role | None, typer.Option("--role", help="Only this role.")]
StandingOption = Annotated[Standing | None, typer.Option("--status", help="Only those that stand so.")]
OnlyOption = Annotated[Only | None, typer.Option("--only", help="Only these.")]
PersonalOption = Annotated[
    bool, typer.Option("--personal", help="With names and addresses; who looked is written to the audit log.")
]
MergeOption = Annotated[
    tuple[str, str] | None, typer.Option("--merge", metavar="ID INTO", help="One person: INTO counts from now on.")
]
SplitOption = Annotated[
    str | None, typer.Option("--split", metavar="ID", help="Two people after all: take a merge back.")
]
OptOutOption = Annotated[
    list[str] | None, typer.Option("--opt-out", metavar="ID", help="Leave a person out of syncs; may be repeated.")
]
OptInOption = Annotated[
    list[str] | None, typer.Option("--opt-in", metavar="ID", help="Let syncs read a person again; may be repeated.")
]
LockOption = Annotated[
    tuple[str, str] | None,
    typer.Option("--lock", metavar="ID FIELDS", help="Keep these columns of the account as they are, by comma."),
]
UnlockOption = Annotated[
    tuple[str, str] | None, typer.Option("--unlock", metavar="ID FIELDS", help="Let syncs write them again.")
]
LinkOption = Annotated[
    tuple[str, str] | None,
    typer.Option("--link", metavar="ID USER", help="This is the account USER here, by key or username."),
]
UnlinkOption = Annotated[str | None, typer.Option("--unlink", metavar="ID", help="This is nobody's account here.")]
