"""What the learning platform's tables refuse, each by the rule that names the reason."""

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint

from tests.models.toolboxai.rows import TABLES, Connection, insert
from tests.models.toolboxai.rules import RULES, Rule


def check_name(rule: Rule) -> str:
    return "_".join(filter(None, (rule.table, rule.name, "check")))


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_refuses_what_the_documents_exclude_and_nothing_at_the_edge(alone: Connection, rule: Rule) -> None:
    for row in rule.refused:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            insert(alone, rule.table, **row)
        assert refused.value.diag.constraint_name == check_name(rule), row
    for row in rule.accepted:
        with alone.transaction(force_rollback=True):
            insert(alone, rule.table, **row)


def test_every_check_of_the_models_is_tried() -> None:
    checks = [found for table in TABLES.values() for found in table.constraints if isinstance(found, CheckConstraint)]
    assert sorted(str(check.name) for check in checks) == sorted(map(check_name, RULES))


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_row_may_leave_out_whatever_a_rule_is_about(alone: Connection, table: str) -> None:
    insert(alone, table)


answers = st.none() | st.integers(0, 8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(total=st.integers(1, 8), right=answers, wrong=answers, skipped=answers)
def test_answers_never_exceed_the_questions(
    alone: Connection, total: int, right: int | None, wrong: int | None, skipped: int | None
) -> None:
    row = {"correct_answers": right, "incorrect_answers": wrong, "skipped_questions": skipped}
    try:
        insert(alone, "roblox_quiz_results", total_questions=total, **row)
        stands = True
    except psycopg.errors.CheckViolation:
        stands = False
    assert stands == ((right or 0) + (wrong or 0) + (skipped or 0) <= total)
