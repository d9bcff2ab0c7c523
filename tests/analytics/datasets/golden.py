"""The types that each version of a dataset leaves with, kept so that none changes unsaid: `python -m` this module."""

import json
from pathlib import Path
from typing import Any, Final

from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.masking.applying import masked_schema
from toolbox_cli.analytics.masking.modes import Mode

FILE: Final = Path(__file__).with_name("schemas.json")

Schemas = dict[str, dict[str, Any]]


def present() -> Schemas:
    """Give what datasets leave with now: version, and by mode the type of each column."""
    return {
        name: {
            "version": dataset.version,
            **{str(mode): {field.name: str(field.type) for field in masked_schema(dataset, mode)} for mode in Mode},
        }
        for name, dataset in sorted(DATASETS.items())
    }


def kept() -> Schemas:
    """Give what they left with when that was last written down."""
    found: Schemas = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def broken(before: Schemas, after: Schemas) -> list[str]:
    """Name the columns that changed their type or went without a new version of their dataset."""
    return [
        f"{name}.{column} ({mode}): {held} became {after[name][mode].get(column, 'nothing')}"
        for name, old in before.items()
        if name in after and old["version"] == after[name]["version"]
        for mode in map(str, Mode)
        for column, held in old[mode].items()
        if after[name][mode].get(column) != held
    ]


def main() -> None:
    """Write down what datasets leave with now, unless a version is owed."""
    if FILE.exists() and (owed := broken(kept(), present())):
        raise SystemExit("A new version is owed: " + "; ".join(owed))
    FILE.write_text(json.dumps(present(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
