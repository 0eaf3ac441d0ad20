"""--upsert: a record whose key is in the table updates that row, and what was there is kept."""

import signal

import sample
from world import World


class Upsert(World):
    def versions(self):
        return self.database.query(
            "SELECT id, resource->>'version', status FROM patient ORDER BY id")

    def setUp(self):
        super().setUp()
        self.write("in/Patient.0.ndjson", sample.patients(0, 4))
        self.load(self.directory / "in")

    def upsert(self, *options, expect=0):
        return self.load(self.directory / "in", "--upsert", *options, expect=expect)

    def test_updates_and_keeps_the_replaced_rows(self):
        self.database.query("UPDATE patient SET status = 'deleted' WHERE id = 'p000003'")
        self.write("in/Patient.1.ndjson", sample.patients(2, 4, version=2))
        self.upsert()
        self.assertEqual(self.versions(), [
            ["p000000", "1", "created"], ["p000001", "1", "created"],
            ["p000002", "2", "updated"], ["p000003", "2", "recreated"],
            ["p000004", "2", "created"], ["p000005", "2", "created"],
        ])
        kept = self.database.query(
            "SELECT id, resource->>'version', status FROM patient_history ORDER BY id")
        self.assertEqual(kept, [["p000002", "1", "created"], ["p000003", "1", "deleted"]])
        job = self.job("Patient.1.ndjson")
        self.assertEqual((job["records_read"], job["records_loaded"]), ("4", "4"))

    def test_without_history(self):
        self.write("in/Patient.1.ndjson", sample.patients(0, 4, version=2))
        self.upsert("--history", "off")
        self.assertEqual([row[1] for row in self.versions()], ["2"] * 4)
        self.assertEqual(self.database.number("SELECT count(*) FROM patient_history"), 0)

    def test_conflict_policies(self):
        newer = sample.patient(1, meta={"lastUpdated": "2030-01-01T00:00:00Z"}, version=2)
        older = sample.patient(2, meta={"lastUpdated": "2000-01-01T00:00:00Z"}, version=2)
        self.write("in/Patient.1.ndjson", sample.ndjson([newer, older]))
        self.upsert("--conflict", "newer")
        self.assertEqual([row[1] for row in self.versions()], ["1", "2", "1", "1"])
        job = self.job("Patient.1.ndjson")
        self.assertEqual((job["records_read"], job["records_loaded"]), ("2", "1"))
        self.assert_counts_agree()
        self.write("in/Patient.2.ndjson", sample.patients(3, 2, version=3))
        self.upsert("--conflict", "ignore")
        self.assertEqual([row[1] for row in self.versions()], ["1", "2", "1", "1", "3"])
        self.write("in/Patient.3.ndjson", sample.patients(4, 2, version=4))
        self.upsert("--conflict", "error", expect=4)
        job = self.job("Patient.3.ndjson")
        self.assertEqual((job["error_code"], job["error_line"]), ("conflict", "1"))
        self.assertEqual(len(self.versions()), 5, "nothing of it came in")

    def assert_counts_agree(self):
        wrong = self.database.query(
            "SELECT key FROM sluice.job WHERE state = 'done' AND "
            "records_read <> records_loaded + records_rejected + records_skipped")
        self.assertEqual(wrong, [])

    def test_duplicates_within_an_object(self):
        twice = sample.patients(7, 2) + sample.patients(8, 1, version=2)
        self.write("in/Patient.1.ndjson", twice)
        self.upsert(expect=4)
        job = self.job("Patient.1.ndjson")
        self.assertEqual((job["error_code"], job["error_line"]), ("duplicate-in-object", "3"))
        self.assertIn("line 2 and line 3", job["error_message"])
        self.sluice("retry", "1", "--into", self.database.url)
        self.upsert("--on-duplicate", "keep-last")
        self.assertEqual(self.versions()[-1], ["p000008", "2", "created"])
        self.assert_counts_agree()

    def test_quarantine_isolates_what_the_database_refuses(self):
        """Promise 6: format errors and constraint errors alike, each with its own bytes."""
        lines = sample.patients(1, 20, version=2).splitlines(keepends=True)
        for history, kept_rows in (("on", 2), ("off", 0)):
            with self.subTest(history=history):
                self.database = self.new_database()
                self.load(self.directory / "in", "--include", "*Patient.0.ndjson")
                self.database.query("ALTER TABLE patient ADD CONSTRAINT odd CHECK "
                                    "(id NOT IN ('p000003', 'p000017', 'p000020')) NOT VALID")
                self.write("in/Patient.1.ndjson", b"".join([*lines[:5], b"{}\n", *lines[5:]]))
                result = self.upsert("--on-reject", "quarantine", "--history", history, expect=3)
                self.assertIn("4 bad records", result.stdout)
                versions = {row[0]: row[1] for row in self.versions()}
                self.assertEqual([versions[f"p{n:06d}"] for n in range(5)],
                                 ["1", "2", "2", "1", "2"])
                self.assertEqual(len(versions), 4 + 17 - 2)
                kept = self.database.query(
                    "SELECT line, sqlstate, convert_from(raw, 'UTF8') FROM sluice.reject "
                    "ORDER BY line")
                self.assertEqual(kept, [
                    ["3", "23514", lines[2].decode().strip()], ["6", "", "{}"],
                    ["18", "23514", lines[16].decode().strip()],
                    ["21", "23514", lines[19].decode().strip()],
                ])
                self.assert_counts_agree()
                self.assertEqual(
                    self.database.number("SELECT count(*) FROM patient_history"), kept_rows)

    def test_without_the_key_it_is_refused(self):
        self.database.query("ALTER TABLE patient DROP CONSTRAINT patient_pkey")
        self.write("in/Patient.1.ndjson", sample.patients(7, 2))
        result = self.upsert(expect=6)
        self.assertIn("upsert-needs-key", result.stderr)

    def test_a_crash_during_the_merge(self):
        """Promise 1: kill -9 while rows are staged, while history is kept, before the commit."""
        self.write("in/Patient.1.ndjson", sample.patients(2, 4, version=2))
        for point in ("rows-staged", "history-kept", "before-commit"):
            with self.subTest(point):
                self.database = self.new_database()
                self.load(self.directory / "in", "--include", "*Patient.0.ndjson")
                arguments = self.load_arguments(self.directory / "in", "--upsert")
                crash = self.start(*arguments, SLUICE_CRASH_AT=point).wait()
                self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
                self.assertEqual([row[1] for row in self.versions()], ["1"] * 4)
                self.sluice(*arguments)
                self.assertEqual([row[1] for row in self.versions()], ["1"] * 2 + ["2"] * 4)
                self.assertEqual(
                    self.database.number("SELECT count(*) FROM patient_history"), 2)
