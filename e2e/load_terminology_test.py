"""Bulk import scripts on the command line: every script that OCL's users run comes to what it
should, once and again; a bad line is one SKIP; a trial leaves no trace."""

import gzip
import json
import unittest

from terminology import (
    TerminologyWorld, collection, concept, counts, lines, mapping, org, reference, results, script,
    source)


class Scripts(TerminologyWorld):
    def test_a_country_s_mapping_twice(self):
        self.assertEqual(
            self.applied(script("pepfar_datim_moh_fy19.json")), {"NEW 201": 405, "NEW 200": 8})
        self.assert_all_resolve(177)
        baseline = script("BI-FY19-baseline.json")
        first = self.applied(baseline, expect=3)  # a DELETE of what is not there
        self.assertEqual(first, {"DELETE 404": 1, "NEW 201": 588, "NEW 200": 117})
        self.assert_all_resolve(177 + 702)
        before = self.state()
        again = self.applied(baseline)
        self.assertEqual(again, {"DELETE 200": 1, "NEW 201": 588, "NEW 200": 117})
        self.assertEqual(self.state(), before)

    def assert_all_resolve(self, expressions):
        """Every expression of the script was added."""
        added = self.database.number(
            "SELECT count(*) FROM ocl.result r, json_array_elements(r.message::json) AS e "
            "WHERE r.obj_type = 'Reference' AND (e->>'added')::boolean")
        self.assertEqual(added, expressions)

    def test_ocl_s_sample_twice(self):
        first = self.report(script("sample_ocldev.json"))
        done = [f"{r['action_type']} {r['status_code']}" for r in results(first)]
        self.assertEqual(
            {kind: done.count(kind) for kind in set(done)}, {"NEW 201": 49, "UPDATE 200": 15})
        unchanged = [r for r in results(first) if "No changes detected" in r["message"]]
        self.assertEqual(len(unchanged), 11)
        self.assertEqual(self.applied(script("sample_ocldev.json")), {"UPDATE 200": 64})

    def test_versions_hold_what_the_source_held_at_their_line(self):
        self.assertEqual(
            self.applied(script("repo_version_cascade.json")), {"NEW 201": 10, "UPDATE 200": 5})
        held = self.database.query(
            "SELECT p.mnemonic, m.kind, count(*), string_agg(CASE m.kind WHEN 'concept' THEN "
            "m.mnemonic || m.version END, ' ' ORDER BY m.mnemonic) "
            "FROM ocl.repo_version p JOIN ocl.version_member m ON m.repo_version_id = p.id "
            "GROUP BY 1, 2 ORDER BY 1, 2")
        self.assertEqual(
            held, [["v1", "concept", "2", "A2 B1"], ["v1", "mapping", "1", ""],
                   ["v2", "concept", "3", "A2 B3 C1"], ["v2", "mapping", "2", ""]])

    def test_an_older_country_s_mapping(self):
        self.assertEqual(self.applied(script("pepfar_org.json")), {"NEW 201": 1})
        self.assertEqual(
            self.applied(script("datim_moh_fy18.json")), {"NEW 201": 371, "NEW 200": 7})
        self.assert_all_resolve(165)

    def test_what_reference_deletes_remove(self):
        moh = "/orgs/PEPFAR/sources/DATIM-MOH-FY19/concepts/"
        url = "/orgs/PEPFAR/collections/MER-R-MOH-Facility-FY19/"
        added = {"null-disag", "dGTaodokiEE", "HTS_TST_N_MOH", "ZruXWiXbttv"}
        for name, left in (
                ("sample_collection_references.json", added),
                ("sample_collection_references_with_delete.json",
                 added - {"null-disag", "HTS_TST_N_MOH"}),
                ("sample_collection_references_with_delete_all.json", set())):
            with self.subTest(script=name):
                self.load_script(script(f"edge/{name}"))
                there = {row[0] for row in self.references(url)}
                self.assertEqual(there, {f"{moh}{c}/" for c in left})
        removed = json.loads(self.database.value(
            "SELECT message FROM ocl.result ORDER BY task_id = (SELECT id FROM ocl.task ORDER BY "
            "submitted_at DESC LIMIT 1) DESC, line DESC LIMIT 1"))
        self.assertEqual([entry["removed"] for entry in removed], [True] * 4)

    def test_packed_scripts_are_unpacked(self):
        file = self.write("s.json.gz", gzip.compress(script("repo_version_cascade.json").encode()))
        self.assertEqual(counts(self.load_script(file).stdout), {"NEW 201": 10, "UPDATE 200": 5})


