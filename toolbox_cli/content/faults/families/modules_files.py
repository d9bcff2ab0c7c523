"""M0xx: files that can't be read as modules."""

from typing import Final

from toolbox_cli.content.faults.fault import Example, Fault, one_file

FAULTS: Final = (
    Fault(
        "M001",
        "The file can't be read",
        "It is not UTF-8, not YAML or JSON, too large, nested too deep, or a list of aliases grows without end.",
        "Correct the file at the place that is named; an editor that knows YAML shows it too.",
        one_file("slug: lab-safety\ntitle: 'Lab safety\nsections: []\n"),
    ),
    Fault(
        "M002",
        "A key stands twice",
        "Most readers of YAML and JSON take the last one and say nothing: half of what was written is lost.",
        "Take one of them away.",
        one_file("""
slug: lab-safety
title: Lab safety
title: Safety in the lab
sections:
  - {key: door, type: text, content: Knock first.}
"""),
    ),
    Fault(
        "M003",
        "The file holds no module",
        "A file is one module: a mapping of its fields, with a list of its sections.",
        "Write the module's fields at the file's left edge: slug, title, sections.",
        one_file("- slug: lab-safety\n- title: Lab safety\n"),
    ),
    Fault(
        "M004",
        "Front matter is missing",
        "A module in Markdown begins with its fields in YAML, between two lines of three hyphens; TOML and JSON are "
        "not read there.",
        "Begin the file with ---, the fields, and --- again.",
        one_file("---\nslug: lab-safety\ntitle: Lab safety\n", "module.md"),
    ),
    Fault(
        "M005",
        "Text belongs to no section",
        "What stands before the first heading of the second level is the description, and what stands below the fields "
        "of a section is its content; here there is another one, or the sections stand in the front matter.",
        "Put a heading before the text, such as ## Before you begin, or take one of the two away.",
        one_file(
            """
---
slug: lab-safety
title: Lab safety
description: How nobody gets hurt.
---

Welcome to the lab.

## The door

Knock first.
""",
            "module.md",
        ),
    ),
    Fault(
        "M006",
        "The block of a section's fields can't be taken for one",
        "The block that is marked `section` stands right below its section's heading, before any text, and holds the "
        "section's fields, each with its name.",
        "Move it below the heading, and write name: value, one a line.",
        one_file(
            """
---
slug: lab-safety
title: Lab safety
---

## The door

```yaml section
60 seconds
```

Knock first.
""",
            "module.md",
        ),
    ),
    Fault(
        "M007",
        "There is no module",
        "Neither the folder nor any below it holds a file of a module: YAML, JSON, or Markdown with front matter.",
        "Name another folder or file.",
        (Example({"README.md": "# Our modules\n"}),),
    ),
)
