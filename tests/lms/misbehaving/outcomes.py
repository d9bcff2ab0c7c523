"""What may come of a sync of a system that misbehaves."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Never:
    """It can't happen to this system."""

    why: str


@dataclass(frozen=True)
class Healed:
    """The database equals the roster.

    Attributes:
        codes: issues that tell of it all the same, with the place.
        late: people came or went while they were read, so that what is known of those may be older.
    """

    codes: frozenset[str] = field(default=frozenset())
    late: bool = False


@dataclass(frozen=True)
class Told:
    """The lists that went wrong are issues, and nothing of them is removed; the others are as good as ever.

    Attributes:
        codes: of the issues, with the place.
        says: part of their messages.
        kinds: of what went wrong; all that the trouble was put upon where empty.
    """

    codes: frozenset[str]
    says: str = ""
    kinds: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Failed:
    """The run failed and changed nothing; its error says this."""

    says: str


@dataclass(frozen=True)
class Held:
    """The run waits for somebody to approve what it would take away, and changed nothing; it says this."""

    says: str


Outcome = Never | Healed | Told | Failed | Held


def healed(*codes: str, late: bool = False) -> Healed:
    return Healed(frozenset(codes), late)


def told(*codes: str, says: str = "", kinds: tuple[str, ...] = ()) -> Told:
    return Told(frozenset(codes), says, frozenset(kinds))
