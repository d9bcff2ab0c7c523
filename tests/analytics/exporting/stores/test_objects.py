"""Object stores: what is committed is whole, what is not can't be taken for it, and each trouble says what to do."""

import json
import os
import signal
import subprocess
import sys
from typing import Any, Final

import pytest

from tests.analytics.exporting.stores.serving import BUCKET, Served, free_port
from tests.support.commands import ROOT
from toolbox_cli.analytics.exporting.stores import leases
from toolbox_cli.analytics.exporting.stores.objects import ObjectBuild, ObjectStore
from toolbox_cli.analytics.exporting.stores.s3 import filesystem, place_at
from toolbox_cli.core.errors import (
    ConfigurationError,
    LockedError,
    OutputError,
    RefusedError,
    UnreachableError,
    UsageError,
)

TO: Final = f"s3://{BUCKET}/2026"
KEY: Final = "2026/module-events"


def store(served: Served, to: str = TO) -> ObjectStore:
    return ObjectStore(to, "module-events", served.files)


def manifest(generation: int, *paths: str) -> bytes:
    return json.dumps({"generation": generation, "files": [{"path": path} for path in paths]}).encode()


def put(build: ObjectBuild, path: str, content: bytes) -> str:
    with build.create(path) as file:
        file.write(content)
    return path


def first(served: Served) -> None:
    with store(served).build() as build:
        assert build.generation == 1
        january = put(build, "month=2026-01/part-00000-g00001.parquet", b"january")
        february = put(build, "month=2026-02/part-00000-g00001.parquet", b"february")
        build.prepare(manifest(1, january, february))
        build.commit()


FIRST: Final = {
    f"{KEY}/month=2026-01/part-00000-g00001.parquet": b"january",
    f"{KEY}/month=2026-02/part-00000-g00001.parquet": b"february",
    f"{KEY}/_manifest.json": manifest(
        1, "month=2026-01/part-00000-g00001.parquet", "month=2026-02/part-00000-g00001.parquet"
    ),
    f"{KEY}/_SUCCESS": b"",
}


def test_a_first_generation_is_there_with_its_manifest_and_nothing_besides(object_store: Served) -> None:
    assert store(object_store).manifest() is None
    first(object_store)
    assert object_store.held() == FIRST
    assert store(object_store).manifest() == FIRST[f"{KEY}/_manifest.json"]


def test_a_second_generation_keeps_files_and_takes_old_ones_away(object_store: Served) -> None:
    first(object_store)
    with store(object_store).build() as build:
        assert build.generation == 2
        kept = build.keep("month=2026-01/part-00000-g00001.parquet")
        anew = put(build, "month=2026-02/part-00000-g00002.parquet", b"february, longer")
        build.prepare(manifest(2, kept, anew))
        assert {name for name in object_store.held() if "_building" not in name} == FIRST.keys()
        build.commit()
    assert object_store.held() == {
        f"{KEY}/month=2026-01/part-00000-g00001.parquet": b"january",
        f"{KEY}/month=2026-02/part-00000-g00002.parquet": b"february, longer",
        f"{KEY}/_manifest.json": manifest(2, kept, anew),
        f"{KEY}/_SUCCESS": b"",
    }


@pytest.mark.parametrize("far", ["open", "prepared"])
def test_a_run_that_fails_leaves_what_was_there(object_store: Served, far: str) -> None:
    first(object_store)
    with pytest.raises(KeyError), store(object_store).build() as build:  # noqa: PT012  it fails at its end
        file = build.create("month=2026-03/part-00000-g00002.parquet")
        file.write(b"half")
        if far != "open":
            file.close()
        if far == "prepared":
            build.prepare(manifest(2, "month=2026-03/part-00000-g00002.parquet"))
        raise KeyError
    assert object_store.held() == FIRST


def test_a_run_that_fails_while_files_are_exchanged_leaves_what_was_there(object_store: Served) -> None:
    first(object_store)
    with pytest.raises(OutputError), store(object_store).build() as build:  # noqa: PT012  it fails at its end
        anew = put(build, "month=2026-03/part-00000-g00002.parquet", b"march")
        gone = put(build, "month=2026-04/part-00000-g00002.parquet", b"april")
        build.prepare(manifest(2, anew, gone))
        object_store.client.delete_object(Bucket=BUCKET, Key=f"{KEY}/_building/g00002/{gone}")
        build.commit()
    assert object_store.held() == FIRST


