"""The table of `toolbox agents`'s commands."""

from toolbox_cli.core.commands import Entry, group

_LESSONS = "Lessons"
_AGENTS = "Agents"
_TASKS = "Tasks"
_WATCHING = "Watching"

agents = group(
    "agents",
    "Let agents make lessons, and look after them and their tasks.",
    {
        "generate": Entry(
            "toolbox_cli.agents.generating.cli:generate",
            "Make a whole lesson: plan, quiz, land and scripts, reviewed and stored. Works offline.",
            _LESSONS,
        ),
        "review": Entry(
            "toolbox_cli.agents.judging.cli:review",
            "Judge what agents made: nothing of it is deployed on an agent's word alone.",
            _LESSONS,
        ),
        "export": Entry(
            "toolbox_cli.agents.exporting.cli:export",
            "Write an approved lesson as files: lesson.yaml, quiz.gift, terrain.json and its scripts in Luau; all or"
            " none.",
            _LESSONS,
        ),
        "list": Entry(
            "toolbox_cli.agents.registering.cli:list_",
            "List agents with their limits, and how many tasks they have.",
            _AGENTS,
        ),
        "show": Entry(
            "toolbox_cli.agents.registering.cli:show",
            "Show an agent: everything that is set, and its tasks by status.",
            _AGENTS,
        ),
        "register": Entry(
            "toolbox_cli.agents.registering.cli:register",
            "Register agents from their files, all of them or none; without a file those that come with toolbox.",
            _AGENTS,
        ),
        "update": Entry(
            "toolbox_cli.agents.registering.cli:update",
            "Change registered agents to what their files say, all of them or none.",
            _AGENTS,
        ),
        "disable": Entry(
            "toolbox_cli.agents.registering.cli:disable",
            "Let agents get no new tasks; those that they have are done. --undo takes it back.",
            _AGENTS,
        ),
        "submit": Entry(
            "toolbox_cli.agents.submitting.cli:submit", "Submit one task, which the next free worker does.", _TASKS
        ),
        "run": Entry(
            "toolbox_cli.agents.running.cli:run",
            "Do one pending task in this process, whatever stands before it.",
            _TASKS,
        ),
        "worker": Entry(
            "toolbox_cli.agents.running.cli:worker",
            "Do tasks as they come, until told to stop; any number of workers on any number of machines share them.",
            _TASKS,
        ),
        "cancel": Entry(
            "toolbox_cli.agents.mending.cli:cancel",
            "Cancel tasks with their parts and what needs them; what runs is stopped by its worker within a moment.",
            _TASKS,
        ),
        "retry": Entry(
            "toolbox_cli.agents.mending.cli:retry",
            "Let tasks that failed, were cancelled or given up begin anew, with those that were cancelled for their"
            " sake.",
            _TASKS,
        ),
        "dead-letter": Entry(
            "toolbox_cli.agents.mending.cli:dead_letter",
            "Look after tasks that were given up after all their tries.",
            _TASKS,
        ),
        "rescue": Entry(
            "toolbox_cli.agents.running.cli:rescue",
            "Give tasks of workers that are gone to others, and queue what is due; workers do it themselves, too.",
            _TASKS,
        ),
        "status": Entry(
            "toolbox_cli.agents.showing.cli:status",
            "Say how tasks stand; without a name those that are waiting, pending or running, in the order of their"
            " turn.",
            _WATCHING,
        ),
        "logs": Entry(
            "toolbox_cli.agents.showing.cli:logs",
            "Tell every try of tasks: when, by which worker, with which model, what became of it, and why.",
            _WATCHING,
        ),
        "metrics": Entry(
            "toolbox_cli.agents.measuring.cli:metrics",
            "Tell by agent how many tasks it did, how long they took, how many failed, and how good reviews found"
            " them.",
            _WATCHING,
        ),
        "health": Entry(
            "toolbox_cli.agents.measuring.cli:health",
            "Say whether agents are well, and keep it in system_health_checks: queue, workers, lost tasks, dead"
            " letters.",
            _WATCHING,
        ),
    },
)
