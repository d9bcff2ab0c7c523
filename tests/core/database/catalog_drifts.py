"""A schema with one object of every kind, and single changes of it with what a comparison must then say."""

from typing import Final, NamedTuple

SCHEMA: Final = """
CREATE TYPE mood AS ENUM ('calm', 'glad', 'tired');
CREATE TYPE place AS (room text, seat integer);
CREATE TYPE temperature AS RANGE (subtype = numeric);
CREATE DOMAIN score AS integer DEFAULT 0 CONSTRAINT score_check CHECK (VALUE >= 0);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION half(whole integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN whole / 2;
COMMENT ON FUNCTION half(integer) IS 'Rounds down.';

CREATE TABLE teacher (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(50) NOT NULL,
    email text UNIQUE,
    hired_on date CHECK (hired_on > '2000-01-01')
);
COMMENT ON TABLE teacher IS 'Who teaches.';

CREATE TABLE lesson (
    id serial PRIMARY KEY,
    teacher_id uuid REFERENCES teacher ON DELETE CASCADE,
    number bigint GENERATED ALWAYS AS IDENTITY,
    title varchar(100) COLLATE "C" DEFAULT 'untitled',
    grade numeric(5, 2) CONSTRAINT lesson_grade_check CHECK (grade >= 0 AND grade <= 100),
    level score NOT NULL,
    mood mood DEFAULT 'calm',
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    minutes integer GENERATED ALWAYS AS (half(4)) STORED,
    updated_at timestamptz DEFAULT '2026-01-01 12:00:00+00',
    pause interval DEFAULT '90 minutes',
    CONSTRAINT lesson_slot_key UNIQUE (teacher_id, starts_at),
    CONSTRAINT lesson_order_check CHECK (ends_at >= starts_at),
    CONSTRAINT lesson_overlap_excl EXCLUDE USING gist (tstzrange(starts_at, ends_at) WITH &&)
);
COMMENT ON COLUMN lesson.grade IS '0 to 100.';
CREATE INDEX lesson_title_idx ON lesson (title, mood DESC) INCLUDE (grade) WHERE mood <> 'tired';
CREATE INDEX lesson_lower_idx ON lesson (lower(title));
CREATE UNIQUE INDEX lesson_number_idx ON lesson (number);
CREATE STATISTICS lesson_statistics (dependencies) ON mood, title FROM lesson;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON lesson
    FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at) EXECUTE FUNCTION touch();
ALTER TABLE lesson ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lesson FOR SELECT USING (title = current_user);
CREATE VIEW glad_lesson AS SELECT id, title FROM lesson WHERE mood = 'glad';

CREATE TABLE note (lesson_id integer REFERENCES lesson, body text, weight real, PRIMARY KEY (lesson_id, body));
CREATE RULE silent AS ON DELETE TO note DO INSTEAD NOTHING;
CREATE TABLE long_note (pages integer) INHERITS (note);

CREATE TABLE event (id bigint, at timestamptz, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX event_kind_idx ON event (kind);
CREATE TABLE event_default PARTITION OF event DEFAULT;
CREATE TABLE event_2026_01 PARTITION OF event FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
CREATE TRIGGER keep_events BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION keep();

CREATE SEQUENCE ticket;
"""

PARTITION: Final = (
    "CREATE TABLE event_2026_02 PARTITION OF event FOR VALUES FROM ('2026-02-01 0:00+0') TO ('2026-03-01 0:00+0')"
)
"""One month more, as time adds them."""


class Drift(NamedTuple):
    """One change, and the lines "kind path field" that a comparison gives; an object that one side lacks has no field.

    Attributes:
        since: the oldest major version that knows the statement.
    """

    statement: str
    found: tuple[str, ...]
    since: int = 15


def _drift(statement: str, *found: str, since: int = 15) -> Drift:
    return Drift(statement, found, since)


