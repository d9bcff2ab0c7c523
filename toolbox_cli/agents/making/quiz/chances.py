"""Questions of data and probability."""

from collections.abc import Sequence
from fractions import Fraction

from toolbox_cli.agents.making.quiz.draft import Draft, Numbers, Scale, Told, lowest, numeric, text, worded
from toolbox_cli.core.chance import Chance


def mean(chance: Chance, scale: Scale) -> Draft:
    count = 4 + scale.level
    middle = chance.between(5, scale.most(12, 25, 60))
    values = [middle + chance.between(-4, 4) for _ in range(count - 1)]
    values.append(count * middle - sum(values))
    values = values if values[-1] > 0 else [middle] * (count - 2) + [middle - 2, middle + 2]
    total = sum(values)
    told = Told(
        ask=f"What is the mean of {_listed(values)}?",
        hint="Share the sum out equally.",
        worked=f"The sum is {total}, and {total} / {count} = {middle}.",
    )
    wrong: Numbers = [
        (_middle(sorted(values)), "This is the median, the middle of the ordered values."),
        (total, "This is the sum, which still has to be divided."),
        (max(values) - min(values), "This is the range."),
        (Fraction(max(values) + min(values), 2), "This is the middle between the smallest and the largest value."),
        (Fraction(total, count - 1), f"This divides by {count - 1}, but there are {count} values."),
    ]
    return numeric("mean", {"values": values}, told, middle, wrong)


