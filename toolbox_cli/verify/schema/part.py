"""The schema as a part of a verification."""

from toolbox_cli.verify.cases import Checked
from toolbox_cli.verify.run import Subject
from toolbox_cli.verify.schema.verifying import verify_schema


def check(subject: Subject) -> Checked:
    """Compare every platform of one database."""
    return verify_schema(subject.connection, subject.target.names, subject.workshop, subject.against)