TABLES: Final = (
    _drift("DROP TABLE long_note", "table long_note"),
    _drift("CREATE TABLE pupil (id serial PRIMARY KEY, name text UNIQUE)", "table pupil"),
    _drift(
        "ALTER TABLE teacher RENAME TO tutor",
        "constraint lesson.lesson_teacher_id_fkey definition",
        "table teacher",
        "table tutor",
    ),
    _drift("ALTER TABLE long_note SET UNLOGGED", "table long_note persistence"),
    _drift("ALTER TABLE long_note NO INHERIT note", "table long_note inherits"),
    _drift("ALTER TABLE lesson DISABLE ROW LEVEL SECURITY", "table lesson row_security"),
    _drift("ALTER TABLE lesson FORCE ROW LEVEL SECURITY", "table lesson row_security_forced"),
    _drift("ALTER TABLE lesson REPLICA IDENTITY FULL", "table lesson replica_identity"),
    _drift("ALTER TABLE lesson SET (fillfactor = 70)", "table lesson options"),
    _drift("ALTER TABLE teacher OWNER TO pg_monitor", "table teacher owner"),
    _drift("GRANT SELECT ON teacher TO PUBLIC", "table teacher privileges"),
    _drift("COMMENT ON TABLE teacher IS NULL", "table teacher comment"),
    _drift("CREATE OR REPLACE VIEW glad_lesson AS SELECT id, title FROM lesson", "view glad_lesson definition"),
    _drift("DROP STATISTICS lesson_statistics", "statistics lesson.lesson_statistics"),
    _drift("ALTER STATISTICS lesson_statistics SET STATISTICS 50", "statistics lesson.lesson_statistics target"),
)

COLUMNS: Final = (
    _drift("ALTER TABLE lesson DROP pause", "column lesson.pause"),
    _drift("ALTER TABLE teacher ADD nickname text", "column teacher.nickname"),
    _drift(
        "ALTER TABLE teacher RENAME hired_on TO began_on",
        "column teacher.began_on",
        "column teacher.hired_on",
        "constraint teacher.teacher_hired_on_check definition",
    ),
    _drift("ALTER TABLE teacher ALTER name TYPE varchar(60)", "column teacher.name type"),
    _drift("ALTER TABLE lesson ALTER grade TYPE numeric(6, 2)", "column lesson.grade type"),
    _drift("ALTER TABLE lesson ALTER pause TYPE interval(0)", "column lesson.pause type"),
    _drift("ALTER TABLE teacher ALTER name DROP NOT NULL", "column teacher.name not_null"),
    _drift("ALTER TABLE lesson ALTER grade SET NOT NULL", "column lesson.grade not_null"),
    _drift(
        "ALTER TABLE teacher ALTER name DROP NOT NULL, ADD NOT NULL name NOT VALID",
        "column teacher.name not_null_validated",
        since=18,
    ),
    _drift("ALTER TABLE lesson ALTER title SET DEFAULT 'none'", "column lesson.title default"),
    _drift("ALTER TABLE lesson ALTER mood DROP DEFAULT", "column lesson.mood default"),
    _drift(
        "ALTER TABLE lesson ALTER updated_at SET DEFAULT '2026-01-01 12:00:00+01'", "column lesson.updated_at default"
    ),
    _drift("ALTER TABLE lesson ALTER number SET GENERATED BY DEFAULT", "column lesson.number identity"),
    _drift(
        "ALTER TABLE lesson ALTER number DROP IDENTITY", "column lesson.number identity", "sequence lesson_number_seq"
    ),
    _drift("ALTER TABLE lesson ALTER minutes DROP EXPRESSION", "column lesson.minutes generated"),
    _drift('ALTER TABLE teacher ALTER name TYPE varchar(50) COLLATE "C"', "column teacher.name collation"),
    _drift(
        "ALTER TABLE note ALTER weight SET STATISTICS 200",
        "column note.weight statistics",
        "column long_note.weight statistics",
    ),
    _drift("ALTER TABLE teacher ALTER email SET STORAGE EXTERNAL", "column teacher.email storage"),
    _drift("ALTER TABLE teacher ALTER email SET COMPRESSION pglz", "column teacher.email compression"),
    _drift("ALTER TABLE teacher ALTER email SET (n_distinct = 5)", "column teacher.email options"),
    _drift("COMMENT ON COLUMN lesson.grade IS '0 to 10.'", "column lesson.grade comment"),
    _drift("GRANT UPDATE (email) ON teacher TO PUBLIC", "column teacher.email privileges"),
    _drift(
        "ALTER TABLE lesson DROP updated_at CASCADE; ALTER TABLE lesson ADD updated_at timestamptz "
        "DEFAULT '2026-01-01 12:00:00+00'; CREATE TRIGGER touch_updated_at BEFORE UPDATE ON lesson FOR EACH ROW "
        "WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at) EXECUTE FUNCTION touch()",
        "column lesson.updated_at position",
        "column lesson.pause position",
    ),
)

