"""Packages of SCORM as modules: what they launch is kept as it is, what they tell of it is read."""

import codecs
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.packages import PACKAGES, as_folder, as_zip, codes, convert, fate_of, files_of, of
from toolbox_cli.content.modules.converting import Converted, Fate
from toolbox_cli.core.formats.xml_text import parse_xml
from toolbox_cli.modules.foreign.scorm.metadata import seconds_of, told_of

OLD, NEW = PACKAGES / "scorm12", PACKAGES / "scorm2004"
HEAD = '<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
PAGE = '<resource identifier="page" type="webcontent" adlcp:scormType="sco" href="door.html"/>'
DOOR = '<item identifier="door" identifierref="page"><title>The door</title>{}</item>'


@pytest.fixture(scope="module")
def old() -> Converted:
    return convert(OLD)


@pytest.fixture(scope="module")
def new() -> Converted:
    return convert(NEW)


def around(items: str = DOOR.format(""), resources: str = PAGE, more: str = "") -> dict[str, str]:
    """Give a package of one tree."""
    return {
        "door.html": "<p>Knock first.</p>",
        "imsmanifest.xml": f'{HEAD}<organizations><organization identifier="tree"><title>Lab</title>{items}'
        f"</organization></organizations><resources>{resources}</resources>{more}</manifest>",
    }


def test_what_is_told_of_the_package(old: Converted, new: Converted) -> None:
    (module,) = old.modules
    assert {name: module[name] for name in module if name != "sections"} == {
        "slug": "the-lab", "title": "The lab", "description": "How nobody gets hurt.", "tags": ["safety", "lab"],
        "estimated_minutes": 25, "difficulty_level": 2, "module_type": "interactive",
    }  # fmt: skip
    assert (new.modules[0]["estimated_minutes"], new.modules[0]["description"]) == (60, "What is where.")
    assert (old.faults, new.faults) == ((), ())


def test_each_program_is_a_section_that_launches_it(old: Converted, new: Converted) -> None:
    door, bench = old.modules[0]["sections"]
    assert door["section_config"] == {
        "environment_type": "scorm", "launch": "entrance/index.html?part=door", "assets": [{"name": "scorm12"}],
    }  # fmt: skip
    assert door["completion_criteria"] == {"type": "score", "value": 80}
    assert (bench["section_config"]["launch"], bench["duration_seconds"]) == ("bench/the%20bench.html", 750)
    assert old.assets["bench/the%20bench.html"] == "bench/the bench.html"
    hall, quiz = new.modules[0]["sections"]
    assert hall["section_config"]["launch"] == "tour/index.html?from=hall"
    assert quiz["section_config"]["launch"] == "more/quiz.html#start"
    assert [one["completion_criteria"] for one in (hall, quiz)] == [
        {"type": "view", "value": 75}, {"type": "score", "value": 60},
    ]  # fmt: skip


def test_everything_in_the_manifest_is_told_of_once(old: Converted, new: Converted) -> None:
    assert [*old.losses.counts().values()] == [3, 6, 10]
    assert [*new.losses.counts().values()] == [3, 5, 3]
    for made in (old, new):
        assert made.losses.counted == len(made.losses.objects) == len({one.name for one in made.losses.objects})


@pytest.mark.parametrize(
    ("name", "fate", "words"),
    [
        ("item BEFORE", Fate.MERGED, "groups"),
        ("item KEYS", Fate.DROPPED, "hidden from students"),
        ("item MANUAL", Fate.DROPPED, "lies elsewhere"),
        ("item LATER", Fate.DROPPED, "a heading"),
        ("item SHORT-1", Fate.DROPPED, "organization ORG-SHORT"),
        ("organization ORG-SHORT", Fate.DROPPED, "another order"),
        ("resource RES-SHARED", Fate.MERGED, "kept whole"),
        ("resource RES-OLD", Fate.DROPPED, "nothing that was kept"),
        ("prerequisites of item BENCH", Fate.DROPPED, "what comes before which"),
        ("datafromlms of item DOOR", Fate.DROPPED, "other platform"),
        ("maxtimeallowed of item BENCH", Fate.DROPPED, "no time limit"),
        ("masteryscore of item DOOR", Fate.MERGED, "completes"),
        ("all files of the package", Fate.MERGED, "kept whole"),
    ],
)
def test_what_is_lost_has_its_reason(old: Converted, name: str, fate: Fate, words: str) -> None:
    found = fate_of(old, name)
    assert (found.fate, words in f"{found.reason} {found.other}") == (fate, True)


