-- Who may call the server, and what they changed. Keys are kept as their SHA-256 only: they are 256
-- random bits, so that no salt and no slow hash is needed.

CREATE TYPE sluice.role AS ENUM ('viewer', 'operator', 'admin');

CREATE TABLE sluice.user (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name        text NOT NULL UNIQUE CHECK (name <> '' AND name !~ '[[:cntrl:]:]'),
  role        sluice.role NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  disabled_at timestamptz
);

CREATE TABLE sluice.token (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES sluice.user,
  hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
  role       sluice.role,                  -- less than the user's; NULL: the user's
  note       text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX token_user ON sluice.token (user_id);

-- A browser that logged in with a key: valid while the key is. The cookie is kept as its hash, too.
CREATE TABLE sluice.session (
  hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
  token_id   bigint NOT NULL REFERENCES sluice.token,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_expired ON sluice.session (expires_at);

-- Every call over HTTP that may change something: written before it runs, completed after it.
CREATE TABLE sluice.audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  user_id     bigint,                      -- NULL: nobody had to prove who they are
  user_name   text NOT NULL,
  token_id    bigint,
  peer        text NOT NULL,
  method      text NOT NULL,
  path        text NOT NULL,
  status      integer,                     -- NULL: still running, or cut off
  subject     text NOT NULL DEFAULT '',    -- what was changed: "import 42"
  finished_at timestamptz
);
CREATE INDEX audit_at ON sluice.audit (at);

-- The answer to a request that was sent with an Idempotency-Key, for a day.
CREATE TABLE sluice.idempotency (
  user_id    bigint NOT NULL,              -- 0: nobody had to prove who they are
  key        text NOT NULL,
  request    bytea NOT NULL,               -- SHA-256 of what was asked
  import_id  bigint REFERENCES sluice.import,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, key)
);

REVOKE ALL ON sluice.user, sluice.token, sluice.session, sluice.audit, sluice.idempotency
  FROM PUBLIC;
