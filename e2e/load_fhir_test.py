"""Loading FHIR files for real: what is in the tables afterwards, and what is there after the
second, third and changed load."""

import bz2
import collections
import gzip
import json
import pathlib
import subprocess
import unittest

import sample
from bucket import BucketWorld
from world import binary

TYPES = ("AllergyIntolerance", "Condition", "Encounter", "Observation", "PractitionerRole")


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout


class Contents(BucketWorld):
    def test_rows_are_the_files_lines(self):
        """Promise 1: every compression, several depths; what is stored is what was there, less what
        has columns of its own."""
        records = {
            kind: [sample.resource(kind, n, nested={"a": [1, 2.50, None, True, "é\u2028"]})
                   for n in range(20)]
            for kind in TYPES
        }
        records["Patient"] = [sample.patient(n) for n in range(40)]
        packers = [("", bytes), (".gz", gzip.compress), (".zst", zstd), (".bz2", bz2.compress)]
        for place, (kind, resources) in enumerate(records.items()):
            half = len(resources) // 2
            for part, piece in enumerate((resources[:half], resources[half:])):
                suffix, pack = packers[(place + part) % 4]
                folder = "a/b/c/d/"[: 2 * ((place + part) % 5)]
                key = f"{folder}{kind}.{part:03d}.ndjson{suffix}"
                self.bucket.put(key, pack(sample.ndjson(piece)))
        self.load_bucket("--threads", "4")
        for kind, resources in records.items():
            rows = self.database.query(
                f"SELECT id, resource_type, status, resource FROM {kind.lower()} ORDER BY id")
            wanted = {r["id"]: sample.stored(r) for r in resources}
            self.assertEqual({row[0]: json.loads(row[3]) for row in rows}, wanted, kind)
            self.assertEqual({tuple(row[1:3]) for row in rows}, {(kind, "created")})
            self.assertEqual(len(rows), len(resources))
        self.assert_books_balance()
        self.assertEqual(
            self.database.number("SELECT count(DISTINCT txid) FROM patient"), 2, "one per object")

    def test_the_tables_are_as_aidbox_lays_them_out(self):
        """spec 1.9: columns, primary key, history table, BRIN index on txid."""
        self.bucket.put("Patient.ndjson", sample.patients(0, 1))
        self.load_bucket()
        columns = (
            "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || "
            "CASE WHEN attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY attnum) "
            "FROM pg_attribute WHERE attnum > 0 AND attrelid = '{}'::regclass"
        )
        layout = (
            "id text not null, txid bigint not null, ts timestamp with time zone, "
            "cts timestamp with time zone, resource_type text, status resource_status not null, "
            "resource jsonb not null"
        )
        indexes = self.database.query(
            "SELECT tablename, regexp_replace(indexdef, '.* USING ', '') FROM pg_indexes "
            "WHERE schemaname = 'public' ORDER BY 1, 2")
        self.assertEqual(self.database.value(columns.format("patient")), layout)
        self.assertEqual(self.database.value(columns.format("patient_history")), layout)
        self.assertEqual(indexes, [["patient", "brin (txid)"], ["patient", "btree (id)"],
                                   ["patient_history", "btree (id, txid)"]])
        self.assertEqual(
            self.database.value("SELECT enum_range(NULL::resource_status)"),
            "{created,updated,deleted,recreated}")

    def test_ts_is_last_updated_or_now(self):
        """spec 1.9: ts = meta.lastUpdated when present."""
        dated = sample.patient(1, meta={"lastUpdated": "2021-06-01T02:03:04.123456+02:00"})
        self.bucket.put("Patient.ndjson", sample.ndjson([dated, {"id": "undated"}]))
        self.load_bucket()
        self.assertEqual(
            self.database.query(
                "SELECT id, CASE WHEN ts > now() - interval '10 minutes' THEN 'now' "
                "ELSE (ts AT TIME ZONE 'UTC')::text END FROM patient ORDER BY 1"),
            [["p000001", "2021-06-01 00:03:04.123456"], ["undated", "now"]])

    def test_which_files_count(self):
        """The longest type name decides; what is not the system's is ignored, with a reason."""
        wanted = {
            "PractitionerRole.000.ndjson": "practitionerrole",
            "practitioner.ndjson": "practitioner",
            "PATIENT-2024.part.ndjson": "patient",
            "deep/er/Observation_1.ndjson": "observation",
        }
        ignored = ["log.ndjson", "users.ndjson", "Patients.ndjson", "Patient.json",
                   "Patient.ndjson.xz", "README.md", "Patient.ndjson.gz.part"]
        for number, key in enumerate(wanted):
            self.bucket.put(key, f'{{"id":"n{number}"}}\n')
        for key in ignored:
            self.bucket.put(key, '{"id":"x"}\n')
        self.bucket.put("folder/", b"")
        self.bucket.put("Patient.ndjson/", b"")
        result = self.load_bucket("--json")
        for number, table in enumerate(wanted.values()):
            self.assert_rows({table: [f"n{number}"]})
        tables = self.database.query(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE "
            "'%history' ORDER BY 1")
        self.assertEqual([row[0] for row in tables], sorted(wanted.values()))
        objects = result.json()[-1]["objects"]
        self.assertEqual((objects["loaded"], objects["ignored"]), (4, len(ignored) + 2))

    def test_an_empty_object_is_done_with_no_rows(self):
        self.bucket.put("Patient.ndjson", b"")
        self.load_bucket()
        job = self.job("Patient.ndjson")
        self.assertEqual((job["state"], job["records_read"]), ("done", "0"))
        self.assert_rows({"patient": []})

    def test_a_table_of_another_layout_is_refused(self):
        """Existing tables' columns are checked: exit 6, and nothing is touched."""
        self.database.query("CREATE TABLE patient (id integer PRIMARY KEY, name text)")
        self.bucket.put("Patient.ndjson", sample.patients(0, 1))
        result = self.load_bucket(expect=6)
        self.assertIn("patient", result.stderr)
        self.assertEqual(self.database.number("SELECT count(*) FROM patient"), 0)

    def test_the_samples_load_whole(self):
        """Realistic records of many types: rows equal lines, table by table."""
        maker = pathlib.Path(binary()).with_name("sluice-samples")
        self.assertTrue(maker.is_file(), f"{maker} is not built")
        out = self.directory / "samples"
        subprocess.run([maker, "--out", out, "--raw-size", "12MB", "--file-size", "1MB"],
                       check=True, stdout=subprocess.DEVNULL)
        lines = collections.Counter()
        for file in out.rglob("*.ndjson.gz"):
            with gzip.open(file) as text:
                lines[file.name.partition(".")[0]] += sum(1 for _ in text)
        self.assertGreaterEqual(len(lines), 10)
        self.load(out, "--threads", "4")
        for kind, count in lines.items():
            rows = self.database.number(f"SELECT count(*) FROM {kind.lower()}")
            self.assertEqual(rows, count, kind)
        self.assert_books_balance()


