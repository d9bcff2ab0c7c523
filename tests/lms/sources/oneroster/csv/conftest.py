from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import ROOT
from toolbox_cli.lms.sources.oneroster.csv.source import CsvSource
from toolbox_cli.lms.sources.records import Broken, Complete, Event, Fault, Page, Record

DISTRICT = ROOT / "fixtures" / "lms" / "district"
KINDS = ("courses", "users", "enrollments", "assignments")
FILES = {"courses": "classes", "users": "users", "enrollments": "enrollments", "assignments": "lineItems"}

HEADERS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,"
    "subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate",
    "categories": "sourcedId,status,dateLastModified,title",
    "lineItems": "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,"
    "categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax",
}
USERS_1P2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns"
)


@dataclass
class Told:
    """Everything that a source said of one kind."""

    records: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    complete: bool = False
    broken: Fault | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [fault.code for fault in self.faults]

    @property
    def silent(self) -> bool:
        return not self.events


def gather(events: Iterable[Event]) -> Told:
    told = Told()
    for event in events:
        assert not told.complete, "something came after the end of the scope"
        assert told.broken is None, "something came after the scope was given up"
        told.events.append(event)
        if isinstance(event, Page):
            told.records += event.records
            told.faults += event.faults
        elif isinstance(event, Broken):
            told.broken = event.fault
        else:
            assert isinstance(event, Complete)
            told.complete = True
    return told


def read(source: CsvSource, kind: str) -> Told:
    told = gather(getattr(source, kind)())
    assert told.records == [record for record in told.records if isinstance(record, Record)]
    return told


Deliver = Callable[..., CsvSource]


def rows(file: str, *given: Mapping[str, str], header: str | None = None) -> str:
    """Write a file's text: its header, and each row's named fields."""
    columns = (header or HEADERS[file]).split(",")
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in given)]
    assert all(name in columns for row in given for name in row)
    return "".join(f"{line}\r\n" for line in lines)


def manifest(modes: Mapping[str, str], version: str = "1.1") -> str:
    told = {"manifest.version": "1.0", "oneroster.version": version}
    told |= {f"file.{name}": mode for name, mode in modes.items()}
    return "propertyName,value\r\n" + "".join(f"{name},{value}\r\n" for name, value in told.items())


@pytest.fixture
def deliver(tmp_path: Path) -> Iterator[Deliver]:
    """Puts files in a folder, each bulk unless said otherwise, and gives the source over them."""
    sources: list[CsvSource] = []

    def make(
        files: Mapping[str, str | bytes],
        modes: Mapping[str, str] | None = None,
        *,
        version: str = "1.1",
        told: str | None = "as it is",
        **more: Any,
    ) -> CsvSource:
        folder = tmp_path / str(len(sources))
        folder.mkdir()
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / f"{name}.csv").write_bytes(data)
        if told is not None:
            text = manifest(dict.fromkeys(files, "bulk") | dict(modes or {}), version) if told == "as it is" else told
            (folder / "manifest.csv").write_bytes(text.encode())
        sources.append(CsvSource(folder, **more))
        return sources[-1]

    yield make
    for source in sources:
        source.close()
