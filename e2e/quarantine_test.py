"""Promise 6 with --on-reject quarantine: bad records cost themselves only, wait in the ledger with
their own bytes, and go where their object went once somebody has mended them."""

import json
import signal

import sample
from world import World

BAD_JSON = b'{"resourceType":"Patient","id":"broken-1",}'
NO_ID = b'{"resourceType":"Patient","active":true}'


class Quarantine(World):
    def import_number(self):
        return self.database.value("SELECT max(id) FROM sluice.import")

    def rejects(self, *options, **expectations):
        result = self.sluice("rejects", self.import_number(), "--into", self.database.url, *options,
                             **expectations)
        return result.stdout

    def replay(self, lines, expect=0):
        path = self.write("mended.ndjson", "".join(json.dumps(line) + "\n" for line in lines))
        return self.sluice("replay", self.import_number(), path, "--into", self.database.url,
                           "--json", expect=expect).json()[0]

    def test_good_ones_load_and_bad_ones_wait_until_they_are_mended(self):
        head, tail = sample.patients(0, 500), sample.patients(500, 500)
        self.write("in/Patient.ndjson", head + BAD_JSON + b"\n\n" + tail + NO_ID + b"\n")
        result = self.load(self.directory / "in", "--on-reject", "quarantine", expect=3)
        self.assertIn("2 bad records in quarantine", result.stdout + result.stderr)
        self.assert_rows({"patient": sample.patient_ids(0, 1000)})
        self.assert_books_balance()
        job = self.job("Patient.ndjson")
        self.assertEqual((job["records_read"], job["records_loaded"], job["records_rejected"]),
                         ("1002", "1000", "2"))
        self.assertEqual(self.rejects().count("Patient.ndjson line "), 2)
        lines = [json.loads(line) for line in self.rejects("--format", "ndjson").splitlines()]
        self.assertEqual([(r["line"], r["byte_offset"], r["reason"], r["raw"]) for r in lines], [
            (501, len(head), "json-syntax", BAD_JSON.decode()),
            (1003, len(head) + len(BAD_JSON) + 2 + len(tail), "id-missing", NO_ID.decode()),
        ])
        # Whoever looks is told.
        into = ("--into", self.database.url)
        told = self.sluice("explain", self.directory / "in/Patient.ndjson", *into).stdout
        self.assertIn("loaded 1,000 rows", told)
        self.assertIn("with 2 bad records in quarantine", told)
        self.assertIn("line 501, byte ", told)
        self.assertRegex(self.sluice("status", *into).stdout, r"(?m)^ *1  completed +0 +2  fhir ")
        self.assertIn("sluice rejects 1", self.sluice("status", "1", *into).stdout)
        # A second load changes nothing and does not call it whole.
        self.load(self.directory / "in", "--on-reject", "quarantine", expect=3)
        # One is mended, one is not.
        lines[0]["raw"] = lines[0]["raw"].replace(",}", "}")
        self.assertEqual(self.replay(lines, expect=3), {"replayed": 1, "bad": 1, "closed": 0})
        self.assert_rows({"patient": [*sample.patient_ids(0, 1000), "broken-1"]})
        self.assert_books_balance()
        # The first of them is not open any more: nothing comes in twice.
        lines[1]["raw"] = lines[1]["raw"].replace('"active"', '"id":"mended-2","active"')
        self.assertEqual(self.replay(lines), {"replayed": 1, "bad": 0, "closed": 1})
        self.assert_rows({"patient": [*sample.patient_ids(0, 1000), "broken-1", "mended-2"]})
        self.assert_books_balance()
        self.assertEqual(self.rejects(), "")
        self.load(self.directory / "in", "--on-reject", "quarantine")

    def test_what_the_database_refuses_is_isolated_too(self):
        self.write("in/Patient.0.ndjson", sample.patients(0, 10))
        self.load(self.directory / "in")
        self.database.query("ALTER TABLE patient ADD CONSTRAINT odd CHECK (id <> 'p000015')")
        self.write("in/Patient.1.ndjson", sample.patients(5, 20))
        self.load(self.directory / "in", "--on-reject", "quarantine", expect=3)
        self.assert_rows({"patient": [*sample.patient_ids(0, 15), *sample.patient_ids(16, 9)]})
        self.assert_books_balance()
        lines = [json.loads(line) for line in self.rejects("--format", "ndjson").splitlines()]
        self.assertEqual([(r["line"], r["sqlstate"]) for r in lines],
                         [(n, "23505") for n in range(1, 6)] + [(11, "23514")])
        self.assertNotIn("p000005", self.rejects(), "text for people holds no record contents")

    def test_bytes_that_are_not_text_come_back_as_they_were(self):
        self.write("in/Patient.ndjson", sample.patients(0, 1) + b'{"id":"x\xff"}\n')
        self.load(self.directory / "in", "--on-reject", "quarantine", expect=3)
        [line] = [json.loads(line) for line in self.rejects("--format", "ndjson").splitlines()]
        self.assertEqual(line["raw_base64"], "eyJpZCI6Inj/In0=")
        self.assertEqual(self.replay([line], expect=3)["bad"], 1)

    def test_too_many_fail_the_object_and_a_sample_is_kept(self):
        bad = (BAD_JSON + b"\n") * 30
        self.write("in/Patient.ndjson", sample.patients(0, 70) + bad)
        options = ("--on-reject", "quarantine", "--rejects-max")
        self.load(self.directory / "in", *options, "29", expect=4)
        self.assertEqual(self.job("Patient.ndjson")["error_code"], "too-many-rejects")
        self.assert_rows({"patient": []})
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.reject"), 30)
        self.sluice("retry", self.import_number(), "--into", self.database.url)
        self.load(self.directory / "in", *options, "29.9%", expect=4)
        self.sluice("retry", self.import_number(), "--into", self.database.url)
        self.load(self.directory / "in", *options, "30%", expect=3)
        self.assert_rows({"patient": sample.patient_ids(0, 70)})
        self.assert_books_balance()
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.reject"), 30)

    def test_a_crash_between_chunks_leaves_nothing_behind(self):
        lines = sample.patients(0, 6000)
        self.write("in/Patient.ndjson", lines + BAD_JSON + b"\n" + sample.patients(0, 3))
        for point in ("chunk-kept:2", "chunk-rolled-back:1", "before-commit:1"):
            with self.subTest(point):
                self.database = self.new_database()
                arguments = self.load_arguments(
                    self.directory / "in", "--on-reject", "quarantine")
                crash = self.start(*arguments, SLUICE_CRASH_AT=point).wait()
                self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
                self.sluice(*arguments, expect=3)
                self.assert_rows({"patient": sample.patient_ids(0, 6000)})
                self.assert_books_balance()
                self.assertEqual(self.database.number("SELECT count(*) FROM sluice.reject"), 4)
