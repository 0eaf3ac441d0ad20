"""Single lines of bulk import scripts: bad ones are one SKIP each, every directive does what it
says, and a trial leaves no trace."""

import json
import unittest

from terminology import (
    TerminologyWorld, collection, concept, counts, lines, mapping, org, reference, results, script,
    source)
from world import wait_for


class BadLines(TerminologyWorld):
    def test_a_broken_line_is_one_skip_with_its_number(self):
        report = self.report(script("edge/invalid_import_json.json"), expect=3)
        self.assertEqual((report["count"], report["num_skipped"]), (2, 1))
        skip = report["results"]["/"]["SKIP"]["skip"][0]
        self.assertIn("line 2", skip["message"])
        self.assertEqual(skip["status_code"], "skip")
        self.assertEqual(self.database.query("SELECT mnemonic FROM ocl.org"), [["DemoOrg"]])

    def test_a_line_without_a_type_is_one_skip(self):
        report = self.report(script("edge/invalid_import_without_type.json"), expect=3)
        skip = report["results"]["/"]["SKIP"]["skip"][0]
        self.assertTrue(skip["message"].startswith("No 'type' attribute: {"), skip["message"])

    def test_a_csv_that_is_no_script_is_told_line_by_line_that_it_is_no_json(self):
        text = script("csv/language-codes_csv.csv")
        report = self.report(text, expect=3)
        self.assertEqual(report["count"], report["num_skipped"])
        self.assertEqual(report["count"], len(text.splitlines()))
        for skip in results(report):
            self.assertIn("Invalid JSON on line", skip["message"])
        self.assertEqual(self.database.number("SELECT count(*) FROM ocl.repo"), 0)

    def test_a_csv_row_of_an_unknown_type_is_one_skip(self):
        report = self.report(script("edge/invalid_import_csv.csv"), expect=3)
        self.assertEqual((report["count"], report["num_skipped"]), (1, 1))
        skip = report["results"]["/"]["SKIP"]["skip"][0]
        self.assertIn("Unrecognized 'type' attribute 'Foobar'", skip["message"])
        self.assertEqual(json.loads(skip["text"])["__row"], 2)

    def test_a_csv_whose_rows_cannot_be_read_is_refused_before_anything_is_applied(self):
        file = self.write("s.csv", 'resource_type,id,name\nOrganization,O,n\nOrganization,P,"n\n')
        result = self.load_script(file, expect=4)
        self.assertIn("line 3, which starts at byte 39", result.stderr)
        self.assertIn("nothing was applied", result.stderr)
        self.assertEqual(self.database.number("SELECT count(*) FROM ocl.org"), 0)

    def test_hostile_lines_cost_themselves_only(self):
        deep = '{"type": "Concept", "extras": ' + '{"a":' * 20000 + "1" + "}" * 20000 + "}"
        hostile = [
            b"\xff\xfe\x00garbage", b'{"type": "Organization", "id": "x', b"[]", b"null", b'"x"',
            b"{}", b'{"type": 5}', b'{"type": "Organization", "id": "\\u0000", "name": "n"}',
            b'{"type": "Organization", "id": "a", "name": "\\ud800"}',
            b'{"type": "Concept", "id": {"a": 1}, "owner": [], "source": 5}', deep.encode(),
            b'{"type": "Mapping", "owner": "O", "source": "S", "map_type": 7}',
            b'{"type": "Reference", "collection_url": "nonsense", "data": 3}',
            b'{"type": "Organization", "id": "../..", "name": "n"}', b"\x00" * 100]
        good = [json.dumps(org(f"Good{i}")).encode() for i in range(len(hostile))]
        text = b"\n".join(line for pair in zip(hostile, good) for line in pair)
        report = self.report(text, expect=3)
        self.assertEqual(report["count"], 2 * len(hostile))
        self.assertEqual(
            self.database.number("SELECT count(*) FROM ocl.org"), len(good))
        numbers = [row[0] for row in self.database.query("SELECT line FROM ocl.result ORDER BY 1")]
        self.assertEqual(numbers, [str(n + 1) for n in range(2 * len(hostile))])

    def test_a_line_of_50_mb_is_refused_by_name_and_what_came_before_stays(self):
        long = json.dumps({**org("Long"), "extras": {"a": "x" * (50 << 20)}})
        file = self.write("long.json", lines(org("Before")) * 3000 + long + "\n")
        result = self.load_script(file, expect=4)
        self.assertIn("line 3001", result.stderr)
        self.assertEqual(self.database.query("SELECT mnemonic FROM ocl.org"), [["Before"]])

    def test_an_empty_script_processes_nothing(self):
        self.assertEqual(
            self.load_script("").stdout, "Processed 0 of 0\n")


