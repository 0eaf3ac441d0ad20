"""OCL's doors: scripts submitted over HTTP, followed, cancelled; their results; what they made."""

import gzip
import http.server
import json
import threading
import unittest
import uuid

from serve import ServeWorld
from terminology import TerminologyWorld, concept, counts, lines, org, source
from world import wait_for

DOOR = "/manage/bulkimport/"


class BulkWorld(ServeWorld, TerminologyWorld):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--threads", "4", "--allow", "127.0.0.1", "--allow",
                                 "127.0.0.0/8")
        self.server.key = self.key_of("root", "admin")

    def key_of(self, user, role):
        made = self.sluice(
            "tokens", "create", user, "--role", role, "--into", self.database.url, "--json")
        return made.json()[0]["key"]

    def submit(self, text, path=DOOR, key=None, expect=200, **headers):
        headers.setdefault("Content_Type", "application/json")
        answer = self.server.call("POST", path, body=text, key=key, **headers)
        self.assertEqual(answer.status, expect, str(answer))
        return answer.json()

    def status(self, task, key=None, **query):
        query = "".join(f"&{name}={value}" for name, value in query.items())
        return self.server.call("GET", f"{DOOR}?task={task}{query}", key=key)

    def ended(self, task, key=None, seconds=90):
        def there():
            answer = self.status(task, key)
            text = answer.body
            return answer if not text.startswith("{") or answer.status != 200 else None
        return wait_for(there, f"task {task} has ended", seconds)

    def imported(self, text, path=DOOR, key=None):
        """The counts of its summary."""
        task = self.submit(text, path, key)["task"]
        answer = self.ended(task, key)
        self.assertEqual(answer.status, 200, str(answer))
        return counts(answer.body)

    def get(self, path, key=None, expect=200):
        answer = self.server.call("GET", path, key=key)
        self.assertEqual(answer.status, expect, f"{path}: {answer}")
        return answer.json()

    def hold(self, repo_owner):
        """Keeps every import into the organisation's repositories from going on, until called."""
        session = self.database.session()
        self.addCleanup(session.close)
        session.run(f"BEGIN; SELECT FROM ocl.org WHERE mnemonic = '{repo_owner}' FOR UPDATE")
        return lambda: session.run("COMMIT")


