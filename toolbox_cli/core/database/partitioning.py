"""What a revision does when a table becomes a partition of another that takes over its name."""

from alembic import op


def require_alone(table: str) -> None:
    """Refuse if other objects stand on `table`: a view or trigger would silently stay with the default partition.

    Raises:
        DatabaseError: from the server, names the objects.
    """
    op.execute(f"""
DO $guard$
DECLARE
    others text;
BEGIN
    SELECT string_agg(DISTINCT pg_describe_object(classid, objid, 0), ', ') INTO others FROM pg_depend
    WHERE refclassid = 'pg_class'::regclass AND refobjid = '{table}'::regclass AND (
        classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_publication_rel'::regclass)
        OR classid = 'pg_constraint'::regclass
            AND objid IN (SELECT oid FROM pg_constraint WHERE conrelid <> '{table}'::regclass)
        OR classid = 'pg_trigger'::regclass
            AND objid IN (SELECT oid FROM pg_trigger WHERE NOT tgisinternal));
    IF others IS NOT NULL THEN
        RAISE EXCEPTION 'other objects stand on {table}, which becomes a partition: %', others
            USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop them, repeat, and create them again.';
    END IF;
END
$guard$""")  # noqa: S608  the name is a literal of a revision


def move_rights(old: str, new: str) -> None:
    """Give `new` the owner of `old` and, instead of `old`, whatever others may do with it."""
    op.execute(f"""
DO $rights$
DECLARE
    source pg_class%ROWTYPE;
    held record;
BEGIN
    SELECT * INTO source FROM pg_class WHERE oid = '{old}'::regclass;
    EXECUTE format('ALTER TABLE {new} OWNER TO %I', pg_get_userbyid(source.relowner));
    FOR held IN
        SELECT '' AS place, privilege_type, is_grantable, grantee FROM aclexplode(source.relacl)
        WHERE grantee <> source.relowner
        UNION ALL
        SELECT format('(%I)', attname), privilege_type, is_grantable, grantee
        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = source.oid
    LOOP
        EXECUTE format('GRANT %s%s ON {new} TO %s%s', held.privilege_type, held.place,
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(held.grantee)) END,
            CASE WHEN held.is_grantable THEN ' WITH GRANT OPTION' END);
        EXECUTE format('REVOKE %s%s ON {old} FROM %s CASCADE', held.privilege_type, held.place,
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(held.grantee)) END);
    END LOOP;
END
$rights$""")  # noqa: S608  the names are literals of a revision