CONSTRAINTS: Final = (
    _drift("ALTER TABLE lesson DROP CONSTRAINT lesson_grade_check", "constraint lesson.lesson_grade_check"),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_grade_check, "
        "ADD CONSTRAINT lesson_grade_check CHECK (grade >= 0 AND grade <= 1000)",
        "constraint lesson.lesson_grade_check definition",
    ),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_grade_check, "
        "ADD CONSTRAINT lesson_grade_check CHECK (grade >= 0 AND grade <= 100) NOT VALID",
        "constraint lesson.lesson_grade_check validated",
    ),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_grade_check, "
        "ADD CONSTRAINT lesson_grade_check CHECK (grade >= 0 AND grade <= 100) NOT ENFORCED",
        "constraint lesson.lesson_grade_check enforced",
        "constraint lesson.lesson_grade_check validated",
        since=18,
    ),
    _drift("ALTER TABLE lesson DROP CONSTRAINT lesson_teacher_id_fkey", "constraint lesson.lesson_teacher_id_fkey"),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_teacher_id_fkey, "
        "ADD FOREIGN KEY (teacher_id) REFERENCES teacher ON DELETE SET NULL",
        "constraint lesson.lesson_teacher_id_fkey definition",
    ),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_teacher_id_fkey, "
        "ADD FOREIGN KEY (teacher_id) REFERENCES teacher ON DELETE CASCADE ON UPDATE CASCADE",
        "constraint lesson.lesson_teacher_id_fkey definition",
    ),
    _drift(
        "ALTER TABLE lesson ALTER CONSTRAINT lesson_teacher_id_fkey DEFERRABLE INITIALLY DEFERRED",
        "constraint lesson.lesson_teacher_id_fkey definition",
    ),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_teacher_id_fkey, "
        "ADD FOREIGN KEY (teacher_id) REFERENCES teacher ON DELETE CASCADE NOT VALID",
        "constraint lesson.lesson_teacher_id_fkey validated",
    ),
    _drift(
        "ALTER TABLE lesson ALTER CONSTRAINT lesson_teacher_id_fkey NOT ENFORCED",
        "constraint lesson.lesson_teacher_id_fkey enforced",
        "constraint lesson.lesson_teacher_id_fkey validated",
        since=18,
    ),
    _drift(
        "ALTER TABLE lesson RENAME CONSTRAINT lesson_order_check TO lesson_dates_check",
        "constraint lesson.lesson_dates_check",
        "constraint lesson.lesson_order_check",
    ),
    _drift("ALTER TABLE lesson DROP CONSTRAINT lesson_slot_key", "constraint lesson.lesson_slot_key"),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_slot_key, "
        "ADD CONSTRAINT lesson_slot_key UNIQUE (starts_at, teacher_id)",
        "constraint lesson.lesson_slot_key definition",
        "constraint lesson.lesson_slot_key index",
    ),
    _drift(
        "ALTER TABLE teacher DROP CONSTRAINT teacher_email_key, ADD UNIQUE NULLS NOT DISTINCT (email)",
        "constraint teacher.teacher_email_key definition",
        "constraint teacher.teacher_email_key index",
    ),
    _drift(
        "ALTER TABLE teacher DROP CONSTRAINT teacher_email_key; "
        "CREATE UNIQUE INDEX teacher_email_key ON teacher (email) WHERE email <> ''",
        "constraint teacher.teacher_email_key",
        "index teacher.teacher_email_key",
    ),
    _drift(
        "ALTER TABLE lesson DROP CONSTRAINT lesson_overlap_excl, ADD CONSTRAINT lesson_overlap_excl "
        "EXCLUDE USING gist (tstzrange(starts_at, ends_at) WITH -|-)",
        "constraint lesson.lesson_overlap_excl definition",
    ),
    _drift(
        "ALTER TABLE note DROP CONSTRAINT note_pkey, ADD PRIMARY KEY (body, lesson_id)",
        "constraint note.note_pkey definition",
        "constraint note.note_pkey index",
    ),
    _drift(
        "COMMENT ON CONSTRAINT lesson_order_check ON lesson IS 'Time flows.'",
        "constraint lesson.lesson_order_check comment",
    ),
    _drift(
        "ALTER TABLE note DISABLE TRIGGER ALL",
        "internal trigger note.note.note_lesson_id_fkey RI_FKey_check_ins",
        "internal trigger note.note.note_lesson_id_fkey RI_FKey_check_upd",
    ),
    _drift(
        "ALTER TABLE teacher DISABLE TRIGGER ALL",
        "internal trigger teacher.lesson.lesson_teacher_id_fkey RI_FKey_cascade_del",
        "internal trigger teacher.lesson.lesson_teacher_id_fkey RI_FKey_noaction_upd",
    ),
)

