"""Which calculated questions serve which objective."""

from collections.abc import Mapping
from typing import Final

from toolbox_cli.agents.making.quiz import algebra, arithmetic, chances, geometry, parts, ratios
from toolbox_cli.agents.making.quiz.draft import Maker

SKILLS: Final[Mapping[str, tuple[Maker, ...]]] = {
    "math-3-equal-groups": (
        arithmetic.multiply, arithmetic.equal_groups, arithmetic.operation, arithmetic.missing_factor,
    ),
    "math-3-multiply-within-100": (arithmetic.multiply, arithmetic.divide, arithmetic.missing_factor),
    "math-3-unit-fractions": (parts.name_fraction, parts.unit_order, parts.parts_of_set),
    "math-3-area-of-rectangles": (geometry.area, geometry.side_of_area, geometry.perimeter),
    "math-4-equivalent-fractions": (parts.equivalent, parts.missing_numerator),
    "math-4-compare-fractions": (parts.compare, parts.over_half, parts.unit_order),
    "math-4-multistep-problems": (arithmetic.two_steps, arithmetic.boats, arithmetic.estimate),
    "math-4-lines-and-angles": (geometry.angle, geometry.rest_of_angle, geometry.lines),
    "math-5-add-unlike-fractions": (parts.add_fractions, parts.subtract_fractions, parts.missing_numerator),
    "math-5-decimal-operations": (
        arithmetic.add_decimals, arithmetic.subtract_decimals, arithmetic.multiply_decimals,
    ),
    "math-5-volume-of-prisms": (geometry.volume, geometry.height_of_box, geometry.two_boxes),
    "math-5-coordinate-plane": (geometry.locate, geometry.distance),
    "math-6-ratio-language": (ratios.simplify_ratio, ratios.share_in_ratio),
    "math-6-ratio-problems": (ratios.unit_rate, ratios.percent, ratios.share_in_ratio),
    "math-6-negative-numbers": (arithmetic.temperature, arithmetic.apart, arithmetic.opposite),
    "math-6-one-step-equations": (algebra.add_equation, algebra.times_equation),
    "math-6-summarise-data": (chances.mean, chances.median, chances.spread),
    "math-7-proportional-relationships": (ratios.constant, ratios.which_proportional, ratios.unit_rate),
    "math-7-equations-and-inequalities": (algebra.two_step_equation, algebra.inequality),
    "math-7-circles": (geometry.circumference, geometry.circle_area),
    "math-7-probability-models": (chances.draw, chances.expected),
    "math-8-slope": (algebra.slope, algebra.steeper),
    "math-8-pairs-of-equations": (algebra.pair_of_equations, algebra.two_step_equation),
    "math-8-exponents": (arithmetic.power, arithmetic.multiply_powers, arithmetic.divide_powers),
    "math-8-functions": (algebra.function_value, algebra.no_function),
    "math-8-pythagoras": (geometry.hypotenuse, geometry.leg),
    "math-9-quadratic-equations": (algebra.quadratic, algebra.square_root_equation),
    "math-9-graph-functions": (algebra.vertex, algebra.y_intercept),
    "math-10-right-triangles": (geometry.ratio_of_sides, geometry.hypotenuse, geometry.leg),
    "math-10-compare-distributions": (chances.compare_spread, chances.outlier, chances.median),
    "math-11-linear-or-exponential": (algebra.next_term, algebra.which_growth),
    "math-12-conditional-probability": (chances.conditional, chances.independent),
}  # fmt: skip
"""Objective to what its questions are made by, in the order in which they come."""
