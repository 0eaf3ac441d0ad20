-- The ledger: what was asked for (import), what is to be done (job), what is in (receipt), what was
-- refused (reject), what must follow (outbox), and who works (worker). Invariants are constraints
-- here rather than hopes in code. Schema sluice and sluice.migration exist already (pg/migration).

CREATE TYPE sluice.import_state AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled');
CREATE TYPE sluice.job_state AS ENUM ('pending', 'running', 'done', 'skipped', 'dead', 'cancelled');
CREATE TYPE sluice.receipt_state AS ENUM ('current', 'superseded', 'forgotten');
CREATE TYPE sluice.reject_state AS ENUM ('open', 'replayed', 'dismissed');
CREATE TYPE sluice.outbox_state AS ENUM ('pending', 'running', 'done', 'dead');

-- The moves a state machine may make; ledger/state.h, doc/reference/states.md and these rows agree
-- (a test compares them).
CREATE TABLE sluice.move (
  machine text NOT NULL,
  before  text NOT NULL,
  after   text NOT NULL,
  PRIMARY KEY (machine, before, after)
);
INSERT INTO sluice.move (machine, before, after) VALUES
  ('import', 'pending', 'running'),
  ('import', 'pending', 'cancelled'),
  ('import', 'running', 'completed'),
  ('import', 'running', 'failed'),
  ('import', 'running', 'cancelled'),
  ('import', 'completed', 'running'),
  ('import', 'failed', 'running'),
  ('job', 'pending', 'running'),
  ('job', 'pending', 'cancelled'),
  ('job', 'running', 'done'),
  ('job', 'running', 'skipped'),
  ('job', 'running', 'dead'),
  ('job', 'running', 'pending'),
  ('job', 'running', 'cancelled'),
  ('job', 'dead', 'pending'),
  ('job', 'done', 'pending'),
  ('job', 'skipped', 'pending'),
  ('receipt', 'current', 'superseded'),
  ('receipt', 'current', 'forgotten'),
  ('receipt', 'forgotten', 'superseded'),
  ('reject', 'open', 'replayed'),
  ('reject', 'open', 'dismissed'),
  ('outbox', 'pending', 'running'),
  ('outbox', 'running', 'pending'),
  ('outbox', 'running', 'done'),
  ('outbox', 'running', 'dead'),
  ('outbox', 'dead', 'pending');

CREATE FUNCTION sluice.check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> NEW.state AND NOT EXISTS (
    SELECT FROM sluice.move m
    WHERE m.machine = TG_ARGV[0] AND m.before = OLD.state::text AND m.after = NEW.state::text) THEN
    RAISE EXCEPTION 'sluice: % % may not move from % to %', TG_ARGV[0], OLD.id, OLD.state, NEW.state
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TABLE sluice.worker (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host       text NOT NULL,
  pid        integer NOT NULL,
  -- boot and pid namespace: where the pid and its start mean something
  place      text NOT NULL,
  pid_start  text NOT NULL,                -- so that a pid used again is not taken for this one
  version    text NOT NULL,
  command    text NOT NULL,
  import_id  bigint,                       -- the one import it serves; NULL: any
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at   timestamptz
);

CREATE TABLE sluice.lane (
  name   text PRIMARY KEY,
  width  integer NOT NULL DEFAULT 1 CHECK (width > 0),
  paused boolean NOT NULL DEFAULT false
);

