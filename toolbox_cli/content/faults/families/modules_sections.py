"""M2xx: sections of a module."""

from typing import Final

from toolbox_cli.content.faults.fault import WARNING, Fault, one_file

_HEAD: Final = "slug: lab-safety\ntitle: Lab safety\nmodule_type: mixed\nsections:\n"

FAULTS: Final = (
    Fault(
        "M201",
        "A field of the section is missing",
        "Every section has a key and a type, and most types need their section_config with its own fields.",
        "Add the field.",
        one_file(f"{_HEAD}  - {{key: door, type: checklist, section_config: {{}}}}\n"),
    ),
    Fault(
        "M202",
        "The section has no such field",
        "An unknown key is most often a slip of the pen; and each type of section knows other settings.",
        "Correct the key; toolbox modules schema lists those of each type.",
        one_file(f"{_HEAD}  - {{key: door, type: text, content: Knock first., durationseconds: 60}}\n"),
    ),
    Fault(
        "M203",
        "The field of the section has another kind of value",
        "Text, numbers, lists and mappings are not turned into each other.",
        "Write a value of the kind that is named.",
        one_file(f"{_HEAD}  - {{key: door, type: text, content: Knock first., duration_seconds: a minute}}\n"),
    ),
    Fault(
        "M204",
        "The section's value is none of the list",
        "The type of a section, of what completes it, or of a question is none that there is.",
        "Take one of the words that are named.",
        one_file(f"{_HEAD}  - {{key: door, type: vidoe, media_url: door.mp4}}\n"),
    ),
    Fault(
        "M205",
        "The section's value is not written as it has to be",
        "It is too long, too large or too small, or has another shape.",
        "Write it as the message says.",
        one_file(f"{_HEAD}  - {{key: The door, type: text, content: Knock first.}}\n"),
    ),
    Fault(
        "M206",
        "Two sections have one key",
        "The key tells a section from the others for good: progress of students stays with it, wherever it moves.",
        "Give one of them another key; keep that of the section that students know already.",
        one_file(
            f"{_HEAD}  - {{key: door, type: text, content: Knock first.}}\n"
            "  - {key: door, type: text, content: Come in.}\n"
        ),
    ),
    Fault(
        "M207",
        "The video or image has no address",
        "The section is shown with its text alone until it has one.",
        "Add media_url.",
        one_file(f"{_HEAD}  - {{key: door, type: video, content: How to knock.}}\n"),
        WARNING,
    ),
    Fault(
        "M208",
        "The image has no alternative text",
        "Who can't see the image learns nothing from it.",
        "Add section_config: {alternative_text: ...}.",
        one_file(f"{_HEAD}  - {{key: door, type: image, media_url: /pictures/door.png}}\n"),
        WARNING,
    ),
    Fault(
        "M209",
        "The section has no text",
        "A section of type text has nothing else to show.",
        "Write its content, or take the section away.",
        one_file(f"{_HEAD}  - {{key: door, type: text}}\n"),
        WARNING,
    ),
    Fault(
        "M210",
        "The question can't be answered right",
        "A choice that counts, an answer or a pair is missing, or two choices are right where one may be.",
        "Mark the right choice with correct: true, or give the answers.",
        one_file(f"""{_HEAD}  - key: door
    type: interactive
    section_config:
      environment_type: quiz
      tasks:
        - kind: single_choice
          prompt: What do you do first?
          choices: [{{text: Knock, correct: false}}, {{text: Shout, correct: false}}]
"""),
    ),
    Fault(
        "M211",
        "The file with the section's content can't be read",
        "It is not there, not UTF-8, outside the module's folder, or content stands beside it.",
        "Name a file beside the module's, or below its folder.",
        one_file(f"{_HEAD}  - {{key: door, type: text, content_file: ../door.md}}\n", also="M209"),
    ),
    Fault(
        "M212",
        "The section's key depends on its place",
        "The heading has no key, and its title gives none: it has no letter of the Latin alphabet and no digit, or an "
        "earlier section has the same. When sections come before it or go, progress of students ends up elsewhere.",
        "Write a key of its own behind the heading, such as {#door}.",
        one_file(
            """
---
slug: lab-safety
title: Lab safety
---

## Summary

Knock first.

## Summary

Knock once more.
""",
            "module.md",
        ),
        WARNING,
    ),
)
