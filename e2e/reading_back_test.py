"""What imports made is read back under OCL's paths: one resource, or a page of a list."""

import unittest

from serve import ServeWorld
from terminology import TerminologyWorld, collection, concept, lines, mapping, org, reference
from terminology import source


class ReadingBack(ServeWorld, TerminologyWorld):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--threads", "1", key=None)
        self.server.key = self.key_of("root", "admin")
        base = "/orgs/O/sources/S/concepts/"
        self.load_script(lines(
            org("O"), org("Secret", public_access="None"), source("S", "O"),
            collection("K", "O"), *[concept(f"C{i:02}", "O", "S") for i in range(25)],
            concept("Food/Papaya", "O", "S"),
            concept("C00", "O", "S", "renamed"), {**concept("C24", "O", "S"), "__action": "DELETE"},
            mapping("O", "S", "C00", "C01", id="M1"),
            {"type": "Source Version", "id": "v1", "description": "d", "owner": "O",
             "source": "S"},
            concept("C00", "O", "S", "renamed again"),
            reference("O", "K", f"{base}C00/", __cascade="sourcemappings")), "--as", "root")

    def key_of(self, user, role):
        made = self.sluice(
            "tokens", "create", user, "--role", role, "--into", self.database.url, "--json")
        return made.json()[0]["key"]

    def get(self, path, key=None, expect=200):
        answer = self.server.call("GET", path, key=key)
        self.assertEqual(answer.status, expect, f"{path}: {answer}")
        return answer.json()

    def ids(self, path, key=None):
        return [item["id"] for item in self.get(path, key)]

    def test_lists_have_pages(self):
        path = "/orgs/O/sources/S/concepts/"
        answer = self.server.call("GET", path)
        self.assertEqual(len(answer.json()), 10)
        self.assertEqual(
            {name: answer.headers[name] for name in
             ("num_found", "num_returned", "pages", "page_number", "next")},
            {"num_found": "25", "num_returned": "10", "pages": "3", "page_number": "1",
             "next": f"{path}?page=2&limit=10"})
        third = self.server.call("GET", path + "?page=3")
        self.assertEqual(third.headers["num_returned"], "5")
        self.assertIsNone(third.headers["next"])
        everything = self.ids(path + "?limit=1000")
        self.assertEqual(len(everything), 25)
        self.assertEqual(len(self.ids(path + "?limit=1000&includeRetired=true")), 26)
        self.assertEqual(self.ids(path + "?q=RENAMED"), ["C00"])
        self.assertEqual(self.ids(path + "?page=99"), [])

    def test_every_resource(self):
        self.assertEqual(set(self.ids("/orgs/")), {"O", "Secret"})
        self.assertEqual(self.get("/orgs/O/")["name"], "Organization O")
        self.assertEqual(self.get("/users/admin/")["username"], "admin")
        self.assertIn("root", [u["username"] for u in self.get("/users/?limit=100")])
        self.assertEqual(self.ids("/orgs/O/sources/"), ["S"])
        self.assertEqual(self.ids("/orgs/O/collections/"), ["K"])
        self.assertEqual(self.get("/orgs/O/sources/S/")["owner_url"], "/orgs/O/")
        one = self.get("/orgs/O/sources/S/concepts/C00/")
        self.assertEqual((one["display_name"], one["version"]), ("renamed again", "3"))
        self.assertEqual(self.get("/orgs/O/sources/S/concepts/C00/1/")["display_name"],
                         "Name of C00")
        versions = self.get("/orgs/O/sources/S/concepts/C00/versions/")
        self.assertEqual([v["version"] for v in versions], ["3", "2", "1"])
        self.assertEqual(self.get("/orgs/O/sources/S/concepts/Food%2FPapaya/")["id"],
                         "Food%2FPapaya")
        self.assertIs(self.get("/orgs/O/sources/S/concepts/C24/")["retired"], True)
        self.assertEqual(self.ids("/orgs/O/sources/S/mappings/"), ["M1"])
        self.assertEqual(self.ids("/orgs/O/sources/S/concepts/C00/mappings/"), ["M1"])
        self.assertEqual(self.ids("/orgs/O/sources/S/concepts/C02/mappings/"), [])
        mapped = self.get("/orgs/O/sources/S/mappings/M1/")
        self.assertEqual(mapped["to_concept_code"], "C01")
        self.assertEqual(mapped["from_concept_name_resolved"], "renamed again")
        self.assertEqual(mapped["to_concept_name_resolved"], "Name of C01")
        self.assertEqual(len(self.get("/orgs/O/sources/S/mappings/M1/versions/")), 1)
        self.assertEqual(self.ids("/orgs/O/sources/S/versions/"), ["v1"])
        self.assertEqual(self.get("/orgs/O/sources/S/v1/")["description"], "d")
        frozen = self.get("/orgs/O/sources/S/v1/concepts/C00/")
        self.assertEqual(frozen["display_name"], "renamed")
        held = self.get("/orgs/O/collections/K/references/")
        self.assertEqual(
            [r["expression"] for r in held],
            ["/orgs/O/sources/S/concepts/C00/3/", "/orgs/O/sources/S/mappings/M1/1/"])
        self.assertEqual(self.ids("/orgs/O/collections/K/concepts/"), ["C00"])
        self.assertEqual(self.ids("/orgs/O/collections/K/mappings/"), ["M1"])
        made = self.get("/orgs/O/sources/S/concepts/C00/")
        self.assertEqual((made["created_by"], made["updated_by"]), ("root", "root"))

    def test_what_may_not_be_seen_is_not_there(self):
        viewer = self.key_of("watcher", "viewer")
        self.assertEqual(self.ids("/orgs/", viewer), ["O"])
        for path in ("/orgs/Secret/", "/orgs/Secret/sources/", "/orgs/None/sources/",
                     "/orgs/O/sources/None/concepts/", "/orgs/O/sources/S/concepts/None/",
                     "/orgs/O/sources/S/v9/concepts/", "/orgs/O/sources/S/concepts/C00/9/",
                     "/orgs/O/nonsense/"):
            self.assertEqual(self.get(path, viewer, expect=404), {"detail": "Not found."}, path)
        self.assertEqual(self.server.call("GET", "/orgs/", key="nonsense").status, 401)


if __name__ == "__main__":
    unittest.main()
