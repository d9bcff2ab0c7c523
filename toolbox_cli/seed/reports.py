"""How a seeding tells of itself: a bar for each table while it goes on, a report in the end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.progress import bars
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.seed.making.domain import Domain
from toolbox_cli.seed.profiles.shape import Profile
from toolbox_cli.seed.wishes import Seeded, Watch, Wishes


@contextmanager
def watching(runtime: Runtime) -> Iterator[Watch]:
    """Show each table's rows, their rate and the time left."""
    with bars(runtime) as shown:

        def begins(domain: Domain, expected: Mapping[str, int]) -> None:
            shown.clear()
            for table, rows in expected.items():
                shown.add(f"{domain.name}: {table}", table, rows)

        yield Watch(begins, shown.advance)


def seeded(done: Sequence[Seeded], wishes: Wishes) -> Report:
    """Tell what was loaded."""
    items = [
        {"database": one.label, "domain": domain, "table": table, "rows": rows}
        for one in done
        for domain, tables in one.tables.items()
        for table, rows in tables.items()
    ]
    rows = sum(sum(tables.values()) for one in done for tables in one.loaded.values())
    deleted = {table: count for one in done for table, count in one.deleted.items()}
    already = sorted({name for one in done for name in one.already})
    summary = {
        "profile": wishes.profile.name, "students": wishes.profile.students, "seed": wishes.seed,
        "as_of": max(one.as_of for one in done), "rows": rows, "already": already, "deleted": deleted,
        "dry_run": wishes.dry_run,
    }  # fmt: skip
    columns = [Column("domain"), Column("table"), Column("rows", justify="right")]
    note = _note(rows, sum(deleted.values()), already, dry_run=wishes.dry_run)
    return Report("toolbox.seed/2", items, summary, columns=columns, note=note)


def _note(rows: int, deleted: int, already: Sequence[str], *, dry_run: bool) -> str:
    were = "would be" if dry_run else "were"
    parts = [f"{deleted:,} rows {were} deleted."] if deleted else []
    if rows or not already:
        parts.append(f"{rows:,} rows {were} loaded.")
    if already:
        parts.append(f"There already: {', '.join(already)}.")
    return " ".join(parts)


def profiles(found: Sequence[Profile], domains: Sequence[Domain]) -> Report:
    """Tell of profiles, and how many rows each makes."""
    items = [
        {
            "profile": profile.name,
            "students": profile.students,
            "classes": profile.class_count,
            "rows": sum(sum(domain.content.expected(profile).values()) for domain in domains),
            "title": profile.title,
        }
        for profile in sorted(found, key=lambda one: one.students)
    ]
    columns = [
        Column("profile"), Column("students", justify="right"), Column("classes", justify="right"),
        Column("rows", title="rows, about", justify="right"), Column("title"),
    ]  # fmt: skip
    return Report("toolbox.seed.profiles/1", items, columns=columns)


def expected(profile: Profile, domains: Sequence[Domain]) -> Report:
    """Tell what a profile makes of each table."""
    items = [
        {"domain": domain.name, "table": table, "rows": rows}
        for domain in domains
        for table, rows in domain.content.expected(profile).items()
    ]
    rows = sum(sum(domain.content.expected(profile).values()) for domain in domains)
    columns = [Column("domain"), Column("table"), Column("rows", title="rows, about", justify="right")]
    note = f"{profile.title} About {rows:,} rows of {profile.students:,} students in {profile.class_count:,} classes."
    summary = {"profile": profile.name, "students": profile.students, "rows": rows}
    return Report("toolbox.seed.check/1", items, summary, columns=columns, note=note)