_INDEX = "DROP INDEX lesson_title_idx; CREATE INDEX lesson_title_idx ON lesson "
_NUMBER = "DROP INDEX lesson_number_idx; CREATE UNIQUE INDEX lesson_number_idx ON lesson "

INDEXES: Final = (
    _drift("DROP INDEX lesson_title_idx", "index lesson.lesson_title_idx"),
    _drift(
        "ALTER INDEX lesson_title_idx RENAME TO title_idx", "index lesson.lesson_title_idx", "index lesson.title_idx"
    ),
    *(
        _drift(_INDEX + changed, "index lesson.lesson_title_idx definition")
        for changed in (
            "(title, mood DESC) INCLUDE (grade)",
            "(title, mood DESC) INCLUDE (grade) WHERE mood <> 'glad'",
            "(mood DESC, title) INCLUDE (grade) WHERE mood <> 'tired'",
            "(title, mood) INCLUDE (grade) WHERE mood <> 'tired'",
            "(title, mood DESC) WHERE mood <> 'tired'",
            "(title text_pattern_ops, mood DESC) INCLUDE (grade) WHERE mood <> 'tired'",
            "(title COLLATE \"POSIX\", mood DESC) INCLUDE (grade) WHERE mood <> 'tired'",
            "(title, mood DESC) INCLUDE (grade) WITH (fillfactor = 60) WHERE mood <> 'tired'",
        )
    ),
    _drift(
        "DROP INDEX lesson_lower_idx; CREATE INDEX lesson_lower_idx ON lesson (upper(title))",
        "index lesson.lesson_lower_idx definition",
    ),
    _drift(
        "DROP INDEX lesson_lower_idx; CREATE INDEX lesson_lower_idx ON lesson USING hash (lower(title))",
        "index lesson.lesson_lower_idx definition",
    ),
    _drift(
        "DROP INDEX lesson_number_idx; CREATE INDEX lesson_number_idx ON lesson (number)",
        "index lesson.lesson_number_idx unique",
    ),
    _drift(
        _NUMBER + "(number) NULLS NOT DISTINCT",
        "index lesson.lesson_number_idx definition",
        "index lesson.lesson_number_idx nulls_not_distinct",
    ),
    _drift(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'lesson_lower_idx'::regclass",
        "index lesson.lesson_lower_idx valid",
    ),
    _drift(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'lesson_slot_key'::regclass",
        "constraint lesson.lesson_slot_key index_valid",
    ),
    _drift("COMMENT ON INDEX lesson_lower_idx IS 'For search.'", "index lesson.lesson_lower_idx comment"),
)

TYPES: Final = (
    _drift("ALTER TYPE mood ADD VALUE 'angry'", "enum mood labels"),
    _drift(
        "ALTER TYPE mood RENAME VALUE 'tired' TO 'sleepy'",
        "enum mood labels",
        "index lesson.lesson_title_idx definition",
    ),
    _drift(
        "ALTER TYPE mood RENAME VALUE 'calm' TO '-'; ALTER TYPE mood RENAME VALUE 'glad' TO 'calm'; "
        "ALTER TYPE mood RENAME VALUE '-' TO 'glad'; ALTER TABLE lesson ALTER mood SET DEFAULT 'calm'; "
        "CREATE OR REPLACE VIEW glad_lesson AS SELECT id, title FROM lesson WHERE mood = 'glad'",
        "enum mood labels",
    ),
    _drift("ALTER DOMAIN score SET DEFAULT 1", "domain score default"),
    _drift("ALTER DOMAIN score SET NOT NULL", "domain score not_null"),
    _drift("ALTER DOMAIN score DROP CONSTRAINT score_check", "domain score constraints"),
    _drift("ALTER TYPE place ADD ATTRIBUTE floor integer", "column place.floor"),
    _drift("ALTER TYPE place ALTER ATTRIBUTE seat TYPE bigint", "column place.seat type"),
    _drift("DROP TYPE temperature", "range temperature"),
)

