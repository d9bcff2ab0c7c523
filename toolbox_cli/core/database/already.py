"""What a revision does where an adopted database already has what it makes, or calls otherwise what it works on.

All of it is SQL that looks for itself, so that it holds in `--sql` output as well; where nothing stands in the way, it
does nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from alembic import op

_AWAY: Final = """
DO $names$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT k.oid, k.conrelid::regclass AS place, k.conname FROM pg_constraint AS k
        JOIN (VALUES
        {listed}
        ) AS ours (table_name, constraint_name)
        ON k.conrelid = to_regclass(ours.table_name) AND k.conname = ours.constraint_name
    LOOP
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', held.place, held.conname, 'replaced ' || held.oid);
    END LOOP;
END
$names$"""

_FOLDED: Final = """
DO $names$
DECLARE
    pair record;
    says text;
BEGIN
    FOR pair IN
        SELECT k.conrelid::regclass AS place, k.conname AS ours, other.conname AS theirs,
            pg_get_constraintdef(k.oid) AS says, pg_get_constraintdef(other.oid) AS they_say
        FROM (VALUES
        {listed}
        ) AS listed (table_name, constraint_name)
        JOIN pg_constraint AS k ON k.conrelid = to_regclass(listed.table_name) AND k.conname = listed.constraint_name
        JOIN pg_constraint AS other
        ON other.conrelid = k.conrelid AND other.contype = k.contype AND other.conkey = k.conkey AND other.oid <> k.oid
    LOOP
        IF pair.says <> pair.they_say THEN
            -- A server writes an expression otherwise that was entered as it had written it: after a restore, say.
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT "entered anew" %s NOT VALID', pair.place, pair.says);
            SELECT pg_get_constraintdef(oid) INTO says FROM pg_constraint
            WHERE conrelid = pair.place AND conname = 'entered anew';
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT "entered anew"', pair.place);
            CONTINUE WHEN says <> pair.they_say || ' NOT VALID';
        END IF;
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', pair.place, pair.theirs);
    END LOOP;
    SELECT k.conrelid::regclass, k.conname INTO pair FROM pg_constraint AS k JOIN (VALUES
        {listed}
    ) AS listed (table_name, constraint_name) ON k.conrelid = to_regclass(listed.table_name)
    WHERE k.conname LIKE 'replaced %' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a constraint of % goes by a name of ours, and says something else', pair.conrelid
            USING ERRCODE = 'duplicate_object';
    END IF;
END
$names$"""

_INDEXED: Final = """
DO $names$
DECLARE
    ours record;
    held record;
BEGIN
    FOR ours IN SELECT * FROM (VALUES
        {listed}
    ) AS listed (table_name, index_name, definition) LOOP
        SELECT i.indexrelid::regclass AS place, c.relname AS name INTO held
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = to_regclass(ours.table_name) AND NOT i.indisunique AND i.indisvalid
            AND substring(pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$') = ours.definition
        ORDER BY c.relname <> ours.index_name, c.relname LIMIT 1;
        IF held.name <> ours.index_name THEN
            EXECUTE format('ALTER INDEX %s RENAME TO %I', held.place, ours.index_name);
        ELSIF held.name IS NULL AND to_regclass(ours.index_name) IS NOT NULL THEN
            RAISE EXCEPTION 'relation "%" already exists', ours.index_name USING ERRCODE = 'duplicate_table';
        END IF;
    END LOOP;
END
$names$"""

_NAMED: Final = """
DO $names$
DECLARE
    found text;
BEGIN
    SELECT conname INTO found FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'p';
    IF found <> '{table}_pkey' THEN
        EXECUTE format('ALTER TABLE {table} RENAME CONSTRAINT %I TO {table}_pkey', found);
    END IF;
    found := pg_get_serial_sequence('{table}', 'id');
    IF found::regclass <> to_regclass('{table}_id_seq') IS NOT FALSE AND found IS NOT NULL THEN
        EXECUTE format('ALTER SEQUENCE %s RENAME TO {table}_id_seq', found);
    END IF;
END
$names$"""


_NUMBERED: Final = """
DO $numbers$
DECLARE
    held record;
    reached record;
BEGIN
    FOR held IN
        SELECT c.oid::regclass AS place, a.attname AS name, format('%s_%s_seq', c.relname, a.attname) AS sequence,
            pg_get_serial_sequence(c.oid::regclass::text, a.attname) AS old, format_type(a.atttypid, NULL) AS type,
            pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relname IN ({listed})
            AND a.attidentity <> ''
    LOOP
        EXECUTE format('SELECT last_value, is_called FROM %s', held.old) INTO reached;
        EXECUTE format('ALTER TABLE %s ALTER %I DROP IDENTITY', held.place, held.name);
        EXECUTE format('CREATE SEQUENCE %I AS %s', held.sequence, held.type);
        EXECUTE format('ALTER SEQUENCE %I OWNER TO %I', held.sequence, held.owner);
        EXECUTE format('ALTER SEQUENCE %I OWNED BY %s.%I', held.sequence, held.place, held.name);
        EXECUTE format('ALTER TABLE %s ALTER %I SET DEFAULT nextval(%L)', held.place, held.name,
            quote_ident(held.sequence));
        PERFORM setval(quote_ident(held.sequence)::regclass, reached.last_value, reached.is_called);
        -- An identity asks for no right of its own.
        FOR reached IN
            SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee
            FROM aclexplode(held.acl) WHERE privilege_type = 'INSERT' AND pg_get_userbyid(grantee) <> held.owner
        LOOP
            EXECUTE format('GRANT USAGE ON SEQUENCE %I TO %s', held.sequence, reached.grantee);
        END LOOP;
    END LOOP;
END
$numbers$"""


_UNIQUE: Final = """
DO $unique$
DECLARE
    ours record;
    held record;
BEGIN
    FOR ours IN SELECT * FROM (VALUES
        {listed}
    ) AS listed (table_name, name, columns, kind) LOOP
        SELECT i.indexrelid AS place, c.conname INTO held
        FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'u'
        WHERE i.indrelid = to_regclass(ours.table_name) AND i.indisunique AND i.indisvalid AND NOT i.indisprimary
            AND substring(pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$') = 'btree (' || ours.columns || ')'
        ORDER BY (c.conname IS NULL) = (ours.kind = 'constraint') LIMIT 1;
        IF FOUND AND ours.kind = 'constraint' AND held.conname IS NULL THEN
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE USING INDEX %I', ours.table_name, ours.name,
                (SELECT relname FROM pg_class WHERE oid = held.place));
        ELSIF FOUND AND ours.kind = 'index' AND held.conname IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %I RENAME CONSTRAINT %I TO "replaced by an index"', ours.table_name,
                held.conname);
            EXECUTE format('CREATE UNIQUE INDEX %I ON %I (%s)', ours.name, ours.table_name, ours.columns);
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT "replaced by an index"', ours.table_name);
        END IF;
        FOR held IN
            SELECT i.indexrelid::regclass AS place, c.conname
            FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'u'
            WHERE i.indrelid = to_regclass(ours.table_name) AND i.indisunique AND i.indisvalid AND NOT i.indisprimary
                AND substring(pg_get_indexdef(i.indexrelid) FROM ' USING (.*)$') = 'btree (' || ours.columns || ')'
            ORDER BY (c.conname IS NULL) = (ours.kind = 'constraint'),
                i.indexrelid IS DISTINCT FROM to_regclass(ours.name), i.indexrelid OFFSET 1
        LOOP
            IF held.conname IS NULL THEN
                EXECUTE format('DROP INDEX %s', held.place);
            ELSE
                EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', ours.table_name, held.conname);
            END IF;
        END LOOP;
    END LOOP;
