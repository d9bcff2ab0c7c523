"""The table of `toolbox quests`'s commands."""

from toolbox_cli.core.commands import Entry, group

_FILES = "Files"
_GRAPHS = "Graphs"
_REVIEWS = "Reviews and the public library"
_PARENTS = "Parents"

quests = group(
    "quests",
    "Bring quests for children from authors' files into the database, and back.",
    {
        "import": Entry(
            "toolbox_cli.quests.importing.cli:import_",
            "Bring quests from authors' files into the database, all of them or none.",
            _FILES,
        ),
        "export": Entry(
            "toolbox_cli.quests.exporting.cli:export",
            "Write quests to files, which an import reads back as the same quests.",
            _FILES,
        ),
        "validate": Entry(
            "toolbox_cli.quests.importing.cli:validate",
            "Say everything that is wrong with quests' files, with its node or edge; asks no database.",
            _FILES,
        ),
        "diff": Entry(
            "toolbox_cli.quests.importing.cli:diff",
            "Say node by node and field by field what an import of files would change.",
            _FILES,
        ),
        "graph": Entry(
            "toolbox_cli.quests.exporting.cli:graph",
            "Draw a quest as Mermaid or DOT, with what is sensitive and what is revealed marked.",
            _GRAPHS,
        ),
        "backfill": Entry(
            "toolbox_cli.quests.backfilling.cli:backfill",
            "Make the graphs of quests that only have YAML, and say what was lost; overwrites none.",
            _GRAPHS,
        ),
        "review": Entry(
            "toolbox_cli.quests.reviewing.cli:review",
            "Record a psychologist's judgement of a quest, or show how quests stand.",
            _REVIEWS,
        ),
        "publish": Entry(
            "toolbox_cli.quests.publishing.cli:publish",
            "Offer quests in the public library, all of them or none.",
            _REVIEWS,
        ),
        "unpublish": Entry(
            "toolbox_cli.quests.publishing.cli:unpublish",
            "Take quests out of the public library, so that they can be edited; parents who took one keep it.",
            _REVIEWS,
        ),
        "sync": Entry(
            "toolbox_cli.quests.inner_edu.cli:sync",
            "Bring quests to inner_edu, where children play them, and learn how far these came.",
            _REVIEWS,
        ),
        "list": Entry("toolbox_cli.quests.library.cli:list_", "List quests, the best first.", _REVIEWS),
        "library": Entry(
            "toolbox_cli.quests.library.cli:library", "Take public quests for a parent, and give them back.", _REVIEWS
        ),
        "rate": Entry(
            "toolbox_cli.quests.library.cli:rate",
            "Rate a public quest for a parent, or compute rating and plays of all quests anew.",
            _REVIEWS,
        ),
        "tracks": Entry(
            "toolbox_cli.quests.tracks.cli:tracks",
            "Say how far parents came on their recovery tracks, and move phases.",
            _PARENTS,
        ),
        "sessions": Entry(
            "toolbox_cli.quests.sessions.cli:sessions",
            "Look after the conversations in which parents make quests.",
            _PARENTS,
        ),
    },
)