-- GCRA: one row per throttle; due is the theoretical arrival time of the next slot, on this
-- database's clock.
CREATE TABLE sluice.throttle (
  name       text PRIMARY KEY,
  per_second double precision NOT NULL CHECK (per_second > 0),
  burst      double precision NOT NULL CHECK (burst >= 1),
  due        timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE TABLE sluice.import (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  system        text NOT NULL,
  -- what was asked for, normalised: the same request resumes the same import
  scope         text NOT NULL,
  source        text NOT NULL,             -- as the user wrote it, without secrets
  -- what a worker anywhere needs to take part, without secrets
  options       jsonb NOT NULL,
  state         sluice.import_state NOT NULL DEFAULT 'pending',
  listed        boolean NOT NULL DEFAULT false,  -- the listing of this run is complete
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at    timestamptz,               -- of the current or last run
  finished_at   timestamptz,
  error_origin  text,
  error_code    text,
  error_message text,
  error_remedy  text,
  CHECK (state <> 'failed' OR error_code IS NOT NULL),
  CHECK ((state IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX import_scope ON sluice.import (system, scope) WHERE state <> 'cancelled';
CREATE TRIGGER import_move BEFORE UPDATE OF state ON sluice.import
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('import');

CREATE TABLE sluice.receipt (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  target           text NOT NULL,          -- system:schema.table
  relation         oid NOT NULL,           -- the table that target named at the time
  store            text NOT NULL,
  bucket           text NOT NULL,
  key              text NOT NULL,
  first_record     bigint NOT NULL DEFAULT 0,
  etag             text NOT NULL,          -- the one actually read
  state            sluice.receipt_state NOT NULL DEFAULT 'current',
  -- carried by the rows, where the target's tables have one
  txid             bigint,
  import_id        bigint NOT NULL REFERENCES sluice.import,
  job_id           bigint NOT NULL,
  records_read     bigint NOT NULL DEFAULT 0,
  records_loaded   bigint NOT NULL DEFAULT 0,
  records_rejected bigint NOT NULL DEFAULT 0,
  records_skipped  bigint NOT NULL DEFAULT 0,
  loaded_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (records_read = records_loaded + records_rejected + records_skipped)
);
CREATE UNIQUE INDEX receipt_current ON sluice.receipt (target, store, bucket, key, first_record)
  WHERE state = 'current';
CREATE INDEX receipt_object ON sluice.receipt (store, bucket, key);
CREATE INDEX receipt_txid ON sluice.receipt (txid) WHERE txid IS NOT NULL;
CREATE TRIGGER receipt_move BEFORE UPDATE OF state ON sluice.receipt
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('receipt');

CREATE FUNCTION sluice.keep_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'sluice: receipts are never deleted; change their state instead'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER receipt_keep BEFORE DELETE OR TRUNCATE ON sluice.receipt
  FOR EACH STATEMENT EXECUTE FUNCTION sluice.keep_receipts();

CREATE TABLE sluice.job (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  import_id        bigint NOT NULL REFERENCES sluice.import,
  target           text NOT NULL,
  label            text NOT NULL,          -- the target in the users' word: Patient
  store            text NOT NULL,
  bucket           text NOT NULL,
  key              text NOT NULL,
  etag             text NOT NULL,
  size_bytes       bigint NOT NULL,
  last_modified    timestamptz NOT NULL,
  state            sluice.job_state NOT NULL DEFAULT 'pending',
  only_at          text,                   -- host:NAME or worker:ID when only there it can be read
  lane             text REFERENCES sluice.lane,
  reload           boolean NOT NULL DEFAULT false,  -- replace the version that is in
  attempts         integer NOT NULL DEFAULT 0,      -- tries that ended in an error
  crashes          integer NOT NULL DEFAULT 0,      -- tries whose worker vanished
  not_before       timestamptz NOT NULL DEFAULT '-infinity',
  lease_token      uuid,
  lease_until      timestamptz,
  worker_id        bigint REFERENCES sluice.worker,
  -- the session that loads it, so that a rescuer can end it first
  backend_pid      integer,
  backend_start    timestamptz,
  reason           text,                   -- why skipped: already-loaded, changed
  error_origin     text,
  error_code       text,
  error_message    text,
  error_remedy     text,
  error_line       bigint,                 -- physical line from 1
  error_byte       bigint,                 -- offset from 0 in the decompressed stream
  receipt_id       bigint REFERENCES sluice.receipt,
  records_read     bigint NOT NULL DEFAULT 0,
  records_loaded   bigint NOT NULL DEFAULT 0,
  records_rejected bigint NOT NULL DEFAULT 0,
  records_skipped  bigint NOT NULL DEFAULT 0,
  unpacked_bytes   bigint NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at       timestamptz,
  finished_at      timestamptz,
  CHECK ((state = 'running') = (lease_token IS NOT NULL)),
  CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
  CHECK (state <> 'done' OR receipt_id IS NOT NULL),
  CHECK (state <> 'dead' OR error_code IS NOT NULL),
  CHECK (state <> 'skipped' OR reason IS NOT NULL),
  CHECK ((state IN ('done', 'skipped', 'dead', 'cancelled')) = (finished_at IS NOT NULL)),
  CHECK (state <> 'done' OR records_read = records_loaded + records_rejected + records_skipped)
);
CREATE UNIQUE INDEX job_object ON sluice.job (import_id, store, bucket, key);
CREATE INDEX job_by_key ON sluice.job (store, bucket, key);
CREATE INDEX job_pending_longest ON sluice.job (import_id, crashes, size_bytes DESC, id)
  WHERE state = 'pending';
CREATE INDEX job_pending_oldest ON sluice.job (import_id, last_modified, key)
  WHERE state = 'pending';
CREATE INDEX job_running ON sluice.job (lease_until) WHERE state = 'running';
CREATE INDEX job_lane ON sluice.job (lane, id) WHERE state IN ('pending', 'running');
CREATE TRIGGER job_move BEFORE UPDATE OF state ON sluice.job
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('job');

CREATE TABLE sluice.reject (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id      bigint NOT NULL REFERENCES sluice.job,
  line        bigint NOT NULL CHECK (line >= 1),
  byte_offset bigint NOT NULL CHECK (byte_offset >= 0),
  state       sluice.reject_state NOT NULL DEFAULT 'open',
  reason      text NOT NULL,
  sqlstate    text,
  message     text NOT NULL,
  detail      text,                        -- the server's DETAIL: may hold what the record holds
  remedy      text NOT NULL,
  record_id   text,
  raw         bytea,                       -- as read; cut at row/reject.h's limit
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX reject_job ON sluice.reject (job_id, line);
CREATE TRIGGER reject_move BEFORE UPDATE OF state ON sluice.reject
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('reject');
-- Raw records are patients' data: nobody reads them who was not given the operator's rights.
REVOKE ALL ON sluice.reject FROM PUBLIC;

CREATE TABLE sluice.outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id        bigint NOT NULL REFERENCES sluice.job,
  kind          text NOT NULL CHECK (kind IN ('move', 'tag')),
  argument      text NOT NULL,             -- s3://bucket/prefix, or NAME=VALUE
  etag          text NOT NULL,             -- of the version it speaks of
  state         sluice.outbox_state NOT NULL DEFAULT 'pending',
  attempts      integer NOT NULL DEFAULT 0,
  not_before    timestamptz NOT NULL DEFAULT '-infinity',
  lease_until   timestamptz,
  worker_id     bigint REFERENCES sluice.worker,
  error_code    text,
  error_message text,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at   timestamptz,
  CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  CHECK (state <> 'dead' OR error_code IS NOT NULL)
);
CREATE UNIQUE INDEX outbox_open ON sluice.outbox (job_id, kind)
  WHERE state IN ('pending', 'running');
CREATE INDEX outbox_pending ON sluice.outbox (not_before, id) WHERE state = 'pending';
CREATE TRIGGER outbox_move BEFORE UPDATE OF state ON sluice.outbox
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('outbox');
