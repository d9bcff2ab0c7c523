"""How long, how much and how often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of every call; what exceeds them is an error, never a shortened answer.

    Attributes:
        connect_s: for a connection to stand.
        read_s: between two pieces of an answer.
        total_s: for one try as a whole, however steadily it drips.
        body_bytes: of an answer, unpacked.
        pages: of one list.
        redirects: in a row.
        attempts: tries of one call.
        wait_initial_s: before the second try; doubled for each further one.
        wait_max_s: between two tries, where the server names no time.
        patience_s: the longest wait that a server may ask for; more ends the call.
        breaker_failures: calls failed in a row after which an origin is left alone.
        breaker_rest_s: for so long.
    """

    connect_s: float = 10
    read_s: float = 60
    total_s: float = 300
    body_bytes: int = 256 << 20
    pages: int = 100_000
    redirects: int = 5
    attempts: int = 5
    wait_initial_s: float = 0.5
    wait_max_s: float = 30
    patience_s: float = 120
    breaker_failures: int = 5
    breaker_rest_s: float = 60
