"""Publishing, which the database allows only by an approved review of exactly what is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from psycopg import errors

from toolbox_cli.content.quests.comparing import Difference
from toolbox_cli.content.quests.reading.generated import tells
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, Held, Row, named
from toolbox_cli.quests.reviewing.options import Standing
from toolbox_cli.quests.reviewing.standing import changed_since, errors_of, reviews_of, standing_of, standings

RULE: Final = "quests_public_review"

# Other programs record reviews too, and run no checks.
_CHECKED: Final = """
UPDATE psychologist_reviews AS r SET open_errors = 0 FROM quests AS q
WHERE q.id = r.quest_id AND q.id = ANY (%(ids)s) AND r.open_errors IS NULL AND r.content_hash = quest_content_hash(q)"""

_PUBLISH: Final = "UPDATE quests SET is_public = %(public)s WHERE id = ANY (%(ids)s)"


class Fate(StrEnum):
    """What becomes of a quest."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    """It was edited since its review."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Published:
    """A quest and its fate.

    Attributes:
        reasons: all that keeps it from being published.
        changes: since its review, where that is what keeps it and what was reviewed was kept.
    """

    held: Held
    fate: Fate
    reasons: tuple[str, ...] = ()
    changes: tuple[Difference, ...] = ()


def publish(connection: Connection, names: Sequence[str], environment: Environment) -> list[Published]:
    """Publish quests, all of them or none.

    Raises:
        UsageError: there is no such quest.
        RefusedError: the database found a reason that this did not.

    Effects: writes `quests`, `psychologist_reviews` where a review doesn't say what the checks found, and
        `toolbox.audit_log`, unless one of them is refused; never commits.
    """
    quests = named(connection, names, lock=True)
    reviews = reviews_of(connection, quests)
    moderation = {row["id"]: row["moderation"] for row in standings(connection, names)}
    done = [_fate(held, reviews.get(held.id), moderation[held.id]) for held in quests]
    if not any(one.reasons for one in done):
        _write(connection, [one.held for one in done if one.fate is Fate.PUBLISHED], environment, public=True)
    return done


def unpublish(connection: Connection, names: Sequence[str], environment: Environment) -> list[Published]:
    """Take quests out of the public library; who took one keeps it.

    Raises:
        UsageError: there is no such quest.

    Effects: writes `quests` and `toolbox.audit_log`; never commits.
    """
    quests = named(connection, names, lock=True)
    done = [Published(held, Fate.UNPUBLISHED if held.is_public else Fate.UNCHANGED) for held in quests]
    _write(connection, [one.held for one in done if one.fate is Fate.UNPUBLISHED], environment, public=False)
    return done


def _fate(held: Held, review: Row | None, moderation: str | None) -> Published:
    if held.is_public:
        return Published(held, Fate.UNCHANGED)
    reasons = tuple(_reasons(held, review, moderation))
    if not reasons:
        return Published(held, Fate.PUBLISHED)
    if standing_of(held, review) is Standing.EDITED:
        return Published(held, Fate.CONFLICT, reasons, tuple(changed_since(review, held) or ()))
    return Published(held, Fate.REFUSED, reasons)


def _reasons(held: Held, review: Row | None, moderation: str | None) -> Iterator[str]:
    """Give everything that the database would refuse it for, and what the checks find."""
    if moderation != "approved":
        yield "moderation has not approved it"
    yield from ["it has no review"] if review is None else _review_reasons(held, review)
    if held.read is None:
        yield "it has no graph that could be checked"
    if codes := sorted({one.code for one in errors_of(held)}):
        yield f"the checks find errors in it: {', '.join(codes)}"
    if held.is_whole and not tells(held.quest_yaml, held.quest):
        yield "its quest_yaml tells otherwise than its graph"


def _review_reasons(held: Held, review: Row) -> Iterator[str]:
    if not review["approved"]:
        yield "its review does not approve it"
    if review["reviewer"] is None:
        yield "its review does not say who reviewed"
    if review["reviewer"] == held.author:
        yield "its author reviewed it"
    if not (review["credentials"] or "").strip():
        yield "its review names no qualification"
    if review["content_hash"] != held.content_hash:
        yield "its review is not of this content"


def _write(connection: Connection, quests: Sequence[Held], environment: Environment, *, public: bool) -> None:
    if not quests:
        return
    try:
        values = {"public": public, "ids": [held.id for held in quests]}
        if public:
            connection.execute(_CHECKED, values)
        connection.execute(_PUBLISH, values)
    except errors.CheckViolation as error:
        if error.diag.constraint_name != RULE:
            raise
        raise RefusedError(f"{error.diag.message_primary}.", remedy=error.diag.message_hint) from error
    command = f"toolbox quests {'publish' if public else 'unpublish'}"
    details = {"quests": {held.quest.quest_id: held.content_hash for held in quests}}
    record_change(connection, Change(command, environment, PLATFORM, {"quests": len(quests)}, details))
