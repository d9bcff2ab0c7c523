"""Questions of equations and functions."""

from fractions import Fraction

from toolbox_cli.agents.making.quiz.draft import (
    Answer,
    Draft,
    Numbers,
    Scale,
    Told,
    Wrong,
    decimal,
    lowest,
    numeric,
    text,
    worded,
)
from toolbox_cli.agents.making.quiz.ratios import coprime
from toolbox_cli.core.chance import Chance


def add_equation(chance: Chance, scale: Scale) -> Draft:
    p, x = chance.between(3, scale.most(12, 30, 80)), chance.between(2, scale.most(12, 30, 80))
    told = Told(
        ask=f"Solve x + {p} = {x + p}. What is x?",
        hint=f"Which operation undoes adding {p}?",
        worked=f"Subtract {p} on both sides: x = {x + p} - {p} = {x}.",
    )
    wrong = [
        (x + 2 * p, f"This adds {p} once more instead of undoing it."),
        (x + p, f"This leaves {p} out."),
        (p, "This is the number that is added, and not x."),
        (x + 1, "This has a slip of one when subtracting."),
    ]
    return numeric("add_equation", {"p": p, "q": x + p}, told, x, wrong)


def times_equation(chance: Chance, scale: Scale) -> Draft:
    p, x = chance.between(2, scale.most(5, 9, 15)), chance.between(3, scale.most(9, 15, 30))
    told = Told(
        ask=f"Solve {p}x = {p * x}. What is x?",
        hint=f"{p}x means {p} times x. What undoes it?",
        worked=f"Divide both sides by {p}: x = {p * x} / {p} = {x}.",
    )
    wrong = [
        (p * x - p, f"This subtracts {p} instead of dividing by it."),
        (p * p * x, f"This multiplies by {p} once more."),
        (p * x + p, f"This adds {p}."),
        (p * x, "This leaves the factor out."),
    ]
    return numeric("times_equation", {"p": p, "q": p * x}, told, x, wrong)


def two_step_equation(chance: Chance, scale: Scale) -> Draft:
    p, x = chance.between(2, scale.most(4, 7, 12)), chance.between(2, scale.most(8, 12, 20))
    q = chance.between(1, scale.most(9, 20, 40))
    r = p * x + q
    told = Told(
        ask=f"Solve {p}x + {q} = {r}. What is x?",
        hint="Undo the adding first.",
        worked=f"Subtract {q}: {p}x = {r - q}. Divide by {p}: x = {x}.",
    )
    wrong: Numbers = [
        (r - q, f"This stops before dividing by {p}."),
        (Fraction(r + q, p), f"This adds {q} instead of subtracting it."),
        (Fraction(r, p) - q, f"This divides only {r} by {p}, and not {q} too."),
        (r - q - p, f"This subtracts {p} instead of dividing by it."),
        (x + 1, "This has a slip of one."),
    ]
    return numeric("two_step_equation", {"p": p, "q": q, "r": r}, told, x, wrong)


def inequality(chance: Chance, scale: Scale) -> Draft:
    p, x = chance.between(2, scale.most(4, 7, 12)), chance.between(2, scale.most(8, 12, 20))
    q = chance.between(1, scale.most(9, 20, 40))
    r = p * x + q
    told = Told(
        ask=f"Which numbers make {p}x + {q} > {r} true?",
        hint="Solve it like an equation, and then try one number.",
        worked=f"Subtract {q}: {p}x > {r - q}. Divide by {p}: x > {x}.",
    )
    wrong = [
        (text(f"x < {x}"), "The sign turns only when both sides are multiplied or divided by a negative number."),
        (text(f"x > {r - q}"), f"This stops before dividing by {p}."),
        (text(f"x = {x}"), f"For x = {x} both sides are equal, and the left one has to be larger."),
        (text(f"x > {x + q}"), f"This handles {q} wrongly: it has to be subtracted before dividing."),
    ]
    return worded("inequality", {"p": p, "q": q, "r": r}, told, text(f"x > {x}"), wrong)


def slope(chance: Chance, scale: Scale) -> Draft:
    rise, run = coprime(chance, scale.most(5, 8, 11))
    x, y = chance.between(0, 6), chance.between(0, 9)
    factor = chance.between(1, 3)
    x2, y2 = x + factor * run, y + factor * rise
    told = Told(
        ask=f"A line goes through ({x}, {y}) and ({x2}, {y2}). What is its slope?",
        hint="How far up for how far to the right?",
        worked=f"It rises by {y2 - y} over {x2 - x}: {lowest(y2 - y, x2 - x)}.",
    )
    wrong: Numbers = [
        (Fraction(run, rise), "This divides the run by the rise."),
        (Fraction(-rise, run), "The line rises to the right, so its slope is positive."),
        (y2 - y, "This is the rise alone."),
        (x2 - x, "This is the run alone."),
        (Fraction(y2, x2), "This takes one point alone, as if the line went through the origin."),
    ]
    others = tuple(Wrong(Answer(str(Fraction(value)), value), why) for value, why in wrong)
    right = Answer(str(Fraction(rise, run)), Fraction(rise, run))
    numbers = {"one": [x, y], "two": [x2, y2]}
    return Draft("slope", told.ask, right, others, told.hint, told.worked, numbers)