def median(chance: Chance, scale: Scale) -> Draft:
    count = 5 + 2 * scale.level
    values = chance.some(range(2, scale.most(20, 40, 90) + 1), count)
    ordered = sorted(values)
    right = _middle(ordered)
    told = Told(
        ask=f"What is the median of {_listed(values)}?",
        hint="Put the values in order first.",
        worked=f"In order they are {_listed(ordered)}; the middle one is {right}.",
    )
    wrong: Numbers = [
        (values[count // 2], "This takes the middle of the list without putting it in order."),
        (Fraction(sum(values), count), "This is the mean."),
        (ordered[-1] - ordered[0], "This is the range."),
        (ordered[count // 2 + 1], "This is one place too far to the right."),
        (ordered[count // 2 - 1], "This is one place too far to the left."),
    ]
    return numeric("median", {"values": values}, told, right, wrong)


def spread(chance: Chance, scale: Scale) -> Draft:
    values = chance.some(range(3, scale.most(25, 60, 120) + 1), 5 + scale.level)
    low, high = min(values), max(values)
    told = Told(
        ask=f"What is the range of {_listed(values)}?",
        hint="Find the smallest value and the largest one.",
        worked=f"The largest is {high}, the smallest {low}: {high} - {low} = {high - low}.",
    )
    wrong = [
        (high, "This is the largest value; the smallest has to be subtracted."),
        (abs(values[-1] - values[0]), "This takes the first and the last value of the list."),
        (high + low, "This adds instead of subtracting."),
        (len(values), "This is how many values there are."),
    ]
    return numeric("spread", {"values": values}, told, high - low, wrong)


def outlier(chance: Chance, scale: Scale) -> Draft:
    values = sorted(chance.some(range(10, scale.most(20, 30, 50) + 1), 5))
    far = 10 * values[-1]
    told = Told(
        ask=f"To the values {_listed(values)} a sixth one is added: {far}. Which of these changes least?",
        hint="Which measure looks at the middle place alone?",
        worked=f"The median moves from {values[2]} to the middle between {values[2]} and {values[3]} alone. All the "
        f"others are pulled far up by {far}.",
    )
    wrong = [
        (text("the mean"), f"The mean takes every value into account, so {far} pulls it up."),
        (text("the range"), f"The range reaches from the smallest to the largest value, which is {far} now."),
        (text("the sum"), f"The sum grows by {far}."),
    ]
    return worded("outlier", {"values": values, "added": far}, told, text("the median"), wrong)


def compare_spread(chance: Chance, scale: Scale) -> Draft:
    middle = chance.between(30, scale.most(50, 80, 150))
    sets = {name: _around(middle, step) for name, step in zip("ABCD", chance.some((1, 3, 6, 10), 4), strict=True)}
    widest = max(sets, key=lambda name: sets[name][-1] - sets[name][0])
    described = "; ".join(f"{name}: {_listed(values)}" for name, values in sets.items())
    told = Told(
        ask=f"Four sets of data have the same centre. {described}. Which has the largest spread?",
        hint="How far is it from the smallest to the largest value of each?",
        worked=f"Set {widest} reaches from {sets[widest][0]} to {sets[widest][-1]}, which is the widest range.",
    )
    wrong = [
        (text(f"set {name}"), f"Its range is {values[-1] - values[0]}, and that of set {widest} is larger.")
        for name, values in sets.items()
        if name != widest
    ]
    return worded("compare_spread", {"sets": sets}, told, text(f"set {widest}"), wrong)


def _around(middle: int, step: int) -> list[int]:
    return [middle - 2 * step, middle - step, middle, middle + step, middle + 2 * step]


def draw(chance: Chance, scale: Scale) -> Draft:
    red, blue, green = (chance.between(1, scale.most(5, 8, 12)) for _ in range(3))
    whole = red + blue + green
    told = Told(
        ask=f"A bag holds {red} red, {blue} blue and {green} green balls. One is drawn. How likely is it red?",
        hint="How many balls are there altogether?",
        worked=f"{red} of {whole} balls are red: {lowest(red, whole)}.",
    )
    wrong = [
        (Fraction(red, blue + green), "This compares red with the others, and not with all balls."),
        (Fraction(1, 3), "Three colours are equally likely only if there are as many balls of each."),
        (Fraction(1, whole), "This is the probability of one certain ball."),
        (Fraction(whole - red, whole), "This is the probability that it is not red."),
        (Fraction(1, red), "This divides by the red balls instead of by all."),
    ]
    return numeric("draw", {"red": red, "blue": blue, "green": green}, told, Fraction(red, whole), wrong)


def expected(chance: Chance, scale: Scale) -> Draft:
    sides = chance.pick((4, 6, 8, 10, 12))
    wanted = chance.between(1, sides // 2)
    times = sides * chance.between(5, scale.most(10, 25, 50))
    right = wanted * times // sides
    told = Told(
        ask=f"A fair wheel has {sides} equal fields, and {wanted} win. How many wins can be expected in {times} turns?",
        hint="Which share of the fields wins?",
        worked=f"{wanted}/{sides} of {times} is {right}.",
    )
    wrong: Numbers = [
        (Fraction(times, sides), "This is the expected number for a single field."),
        (Fraction(times, 2), "Winning and losing are equally likely only if half of the fields win."),
        (times - right, "This is the number of turns that lose."),
        (Fraction(times, wanted), "This divides by the fields that win."),
        (wanted, "This is the number of fields that win."),
    ]
    return numeric("expected", {"sides": sides, "wanted": wanted, "times": times}, told, right, wrong)


def conditional(chance: Chance, scale: Scale) -> Draft:
    both, club_only, music_only, neither = (chance.between(2, scale.most(8, 15, 30)) for _ in range(4))
    whole = both + club_only + music_only + neither
    club, music = both + club_only, both + music_only
    told = Told(
        ask=f"Of {whole} students {club} are in a club, {music} play music, and {both} do both. "
        "One of those in a club is chosen. How likely does this student play music?",
        hint="How many can be chosen?",
        worked=f"There are {club} in a club, and {both} of them play music: {lowest(both, club)}.",
    )
    wrong = [
        (Fraction(both, whole), "This chooses among all students, and not among those in a club."),
        (Fraction(both, music), "This turns the condition round: it chooses among those who play music."),
        (Fraction(music, whole), "This leaves the condition out."),
        (Fraction(club, whole), "This is the probability that a student is in a club."),
        (Fraction(club_only, club), "This is the probability that the student plays no music."),
    ]
    numbers = {"whole": whole, "club": club, "music": music, "both": both}
    return numeric("conditional", numbers, told, Fraction(both, club), wrong)


def independent(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(2, scale.most(4, 5, 6)), chance.between(3, scale.most(5, 7, 9))
    told = Told(
        ask=f"Two events are independent. One has probability 1/{a}, the other one 1/{b}. How likely do both happen?",
        hint=f"In 1/{a} of all cases the first happens. In which part of those does the second?",
        worked=f"1/{a} of 1/{b} is 1/{a} x 1/{b} = 1/{a * b}.",
    )
    wrong = [
        (Fraction(1, a) + Fraction(1, b), "This adds the probabilities; both together are less likely than one."),
        (Fraction(1, a + b), "This adds the denominators."),
        (Fraction(1, min(a, b)), "This is the likelier event alone."),
        (Fraction(1, max(a, b)), "This is the less likely event alone."),
        (Fraction(2, a * b), "This counts the case that both happen twice."),
    ]
    return numeric("independent", {"a": a, "b": b}, told, Fraction(1, a * b), wrong)


def _middle(ordered: Sequence[int]) -> Fraction:
    half = len(ordered) // 2
    return Fraction(
        ordered[half] if len(ordered) % 2 else ordered[half - 1] + ordered[half], 1 if len(ordered) % 2 else 2
    )


def _listed(values: Sequence[int]) -> str:
    return ", ".join(map(str, values))
