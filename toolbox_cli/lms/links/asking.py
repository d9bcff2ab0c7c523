"""From what the command line says to what is done or shown."""

from collections.abc import Callable, Sequence
from typing import Final

from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import Connection, integration_named, transaction
from toolbox_cli.lms.links.linking import Ties, link, unlink
from toolbox_cli.lms.links.suggesting.suggest import Asked, Suggestion, suggest
from toolbox_cli.lms.runs.manual.journal import Edited
from toolbox_cli.lms.runs.manual.reports import edited

PURPOSE: Final = "toolbox lms"

_Verb = Callable[[Connection, str, Ties, Environment], Edited]


def tie(runtime: Runtime, said: str, ties: Ties, *, dry_run: bool) -> Report:
    """Tie a course or assignment; commits unless `dry_run`."""
    return _change(runtime, link, said, ties, dry_run=dry_run)


def untie(runtime: Runtime, said: str, ties: Ties, *, dry_run: bool) -> Report:
    """Take ties away; commits unless `dry_run`."""
    return _change(runtime, unlink, said, ties, dry_run=dry_run)


def suggestions(runtime: Runtime, names: Sequence[str], asked: Asked) -> Report:
    """Propose ties; changes nothing."""
    with transaction(runtime, PURPOSE, snapshot=True) as connection:
        found = suggest(connection, [integration_named(connection, name) for name in names], asked)
    columns = [
        Column(name) for name in ("integration", "external_id", "title", "what", "suggested", "score", "reasons")
    ]
    about = len({one.remote.id for one in found})
    note = f"Suggestions: {len(found):,}, for {about:,} courses and assignments; --format json has the commands."
    if not found:
        note = "There is nothing to suggest: nothing that is not linked has a title like one of ours."
    summary = {"suggestions": len(found), "least": asked.least}
    return Report("toolbox.lms.suggestions/1", [_item(one) for one in found], summary, columns=columns, note=note)


def _change(runtime: Runtime, verb: _Verb, said: str, ties: Ties, *, dry_run: bool) -> Report:
    with transaction(runtime, PURPOSE, dry_run=dry_run) as connection:
        done = verb(connection, said, ties, runtime.settings.env)
    return edited("toolbox.lms.link/1", done, action=verb.__name__, dry_run=dry_run)


def _item(one: Suggestion) -> dict[str, object]:
    remote, ours = one.remote, one.ours
    return {
        "kind": remote.kind, "integration": remote.integration, "external_id": remote.external_id,
        "course": remote.course, "id": remote.id, "title": remote.title, "what": one.what, "suggested": ours.title,
        "suggested_id": ours.id, "score": one.score, "reasons": list(one.reasons), "command": one.command,
    }  # fmt: skip