def steeper(chance: Chance, scale: Scale) -> Draft:
    k, more = chance.between(2, scale.most(4, 7, 12)), chance.between(1, 3)
    x = chance.between(2, 5)
    told = Told(
        ask=f"Tap A fills y = {k}x litres in x minutes. Tap B fills {(k + more) * x} litres in {x} minutes. "
        "How many litres does the faster tap fill in one minute?",
        hint="Find what each fills in one minute.",
        worked=f"A fills {k} litres in a minute. B fills {(k + more) * x} / {x} = {k + more}, which is more.",
    )
    wrong = [
        (k, "This is the slower tap."),
        ((k + more) * x, f"This is what B fills in {x} minutes."),
        (k * x, f"This is what A fills in {x} minutes."),
        (more, "This is the difference between both."),
        (2 * k + more, "This adds both taps."),
    ]
    numbers = {"k": k, "litres": (k + more) * x, "minutes": x}
    return numeric("steeper", numbers, told, k + more, wrong)


def pair_of_equations(chance: Chance, scale: Scale) -> Draft:
    y, x = sorted(chance.some(range(1, scale.most(8, 15, 30) + 1), 2))
    s, d = x + y, x - y
    told = Told(
        ask=f"Solve x + y = {s} and x - y = {d}.",
        hint="What happens to y when you add both equations?",
        worked=f"Adding both gives 2x = {s + d}, so x = {x}. Then y = {s} - {x} = {y}.",
    )
    wrong = [
        (_pair(y, x), "This swaps x and y; in the second equation it gives the wrong sign."),
        (_pair(s, d), "These are the right-hand sides, and not the solution."),
        (_pair(s + d, s - d), "This forgets to divide by 2."),
        (_pair(x + 1, y - 1), "It fits the first equation alone."),
    ]
    return worded("pair_of_equations", {"sum": s, "difference": d}, told, _pair(x, y), wrong)


def _pair(x: int, y: int) -> Answer:
    return text(f"x = {x} and y = {y}")


