"""`toolbox quests review`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.options import PersonalOption
from toolbox_cli.quests.reviewing.options import (
    AgeOption,
    ApproveOption,
    ByOption,
    ChangesOption,
    ConcernsOption,
    ContentOption,
    CorrectnessOption,
    CredentialsOption,
    MinutesOption,
    NameOption,
    OnlyOption,
    RecommendationsOption,
    RevealOption,
    ReviewedArgument,
    SafetyOption,
    StrengthsOption,
)

if TYPE_CHECKING:
    from toolbox_cli.quests.reviewing import asking, judging
else:
    asking = deferred("toolbox_cli.quests.reviewing.asking")
    judging = deferred("toolbox_cli.quests.reviewing.judging")


def review(
    ctx: typer.Context,
    quest: ReviewedArgument = None,
    by: ByOption = None,
    approve: ApproveOption = None,
    safety: SafetyOption = None,
    correctness: CorrectnessOption = None,
    age: AgeOption = None,
    reveal: RevealOption = None,
    content: ContentOption = None,
    credentials: CredentialsOption = None,
    name: NameOption = None,
    strengths: StrengthsOption = None,
    concerns: ConcernsOption = None,
    recommendations: RecommendationsOption = None,
    changes: ChangesOption = None,
    minutes: MinutesOption = None,
    only: OnlyOption = None,
    personal: PersonalOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Record a psychologist's judgement of a quest, or show how quests stand.

    Without a judgement it shows a quest's review, what the checks find, and what changed since it was reviewed; without
    a quest, how all stand. A judgement is of the content as it is now: an approval names its hash, so that nothing else
    is approved than what was read (status 3). An author can't judge, nor is approved what has errors (status 4). An
    earlier judgement is kept. To reject a public quest takes it out of the library.

    Examples:
        toolbox quests review --only edited
        toolbox quests review paper-lanterns --personal
        toolbox quests review paper-lanterns --by 18 --reject --safety 2 --therapy 3 --age 4 --reveal 4
    """
    runtime = runtime_of(ctx)
    said = judging.Said(name, credentials, strengths, concerns, recommendations, changes, minutes)
    judgement = asking.judgement_of(by, approve, (safety, correctness, age, reveal), said, content)
    if quest is None and judgement:
        raise UsageError("A judgement is of one quest.", remedy="Name it: toolbox quests review QUEST")
    if quest is not None and only:
        raise UsageError("--only is of all quests.", remedy="Leave QUEST out, or --only.")
    if quest is None:
        report = asking.list_(runtime, only)
    elif judgement:
        report = asking.review(runtime, quest, judgement, dry_run=dry_run)
    else:
        report = asking.show(runtime, quest, personal=personal)
    render(runtime, report, form)
