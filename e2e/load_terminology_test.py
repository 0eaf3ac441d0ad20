"""Bulk import scripts on the command line: every script that OCL's users run comes to what it
should, once and again; results have the shape that clients know."""

import gzip
import json
import unittest

from terminology import (
    DATA, TerminologyWorld, collection, concept, counts, lines, mapping, org, reference, results,
    script, source)


class Scripts(TerminologyWorld):
    def test_a_country_s_mapping_twice(self):
        self.assertEqual(
            self.applied(script("pepfar_datim_moh_fy19.json.gz")), {"NEW 201": 405, "NEW 200": 8})
        self.assert_all_resolve(177)
        baseline = script("BI-FY19-baseline.json.gz")
        first = self.applied(baseline, expect=3)  # a DELETE of what is not there
        self.assertEqual(first, {"DELETE 404": 1, "NEW 201": 588, "NEW 200": 117})
        self.assert_all_resolve(177 + 702)
        before = self.state()
        again = self.applied(baseline)
        self.assertEqual(again, {"DELETE 200": 1, "NEW 201": 588, "NEW 200": 117})
        self.assertEqual(self.state(), before)

    def assert_all_resolve(self, expressions):
        """Every expression of the script was added."""
        given = self.database.number(
            "SELECT sum(json_array_length(text::json -> 'data' -> 'expressions')) FROM ocl.result "
            "WHERE obj_type = 'Reference'")
        self.assertEqual(given, expressions)
        refused = self.database.query(
            "SELECT r.line, e FROM ocl.result r, json_array_elements(r.message::json) AS e "
            "WHERE r.obj_type = 'Reference' AND NOT (e->>'added')::boolean")
        self.assertEqual(refused, [])

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
            # Lines that change nothing but the comment make no version.
            held, [["v1", "concept", "2", "A1 B1"], ["v1", "mapping", "1", ""],
                   ["v2", "concept", "3", "A1 B1 C1"], ["v2", "mapping", "2", ""]])

    def test_an_older_country_s_mapping(self):
        self.assertEqual(self.applied(script("pepfar_org.json")), {"NEW 201": 1})
        self.assertEqual(
            self.applied(script("datim_moh_fy18.json.gz")), {"NEW 201": 371, "NEW 200": 7})
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

    def test_a_csv(self):
        self.assert_csv_is_applied(lambda rows: rows)

    def test_a_csv_is_applied_by_type_whatever_the_order_of_its_rows(self):
        self.assert_csv_is_applied(lambda rows: rows[::-1])

    def assert_csv_is_applied(self, order):
        header, *rows = script("csv/mappings_with_sort_weight.csv").splitlines()
        report = self.report("\n".join([header, *order(rows)]) + "\n")
        self.assertEqual(report["count"], 1 + 2 + 4 + 1 + 3 + 1 + 3)
        self.assertEqual(self.database.query(
            "SELECT m.map_type, v.sort_weight::text, v.from_url, v.to_concept_url "
            "FROM ocl.mapping m JOIN ocl.mapping_version v USING (source_id, mnemonic) "
            "ORDER BY 1, 2"), self.WEIGHTS)
        self.assertEqual(len(self.references("/orgs/DemoOrg/collections/MyDemoCollection/")), 2)
        extras = json.loads(self.database.value(
            "SELECT extras FROM ocl.concept_version WHERE mnemonic = 'Act'"))
        self.assertEqual(
            (extras["Bool_example"], extras["List_example"]), (False, ["1", "6", "7"]))

    BASE = "/orgs/DemoOrg/sources/MyDemoSource/concepts/"
    WEIGHTS = [
        ["Child-Parent", "", f"{BASE}Child_of_child/", f"{BASE}Child/"],
        ["Parent-child", "1", f"{BASE}Act/", f"{BASE}non-existant/"],
        ["Parent-child", "2.2", f"{BASE}Act/", f"{BASE}Child/"],
        ["Parent-child", "3", f"{BASE}Act/", f"{BASE}Child_of_child/"]]

    def test_a_csv_of_retired_concepts(self):
        report = self.report(script("csv/ocl_csv_with_retired_concepts.csv"))
        self.assertEqual(report["count"], 1 + 2 + 4 + 1 + 2 + 1 + 3)
        self.assertEqual(
            self.database.query("SELECT mnemonic FROM ocl.concept_version WHERE retired"),
            [["Ret"]])

    def test_packed_scripts_are_unpacked(self):
        file = self.write("s.json.gz", gzip.compress(script("repo_version_cascade.json").encode()))
        self.assertEqual(counts(self.load_script(file).stdout), {"NEW 201": 10, "UPDATE 200": 5})


class OpenMrs(TerminologyWorld):
    """Values that the schema allows come from OCL's own lookup sources."""

    LOOKUPS = {"Classes": "concept_classes.json.gz", "Datatypes": "datatypes_fixed.json.gz",
               "DescriptionTypes": "description_types.json.gz", "Locales": "locales.json.gz",
               "MapTypes": "maptypes_fixed.json.gz", "NameTypes": "nametypes_fixed.json.gz"}

    def lookups(self):
        text = lines(org("OCL"))
        for repo, name in self.LOOKUPS.items():
            text += lines(source(repo, "OCL", source_type="Dictionary"))
            for line in script(f"lookups/{name}").splitlines():
                text += lines({**json.loads(line), "type": "Concept", "owner": "OCL",
                               "owner_type": "Organization", "source": repo})
        return text

    def test_a_csv_of_concepts_twice(self):
        text = self.lookups() + lines(
            org("MSFOCP"), source("Implementationtest", "MSFOCP",
                                  custom_validation_schema="OpenMRS"))
        self.load_script(text)
        file = DATA / "csv/msfocp_concepts.csv"
        self.assertEqual(counts(self.load_script(file, expect=3).stdout),
                         {"NEW 201": 28, "NEW 400": 1, "UPDATE 400": 2})
        self.assertEqual(counts(self.load_script(file, expect=3).stdout),
                         {"UPDATE 200": 28, "NEW 400": 1, "UPDATE 400": 2})

    def test_the_lookup_sources_are_loaded_like_any_and_decide(self):
        text = self.lookups()
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
            concept(json.loads(items["Concept"]["text"])["id"], owner, repo),
            *[concept(name, owner, repo) for name in ("A", "B")],
            {**json.loads(items["Concept"]["text"]), "type": "Concept", "owner": owner,
             "owner_type": "Organization", "source": repo},
            mapping(owner, repo, "A", "B"))
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
            answered = json.loads(mine["message"])
            missing = set(json.loads(theirs["message"])) - set(answered)
            self.assertEqual(missing, set(), f"{kind}: in the body that the server answered")
        self.assertEqual((answered["from_concept_name_resolved"],
                          answered["to_concept_name_resolved"]), ("Name of A", "Name of B"))


class Command(TerminologyWorld):
    def test_every_error_path(self):
        script_file = self.write("s.json", lines(org("O")))
        into = ("--into", self.database.url)
        for arguments, expect, told in (
                ((self.directory,), 2, "not a directory"),
                ((script_file, self.write("other.json", "")), 2, "one script"),
                ((script_file, "--queue", "a b"), 2, "no name of a queue"),
                ((script_file, "--result", "xml"), 2, "summary, report, json"),
                ((script_file, "--upsert"), 2, "a script says itself"),
                ((script_file, "--as", "nobody"), 2, "user-unknown"),
                ((self.directory / "absent.json",), 2, "does not exist")):
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
