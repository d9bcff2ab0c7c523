"""At which revision a live schema stands: the newest that it contains, or else the nearest, and what parts them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.core.database.catalog import Catalog, Fields, Key
from toolbox_cli.core.findings import Severity
from toolbox_cli.db.adoption.replay import Past
from toolbox_cli.db.drift.drift import Change, Drift, severity_of
from toolbox_cli.db.drift.live import Compared
from toolbox_cli.db.revisions.lineage.history import Revision

Compare = Callable[[Revision], Compared]
"""Compares the live schema with what a revision leaves behind."""

TakenOver = Callable[[Revision], Sequence[str]]
"""Names the tables and types that a revision leaves as they are where they stand already; `IDENTITY` for columns."""

IDENTITY: Final = "identity"
"""Says of a revision that it numbers by a sequence what was numbered as an identity."""
UNIQUE: Final = "unique"
"""Says of a revision that it makes constraints of unique indexes, and the other way round, where ours are such."""

Rule = tuple[str, str]
"""A table, and what of it is unique, as the server writes an index."""

Place = tuple[str, str]
"""A kind of name, and the name: no two objects have the same."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Something of the live schema goes by a name that a later revision needs for something else.

    Attributes:
        key: what goes by it.
        revision: the one that needs it.
        alike: it looks like an early form of what the revision makes.
    """

    key: Key
    revision: Revision
    alike: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How a live schema compares with one revision.

    Attributes:
        compared: both sides.
        remaining: what must go, or be accepted, before the schema is at the revision.
        taken: names that must become free before the upgrade can go on from there.
        renamed: what is only called otherwise.
        ahead: what a later revision makes, and takes over where it finds it.
        turned: keys that are numbered as identities, and unique indexes instead of constraints or the other way round,
            of which a later revision makes what ours are.
        comments: how many tables and columns have a comment of their own.
        others: how many objects are somebody else's.
    """

    revision: Revision
    compared: Compared
    remaining: tuple[Drift, ...]
    taken: tuple[Taken, ...]
    renamed: tuple[Drift, ...]
    ahead: tuple[Drift, ...]
    turned: tuple[Drift, ...]
    comments: int
    others: int

    @property
    def fits(self) -> bool:
        return not self.remaining and not self.taken

    @property
    def distance(self) -> tuple[int, int]:
        """How far the schema is from the revision: first what would have to go with its rows, then all the rest."""
        extra = {drift.key for drift in self.remaining if drift.change is Change.EXTRA}
        taken = {one.key for one in self.taken}
        gone = {one.key for one in self.taken if one.alike} | {key for key in extra if key.kind == "column"}
        return len(gone), len(self.remaining) + len(taken - extra)


def best_fit(line: Sequence[Revision], past: Past, compare: Compare, taken_over: TakenOver) -> Fit:
    """Find the newest revision that a live schema contains; the one that the least parts it from where there is none.

    Args:
        line: the platform's revisions, first to head.
        past: what each left behind.
        compare: asked from the head on, until one fits.
        taken_over: asked where tables or types of later revisions are there.
    """
    best: Fit | None = None
    later: list[_Later] = []
    for revision in reversed(line):
        compared = compare(revision)
        fit = _Judge(compared, later, past.sides[revision.id].catalog).fit(revision, taken_over)
        if best is None or fit.distance < best.distance:
            best = fit
        if fit.fits:
            return fit
        later.insert(0, _Later(revision, compared, past.sides[revision.id].catalog))
    if best is None:
        raise ValueError("a platform has a revision")
    return best


@dataclass(frozen=True, slots=True)
class _Later:
    """A later revision, the live schema compared with it, and what it leaves behind, in its own names."""

    revision: Revision
    compared: Compared
    catalog: Catalog

    def matches(self, key: Key) -> bool:
        """Say whether a live object is one that this revision leaves behind, whatever it is called."""
        about = [drift for drift in self.compared.drifts if drift.key == key]
        if any(drift.change is not Change.RENAMED for drift in about):
            return False
        return bool(about) or key in self.compared.expected.catalog.objects

    def matches_whole(self, table: str) -> bool:
        """Say whether a live table is one that this revision leaves behind, with all that stands on it."""
        about = (drift for drift in self.compared.drifts if drift.key.table == table)
        return Key("table", table, "") in self.catalog.objects and all(map(_is_no_matter, about))


