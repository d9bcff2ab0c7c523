"""What may be removed because it is missing, and what may not."""

from pathlib import Path

import pytest

from tests.lms.sources.oneroster.csv.conftest import KINDS, Deliver, manifest, read, rows
from toolbox_cli.core.archives.limits import Limits
from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.errors import SourceError
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource
from toolbox_cli.lms.sources.records import Role, Standing

ONE = {"sourcedId": "e1", "classSourcedId": "c1", "userSourcedId": "u1", "role": "student"}
CLASS = {"sourcedId": "c1", "title": "Five"}
USER = {"sourcedId": "u1", "role": "student", "username": "ada"}


def test_what_is_absent_is_neither_complete_nor_empty(deliver: Deliver) -> None:
    source = deliver({"enrollments": rows("enrollments", ONE)}, {"users": "absent", "classes": "absent"})
    assert read(source, "enrollments").complete
    assert [read(source, kind).silent for kind in ("users", "courses", "assignments")] == [True, True, True]


def test_an_absent_file_that_is_there_is_not_read(deliver: Deliver) -> None:
    source = deliver({"enrollments": rows("enrollments", ONE)}, {"enrollments": "absent"})
    found = read(source, "enrollments")
    assert (found.records, found.complete, found.codes) == ([], False, ["lms-file-unread"])


@pytest.mark.parametrize("mode", ["bulk", "delta"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_the_manifest_promises_is_missed(deliver: Deliver, kind: str, mode: str) -> None:
    files = {"courses": "classes", "assignments": "lineItems"}
    found = read(deliver({}, {files.get(kind, kind): mode}), kind)
    assert found.broken is not None
    assert found.broken.code == "lms-file-missing"


def test_without_a_manifest_nothing_is_complete(deliver: Deliver) -> None:
    source = deliver({"enrollments": rows("enrollments", ONE), "classes": rows("classes", CLASS)}, told=None)
    found = read(source, "enrollments")
    assert (len(found.records), found.complete, found.broken) == (1, False, None)
    assert "lms-no-manifest" in read(source, "courses").codes
    assert any("manifest.csv is not there" in note for note in source.test().notes)


@pytest.mark.parametrize("word", ["", "full", "BULK,delta"])
def test_a_word_that_says_nothing_makes_nothing_complete(deliver: Deliver, word: str) -> None:
    files = {"classes": rows("classes", CLASS), "enrollments": rows("enrollments", ONE)}
    told = manifest({"classes": "bulk", "enrollments": word.split(",")[0]})
    told += f"file.enrollments,{word.split(',')[1]}\r\n" if "," in word else ""
    source = deliver(files, told=told)
    found = read(source, "enrollments")
    assert (len(found.records), found.complete) == (1, False)
    assert "lms-manifest" in read(source, "courses").codes


def test_the_manifest_s_words_may_be_written_in_any_case(deliver: Deliver) -> None:
    told = '\ufeff"PropertyName";"Value"\n"FILE.Enrollments";" Bulk "\n'
    assert read(deliver({"enrollments": rows("enrollments", ONE)}, told=told), "enrollments").complete


def test_a_header_without_rows_is_complete_and_told(deliver: Deliver) -> None:
    source = deliver({"enrollments": rows("enrollments"), "users": rows("users")}, {"users": "delta"})
    found = read(source, "enrollments")
    assert (found.complete, found.records, found.codes) == (True, [], ["lms-file-without-rows"])
    assert found.faults[0].severity is Severity.WARNING  # an error would break the list, and its guard never see it
    assert read(source, "users").silent  # nothing changed


@pytest.mark.parametrize("content", ["", "\r\n", "\ufeff", " , ,\r\n"])
def test_a_file_without_even_a_header_is_not_empty_but_broken(deliver: Deliver, content: str) -> None:
    found = read(deliver({"enrollments": content}), "enrollments")
    assert found.broken is not None
    assert found.broken.code == "lms-file-empty"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("e2,,,c1,,u2,student\r\n", "lms-row"),
        ("e2,,,c1,,u2,student,,,,too,many\r\n", "lms-row"),
        ("e2,,,,,u2,student,,,\r\n", "lms-no-id"),
        ("e2,,,c1,,  ,student,,,\r\n", "lms-no-id"),
        ('e2,,,"c1"x,,u2,student,,,\r\n', "lms-quotes"),
        ('e2,,,"c1,,u2,student,,,\r\n', "lms-quotes"),
    ],
)
def test_a_row_that_may_be_anybody_s_makes_the_file_incomplete(deliver: Deliver, line: str, code: str) -> None:
    more = ONE | {"sourcedId": "e3"}
    text = rows("enrollments", ONE, ONE) + line
    found = read(deliver({"enrollments": text}), "enrollments")
    assert (found.codes, found.complete, len(found.records)) == ([code], False, 2)
    assert found.faults[0].place == "enrollments.csv:4"
    assert found.broken is not None
    assert found.broken.code == "lms-incomplete"
    if "\r\n" in line and '"c1,' not in line:
        text += rows("enrollments", more).partition("\r\n")[2]
        assert [one.id for one in read(deliver({"enrollments": text}), "enrollments").records] == ["e1", "e1", "e3"]


