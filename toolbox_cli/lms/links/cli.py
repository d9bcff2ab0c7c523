"""`toolbox lms link`, `unlink` and `suggest`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status
from toolbox_cli.lms.links.options import (
    BestOption,
    ContentOption,
    Kind,
    KindOption,
    LeastOption,
    NamesArgument,
    QuizOption,
    ReplaceOption,
    TargetArgument,
)

if TYPE_CHECKING:
    from toolbox_cli.lms.links import asking, linking
    from toolbox_cli.lms.links.suggesting import suggest as suggesting
else:
    asking = deferred("toolbox_cli.lms.links.asking")
    linking = deferred("toolbox_cli.lms.links.linking")
    suggesting = deferred("toolbox_cli.lms.links.suggesting.suggest")


def link(
    ctx: typer.Context,
    target: TargetArgument,
    content: ContentOption = None,
    quiz: QuizOption = None,
    replace: ReplaceOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tie a course or assignment to content or a quiz of ours.

    A course gets content that is used in it. An assignment stands for a quiz, whose results become its grades, or for
    content, whose progress does. Refused for a quiz that is about other content than the assignment's.

    Examples:
        toolbox lms link district:cls-mat5-a --content "Fraction Island"
        toolbox lms link district:cls-mat5-a:itm-1 --quiz "Fraction Island Quiz" --dry-run
        toolbox lms link district:itm-4 --quiz "Ratio Bridge Quiz" --replace
    """
    runtime = runtime_of(ctx)
    ties = linking.Ties(tuple(content or ()), quiz, replace)
    render(runtime, asking.tie(runtime, target, ties, dry_run=dry_run), form)


def unlink(
    ctx: typer.Context,
    target: TargetArgument,
    content: ContentOption = None,
    quiz: QuizOption = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take such ties away; all of them where none is named.

    Grades that wait to be sent stay.

    Examples:
        toolbox lms unlink district:cls-mat5-a:itm-1
        toolbox lms unlink district:cls-mat5-a --content "Fraction Island" --dry-run
    """
    runtime = runtime_of(ctx)
    ties = linking.Ties(tuple(content or ()), quiz)
    render(runtime, asking.untie(runtime, target, ties, dry_run=dry_run), form)


def suggest(
    ctx: typer.Context,
    names: NamesArgument = None,
    only: KindOption = None,
    least: LeastOption = 0.5,
    best: BestOption = 1,
    form: FormatOption = Format.TABLE,
) -> None:
    """Propose such ties, each with a score and its reasons; changes nothing.

    Titles are compared by their words, the rare ones more, and by their letters; another subject or grade counts
    against it.

    Examples:
        toolbox lms suggest
        toolbox lms suggest district --only assignment --least 0.8
        toolbox lms suggest district --best 3 --format json
    """
    runtime = runtime_of(ctx)
    asked = suggesting.Asked(frozenset([only] if only else Kind), least, best)
    with status(runtime, "Comparing titles"):
        report = asking.suggestions(runtime, names or (), asked)
    render(runtime, report, form)
