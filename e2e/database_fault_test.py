"""Promises 1, 3 and 6 against a database that refuses: what passes is waited out, what stays has
its SQLSTATE and origin postgres in the ledger, and an object is in whole or not at all."""

import unittest
import urllib.parse

import sample
from crash import CrashWorld
from world import own_name, psql, wait_for

# Raises for the first so many rows that bear the id; a sequence counts, as no rollback touches it.
REFUSE = """
CREATE SEQUENCE refusals;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.id = '{id}' AND nextval('public.refusals') <= {times} THEN
    RAISE EXCEPTION 'no' USING ERRCODE = '{code}';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON patient FOR EACH ROW EXECUTE FUNCTION refuse();
"""
TARGET = "/Patient.1.ndjson"
TARGET_ID = "p000015"


class Refusals(CrashWorld):
    def refuse(self, code, times):
        ids = self.make_objects(count=3, rows=10)
        self.database.query(REFUSE.format(id=TARGET_ID, times=times, code=code))
        return ids

    def assert_target_dead(self, code, line):
        job = self.job(TARGET)
        self.assertEqual(
            (job["state"], job["error_origin"], job["error_code"], job["error_line"]),
            ("dead", "postgres", code, line), job["error_message"])
        self.assert_exactly_once(sample.patient_ids(0, 10) + sample.patient_ids(20, 10))

    def test_passing_refusals_are_waited_out(self):
        """Deadlocks, serialization, memory, locks, cancelled statements: tried again."""
        for code in ("40001", "40P01", "53200", "55P03", "57014"):
            with self.subTest(code):
                self.database = self.new_database()
                ids = self.refuse(code, times=1)
                self.load(self.directory / "in")
                self.assertEqual(self.job(TARGET)["attempts"], "1")
                self.assert_exactly_once(ids)

    def test_a_full_disk_that_gets_room(self):
        """53100 is of the whole server, and passes too."""
        ids = self.refuse("53100", times=2)
        self.load(self.directory / "in")
        self.assert_exactly_once(ids)

    def test_a_refusal_that_stays(self):
        """After its attempts the object is dead, with the SQLSTATE; the others are in."""
        self.refuse("40P01", times=1000)
        self.load(self.directory / "in", "--attempts", "2", expect=4)
        self.assertEqual(self.job(TARGET)["attempts"], "2")
        self.assertEqual(self.job(TARGET)["error_code"], "40P01")

    def test_a_trigger_that_refuses_a_record(self):
        """P0001 is the record's fault: the object is dead at once, with the record's line."""
        self.refuse("P0001", times=1000)
        self.load(self.directory / "in", expect=4)
        self.assert_target_dead("P0001", "6")

    def test_a_check_constraint(self):
        """23514 names the line, and the server's words about the record stay in the reject."""
        self.make_objects(count=3, rows=10)
        self.database.query(f"ALTER TABLE patient ADD CHECK (id <> '{TARGET_ID}')")
        result = self.load(self.directory / "in", expect=4)
        self.assert_target_dead("23514", "6")
        self.assertNotIn(TARGET_ID, result.stdout + result.stderr)
        detail = self.database.value("SELECT detail FROM sluice.reject")
        self.assertIn(TARGET_ID, detail)


class Sessions(CrashWorld):
    def test_an_administrator_ends_sessions(self):
        """57P01, many times: every object is in once."""
        ids = self.make_objects(count=20, rows=50)
        self.slow_down(0.002)
        process = self.start(*self.load_arguments(self.directory / "in", "--threads", "3"))
        for _ in range(4):
            self.wait_for_done(1)
            wait_for(lambda: self.end_sessions() > 0 or not process.running(), "sessions load")
        result = process.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_exactly_once(ids)

    def end_sessions(self):
        return self.database.number(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'")

    def test_timeouts_of_the_role_do_no_harm(self):
        """idle_in_transaction_session_timeout and statement_timeout set by an administrator."""
        ids = self.make_objects(count=4, rows=50)
        self.database.query(
            f"ALTER DATABASE {self.database.name} SET idle_in_transaction_session_timeout = '1s'")
        self.load(self.directory / "in")
        self.assert_exactly_once(ids)


class Roles(CrashWorld):
    """A login that is no superuser."""

    def setUp(self):
        super().setUp()
        self.role = own_name("e2e_role_")
        server = self.database.server_url
        psql(server, f"CREATE ROLE {self.role} LOGIN")
        # After the database, which holds the role's grants.
        self._cleanups.insert(0, (psql, (server, f"DROP ROLE {self.role}"), {}))
        host = urllib.parse.parse_qs(urllib.parse.urlsplit(server).query)["host"][0]
        self.url = f"postgresql://{self.role}@/{self.database.name}?host={host}"

    def test_without_any_right(self):
        """42501: exit 6, and which GRANT would help."""
        self.make_objects(count=1, rows=1)
        result = self.load(self.directory / "in", "--into", self.url, expect=6)
        self.assertIn("42501", result.stderr)
        self.assertIn("GRANT", result.stderr)

    def test_without_the_right_to_the_table(self):
        """The same once the ledger is there: the run fails, and says so in the ledger."""
        self.make_objects(count=1, rows=1)
        self.database.query(f"GRANT CREATE ON DATABASE {self.database.name} TO {self.role}")
        result = self.load(self.directory / "in", "--into", self.url, expect=6)
        self.assertIn("42501", result.stderr)
        self.assertEqual(
            self.database.query("SELECT state, error_origin, error_code FROM sluice.import"),
            [["failed", "postgres", "42501"]])

    def test_more_threads_than_connections(self):
        """53300 for some threads: the others load, and the end does not wait for those."""
        ids = self.make_objects(count=6, rows=50)
        self.database.query(
            f"GRANT CREATE ON DATABASE {self.database.name} TO {self.role}; "
            f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {self.role}; "
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {self.role}")
        self.sluice("migrate", "up", "--into", self.url)
        psql(self.database.server_url, f"ALTER ROLE {self.role} CONNECTION LIMIT 5")
        self.load(self.directory / "in", "--into", self.url, "--threads", "8", seconds=60)
        self.assert_exactly_once(ids)


if __name__ == "__main__":
    unittest.main()
