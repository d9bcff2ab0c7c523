"""How events of modules look as statements of xAPI 1.0.3, for who writes them and who reads them.

A statement names its student by an account, never by an address of mail; its module and section by the activity; and
the exact kind of event by an extension, since many kinds share a verb.

Source: the Experience API 1.0.3, part 2; verbs of ADL's vocabulary, http://adlnet.gov/expapi/verbs/.
"""

import re
from typing import Final

from toolbox_cli.analytics.events.types import TYPES

VERBS: Final = "http://adlnet.gov/expapi/verbs/"
EXTENSIONS: Final = "urn:toolbox:xapi:"
EVENT_TYPE: Final = f"{EXTENSIONS}event-type"
"""Extension of the context: the exact kind of event."""
DEVICE_TYPE: Final = f"{EXTENSIONS}device-type"
"""Extension of the context: tablet, phone or desktop."""
SESSION: Final = f"{EXTENSIONS}session"
"""Extension of the context: the sitting, where it is no UUID and so no `registration`."""
ELAPSED: Final = f"{EXTENSIONS}elapsed-seconds"
"""Extension of the context: seconds since the module was begun."""
SECTION: Final = f"{EXTENSIONS}section-number"
"""Extension of the context: the section, where the activity is the module as a whole."""
DATA: Final = f"{EXTENSIONS}event-data"
"""Extension of the context: what this kind of event tells, an object."""

MODULE_ACTIVITY: Final = "http://adlnet.gov/expapi/activities/module"
SECTION_ACTIVITY: Final = "http://adlnet.gov/expapi/activities/lesson"

BY_VERB: Final = {
    "launched": "module_start", "initialized": "module_start", "experienced": "section_view", "interacted": "click",
    "answered": "solution_attempted", "completed": "module_complete", "passed": "score", "failed": "score",
    "scored": "score", "suspended": "pause", "terminated": "pause", "resumed": "resume", "attempted": "retry",
}  # fmt: skip
"""Kind of event by its verb, where no extension says it; `completed` of a section is `section_complete`."""

_ACTIVITY: Final = re.compile(
    r"(?:urn:toolbox:frames:module:|[a-z][a-z0-9+.-]*:[^?#]*/modules/)(?P<module>[^/:?#]+)"
    r"(?:(?::section:|/sections/)(?P<section>[0-9]{1,9}))?/?",
    re.IGNORECASE,
)


def activity_id(module: str | int, section: int | None = None) -> str:
    """Name a module, or a section of it, as an activity."""
    return f"urn:toolbox:frames:module:{module}" + (f":section:{section}" if section is not None else "")


def activity_parts(iri: str) -> tuple[str, int | None] | None:
    """Read module and section out of an activity's name: ours, or an address that ends in `/modules/M/sections/N`."""
    found = _ACTIVITY.fullmatch(iri)
    if found is None:
        return None
    section = found["section"]
    return found["module"], int(section) if section else None


def verb_of(event_type: str) -> str:
    """Give the verb's name for a kind of event; that of an interaction for kinds that others added."""
    known = TYPES.get(event_type)
    return VERBS + (known.verb if known else "interacted")
