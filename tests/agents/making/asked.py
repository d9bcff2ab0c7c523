"""Read calculated questions as students do: what is asked decides the answer, and not what is kept beside it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_FORM: Final = r"(?: Write a fraction in lowest terms, such as 7/4\.)?"
_FRACTION: Final = r"(?P<{0}>\d+)/(?P<{1}>\d+)"
_ONE, _OTHER = _FRACTION.format("a", "b"), _FRACTION.format("c", "d")
_PART: Final = _FRACTION.format("top", "bottom")

ASKED: Final[Mapping[str, str]] = {
    "multiply": r"There are (?P<a>\d+) rows with (?P<b>\d+) (.+) each\. How many \3 are there\?",
    "divide": r"(?P<whole>\d+) .+ are shared out into boxes of (?P<each>\d+)\. How many boxes are filled\?",
    "missing_factor": r"Which number makes (?P<a>\d+) x \? = (?P<product>\d+) true\?",
    "equal_groups": r"What does (?P<a>\d+) x (?P<b>\d+) count\?",
    "operation": r"(?P<a>\d+) friends each carry (?P<b>\d+) .+\."
    r" Which calculation tells how many they carry together\?",
    "two_steps": r"(?P<a>\d+) boxes hold (?P<b>\d+) (.+) each\. (?P<c>\d+) of them get lost\. How many \3 are left\?",
    "boats": r"(?P<people>\d+) people cross a river in boats with (?P<seats>\d+) seats\."
    r" How many boats do they need for one crossing\?",
    "estimate": r"Which number is the best estimate of (?P<a>\d+) x (?P<b>\d+)\?",
    "add_decimals": r"One rope is (?P<a__hundredths>\S+) m long, another one (?P<b__hundredths>\S+) m\."
    r" How long are both together\?",
    "subtract_decimals": r"A rope of (?P<a__hundredths>\S+) m is cut\. One piece is (?P<b__hundredths>\S+) m long\."
    r" How long is the other one\?",
    "multiply_decimals": r"One piece is (?P<b__hundredths>\S+) m long\. How long are (?P<a>\d+) such pieces in a row\?",
    "temperature": r"In the morning it is (?P<start>-\d+) degrees\. By noon it gets (?P<change>\d+) degrees warmer\."
    r" How warm is it at noon\?",
    "apart": r"How far apart are (?P<a>-\d+) and (?P<b>\d+) on the number line\?",
    "opposite": r"A lift stands (\d+) m below the ground, at (?P<number>-\1)\. Where is the opposite of this height\?",
    "power": r"What is (?P<base>\d+)\^(?P<exponent>\d+)\?",
    "multiply_powers": r"Which power equals (?P<base>\d+)\^(?P<m>\d+) x (?P=base)\^(?P<n>\d+)\?",
    "divide_powers": r"Which power equals (?P<base>\d+)\^(?P<m>\d+) / (?P=base)\^(?P<n>\d+)\?",
    "name_fraction": r"A board has (?P<parts>\d+) equal parts, and (?P<taken>\d+) of them (?:is|are) painted\."
    r" Which fraction is painted\?",
    "unit_order": r"Which is the largest: (?P<bottoms__units>.+) of the same whole\?",
    "parts_of_set": rf"There are (?P<whole>\d+) .+, and {_PART} of them are wet\. How many are wet\?",
    "equivalent": rf"Which fraction equals {_PART}\?",
    "missing_numerator": rf"Which number makes {_PART} = \?/(?P<new>\d+) true\?",
    "compare": rf"Which is larger: {_ONE} or {_OTHER} of the same whole\?",
    "over_half": r"Which fraction is larger than 1/2\?",
    "add_fractions": rf"What is {_ONE} \+ {_OTHER}\?",
    "subtract_fractions": rf"What is {_ONE} - {_OTHER}\?",
    "area": r"A floor is (?P<a>\d+) m long and (?P<b>\d+) m wide\. What is its area\?",
    "perimeter": r"A field is (?P<a>\d+) m long and (?P<b>\d+) m wide\. How long is a fence around it\?",
    "side_of_area": r"A rectangle of (?P<area>\d+) square metres is (?P<a>\d+) m wide\. How long is it\?",
    "volume": r"A box is (?P<a>\d+) units long, (?P<b>\d+) wide and (?P<c>\d+) high\. How many unit cubes fill it\?",
    "height_of_box": r"A box has a volume of (?P<volume>\d+) cubic units\. Its base is (?P<a>\d+) by (?P<b>\d+)\."
    r" How high is it\?",
    "two_boxes": r"A room is made of two boxes, (?P<one__list>[\d x]+) and (?P<two__list>[\d x]+)\."
    r" What is its volume\?",
    "angle": r"An angle measures (?P<degrees>\d+) degrees\. What is it\?",
    "rest_of_angle": r"A (?P<whole__words>.+) is cut into two angles\. One of them measures (?P<part>\d+) degrees\."
    r" How large is the other one\?",
    "lines": r"What are these two straight lines of a plane\? (?P<fact__words>.+)\.",
    "locate": r"A tower stands (?P<right>\d+) steps to the right of the origin and (?P<up>\d+) steps up\."
    r" Which point is it\?",
    "distance": r"How far is it from the point \((?P<from__list>.+)\) to the point \((?P<to__list>.+)\)\?",
    "circumference": r"A round pond has a radius of (?P<radius>\d+) m\. How long is the way around it\?",
    "circle_area": r"A round stage has a diameter of (?P<diameter>\d+) m\. What is its area\?",
    "hypotenuse": r"The legs of a right triangle measure (?P<a>\d+) m and (?P<b>\d+) m\. How long is its hypotenuse\?",
    "leg": r"A ladder of (?P<c>\d+) m leans on a wall\. Its foot stands (?P<a>\d+) m from the wall\."
    r" How high does it reach\?",
    "ratio_of_sides": r"A right triangle has the legs (?P<a>\d+) and (?P<b>\d+) and the hypotenuse (?P<c>\d+)\."
    r" What is the (?P<ratio__words>\w+) of the angle opposite the leg (?P=a)\?",
    "simplify_ratio": r"There are (?P<red>\d+) red and (?P<blue>\d+) blue flags\."
    r" What is the simplest ratio of red to blue\?",
    "share_in_ratio": r"(?P<whole>\d+) coins are shared between two teams in the ratio (?P<a>\d+) to (?P<b>\d+)\."
    r" How many does the second team get\?",
    "unit_rate": r"A train goes (?P<way>\d+) km in (?P<hours>\d+) hours\. How many kilometres is that in one hour\?",
    "percent": r"What is (?P<share>\d+) percent of (?P<whole>\d+)\?",
    "add_equation": r"Solve x \+ (?P<p>\d+) = (?P<q>\d+)\. What is x\?",
    "times_equation": r"Solve (?P<p>\d+)x = (?P<q>\d+)\. What is x\?",
    "two_step_equation": r"Solve (?P<p>\d+)x \+ (?P<q>\d+) = (?P<r>\d+)\. What is x\?",
    "inequality": r"Which numbers make (?P<p>\d+)x \+ (?P<q>\d+) > (?P<r>\d+) true\?",
    "constant": r"y is proportional to x\. When x is (?P<x>\d+), y is (?P<y>\d+)\."
    r" What is y when x is (?P<other>\d+)\?",
    "which_proportional": r"Which rule describes quantities that are proportional\?",
    "slope": r"A line goes through \((?P<one__list>.+)\) and \((?P<two__list>.+)\)\. What is its slope\?",
    "steeper": r"Tap A fills y = (?P<k>\d+)x litres in x minutes\."
    r" Tap B fills (?P<litres>\d+) litres in (?P<minutes>\d+) minutes\."
    r" How many litres does the faster tap fill in one minute\?",
    "pair_of_equations": r"Solve x \+ y = (?P<sum>\d+) and x - y = (?P<difference>-?\d+)\.",
    "function_value": r"A function multiplies its input by (?P<a>\d+) and then adds (?P<b>\d+)\."
    r" What is its output for the input (?P<input>\d+)\?",
    "no_function": r"Which list of pairs \(input, output\) is no function\?",
    "quadratic": r"Solve x\^2 - (?P<b__minus>\d+)x \+ (?P<c>\d+) = 0\.",
    "square_root_equation": r"Which numbers solve x\^2 = (?P<square>\d+)\?",
    "vertex": r"Where is the vertex of y = \(x - (?P<h>\d+)\)\^2 \+ (?P<k>\d+)\?",
    "y_intercept": r"At which height does y = (?P<a__factor>\d*)x\^2 \+ (?P<b>\d+)x \+ (?P<c>\d+) cross the y-axis\?",
    "next_term": r"A quantity grows by the same factor: (?P<terms__list>[\d, ]+)\. What comes next\?",
    "which_growth": r"Which sequence grows exponentially\?",
    "mean": r"What is the mean of (?P<values__list>[\d, ]+)\?",
    "median": r"What is the median of (?P<values__list>[\d, ]+)\?",
    "spread": r"What is the range of (?P<values__list>[\d, ]+)\?",
    "outlier": r"To the values (?P<values__list>[\d, ]+) a sixth one is added: (?P<added>\d+)\."
    r" Which of these changes least\?",
    "compare_spread": r"Four sets of data have the same centre\. (?P<sets__sets>.+)\. Which has the largest spread\?",
    "draw": r"A bag holds (?P<red>\d+) red, (?P<blue>\d+) blue and (?P<green>\d+) green balls\. One is drawn\."
    r" How likely is it red\?",
    "expected": r"A fair wheel has (?P<sides>\d+) equal fields, and (?P<wanted>\d+) win\."
    r" How many wins can be expected in (?P<times>\d+) turns\?",
    "conditional": r"Of (?P<whole>\d+) students (?P<club>\d+) are in a club, (?P<music>\d+) play music,"
    r" and (?P<both>\d+) do both\. One of those in a club is chosen\. How likely does this student play music\?",
    "independent": r"Two events are independent\. One has probability 1/(?P<a>\d+), the other one 1/(?P<b>\d+)\."
    r" How likely do both happen\?",
}


def _list(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"-?\d+", text)]


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "": int,
    "hundredths": lambda text: round(float(text) * 100),
    "units": lambda text: sorted(_list(text.replace("1/", ""))),
    "list": _list,
    "words": str,
    "minus": lambda text: -int(text),
    "factor": lambda text: int(text or 1),
    "sets": lambda text: {one[0]: _list(one[1:]) for one in text.split("; ")},
}


def read(kind: str, ask: str) -> dict[str, Any]:
    """Give the numbers that a question tells, by the names of `answers.FITS`.

    Raises:
        AssertionError: it asks something else than its kind says.
    """
    found = re.fullmatch(ASKED[kind] + _FORM, ask)
    assert found, (kind, ask)
    told = {name.partition("__"): text for name, text in found.groupdict().items()}
    return {name: _READ[how](text) for (name, _, how), text in told.items()}
