"""Questions of whole numbers, decimals, signed numbers and powers."""

from fractions import Fraction

from toolbox_cli.agents.making.quiz.draft import Answer, Draft, Scale, Told, Wrong, decimal, numeric, text, worded
from toolbox_cli.core.chance import Chance


def multiply(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(2, scale.most(5, 9, 12)), chance.between(3, scale.most(6, 10, 12))
    told = Told(
        ask=f"There are {a} rows with {b} {scale.things} each. How many {scale.things} are there?",
        hint=f"Count by {b}, once for each row.",
        worked=f"{a} rows of {b} are {a} x {b} = {a * b}.",
    )
    wrong = [
        (a + b, f"This adds {a} and {b} instead of multiplying them."),
        (a * b - b, f"This leaves one row of {b} out."),
        (a * b + b, f"This counts one row of {b} too many."),
        (int(f"{a}{b}"), f"This writes {a} and {b} side by side, which is no calculation."),
        (a * b - a, f"This counts {b - 1} in each row instead of {b}."),
    ]
    return numeric("multiply", {"a": a, "b": b}, told, a * b, wrong)


def divide(chance: Chance, scale: Scale) -> Draft:
    many, each = chance.between(3, scale.most(5, 9, 12)), chance.between(2, scale.most(5, 9, 12))
    whole = many * each
    told = Told(
        ask=f"{whole} {scale.things} are shared out into boxes of {each}. How many boxes are filled?",
        hint=f"Which number times {each} is {whole}?",
        worked=f"{many} x {each} = {whole}, so {whole} / {each} = {many}.",
    )
    wrong = [
        (whole - each, f"This takes {each} from {whole} once instead of dividing."),
        (many + 1, f"This is one box too many: {many + 1} x {each} = {(many + 1) * each}."),
        (many - 1, f"This is one box too few: {many - 1} x {each} = {(many - 1) * each}."),
        (whole + each, "This adds both numbers instead of dividing."),
    ]
    return numeric("divide", {"whole": whole, "each": each}, told, many, wrong)


def missing_factor(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(2, scale.most(5, 9, 12)), chance.between(3, scale.most(6, 10, 12))
    told = Told(
        ask=f"Which number makes {a} x ? = {a * b} true?",
        hint=f"Divide {a * b} by {a}.",
        worked=f"{a * b} / {a} = {b}, and {a} x {b} = {a * b}.",
    )
    wrong = [
        (a * b - a, f"This takes {a} from {a * b}, as if the sign were a plus."),
        (b + 1, f"{a} x {b + 1} is {a * (b + 1)}, which is too large."),
        (b - 1, f"{a} x {b - 1} is {a * (b - 1)}, which is too small."),
        (a * b + a, "This adds both numbers that are given."),
    ]
    return numeric("missing_factor", {"a": a, "product": a * b}, told, b, wrong)


def equal_groups(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.some(range(2, scale.most(6, 9, 12) + 1), 2)
    told = Told(
        ask=f"What does {a} x {b} count?",
        hint='Read the sign as "groups of".',
        worked=f"{a} x {b} counts {a} groups of {b}, which are {a * b} together.",
    )
    wrong = [
        (Answer(f"{a} and {b} more", a + b), "A sum puts two numbers together; a product counts equal groups."),
        (Answer(f"{max(a, b)} less {min(a, b)}", abs(a - b)), "This is a difference, which takes one number away."),
        (Answer(f"{a} groups of {a}", a * a), f"There would be {a} in each group, and the product says {b}."),
        (Answer(f"{b} groups of {b}", b * b), f"There would be {b} groups, and the product says {a}."),
    ]
    return worded("equal_groups", {"a": a, "b": b}, told, Answer(f"{a} groups of {b}", a * b), wrong)


def two_steps(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(3, scale.most(6, 9, 12)), chance.between(4, scale.most(8, 12, 25))
    c = chance.between(2, min(a * b - 1, scale.most(9, 20, 40)))
    told = Told(
        ask=f"{a} boxes hold {b} {scale.things} each. {c} of them get lost. How many {scale.things} are left?",
        hint="First find how many there were at the beginning.",
        worked=f"At the beginning there were {a} x {b} = {a * b}. Then {a * b} - {c} = {a * b - c} are left.",
    )
    wrong = [
        (a * b, "This stops after the first step; what got lost is still counted."),
        (a * b + c, f"This adds {c}, but they got lost."),
        (a + b - c, "This adds the boxes and what is in one of them instead of multiplying."),
        (a * (b - c), f"This takes {c} from each box; they got lost once."),
    ]
    return numeric("two_steps", {"a": a, "b": b, "c": c}, told, a * b - c, wrong)


def boats(chance: Chance, scale: Scale) -> Draft:
    seats, full = chance.between(3, scale.most(5, 8, 12)), chance.between(3, scale.most(5, 9, 15))
    rest = chance.between(1, seats - 1)
    people = seats * full + rest
    told = Told(
        ask=f"{people} people cross a river in boats with {seats} seats. How many boats do they need for one crossing?",
        hint="What happens with those who are left over?",
        worked=f"{people} / {seats} is {full} with {rest} left over. They need a boat too: {full} + 1 = {full + 1}.",
    )
    wrong = [
        (full, f"This leaves {rest} behind: a remainder needs a boat too."),
        (rest, "This gives the remainder instead of the number of boats."),
        (full + rest, "This gives each of those who are left over a boat alone."),
        (people - seats, "This takes the seats of one boat from the people instead of dividing."),
    ]
    return numeric("boats", {"people": people, "seats": seats}, told, full + 1, wrong)


def add_decimals(chance: Chance, scale: Scale) -> Draft:
    a = 10 * chance.between(11, scale.most(39, 99, 199)) + chance.between(1, 9)
    tenths = _with_tenths(chance.between(12, scale.most(39, 99, 199)))
    b = 10 * tenths
    told = Told(
        ask=f"One rope is {decimal(a)} m long, another one {decimal(b)} m. How long are both together?",
        hint="Write them with their decimal points below each other.",
        worked=f"{decimal(a)} + {decimal(b)} = {decimal(a + b)}: hundredths, tenths and ones each on their own.",
    )
    wrong = [
        (a + tenths, "This puts the last digits below each other instead of the decimal points."),
        (abs(a - b), "This subtracts instead of adding."),
        (10 * (a + b), "The decimal point has moved by one place."),
    ]
    if a % 100 + b % 100 >= 100:
        wrong.insert(1, (a + b - 100, "This forgets what is carried to the ones."))
    return _decimals("add_decimals", a, b, told, (a + b, wrong))


def subtract_decimals(chance: Chance, scale: Scale) -> Draft:
    b = 10 * _with_tenths(chance.between(11, scale.most(29, 79, 149)))
    a = b + 10 * chance.between(5, 60) + chance.between(1, 9)
    told = Told(
        ask=f"A rope of {decimal(a)} m is cut. One piece is {decimal(b)} m long. How long is the other one?",
        hint="Write them with their decimal points below each other.",
        worked=f"{decimal(a)} - {decimal(b)} = {decimal(a - b)}: hundredths, tenths and ones each on their own.",
    )
    wrong = [
        (a - b // 10, "This puts the last digits below each other instead of the decimal points."),
        (a + b, "This adds instead of subtracting."),
        (10 * (a - b), "The decimal point has moved by one place."),
    ]
    if a % 100 < b % 100:
        wrong.insert(1, (a - b + 100, "This forgets that one was borrowed from the ones."))
    return _decimals("subtract_decimals", a, b, told, (a - b, wrong))


def multiply_decimals(chance: Chance, scale: Scale) -> Draft:
    count, each = chance.between(3, scale.most(5, 8, 12)), 5 * chance.between(3, scale.most(19, 49, 99))
    right = count * each
    told = Told(
        ask=f"One piece is {decimal(each)} m long. How long are {count} such pieces in a row?",
        hint=f"Think of {decimal(each)} as {each} hundredths.",
        worked=f"{count} x {each} hundredths are {right} hundredths, which is {decimal(right)}.",
    )
    wrong = [
        (10 * right, "The decimal point has moved one place too far to the right."),
        (each + 100 * count, "This adds both numbers instead of multiplying them."),
        (right - each, "This counts one piece too few."),
        (right + each, "This counts one piece too many."),
    ]
    return _decimals("multiply_decimals", count, each, told, (right, wrong))


def _with_tenths(number: int) -> int:
    """Give a number of tenths that has a digit behind the decimal point."""
    return number + (number % 10 == 0)


def _decimals(kind: str, a: int, b: int, told: Told, answers: tuple[int, list[tuple[int, str]]]) -> Draft:
    right, wrong = answers
    others = tuple(Wrong(Answer(f"{decimal(value)} m", Fraction(value, 100)), why) for value, why in wrong if value > 0)
    answer = Answer(f"{decimal(right)} m", Fraction(right, 100))
    return Draft(kind, told.ask, answer, others, told.hint, told.worked, {"a": a, "b": b})


def temperature(chance: Chance, scale: Scale) -> Draft:
    low, change = chance.between(2, scale.most(8, 15, 25)), chance.between(3, scale.most(12, 20, 35))
    told = Told(
        ask=f"In the morning it is -{low} degrees. By noon it gets {change} degrees warmer. How warm is it at noon?",
        hint="Walk up a number line from the morning's value; what do you pass at zero?",
        worked=f"-{low} + {change} = {change - low}.",
    )
    right = change - low
    wrong = [
        (-low - change, "This goes down the number line, and it got warmer."),
        (low + change, "This leaves out the minus before the morning's value."),
        (low - change, "This has the right distance from zero on the wrong side."),
        (change, "This takes the change for the value at noon."),
    ]
    others = tuple(Wrong(Answer(f"{value} degrees", value), why) for value, why in wrong)
    numbers = {"start": -low, "change": change}
    return Draft("temperature", told.ask, Answer(f"{right} degrees", right), others, told.hint, told.worked, numbers)


def apart(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(2, scale.most(9, 15, 40)), chance.between(2, scale.most(9, 15, 40))
    told = Told(
        ask=f"How far apart are -{a} and {b} on the number line?",
        hint="Go to zero first, and then on.",
        worked=f"From -{a} to zero it is {a}, and from zero to {b} it is {b}: {a} + {b} = {a + b}.",
    )
    wrong = [
        (abs(a - b), "This subtracts as if both numbers lay on the same side of zero."),
        (a, "This stops at zero."),
        (b, "This begins at zero."),
        (a + b + 1, "This counts the numbers, and not the steps between them."),
    ]
    return numeric("apart", {"a": -a, "b": b}, told, a + b, wrong)


def opposite(chance: Chance, scale: Scale) -> Draft:
    number = chance.between(2, scale.most(20, 60, 200))
    told = Told(
        ask=f"A lift stands {number} m below the ground, at -{number}. Where is the opposite of this height?",
        hint="It is as far from zero, on the other side.",
        worked=f"The opposite of -{number} is {number}: both are {number} away from zero.",
    )
    wrong = [
        (Answer(f"at -{number}", -number), "This is the number itself."),
        (Answer("at 0", 0), "Zero lies in the middle between a number and its opposite."),
        (Answer(f"at 1/{number}", Fraction(1, number)), "This is the reciprocal, which belongs to multiplying."),
    ]
    return worded("opposite", {"number": -number}, told, Answer(f"at {number}", number), wrong)


def power(chance: Chance, scale: Scale) -> Draft:
    base, exponent = chance.between(2, scale.most(4, 5, 6)), chance.between(2, 4 if scale.level else 3)
    right = base**exponent
    told = Told(
        ask=f"What is {base}^{exponent}?",
        hint=f"Write {base} as a factor {exponent} times.",
        worked=f"{' x '.join([str(base)] * exponent)} = {right}.",
    )
    wrong = [
        (base * exponent, "This multiplies the base by the exponent."),
        (exponent**base, "This swaps base and exponent."),
        (base + exponent, "This adds base and exponent."),
        (right * base, "This has one factor too many."),
        (10 * base + exponent, "This writes both numbers side by side."),
    ]
    return numeric("power", {"base": base, "exponent": exponent}, told, right, wrong)


def multiply_powers(chance: Chance, scale: Scale) -> Draft:
    base = chance.between(2, scale.most(3, 5, 9))
    m, n = chance.between(2, scale.most(4, 6, 9)), chance.between(2, scale.most(4, 6, 9))
    told = Told(
        ask=f"Which power equals {base}^{m} x {base}^{n}?",
        hint=f"How many factors {base} are there together?",
        worked=f"{m} factors and {n} factors are {m + n} factors: {base}^{m + n}.",
    )
    wrong = [
        (_power(base, m * n), "This multiplies the exponents; that is for a power of a power."),
        (_power(base * base, m + n), "This multiplies the bases as well."),
        (_power(2 * base, m + n), "This adds the bases as well."),
        (_power(base, abs(m - n)), "This subtracts the exponents; that is for dividing."),
    ]
    return worded("multiply_powers", {"base": base, "m": m, "n": n}, told, _power(base, m + n), wrong)


def divide_powers(chance: Chance, scale: Scale) -> Draft:
    base, n = chance.between(2, scale.most(3, 5, 9)), chance.between(2, scale.most(3, 5, 7))
    m = n + chance.between(2, 5)
    told = Told(
        ask=f"Which power equals {base}^{m} / {base}^{n}?",
        hint=f"How many factors {base} are left when {n} of them cancel?",
        worked=f"{m} factors less {n} factors are {m - n} factors: {base}^{m - n}.",
    )
    wrong = [
        (_power(base, m + n), "This adds the exponents; that is for multiplying."),
        (_power(base, m * n), "This multiplies the exponents; that is for a power of a power."),
        (Answer(f"1^{m - n}", 1), "This divides the bases as well."),
    ]
    if m % n == 0:
        wrong.append((_power(base, m // n), "This divides the exponents."))
    return worded("divide_powers", {"base": base, "m": m, "n": n}, told, _power(base, m - n), wrong)


def _power(base: int, exponent: int) -> Answer:
    return Answer(f"{base}^{exponent}", base**exponent)


def estimate(chance: Chance, scale: Scale) -> Draft:
    a = 100 * chance.between(2, scale.most(5, 9, 19)) + chance.pick((-2, -1, 1, 2))
    b = 10 * chance.between(2, min(9, scale.most(4, 6, 9))) + chance.pick((-1, 1))
    near_a, near_b = 100 * ((a + 50) // 100), 10 * ((b + 5) // 10)
    right = near_a * near_b
    told = Told(
        ask=f"Which number is the best estimate of {a} x {b}?",
        hint="Round each number to one that is easy to multiply.",
        worked=f"{a} is about {near_a} and {b} about {near_b}: {near_a} x {near_b} = {right}.",
    )
    wrong = [
        (right // 10, "One zero got lost when multiplying."),
        (right * 10, "There is one zero too many."),
        (near_a + near_b, "This adds the rounded numbers."),
        (near_a * (near_b - 10), "The second number was rounded down too far."),
    ]
    return numeric("estimate", {"a": a, "b": b}, told, right, [(value, why) for value, why in wrong if value > 0])


def operation(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(3, scale.most(6, 9, 12)), chance.between(3, scale.most(6, 9, 12))
    told = Told(
        ask=f"{a} friends each carry {b} {scale.things}. Which calculation tells how many they carry together?",
        hint="Is it the same amount again and again?",
        worked=f"The same amount {a} times is a product: {a} x {b}.",
    )
    wrong = [
        (text(f"{a} + {b}"), "Adding puts two amounts together once; here the same amount comes again and again."),
        (text(f"{a * b} / {b}"), "Dividing shares out; here amounts are put together."),
        (text(f"{max(a, b)} - {min(a, b)}"), "Subtracting takes away; nothing is taken away here."),
    ]
    return worded("operation", {"a": a, "b": b}, told, text(f"{a} x {b}"), wrong)
