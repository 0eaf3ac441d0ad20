-- A hold is released when the last object of its table is in: the objects are known by their
-- target. A person may hold a table, too (`sluice indexes aside`): under import 0, until that
-- person restores it.

ALTER TABLE sluice.hold DROP CONSTRAINT hold_import_id_fkey;
ALTER TABLE sluice.hold ADD target text NOT NULL DEFAULT '';
