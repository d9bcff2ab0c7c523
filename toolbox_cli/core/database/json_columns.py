"""Before a revision turns JSON columns into JSONB: find what JSONB can't hold, and refuse."""

from collections.abc import Mapping, Sequence

from alembic import op

from toolbox_cli.core.database.guards import ROWS_IN_THE_WAY


def require_jsonb(columns: Mapping[str, Sequence[str]]) -> None:
    """Refuse the revision if a value of a JSON column does not fit JSONB; list all such columns.

    JSON keeps its text unread, so that it may hold escapes, such as the one of the null character, and numbers that
    JSONB refuses. `require` can't look for them: it shows the rows that it finds, and that reads them.

    Args:
        columns: table to its JSON columns; each table has a column `id`.

    Raises:
        DatabaseError: from the server, as `require` raises it.
    """
    listed = ",\n        ".join(f"('{table}', '{name}')" for table, names in columns.items() for name in names)
    op.execute(f"""
DO $guard$
DECLARE
    looked record;
    document record;
    found text[];
    broken jsonb := '[]';
BEGIN
    FOR looked IN SELECT * FROM (VALUES
        {listed}
    ) AS columns (table_name, column_name) LOOP
        found := '{{}}';
        -- Only an escape or a number with an exponent or many digits can fail: the rest is not worth the try.
        FOR document IN EXECUTE format(
            $$SELECT id::text AS id, %1$I AS value FROM %2$I WHERE %1$I::text ~ '\\\\u|[0-9][eE]|[0-9]{{255}}'$$,
            looked.column_name, looked.table_name) LOOP
            BEGIN
                PERFORM document.value::jsonb;
            EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
                found := found || document.id;
            END;
        END LOOP;
        IF found <> '{{}}' THEN
            broken := broken || jsonb_build_object(
                'table', looked.table_name, 'rule', looked.column_name, 'count', cardinality(found),
                'expression', looked.column_name || ' fits JSONB', 'sample', to_jsonb(found[1:5]));
        END IF;
    END LOOP;
    IF broken <> '[]' THEN
        RAISE EXCEPTION 'rows are in the way of this revision'
            USING ERRCODE = '{ROWS_IN_THE_WAY}', DETAIL = broken::text;
    END IF;
END
$guard$""")  # noqa: S608  the names are literals of a revision
