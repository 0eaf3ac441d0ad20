-- What follows a load or a death is more than one thing: a move and notifications. An object that
-- is overwritten before its move has two versions' moves open at one time.

ALTER TABLE sluice.outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE sluice.outbox ADD CONSTRAINT outbox_kind_check
  CHECK (kind IN ('move', 'tag', 'notify', 'channel'));
-- What it follows.
ALTER TABLE sluice.outbox ADD COLUMN event text NOT NULL DEFAULT 'done'
  CHECK (event IN ('done', 'dead'));
DROP INDEX sluice.outbox_open;
CREATE UNIQUE INDEX outbox_open ON sluice.outbox (job_id, kind, argument, etag, event)
  WHERE state IN ('pending', 'running');

-- What is due is looked for many times a second.
CREATE INDEX outbox_due ON sluice.outbox (id) WHERE state IN ('pending', 'running');

-- What was done for an object, and failed.
CREATE INDEX outbox_job ON sluice.outbox (job_id);

-- A watch takes the newest first: by time, and in turn by name.
CREATE INDEX job_pending_name ON sluice.job (import_id, key) WHERE state = 'pending';
