-- Generations: an import that replaces what a table holds does so once, however often it is
-- interrupted; what it loads afterwards belongs to that generation.
CREATE TABLE sluice.generation (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  import_id   bigint NOT NULL REFERENCES sluice.import,
  target      text NOT NULL,               -- system:schema.table
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'abandoned')),
  shadow      text,                        -- where it is filled aside: qualified and quoted
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  CHECK ((state = 'open') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX generation_open ON sluice.generation (target) WHERE state = 'open';
CREATE INDEX generation_import ON sluice.generation (import_id);
