"""Questions on facts, by the tables that they are from."""

from typing import Final

from toolbox_cli.agents.making.library import Knowledge, Library
from toolbox_cli.agents.making.review.answers.reading import Data

KINDS: Final = frozenset({"term", "meaning", "claim", "claims", "true_false", "sorts", "pairs", "shipped"})
_MEANT, _TRUE = "Which word is meant? ", "True or false? "


def fits_fact(data: Data, ask: str, text: str, library: Library) -> bool:
    """Say whether an answer is right.

    Raises:
        LookupError: the tables don't have what the data name.
        ValueError: they have it otherwise.
    """
    if data["kind"] == "shipped":
        return _shipped(data, text, library)
    return _known(data, ask, text, library.knowledge[data["objective"]])


def _shipped(data: Data, text: str, library: Library) -> bool:
    lesson, name = data["question"].split("/")
    right = library.lessons[lesson].quiz.questions[name].right
    return text in map(str, right if isinstance(right, list) else [right])


def _known(data: Data, ask: str, text: str, known: Knowledge) -> bool:
    kind = data["kind"]
    if kind == "term":
        return known.terms.get(text) == ask.removeprefix(_MEANT)
    if kind == "meaning":
        return known.terms[data["term"]] == text
    if kind == "true_false":
        told = ask.removeprefix(_TRUE)
        holds = any(claim.right == told for claim in known.claims)
        if holds == any(claim.wrong == told for claim in known.claims):
            raise ValueError("no claim of the tables says so")
        return text == str(holds)
    if kind in {"claim", "claims"}:
        return any(claim.right == text for claim in known.claims)
    if kind == "sorts":
        return text in known.sorts[data["number"]].kinds[data["of"]]
    pairs = known.pairs[data["number"]]
    return text in pairs.of and pairs.ask.format(value=pairs.of[text]) == ask
