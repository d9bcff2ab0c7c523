"""The table of `toolbox lms`'s commands."""

from toolbox_cli.core.commands import Entry, group

_INTEGRATIONS = "Integrations"
_GRADES = "Grades"
_ROOM = "toolbox_cli.lms.integrations.cli"

lms = group(
    "lms",
    "Read rosters from schools' systems, and send grades back.",
    {
        "add": Entry(f"{_ROOM}:add", "Connect a school's system.", _INTEGRATIONS),
        "list": Entry(
            f"{_ROOM}:list_", "List the integrations: how each stands, and how old its latest success is.",
            _INTEGRATIONS,
        ),
        "show": Entry(
            f"{_ROOM}:show",
            "Show how an integration is connected, and what its system can't tell; asks the system nothing.",
            _INTEGRATIONS,
        ),
        "test": Entry(
            f"{_ROOM}:try_out",
            "Sign in at an integration's system and read a little: rights that are missing, what it can't tell.",
            _INTEGRATIONS,
        ),
        "pause": Entry(
            f"{_ROOM}:pause", "Let planned syncs leave an integration out, until a day or until it is resumed.",
            _INTEGRATIONS,
        ),
        "resume": Entry(f"{_ROOM}:resume", "End a pause.", _INTEGRATIONS),
        "remove": Entry(
            f"{_ROOM}:remove",
            "Take an integration out of use for good: its secrets are destroyed, what it read stays.",
            _INTEGRATIONS,
        ),
        "rekey": Entry(
            f"{_ROOM}:rekey", "Encrypt all stored secrets anew, or take a new secret of one integration.", _INTEGRATIONS
        ),
        "grades": Entry("toolbox_cli.lms.grades.cli:grades", "Send students' results back as grades.", _GRADES),
    },
)  # fmt: skip