END
$unique$"""


def keep_unique(
    constraints: Mapping[str, Sequence[Sequence[str]]], indexes: Mapping[str, tuple[str, Sequence[str]]] | None = None
) -> None:
    """Make a constraint of a unique index where ours is one, and an index of a constraint; leave one for each rule.

    Args:
        constraints: table to the columns of each of its unique constraints, which go by PostgreSQL's own names.
        indexes: name of each unique index to its table and columns.
    """
    listed = [
        (table, f"{table}_{'_'.join(columns)}_key", ", ".join(columns), "constraint")
        for table, keys in constraints.items()
        for columns in keys
    ]
    listed += [(table, name, ", ".join(columns), "index") for name, (table, columns) in (indexes or {}).items()]
    op.execute(_UNIQUE.format(listed=_listed(listed)))


def number_by_sequences(tables: Sequence[str]) -> None:
    """Number what is an identity by a sequence of its own, from where it stands."""
    op.execute(_NUMBERED.format(listed=", ".join(map(_quote, tables))))


def make_way(constraints: Sequence[tuple[str, str]]) -> None:
    """Rename constraints that go by names of ours, until `fold` has seen ours.

    Args:
        constraints: table and name of each that the revision is about to add.
    """
    op.execute(_AWAY.format(listed=_listed(constraints)))


def fold(constraints: Sequence[tuple[str, str]]) -> None:
    """Drop constraints that say what ours say; refuse where one went by a name of ours and says something else.

    Raises:
        DatabaseError: from the server, as for a constraint that exists already.
    """
    op.execute(_FOLDED.format(listed=_listed(constraints)))


def add_indexes(columns: Mapping[str, Sequence[str]]) -> None:
    """Add the index `table_column_idx` of each column; one that stands already takes that name.

    Raises:
        DatabaseError: from the server, where something else goes by such a name.
    """
    indexes = [(table, f"{table}_{column}_idx", column) for table, of_table in columns.items() for column in of_table]
    take_indexes({(table, name): f"btree ({column})" for table, name, column in indexes})
    op.execute(
        ";\n".join(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})" for table, name, column in indexes)
    )


def take_indexes(definitions: Mapping[tuple[str, str], str]) -> None:
    """Give indexes that stand already the names that the revision goes by.

    Args:
        definitions: table and name, to the definition from its method on, as the server writes it.

    Raises:
        DatabaseError: from the server, where something else goes by such a name.
    """
    op.execute(_INDEXED.format(listed=_listed([(*place, text) for place, text in definitions.items()])))


def take_key(table: str) -> None:
    """Give a table's primary key, and the sequence behind it, the names that the revision goes by."""
    op.execute(_NAMED.format(table=table))


def _listed(rows: Sequence[tuple[str, ...]]) -> str:
    return ",\n        ".join(f"({', '.join(map(_quote, row))})" for row in rows)


def _quote(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"
