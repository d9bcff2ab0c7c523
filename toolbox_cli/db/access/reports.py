"""How rights are shown: as a script, or as what was given."""

from collections.abc import Sequence

from toolbox_cli.core.database.target import Target
from toolbox_cli.core.output import Column, Report
from toolbox_cli.db.access.grant import Granted
from toolbox_cli.db.access.statements import script
from toolbox_cli.db.access.use import Use


def scripts(found: Sequence[Target], use: Use, role: str, *, create: bool) -> str:
    """Give the script of each database, with its address where there are several."""
    parts = [script(target.names, use, role, create=create) for target in found]
    if len(parts) == 1:
        return parts[0]
    return "\n".join(f"-- {target.label}\n{part}" for target, part in zip(found, parts, strict=True))


def granted(done: Sequence[Granted]) -> Report:
    """Report what was given: one item a table and kind of privilege."""
    items = [
        {
            "database": one.target.label,
            "platform": right.platform,
            "table": f"{one.target.names.schema(right.platform)}.{right.table}",
            "privileges": list(right.privileges),
            "columns": None if right.columns is None else list(right.columns),
        }
        for one in done
        for right in one.rights
    ]
    columns = [Column("table"), Column("privileges"), Column("columns", "only these columns")]
    summary = {"role": done[0].role, "use": done[0].use.value, "tables": len({str(item["table"]) for item in items})}
    note = f"{done[0].role} may do this and nothing else in these schemas. Repeat it after each upgrade."
    return Report("toolbox.db.grant/1", items, summary, columns=columns, note=note)