@pytest.mark.parametrize("base", ["", "export/", "a/b/"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_same_package_zipped(old: Converted, tmp_path: Path, base: str, encoding: str) -> None:
    files = {base + name: content for name, content in files_of(OLD).items()}
    text = files[f"{base}imsmanifest.xml"].decode().replace('encoding="UTF-8"', "")
    files[f"{base}imsmanifest.xml"] = text.encode(encoding)
    file = as_zip(tmp_path / "lab.zip", files)
    made = convert(file)
    assert made.losses == old.losses
    asset = {
        "name": "lab.zip", "media_type": "application/zip", "size_bytes": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }  # fmt: skip
    for one, other in zip(made.modules[0]["sections"], old.modules[0]["sections"], strict=True):
        config = {**other["section_config"], "assets": [asset]}
        assert one == {**other, "section_config": config}


def test_a_manifest_one_folder_down_beside_other_files(tmp_path: Path) -> None:
    files = {f"course/{name}": text for name, text in around().items()} | {"README.txt": ""}
    made = convert(as_zip(tmp_path / "lab.zip", files))
    assert of(made, "item door")["section_config"]["launch"] == "door.html"
    assert made.assets == {"door.html": "course/door.html"}


def test_bases_are_joined(tmp_path: Path) -> None:
    files = around()
    files["imsmanifest.xml"] = (
        files["imsmanifest.xml"].replace("<manifest ", '<manifest xml:base="a/" ')
        .replace("<resources>", '<resources xml:base="b/">').replace("<resource ", '<resource xml:base="c/" ')
    )  # fmt: skip
    files["a/b/c/door.html"] = files.pop("door.html")
    assert of(convert(as_folder(tmp_path, files)), "item door")["section_config"]["launch"] == "a/b/c/door.html"


def test_a_package_whose_items_are_all_hidden_is_kept(tmp_path: Path) -> None:
    made = convert(as_folder(tmp_path, around(DOOR.format("").replace("<item ", '<item isvisible="false" '))))
    assert "hidden" in str(fate_of(made, "item door").reason)
    assert of(made, "item door")["title"] == "The door"


@pytest.mark.parametrize(
    ("rule", "criteria"),
    [
        ("<adlcp:masteryscore>80</adlcp:masteryscore>", {"type": "score", "value": 80}),
        ("<adlcp:masteryscore>0</adlcp:masteryscore>", None),
        ("<adlcp:masteryscore>much</adlcp:masteryscore>", None),
        ("<adlcp:masteryscore>1e400</adlcp:masteryscore>", None),
        ("<adlcp:completionThreshold>0.5</adlcp:completionThreshold>", {"type": "view", "value": 50}),
        ('<adlcp:completionThreshold minProgressMeasure="0.5"/>', None),
        ('<adlcp:completionThreshold completedByMeasure="true"/>', {"type": "view", "value": 100}),
        ("<imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure='true'/></imsss:objectives>"
         "</imsss:sequencing>", {"type": "score", "value": 100}),
        ("<imsss:sequencing><imsss:objectives><imsss:primaryObjective/></imsss:objectives></imsss:sequencing>", None),
        ("<adlcp:completionThreshold>1</adlcp:completionThreshold><adlcp:masteryscore>9</adlcp:masteryscore>",
         {"type": "score", "value": 9}),
        ("<adlcp:timeLimitAction>exit,message</adlcp:timeLimitAction><adlcp:data/>", None),
    ],
)  # fmt: skip
def test_what_completes_a_section(tmp_path: Path, rule: str, criteria: object) -> None:
    made = convert(as_folder(tmp_path, around(DOOR.format(rule))))
    assert of(made, "item door").get("completion_criteria") == criteria


@pytest.mark.parametrize(
    ("resources", "reason", "found"),
    [
        ("", "not in the manifest", ["M501", "M503"]),
        (PAGE.replace("door.html", "window.html"), "is missing", ["M501", "M503"]),
        (PAGE.replace("door.html", "../../door.html"), "is missing", ["M501", "M503"]),
        (PAGE.replace("door.html", "/door.html"), "is missing", ["M501", "M503"]),
        (PAGE.replace("door.html", "javascript:steal()"), "elsewhere", ["M503"]),
        (PAGE.replace("door.html", "//evil.example/"), "elsewhere", ["M503"]),
        (PAGE.replace("<resource ", '<resource xml:base="https://evil.example/" '), "elsewhere", ["M503"]),
        (PAGE.replace(' href="door.html"', ""), "no file to launch", ["M503"]),
        (PAGE.replace("door.html", "door.html?" + "a" * 500), "too long", ["M503"]),
    ],
)
def test_what_cant_be_launched(tmp_path: Path, resources: str, reason: str, found: list[str]) -> None:
    made = convert(as_folder(tmp_path, around(resources=resources)))
    assert reason in str(fate_of(made, "item door").reason)
    assert [code for code, _, _ in codes(made.faults)] == found


def test_manifests_within_and_names_that_stand_twice(tmp_path: Path) -> None:
    inside = (
        '<manifest identifier="inner"><organizations><organization><item/></organization></organizations></manifest>'
    )
    made = convert(as_folder(tmp_path, around(DOOR.format("") * 2, PAGE * 2, inside)))
    assert fate_of(made, "manifest inner").fate is Fate.DROPPED
    assert [one["key"] for one in made.modules[0]["sections"]] == ["door", "door-2"]
    assert made.losses.counted == 1 + 2 + 2 + 1 + 1


def test_rules_for_several_items_count_for_each_that_refers_to_them(tmp_path: Path) -> None:
    rules = (
        "<imsss:sequencingCollection><imsss:sequencing ID='all'><imsss:objectives><imsss:primaryObjective "
        "satisfiedByMeasure='true'><imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective>"
        "</imsss:objectives></imsss:sequencing></imsss:sequencingCollection>"
    )
    made = convert(as_folder(tmp_path, around(DOOR.format("<imsss:sequencing IDRef='all'/>"), more=rules)))
    assert of(made, "item door")["completion_criteria"] == {"type": "score", "value": 70}
    assert fate_of(made, "sequencing of item door").fate is Fate.MERGED


def test_an_item_that_leads_to_a_package_within(tmp_path: Path) -> None:
    items = DOOR.format("") + '<item identifier="more" identifierref="inner"/>'
    made = convert(as_folder(tmp_path, around(items, more='<manifest identifier="inner"><resources/></manifest>')))
    assert fate_of(made, "item more").reason == "it leads to a package within the package"
    assert made.faults == ()


def test_resources_that_need_each_other_in_a_circle(tmp_path: Path) -> None:
    need = PAGE.replace("/>", '><dependency identifierref="more"/></resource>')
    more = '<resource identifier="more"><dependency identifierref="page"/><dependency identifierref="gone"/></resource>'
    made = convert(as_folder(tmp_path, around(resources=need + more)))
    assert fate_of(made, "resource more").into == "lab#door"


@pytest.mark.parametrize(
    ("manifest", "found"),
    [
        (b"<manifest", [("M502", 1), ("M503", None)]),
        (b"<course/>", [("M503", None), ("M503", None)]),
        (b"<manifest/>", [("M503", None)]),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><manifest>&b;</manifest>',
         [("M502", None), ("M503", None)]),
        (codecs.BOM_UTF8 + b"<manifest>\n" + b"<item>" * 400, [("M502", 2), ("M503", None)]),
    ],
)  # fmt: skip
def test_what_is_broken_is_told(tmp_path: Path, manifest: bytes, found: list[tuple[str, int | None]]) -> None:
    made = convert(as_folder(tmp_path, {"imsmanifest.xml": manifest}), "scorm")
    assert [(code, line) for code, _, line in codes(made.faults)] == found
    assert made.modules == ()


def test_nothing_to_read(tmp_path: Path) -> None:
    made = convert(as_folder(tmp_path, {"readme.txt": ""}), "scorm")
    assert [code for code, _, _ in codes(made.faults)] == ["M503"]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("PT30M", 1800), ("P1DT1H1M1.5S", 90_061), ("00:10:05", 605), ("0000:00:30.00", 30), ("half an hour", 0),
        ("P9999DT99999H", 9999 * 86_400 + 99_999 * 3600), ("", 0), ("P", 0),
    ],
)  # fmt: skip
def test_times(told: str, seconds: int) -> None:
    time = f"<typicalLearningTime><duration>{told}</duration></typicalLearningTime>"
    assert seconds_of(parse_xml(f"<m><lom><educational>{time}</educational></lom></m>".encode())) == seconds


