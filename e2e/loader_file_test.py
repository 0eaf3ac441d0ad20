"""/LoaderFile: which files are known, found, and forgotten."""

import signal
import unittest

import sample
from aidbox import RpcWorld, account


class Again(RpcWorld):
    def test_only_new_files_are_added(self):
        ids = self.put(0, 1)
        door = self.serve()
        self.assertEqual(self.load_by(door)["new-files-count"], 2)
        ids += self.put(2)
        result = self.load_by(door)
        self.assertEqual((result["new-files-count"], result["progress"]["total"]), (1, 3))
        result = self.load_by(door)
        self.assertEqual(result["message"],
                         f"Upload from bucket <{self.name}> started. 0 new files added.")
        self.assert_rows({"patient": ids})

    def test_a_known_file_is_skipped_whatever_its_etag(self):
        ids = self.put(0, 1)
        door = self.serve()
        self.load_by(door)
        self.bucket.put("Patient.0.ndjson", sample.patients(500, 3))
        result = self.load_by(door)
        self.assertEqual(result["new-files-count"], 0)
        self.assertIn("1 known files changed since", result["message"])
        self.assertEqual({f["status"] for f in door.files().values()}, {"done"})
        self.assert_rows({"patient": ids})

    def test_a_deleted_record_lets_the_file_load_again(self):
        """Of a loaded file and of a failed one; the rows that it had loaded are replaced."""
        self.put(0)
        self.bucket.put("Patient.1.ndjson", b"no json\n")
        door = self.serve()
        self.load_by(door)
        self.bucket.put("Patient.0.ndjson", sample.patients(0, 4, version=2))
        self.bucket.put("Patient.1.ndjson", sample.patients(10, 2))
        for file in door.files().values():
            gone = door.ask("DELETE", f"/LoaderFile/{file['id']}")
            self.assertEqual((gone.status, gone.json()["id"]), (200, file["id"]), f"{gone}")
            self.assertEqual(door.ask("GET", f"/LoaderFile/{file['id']}").status, 404)
        self.assertEqual(door.files(), {})
        result = self.load_by(door)
        self.assertEqual((result["new-files-count"], result["progress"]["total"]), (2, 2))
        self.assert_rows({"patient": sample.patient_ids(0, 4) + sample.patient_ids(10, 2)})
        self.assertEqual(door.ask("DELETE", "/LoaderFile/999999").status, 404)

    def test_searches(self):
        self.put(*range(5))
        self.bucket.put("o/Observation.ndjson", sample.ndjson([sample.observation(1)]))
        self.bucket.put("o/Observation.bad.ndjson", b"x\n")
        door = self.serve()
        self.load_by(door)
        self.assertEqual(len(door.files()), 7)
        self.assertEqual(len(door.files(type="Observation")), 2)
        self.assertEqual(len(door.files(status="done,error")), 7)
        self.assertEqual(set(door.files(status="error")), {"Observation.bad.ndjson"})
        self.assertEqual(len(door.files(file="o/")), 2)
        self.assertEqual(len(door.files(bucket=self.name)), 7)
        self.assertEqual(len(door.files(bucket="another")), 0)
        seen, url = [], "/LoaderFile?type=Patient&_count=2"
        while url:
            bundle = door.get(url)
            self.assertEqual((bundle["type"], bundle["total"]), ("searchset", 5))
            seen += [entry["resource"]["id"] for entry in bundle["entry"]]
            links = {link["relation"]: link["url"] for link in bundle["link"]}
            url = links.get("next")
        self.assertEqual((len(seen), len(set(seen))), (5, 5))
        self.assertEqual(door.ask("GET", "/LoaderFile?colour=red").status, 400)

    def test_keys_are_nowhere_but_in_memory(self):
        self.put(0)
        door = self.serve("-v")
        self.load_by(door)
        secret = account()["secret-access-key"]
        tables = self.database.query(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname = 'sluice'")
        for (table,) in tables:
            found = self.database.number(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{secret}%'")
            self.assertEqual(found, 0, table)
        door.process.signal(signal.SIGTERM)
        said = door.process.wait()
        self.assertNotIn(secret, said.stdout + said.stderr)


if __name__ == "__main__":
    unittest.main()
