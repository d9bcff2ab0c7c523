"""What the library's commands ask for."""

from typing import Annotated

import typer

NameArgument = Annotated[str, typer.Argument(metavar="QUEST", help="Name of a quest.", show_default=False)]
RatedArgument = Annotated[str | None, typer.Argument(metavar="[QUEST]", help="Name of a quest.", show_default=False)]
PublicOption = Annotated[bool, typer.Option("--public", help="Only what the public library offers.")]
ModuleOption = Annotated[
    str | None, typer.Option("--module", metavar="NAME", help="Only this school of therapy, such as CBT.")
]
AgeOption = Annotated[
    str | None, typer.Option("--age", metavar="YEARS", help="Only for children of this age, or of some of 7-9.")
]
RatingOption = Annotated[
    float | None, typer.Option("--min-rating", metavar="STARS", min=1, max=5, help="Only with this mean or a better.")
]
AuthorOption = Annotated[
    str | None, typer.Option("--author", metavar="USER", help="Only of this author: id or messenger account.")
]
ForOption = Annotated[str, typer.Option("--for", metavar="USER", help="Which parent: id or messenger account.")]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="USER", help="Who rates: id or messenger account.", show_default=False)
]
StarsOption = Annotated[
    int | None, typer.Option("--stars", metavar="1-5", min=1, max=5, help="What it is worth.", show_default=False)
]
TextOption = Annotated[
    str | None, typer.Option("--text", metavar="TEXT", help="What the parent writes about it.", show_default=False)
]
RecomputeOption = Annotated[
    bool, typer.Option("--recompute", help="Compute rating and plays anew, of QUEST or of all quests.")
]
