"""What goes wrong with a system as a whole, or with a grade.

UnreachableError            5
└── SourceError             5  a system answers what it should not
    └── RefusedGradeError   5  a system does not take a grade
"""

from toolbox_cli.core.errors import UnreachableError


class SourceError(UnreachableError):
    """The system answered what it should not."""


class RefusedGradeError(SourceError):
    """The system does not take this grade."""