PROGRAMS: Final = (
    _drift("ALTER TABLE lesson DISABLE TRIGGER touch_updated_at", "trigger lesson.touch_updated_at enabled"),
    _drift("ALTER TABLE lesson ENABLE ALWAYS TRIGGER touch_updated_at", "trigger lesson.touch_updated_at enabled"),
    _drift("DROP TRIGGER touch_updated_at ON lesson", "trigger lesson.touch_updated_at"),
    _drift(
        "CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON lesson FOR EACH ROW EXECUTE FUNCTION touch()",
        "trigger lesson.touch_updated_at definition",
    ),
    _drift(
        "CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON lesson FOR EACH ROW "
        "WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at) EXECUTE FUNCTION keep()",
        "trigger lesson.touch_updated_at definition",
        "trigger lesson.touch_updated_at function",
    ),
    _drift(
        "CREATE TRIGGER swallow BEFORE INSERT ON lesson FOR EACH ROW EXECUTE FUNCTION keep()", "trigger lesson.swallow"
    ),
    _drift(
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT "
        "AS 'BEGIN RETURN NEW; END'",
        "function touch() body",
    ),
    _drift("ALTER FUNCTION touch() RESET search_path", "function touch() config"),
    _drift("ALTER FUNCTION touch() SET search_path TO public", "function touch() config"),
    _drift("ALTER FUNCTION touch() SET work_mem TO '1MB'", "function touch() config"),
    _drift(
        "CREATE OR REPLACE FUNCTION half(whole integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN whole / 3",
        "function half(whole integer) body",
    ),
    _drift("ALTER FUNCTION half(integer) STABLE", "function half(whole integer) volatility"),
    _drift("ALTER FUNCTION half(integer) STRICT", "function half(whole integer) strict"),
    _drift("ALTER FUNCTION half(integer) SECURITY DEFINER", "function half(whole integer) security_definer"),
    _drift("ALTER FUNCTION half(integer) PARALLEL SAFE", "function half(whole integer) parallel"),
    _drift("REVOKE EXECUTE ON FUNCTION half(integer) FROM PUBLIC", "function half(whole integer) privileges"),
    _drift("COMMENT ON FUNCTION half(integer) IS 'Rounds up.'", "function half(whole integer) comment"),
    _drift(
        "CREATE FUNCTION half(whole bigint) RETURNS bigint LANGUAGE sql RETURN whole / 2", "function half(whole bigint)"
    ),
    _drift(
        "CREATE OR REPLACE RULE silent AS ON DELETE TO note WHERE OLD.weight > 1 DO INSTEAD NOTHING",
        "rule note.silent definition",
    ),
    _drift("ALTER TABLE note DISABLE RULE silent", "rule note.silent enabled"),
    _drift("CREATE RULE copy AS ON INSERT TO note DO ALSO NOTHING", "rule note.copy"),
    _drift("ALTER POLICY own ON lesson USING (true)", "policy lesson.own using"),
    _drift("ALTER POLICY own ON lesson TO pg_monitor", "policy lesson.own roles"),
    _drift(
        "DROP POLICY own ON lesson; CREATE POLICY own ON lesson USING (title = current_user)",
        "policy lesson.own command",
    ),
    _drift("CREATE POLICY all_rows ON lesson AS RESTRICTIVE USING (true)", "policy lesson.all_rows"),
    _drift("ALTER SEQUENCE ticket INCREMENT 10", "sequence ticket increment"),
    _drift("ALTER SEQUENCE ticket AS integer", "sequence ticket maximum", "sequence ticket type"),
    _drift(
        "ALTER SEQUENCE lesson_id_seq OWNED BY NONE",
        "sequence lesson_id_seq column",
        "sequence lesson_id_seq identity",
        "sequence lesson_id_seq table",
    ),
)

PARTITIONS: Final = (
    _drift(PARTITION, "partition event.event_2026_02", "table event_2026_02"),
    _drift("DROP TABLE event_2026_01", "partition event.event_2026_01", "table event_2026_01"),
    _drift("DROP TABLE event_default", "partition event.event_default", "table event_default"),
    _drift("ALTER TABLE event DETACH PARTITION event_2026_01", "partition event.event_2026_01",
           "trigger event_2026_01.keep_events"),
    _drift("ALTER TABLE event DETACH PARTITION event_2026_01; ALTER TABLE event ATTACH PARTITION event_2026_01 "
           "FOR VALUES FROM ('2026-01-02 00:00+00') TO ('2026-02-01 00:00+00')",
           "partition event.event_2026_01 bound"),
    _drift("ALTER TABLE event_2026_01 DISABLE TRIGGER keep_events", "trigger event_2026_01.keep_events enabled"),
    _drift("ALTER TABLE event_2026_01 ALTER kind SET DEFAULT 'x'", "column event_2026_01.kind default"),
    _drift("DROP INDEX event_kind_idx", "index event.event_kind_idx", "index event_2026_01.event_2026_01_kind_idx",
           "index event_default.event_default_kind_idx"),
)  # fmt: skip

DRIFTS: Final = (*TABLES, *COLUMNS, *CONSTRAINTS, *INDEXES, *TYPES, *PROGRAMS, *PARTITIONS)
