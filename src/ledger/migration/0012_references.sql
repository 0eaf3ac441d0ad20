-- Checked for every row, and never in doubt: of the ledger's workers and imports none is deleted,
-- and a call's import is its job's. Each check locks the row that is referred to, the same one in
-- all sessions of a load, and took longer than the change of the row itself.

ALTER TABLE sluice.job DROP CONSTRAINT job_worker_id_fkey;
ALTER TABLE sluice.outbox DROP CONSTRAINT outbox_worker_id_fkey;
ALTER TABLE sluice.call DROP CONSTRAINT call_import_id_fkey;