class OpenMrs(TerminologyWorld):
    """Values that the schema allows come from OCL's own lookup sources."""

    LOOKUPS = {"Classes": "concept_classes", "Datatypes": "datatypes_fixed",
               "DescriptionTypes": "description_types", "Locales": "locales",
               "MapTypes": "maptypes_fixed", "NameTypes": "nametypes_fixed"}

    def test_the_lookup_sources_are_loaded_like_any_and_decide(self):
        text = lines(org("OCL"))
        for repo, name in self.LOOKUPS.items():
            text += lines(source(repo, "OCL", source_type="Dictionary"))
            for line in script(f"lookups/{name}.json").splitlines():
                text += lines({**json.loads(line), "type": "Concept", "owner": "OCL",
                               "owner_type": "Organization", "source": repo})
        number = len(text.splitlines())
        self.assertEqual(sum(self.applied(text).values()), number)
        self.assertEqual(
            self.database.number("SELECT count(*) FROM ocl.result WHERE action_type = 'SKIP'"), 0)
        self.assertEqual(self.applied(text), {"UPDATE 200": number})

        def one(name, **more):
            return concept(name, "O", "S", **{"datatype": "N/A", **more})

        base = [org("O"), source("S", "O", custom_validation_schema="OpenMRS")]
        tried = [
            (one("good"), "201"), (one("class", concept_class="Nonsense"), "400"),
            (one("datatype", datatype="Nonsense"), "400"),
            (one("same-name", text="Name of good"), "400"),
            (one("locale", descriptions=[{"description": "d", "locale": "xx-none"}]), "400"),
            (one("no-name", names=[]), "400"),
            (mapping("O", "S", "good", "good2", map_type="SAME-AS"), "201"),
            (mapping("O", "S", "good2", "good", map_type="NONSENSE"), "400")]
        script_lines = base + [tried[0][0], one("good2")] + [line for line, _ in tried[1:]]
        report = self.report(lines(*script_lines), expect=3)
        code = {json.loads(r["text"]).get("id") or json.loads(r["text"])["map_type"]:
                str(r["status_code"]) for r in results(report)}
        for line, wanted in tried:
            key = line.get("id") or line["map_type"]
            self.assertEqual(code[key], wanted, key)


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

    def test_a_csv_is_told_line_by_line_that_it_is_no_json(self):
        text = script("edge/invalid_import_csv.csv")
        report = self.report(text, expect=3)
        rows = [row for row in text.splitlines() if row.strip()]
        self.assertEqual(report["count"], report["num_skipped"])
        self.assertEqual(report["count"], len(rows))
        for skip in results(report):
            self.assertIn("Invalid JSON on line", skip["message"])
        self.assertEqual(self.database.number("SELECT count(*) FROM ocl.repo"), 0)

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
        text = script("pepfar_datim_moh_fy19.json")
        trial = self.report(text, "--test-mode")
        self.assertIs(trial["test_mode"], True)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.database.query(sequence), ids)
        real = self.report(text)
        self.assertNotIn("test_mode", real)

        def told(report):
            return [(r["obj_url"], r["action_type"], r["status_code"]) for r in results(report)]

        self.assertEqual(told(trial), told(real))

    def test_a_trial_gives_way_to_whoever_waits_for_it(self):
        """It takes back what it did and comes again later; the real one never waits it out."""
        blocker = self.database.session()
        self.addCleanup(blocker.close)
        self.load_script(lines(org("O")))
        blocker.run("BEGIN; SELECT FROM ocl.org WHERE mnemonic = 'O' FOR UPDATE")
        text = lines(org("New")) + lines(org("O")) * 9000
        trial = self.start(
            "load", "terminology", self.write("trial.json", text), "--into", self.database.url,
            "--test-mode", "--progress", "none")
        self.addCleanup(trial.kill)
        blocker.run("COMMIT")
        trial_result = trial.wait()
        self.assertEqual(trial_result.code, 0, str(trial_result))
        self.assertEqual(self.database.query("SELECT mnemonic FROM ocl.org"), [["O"]])


