"""Questions on facts: terms, claims, kinds and pairs of the tables, and the questions of lessons that ship."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from toolbox_cli.agents.making.library import Knowledge, Library
from toolbox_cli.agents.making.quiz.draft import WRONG
from toolbox_cli.agents.making.records import Level, Option, QuestionType
from toolbox_cli.content.reference.learning import Question as Shipped
from toolbox_cli.content.reference.learning import Wrong as ShippedWrong
from toolbox_cli.core.chance import Chance


@dataclass(frozen=True, slots=True)
class Fact:
    """A question whose answers are chosen already, in no order."""

    type: QuestionType
    ask: str
    options: tuple[Option, ...]
    hint: str
    worked: str
    level: Level
    data: Mapping[str, Any]
    answer: str | None = None
    in_order: bool = False


_PLAIN: Final = re.compile(r"-?\d+(?:/[1-9]\d*|\.\d+)?")
_TRUE_HINT: Final = "Think of an example, and test the statement on it."
_TERM_HINT: Final = "Read the meaning again, and look for the word that it reminds you of."


def facts(objective: str, library: Library, chance: Chance) -> list[Fact]:
    """Give all questions on facts for an objective; lessons that ship come in where they serve it.

    Args:
        objective: its stable key.
        library: what is known.
        chance: decides which wrong answers stand beside a right one.
    """
    known = library.knowledge.get(objective)
    made: list[Fact] = []
    if known is not None:
        made += [*_terms(known, chance), *_claims(known, chance), *_kinds(known, chance), *_pairs(known, chance)]
    for key, lesson in library.lessons_for(objective):
        if lesson.objectives[0] == objective:
            shipped = [_shipped(f"{key}/{name}", one) for name, one in lesson.quiz.questions.items()]
            made += [one for one in shipped if _tells_apart(one)]
    return [replace(one, data={**one.data, "objective": objective}) for one in made]


def _terms(known: Knowledge, chance: Chance) -> Iterator[Fact]:
    for term, meaning in known.terms.items():
        others = chance.some([one for one in known.terms if one != term], WRONG)
        options = [Option(text=term, right=True, why=f"It means just this: {meaning}")]
        options += [
            Option(text=one, right=False, why=f"This is another word. It means: {known.terms[one]}") for one in others
        ]
        data = {"kind": "term", "term": term}
        ask = f"Which word is meant? {meaning}"
        yield Fact("multiple_choice", ask, tuple(options), _TERM_HINT, f"{_upper(term)}: {meaning}", "easy", data)
        options = [Option(text=meaning, right=True, why=f"This is what {term} means.")]
        options += [
            Option(text=known.terms[one], right=False, why=f"This is the meaning of another word: {one}.")
            for one in others
        ]
        data = {"kind": "meaning", "term": term}
        ask, hint = f'What does "{term}" mean?', "Where in the lesson did you meet this word?"
        yield Fact("multiple_choice", ask, tuple(options), hint, f"{_upper(term)}: {meaning}", "easy", data)


def _claims(known: Knowledge, chance: Chance) -> Iterator[Fact]:
    for number, claim in enumerate(known.claims):
        others = chance.some([one for one in known.claims if one is not claim], WRONG - 1)
        options = [Option(text=claim.right, right=True, why=f"It is so. {claim.why}")]
        options += [Option(text=one.wrong, right=False, why=one.why) for one in (claim, *others)]
        data = {"kind": "claim", "number": number}
        yield Fact(
            "multiple_choice", "Which of these statements is true?", tuple(options), _TRUE_HINT,
            f"{claim.right} {claim.why}", "medium", data,
        )  # fmt: skip
        for holds in (True, False):
            told = claim.right if holds else claim.wrong
            options = [
                Option(text=word, right=right is holds, why=claim.why if right is holds else _believed(claim.why))
                for word, right in (("True", True), ("False", False))
            ]
            data = {"kind": "true_false", "number": number, "holds": holds}
            yield Fact(
                "true_false", f"True or false? {told}", tuple(options), _TRUE_HINT, claim.why, "easy", data,
                in_order=True,
            )  # fmt: skip
    for number, claim in enumerate(known.claims[:-1]):
        second = known.claims[number + 1]
        rest = [one for one in known.claims if one not in (claim, second)]
        wrong = [*chance.some(rest, 1), chance.pick((claim, second))]
        options = [Option(text=one.right, right=True, why=f"It is so. {one.why}") for one in (claim, second)]
        options += [Option(text=one.wrong, right=False, why=one.why) for one in wrong]
        data = {"kind": "claims", "numbers": [number, number + 1]}
        yield Fact(
            "multiple_select", "Which two of these statements are true?", tuple(options), _TRUE_HINT,
            f"{claim.right} {second.right}", "hard", data,
        )  # fmt: skip


def _believed(why: str) -> str:
    return f"Many believe the opposite. {why}"


def _kinds(known: Knowledge, chance: Chance) -> Iterator[Fact]:
    for number, sorts in enumerate(known.sorts):
        for kind, things in sorts.kinds.items():
            others = [(thing, other) for other, held in sorts.kinds.items() if other != kind for thing in held]
            ask = sorts.ask.format(kind=kind)
            data = {"kind": "sorts", "number": number, "of": kind}
            hint = "Say of each to which kind it belongs."
            for right in chance.some(things, 2):
                options = _sorted_options([right], chance.some(others, WRONG), kind)
                worked = f"{_upper(right)} belongs here: {kind}."
                yield Fact("multiple_choice", ask, options, hint, worked, "medium", data)
            two = chance.some(things, 2)
            options = _sorted_options(two, chance.some(others, 2), kind)
            worked = f"Both belong here ({kind}): {two[0]}, {two[1]}."
            yield Fact("multiple_select", f"{ask} Choose two.", options, hint, worked, "hard", data)


def _sorted_options(right: Sequence[str], wrong: Sequence[tuple[str, str]], kind: str) -> tuple[Option, ...]:
    return (
        *(Option(text=thing, right=True, why=f"It belongs here: {kind}.") for thing in right),
        *(
            Option(text=thing, right=False, why=f"It belongs elsewhere: {other}, and not {kind}.")
            for thing, other in wrong
        ),
    )


def _pairs(known: Knowledge, chance: Chance) -> Iterator[Fact]:
    for number, pairs in enumerate(known.pairs):
        for thing, value in pairs.of.items():
            others = chance.some([one for one in pairs.of if one != thing], WRONG)
            options = [Option(text=thing, right=True, why=f"The two belong together: {thing} - {value}.")]
            options += [
                Option(text=one, right=False, why=f"This belongs to something else: {one} - {pairs.of[one]}.")
                for one in others
            ]
            data = {"kind": "pairs", "number": number, "of": thing}
            hint = "What do you know of each of the four?"
            worked = f"{_upper(thing)} - {value}."
            yield Fact("multiple_choice", pairs.ask.format(value=value), tuple(options), hint, worked, "medium", data)


def _shipped(key: str, one: Shipped) -> Fact:
    """Take over a question of a lesson that ships."""
    data = {"kind": "shipped", "question": key}
    if one.type == "short_answer":
        return Fact(one.type, one.ask, (), one.hint, one.why, one.difficulty, data, answer=str(one.right))
    told = {str(wrong.text): wrong.why for wrong in one.wrong if isinstance(wrong, ShippedWrong)}
    options = tuple(
        Option(text=text, right=right, why=one.why if right else told.get(text, _otherwise(one.why)))
        for text, right, _ in one.options
    )
    in_order = one.type == "true_false"
    return Fact(one.type, one.ask, options, one.hint, one.why, one.difficulty, data, in_order=in_order)


def _tells_apart(fact: Fact) -> bool:
    """Say whether no two answers have one value: 1/2 and 2/4 may be told apart by their form alone."""
    values = [Fraction(one.text) for one in fact.options if _PLAIN.fullmatch(one.text)]
    return len(set(values)) == len(values)


def _otherwise(why: str) -> str:
    return f"It is otherwise. {why}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