class Directives(TerminologyWorld):
    def codes(self, *objects, expect=0, options=()):
        report = self.report(lines(*objects), *options, expect=expect)
        by_line = self.database.query(
            "SELECT action_type || ' ' || status_code FROM ocl.result WHERE task_id = (SELECT id "
            "FROM ocl.task ORDER BY submitted_at DESC LIMIT 1) ORDER BY line")
        self.assertEqual(report["count"], len(objects))
        return [row[0] for row in by_line]

    def test_every_action(self):
        base = [org("O"), source("S", "O")]
        self.assertEqual(self.codes(*base), ["NEW 201"] * 2)
        one = concept("C", "O", "S")
        self.assertEqual(
            self.codes(
                {**one, "__action": "UPDATE"}, {**one, "__action": "DELETE"},
                {**one, "__action": "DELETE_IF_EXISTS"}, {**one, "__action": "SKIP"},
                {**one, "__action": "CREATE"}, {**one, "__action": "NEW"},
                {**one, "__action": "UPDATE", "datatype": "Text"}, one,
                {**one, "__action": "DELETE_IF_EXISTS"}, {**one, "__action": "DELETE_IF_EXISTS"},
                {**one, "__action": "nonsense"}, expect=3),
            ["UPDATE 404", "DELETE 404", "SKIP skip", "SKIP skip", "NEW 201", "NEW 400",
             "UPDATE 200", "UPDATE 200", "DELETE 204", "SKIP skip", "SKIP skip"])

    def test_update_if_exists_off_passes_over_what_is_there_and_deletes_nevertheless(self):
        self.codes(org("O"), source("S", "O"), concept("C", "O", "S"))
        options = ("--update-if-exists", "off")
        self.assertEqual(
            self.codes(org("O"), concept("C", "O", "S", datatype="Text"),
                       concept("D", "O", "S"),
                       {**concept("C", "O", "S"), "__action": "DELETE"}, options=options),
            ["SKIP skip", "SKIP skip", "NEW 201", "DELETE 204"])

    def test_cascade_adds_the_source_s_own_mappings(self):
        base = "/orgs/O/sources/S/concepts/"
        self.codes(
            org("O"), source("S", "O"), collection("K", "O"), concept("A", "O", "S"),
            concept("B", "O", "S"), mapping("O", "S", "A", "B", id="AB"),
            reference("O", "K", f"{base}A/", __cascade="sourcemappings"))
        there = self.references("/orgs/O/collections/K/")
        self.assertEqual(there, [[f"{base}A/", "1"], ["/orgs/O/sources/S/mappings/AB/", "1"]])

    def test_a_reference_is_pinned_to_what_was_latest_at_its_line(self):
        base = "/orgs/O/sources/S/concepts/"
        self.codes(
            org("O"), source("S", "O"), collection("K", "O"), concept("A", "O", "S"),
            concept("A", "O", "S", "second"), reference("O", "K", f"{base}A/"),
            concept("A", "O", "S", "third"))
        self.assertEqual(self.references("/orgs/O/collections/K/"), [[f"{base}A/", "2"]])

    def test_an_organisation_goes_whole_or_not_at_all(self):
        base = "/orgs/O/sources/S/concepts/"
        self.codes(
            org("O"), source("S", "O"), collection("K", "O"), concept("A", "O", "S"),
            org("P"), collection("L", "P"), reference("P", "L", f"{base}A/"))
        before = self.state()
        gone = {**org("O"), "__action": "DELETE"}
        self.assertEqual(self.codes(gone, expect=3), ["DELETE 400"])
        self.assertEqual(self.state(), before)
        self.assertEqual(
            self.codes({**org("P"), "__action": "DELETE"}, gone), ["DELETE 200", "DELETE 200"])
        self.assertEqual(self.state(), [])


class Trials(TerminologyWorld):
    def test_a_trial_says_what_would_be_and_leaves_no_trace(self):
        self.load_script(lines(org("There")))
        before = self.state()
        sequence = "SELECT last_value, is_called FROM ocl.object_id"
        ids = self.database.query(sequence)
        text = script("pepfar_datim_moh_fy19.json.gz")
        trial = self.report(text, "--test-mode")
        self.assertIs(trial["test_mode"], True)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.database.query(sequence), ids)
        real = self.report(text)
        self.assertNotIn("test_mode", real)

        def told(report):
            return [(r["obj_url"], r["action_type"], r["status_code"]) for r in results(report)]

        self.assertEqual(told(trial), told(real))

    def test_a_trial_tells_of_failed_lines_by_its_exit_status(self):
        bad = lines(org("O"), {**org("P"), "__action": "DELETE"})
        self.assertEqual(
            self.applied(bad, "--test-mode", expect=3), {"NEW 201": 1, "DELETE 404": 1})
        self.assertEqual(self.state(), [])

    def test_a_trial_gives_way_to_whoever_waits_for_it(self):
        """It takes back what it did and comes again later; the real one never waits it out."""
        self.load_script(lines(org("O")))
        blocker = self.database.session()
        self.addCleanup(blocker.close)
        blocker.run("BEGIN; SELECT FROM ocl.org WHERE mnemonic = 'O' FOR UPDATE")
        # The first batch makes New, the second has to wait for O.
        skipped = {"type": "Organization", "id": "Skipped", "__action": "SKIP"}
        text = lines(org("New")) + lines(skipped) * 8400 + lines(org("O"))
        into = ("--into", self.database.url, "--progress", "none")
        trial = self.start(
            "load", "terminology", self.write("trial.json", text), "--test-mode", *into)
        self.wait_for_waiting(1)
        real = self.start("load", "terminology", self.write("real.json", lines(org("New"))), *into)
        self.wait_for_waiting(2)
        blocker.run("COMMIT")
        self.assertEqual(counts(real.wait().stdout), {"NEW 201": 1})
        result = trial.wait()
        self.assertEqual(counts(result.stdout), {"UPDATE 200": 2, "SKIP skip": 8400}, str(result))
        self.assertEqual(
            self.database.query("SELECT mnemonic FROM ocl.org ORDER BY 1"), [["New"], ["O"]])
        self.assertEqual(
            self.database.number("SELECT count(*) FROM sluice.job WHERE attempts > 0"), 1)

    def wait_for_waiting(self, sessions):
        wait_for(lambda: self.database.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
            "wait_event_type = 'Lock'") >= sessions, f"{sessions} sessions wait")


if __name__ == "__main__":
    unittest.main()
