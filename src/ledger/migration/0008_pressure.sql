-- One row for each import that yields to others. Its loads go on for open_ms, pause for shut_ms,
-- and so forth, counted from began on this database's clock; the worker that measures (leader)
-- sets the next times from what it saw. All workers share the row, and a person may change it.

CREATE TABLE sluice.pressure (
  import_id    bigint PRIMARY KEY REFERENCES sluice.import,
  max_percent  double precision NOT NULL CHECK (max_percent > 0 AND max_percent <= 100),
  began        timestamptz NOT NULL DEFAULT clock_timestamp(),
  open_ms      bigint NOT NULL CHECK (open_ms > 0),
  shut_ms      bigint NOT NULL CHECK (shut_ms >= 0),
  percent      double precision NOT NULL DEFAULT 0,   -- as measured last
  cause        text NOT NULL DEFAULT '',              -- in words
  leader       bigint REFERENCES sluice.worker,
  leader_until timestamptz NOT NULL DEFAULT '-infinity'
);
