"""Questions of figures, solids, angles and points."""

from fractions import Fraction
from typing import Final

from toolbox_cli.agents.making.quiz.draft import Answer, Draft, Numbers, Scale, Told, lowest, numeric, text, worded
from toolbox_cli.core.chance import Chance

TRIPLES: Final = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29))
"""Sides of right triangles."""


def area(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(3, scale.most(6, 9, 15)), chance.between(4, scale.most(7, 12, 20))
    told = Told(
        ask=f"A floor is {a} m long and {b} m wide. What is its area?",
        hint="How many squares with sides of 1 m cover it?",
        worked=f"{a} rows of {b} squares are {a} x {b} = {a * b} square metres.",
    )
    wrong = [
        (2 * (a + b), "This is the way around the floor, its perimeter."),
        (a + b, "This adds the sides instead of multiplying them."),
        (a * b - b, "This counts one row of squares too few."),
        (a * b + a, "This counts one column of squares too many."),
    ]
    return numeric("area", {"a": a, "b": b}, told, a * b, wrong, " square metres")


def perimeter(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(3, scale.most(6, 9, 15)), chance.between(4, scale.most(7, 12, 20))
    told = Told(
        ask=f"A field is {a} m long and {b} m wide. How long is a fence around it?",
        hint="How many sides does the fence pass?",
        worked=f"Around it there are {a} + {b} + {a} + {b} = {2 * (a + b)} m.",
    )
    wrong = [
        (a * b, "This multiplies the sides, which gives the area."),
        (a + b, "This passes two of the four sides alone."),
        (2 * a + b, "This leaves out one side."),
        (4 * a, "This takes all sides for equally long."),
    ]
    return numeric("perimeter", {"a": a, "b": b}, told, 2 * (a + b), wrong, " m")


def side_of_area(chance: Chance, scale: Scale) -> Draft:
    a, b = chance.between(3, scale.most(6, 9, 15)), chance.between(3, scale.most(7, 12, 20))
    told = Told(
        ask=f"A rectangle of {a * b} square metres is {a} m wide. How long is it?",
        hint=f"Which number times {a} is {a * b}?",
        worked=f"{a} x {b} = {a * b}, so it is {b} m long.",
    )
    wrong = [
        (a * b - a, "This subtracts the width from the area."),
        (b + 1, f"{a} x {b + 1} is more than {a * b}."),
        (b - 1, f"{a} x {b - 1} is less than {a * b}."),
        (a * b, "This is the area itself."),
    ]
    return numeric("side_of_area", {"area": a * b, "a": a}, told, b, wrong, " m")


def volume(chance: Chance, scale: Scale) -> Draft:
    a, b, c = (chance.between(2, scale.most(4, 6, 10)) for _ in range(3))
    told = Told(
        ask=f"A box is {a} units long, {b} wide and {c} high. How many unit cubes fill it?",
        hint="How many cubes are in one layer, and how many layers are there?",
        worked=f"One layer has {a} x {b} = {a * b} cubes, and {c} layers have {a * b * c}.",
    )
    wrong = [
        (a + b + c, "This adds the edges instead of multiplying them."),
        (a * b, "This counts one layer alone."),
        (2 * (a * b + b * c + a * c), "This counts squares on the outside of the box, its surface."),
        (a * b * (c + 1), "This counts one layer too many."),
        (a * b + c, "This adds the height to one layer instead of multiplying by it."),
    ]
    return numeric("volume", {"a": a, "b": b, "c": c}, told, a * b * c, wrong, " cubes")


def height_of_box(chance: Chance, scale: Scale) -> Draft:
    a, b, c = (chance.between(2, scale.most(4, 6, 9)) for _ in range(3))
    told = Told(
        ask=f"A box has a volume of {a * b * c} cubic units. Its base is {a} by {b}. How high is it?",
        hint="How many cubes are in one layer?",
        worked=f"One layer has {a} x {b} = {a * b} cubes, and {a * b * c} / {a * b} = {c}.",
    )
    wrong = [
        (a * b, "This is the area of the base."),
        (a * b * c - a * b, "This subtracts the base from the volume instead of dividing by it."),
        (b * c, "This divides by one edge of the base alone."),
        (c + 1, "With one layer more the volume would be too large."),
        (c + 2, "With two layers more the volume would be too large."),
    ]
    return numeric("height_of_box", {"volume": a * b * c, "a": a, "b": b}, told, c, wrong, " units")


def two_boxes(chance: Chance, scale: Scale) -> Draft:
    one, two = ([chance.between(2, scale.most(3, 5, 8)) for _ in range(3)] for _ in range(2))
    first, second = (edges[0] * edges[1] * edges[2] for edges in (one, two))
    told = Told(
        ask=f"A room is made of two boxes, {_edges(one)} and {_edges(two)}. What is its volume?",
        hint="Find each volume on its own.",
        worked=f"{_edges(one)} = {first} and {_edges(two)} = {second}; together {first + second}.",
    )
    wrong = [
        (first, "This is the first box alone."),
        (second, "This is the second box alone."),
        (sum(one) + sum(two), "This adds all edges."),
        (first * second, "Volumes of parts are added, not multiplied."),
    ]
    numbers = {"one": one, "two": two}
    return numeric("two_boxes", numbers, told, first + second, wrong, " cubic units")


def _edges(edges: list[int]) -> str:
    return " x ".join(map(str, edges))


def angle(chance: Chance, scale: Scale) -> Draft:
    kinds = {
        "an acute angle": (10, 85),
        "an obtuse angle": (95, 170),
        "a right angle": (90, 90),
        "a straight angle": (180, 180),
    }
    kind = chance.pick(("an acute angle", "an obtuse angle") if scale.level else tuple(kinds))
    low, high = kinds[kind]
    degrees = chance.between(low, high)
    told = Told(
        ask=f"An angle measures {degrees} degrees. What is it?",
        hint="Compare it with the corner of a square, which has 90 degrees.",
        worked=f"{_ANGLES[kind]}, and {degrees} does, so it is {kind}.",
    )
    wrong = [(text(other), f"{_ANGLES[other]}; {degrees} does not.") for other in kinds if other != kind]
    return worded("angle", {"degrees": degrees}, told, text(kind), wrong)


_ANGLES: Final = {
    "an acute angle": "An acute angle measures less than 90 degrees",
    "an obtuse angle": "An obtuse angle measures more than 90 and less than 180 degrees",
    "a right angle": "A right angle measures exactly 90 degrees",
    "a straight angle": "A straight angle measures exactly 180 degrees",
}


def rest_of_angle(chance: Chance, scale: Scale) -> Draft:
    whole = chance.pick((90, 180)) if scale.level < 2 else 360
    part = 5 * chance.between(3, whole // 5 - 3)
    name = {90: "right angle", 180: "straight angle", 360: "full turn"}[whole]
    told = Told(
        ask=f"A {name} is cut into two angles. One of them measures {part} degrees. How large is the other one?",
        hint=f"How many degrees has a {name}?",
        worked=f"A {name} has {whole} degrees, and {whole} - {part} = {whole - part}.",
    )
    others = [one for one in (90, 180, 360) if one != whole]
    wrong = [
        *((other - part, f"This takes {other} degrees for a {name}, and it has {whole}.") for other in others),
        (whole + part, "This adds the angle instead of taking it away."),
        (part, "This is the angle that is known."),
        (whole - part + 10, "This has a slip of ten when subtracting."),
    ]
    return numeric("rest_of_angle", {"whole": name, "part": part}, told, whole - part, wrong, " degrees")


def lines(chance: Chance, scale: Scale) -> Draft:
    del scale
    facts = {
        "parallel": "They run beside each other and never meet, however long they are",
        "perpendicular": "They cross at a right angle",
        "intersecting, but not perpendicular": "They cross at an angle of 40 degrees",
    }
    kind = chance.pick(tuple(facts))
    told = Told(
        ask=f"What are these two straight lines of a plane? {facts[kind]}.",
        hint="Do they meet? And if so, at which angle?",
        worked=f"{facts[kind]}, so they are {kind}.",
    )
    wrong = [
        (text(other), f"That would fit lines of which can be said: {facts[other].lower()}.")
        for other in facts
        if other != kind
    ]
    wrong.append((text("the same line"), "Lines that have every point in common are the same; these have not."))
    return worded("lines", {"fact": facts[kind]}, told, text(kind), wrong)


def locate(chance: Chance, scale: Scale) -> Draft:
    x, y = chance.some(range(1, scale.most(6, 10, 20) + 1), 2)
    told = Told(
        ask=f"A tower stands {x} steps to the right of the origin and {y} steps up. Which point is it?",
        hint="The first number tells how far to the right.",
        worked=f"To the right comes first: ({x}, {y}).",
    )
    wrong = [
        (_point(y, x), "This swaps both coordinates: right comes first, then up."),
        (_point(x, 0), "This leaves out the steps up."),
        (_point(0, y), "This leaves out the steps to the right."),
        (_point(x + y, y), "This counts the steps up twice."),
    ]
    return worded("locate", {"right": x, "up": y}, told, _point(x, y), wrong)


def distance(chance: Chance, scale: Scale) -> Draft:
    x, (low, high) = chance.between(1, 9), sorted(chance.some(range(1, scale.most(9, 12, 25) + 1), 2))
    along = chance.happens(0.5)
    one, two = ((low, x), (high, x)) if along else ((x, low), (x, high))
    told = Told(
        ask=f"How far is it from the point ({one[0]}, {one[1]}) to the point ({two[0]}, {two[1]})?",
        hint="Which coordinate changes?",
        worked=f"One coordinate stays {x}; the other one goes from {low} to {high}, and {high} - {low} = {high - low}.",
    )
    wrong = [
        (high + low, "This adds the coordinates instead of subtracting them."),
        (high - low + 1, "This counts points, and not the steps between them."),
        (high, "This is the distance from the axis, and not from the other point."),
        (high - low + x, "This adds the coordinate that does not change."),
    ]
    return numeric("distance", {"from": list(one), "to": list(two)}, told, high - low, wrong)


def _point(x: int, y: int) -> Answer:
    return text(f"({x}, {y})")


def circumference(chance: Chance, scale: Scale) -> Draft:
    radius = chance.between(2, scale.most(6, 12, 30))
    told = Told(
        ask=f"A round pond has a radius of {radius} m. How long is the way around it?",
        hint="How often does the diameter fit around a circle?",
        worked=f"The diameter is {2 * radius} m, and the circumference is π times as long: {2 * radius}π m.",
    )
    wrong = [
        (_pi(radius**2, "m"), "This uses the formula of the area."),
        (_pi(radius, "m"), "This takes the radius for the diameter."),
        (_pi(4 * radius, "m"), "This doubles the diameter once more."),
        (Answer(f"{2 * radius} m", "plain"), "This is the diameter; it lacks the factor π."),
    ]
    return worded("circumference", {"radius": radius}, told, _pi(2 * radius, "m"), wrong)


def circle_area(chance: Chance, scale: Scale) -> Draft:
    diameter = 2 * chance.between(2, scale.most(6, 10, 15))
    radius = diameter // 2
    told = Told(
        ask=f"A round stage has a diameter of {diameter} m. What is its area?",
        hint="Which length does the formula of the area square?",
        worked=f"The radius is {radius} m, and the area is π times its square: {radius**2}π square metres.",
    )
    wrong = [
        (_pi(diameter**2, "square metres"), "This squares the diameter instead of the radius."),
        (_pi(diameter, "square metres"), "This uses the formula of the circumference."),
        (_pi(2 * radius**2, "square metres"), "This doubles the square of the radius."),
        (_pi(radius, "square metres"), "This forgets to square the radius."),
    ]
    return worded("circle_area", {"diameter": diameter}, told, _pi(radius**2, "square metres"), wrong)


def _pi(factor: int, unit: str) -> Answer:
    return Answer(f"{factor}π {unit}", factor)


def hypotenuse(chance: Chance, scale: Scale) -> Draft:
    a, b, c = _triangle(chance, scale)
    told = Told(
        ask=f"The legs of a right triangle measure {a} m and {b} m. How long is its hypotenuse?",
        hint="Add the squares of the legs.",
        worked=f"{a}^2 + {b}^2 = {a * a} + {b * b} = {c * c}, and the square root of {c * c} is {c}.",
    )
    wrong: Numbers = [
        (a + b, "This adds the legs; the straight way is shorter."),
        (c * c, "This forgets to take the square root."),
        (abs(b - a), "This subtracts the legs."),
        (Fraction(a * b, 2), "This is the area of the triangle."),
        (c + 1, "Its square would be larger than both squares of the legs together."),
    ]
    return numeric("hypotenuse", {"a": a, "b": b}, told, c, wrong, " m")


def leg(chance: Chance, scale: Scale) -> Draft:
    a, b, c = _triangle(chance, scale)
    told = Told(
        ask=f"A ladder of {c} m leans on a wall. Its foot stands {a} m from the wall. How high does it reach?",
        hint="Which side of the triangle is the ladder?",
        worked=f"The ladder is the hypotenuse: {c}^2 - {a}^2 = {c * c - a * a}, and its square root is {b}.",
    )
    wrong = [
        (c - a, "This subtracts the lengths and not their squares."),
        (c + a, "This adds the lengths."),
        (c * c - a * a, "This forgets to take the square root."),
        (c, "The wall is shorter than the ladder, which is the longest side."),
    ]
    return numeric("leg", {"a": a, "c": c}, told, b, wrong, " m")


def ratio_of_sides(chance: Chance, scale: Scale) -> Draft:
    a, b, c = _triangle(chance, scale)
    name, (top, bottom) = chance.pick((("sine", (a, c)), ("cosine", (b, c)), ("tangent", (a, b))))
    told = Told(
        ask=f"A right triangle has the legs {a} and {b} and the hypotenuse {c}. "
        f"What is the {name} of the angle opposite the leg {a}?",
        hint=f"Which two sides does the {name} compare?",
        worked=f"The {name} is {_SIDES[name]}: {lowest(top, bottom)}.",
    )
    all_of_them = {"sine": (a, c), "cosine": (b, c), "tangent": (a, b)}
    wrong: list[tuple[Fraction | int, str]] = [
        (Fraction(*sides), f"This is the {other}: {_SIDES[other]}.")
        for other, sides in all_of_them.items()
        if other != name
    ]
    wrong += [
        (Fraction(bottom, top), "This divides the right sides the wrong way round."),
        (Fraction(top, a + b + c), "This divides by all three sides together."),
    ]
    numbers = {"a": a, "b": b, "c": c, "ratio": name}
    return numeric("ratio_of_sides", numbers, told, Fraction(top, bottom), wrong)


_SIDES: Final = {
    "sine": "the opposite leg divided by the hypotenuse",
    "cosine": "the leg beside the angle divided by the hypotenuse",
    "tangent": "the opposite leg divided by the leg beside the angle",
}


def _triangle(chance: Chance, scale: Scale) -> tuple[int, int, int]:
    a, b, c = chance.pick(TRIPLES[: (2, 4, 5)[scale.level]])
    factor = chance.between(1, scale.most(3, 4, 5))
    return (a * factor, b * factor, c * factor) if chance.happens(0.5) else (b * factor, a * factor, c * factor)
