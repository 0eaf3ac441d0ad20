"""Promise 8: what a load puts out of its way comes back, whatever happens meanwhile."""

import signal
import unittest

import sample
from crash import CrashWorld
from world import World, wait_for

TABLES = """
CREATE TYPE resource_status AS ENUM ('created', 'updated', 'deleted', 'recreated');
CREATE SEQUENCE transaction_id_seq;
CREATE TABLE patient (
  id text PRIMARY KEY, txid bigint NOT NULL, ts timestamptz, cts timestamptz DEFAULT now(),
  resource_type text, status resource_status NOT NULL, resource jsonb NOT NULL);
CREATE TABLE patient_history (LIKE patient);
CREATE INDEX patient_txid_brin ON patient USING brin (txid);
CREATE INDEX patient_family ON patient ((resource #>> '{name,0,family}'));
COMMENT ON CONSTRAINT patient_pkey ON patient IS 'the key';
CLUSTER patient USING patient_pkey;
CREATE TABLE visit (patient text REFERENCES patient DEFERRABLE INITIALLY DEFERRED);
"""
CATALOG = """
SELECT pg_get_indexdef(indexrelid) || indisclustered FROM pg_index
WHERE indrelid IN ('patient'::regclass, 'visit'::regclass)
UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid), convalidated,
  obj_description(oid, 'pg_constraint')) FROM pg_constraint
WHERE conrelid IN ('patient'::regclass, 'visit'::regclass) ORDER BY 1
"""
ALL = ("--set-aside-indexes", "--set-aside-primary-key", "--set-aside-foreign-keys")


class SetAsideWorld(World):
    def new_database(self, server_url=None):
        database = super().new_database(server_url)
        database.query(TABLES)
        self.before = database.query(CATALOG)
        return database

    def make_objects(self, count, rows, directory="in", first=0):
        for number in range(first, first + count):
            self.write(f"{directory}/Patient.{number}.ndjson", sample.patients(number * rows, rows))
        return sample.patient_ids(first * rows, count * rows)

    def parts_aside(self):
        if self.database.value("SELECT to_regclass('sluice.set_aside')") == "":
            return 0
        return self.database.number("SELECT count(*) FROM sluice.set_aside WHERE state = 'aside'")

    def assert_restored(self):
        self.assertEqual(self.database.query(CATALOG), self.before)
        self.assertEqual(self.parts_aside(), 0)
        self.assertEqual(self.database.query("SELECT * FROM sluice.hold"), [])


class SetAside(SetAsideWorld):
    def test_a_load_puts_aside_and_restores(self):
        ids = self.make_objects(4, 50)
        result = self.load(self.directory / "in", *ALL, "--json").json()[-1]
        self.assertEqual(result["indexes"], [])
        self.assert_rows({"patient": ids})
        self.assert_restored()
        history = self.database.query(
            "SELECT indexname, restore_ms IS NOT NULL FROM sluice.set_aside ORDER BY 1")
        self.assertEqual(
            history,
            [["patient_family", "t"], ["patient_pkey", "t"], ["visit_patient_fkey", "t"]])

    def test_only_what_is_asked_for_goes_aside(self):
        self.make_objects(1, 5)
        self.load(self.directory / "in", "--set-aside-indexes")
        self.assertEqual(self.database.query("SELECT indexname FROM sluice.set_aside"),
                         [["patient_family"]])
        self.assert_restored()

    def test_auto_leaves_alone_what_does_not_pay(self):
        self.make_objects(1, 5)
        self.load(self.directory / "in", "--set-aside-indexes=auto", "--set-aside-primary-key")
        self.assertEqual(self.database.query("SELECT * FROM sluice.set_aside"), [])

    def test_what_depends_on_a_key_is_named(self):
        self.make_objects(1, 5)
        result = self.load(self.directory / "in", "--set-aside-primary-key", expect=6)
        self.assertIn("foreign key visit_patient_fkey of public.visit", result.stderr)
        self.assertEqual(self.database.query(CATALOG), self.before)


if __name__ == "__main__":
    unittest.main()