class _Judge:
    """Sorts what parts a live schema from one revision."""

    def __init__(self, compared: Compared, later: Sequence[_Later], catalog: Catalog) -> None:
        self.compared, self.later, self.catalog = compared, later, catalog

    def fit(self, revision: Revision, taken_over: TakenOver) -> Fit:
        drifts = self.compared.drifts
        extra = [drift for drift in drifts if drift.change is Change.EXTRA and self._comes(drift.key, drift.found)]
        comments = [drift for drift in drifts if _is_own_comment(drift)]
        renamed = [drift for drift in drifts if _is_no_matter(drift) and not _is_own_comment(drift)]
        others = [drift for drift in drifts if drift.change is Change.UNMANAGED]
        turned = [*self._numbered(taken_over), *self._unique(taken_over)]
        apart = {id(drift) for drift in (*extra, *comments, *renamed, *others, *turned)}
        remaining = [drift for drift in drifts if id(drift) not in apart]
        ahead = {drift.key for drift in extra}
        return Fit(
            revision, self.compared, tuple(remaining), tuple(self._taken(ahead, taken_over)), tuple(renamed),
            tuple(extra), tuple(turned), len(comments), len(others),
        )  # fmt: skip

    def _numbered(self, taken_over: TakenOver) -> list[Drift]:
        """Find identities where a sequence is expected, if a later revision makes one of each."""
        drifts = self.compared.drifts
        columns = {(one.key.table, one.key.name) for one in drifts if _is_identity(one)}
        if not columns or not self._comes_to(IDENTITY, taken_over):
            return []
        return [one for one in drifts if _numbers(one, self.compared.seen) & columns]

    def _unique(self, taken_over: TakenOver) -> list[Drift]:
        """Find unique indexes where constraints are expected, or the other way round, if later they become such.

        Two for one rule are one too many, which goes with it.
        """
        rules = [(drift, self._rules(drift)) for drift in self.compared.drifts]
        expected = {_rule(key, fields) for key, fields in self.compared.expected.catalog.objects.items()} - {None}
        both = expected & {theirs for _, (_, theirs) in rules}
        if not both or not self._comes_to(UNIQUE, taken_over):
            return []
        return [drift for drift, pair in rules if both & {*pair}]

    def _rules(self, drift: Drift) -> tuple[Rule | None, Rule | None]:
        """Give the unique rules that a difference is about: the expected one, and the one that is there."""
        key = drift.key
        if drift.change is Change.CHANGED and drift.field == "kind":
            other = Key("index" if key.kind == "constraint" else "constraint", key.table, key.name)
            sides = self.compared.expected.catalog.objects.get(key), self.compared.seen.objects.get(other)
            return _rule(key, sides[0]), _rule(other, sides[1])
        if drift.change in {Change.MISSING, Change.EXTRA}:
            return _rule(key, drift.expected), _rule(key, drift.found)
        return None, None

    def _comes_to(self, what: str, taken_over: TakenOver) -> bool:
        return any(what in taken_over(one.revision) for one in self.later)

    def _comes(self, key: Key, fields: Fields) -> bool:
        """Say whether a later revision makes this, and so takes it over: a CHECK, or a plain index."""
        plain = fields.get("type") == "check" or (key.kind == "index" and not fields["unique"])
        return plain and any(one.matches(key) for one in self.later)

    def _taken(self, ahead: set[Key], taken_over: TakenOver) -> Iterator[Taken]:
        """Find what goes by a name that a later revision gives to something of its own; a table is told as a whole."""
        live, ours = _names(self.compared.seen), _names(self.compared.expected.catalog) | _names(self.catalog)
        told: set[Key] = set()
        for one in self.later:
            wanted = _names(one.catalog)
            for place in sorted(live.keys() & wanted.keys() - ours.keys()):
                key = self._whole(live[place], wanted)
                if key not in ahead and key not in told and not _stays(one, key, taken_over):
                    told.add(key)
                    yield Taken(key, one.revision, _alike(key, self.compared.seen, one.catalog))
            ours |= wanted

    def _whole(self, key: Key, wanted: Mapping[Place, Key]) -> Key:
        """Give the table for what stands on it, where its own name is wanted too and it is somebody else's."""
        fields = self.compared.seen.objects[key]
        owner = key.table or (fields.get("table") if key.kind == "sequence" else None) or ""
        whole = [Key(kind, owner, "") for kind in ("table", "view")]
        found = next((one for one in whole if one in self.compared.seen.objects), key)
        theirs = ("relation", owner) in wanted and found not in self.compared.expected.catalog.objects
        return found if theirs else key


