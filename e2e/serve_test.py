"""sluice serve: imports over HTTP, and that the server survives what is done to it."""

import concurrent.futures
import http.client
import json
import signal
import socket
import ssl
import subprocess
import unittest

import sample
from serve import ServeWorld
from world import TOP, wait_for


class Imports(ServeWorld):
    def setUp(self):
        super().setUp()
        self.bucket = self.new_bucket()
        self.key = self.make_key("operator")

    def put(self, files, rows):
        for n in range(files):
            self.bucket.client.put_object(
                Bucket=self.bucket.name, Key=f"in/Patient.{n:03d}.ndjson",
                Body=sample.patients(n * rows + 1, rows),
            )
        return {"patient": sample.patient_ids(1, files * rows)}

    def request(self, **more):
        return {"system": "fhir", "sources": [self.bucket.url("in/")], **more}

    def test_an_import_goes_from_request_to_rows(self):
        ids = self.put(files=3, rows=20)
        server = self.serve("--threads", "2", key=self.key, **self.s3_environment())
        begun = server.call("POST", "/imports", self.request())
        self.assertEqual(begun.status, 202, begun)
        number = begun.json()["import"]
        self.assertEqual(begun.headers["Location"], f"/imports/{number}")
        status = self.wait_for_state(server, number, "completed")
        self.assertEqual(status["records"]["loaded"], 60)
        self.assert_rows(ids)
        said = self.sluice("status", str(number), "--json", "--into", self.database.url).json()
        self.assertEqual(status, said[0])
        first = server.call("GET", f"/imports/{number}/objects?limit=2").json()
        self.assertEqual(len(first["objects"]), 2)
        rest = server.call("GET", f"/imports/{number}/objects?limit=2&cursor={first['next']}")
        self.assertEqual((len(rest.json()["objects"]), rest.json()["next"]), (1, None))
        audit = self.database.query("SELECT user_name, method, path, status, subject "
                                    "FROM sluice.audit ORDER BY id")
        self.assertEqual(
            audit, [["operator", "POST", "/imports", "202", f"import {number}"]]
        )

    def test_metrics_tell_what_each_stage_did(self):
        self.put(files=3, rows=20)
        server = self.serve("--threads", "2", key=self.key, **self.s3_environment())
        number = server.call("POST", "/imports", self.request()).json()["import"]
        self.wait_for_state(server, number, "completed")

        def figures():
            lines = server.call("GET", "/metrics").body.splitlines()
            samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
            return {name: float(value) for name, _, value in samples}

        last = wait_for(
            lambda: (now := figures()) and now['sluice_stage_rows_total{stage="settle"}'] and now,
            "the rows are counted",
        )
        for stage in ("map", "settle"):
            self.assertEqual(last[f'sluice_stage_rows_total{{stage="{stage}"}}'], 60)
        for stage in ("open", "unpack", "read", "map", "write", "settle"):
            self.assertGreater(last[f'sluice_stage_seconds_total{{stage="{stage}"}}'], 0, stage)
        self.assertGreater(last["sluice_database_bytes"], 0)
        sessions = last['sluice_database_sessions{state="open"}']
        self.assertGreater(sessions, 0)
        self.assertGreaterEqual(last["sluice_database_sessions_max"], sessions)

    def test_events_tell_the_progress_until_the_end(self):
        self.put(files=2, rows=5)
        server = self.serve(key=self.key, **self.s3_environment())
        number = server.call("POST", "/imports", self.request()).json()["import"]
        stream = server.call("GET", f"/imports/{number}/events").body
        self.assertTrue(stream.endswith("event: end\ndata: {}\n\n"), stream)
        events = [line[6:] for line in stream.splitlines() if line.startswith("data: {\"")]
        self.assertEqual(json.loads(events[-1])["state"], "completed")

    def test_a_repeated_request_with_its_key_is_one_import(self):
        self.put(files=1, rows=5)
        server = self.serve(key=self.key, **self.s3_environment())
        first = server.call("POST", "/imports", self.request(), Idempotency_Key="a")
        again = server.call("POST", "/imports", self.request(), Idempotency_Key="a")
        self.assertEqual((first.status, again.status), (202, 202))
        self.assertEqual(first.json()["import"], again.json()["import"])
        other = server.call("POST", "/imports", self.request(limit=1), Idempotency_Key="a")
        self.assertEqual((other.status, other.json()["error"]["code"]), (409, "key-reused"))

    def test_dead_objects_are_listed_retried_and_their_rejects_downloaded(self):
        self.bucket.client.put_object(
            Bucket=self.bucket.name, Key="in/Patient.ndjson", Body=b'{"id": 1}\n'
        )
        server = self.serve(key=self.key, **self.s3_environment())
        number = server.call("POST", "/imports", self.request()).json()["import"]
        self.wait_for_state(server, number, "completed")
        dead = server.call("GET", f"/imports/{number}/objects?state=dead").json()["objects"]
        self.assertEqual([item["key"] for item in dead], ["in/Patient.ndjson"])
        rejects = server.call("GET", f"/imports/{number}/rejects")
        self.assertEqual(rejects.headers["Content-Type"], "application/x-ndjson")
        self.assertEqual(json.loads(rejects.body)["line"], 1)
        self.bucket.client.put_object(
            Bucket=self.bucket.name, Key="in/Patient.ndjson", Body=sample.patients(1, 1)
        )
        retried = server.call("POST", f"/imports/{number}/retry", {})
        self.assertEqual(retried.json(), {"retry": 1})
        wait_for(
            lambda: self.database.value("SELECT attempts FROM sluice.job") != "0"
            or self.database.value("SELECT state FROM sluice.job") == "done",
            "the object had another turn",
        )

    def test_a_paused_lane_waits_and_goes_on(self):
        ids = self.put(files=2, rows=5)
        server = self.serve("--threads", "2", key=self.key, **self.s3_environment())
        self.sluice("lanes", "width", "slow", "1", "--into", self.database.url)
        self.assertEqual(server.call("POST", "/lanes/slow", {"paused": True}).status, 200)
        number = server.call("POST", "/imports", self.request(lane="slow")).json()["import"]
        waiting = wait_for(
            lambda: [lane for lane in server.call("GET", "/lanes").json()["lanes"]
                     if lane["waiting"] == 2],
            "both objects wait in the lane",
        )
        self.assertTrue(waiting[0]["paused"])
        self.sluice("lanes", "resume", "slow", "--into", self.database.url)
        self.wait_for_state(server, number, "completed")
        self.assert_rows(ids)

    def test_killed_in_mid_import_and_started_again_it_loads_each_row_once(self):
        ids = self.put(files=12, rows=40)
        self.load(self.write("first/Patient.ndjson", sample.patients(900_001, 1)))
        config = self.write("serve.yaml", "lease: 1000\n")
        options = ("--threads", "2", "--config", str(config))
        server = self.serve(*options, key=self.key, **self.s3_environment())
        # Every load waits here, so that the kill finds some in the middle.
        lock = self.database.session()
        lock.run("BEGIN; LOCK TABLE patient IN SHARE MODE")
        number = server.call("POST", "/imports", self.request()).json()["import"]
        running = "SELECT count(*) FROM sluice.job WHERE state = 'running'"
        wait_for(lambda: self.database.number(running) == 2, "two objects load")
        server.process.kill()
        lock.close()
        # Workers count as live for half a minute.
        self.database.query("UPDATE sluice.worker SET seen_at = seen_at - interval '1 hour'")

        def state():
            told = self.sluice("status", str(number), "--json", "--into", self.database.url)
            return told.json()[0]["state"]

        wait_for(lambda: state() == "interrupted", "the import shows as interrupted")
        server = self.serve(*options, key=self.key, **self.s3_environment())
        self.wait_for_state(server, number, "completed")
        self.assert_rows({"patient": [*ids["patient"], "p900001"]})
        self.assert_books_balance()

    def test_sigterm_lets_what_runs_end(self):
        ids = self.put(files=6, rows=20)
        server = self.serve("--threads", "1", key=self.key, **self.s3_environment())
        number = server.call("POST", "/imports", self.request()).json()["import"]
        server.process.signal(signal.SIGTERM)
        ended = server.process.wait()
        self.assertEqual(ended.code, 0, ended)
        self.assertEqual(
            self.database.number("SELECT count(*) FROM sluice.job WHERE state = 'running'"), 0
        )
        server = self.serve("--threads", "1", key=self.key, **self.s3_environment())
        self.wait_for_state(server, number, "completed")
        self.assert_rows(ids)

    def test_a_body_that_cannot_be_is_refused_with_what_is_wrong(self):
        server = self.serve("--threads", "0", key=self.key, **self.s3_environment())
        for body, word in (
            ({}, "system"), ({"system": "fhir"}, "sources"), (self.request(threads=9), "threads"),
            (self.request(attempts="x"), "attempts"), (self.request(nonsense=1), "nonsense"),
            (self.request(credentials={}), "credentials"), ([], "object"),
        ):
            refused = server.call("POST", "/imports", body)
            self.assertEqual(refused.status, 400, refused)
            self.assertIn(word, refused.json()["error"]["message"])
        files = server.call("POST", "/imports", {"system": "fhir", "sources": ["/etc"]})
        self.assertEqual(files.json()["error"]["code"], "source-refused")


