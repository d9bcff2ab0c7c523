"""M530 to M539: packages of SCORM."""

from typing import Final

from toolbox_cli.content.faults.fault import WARNING, Example, Fault


def _package(version: str = "1.2", default: str = "tree") -> tuple[Example, ...]:
    manifest = f"""<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
  <organizations default="{default}">
    <organization identifier="tree"><item identifier="door" identifierref="page"/></organization>
  </organizations>
  <resources><resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="door.html"/></resources>
</manifest>
"""
    return (Example({"imsmanifest.xml": manifest, "door.html": "<p>Knock first.</p>\n"}, "foreign"),)


FAULTS: Final = (
    Fault(
        "M531",
        "An unknown version of SCORM",
        "Packages of SCORM 1.2 and 2004 are known; another one is read as if it were one of them.",
        "Look at what came of it, or export the package as SCORM 1.2 or 2004.",
        _package(version="3.0"),
        WARNING,
    ),
    Fault(
        "M532",
        "The order that is the default is not in the manifest",
        "A package may have several orders of its content, and says which is meant; the first one is taken.",
        "Correct the attribute default of organizations, or export the package again.",
        _package(default="trees"),
        WARNING,
    ),
)
