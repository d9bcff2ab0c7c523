"""Questions of fractions."""

from fractions import Fraction
from math import lcm

from toolbox_cli.agents.making.quiz.draft import Answer, Draft, Scale, Told, lowest, numeric, text, worded
from toolbox_cli.core.chance import Chance


def _raw(top: int, bottom: int) -> Answer:
    """Write a fraction as it stands, not in lowest terms."""
    return Answer(f"{top}/{bottom}", Fraction(top, bottom))


def name_fraction(chance: Chance, scale: Scale) -> Draft:
    parts = chance.between(3, scale.most(6, 8, 12))
    taken = chance.between(1, parts - 1)
    left = parts - taken
    told = Told(
        ask=f"A board has {parts} equal parts, and {taken} of them {_are(taken)} painted. Which fraction is painted?",
        hint="The lower number counts all the parts of the whole.",
        worked=f"{taken} of {parts} equal parts {_are(taken)} painted, so it is {taken}/{parts}.",
    )
    wrong = [
        (_raw(taken, left), f"This compares the painted parts with the other {left}, and not with the whole."),
        (_raw(parts, taken), "This swaps the numerator and the denominator."),
        (_raw(left, parts), "This counts the parts that are not painted."),
        (_raw(1, taken) if taken > 1 else _raw(1, parts + 1), "The lower number has to count all equal parts."),
        (_raw(taken, parts + taken), "This counts the painted parts twice in the whole."),
    ]
    return worded("name_fraction", {"parts": parts, "taken": taken}, told, _raw(taken, parts), wrong)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def unit_order(chance: Chance, scale: Scale) -> Draft:
    bottoms = sorted(chance.some(range(2, scale.most(8, 10, 16) + 1), 4))
    told = Told(
        ask=f"Which is the largest: {', '.join(f'1/{one}' for one in chance.some(bottoms, 4))} of the same whole?",
        hint="Into how many parts is the whole cut each time?",
        worked=f"The fewer equal parts there are, the larger each is; so 1/{bottoms[0]} is the largest.",
    )
    wrong = [
        (_raw(1, one), f"{one} is a larger number than {bottoms[0]}, but more parts mean smaller parts.")
        for one in reversed(bottoms[1:])
    ]
    return worded("unit_order", {"bottoms": bottoms}, told, _raw(1, bottoms[0]), wrong)


def parts_of_set(chance: Chance, scale: Scale) -> Draft:
    bottom, each = chance.between(3, scale.most(5, 8, 10)), chance.between(2, scale.most(4, 6, 9))
    top = chance.between(2, bottom - 1)
    whole = bottom * each
    told = Told(
        ask=f"There are {whole} {scale.things}, and {top}/{bottom} of them are wet. How many are wet?",
        hint=f"First find 1/{bottom} of {whole}.",
        worked=f"1/{bottom} of {whole} is {each}, so {top}/{bottom} of {whole} is {top} x {each} = {top * each}.",
    )
    wrong = [
        (each, f"This is 1/{bottom} of them; there are {top} such parts."),
        (whole - top * each, "This counts those that are dry."),
        (whole - bottom, "This subtracts the denominator instead of dividing by it."),
        (top * bottom, "This multiplies the two numbers of the fraction."),
        (whole - top, "This subtracts the numerator."),
    ]
    return numeric("parts_of_set", {"whole": whole, "top": top, "bottom": bottom}, told, top * each, wrong)


def equivalent(chance: Chance, scale: Scale) -> Draft:
    bottom = chance.between(2, scale.most(5, 8, 12))
    top = chance.between(1, bottom - 1)
    factor = chance.between(2, scale.most(3, 5, 8))
    right = _raw(factor * top, factor * bottom)
    told = Told(
        ask=f"Which fraction equals {top}/{bottom}?",
        hint="Multiply both numbers by the same one.",
        worked=f"Both numbers of {top}/{bottom} times {factor} give {right.text}.",
    )
    wrong = [
        (_raw(top + factor, bottom + factor), f"This adds {factor} to both numbers instead of multiplying by it."),
        (_raw(top, factor * bottom), "Only the denominator was multiplied, so the fraction got smaller."),
        (_raw(factor * top, bottom), "Only the numerator was multiplied, so the fraction got larger."),
        (_raw(factor * bottom, factor * top), "The numerator and the denominator are swapped."),
        (_raw(factor * top + 1, factor * bottom), "The numerator is one too large after multiplying."),
    ]
    return worded("equivalent", {"top": top, "bottom": bottom}, told, right, wrong)


def missing_numerator(chance: Chance, scale: Scale) -> Draft:
    bottom = chance.between(3, scale.most(5, 8, 12))
    top, factor = chance.between(2, bottom - 1), chance.between(2, scale.most(4, 6, 9))
    new = factor * bottom
    told = Told(
        ask=f"Which number makes {top}/{bottom} = ?/{new} true?",
        hint=f"By which number was {bottom} multiplied?",
        worked=f"{bottom} x {factor} = {new}, so the numerator is {top} x {factor} = {top * factor}.",
    )
    wrong = [
        (top + new - bottom, f"This adds {new - bottom} to both numbers instead of multiplying them."),
        (top, "The numerator has to change together with the denominator."),
        (factor, "This is the number by which both are multiplied."),
        (new - top, f"This subtracts {top} from the new denominator."),
    ]
    return numeric("missing_numerator", {"top": top, "bottom": bottom, "new": new}, told, top * factor, wrong)


