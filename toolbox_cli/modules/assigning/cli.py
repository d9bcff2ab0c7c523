"""`toolbox modules assign`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.modules.assigning.options import (
    BegunOption,
    ByOption,
    DueOption,
    FileOption,
    KindOption,
    RemoveOption,
    RulesOption,
    SlugsArgument,
    SubsystemOption,
    ToOption,
    UniversityOption,
    WithAssignedOption,
)

if TYPE_CHECKING:
    from toolbox_cli.modules.assigning import asking
else:
    asking = deferred("toolbox_cli.modules.assigning.asking")


def assign(
    ctx: typer.Context,
    slugs: SlugsArgument = None,
    to: ToOption = None,
    from_file: FileOption = None,
    due: DueOption = None,
    kind: KindOption = None,
    by: ByOption = None,
    university: UniversityOption = None,
    subsystem: SubsystemOption = None,
    rules: RulesOption = False,
    remove: RemoveOption = False,
    with_assigned: WithAssignedOption = False,
    even_begun: BegunOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Assign published modules to students, teams and universities, and by rules to whoever comes.

    All of it is done or nothing; again, it changes only what is said otherwise. The rule all_incoming_students is for
    every student, of one --university or of all; subsystem_specific for those whose team works on the --subsystem. A
    rule is kept, and run at once; --rules runs all rules again, and leaves alone whoever has the module in any way.
    What is taken back must not leave behind students who have begun (status 4), unless --even-begun.

    Examples:
        toolbox modules assign lab-safety --to student:s-17 --to student:ada@example.org --due +14
        toolbox modules assign lab-safety --to team:Power --as recommended --due 2026-12-01
        toolbox modules assign lab-safety --from-file students.txt --dry-run
        toolbox modules assign lab-safety --to rule:all_incoming_students --due +14
        toolbox modules assign lab-safety --to rule:subsystem_specific --subsystem Power
        toolbox --quiet modules assign --rules
        toolbox modules assign lab-safety --to team:Power --remove
    """
    asked = asking.Asked(
        tuple(slugs or ()), tuple(to or ()), from_file, due, kind, by, university, subsystem, rules, remove,
        with_assigned, even_begun, dry_run,
    )  # fmt: skip
    render(runtime_of(ctx), asking.run(runtime_of(ctx), asked), form)
