-- An import's rate is a throttle: a row that all its workers share and a person may change while it
-- holds. What its slots are:

ALTER TABLE sluice.throttle ADD unit text NOT NULL DEFAULT 'objects'
  CHECK (unit IN ('rows', 'bytes', 'objects'));