class Submitting(BulkWorld):
    def test_the_specification_s_example(self):
        text = (
            '{"type": "Source", "id": "JonTestSource", "short_code": "JonTestSource", "name": "Jon'
            ' test source", "full_name": "Jon test source", "owner": "paynejd", "owner_type": "Use'
            'r", "description": "", "source_type": "Indicator Registry", "public_access": "View", '
            '"default_locale": "en", "supported_locales": "en", "custom_validation_schema": "None"'
            '}\n{"retired": false, "datatype": "None", "type": "Concept", "concept_class": "Disagg'
            'regate", "source": "JonTestSource", "extras": null, "descriptions": null, "owner": "p'
            'aynejd", "owner_type": "User", "external_id": "HSpL3hSBx6F", "id": "HSpL3hSBx6F", "na'
            'mes": [{"locale": "en", "locale_preferred": true, "external_id": null, "name": "50+, '
            'Male, Negative", "name_type": "Fully Specified"}]}')
        key = self.key_of("paynejd", "operator")
        answer = self.submit(text, key=key)
        self.assertEqual(
            answer, {"task": answer["task"], "state": "PENDING", "status": "PENDING",
                     "username": "paynejd", "queue": "default"})
        self.assertEqual(str(uuid.UUID(answer["task"])), answer["task"])
        summary = self.ended(answer["task"], key)
        self.assertEqual(summary.body, "Processed 2 of 2 -- 2 NEW (201:2)")
        report = self.status(answer["task"], key, result="report")
        self.assertTrue(report.body.startswith("REPORT OF IMPORT RESULTS:\n/users/paynejd/:\n"
                                               "  NEW 201:\n"), report.body)
        whole = self.status(answer["task"], key, result="json").json()
        self.assertEqual(whole["count"], 2)
        self.assertEqual(
            sorted(whole["results"]),
            ["/users/paynejd/", "/users/paynejd/sources/JonTestSource/"])
        self.assertEqual(self.get("/users/paynejd/sources/JonTestSource/concepts/HSpL3hSBx6F/")
                         ["display_name"], "50+, Male, Negative")

    def test_a_csv_is_known_by_its_content(self):
        self.assertEqual(
            self.imported("resource_type,id,name,owner_id\nSource,S,n,O\nOrganization,O,n,\n"),
            {"NEW 201": 2})

    def test_every_way_a_script_may_come(self):
        text = lines(org("O"), source("S", "O"))
        ways = []
        ways.append(self.submit(text)["task"])
        self.ended(ways[-1])
        ways.append(self.submit(gzip.compress((text + "\n").encode()),
                                Content_Type="application/gzip")["task"])
        ways.append(self.submit(text + "\n\n",
                                Content_Type="application/x-www-form-urlencoded")["task"])
        for field in ("file", "data"):
            form = (f"--XX\r\nContent-Disposition: form-data; name=\"{field}\"; "
                    f"filename=\"f\"\r\n\r\n{text}\n{field}\r\n--XX\r\nContent-Disposition: "
                    "form-data; name=\"update_if_exists\"\r\n\r\nfalse\r\n--XX--\r\n")
            ways.append(self.submit(
                form, Content_Type="multipart/form-data; boundary=XX")["task"])
        for task in ways:
            self.assertEqual(self.ended(task).status, 200)
        self.assertEqual(counts(self.status(ways[1]).body), {"UPDATE 200": 2})
        # The word behind it is no JSON, and update_if_exists is the form's.
        self.assertEqual(counts(self.status(ways[3]).body), {"SKIP skip": 3})

    def test_a_file_at_an_allowed_address_and_at_no_other(self):
        server = FileServer(lines(org("FromUrl")).encode())
        self.addCleanup(server.close)
        task = self.submit("", f"{DOOR}?file_url={server.url}")["task"]
        self.assertEqual(self.ended(task).body, "Processed 1 of 1 -- 1 NEW (201:1)")
        before = self.database.number("SELECT count(*) FROM ocl.task")
        answer = self.server.call("POST", f"{DOOR}?file_url=http://10.1.2.3/secret", body="")
        self.assertEqual(answer.status, 403, str(answer))
        answer = self.server.call("POST", f"{DOOR}?file_url=/etc/passwd", body="")
        self.assertEqual(answer.status, 400, str(answer))
        self.assertEqual(self.database.number("SELECT count(*) FROM ocl.task"), before)

    def test_a_trial(self):
        text = lines(org("Trial"), source("S", "Trial"))
        task = self.submit(text, DOOR + "?test_mode=true")["task"]
        self.assertEqual(self.ended(task).body, "Processed 2 of 2 -- 2 NEW (201:2)")
        self.assertIs(self.status(task, result="json").json()["test_mode"], True)
        self.get("/orgs/Trial/", expect=404)

    def test_the_same_import_twice_is_refused_while_it_is_under_way(self):
        self.imported(lines(org("O")))
        go_on = self.hold("O")
        text = lines(source("S", "O"))
        first = self.submit(text)["task"]
        self.assertEqual(
            self.submit(text, expect=409), {"exception": "The same import has been already queued"})
        # Another user's, another manner's, or a trial is not the same.
        others = [self.submit(text, DOOR + "?update_if_exists=false")["task"],
                  self.submit(text, DOOR + "?test_mode=true")["task"],
                  self.submit(text, key=self.key_of("other", "operator"))["task"]]
        go_on()
        for task in [first, *others]:
            self.ended(task)
        self.assertEqual(self.imported(text), {"UPDATE 200": 1})

    def test_the_states_that_clients_wait_for(self):
        self.imported(lines(org("O")))
        go_on = self.hold("O")
        first = self.submit(lines(source("S", "O")), DOOR + "q/")["task"]
        second = self.submit(lines(source("T", "O")), DOOR + "q/")["task"]
        self.assertEqual(
            wait_for(lambda: self.status(first).json()["status"] == "STARTED", "it began"), True)
        waiting = self.status(second)
        self.assertEqual((waiting.status, waiting.json()["state"]), (200, "PENDING"))
        listed = {t["task"]: t for t in self.get(DOOR + "q/")}
        self.assertEqual(set(listed), {first, second})
        self.assertEqual(listed[first]["queue"], "q")
        self.assertIn(first, {t["task"] for t in self.get(DOOR)})
        self.assertEqual(self.get(DOOR + "empty/"), [])
        cancelled = self.server.call("DELETE", f"{DOOR}?task={second}")
        self.assertEqual(cancelled.status, 204, str(cancelled))
        self.assertEqual(self.status(second).json()["state"], "REVOKED")
        go_on()
        self.ended(first)
        again = self.server.call("DELETE", f"{DOOR}?task={first}")
        self.assertEqual(again.status, 400, str(again))
        self.get("/orgs/O/sources/T/", expect=404)

    def test_tasks_of_others_are_as_if_they_were_not_there(self):
        one, two = self.key_of("one", "operator"), self.key_of("two", "operator")
        viewer = self.key_of("watcher", "viewer")
        task = self.submit(lines(org("O")), key=one)["task"]
        self.ended(task, one)
        for key in (two, viewer):
            answer = self.status(task, key)
            self.assertEqual(
                (answer.status, answer.json()), (404, {"exception": f"task {task} not found"}))
            self.assertEqual(self.get(DOOR, key=key), [])
        self.assertEqual(self.get(DOOR + "?username=one", key=two, expect=403)["exception"],
                         "only root sees the imports of others")
        self.assertEqual(self.status(task).status, 200)
        self.assertEqual([t["task"] for t in self.get(DOOR + "?username=one")], [task])
        self.assertEqual(self.server.call("DELETE", f"{DOOR}?task={task}", key=two).status, 404)
        refused = self.server.call(
            "POST", DOOR, body="{}", key=viewer, Content_Type="application/json")
        self.assertEqual(refused.status, 403)
        self.assertEqual(self.server.call("GET", DOOR, key="nonsense").status, 401)

    def test_results_go_after_their_time(self):
        task = self.submit(lines(org("O")))["task"]
        self.ended(task)
        self.database.query(f"ALTER DATABASE {self.database.name} SET sluice.results_kept = '0 s'")
        # Sessions that are open keep what they began with.
        key, self.server = self.server.key, self.serve("--threads", "4")
        self.server.key = key
        other = self.submit(lines(org("P")))["task"]
        self.assertEqual(self.status(task).status, 404)
        self.assertEqual(
            self.database.number(f"SELECT count(*) FROM ocl.result WHERE task_id = '{task}'"), 0)
        wait_for(lambda: self.status(other).status == 200, "the other is there")

    def test_every_error_path(self):
        for path, body, status, told in (
                (DOOR, "", 400, "No content to import"),
                (DOOR + "?update_if_exists=maybe", "{}", 400,
                 "update_if_exists must be either 'true' or 'false'"),
                (DOOR + "?file_url=http://127.0.0.1/x", "{}", 400, "Invalid input."),
                (DOOR + "a%20b/", "{}", 400, "is no name of a queue")):
            answer = self.server.call("POST", path, body=body, Content_Type="application/json")
            self.assertEqual(answer.status, status, f"{path}: {answer}")
            self.assertIn(told, answer.body)
        broken = self.server.call(
            "POST", DOOR, body="--XX\r\n", Content_Type="multipart/form-data; boundary=XX")
        self.assertEqual(broken.status, 400, str(broken))
        self.assertEqual(self.status("nonsense").status, 404)
        self.assertEqual(self.status(str(uuid.uuid4())).status, 404)
        self.assertEqual(self.server.call("DELETE", DOOR).status, 400)
        self.assertEqual(
            self.database.number("SELECT count(*) FROM sluice.import WHERE system = "
                                 "'terminology'"), 0)


