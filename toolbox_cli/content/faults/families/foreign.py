"""M5xx: forms of other systems; M500 to M509 all of them, M510 to M519 OLX, M520 to M529 Common Cartridge."""

from typing import Final

from toolbox_cli.content.faults.fault import WARNING, Example, Fault

_HTML: Final = '<html url_name="door"><p>Knock first.</p></html>'


def _course(inside: str) -> str:
    return f"""<course org="Lab" course="L1" url_name="2030" display_name="The lab">
  <chapter url_name="safety" display_name="Safety">
    <sequential url_name="first">
      <vertical url_name="door">{inside}</vertical>
    </sequential>
  </chapter>
</course>
"""


FAULTS: Final = (
    Fault(
        "M501",
        "The package lacks a file that it names",
        "What should have come of the file is left out; the rest is imported.",
        "Export the package again, or put the file where it is named.",
        (Example({"course.xml": _course(f'{_HTML}<problem url_name="quiz"/>')}, "foreign"),),
        WARNING,
    ),
    Fault(
        "M502",
        "A file of the package can't be read",
        "It is not the XML or JSON that it should be, is too large, or its XML brings declarations of its own, which "
        "can name files of this computer.",
        "Correct the file at the line that is named, or export the package again.",
        (
            Example({"course.xml": '<course org="Lab" course="L1">\n  <chapter>\n</course>\n'}, "foreign",
                    frozenset({"M503"})),
            Example({
                "course.xml": '<!DOCTYPE course [<!ENTITY all SYSTEM "file:///etc/passwd">]>\n'
                              '<course org="Lab" course="L1">&all;</course>\n',
            }, "foreign", frozenset({"M503"})),
        ),
    ),
    Fault(
        "M503",
        "No module comes of the package",
        "It is of another form than it seemed, or holds nothing that can be kept; the loss report says why of each.",
        "Look at what was dropped, and for what reason; name the form with --from if it was taken for another.",
        (Example({"course.xml": _course('<discussion url_name="talk" discussion_id="1"/>')}, "foreign"),),
    ),
    Fault(
        "M511",
        "There are several courses in the folder",
        "One is imported at a time: the others are left out.",
        "Name the folder of the course that is meant.",
        (
            Example({
                "spring/course.xml": _course(_HTML), "autumn/course.xml": _course(_HTML),
            }, "foreign"),
        ),
        WARNING,
    ),
    Fault(
        "M521",
        "The cartridge is of another version",
        "Versions 1.0 to 1.4 are known; what is new in another one may be lost without being told.",
        "Export the cartridge as version 1.1 to 1.3, or look closely at what comes of it.",
        (
            Example({
                "imsmanifest.xml": """<manifest identifier="lab" xmlns="http://www.imsglobal.org/xsd/imsccv2p0/imscp_v1p1">
  <metadata><schema>IMS Common Cartridge</schema><schemaversion>2.0.0</schemaversion></metadata>
  <organizations/>
  <resources>
    <resource identifier="door" type="webcontent" href="door.html"><file href="door.html"/></resource>
  </resources>
</manifest>
""",
                "door.html": "<p>Knock first.</p>\n",
            }, "foreign"),
        ),
        WARNING,
    ),
)  # fmt: skip