CHILD: Final = """
import sys
from toolbox_cli.analytics.exporting.stores.objects import ObjectStore
with ObjectStore(sys.argv[1], "module-events").build() as build:
    with build.create("month=2026-03/part-00000-g00002.parquet") as whole:
        whole.write(b"march")
    cut = build.create("month=2026-04/part-00000-g00002.parquet")
    for _ in range(2):
        cut.write(b"x" * (6 << 20))
    if sys.argv[2] == "exchanging":
        cut.close()
        build._store.drop("_SUCCESS")
        build._store.put("month=2026-03/part-00000-g00002.parquet", b"march")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("far", ["uploading", "exchanging"])
def test_a_run_that_is_killed_leaves_nothing_that_counts_and_the_next_just_works(
    object_store: Served, far: str
) -> None:
    first(object_store)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, TO, far], cwd=ROOT, env={**os.environ, **object_store.environ}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    left = object_store.held()
    assert store(object_store).manifest() == FIRST[f"{KEY}/_manifest.json"]
    if far == "uploading":
        assert {name: held for name, held in left.items() if "_building/" not in name} == FIRST
        assert not any("month=2026-04" in name for name in left)
    else:
        assert f"{KEY}/_SUCCESS" not in left
    with store(object_store).build():
        assert {name: held for name, held in object_store.held().items() if not leases.is_lease(name)} == FIRST
    assert object_store.held() == FIRST


def test_two_runs_do_not_build_at_once(object_store: Served) -> None:
    with store(object_store).build() as build:
        with pytest.raises(LockedError), store(object_store).build():
            pass
        build.prepare(manifest(1))
        build.commit()
    with store(object_store).build():
        pass


def left_by(served: Served, told: dict[str, Any]) -> str:
    name = f"{KEY}/_building/0123456789abcdef.lease"
    served.client.put_object(Bucket=BUCKET, Key=name, Body=json.dumps(told).encode())
    return name


def test_a_lease_of_another_machine_counts_until_nobody_renewed_it(
    object_store: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = left_by(object_store, {"machine": "another", "process": 1})
    with pytest.raises(LockedError) as refused, store(object_store).build():
        pass
    assert "module-events" in refused.value.message
    monkeypatch.setattr(leases, "STALE_S", -1)
    with store(object_store).build():
        assert name not in object_store.held()


def test_a_run_that_lost_its_lease_commits_nothing(object_store: Served) -> None:
    with pytest.raises(LockedError), store(object_store).build() as build:  # noqa: PT012  it fails at its end
        part = put(build, "month=2026-01/part-00000-g00001.parquet", b"january")
        build.prepare(manifest(1, part))
        for name in object_store.held():
            if leases.is_lease(name):
                object_store.client.delete_object(Bucket=BUCKET, Key=name)
        build.commit()
    assert object_store.held() == {}


def test_a_place_of_somebody_else_is_left_alone(object_store: Served) -> None:
    object_store.client.put_object(Bucket=BUCKET, Key=f"{KEY}/thesis.docx", Body=b"words")
    with pytest.raises(OutputError), store(object_store).build():
        pass
    assert object_store.held() == {f"{KEY}/thesis.docx": b"words"}


def test_a_files_upload_must_end_and_be_in_the_manifest_before_it_is_committed(object_store: Served) -> None:
    with store(object_store).build() as build:
        put(build, "month=2026-01/part-00000-g00001.parquet", b"january")
        with pytest.raises(ValueError, match="month=2026-01"):
            build.prepare(manifest(1))


def test_a_bucket_that_is_not_there_is_named(object_store: Served) -> None:
    with pytest.raises(OutputError) as refused, store(object_store, "s3://no-such-bucket/2026").build():
        pass
    assert "no-such-bucket" in refused.value.message
    assert "no bucket" in refused.value.message


def test_credentials_that_are_refused_are_not_shown(web: Any) -> None:
    def refuse(asked: Any) -> Any:
        from tests.support.web import Answer

        text = (
            "<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code><Message>no</Message>"
            f"<StringToSign>{asked.headers.get('authorization')}</StringToSign></Error>"
        )
        return Answer(text, 403, {"content-type": "application/xml"})

    for method in ("GET", "PUT", "POST"):
        web.on(method, "/{bucket}", refuse)
        web.on(method, "/{bucket}/{key}/{more}/{last}", refuse)
    served = Served(web.url)
    with pytest.raises(RefusedError) as refused, store(served).build():
        pass
    told = f"{refused.value.message} {refused.value.remedy}"
    assert "AWS_ACCESS_KEY_ID" in told
    assert served.environ["AWS_ACCESS_KEY_ID"] not in told
    assert served.environ["AWS_SECRET_ACCESS_KEY"] not in told


def test_a_server_that_is_away_is_told_as_such() -> None:
    away = Served(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(UnreachableError) as refused:
        store(away).manifest()
    assert TO in refused.value.message


@pytest.mark.parametrize("address", ["s3://", "s3:///2026", "s3://A_B/x", "s3://bucket/../x", "exports"])
def test_what_is_no_place_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        place_at(address)


def test_keys_within_an_address_are_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        place_at("s3://AKIAIOSFODNN7EXAMPLE:secret@bucket/x")
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    "endpoint", ["127.0.0.1:9000", "ftp://x", "http://ada:secret@x", "http://x/path", "http://x:y"]
)
def test_an_endpoint_that_is_no_address_is_refused_without_repeating_it(endpoint: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        filesystem({}, endpoint)
    assert "secret" not in str(refused.value)
