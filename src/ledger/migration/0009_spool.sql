-- Bodies that were posted to a server and wait for their import: any host's worker reads them from
-- here. They are pieces of 1 MiB, and gone when their import is over.
CREATE TABLE sluice.spool_object (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  upload     uuid NOT NULL,                -- several objects may be one upload
  name       text NOT NULL CHECK (name <> ''),
  user_id    bigint,                       -- who posted it; NULL: nobody had to prove who they are
  size_bytes bigint NOT NULL DEFAULT 0,
  pieces     integer NOT NULL DEFAULT 0,
  etag       text,                         -- SHA-256 in hex; NULL until all bytes are here
  began_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  touched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  gone_at    timestamptz                   -- nobody finds it any more; its pieces are being removed
);
CREATE UNIQUE INDEX spool_object_name ON sluice.spool_object (upload, name COLLATE "C")
  WHERE etag IS NOT NULL AND gone_at IS NULL;

CREATE TABLE sluice.spool_piece (
  object_id bigint NOT NULL REFERENCES sluice.spool_object,
  number    integer NOT NULL,              -- from 0; all but the last are of the same size
  bytes     bytea NOT NULL,
  PRIMARY KEY (object_id, number)
);
-- Most of what comes is compressed already.
ALTER TABLE sluice.spool_piece ALTER bytes SET STORAGE EXTERNAL;
-- What was posted is patients' data.
REVOKE ALL ON sluice.spool_piece FROM PUBLIC;
