"""What of a module in the database an import would refuse: other programs may have written what no author may."""

import json
from pathlib import Path

from toolbox_cli.content.modules.reading.file import checked
from toolbox_cli.content.modules.writing import fields_of
from toolbox_cli.core.documents import parse_document
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.modules.database import Held


def unfit(held: Held) -> list[Finding]:
    """Give the errors that an import of the module would tell."""
    text = json.dumps(fields_of(held.content), ensure_ascii=False)
    document = parse_document(Path(f"{held.slug}.json"), text)
    return [fault for fault in checked(document, []).faults if fault.severity is Severity.ERROR]
