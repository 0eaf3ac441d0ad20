"""Promise 8: what a load puts out of its way comes back, whatever happens meanwhile."""

import signal
import threading
import unittest

import sample
from crash import aside_crash_points
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
# Rows wait at the gate until it is opened.
GATE = """
CREATE TABLE gate (shut boolean);
INSERT INTO gate VALUES (true);
CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  WHILE EXISTS (SELECT FROM public.gate) LOOP PERFORM pg_sleep(0.02); END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER wait_at_gate BEFORE INSERT ON %s FOR EACH ROW WHEN (NEW.id >= '%s')
  EXECUTE FUNCTION wait_at_gate();
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

    def shut_gate(self, table, first_id):
        """Loads of these ids stand still until open_gate()."""
        self.database.query(GATE % (table, first_id))

    def open_gate(self):
        self.database.query("DELETE FROM gate")

    def parts_aside(self):
        if self.database.value("SELECT to_regclass('sluice.set_aside')") == "":
            return 0
        return self.database.number("SELECT count(*) FROM sluice.set_aside WHERE state = 'aside'")

    def assert_restored(self):
        self.assertEqual(self.database.query(CATALOG), self.before)
        self.assertEqual(self.parts_aside(), 0)
        self.assertEqual(self.database.query("SELECT * FROM sluice.hold"), [])


class Writer:
    """Another client, which inserts patients of its own until it is told to stop."""

    def __init__(self, database):
        self.database = database
        self.ids = []
        self.failure = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.write)
        self.thread.start()

    def write(self):
        try:
            while not self.over.is_set():
                name = f"a{len(self.ids):06d}"  # not held up at the gate
                self.database.query("INSERT INTO patient (id, txid, status, resource) "
                                    f"VALUES ('{name}', 0, 'created', '{{}}')")
                self.ids.append(name)
        except AssertionError as failure:
            self.failure = failure

    def stop(self):
        """What it wrote; fails if any of it failed."""
        self.over.set()
        self.thread.join()
        if self.failure:
            raise self.failure
        return self.ids


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
        self.assertEqual(self.database.value(
            "SELECT 1 FROM pg_stats WHERE tablename = 'patient' AND attname = 'id'"), "1")

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


class Company(SetAsideWorld):
    def test_two_imports_and_another_client_meet_in_one_table(self):
        """One import with set-aside, one without, and a client that knows of neither: nothing
        fails, and the keys are back when the last hold is released."""
        ours = self.make_objects(30, 40, "one")
        theirs = self.make_objects(30, 40, "two", first=100)
        self.shut_gate("patient", "p000000")
        client = Writer(self.database)
        self.addCleanup(client.stop)
        one = self.start(*self.load_arguments(self.directory / "one", *ALL, "--threads", "2"))
        wait_for(lambda: self.parts_aside() == 3, "the keys are aside")
        two = self.start(*self.load_arguments(self.directory / "two", "--threads", "2"))
        wait_for(lambda: self.database.number("SELECT count(*) FROM sluice.import") == 2,
                 "both run")
        self.open_gate()
        for process in (one, two):
            result = process.wait()
            self.assertEqual(result.code, 0, f"\n{result}")
        written = client.stop()
        self.assertGreater(len(written), 0)
        self.assert_rows({"patient": ours + theirs + written})
        self.assert_restored()
        failed = self.database.query("SELECT key, attempts FROM sluice.job WHERE attempts > 0")
        self.assertEqual(failed, [], "waiting for a restore is no failed attempt")

    def test_the_last_of_two_holds_restores(self):
        first = self.make_objects(4, 20, "one")
        second = self.make_objects(30, 40, "two", first=100)
        self.shut_gate("patient", second[0])
        slow = self.start(*self.load_arguments(self.directory / "two", *ALL, "--threads", "2"))
        wait_for(lambda: self.parts_aside() == 3, "the keys are aside")
        self.load(self.directory / "one", *ALL)
        self.assertEqual(self.parts_aside(), 3)
        self.open_gate()
        self.assertEqual(slow.wait().code, 0)
        self.assert_rows({"patient": first + second})
        self.assert_restored()

    def test_a_table_is_restored_while_others_load(self):
        """Its last object is in, and so are its keys, long before the last object of all."""
        self.write("in/Patient.0.ndjson", sample.patients(0, 2000))
        for number in range(3):
            self.write(f"in/Goal.{number}.ndjson", sample.ndjson([sample.resource("Goal", number)]))
        self.load(self.directory / "in", "--include", "*Goal.0.*")
        self.shut_gate("goal", "goal")
        process = self.start(*self.load_arguments(self.directory / "in", *ALL, "--threads", "1"))
        wait_for(lambda: self.database.value("SELECT count(*) FROM sluice.set_aside WHERE "
                                             "restore_end IS NOT NULL AND tablename <> 'goal'")
                 == "3", "the keys of patient are back")
        waiting = "SELECT count(*) FROM sluice.job WHERE state IN ('pending', 'running')"
        self.assertEqual(self.database.number(waiting), 2)
        self.open_gate()
        self.assertEqual(process.wait().code, 0)
        self.assert_restored()


class Crashes(SetAsideWorld):
    def test_a_crash_at_each_named_point(self):
        """kill -9 while keys are put aside, while rows come, and while keys are restored: the same
        command restores everything, rows exactly once."""
        points = aside_crash_points()
        self.assertGreaterEqual(len(points), 6)
        for point in (*points, "before-commit", "after-commit"):
            with self.subTest(point):
                self.database = self.new_database()
                ids = self.make_objects(6, 10)
                arguments = self.load_arguments(self.directory / "in", *ALL, "--threads", "2")
                crash = self.start(*arguments, SLUICE_CRASH_AT=point).wait()
                self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
                self.sluice(*arguments)
                self.assert_rows({"patient": ids})
                self.assert_books_balance()
                self.assert_restored()

    def test_whoever_comes_next_restores(self):
        """Another load, a worker, or a person: whatever the killed load was about."""
        for number, next_one in enumerate(("load", "work", "person")):
            with self.subTest(next_one):
                self.database = self.new_database()
                self.make_objects(2, 10)
                crash = self.start(*self.load_arguments(self.directory / "in", *ALL),
                                   SLUICE_CRASH_AT="index-built").wait()
                self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
                into = ("--into", self.database.url)
                if next_one == "load":
                    goal = sample.ndjson([sample.resource("Goal", number)])
                    self.write("other/Goal.ndjson", goal)
                    self.load(self.directory / "other")
                elif next_one == "work":
                    self.sluice("work", *into, "--until-idle")
                else:
                    self.sluice("indexes", "restore", *into)
                self.assertEqual(self.database.query(CATALOG), self.before)
                self.assertEqual(self.parts_aside(), 0)

    def test_ctrl_c_says_what_is_missing_and_the_same_command_restores(self):
        ids = self.make_objects(20, 40)
        self.shut_gate("patient", "p000000")
        arguments = self.load_arguments(self.directory / "in", *ALL, "--threads", "2")
        process = self.start(*arguments)
        wait_for(lambda: self.parts_aside() == 3, "the keys are aside")
        process.signal(signal.SIGINT)
        result = process.wait()
        self.assertEqual(result.code, 7, f"\n{result}")
        self.assertIn("public.patient is without its primary key patient_pkey",
                      result.stdout + result.stderr)
        self.open_gate()
        self.sluice(*arguments)
        self.assert_rows({"patient": ids})
        self.assert_restored()


class Duplicates(SetAsideWorld):
    def load_twice(self, *options, expect=0):
        """p000002 is in both objects: in lines 3 and 1."""
        self.write("in/Patient.0.ndjson", sample.patients(0, 3))
        self.write("in/Patient.1.ndjson", sample.patients(2, 3))
        return self.load(self.directory / "in", *ALL, "--threads", "1", *options, expect=expect)

    def test_they_are_named_and_the_table_is_red(self):
        result = self.load_twice(expect=4)
        said = result.stdout + result.stderr
        self.assertIn("public.patient is without its primary key patient_pkey", said)
        self.assertIn("Patient.0.ndjson line 3", said)
        self.assertIn("Patient.1.ndjson line 1", said)
        self.assertIn("p000002", said)
        into = ("--into", self.database.url)
        status = self.sluice("status", *into).stdout
        self.assertIn("public.patient is without its primary key patient_pkey", status)
        parts = self.sluice("indexes", *into, "--json").json()
        self.assertEqual([(p["index"], p["state"], p["code"]) for p in parts],
                         [("patient_pkey", "aside", "23505"),
                          ("visit_patient_fkey", "aside", "42830")])
        self.sluice("indexes", "restore", *into, expect=4)
        self.sluice("indexes", "restore", *into, "--on-duplicate", "keep-last")
        self.assert_rows({"patient": sample.patient_ids(0, 5)})
        self.assert_books_balance()
        self.assert_restored()

    def test_one_of_them_stays_and_the_other_is_a_reject(self):
        for policy, key, line, loaded in (("keep-first", "Patient.1.ndjson", "1", "2"),
                                          ("keep-last", "Patient.0.ndjson", "3", "2")):
            with self.subTest(policy):
                self.database = self.new_database()
                self.load_twice("--on-duplicate", policy, expect=3)
                self.assert_rows({"patient": sample.patient_ids(0, 5)})
                self.assert_books_balance()
                self.assert_restored()
                job = self.job(key)
                self.assertEqual((job["records_read"], job["records_loaded"],
                                  job["records_rejected"]), ("3", loaded, "1"))
                reject = self.database.query(
                    "SELECT line, reason, record_id, convert_from(raw, 'UTF8') FROM sluice.reject")
                self.assertEqual(reject, [[line, "duplicate-key", "p000002",
                                           sample.patients(2, 1).decode().strip()]])

    def test_rows_of_others_are_never_deleted(self):
        self.write("in/Patient.0.ndjson", sample.patients(0, 3))
        process = self.start(*self.load_arguments(self.directory / "in", *ALL),
                             SLUICE_CRASH_AT="before-commit")
        process.wait()
        self.database.query("INSERT INTO patient (id, txid, status, resource) "
                            "VALUES ('p000001', 0, 'created', '{\"other\": 1}')")
        self.load(self.directory / "in", *ALL, "--on-duplicate", "keep-last", expect=3)
        self.assertEqual(
            self.database.query("SELECT resource FROM patient WHERE id = 'p000001'"),
            [['{"other": 1}']])
        self.assert_restored()


class ByHand(SetAsideWorld):
    def test_what_a_person_puts_aside_stays_so_until_that_person_restores_it(self):
        into = ("--into", self.database.url)
        ids = self.make_objects(1, 5)
        self.load(self.directory / "in")
        self.sluice("indexes", "aside", *into, "--table", "patient", "--primary-key",
                    "--foreign-keys")
        self.assertEqual(self.parts_aside(), 3)
        self.load(self.directory / "in")
        self.assertEqual(self.parts_aside(), 3, "the next load leaves it alone")
        said = self.sluice("indexes", *into).stdout
        self.assertIn("patient_pkey", said)
        self.sluice("indexes", "restore", *into, "--table", "public.patient")
        self.assert_rows({"patient": ids})
        self.assert_restored()

    def test_every_error_path(self):
        into = ("--into", self.database.url)
        self.sluice("indexes", *into, expect=6)
        self.sluice("migrate", "up", *into)
        self.sluice("indexes", "aside", *into, expect=2)
        self.sluice("indexes", "aside", *into, "--table", "nothing", expect=6)
        self.sluice("indexes", "aside", *into, "--table", "patient", "--primary-key", expect=6)
        self.make_objects(1, 5)
        self.load(self.directory / "in", "--upsert", *ALL, expect=2)


if __name__ == "__main__":
    unittest.main()