def test_lines_of_nothing_are_nothing(deliver: Deliver) -> None:
    text = (
        rows("enrollments", ONE)
        + "\r\n"
        + "," * 9
        + "\r\n"
        + rows("enrollments", ONE).partition("\r\n")[2].replace("\r\n", ",,\r\n")
    )
    found = read(deliver({"enrollments": text}), "enrollments")
    assert (found.codes, found.complete, len(found.records)) == ([], True, 2)


def test_a_delta_gives_tombstones_and_is_never_complete(deliver: Deliver) -> None:
    gone = ONE | {"sourcedId": "e2", "status": "ToBeDeleted"}
    text = rows("enrollments", ONE | {"status": "active"}, gone, ONE | {"sourcedId": "e3", "status": "inactive"})
    found = read(deliver({"enrollments": text}, {"enrollments": "delta"}), "enrollments")
    assert [(one.id, one.removed, one.standing) for one in found.records] == [
        ("e1", False, None),
        ("e2", True, None),
        ("e3", False, Standing.INACTIVE),
    ]
    assert (found.complete, found.broken, found.codes) == (False, None, [])


@pytest.mark.parametrize("status", ["", "deleted"])
def test_a_delta_s_row_without_a_status_is_left_out(deliver: Deliver, status: str) -> None:
    files = {
        "enrollments": rows("enrollments", ONE | {"status": status}, ONE | {"sourcedId": "e2", "status": "active"}),
        "users": rows("users", USER | {"status": status}),
        "classes": rows("classes", CLASS | {"status": status}),
        "lineItems": rows("lineItems", {"sourcedId": "i", "title": "T", "classSourcedId": "c", "status": status}),
    }
    source = deliver(files, dict.fromkeys(files, "delta"))
    found = read(source, "enrollments")
    assert [one.id for one in found.records] == ["e2"]
    assert [(fault.code, fault.id, fault.place) for fault in found.faults] == [
        ("lms-status", "e1", "enrollments.csv:2")
    ]
    for kind in ("courses", "users", "assignments"):
        told = read(source, kind)
        assert (told.records, told.codes) == ([], ["lms-status"])


def test_a_delta_without_the_column_is_broken(deliver: Deliver) -> None:
    text = "sourcedId,classSourcedId,userSourcedId,role\r\ne1,c1,u1,student\r\n"
    assert read(deliver({"enrollments": text}, {"enrollments": "delta"}), "enrollments").broken is not None
    assert read(deliver({"enrollments": text}), "enrollments").complete


def test_a_bulk_file_that_removes_is_taken_at_its_word(deliver: Deliver) -> None:
    files = {"users": rows("users", USER | {"status": "tobedeleted"}, USER | {"sourcedId": "u2", "status": "inactive"})}
    found = read(deliver(files), "users")
    assert [(user.removed, user.enabled) for user in found.records] == [(True, True), (False, False)]


def test_a_removal_needs_no_role(deliver: Deliver) -> None:
    gone = {"sourcedId": "u9", "status": "tobedeleted"}
    found = read(deliver({"users": rows("users", gone)}, {"users": "delta"}), "users")
    assert [(user.id, user.removed, user.role) for user in found.records] == [("u9", True, None)]


@pytest.mark.parametrize(
    "data", [b"PK no zip", b"", b"PK\x05\x06" + bytes(18)], ids=["no zip", "nothing", "an empty zip"]
)
def test_a_delivery_that_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "sent.zip"
    path.write_bytes(data)
    source = CsvSource(path)
    if data.startswith(b"PK\x05"):
        assert all(read(source, kind).silent for kind in KINDS)
        source.close()
    else:
        with pytest.raises(SourceError):
            list(source.courses())


def test_what_an_archive_is_refused_for_reaches_the_operator(deliver: Deliver) -> None:
    source = deliver({"enrollments": rows("enrollments", *[ONE] * 100)}, limits=Limits(entry_bytes=500))
    with pytest.raises(SourceError) as caught:
        list(source.enrollments())
    assert [found.object for found in caught.value.findings] == ["enrollments.csv"]


def test_a_file_that_changes_while_it_is_read_completes_nothing(deliver: Deliver, tmp_path: Path) -> None:
    source = deliver({"enrollments": rows("enrollments", *[ONE] * 20_000)})
    events = source.enrollments()
    next(events)
    with (tmp_path / "0" / "enrollments.csv").open("a") as file:
        file.write("e,,,c,,u,student,,,\r\n")
    with pytest.raises(SourceError, match="changed while it was read"):
        list(events)


def test_pages_are_of_a_size_that_memory_bears(deliver: Deliver) -> None:
    found = read(deliver({"enrollments": rows("enrollments", *[ONE] * 12_345)}), "enrollments")
    sizes = [len(event.records) for event in found.events[:-1]]
    assert (sum(sizes), max(sizes), found.complete) == (12_345, 1_000, True)
    assert {one.role for one in found.records} == {Role.STUDENT}
