"""What the codes of issues mean: said to everybody, since a message may quote a record and a meaning quotes nobody."""

from collections.abc import Mapping
from typing import Final

_KEPT: Final = "The record is left out, and what we hold of it stays."
_NOTHING_GOES: Final = "What came is used, and nothing is removed for its absence."

OF_RUNS: Final[Mapping[str, str]] = {
    "lms-approval-differs": "What is to change is not what the approved run holds: it is held again.",
    "lms-fault": "Something went wrong here: nothing was changed.",
    "lms-interrupted": "It was cut short: nothing was changed.",
    "lms-limits": "It would take away more at once than the limits allow: it is held, and nothing was changed.",
    "lms-not-opened": "The integration can't be used as it is stored: the system was not asked.",
    "lms-unreachable": "The system can't be reached, lets nobody in or answers what it should not: nothing changed.",
}  # fmt: skip
"""Of runs as a whole, by code."""

MEANINGS: Final[Mapping[str, str]] = {
    **OF_RUNS,
    # of single records
    "lms-account-off": "The account is on again there, and was closed here by hand: it stays closed.",
    "lms-admin-enrollment": "Administrators are enrolled in courses there; here they are in none.",
    "lms-admin-kept": "Somebody is gone there who is an administrator here: their account stays as it is.",
    "lms-control-character": "A key has control characters in it: the record is left out.",
    "lms-dates": "It ends before it begins: both dates are left out.",
    "lms-duplicate-id": f"Several different records have one key. {_KEPT}",
    "lms-email": "The e-mail address is none: none is kept.",
    "lms-email-taken": "The e-mail address is another account's here, or shared: this account does not get it.",
    "lms-ends-before-start": f"An enrollment ends before it begins. {_KEPT}",
    "lms-grade": "The grade is not one of 1 to 12, such as KG or PK: none is kept.",
    "lms-id-reused": f"The key now belongs to somebody else. {_KEPT}",
    "lms-id-too-long": f"The key is longer than can be kept. {_KEPT}",
    "lms-merged": "Two accounts there were merged: the same person here, under the key that is left.",
    "lms-no-id": "A record without a key: it can't be told what it is about, and it is left out.",
    "lms-no-role": "A person or enrollment without a role: it is left out.",
    "lms-no-zone": "A time says no time zone: the integration's is taken.",
    "lms-nul": "A text holds characters that can't be stored: they are left out of it.",
    "lms-points": "The points are none that a gradebook can have: they are left out.",
    "lms-reference": "It names something, such as a term or a school, that was not sent.",
    "lms-repeated": "Records came more than once, the same each time: they count once.",
    "lms-role": "A role that is not known, or none: it is left out.",
    "lms-role-skipped": "People whose roles are not brought in, such as parents.",
    "lms-sis-id-shared": "Several accounts have one key of the school's records: it is taken from none of them.",
    "lms-status": "The status is none that is known, so it can't be told whether the record was removed.",
    "lms-too-long": "A text is cut to what can be kept.",
    "lms-twice": "One key comes twice: the first record counts.",
    "lms-unknown-course": f"Its course was not sent, and we don't have it. {_KEPT}",
    "lms-unknown-role": f"The role is not known: say in the integration's settings what it is. {_KEPT}",
    "lms-unknown-user": f"Its person was not sent, and we don't have them. {_KEPT}",
    "lms-user-held": f"Its person's key now belongs to somebody else. {_KEPT}",
    "lms-value": "A value is not of the kind that it should be: it is left out.",
    # of whole lists
    "lms-asked-again": "A page did not come, and came when it was asked for again: nothing is missing.",
    "lms-emails-hidden": f"Some people's addresses are hidden from the token's account, so they are not listed. {_NOTHING_GOES}",  # noqa: E501
    "lms-fields-hidden": f"The token's account may not see what is needed to tell people apart. {_NOTHING_GOES}",
    "lms-filter-ignored": "The system ignores the filter for what changed: it sent everything.",
    "lms-filter-refused": "The system refuses the filter for what changed: everything is read.",
    "lms-filters-leave-nothing": "The integration's filters leave none of the courses: one of them is mistyped. Nothing is removed.",  # noqa: E501
    "lms-forbidden": f"The credentials may not read this list. {_NOTHING_GOES}",
    "lms-hidden": f"Some of the list is hidden from the token's account. {_NOTHING_GOES}",
    "lms-incomplete": f"The list is not whole. {_NOTHING_GOES}",
    "lms-line-item-twice": "Two columns of the gradebook are of one assignment: grades may be in either.",
    "lms-link-foreign": f"The link to the next page leads to another server, and was not followed. {_NOTHING_GOES}",
    "lms-link-malformed": f"The link to the next page can't be read. {_NOTHING_GOES}",
    "lms-list-short": f"The list lacks people who are in courses. {_NOTHING_GOES}",
    "lms-lookup-absent": "A list that others refer to, such as terms or schools, is not there: what we hold of that stays.",  # noqa: E501
    "lms-moved": f"Rows moved from page to page while they were read: some may be missed. {_NOTHING_GOES}",
    "lms-moved-on": "Rows moved from page to page while they were read: the list was read on until nobody was missed.",
    "lms-no-gradebook": "The system serves no gradebook: there are no assignments.",
    "lms-no-launch": "Nobody has opened the tool from this course yet, so its list is not known.",
    "lms-not-found": f"The system does not have this list. {_NOTHING_GOES}",
    "lms-pages-clamped": "The system gives shorter pages than were asked for: nothing is missing, it takes longer.",
    "lms-people-hidden": f"People who are in courses are hidden from the token's account. {_NOTHING_GOES}",
    "lms-roles-unread": f"Roles came that are not known, so who is in the course is not known either. {_NOTHING_GOES}",
    "lms-rows-lost": f"Rows could not be read, so it can't be told who is missing. {_NOTHING_GOES}",
    "lms-rows-repeated": "Rows came again on a later page: they count once.",
    "lms-sis-ids-hidden": "The credentials may not see the keys of the school's records.",
    "lms-terms-hidden": "The credentials may not see terms.",
    "lms-unchecked": f"Some courses can't be read, so it can't be told that everybody is listed. {_NOTHING_GOES}",
    "lms-unreadable": f"The list can't be read. {_NOTHING_GOES}",
    # of files
    "lms-column-missing": "A file lacks a column: it is read as empty or, where no row can be read without it, the file is not.",  # noqa: E501
    "lms-column-twice": "A file has a column twice: it is not read.",
    "lms-file-empty": "A file is empty: it is not read.",
    "lms-file-missing": "The manifest names a file that is not there.",
    "lms-file-unread": "A file is there that is absent by the manifest: it is not read.",
    "lms-file-without-rows": "A file has its first line and no rows: by it nothing is there any more.",
    "lms-header": "The name of a column is written in another way than the standard's: it is taken as that.",
    "lms-header-unreadable": "The first line of a file can't be read.",
    "lms-manifest": "The manifest does not say what a file is, or says two things: nothing is removed for its absence there.",  # noqa: E501
    "lms-no-manifest": "There is no manifest: nothing is removed for its absence in these files.",
    "lms-quotes": "A row can't be taken apart, usually for its quotation marks.",
    "lms-row": "A row has other columns than the first line: it is left out.",
}  # fmt: skip
"""By code."""


def meaning_of(code: str) -> str | None:
    """Say what a code means."""
    return MEANINGS.get(code)
