"""M3xx: what modules say of each other, and of what they stand beside."""

from typing import Final

from toolbox_cli.content.faults.fault import WARNING, Example, Fault, one_file


def _module(slug: str, more: str = "") -> str:
    return f"slug: {slug}\ntitle: A module\n{more}sections:\n  - {{key: door, type: text, content: Knock first.}}\n"


FAULTS: Final = (
    Fault(
        "M301",
        "Two files have one slug",
        "The slug names the module: one of the two would overwrite the other.",
        "Give one of them another slug, or import them apart.",
        (Example({"door.yaml": _module("lab-safety"), "window.yaml": _module("lab-safety")}),),
    ),
    Fault(
        "M302",
        "A prerequisite is unknown",
        "Neither the files nor the database have the module: nobody could ever begin this one.",
        "Correct the slug, or import that module too.",
        (Example({"door.yaml": _module("door", "prerequisites: [lab-safty]\n"), "lab.yaml": _module("lab-safety")}),),
    ),
    Fault(
        "M303",
        "Modules wait for each other in a circle",
        "Each has to be finished before the next, and the first before itself: nobody can begin with any of them.",
        "Take one of them out of the prerequisites of the next.",
        (
            Example(
                {
                    "door.yaml": _module("door", "prerequisites: [window]\n"),
                    "window.yaml": _module("window", "prerequisites: [door]\n"),
                }
            ),
        ),
    ),
    Fault(
        "M304",
        "The module names itself",
        "It would have to be finished before it is begun, or leads back to where the reader is.",
        "Take it out of the list.",
        (Example({"door.yaml": _module("door", "prerequisites: [door]\n")}, also=frozenset({"M303"})),),
    ),
    Fault(
        "M305",
        "A related module is unknown",
        "Neither the files nor the database have the module: the link would lead nowhere.",
        "Correct the slug, or import that module too.",
        (Example({"door.yaml": _module("door", "related_modules: [windows]\n")}),),
    ),
    Fault(
        "M306",
        "The tag is not in the list",
        "The folder has a tags.yaml with the tags that there are, so that the same matter has one word.",
        "Take a tag of the list, or add it to tags.yaml.",
        (Example({"door.yaml": _module("door", "tags: [safty]\n"), "tags.yaml": "tags: [safety, lab]\n"}),),
    ),
    Fault(
        "M307",
        "The author or the university is unknown",
        "created_by_id is the key of a member of faculty and university_id that of a university, as the database has "
        "them.",
        "Correct the key, or leave the field out.",
        (Example({"door.yaml": _module("door", "university_id: nowhere\n")}),),
    ),
    Fault(
        "M308",
        "A file that the module names is not there",
        "A relative address, of a video, image, caption, asset or in a text, is that of a file in the folder of the "
        "module's file or below it; there is none.",
        "Put the file there, correct the address, or name it with https:// where it is elsewhere.",
        one_file("""
slug: lab-safety
title: Lab safety
sections:
  - {key: door, type: video, media_url: media/door.mp4}
"""),
        WARNING,
    ),
    Fault(
        "M309",
        "A word stands twice in a list",
        "The second one says nothing, and may have been meant otherwise.",
        "Take one away, or write what was meant.",
        (Example({"door.yaml": _module("door", "tags: [lab, lab]\n")}),),
    ),
)