class Tls(ServeWorld):
    def certificate(self):
        """A chain of the test's own: an authority, and a server's certificate for 127.0.0.1."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.directory, check=True, timeout=90,
                           capture_output=True)

        new = ("req", "-newkey", "rsa:2048", "-nodes")
        openssl(*new, "-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key",
                "-out", "ca.pem")
        openssl(*new, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr")
        self.write("names", "subjectAltName=IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.pem")
        return ("--tls-cert", self.directory / "server.pem",
                "--tls-key", self.directory / "server.key")

    def ask(self, server, context, method="GET", path="/healthz", body=None):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", server.port, timeout=90, context=context
        )
        self.addCleanup(connection.close)
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, body=body, headers=headers)
        return connection.getresponse()

    def test_a_certificate_that_clients_can_check(self):
        options = self.certificate()
        key = self.make_key("viewer")
        server = self.serve("--threads", "0", *options)
        self.assertTrue(server.url.startswith("https://"), server.url)
        trusting = ssl.create_default_context(cafile=self.directory / "ca.pem")
        self.assertEqual(self.ask(server, trusting).status, 200)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.ask(server, ssl.create_default_context())
        login = self.ask(server, trusting, "POST", "/login", json.dumps({"key": key}))
        self.assertTrue(login.headers["Set-Cookie"].endswith("; Secure"))
        old = ssl.create_default_context(cafile=self.directory / "ca.pem")
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises(ssl.SSLError):
            self.ask(server, old)

    def test_a_key_that_does_not_fit_is_told(self):
        _, certificate, _, _ = self.certificate()
        refused = self.sluice(
            "serve", "--into", self.database.url, "--listen", "127.0.0.1:0",
            "--tls-cert", certificate, "--tls-key", self.directory / "ca.key", expect=2,
        )
        self.assertIn("cannot be used", refused.stderr)


class Crowds(ServeWorld):
    def test_a_thousand_silent_connections_leave_it_answering(self):
        server = self.serve("--threads", "0")
        silent = []
        self.addCleanup(lambda: [connection.close() for connection in silent])
        for _ in range(1000):
            silent.append(socket.create_connection(("127.0.0.1", server.port), timeout=90))
        self.assertEqual(server.call("GET", "/healthz").status, 200)
        self.assertEqual(server.call("GET", "/readyz").status, 200)

    def test_many_at_once_are_all_answered(self):
        server = self.serve("--threads", "0", key=self.make_key("viewer"))
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: server.call("GET", "/imports").status, range(200)))
        self.assertEqual(set(answers), {200})


class Operations(ServeWorld):
    def test_metrics_satisfy_promtool(self):
        server = self.serve("--threads", "0", key=self.make_key("viewer"))
        metrics = server.call("GET", "/metrics")
        self.assertEqual(metrics.status, 200)
        checked = subprocess.run(
            [TOP / "tools/promtool", "check", "metrics"], input=metrics.body, text=True,
            capture_output=True, check=False, timeout=300,
        )
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))
        for name in ("sluice_queue_objects", "sluice_stage_bytes_total", "sluice_rejects_open",
                     "sluice_tables_without_key", "sluice_queue_oldest_pending_seconds"):
            self.assertIn(f"\n{name}", metrics.body)

    def test_it_tells_the_service_manager_when_it_is_ready(self):
        path = self.directory / "notify"
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(path))
        manager.settimeout(90)
        self.serve("--threads", "0", NOTIFY_SOCKET=str(path))
        self.assertEqual(manager.recv(100), b"READY=1")


if __name__ == "__main__":
    unittest.main()
