"""Each single drift is mended by the script that is written for it: run by psql, and nothing is left to find."""

import pytest

from tests.db.diff.mending import Grounds, mended
from tests.db.diff.withheld import REASONS
from tests.verify.schema.mutations.shape import EVENTS, Mutation
from tests.verify.schema.test_mutations import DRIFTS as MUTATIONS

CLEANED = f"""
DO $$ DECLARE place regclass; BEGIN
    FOR place IN SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND relname ~ '^({EVENTS}_2|notes|toolbox_diff_)' AND relkind = 'r'
    LOOP EXECUTE 'DROP TABLE ' || place; END LOOP;
END $$;
DROP VIEW IF EXISTS open_modules;
DROP TYPE IF EXISTS mood;
DROP FUNCTION IF EXISTS swallow(), repair();
"""
"""Takes away what a mutation leaves beside our objects, which no script touches."""


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.statement[-70:])
def test_a_mutation_of_a_platform(platforms: Grounds, mutation: Mutation) -> None:
    """What is left to somebody's decision is left for the reason that the list has, and for no other mutation."""
    with platforms.of(mutation.platform) as ground:
        ground.change(CLEANED)
        statements, text = mended(ground, mutation.statement)
    told = [one.hazard or "" for one in statements if one.withheld]
    reason = REASONS.get(mutation.statement)
    assert bool(told) == bool(reason), text
    assert not reason or any(reason in hazard for hazard in told), told
    if "ADD COLUMN" in text or "NOT NULL" in mutation.statement:
        platforms.close()  # columns in another order, or other names of what holds them, are no drift
