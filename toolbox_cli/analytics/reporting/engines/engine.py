"""What asks measures: the same expressions on whichever engine holds the tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.core.errors import MissingExtraError

if TYPE_CHECKING:
    from ibis.expr.types import Table  # type: ignore[import-untyped]

Row = dict[str, Any]


class Engine(Protocol):
    """Something that holds datasets as tables, each with the rows of one period, as a pseudonymous export has them."""

    @property
    def dialect(self) -> str:
        """Ibis's name of the SQL that it speaks."""

    @property
    def source(self) -> str:
        """Where the rows come from, a sentence for people."""

    def has(self, dataset: Dataset) -> bool:
        """Tell whether it holds a dataset."""

    def rows(self, sql: str, datasets: Sequence[Dataset]) -> list[Row]:
        """Run a query.

        Args:
            sql: in its dialect; names tables as `table_name` does.
            datasets: that the query reads, all of one platform.
        """


def table_name(dataset: Dataset) -> str:
    """Give the name that queries call a dataset by."""
    return dataset.name.replace("-", "_")


def table(dataset: Dataset) -> "Table":
    """Give a dataset as a table of Ibis that belongs to no engine yet.

    Raises:
        MissingExtraError: the extra `analytics` is not installed.
    """
    ibis = _ibis()
    return ibis.table(ibis.Schema.from_pyarrow(masked_schema(dataset, Mode.PSEUDONYMOUS)), name=table_name(dataset))


def ask(engine: Engine, expression: "Table", datasets: Sequence[Dataset]) -> list[Row]:
    """Have an engine work out an expression over tables that `table` gave.

    Sums of counts are whole numbers on all engines, and fractions have 12 digits: those behind them tell in which order
    rows were added up, and that may be another each time.
    """
    rows = engine.rows(str(_ibis().to_sql(expression, dialect=engine.dialect, pretty=False)), datasets)
    kinds = {name: _KINDS.get(type(held).__name__) for name, held in expression.schema().items()}
    return [{name: _as(value, kinds[name]) for name, value in row.items()} for row in rows]


def _fraction(value: Any) -> float:
    return float(f"{value:.12g}")


_KINDS: Final[Mapping[str, Callable[[Any], int | float]]] = {"Int64": int, "Float64": _fraction}


def _as(value: Any, kind: Callable[[Any], int | float] | None) -> Any:
    return value if kind is None or value is None else kind(value)


def _ibis() -> Any:
    try:
        import ibis  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtraError("ibis", "analytics") from None
    return ibis