def compare(chance: Chance, scale: Scale) -> Draft:
    while True:
        b, d = chance.some(range(3, scale.most(6, 9, 12) + 1), 2)
        a, c = chance.between(1, b - 1), chance.between(1, d - 1)
        if a * d != c * b:
            break
    (large, small) = (_raw(a, b), _raw(c, d)) if a * d > c * b else (_raw(c, d), _raw(a, b))
    whole = lcm(b, d)
    told = Told(
        ask=f"Which is larger: {a}/{b} or {c}/{d} of the same whole?",
        hint="Write both with the same denominator.",
        worked=f"{_as(a, b, whole)} and {_as(c, d, whole)}, so {large.text} is larger.",
    )
    wrong = [
        (small, "This looks at one of the two numbers alone; both of them decide how large a fraction is."),
        (text("They are equal."), "With the same denominator their numerators differ."),
        (text("It can't be known."), "Fractions of the same whole can always be compared."),
    ]
    return worded("compare", {"a": a, "b": b, "c": c, "d": d}, told, large, wrong)


def over_half(chance: Chance, scale: Scale) -> Draft:
    bottoms = chance.some(range(5, scale.most(9, 12, 16) + 1), 4)
    first, *others = bottoms
    top = chance.between(first // 2 + 1, first - 1)
    told = Told(
        ask="Which fraction is larger than 1/2?",
        hint="Is the numerator more than half of the denominator?",
        worked=f"Half of {first} is {_half(first)}, and {top} is more, so {top}/{first} is larger than 1/2.",
    )
    wrong = []
    for bottom in others:
        low = chance.between(max(1, (bottom - 1) // 2 - 1), (bottom - 1) // 2)
        wrong.append((_raw(low, bottom), f"Half of {bottom} is {_half(bottom)}, and {low} is less than that."))
    return worded("over_half", {"options": [f"{top}/{first}"]}, told, _raw(top, first), wrong)


def _half(number: int) -> str:
    return f"{number // 2}" if number % 2 == 0 else f"{number // 2} and a half"


def add_fractions(chance: Chance, scale: Scale) -> Draft:
    (a, b), (c, d) = _unlike(chance, scale)
    whole = lcm(b, d)
    up, down = a * whole // b, c * whole // d
    told = Told(
        ask=f"What is {a}/{b} + {c}/{d}?",
        hint=f"Write both fractions with the denominator {whole}.",
        worked=f"{_as(a, b, whole)} and {_as(c, d, whole)}. Together they are {lowest(up + down, whole)}.",
    )
    wrong = [
        (Fraction(a + c, b + d), "This adds numerators and denominators; parts of different size can't be added so."),
        (Fraction(a + c, whole), f"The denominators became {whole}, but the numerators stayed as they were."),
        (Fraction(a * c, b * d), "This multiplies the fractions."),
        (Fraction(a + c, max(b, d)), "This keeps the larger denominator and adds the numerators."),
        (abs(Fraction(a, b) - Fraction(c, d)), "This subtracts instead of adding."),
    ]
    numbers = {"a": a, "b": b, "c": c, "d": d}
    return numeric("add_fractions", numbers, told, Fraction(a, b) + Fraction(c, d), wrong)


def subtract_fractions(chance: Chance, scale: Scale) -> Draft:
    (a, b), (c, d) = _unlike(chance, scale)
    if a * d < c * b:
        (a, b), (c, d) = (c, d), (a, b)
    whole = lcm(b, d)
    up, down = a * whole // b, c * whole // d
    told = Told(
        ask=f"What is {a}/{b} - {c}/{d}?",
        hint=f"Write both fractions with the denominator {whole}.",
        worked=f"{_as(a, b, whole)} and {_as(c, d, whole)}. What is left is {lowest(up - down, whole)}.",
    )
    wrong = [
        (Fraction(abs(a - c), abs(b - d)), "This subtracts numerators and denominators, each on their own."),
        (Fraction(abs(a - c), whole), f"The denominators became {whole}, but the numerators stayed as they were."),
        (Fraction(a, b) + Fraction(c, d), "This adds instead of subtracting."),
        (Fraction(a * c, b * d), "This multiplies the fractions."),
        (Fraction(up - down + 1, whole), "The numerator is one too large after writing both with one denominator."),
    ]
    numbers = {"a": a, "b": b, "c": c, "d": d}
    right = Fraction(a, b) - Fraction(c, d)
    return numeric("subtract_fractions", numbers, told, right, [(value, why) for value, why in wrong if value > 0])


def _unlike(chance: Chance, scale: Scale) -> tuple[tuple[int, int], tuple[int, int]]:
    while True:
        b, d = chance.some(range(2, scale.most(6, 8, 12) + 1), 2)
        a, c = chance.between(1, b - 1), chance.between(1, d - 1)
        if a * d != c * b:
            return (a, b), (c, d)


def _as(top: int, bottom: int, whole: int) -> str:
    """Write a fraction, and then with another denominator where that differs.

    Example:
        >>> _as(2, 3, 12), _as(2, 3, 3)
        ('2/3 = 8/12', '2/3')
    """
    return f"{top}/{bottom}" if bottom == whole else f"{top}/{bottom} = {top * whole // bottom}/{whole}"