def function_value(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(2, scale.most(5, 9, 12)), chance.between(1, scale.most(9, 15, 30))
    n = chance.between(2, min(9, scale.most(6, 8, 9)))
    told = Told(
        ask=f"A function multiplies its input by {a} and then adds {b}. What is its output for the input {n}?",
        hint="Do one step after the other.",
        worked=f"{a} x {n} = {a * n}, and {a * n} + {b} = {a * n + b}.",
    )
    wrong = [
        (a * (n + b), f"This adds {b} first and multiplies then."),
        (a + n + b, "This adds everything."),
        (a * n, f"This forgets to add {b}."),
        (10 * a + n + b, f"This writes {a} and {n} side by side instead of multiplying."),
    ]
    return numeric("function_value", {"a": a, "b": b, "input": n}, told, a * n + b, wrong)


def no_function(chance: Chance, scale: Scale) -> Draft:
    x = chance.some(range(1, scale.most(6, 9, 15) + 1), 3)
    y = chance.some(range(1, scale.most(6, 9, 15) + 1), 3)
    right = _table([(x[0], y[0]), (x[1], y[1]), (x[0], y[2])])
    told = Told(
        ask="Which list of pairs (input, output) is no function?",
        hint="Look for an input with two outputs.",
        worked=f"In {right.text} the input {x[0]} has the outputs {y[0]} and {y[2]}.",
    )
    wrong = [
        (_table([(x[0], y[0]), (x[1], y[1]), (x[2], y[0])]), "Two inputs may have the same output."),
        (_table([(x[0], y[0]), (x[1], y[1]), (x[2], y[2])]), "Each input has one output here."),
        (_table([(x[0], y[1]), (x[1], y[1]), (x[2], y[1])]), "The same output for all inputs is a function too."),
    ]
    return worded("no_function", {}, told, right, wrong)


def _table(pairs: list[tuple[int, int]]) -> Answer:
    return text(", ".join(f"({x}, {y})" for x, y in pairs))


def quadratic(chance: Chance, scale: Scale) -> Draft:
    p, q = sorted(chance.some(range(1, scale.most(5, 8, 12) + 1), 2))
    told = Told(
        ask=f"Solve x^2 - {p + q}x + {p * q} = 0.",
        hint=f"Which two numbers have the product {p * q} and the sum {p + q}?",
        worked=f"It is (x - {p})(x - {q}) = 0, so x = {p} or x = {q}.",
    )
    wrong = [
        (_roots(-q, -p), "The signs are wrong: x - p is zero for x = p."),
        (_roots(p + q, p * q), "These are the sum and the product of the solutions."),
        (_roots(-p, q), "Their product would be negative."),
        (_roots(1, p * q), f"Their product fits, but their sum is not {p + q}." if p != 1 else "Another pair."),
    ]
    if p == 1:
        wrong = wrong[:3]
    return worded("quadratic", {"b": -(p + q), "c": p * q}, told, _roots(p, q), wrong)


def _roots(one: int, two: int) -> Answer:
    low, high = sorted((one, two))
    return text(f"x = {low} or x = {high}")


def square_root_equation(chance: Chance, scale: Scale) -> Draft:
    n = chance.between(3, scale.most(7, 12, 20))
    told = Told(
        ask=f"Which numbers solve x^2 = {n * n}?",
        hint="A negative number times itself is positive.",
        worked=f"{n} x {n} = {n * n}, and -{n} x -{n} = {n * n} as well.",
    )
    wrong = [
        (text(f"x = {n} alone"), f"-{n} has the same square."),
        (text(f"x = {decimal(50 * n * n)}"), "This halves the number instead of taking the square root."),
        (text(f"x = {n * n} or x = -{n * n}"), "This forgets to take the square root."),
    ]
    return worded("square_root_equation", {"square": n * n}, told, text(f"x = {n} or x = -{n}"), wrong)


def vertex(chance: Chance, scale: Scale) -> Draft:
    h, k = chance.some(range(1, scale.most(6, 9, 15) + 1), 2)
    told = Told(
        ask=f"Where is the vertex of y = (x - {h})^2 + {k}?",
        hint="For which x is the square zero?",
        worked=f"The square is zero for x = {h}, and there y = {k}: ({h}, {k}).",
    )
    wrong = [
        (text(f"(-{h}, {k})"), f"x - {h} is zero for x = {h}, and not for x = -{h}."),
        (text(f"({k}, {h})"), "This swaps both coordinates."),
        (text(f"({h}, -{k})"), f"The square is zero there, so y = {k}."),
        (text(f"(0, {h * h + k})"), "This is where the graph crosses the y-axis."),
    ]
    return worded("vertex", {"h": h, "k": k}, told, text(f"({h}, {k})"), wrong)


def y_intercept(chance: Chance, scale: Scale) -> Draft:
    a, b, c = chance.between(1, 4), chance.between(2, scale.most(6, 9, 15)), chance.between(3, scale.most(9, 15, 30))
    first = "" if a == 1 else str(a)
    told = Told(
        ask=f"At which height does y = {first}x^2 + {b}x + {c} cross the y-axis?",
        hint="What is x on the y-axis?",
        worked=f"For x = 0 only {c} is left.",
    )
    wrong = [
        (a + b + c, "This is y for x = 1."),
        (b, "This is the coefficient of x."),
        (0, "This would need a constant of 0."),
        (a, "This is the coefficient of the square."),
    ]
    return numeric("y_intercept", {"a": a, "b": b, "c": c}, told, c, wrong)


def next_term(chance: Chance, scale: Scale) -> Draft:
    start, factor = chance.between(2, scale.most(4, 6, 9)), chance.between(2, scale.most(2, 3, 4))
    terms = [start * factor**place for place in range(4)]
    told = Told(
        ask=f"A quantity grows by the same factor: {', '.join(map(str, terms))}. What comes next?",
        hint="Divide each number by the one before.",
        worked=f"Each is {factor} times the one before: {terms[-1]} x {factor} = {terms[-1] * factor}.",
    )
    wrong = [
        (2 * terms[-1] - terms[-2], "This adds the last difference again, as in linear growth."),
        (terms[-1] + factor, f"This adds {factor} instead of multiplying by it."),
        (terms[-1] + start, "This adds the first number."),
        (terms[-1] * factor * factor, "This goes one step too far."),
    ]
    return numeric("next_term", {"terms": terms}, told, terms[-1] * factor, wrong)


def which_growth(chance: Chance, scale: Scale) -> Draft:
    start, step = chance.between(2, scale.most(5, 9, 12)), chance.between(2, 4)
    right = text(", ".join(str(start * step**place) for place in range(4)))
    told = Told(
        ask="Which sequence grows exponentially?",
        hint="Look at quotients, not at differences.",
        worked=f"In {right.text} each number is {step} times the one before.",
    )
    wrong = [
        (
            text(", ".join(str(start + step * place) for place in range(4))),
            "It grows by equal differences, so it is linear.",
        ),
        (
            text(", ".join(str((start + place) ** 2) for place in range(4))),
            "Squares grow faster and faster, but not by one factor.",
        ),
        (
            text(", ".join(str(start + place * (place + 1) // 2 * step) for place in range(4))),
            "Its differences grow, but its quotients are not equal.",
        ),
    ]
    return worded("which_growth", {}, told, right, wrong)
