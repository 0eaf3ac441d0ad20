-- How far a load that commits batch by batch has come.

-- The last physical line whose batch is committed; 0: none. Each batch's receipt bears the line it
-- begins with.
ALTER TABLE sluice.job ADD COLUMN place bigint NOT NULL DEFAULT 0 CHECK (place >= 0);
