"""Who may do what: every requester, every access level, every action, against the rules of
doc/reference/terminology.md. What somebody may not see is as if it were not there."""

import unittest

from terminology import TerminologyWorld, concept, lines, mapping, org

ACCESS = ("None", "View", "Edit")
# Who asks, and what they are to the repositories of organisation O and of the user own.
REQUESTERS = ("stranger", "mem", "own", "admin")

# What everybody may do who may edit, and what only owner, members and staff may.
EDITS = ("update-repo", "create-concept", "update-concept", "retire-concept", "create-mapping",
         "update-mapping", "retire-mapping", "add-reference", "drop-reference", "update-version")
ADMINISTERS = ("create-version", "delete-version", "delete-repo")
DONE = {"update-repo": "UPDATE 200", "create-concept": "NEW 201", "update-concept": "UPDATE 200",
        "retire-concept": "DELETE 204", "create-mapping": "NEW 201",
        "update-mapping": "UPDATE 200", "retire-mapping": "DELETE 204",
        "add-reference": "NEW 200", "drop-reference": "DELETE 200",
        "update-version": "UPDATE 200", "create-version": "NEW 201",
        "delete-version": "DELETE 204", "delete-repo": "DELETE 204"}


def owned(owner):
    is_org = owner == "O"
    return {"owner": owner, "owner_type": "Organization" if is_org else "User"}


def url(owner, kind, repo):
    return f"/{'orgs' if owner == 'O' else 'users'}/{owner}/{kind}s/{repo}/"


def repo_lines(owner, name, access):
    """A source and a collection of this name, with one of everything in them."""
    place = owned(owner)
    base = {"name": name, "public_access": access, **place}
    source = {**place, "source": name}
    start, end = (f"{url(owner, 'source', name)}concepts/{c}/" for c in "AB")
    return [
        {"type": "Source", "id": name, **base}, {"type": "Collection", "id": name, **base},
        *[{**concept(c, "x", name), **source} for c in "AB"],
        {**mapping("x", name, "A", "B", id="AB"), **source, "from_concept_url": start,
         "to_concept_url": end},
        {"type": "Reference", "collection": name, **place, "data": {"expressions": [start]}},
        {"type": "Source Version", "id": "v1", "description": "d", **source}]


def action_line(action, owner, name):
    place = owned(owner)
    source = {**place, "source": name}
    start, end = (f"{url(owner, 'source', name)}concepts/{c}/" for c in "AB")
    one = {**concept("A", "x", name), **source}
    link = {"type": "Mapping", **source, "from_concept_url": start, "to_concept_url": end}
    version = {"type": "Source Version", **source}
    return {
        "update-repo": {"type": "Source", "id": name, **place, "name": "new", "__action": "UPDATE"},
        "create-concept": {**one, "id": "new", "__action": "CREATE"},
        "update-concept": {**one, "datatype": "Text", "__action": "UPDATE"},
        "retire-concept": {**one, "__action": "DELETE"},
        "create-mapping": {**link, "map_type": "Narrower", "__action": "CREATE"},
        "update-mapping": {**link, "id": "AB", "map_type": "Broader", "__action": "UPDATE"},
        "retire-mapping": {**link, "id": "AB", "__action": "DELETE"},
        "add-reference": {"type": "Reference", "collection": name, **place,
                          "data": {"expressions": [end]}},
        "drop-reference": {"type": "Reference", "collection": name, **place, "__action": "DELETE",
                           "data": {"expressions": [start]}},
        "update-version": {**version, "id": "v1", "description": "new", "__action": "UPDATE"},
        "create-version": {**version, "id": "v2", "description": "d"},
        "delete-version": {**version, "id": "v1", "__action": "DELETE"},
        # The collection: the source is referred to by it.
        "delete-repo": {"type": "Collection", "id": name, **place, "__action": "DELETE"},
    }[action]


def is_close(owner, requester):
    return requester == "admin" or (owner, requester) in (("O", "mem"), ("own", "own"))


def expected(action, owner, access, requester):
    close = is_close(owner, requester)
    if access == "None" and not close:
        done = DONE[action].split()[0]
        return f"{done} 404" if action in ("update-repo", "delete-repo") else "SKIP skip"
    allowed = close or (access == "Edit" and action in EDITS)
    return DONE[action] if allowed else f"{DONE[action].split()[0]} 403"


