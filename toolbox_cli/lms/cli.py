"""The table of `toolbox lms`'s commands."""

from toolbox_cli.core.commands import Entry, group

_INTEGRATIONS = "Integrations"
_SYNCS = "Syncs"
_PEOPLE = "People"
_LINKS = "Links with our content"
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
        "settings": Entry(
            f"{_ROOM}:settings",
            "Show what an integration does otherwise than usual, or change it: limits, roles, schedule, filters, "
            "grades.",
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
        "sync": Entry(
            "toolbox_cli.lms.jobs.cli:sync",
            "Bring in what schools' systems have: courses, people, enrollments, assignments.",
            _SYNCS,
        ),
        "status": Entry(
            "toolbox_cli.lms.runs.cli:status",
            "Say how each integration stands: latest success, how long a sync takes, when it is due, what waits for a "
            "person.",
            _SYNCS,
        ),
        "runs": Entry(
            "toolbox_cli.lms.runs.cli:runs",
            "List what ran, the latest first: syncs, undoings, and changes by hand.",
            _SYNCS,
        ),
        "run": Entry(
            "toolbox_cli.lms.runs.cli:run",
            "Show what a run did, record by record; of a held one, what it was to do.",
            _SYNCS,
        ),
        "undo": Entry(
            "toolbox_cli.lms.runs.cli:undo", "Take a run back: every row that it touched is what it was before.", _SYNCS
        ),
        "purge": Entry(
            "toolbox_cli.lms.purge.cli:purge",
            "Forget what old runs wrote down of people, and people who left; or one person.",
            _SYNCS,
        ),
        "enrollments": Entry(
            "toolbox_cli.lms.people.cli:enrollments", "Say who is in which course, in which role.", _PEOPLE
        ),
        "identities": Entry(
            "toolbox_cli.lms.people.cli:identities",
            "Say which accounts at the other side are one person, who that is here, and change it.",
            _PEOPLE,
        ),
        "link": Entry(
            "toolbox_cli.lms.links.cli:link", "Tie a course or assignment to content or a quiz of ours.", _LINKS
        ),
        "unlink": Entry(
            "toolbox_cli.lms.links.cli:unlink", "Take such ties away; all of them where none is named.", _LINKS
        ),
        "suggest": Entry(
            "toolbox_cli.lms.links.cli:suggest",
            "Propose such ties, each with a score and its reasons; changes nothing.",
            _LINKS,
        ),
        "grades": Entry("toolbox_cli.lms.grades.cli:grades", "Send students' results back as grades.", _GRADES),
    },
)  # fmt: skip