class Examples(TerminologyWorld):
    """The specification's, literally."""

    def test_the_script(self):
        text = "\n".join([
            '{"type": "Organization", "id": "MyOrg", "name": "My Demo Organization"}',
            '{"type": "Source", "id": "MyTestSource", "short_code": "MyTestSource", "name": "My Te'
            'st Source", "full_name": "My Test Source", "owner": "MyOrg", "owner_type": "Organizat'
            'ion", "description": "Using this source just for testing purposes", "source_type": "D'
            'ictionary", "public_access": "View", "default_locale": "en", "supported_locales": "en'
            '", "custom_validation_schema": "None"}',
            '{"type": "Concept", "retired": false, "datatype": "None", "concept_class": "Disaggreg'
            'ate", "source": "MyTestSource", "extras": null, "descriptions": null, "owner": "MyOrg'
            '", "owner_type": "Organization", "external_id": "HSpL3hSBx6F", "id": "HSpL3hSBx6F", "'
            'names": [{"locale": "en", "locale_preferred": true, "external_id": null, "name": "50+'
            ', Male, Negative", "name_type": "Fully Specified"}]}'])
        self.assertEqual(
            self.load_script(text).stdout, "Processed 3 of 3 -- 3 NEW (201:3)\n")
        report = self.load_script(text, "--result", "report").stdout
        self.assertTrue(report.startswith("REPORT OF IMPORT RESULTS:\n/orgs/:\n  UPDATE 200:\n"),
                        report[:200])

    def test_the_summary_line(self):
        """346 NEW (200:39, 201:307); 1 UPDATE (200:1); 1 DELETE (200:1)"""
        concepts = [concept(f"C{i}", "O", "S") for i in range(303)]
        base = "/orgs/O/sources/S/concepts/"
        text = lines(
            org("Gone"), org("O"), source("S", "O"), collection("K", "O"), *concepts,
            *[reference("O", "K", f"{base}C{i}/") for i in range(39)], {**org("O"), "name": "New"},
            {**org("Gone"), "__action": "DELETE"})
        self.assertEqual(
            self.load_script(text).stdout,
            "Processed 348 of 348 -- 346 NEW (200:39, 201:307); 1 UPDATE (200:1); "
            "1 DELETE (200:1)\n")


class Shape(TerminologyWorld):
    """What OCL's server answered, field by field (tests/terminology/result-json-shape.json)."""

    def test_a_report_has_the_same_members_of_the_same_types(self):
        real = json.loads(script("result-json-shape.json"))
        items = {r["obj_type"]: r for r in results(real)}
        owner, repo = "MSFOCP", "MSFOCP"
        text = lines(
            org(owner), source(repo, owner),
            *[concept(name, owner, repo) for name in ("MSFF1", "MSFF357")],
            {**json.loads(items["Concept"]["text"]), "type": "Concept", "owner": owner,
             "owner_type": "Organization", "source": repo},
            mapping(owner, repo, "MSFF357", "MSFF1"))
        ours = self.report(text)
        self.assertEqual(list(ours), [
            "count", "num_skipped", "total_lines", "elapsed_seconds", "results"])
        for name, value in real.items():
            self.assertIs(type(ours[name]), type(value), name)
        root = f"/orgs/{owner}/sources/{repo}/"
        for action, code, kind in (("UPDATE", "200", "Concept"), ("NEW", "201", "Mapping")):
            mine = [r for r in ours["results"][root][action][code] if r["obj_type"] == kind][-1]
            theirs = items[kind]
            self.assertEqual(list(mine), list(theirs))
            for name, value in theirs.items():
                self.assertIs(type(mine[name]), type(value), f"{kind} {name}")
                if name in ("obj_type", "action_type", "method", "obj_repo_url", "obj_owner_url",
                            "status_code"):
                    self.assertEqual(mine[name], value, f"{kind} {name}")
            missing = set(json.loads(theirs["message"])) - set(json.loads(mine["message"]))
            self.assertEqual(missing, set(), f"{kind}: in the body that the server answered")


class Command(TerminologyWorld):
    def test_every_error_path(self):
        script_file = self.write("s.json", lines(org("O")))
        into = ("--into", self.database.url)
        for arguments, expect, told in (
                ((self.directory,), 2, "not a directory"),
                ((script_file, script_file.parent / "other.json"), 2, "one script"),
                ((script_file, "--queue", "a b"), 2, "queue-invalid"),
                ((script_file, "--result", "xml"), 2, "summary|report|json"),
                ((script_file, "--upsert"), 2, "a script says itself"),
                ((script_file, "--as", "nobody"), 2, "user-unknown"),
                ((self.directory / "absent.json",), 5, "absent.json")):
            with self.subTest(arguments=arguments):
                result = self.sluice("load", "terminology", *arguments, *into, expect=expect)
                self.assertIn(told, result.stderr)

    def test_each_submission_is_one_of_its_own_and_its_books_balance(self):
        for _ in range(2):
            self.load_script(lines(org("O"), {**org("P"), "__action": "UPDATE"}), expect=3)
        self.assertEqual(self.database.number("SELECT count(*) FROM ocl.task"), 2)
        self.assertEqual(
            self.database.query("SELECT records_read, records_loaded, records_rejected, "
                                "records_skipped FROM sluice.job ORDER BY id"),
            [["2", "1", "1", "0"]] * 2)
        self.assertEqual(
            self.database.query("SELECT DISTINCT first_record FROM sluice.receipt ORDER BY 1"),
            [["0"], ["1"]])


if __name__ == "__main__":
    unittest.main()
