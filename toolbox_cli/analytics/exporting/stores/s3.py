"""Opens object stores that speak S3, and says in plain words why one can't be used."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pyarrow import fs

from toolbox_cli.core.errors import (
    ConfigurationError,
    OutputError,
    RefusedError,
    ToolboxError,
    UnreachableError,
    UsageError,
)

SCHEME: Final = "s3://"
CONNECT_S: Final = 10
ANSWER_S: Final = 60
TRIES: Final = 4

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_CODE: Final = re.compile(r"AWS Error (?P<code>[A-Z_]+)")
_NO_BUCKET: Final = re.compile(r"bucket '[^']*' (?:does not exist|not found)", re.IGNORECASE)
_HTTP: Final = re.compile(r"HTTP status (?P<status>\d{3})")
_DENIED: Final = frozenset(
    {
        "ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "INVALID_CLIENT_TOKEN_ID",
        "INVALID_SIGNATURE", "UNRECOGNIZED_CLIENT", "MISSING_AUTHENTICATION_TOKEN", "REQUEST_EXPIRED",
    }
)  # fmt: skip
_AWAY: Final = frozenset(
    {"NETWORK_CONNECTION", "REQUEST_TIMEOUT", "SERVICE_UNAVAILABLE", "SLOW_DOWN", "INTERNAL_FAILURE", "THROTTLING"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and what every key of ours in it begins with.

    Attributes:
        prefix: without slashes at its ends; empty for the bucket itself.
    """

    bucket: str
    prefix: str

    @property
    def root(self) -> str:
        """The path as pyarrow writes it."""
        return f"{self.bucket}/{self.prefix}".rstrip("/")

    def __str__(self) -> str:
        return f"{SCHEME}{self.root}"


def place_at(address: str) -> Place:
    """Read `s3://bucket/prefix`.

    Raises:
        UsageError: it is none.
    """
    bucket, _, prefix = address.removeprefix(SCHEME).partition("/")
    parts = [part for part in prefix.split("/") if part]
    if not address.startswith(SCHEME) or not _BUCKET.fullmatch(bucket) or {"..", "."} & {*parts}:
        shown = address.rpartition("@")[2]  # whoever writes keys into an address must not find them in a log
        raise UsageError(f"{shown!r} is no place in an object store.", remedy="Write it as s3://bucket/prefix.")
    return Place(bucket, "/".join(parts))


def filesystem(environ: Mapping[str, str], endpoint: str | None = None) -> fs.S3FileSystem:
    """Open S3 with the usual variables, files and roles for credentials.

    Args:
        environ: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL and
            AWS_ENDPOINT_URL_S3 of it count; without keys there, AWS's own files and roles.
        endpoint: address of a server that is not AWS's, before those of the environment.

    Raises:
        ConfigurationError: the endpoint is no address.
    """
    address = endpoint or environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    given: dict[str, object] = {"region": region} if region else {}
    if address:
        given |= {"region": region or "us-east-1", **_endpoint(address)}
    if environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"):
        given |= {
            "access_key": environ["AWS_ACCESS_KEY_ID"],
            "secret_key": environ["AWS_SECRET_ACCESS_KEY"],
            "session_token": environ.get("AWS_SESSION_TOKEN") or None,
        }
    retry = fs.AwsStandardS3RetryStrategy(max_attempts=TRIES)
    return fs.S3FileSystem(connect_timeout=CONNECT_S, request_timeout=ANSWER_S, retry_strategy=retry, **given)


@contextmanager
def explained(place: object) -> Iterator[None]:
    """Turn what S3 answers into errors that say what to do.

    Args:
        place: what was worked on, for people.
    """
    try:
        yield
    except OSError as error:
        raise _explanation(str(error), place) from None  # its own words may quote what was signed


def _endpoint(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    try:
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True) and not parts.username
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query:
        raise ConfigurationError(
            "The address of the object store can't be used.",
            remedy="Write it as https://host:port, without a name, a password or a path.",
        )
    return {"scheme": parts.scheme, "endpoint_override": parts.netloc}


def _explanation(text: str, place: object) -> ToolboxError:
    found, status = _CODE.search(text), _HTTP.search(text)
    code, number = found["code"] if found else "", status["status"] if status else ""
    if code == "NO_SUCH_BUCKET" or _NO_BUCKET.search(text):
        return OutputError(
            f"There is no bucket for {place}.", remedy="Make it, or name another one; buckets are not made here."
        )
    if code in _DENIED or number in {"401", "403"}:
        return RefusedError(
            f"The object store does not let us use {place}.",
            remedy="Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile, and what they may do there.",
        )
    if code in _AWAY or number.startswith("5"):
        return UnreachableError(
            f"The object store of {place} can't be reached.",
            remedy="Check the network, AWS_ENDPOINT_URL and AWS_REGION; what was there before is as it was.",
        )
    if code in {"PERMANENT_REDIRECT", "MOVED_PERMANENTLY"} or number == "301":
        return OutputError(f"The bucket of {place} is in another region.", remedy="Set AWS_REGION to its region.")
    return OutputError(f"{place} can't be written: the object store answered {code or number or 'with an error'}.")