class Matrix(TerminologyWorld):
    def setUp(self):
        super().setUp()
        users = [{"type": "User", "username": name, "name": name, "email": f"{name}@example.org"}
                 for name in REQUESTERS if name != "admin"]
        self.load_script(lines(*users))

    def codes(self, script_lines, requester):
        # The exit status says whether lines failed; here the codes do.
        arguments = ("load", "terminology", self.write("s.json", lines(*script_lines)), "--into",
                     self.database.url, "--progress", "none", "--as", requester)
        result = self.start(*arguments).wait()
        self.assertIn(result.code, (0, 3), str(result))
        rows = self.database.query(
            "SELECT action_type || ' ' || status_code FROM ocl.result WHERE task_id = (SELECT id "
            "FROM ocl.task ORDER BY submitted_at DESC LIMIT 1) ORDER BY line")
        self.assertEqual(len(rows), len(script_lines))
        return [row[0] for row in rows]

    def test_repositories_and_what_they_hold(self):
        cases = [(action, owner, access, requester)
                 for owner in ("O", "own") for access in ACCESS for requester in REQUESTERS
                 for action in EDITS + ADMINISTERS]
        names = {case: f"r{number}" for number, case in enumerate(cases)}
        for owner, maker in (("O", "mem"), ("own", "own")):
            made = [org("O")] if owner == "O" else []
            for case in cases:
                if case[1] == owner:
                    made += repo_lines(owner, names[case], case[2])
            self.assertEqual(
                {code.split()[0] for code in self.codes(made, maker)}, {"NEW"}, owner)
        for requester in REQUESTERS:
            asked = [case for case in cases if case[3] == requester]
            got = self.codes(
                [action_line(case[0], case[1], names[case]) for case in asked], requester)
            wrong = [(case, code) for case, code in zip(asked, got) if code != expected(*case)]
            self.assertEqual(wrong, [], f"as {requester}: case, and what it came to")

    def test_new_repositories(self):
        self.codes([org("O"), org("Hidden", public_access="None")], "mem")
        for requester in REQUESTERS:
            name = f"n-{requester}"
            got = self.codes(
                [{"type": "Source", "id": name, "name": name, **owned("O")},
                 {"type": "Source", "id": name, "name": name, **owned("own")},
                 {"type": "Source", "id": name, "name": name, "owner": "Hidden"}], requester)
            in_org = "NEW 201" if is_close("O", requester) else "NEW 403"
            in_user = "NEW 201" if is_close("own", requester) else "NEW 403"
            hidden = "NEW 201" if is_close("O", requester) else "SKIP skip"
            self.assertEqual(got, [in_org, in_user, hidden], requester)

    def test_organisations(self):
        for access in ACCESS:
            for requester in ("stranger", "mem", "admin"):
                name = f"{access}-{requester}"
                self.codes([org(name, public_access=access)], "mem")
                close = requester != "stranger"
                got = self.codes(
                    [{**org(name), "name": "new", "__action": "UPDATE"},
                     {**org(name), "__action": "DELETE"}], requester)
                if not close and access == "None":
                    self.assertEqual(got, ["UPDATE 404", "DELETE 404"], name)
                    continue
                update = "UPDATE 200" if close or access == "Edit" else "UPDATE 403"
                delete = "DELETE 200" if requester == "admin" else "DELETE 403"
                self.assertEqual(got, [update, delete], name)

    def test_users(self):
        for requester in REQUESTERS:
            staff = requester == "admin"
            got = self.codes(
                [{"type": "User", "username": f"new-{requester}", "name": "n", "email": "e"},
                 {"type": "User", "username": "mem", "company": requester},
                 {"type": "User", "username": "stranger", "__action": "DELETE"}], requester)
            self.assertEqual(
                got, ["NEW 201" if staff else "NEW 403",
                      "UPDATE 200" if staff or requester == "mem" else "UPDATE 403",
                      "DELETE 204" if staff else "DELETE 403"], requester)


if __name__ == "__main__":
    unittest.main()
