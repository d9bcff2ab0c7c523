"""Single changes of a real schema after which a rule no longer bites as declared, and what the proof must say."""

from typing import Final

from tests.verify.constraints.mutants.checks import CHECKS
from tests.verify.constraints.mutants.columns import COLUMNS
from tests.verify.constraints.mutants.keys import KEYS
from tests.verify.constraints.mutants.references import REFERENCES
from tests.verify.constraints.mutants.triggers import TRIGGERS

MUTANTS: Final = (*CHECKS, *KEYS, *REFERENCES, *COLUMNS, *TRIGGERS)