def test_metadata_may_be_hostile() -> None:
    lom = (
        "<m><lom><general><title><string/><string>Zwei</string></title><keyword><string>a  b, , A B</string></keyword>"
        "<description>&lt;script>steal()&lt;/script>&lt;img src=https://t.example/a.gif>Hello &amp;lt;b></description>"
        "</general><educational><difficulty><value>huge</value></difficulty></educational></lom></m>"
    )
    assert told_of(parse_xml(lom.encode())) == {"title": "Zwei", "tags": ["a b"], "description": "Hello <b>"}


NAMES = st.sampled_from(["", "a", "b", "page", "../e", "é", "a b"])
RULES = st.sampled_from([
    "", "<adlcp:masteryscore>50</adlcp:masteryscore>", "<imsss:sequencing/>", "<adlcp:data/><adlcp:prerequisites/>",
    "<metadata><lom><relation><resource/></relation></lom></metadata>", "<sequencingCollection/>", "<manifest/>",
])  # fmt: skip
ITEMS = st.recursive(
    st.builds("<item identifier='{0}' identifierref='{1}'>{2}</item>".format, NAMES, NAMES, RULES),
    lambda below: st.builds(
        lambda key, seen, rule, inside: f"<item identifier='{key}' isvisible='{seen}'>{rule}{''.join(inside)}</item>",
        NAMES, st.sampled_from(["true", "false"]), RULES, st.lists(below, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip
RESOURCES = st.builds(
    "<resource identifier='{0}' href='{1}' xml:base='{2}'><dependency identifierref='{0}'/></resource>".format,
    NAMES, st.sampled_from(["door.html", "", "http://t.example", "../door.html", "?", "door.html?a#b"]),
    st.sampled_from(["", "x/", "//t.example/"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEMS, max_size=4), resources=st.lists(RESOURCES, max_size=4), more=RULES)
def test_whatever_the_manifest_everything_is_told_of_once(
    tmp_path_factory: pytest.TempPathFactory, items: list[str], resources: list[str], more: str
) -> None:
    files = around("".join(items), PAGE + "".join(resources), more)
    convert(as_folder(tmp_path_factory.mktemp("package"), files), "scorm")