def _stays(later: _Later, key: Key, taken_over: TakenOver) -> bool:
    """Say whether a table or type is as the later revision makes it, which then leaves it alone."""
    if key.kind == "table":
        return key.table in taken_over(later.revision) and later.matches_whole(key.table)
    return key.kind == "enum" and key.name in taken_over(later.revision) and later.matches(key)


def _alike(key: Key, live: Catalog, later: Catalog) -> bool:
    """Say whether a table has half of the columns that a later revision gives to one of its name."""
    if key.kind != "table":
        return key.kind == "column"
    ours, theirs = (
        {one.name for one in side.objects if one.kind == "column" and one.table == key.table} for side in (later, live)
    )
    return len(ours & theirs) * 2 >= len(ours)


def _is_identity(drift: Drift) -> bool:
    """Say whether a column is numbered as an identity where a sequence is expected."""
    numbering = drift.key.kind == "column" and drift.field == "identity"
    return numbering and drift.change is Change.CHANGED and drift.expected is None


def _numbers(drift: Drift, live: Catalog) -> set[tuple[str, str]]:
    """Name the column whose numbering a difference is about."""
    if drift.change is Change.CHANGED and drift.key.kind == "column" and drift.field in {"identity", "default"}:
        return {(drift.key.table, drift.key.name)}
    if drift.change is Change.CHANGED and drift.key.kind == "sequence" and drift.key in live.objects:
        fields = live.objects[drift.key]
        return {(fields["table"] or "", fields["column"] or "")}
    return set()


def _rule(key: Key, fields: Fields | None) -> Rule | None:
    """Give a unique rule, whether a constraint or an index holds it; None for anything else."""
    if fields and key.kind == "constraint" and fields["type"] == "unique":
        plain = fields["index_valid"] and "DEFERRABLE" not in fields["definition"]
        return (key.table, str(fields["index"])) if plain else None
    if fields and key.kind == "index" and fields["unique"] and fields["valid"]:
        return key.table, str(fields["definition"])
    return None


def _is_own_comment(drift: Drift) -> bool:
    """Say whether the live side has a comment where no revision has written one yet."""
    return drift.field == "comment" and drift.expected is None


def _is_no_matter(drift: Drift) -> bool:
    """Say whether something is only called otherwise, where no program names it, or commented."""
    if drift.change is Change.GAP:
        return severity_of(drift) is Severity.WARNING
    renamed = drift.change is Change.RENAMED and severity_of(drift) is Severity.WARNING
    return renamed or _is_own_comment(drift)


def _names(catalog: Catalog) -> dict[Place, Key]:
    """Give every name that is in use, with what goes by it."""
    return {place: key for key, fields in catalog.objects.items() for place in _places(key, fields)}


def _places(key: Key, fields: Mapping[str, Any]) -> Iterator[Place]:
    """Give the names that an object goes by: an index is a relation, a table has a type of its name."""
    if key.kind in {"table", "view", "composite"}:
        name = key.table or key.name
        yield "relation", name
        yield "type", name
    elif key.kind in {"index", "sequence"} or (key.kind == "constraint" and fields.get("index")):
        yield "relation", key.name
    elif key.kind in {"enum", "domain", "range"}:
        yield "type", key.name
    elif key.kind == "function":
        yield "function", key.name
    if key.kind in {"column", "constraint", "trigger"}:
        yield key.kind, f"{key.table}.{key.name}"
