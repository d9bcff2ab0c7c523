"""The table of `toolbox modules`'s commands."""

from toolbox_cli.core.commands import Entry, group

_FILES = "Files"
_DATABASE = "In the database"
_STUDENTS = "For students"

modules = group(
    "modules",
    "Bring training modules from authors' files into the database, and back.",
    {
        "import": Entry(
            "toolbox_cli.modules.importing.cli:import_",
            "Bring modules from authors' files into the database, all of them or none.",
            _FILES,
        ),
        "export": Entry(
            "toolbox_cli.modules.exporting.cli:export",
            "Write modules to files in their native form, which an import reads back as the same modules.",
            _FILES,
        ),
        "validate": Entry(
            "toolbox_cli.modules.importing.cli:validate",
            "Say everything that is wrong with modules' files, with its place; asks no database unless it is told to.",
            _FILES,
        ),
        "schema": Entry(
            "toolbox_cli.modules.exporting.cli:schema",
            "Print the JSON Schema of a module's file, so that editors complete and check it.",
            _FILES,
        ),
        "list": Entry("toolbox_cli.modules.showing.cli:list_", "List the modules that there are, by slug.", _DATABASE),
        "show": Entry(
            "toolbox_cli.modules.showing.cli:show",
            "Show a module with its sections, as it is or as it was at a revision.",
            _DATABASE,
        ),
        "diff": Entry(
            "toolbox_cli.modules.showing.cli:diff",
            "Say field by field what an import of files would change, or what changed in a module since a revision.",
            _DATABASE,
        ),
        "publish": Entry(
            "toolbox_cli.modules.publishing.cli:publish",
            "Publish modules, so that students see them and they can be assigned; all of them or none.",
            _STUDENTS,
        ),
        "assign": Entry(
            "toolbox_cli.modules.assigning.cli:assign",
            "Assign published modules to students, teams and universities, and by rules to whoever comes.",
            _STUDENTS,
        ),
        "archive": Entry(
            "toolbox_cli.modules.publishing.cli:archive",
            "Archive modules, all of them or none: nobody gets them any more, and what students did stays.",
            _STUDENTS,
        ),
    },
)