class Again(BucketWorld):
    """A second load of the same source."""

    def setUp(self):
        super().setUp()
        for number in range(3):
            self.bucket.put(f"Patient.{number}.ndjson", sample.patients(10 * number, 10))
        self.load_bucket()
        self.ids = sample.patient_ids(0, 30)
        self.before = self.versions_in_place()

    def overwrite(self, version=2):
        """Patient.1 without its first record and with a new one."""
        self.bucket.put("Patient.1.ndjson", sample.ndjson(
            sample.patient(n, version=version) for n in [*range(11, 20), 500]))
        return [id for id in self.ids if id != "p000010"] + ["p000500"]

    def versions(self):
        return dict(self.database.query(
            "SELECT resource->>'version', count(*) FROM patient GROUP BY 1 ORDER BY 1"))

    def test_nothing_is_loaded_twice(self):
        """Promise 1: all skipped, exit 0, no row touched."""
        result = self.load_bucket("--json")
        objects = result.json()[-1]["objects"]
        self.assertEqual((objects["loaded"], objects["skipped"], objects["failed"]), (0, 3, 0))
        self.assertEqual(self.versions_in_place(), self.before)

    def test_another_request_for_the_same_objects(self):
        """Promise 1: receipts are of objects, not of imports."""
        self.load_bucket(prefix="Patient.1")
        self.load_bucket("--include", "*.ndjson")
        self.assertEqual(self.versions_in_place(), self.before)
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.receipt"), 3)

    def test_only_new_objects_are_loaded(self):
        self.bucket.put("Patient.3.ndjson", sample.patients(30, 10))
        result = self.load_bucket("--json")
        self.assertEqual(result.json()[-1]["objects"]["loaded"], 1)
        self.assert_rows({"patient": sample.patient_ids(0, 40)})
        there = [row for row in self.versions_in_place() if row[2] in self.ids]
        self.assertEqual(there, self.before)

    def test_a_changed_object_is_reported(self):
        """Promise 5: exit 4, and the table still holds the version that was loaded; every time."""
        self.overwrite()
        for _ in range(2):
            result = self.load_bucket(expect=4)
            self.assertIn("changed-since-loaded", result.stdout + result.stderr)
            self.assertEqual(self.versions_in_place(), self.before)
        self.assertEqual(self.job("Patient.1.ndjson")["error_code"], "changed-since-loaded")

    def test_changed_skip_keeps_the_loaded_version(self):
        self.overwrite()
        result = self.load_bucket("--changed", "skip", "--json")
        self.assertEqual(result.json()[-1]["objects"]["changed"], 1)
        self.assertEqual(self.versions_in_place(), self.before)

    def test_changed_reload_holds_exactly_the_new_version(self):
        """Promise 5: the superseded rows go, the new ones come, in one transaction; then nothing
        more happens."""
        ids = self.overwrite()
        self.load_bucket("--changed", "reload")
        self.assert_rows({"patient": ids})
        self.assertEqual(self.versions(), {"1": "20", "2": "10"})
        self.assert_books_balance()
        states = self.database.query(
            "SELECT state, count(*) FROM sluice.receipt GROUP BY 1 ORDER BY 1")
        self.assertEqual(states, [["current", "3"], ["superseded", "1"]])
        after = self.versions_in_place()
        self.load_bucket("--changed", "reload")
        self.assertEqual(self.versions_in_place(), after)

    def test_reload_keeps_rows_that_were_changed_since(self):
        """Promise 5: a row that another transaction updated bears another txid and meets the
        conflict; here it is no longer in the file, so it stays."""
        self.database.query("UPDATE patient SET txid = nextval('transaction_id_seq'), "
                            "status = 'updated' WHERE id = 'p000010'")
        ids = self.overwrite()
        self.load_bucket("--changed", "reload")
        self.assert_rows({"patient": [*ids, "p000010"]})

    def test_a_failed_reload_leaves_the_old_version(self):
        """Promises 1 and 5: whole or not at all holds for replacing too."""
        self.bucket.put("Patient.1.ndjson", b'{"id":"new"}\n{"id":')
        self.load_bucket("--changed", "reload", expect=4)
        self.assertEqual(self.versions_in_place(), self.before)

    def test_forget_loads_again_and_replaces(self):
        """Promise 5: forgetting changes a receipt's state; the next load replaces its rows."""
        forget = ["forget", "--into", self.database.url]
        self.sluice(*forget, self.bucket.url("Patient.1.ndjson"))
        self.assertEqual(self.versions_in_place(), self.before)
        ids = self.overwrite(version=3)
        result = self.load_bucket("--json")
        self.assertEqual(result.json()[-1]["objects"]["loaded"], 1)
        self.assert_rows({"patient": ids})
        self.assertEqual(self.versions(), {"1": "20", "3": "10"})
        self.assert_books_balance()

    def test_a_dropped_table_is_not_taken_for_the_old_one(self):
        """Promise 1: another oid stops the load with a clear error; forget --table goes on."""
        self.database.query("DROP TABLE patient")
        result = self.load_bucket(expect=6)
        self.assertIn("public.patient", result.stderr)
        self.sluice("forget", "--into", self.database.url, "--table", "public.patient")
        self.load_bucket()
        self.assert_rows({"patient": self.ids})


if __name__ == "__main__":
    unittest.main()
