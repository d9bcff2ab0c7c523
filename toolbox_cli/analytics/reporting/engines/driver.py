"""Spark's driver: a process of Java beside this one, whose talk reaches nobody's terminal."""

import re
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryFile
from typing import IO, Any, Final

from toolbox_cli.core.errors import MissingExtraError, UnreachableError, UsageError

CONNECT_TIMEOUT_S: Final = 5.0
START_TIMEOUT_S: Final = 60.0
"""How long Spark may take until it has done a first thing."""

_STANDALONE: Final = "spark://"
_ADDRESS: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(?P<port>\d{1,5})")
_LOG: Final = Path(__file__).with_name("quiet.properties")
_OPTIONS: Final = {
    "spark.app.name": "toolbox analytics report",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG.as_uri()} -Duser.timezone=UTC",
}
_ALONE: Final = {
    "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "4",
}  # fmt: skip
_TELLING: Final = re.compile(
    r"(?:ERROR|FATAL|Error:|Exception in|Caused by:) (.+)|(?:.*line \d+: )?(.*java: .+|JAVA_HOME .+)"
)
_CLASS: Final = re.compile(r"^[:\s]*(?:[\w$]+\.)+[\w$]+(?:Exception|Error|Fault): ")


def check_cluster(master: str) -> None:
    """See that Spark is installed, and that something listens where a cluster of it is said to be.

    Args:
        master: address of a cluster; of its masters, by comma, where it has several.

    Raises:
        MissingExtraError: the extra `engines` is not installed.
        UsageError: it is no address.
        UnreachableError: nothing listens there.
    """
    _installed()
    if not master.startswith(_STANDALONE):
        return
    places = [_ADDRESS.fullmatch(part) for part in master.removeprefix(_STANDALONE).split(",")]
    if not all(places):
        raise UsageError(f"{master} is no address of Spark.", remedy="Write it as spark://HOST:PORT; masters use 7077.")
    reasons = [_silence(place["host"].strip("[]"), int(place["port"])) for place in places if place]
    if all(reasons):
        raise UnreachableError(
            f"No Spark answers at {master}: {reasons[0]}.",
            remedy="Check --engine, and that the cluster's master runs. On this machine alone: --engine spark",
        )


@contextmanager
def session_at(master: str) -> Iterator[Any]:
    """Give a session of Spark, and stop it afterwards, process and all.

    Raises:
        MissingExtraError: the extra `engines` is not installed.
        UnreachableError: Java or Spark does not start, or the cluster does not answer, gives no worker, or breaks off.
    """
    _installed()
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkRuntimeError

    with TemporaryFile() as log:
        try:
            yield _started(master, log)
        except PySparkRuntimeError as error:
            if error.getCondition() != "JAVA_GATEWAY_EXITED":
                raise
            raise UnreachableError(
                f"Spark did not start: {_told(log) or 'its process ended at once'}.",
                remedy="It needs Java 17 or newer: install it, or set JAVA_HOME. Without: --engine duckdb",
            ) from error
        except Py4JError as error:
            raise UnreachableError(
                f"Spark at {master} broke off: {_told(log) or _reason(error)}.",
                remedy="Its workers must be up, and see the files under the same paths. Without: --engine duckdb",
            ) from error
        finally:
            _end()


def collected(session: Any, sql: str) -> list[dict[str, Any]]:
    """Give the rows of a query."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # PySpark leaves the socket of each answer to be found
        return [row.asDict() for row in session.sql(sql).collect()]


def _installed() -> None:
    try:
        import ibis  # type: ignore[import-untyped]
        import pyspark  # noqa: F401

        _ = ibis.pyspark  # what its compiler looks up is set when it is first spoken of
    except (ImportError, AttributeError):
        raise MissingExtraError("PySpark", "engines", otherwise="Take --engine duckdb") from None


def _silence(host: str, port: int) -> str | None:
    """Say why nobody answers at an address; None where somebody does."""
    try:
        socket.create_connection((host, port), timeout=CONNECT_TIMEOUT_S).close()
    except TimeoutError:
        return f"{host} did not answer within {CONNECT_TIMEOUT_S:g} s"
    except socket.gaierror:
        return f"the host's name {host} is not known"
    except (OSError, OverflowError) as error:
        return f"nothing listens at port {port} ({getattr(error, 'strerror', None) or error})"
    return None


def _started(master: str, log: IO[bytes]) -> Any:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    options = {**_OPTIONS, "spark.master": master, **(_ALONE if master.startswith("local") else {})}
    conf = SparkConf().setAll(list(options.items()))
    gateway = launch_gateway(conf, {"stdout": log, "stderr": log})  # type: ignore[no-untyped-call]
    SparkContext._ensure_initialized(gateway=gateway)
    builder = SparkSession.builder
    for name, value in options.items():
        builder = builder.config(name, value)
    with _in_time(gateway.proc, master):
        session = builder.getOrCreate()
        collected(session, "SELECT count(*) AS n FROM range(2)")  # by a worker, if there is one
    return session


@contextmanager
def _in_time(process: Popen[bytes], master: str) -> Iterator[None]:
    """End Spark where a cluster lets it wait: what is none answers nothing, and one without free workers no more."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(START_TIMEOUT_S, give_up)
    timer.start()
    try:
        yield
    except Exception as error:
        if not late.is_set():
            raise
        raise UnreachableError(
            f"Spark at {master} did nothing within {START_TIMEOUT_S:g} s.",
            remedy="See in its master's page whether workers are up and free. Without: --engine duckdb",
        ) from error
    finally:
        timer.cancel()


def _end() -> None:
    """Stop Spark, and the process of Java that speaks for it, in whatever state they are."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway = SparkContext._gateway
    if gateway is None:
        return
    with suppress(Exception):  # it may have stopped before, or its process be gone
        if begun := SparkSession.getActiveSession() or SparkContext._active_spark_context:
            begun.stop()
    with suppress(Exception):
        gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=60)
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = None


def _told(log: IO[bytes]) -> str:
    """Give the last thing that Java complained of."""
    log.seek(0)
    found = [match for line in log.read().decode(errors="replace").splitlines() if (match := _TELLING.match(line))]
    return (found[-1][1] or found[-1][2]).strip().rstrip(".!") if found else ""


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = next((line for line in lines if _CLASS.match(line)), lines[0] if lines else type(error).__name__)
    return _CLASS.sub("", telling).rstrip(".")
