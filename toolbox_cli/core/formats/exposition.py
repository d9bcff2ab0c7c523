"""Figures in Prometheus's text format.

Source: Prometheus, "Exposition formats", text format 0.0.4.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its samples: labels and value."""

    name: str
    kind: str
    help: str
    samples: tuple[Sample, ...]


def exposition(found: Iterable[Metric]) -> str:
    """Write metrics as the text format has it; one without a sample is left out."""
    return "".join(line for metric in found if metric.samples for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {_escaped(metric.help)}\n# TYPE {metric.name} {metric.kind}\n"
    for labels, value in metric.samples:
        told = ",".join(f'{name}="{_quoted(label)}"' for name, label in labels.items())
        yield f"{metric.name}{{{told}}} {value:.15g}\n"


def _escaped(text: Any) -> str:
    return str(text).replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', r"\"")