class Queues(BulkWorld):
    USERS = 10
    SCRIPTS = 3

    def test_ten_users_with_two_queues_each_keep_their_order(self):
        """Each script of a queue renames what the one before it made; together they agree with
        some serial order."""
        self.imported(lines(org("O", public_access="Edit"),
                            source("S", "O", public_access="Edit")))
        second = self.serve("--threads", "4")
        servers = [self.server, second]
        keys = {f"u{i}": self.key_of(f"u{i}", "operator") for i in range(self.USERS)}
        tasks = []
        for number in range(self.SCRIPTS):
            for index, (user, key) in enumerate(keys.items()):
                for queue in ("a", "b"):
                    name = f"{user}-{queue}"
                    text = lines(
                        concept(name, "O", "S", f"{name} {number}"),
                        *[concept(f"{name}-{i}", "O", "S", f"{name} {number}") for i in range(20)],
                        concept("Shared", "O", "S", f"{name} {number}"))
                    server = servers[(index + number) % 2]
                    answer = server.call("POST", f"{DOOR}{queue}/", body=text, key=key,
                                         Content_Type="application/json")
                    self.assertEqual(answer.status, 200, str(answer))
                    tasks.append((answer.json()["task"], key))
        for task, key in tasks:
            self.ended(task, key, seconds=240)
        for user in keys:
            for queue in ("a", "b"):
                names = self.database.query(
                    "SELECT v.names::json -> 0 ->> 'name' FROM ocl.concept_version v "
                    f"WHERE mnemonic = '{user}-{queue}' ORDER BY version")
                self.assertEqual(
                    [row[0] for row in names],
                    [f"{user}-{queue} {n}" for n in range(self.SCRIPTS)])
        # Every write of the shared concept is one of its versions, in some order.
        self.assertEqual(
            self.database.value("SELECT count(*) || ' ' || count(DISTINCT names::text) || ' ' || "
                                "max(version) FROM ocl.concept_version WHERE mnemonic = 'Shared'"),
            " ".join([str(2 * self.USERS * self.SCRIPTS)] * 3))


class FileServer:
    """Serves one body under any path."""

    def __init__(self, body):
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, with_body):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", '"one"')
                self.send_header("Last-Modified", "Sat, 29 Nov 2025 00:00:00 GMT")
                self.end_headers()
                if with_body:
                    self.wfile.write(body)

            def do_GET(self):
                self.answer(True)

            def do_HEAD(self):
                self.answer(False)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/script.json"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
