-- What loads put out of their way, and who still wants it away. A row of set_aside stays when its
-- part stands again: it is then the history that Aidbox's DisabledIndex shows.

CREATE TYPE sluice.index_state AS ENUM ('standing', 'aside');
CREATE TYPE sluice.part_kind AS ENUM ('index', 'primary_key', 'unique', 'exclusion', 'foreign_key');

INSERT INTO sluice.move (machine, before, after) VALUES
  ('index', 'standing', 'aside'),
  ('index', 'aside', 'standing');

CREATE TABLE sluice.set_aside (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  relation           oid NOT NULL,         -- the table it hangs on
  referenced         oid,                  -- of a foreign key: the other table
  kind               sluice.part_kind NOT NULL,
  -- as in pg_indexes; of a foreign key, indexname is the constraint's name
  schemaname         text NOT NULL,
  tablename          text NOT NULL,
  indexname          text NOT NULL,
  indexdef           text,
  tablespace         text,                 -- NULL: the database's
  -- what pg_indexes does not tell
  constraintdef      text,
  comment            text,
  constraint_comment text,
  clustered          boolean NOT NULL,
  replica_identity   boolean NOT NULL,
  keys               text,                 -- of a unique index: its columns, as SQL
  predicate          text,
  nulls_equal        boolean NOT NULL,
  state              sluice.index_state NOT NULL DEFAULT 'standing',
  aside_at           timestamptz,
  restore_start      timestamptz,
  restore_end        timestamptz,
  restore_ms         bigint,
  -- of the last restore; of a part that stands: what is wrong with it all the same
  error_code         text,
  error_message      text,
  UNIQUE (relation, kind, indexname),
  CHECK ((kind = 'foreign_key') = (indexdef IS NULL)),
  CHECK ((kind = 'foreign_key') = (referenced IS NOT NULL)),
  CHECK ((kind = 'index') = (constraintdef IS NULL)),
  CHECK (state = 'standing' OR aside_at IS NOT NULL)
);
CREATE INDEX set_aside_referenced ON sluice.set_aside (referenced) WHERE state = 'aside';
CREATE TRIGGER set_aside_move BEFORE UPDATE OF state ON sluice.set_aside
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('index');

-- An import's wish that a table stay without the parts of some kinds. The set-aside belongs to the
-- table: whoever releases the last hold restores all of it.
CREATE TABLE sluice.hold (
  import_id    bigint NOT NULL REFERENCES sluice.import,
  relation     oid NOT NULL,
  indexes      boolean NOT NULL,
  primary_key  boolean NOT NULL,
  foreign_keys boolean NOT NULL,
  taken_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (import_id, relation)
);
CREATE INDEX hold_relation ON sluice.hold (relation);
