"""Rules about the labels of enum types."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.rules.remark import Case, Remark, Rule
from toolbox_cli.db.revisions.plan.acts import IDENTIFIER, name_of

_TYPE: Final = rf"ALTER\s+TYPE\s+(?:{IDENTIFIER}\s*\.\s*)?(?P<type>{IDENTIFIER})"
_RENAMED: Final = re.compile(rf"{_TYPE}\s+RENAME\s+VALUE\s+(?P<label>'(?:[^']|'')*')", re.IGNORECASE)
_ADDED: Final = re.compile(
    rf"{_TYPE}\s+ADD\s+VALUE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<label>'(?:[^']|'')*')", re.IGNORECASE
)
_CREATED: Final = re.compile(
    rf"CREATE\s+TYPE\s+(?:{IDENTIFIER}\s*\.\s*)?(?P<type>{IDENTIFIER})\s+AS\s+ENUM", re.IGNORECASE
)


def _relabelled(case: Case) -> Iterator[Remark]:
    """Give labels that go by another name from one moment to the next."""
    for place, part in case.parts():
        renamed = _RENAMED.match(part.text)
        if renamed and case.facts.migrated:
            yield Remark(
                "enum-relabelled", Severity.WARNING, place, 0, len(part.text), name_of(renamed["type"]),
                f"programs that still write {renamed['label']} are refused from this moment on",
                "labels that stay",
                "Add the new label, let programs write it, change the rows, and leave the old label unused.",
            )  # fmt: skip


def _used_at_once(case: Case) -> Iterator[Remark]:
    """Give statements that use a label in the transaction that adds it, which the server refuses."""
    made = {name_of(found["type"]) for _, part in case.parts() if (found := _CREATED.match(part.bare))}
    for place, part in case.parts():
        added = _ADDED.match(part.text)
        if added is None or name_of(added["type"]) in made:
            continue
        for later, other in case.parts():
            if later > place and added["label"] in other.text and not _ADDED.match(other.text):
                yield Remark(
                    "enum-value-at-once", Severity.WARNING, later, 0, len(other.text), name_of(added["type"]),
                    f"{added['label']} is used in the transaction that adds it: as a label, the server refuses it",
                    "a label that is committed",
                    "Use the label in a later revision than the one that adds it.",
                )  # fmt: skip
                break


ENUMS: Final = (
    Rule("enum-relabelled", "a label of an enum type that is renamed while programs use it", _relabelled),
    Rule("enum-value-at-once", "a new label of an enum type that is used in the same revision", _used_at_once),
)
