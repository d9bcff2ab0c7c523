"""Questions of ratios, rates and proportions."""

from fractions import Fraction
from math import gcd

from toolbox_cli.agents.making.quiz.draft import Answer, Draft, Numbers, Scale, Told, numeric, text, worded
from toolbox_cli.core.chance import Chance


def simplify_ratio(chance: Chance, scale: Scale) -> Draft:
    a, b = coprime(chance, scale.most(5, 8, 12))
    factor = chance.between(2, scale.most(4, 6, 9))
    told = Told(
        ask=f"There are {factor * a} red and {factor * b} blue flags. What is the simplest ratio of red to blue?",
        hint="Which number divides both?",
        worked=f"Both numbers divided by {factor} give {a} : {b}.",
    )
    wrong = [
        (_ratio(b, a), "This swaps the order: red was named first."),
        (_ratio(a, a + b), "This compares red with all flags, and not with blue."),
        (_ratio(b, a + b), "This compares blue with all flags."),
        (_ratio(a + 1, b + 1), "A ratio changes when the same number is added to both."),
    ]
    return worded("simplify_ratio", {"red": factor * a, "blue": factor * b}, told, _ratio(a, b), wrong)


def share_in_ratio(chance: Chance, scale: Scale) -> Draft:
    a, b = sorted(coprime(chance, scale.most(4, 6, 9)))
    each = chance.between(2, scale.most(6, 12, 25))
    whole = each * (a + b)
    told = Told(
        ask=f"{whole} coins are shared between two teams in the ratio {a} to {b}. How many does the second team get?",
        hint=f"How many equal parts are {a} and {b} together?",
        worked=f"There are {a + b} parts of {whole} / {a + b} = {each} coins; {b} parts are {b * each}.",
    )
    wrong: Numbers = [
        (a * each, "This is what the first team gets."),
        (Fraction(whole, 2), "This shares equally, and not in the ratio."),
        (Fraction(whole, b), f"This divides by {b} instead of taking {b} of {a + b} parts."),
        (each, "This is one part alone."),
        (whole - b, f"This takes {b} coins away."),
    ]
    return numeric("share_in_ratio", {"whole": whole, "a": a, "b": b}, told, b * each, wrong)


def coprime(chance: Chance, most: int) -> tuple[int, int]:
    """Give two different numbers without a common factor."""
    while True:
        a, b = chance.some(range(1, max(most, 3) + 1), 2)
        if gcd(a, b) == 1:
            return a, b


def _ratio(a: int, b: int) -> Answer:
    return Answer(f"{a} : {b}", Fraction(a, b))


def unit_rate(chance: Chance, scale: Scale) -> Draft:
    hours, each = chance.between(2, scale.most(4, 6, 9)), chance.between(3, scale.most(12, 25, 60))
    told = Told(
        ask=f"A train goes {hours * each} km in {hours} hours. How many kilometres is that in one hour?",
        hint="Share the way out to the hours.",
        worked=f"{hours * each} / {hours} = {each}.",
    )
    wrong = [
        (hours * each * hours, "This multiplies by the hours instead of dividing."),
        (hours * each - hours, "This subtracts the hours."),
        (hours * each, "This is the way of all hours."),
        (hours * each + hours, "This adds both numbers."),
    ]
    return numeric("unit_rate", {"way": hours * each, "hours": hours}, told, each, wrong)


def percent(chance: Chance, scale: Scale) -> Draft:
    share = chance.pick(((10, 25, 50), (5, 15, 20, 30, 75), (35, 45, 55, 65, 85))[scale.level])
    whole = 20 * chance.between(2, scale.most(10, 20, 40))
    right = Fraction(share * whole, 100)
    told = Told(
        ask=f"What is {share} percent of {whole}?",
        hint=f"How much is one hundredth of {whole}?",
        worked=f"{share} percent is {share}/100, and {share}/100 of {whole} is {right}.",
    )
    wrong: Numbers = [
        (whole - share, "This subtracts the percent as if they were pieces."),
        (whole - right, f"This is what is left when {share} percent are taken away."),
        (Fraction(whole, share), "This divides by the percent."),
        (right * 10, "This divides by ten instead of by a hundred."),
        (right + whole, "This adds the percent to the whole."),
    ]
    return numeric("percent", {"share": share, "whole": whole}, told, right, wrong)


def constant(chance: Chance, scale: Scale) -> Draft:
    k, x = chance.between(2, scale.most(5, 9, 15)), chance.between(2, scale.most(6, 9, 12))
    y, other = k * x, x + chance.between(1, 4)
    told = Told(
        ask=f"y is proportional to x. When x is {x}, y is {y}. What is y when x is {other}?",
        hint="What is y when x is 1?",
        worked=f"The constant is {y} / {x} = {k}, so y = {k} x {other} = {k * other}.",
    )
    wrong = [
        (y + other - x, f"This adds {other - x} to y as well; in a proportion factors count, not differences."),
        (k, "This is the constant, and not yet y."),
        (y * other, f"This multiplies {y} by {other} without dividing by {x}."),
        (y, "y changes when x does."),
    ]
    return numeric("constant", {"x": x, "y": y, "other": other}, told, k * other, wrong)


def which_proportional(chance: Chance, scale: Scale) -> Draft:
    k, b = chance.between(2, scale.most(4, 7, 12)), chance.between(1, scale.most(5, 9, 15))
    told = Told(
        ask="Which rule describes quantities that are proportional?",
        hint="What has to be y when x is 0?",
        worked=f"y = {k}x is 0 for x = 0, and y / x is always {k}.",
    )
    wrong = [
        (text(f"y = {k}x + {b}"), f"For x = 0 it gives {b}, so y / x is not the same everywhere."),
        (text(f"y = x + {k}"), "Equal differences are not equal quotients."),
        (text(f"y = {k} - x"), "y gets smaller while x grows."),
    ]
    return worded("which_proportional", {"k": k, "b": b}, told, text(f"y = {k}x"), wrong)
