-- Calls: what another system was told of an object, one row for each try. The row is committed
-- before the call is made, so that none is forgotten, and its outcome after it.

INSERT INTO sluice.move (machine, before, after) VALUES
  ('call', 'sent', 'done'),
  ('call', 'sent', 'later'),
  ('call', 'sent', 'refused'),
  ('call', 'sent', 'uncertain'),
  ('call', 'sent', 'absent'),
  ('call', 'sent', 'repeated'),
  ('call', 'uncertain', 'done'),
  ('call', 'uncertain', 'absent'),
  ('call', 'uncertain', 'repeated');

CREATE TABLE sluice.call (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  import_id     bigint NOT NULL REFERENCES sluice.import,
  job_id        bigint NOT NULL REFERENCES sluice.job,
  target        text NOT NULL,
  store         text NOT NULL,
  bucket        text NOT NULL,
  key           text NOT NULL,
  etag          text NOT NULL,             -- of the content that was sent
  version       text NOT NULL DEFAULT '',  -- where the bucket keeps versions: this one's id
  subject       text NOT NULL,             -- whom the call is about, in the other system's word
  token         uuid NOT NULL,             -- the same for every try of what is meant to happen once
  state         text NOT NULL DEFAULT 'sent' CHECK (state IN
    ('sent', 'done', 'later', 'refused', 'uncertain', 'absent', 'repeated')),
  result        text,                      -- the other system's name for what came of it
  error_code    text,
  error_message text,
  sent_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at      timestamptz,
  CHECK ((state = 'sent') = (ended_at IS NULL)),
  CHECK (state IN ('sent', 'done', 'absent', 'repeated') OR error_code IS NOT NULL)
);
-- Never two at once about one object, whichever imports want them.
CREATE UNIQUE INDEX call_open ON sluice.call (target, store, bucket, key)
  WHERE state IN ('sent', 'uncertain');
CREATE INDEX call_subject ON sluice.call (subject, id);
CREATE INDEX call_object ON sluice.call (key, id);
CREATE INDEX call_import ON sluice.call (import_id, id);
CREATE TRIGGER call_move BEFORE UPDATE OF state ON sluice.call
  FOR EACH ROW EXECUTE FUNCTION sluice.check_move('call');
