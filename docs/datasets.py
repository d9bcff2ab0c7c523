"""Writes docs/datasets.md from the registry of datasets: `make docs`."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from toolbox_cli.analytics.datasets.dataset import Column, Dataset, Grows
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.datasets.telling import how_it_leaves
from toolbox_cli.analytics.masking.coarsening import PATH_WORDS
from toolbox_cli.analytics.masking.leaving import kind_in
from toolbox_cli.analytics.masking.modes import Mode

PAGE: Final = Path(__file__).with_name("datasets.md")

TITLES: Final = {
    "toolboxai": "The learning platform (toolboxai)",
    "frames": "Training modules (frames)",
    "pas_in_peace": "Parents' quests (pas_in_peace)",
}
GROWS: Final = {
    Grows.BY_EVENTS: "A log of events: an export can continue where the last one ended.",
    Grows.IN_PLACE: "A state: every export is whole.",
}

HEAD: Final = """<!-- Made from the registry by `make docs`; change toolbox_cli/analytics/datasets instead. -->

# Datasets

What may leave the database, and nothing else does: each dataset is a SELECT over the tables with the columns below.
`toolbox analytics datasets` lists them, `toolbox analytics datasets NAME` tells one, with `--format json` for programs.

## How columns leave

An export is pseudonymous unless it is asked for otherwise. The privacy class of a column is that of what it is read
from ([schemas](schema/README.md)), and decides what it may leave as:

| class | may leave |
|---|---|
| none | as it is |
| identifier | as a pseudonym, or not at all |
| quasi-identifier | coarser, as a pseudonym, or as it is with the reason below |
| sensitive | numbers, truth values and moments; words only where they are one of a closed list |
| secret | never |

* A **pseudonym** is HMAC-SHA256 of what is named and of its value, 128 bits in 26 characters of base32, under a key
  of the recipient and period. The same person has the same pseudonym in all datasets of a recipient and period, and
  another one everywhere else. Without the key nobody finds the person, or finds out by trying. As who made, taught,
  asked for or judged something (`author`, `teacher`, `asker`, `reviewer`) a person has another pseudonym than as
  `user`: many know who made a lesson, and would know by it what else that person does.
* The key of a row that tells of a person, such as an event or a task, leaves as a **key of the recipient's own**:
  another number or UUID, by a permutation under AES with a key that is derived from the same one. So datasets of one
  recipient and period join as they do in the database, and those of two recipients don't. A number is below 2^48, which
  programs that count in floats keep exact.
* Institutions are no persons: `universities` and `lms-integrations` name them, so whoever gets these beside other
  datasets knows which university or connection a row is of. Leave them out where that is too much.
* A moment is **cut** to the beginning of its hour, day or month, in UTC.
* A grade leaves **in bands**: 1-2, 3-5, 6-8, 9+.
* A text **of a closed list** leaves as `other` where it is not in the list.
* The **pattern of a path** keeps words that name things of the platform, such as `/api/v1/users/{}/grades`: query,
  fragment, host and every other segment go.
* Free text, documents, network addresses, countries, names, User-Agent headers and digests of texts are in no dataset.

In an identified export pseudonyms, keys, moments and bands leave as the values that they stand for. Closed lists and
patterns stay: whatever a program or a person wrote into such a column does not leave either.

WORDS

## Whose rows leave

* Progress in quests leaves only while the child's consent is live: given, with its time, not revoked, and
  `share_completion_progress`. Once it is revoked, the rows are in no export. How often and how long the child
  played leaves only with `share_play_frequency`.
* Progress and results in Roblox leave only with `data_collection_consent` and `age_verified`, and of who is under 13
  or of unknown age with `parental_consent_given`. Attempts at quizzes that such a result became go by the same.
* Feedback of who wished to stay unnamed leaves without even a pseudonym.
* Who opted out of a school's roster is in no enrollment.

## Types and versions

Types are those of Arrow, the same in every file of a version. UUIDs are text. A column that is added does not change
the version, and older files lack it; one that changes its type or its meaning, or goes, makes a new version, and no
increment goes on from files of another version."""


def page() -> str:
    """Give the page's text."""
    words = textwrap.fill(
        f"The words that paths keep, besides versions such as `v1`: {', '.join(sorted(PATH_WORDS))}.", 120
    )
    parts = [HEAD.replace("WORDS", words)]
    for platform, title in TITLES.items():
        parts.append(f"## {title}")
        for dataset in DATASETS.values():
            if dataset.platform == platform:
                parts += _section(dataset)
    return "\n\n".join(parts) + "\n"


def _section(dataset: Dataset) -> Iterator[str]:
    yield f"### {dataset.name}"
    key = ", ".join(f"`{name}`" for name in dataset.key)
    yield f"{dataset.title} {GROWS[dataset.grows]}\\\nKey: {key}. Month of `{dataset.time}`. Version {dataset.version}."
    if cells := _cells(dataset):
        yield cells
    yield "\n".join(["| column | type | leaves | meaning |", "|---|---|---|---|", *map(_row, dataset)])


def _cells(dataset: Dataset) -> str:
    """Say what a table of its cells tells."""
    if dataset.person is None:
        return ""
    by = "".join(f", `{name}`" for name in dataset.by)
    means = "".join(f", `{one.name}`" for one in dataset.measures)
    return f"As cells (`--privacy aggregate`): by month{by}; persons by `{dataset.person}`{means}."


def _row(column: Column) -> str:
    kind = str(kind_in(column, Mode.PSEUDONYMOUS))
    plain = str(kind_in(column, Mode.IDENTIFIED))
    told = f"`{kind}`" if kind == plain else f"`{kind}`; identified `{plain}`"
    return f"| `{column.name}` | {told} | {how_it_leaves(column.mask)} | {column.doc} |"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
