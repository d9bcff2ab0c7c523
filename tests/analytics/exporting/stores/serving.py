"""An object store of this machine: moto's server, as a process of its own."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from pyarrow import fs

from toolbox_cli.analytics.exporting.stores.s3 import filesystem

BUCKET: Final = "school-exports"
_PATIENCE_S: Final = 60
_POLL_S: Final = 0.05


@dataclass(frozen=True)
class Served:
    """A running object store.

    Attributes:
        environ: what a process needs to reach it.
    """

    url: str

    @property
    def environ(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "a-secret-that-nobody-may-read",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def keys(self) -> tuple[str, str]:
        return self.environ["AWS_ACCESS_KEY_ID"], self.environ["AWS_SECRET_ACCESS_KEY"]

    @property
    def files(self) -> fs.S3FileSystem:
        return filesystem(self.environ)

    @property
    def client(self) -> Any:
        """Boto's own client, to look at the store past what is tested."""
        session = boto3.Session(*self.keys, region_name="us-east-1")
        return session.client("s3", endpoint_url=self.url)

    def held(self) -> dict[str, bytes]:
        """Give every object of the bucket."""
        client = self.client
        return {name: client.get_object(Bucket=BUCKET, Key=name)["Body"].read() for name in self.names()}

    def names(self) -> list[str]:
        """Give the names of all objects of the bucket."""
        listed = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [one["Key"] for one in listed if not one["Key"].endswith("/")]

    def reset(self) -> None:
        """Begin anew, with an empty bucket."""
        _asked(f"{self.url}/moto-api/reset", "POST")
        self.client.create_bucket(Bucket=BUCKET)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextlib.contextmanager
def serving(log: Path) -> Iterator[Served]:
    """Run one until the block ends."""
    port = free_port()
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=told, stderr=told
        )
    served = Served(f"http://127.0.0.1:{port}")
    try:
        _wait(served, process, log)
        yield served
    finally:
        process.kill()
        process.wait()


def _wait(served: Served, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            _asked(f"{served.url}/moto-api/", "GET")
            return
        if process.poll() is not None or time.monotonic() > ends:
            raise AssertionError(f"moto's server did not begin: {log.read_text()}")
        time.sleep(_POLL_S)


def _asked(url: str, method: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:  # noqa: S310
        answer.read()
