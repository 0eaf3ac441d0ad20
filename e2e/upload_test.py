"""The spool: bodies that are posted, kept in the ledger, and loaded by whichever process comes."""

import base64
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import unittest

import sample
from serve import ServeWorld
from world import wait_for

GZIP = "application/gzip"
NDJSON = "application/x-ndjson"
MIB = 1 << 20
# What a server may come to while a body passes through it, in kilobytes as the kernel counts.
PEAK_KB_MAX = 250_000
LARGE_MB = int(os.environ.get("SLUICE_TEST_UPLOAD_MB", "400"))


class Uploads(ServeWorld):
    def setUp(self):
        super().setUp()
        self.key = self.make_key("operator")

    def post(self, server, name, body, expect=201, kind=NDJSON, **more):
        answer = server.call("POST", f"/uploads/{name}", body, Content_Type=kind, **more)
        self.assertEqual(answer.status, expect, answer)
        return answer.json()

    def import_from(self, server, source, **more):
        begun = server.call("POST", "/imports", {"system": "fhir", "sources": [source], **more})
        self.assertEqual(begun.status, 202, begun)
        return begun.json()["import"]

    def kept(self):
        return self.database.number("SELECT count(*) FROM sluice.spool_piece")

    def test_a_posted_file_is_loaded_and_gone(self):
        server = self.serve(key=self.key)
        body = sample.patients(1, 20)
        told = self.post(server, "in/Patient.ndjson", body)
        self.assertEqual(told["source"], f"spool://{told['upload']}/in/Patient.ndjson")
        self.assertEqual(told["bytes"], len(body))
        self.assertEqual(told["sha256"], hashlib.sha256(body).hexdigest())
        listed = server.call("GET", "/uploads").json()
        self.assertEqual(listed, {"uploads": [told], "next": None})
        number = self.import_from(server, told["source"])
        self.wait_for_state(server, number, "completed")
        self.assert_rows({"patient": sample.patient_ids(1, 20)})
        self.assert_books_balance()
        wait_for(lambda: self.kept() == 0, "the body has gone with its import")
        self.assertEqual(server.call("GET", "/uploads").json()["uploads"], [])
        again = self.import_from(server, told["source"])
        self.assertEqual(again, number)
        self.wait_for_state(server, number, "completed")
        self.assert_rows({"patient": sample.patient_ids(1, 20)})
        subjects = self.database.query("SELECT subject FROM sluice.audit ORDER BY id LIMIT 1")
        self.assertEqual(subjects, [[told["source"]]])

    def test_several_files_are_one_source(self):
        server = self.serve(key=self.key)
        first = self.post(server, "Patient.1.ndjson", sample.patients(1, 5))
        upload = first["upload"]
        self.post(server, f"Patient.2.ndjson?upload={upload}", sample.patients(6, 5))
        number = self.import_from(server, f"spool://{upload}/")
        self.wait_for_state(server, number, "completed")
        self.assert_rows({"patient": sample.patient_ids(1, 10)})

    def test_the_command_line_plans_and_loads_what_was_posted(self):
        server = self.serve("--threads", "0", key=self.key)
        source = self.post(server, "Patient.ndjson", sample.patients(1, 5))["source"]
        plan = self.sluice("plan", "fhir", source, "--into", self.database.url)
        self.assertIn(source, plan.stdout)
        self.assertIn("1 to load", plan.stdout)
        self.load(source)
        self.assert_rows({"patient": sample.patient_ids(1, 5)})
        told = self.sluice("explain", source, "--into", self.database.url)
        self.assertIn("loaded 5 rows", told.stdout)

    def test_what_failed_can_be_mended_and_retried(self):
        server = self.serve(key=self.key)
        told = self.post(server, "Patient.ndjson", b'{"id": 1}\n')
        number = self.import_from(server, told["source"])
        status = self.wait_for_state(server, number, "completed")
        self.assertEqual(status["objects"]["dead"], 1)
        self.assertEqual(self.kept(), 1, "it is kept to be retried")
        better = f"Patient.ndjson?upload={told['upload']}"
        self.post(server, better, sample.patients(1, 3))
        self.import_from(server, told["source"])
        wait_for(
            lambda: server.call("GET", f"/imports/{number}").json()["records"]["loaded"] == 3,
            "the better version is in",
        )
        self.assert_rows({"patient": sample.patient_ids(1, 3)})

    def test_a_client_that_breaks_off_leaves_nothing(self):
        server = self.serve("--threads", "0", key=self.key)
        head = (
            f"POST /uploads/Patient.ndjson HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: {NDJSON}\r\n"
            f"Content-Length: {10 * MIB}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
            client.sendall(head.encode() + b"x" * (3 * MIB))
            wait_for(lambda: self.kept() >= 2, "some of it has come")
        wait_for(lambda: self.kept() == 0, "it is gone")
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.spool_object"), 0)

    def test_a_server_that_was_killed_has_answered_for_what_it_keeps(self):
        server = self.serve("--threads", "0", key=self.key)
        body = sample.patients(1, 200)
        told = self.post(server, "Patient.ndjson", body)
        server.process.signal(signal.SIGKILL)
        server.process.wait()
        server = self.serve(key=self.key)
        self.wait_for_state(server, self.import_from(server, told["source"]), "completed")
        self.assert_rows({"patient": sample.patient_ids(1, 200)})

    def test_an_upload_is_removed_unless_an_import_needs_it(self):
        server = self.serve("--threads", "0", key=self.key)
        told = self.post(server, "Patient.ndjson", sample.patients(1, 3))
        self.import_from(server, told["source"])
        wait_for(
            lambda: self.database.number("SELECT count(*) FROM sluice.job") == 1, "it is listed"
        )
        path = f"/uploads?upload={told['upload']}"
        refused = server.call("DELETE", path)
        self.assertEqual((refused.status, refused.json()["error"]["code"]), (409, "upload-busy"))
        other = self.post(server, "Patient.ndjson", b"x")
        gone = server.call("DELETE", f"/uploads?upload={other['upload']}")
        self.assertEqual(gone.json(), {"removed": 1}, gone)
        again = server.call("DELETE", f"/uploads?upload={other['upload']}")
        self.assertEqual((again.status, again.json()["error"]["code"]), (404, "upload-unknown"))

    def test_every_refusal(self):
        server = self.serve("--threads", "0", "--spool-max", "1MB", key=self.key)
        full = self.post(server, "a", b"x" * 1_000_001, expect=503)
        self.assertEqual(full["error"]["code"], "spool-full")
        for name, code in (
            ("%FF", "address-invalid"), ("a%00b", "address-invalid"),
            ("x" * 1025, "upload-invalid"), ("a?upload=nonsense", "upload-invalid"),
        ):
            bad = self.post(server, name, b"x", expect=400)
            self.assertEqual(bad["error"]["code"], code, name)
        form = self.post(server, "a", b"x", 415, "application/x-www-form-urlencoded")
        self.assertEqual(form["error"]["code"], "content-type")
        self.assertEqual(self.kept(), 0)
        for more, word in (({"watch": True}, "watch"), ({"then": "tag:a=b"}, "then")):
            source = "spool://0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11/a"
            refused = server.call(
                "POST", "/imports", {"system": "fhir", "sources": [source], **more}
            )
            self.assertEqual(refused.status, 400, refused)
            self.assertIn(word, refused.json()["error"]["message"])

    def test_an_upload_that_never_was_fails_the_import(self):
        server = self.serve(key=self.key)
        number = self.import_from(server, "spool://0b6e8a0e-5f0c-4d2e-9a55-7a1d9c1f0a11/a")
        failed = self.wait_for_state(server, number, "failed")
        self.assertEqual(failed["error"]["code"], "NoSuchUpload")


class Large(ServeWorld):
    """A body that is larger than a server may ever hold."""

    LINES_PER_MB = 10
    LINE_BYTES = 99_990  # and its number, and its end

    def lines(self):
        """Lines that do not shrink by packing and differ from each other."""
        random_bytes = random.Random(7).randbytes(75_000)
        text = base64.b64encode(random_bytes)[: self.LINE_BYTES]
        for number in range(LARGE_MB * self.LINES_PER_MB):
            at = number % len(text)
            yield b"%09d\t" % number + text[at:] + text[:at] + b"\n"

    def megabytes(self, digest):
        piece = []
        for line in self.lines():
            piece.append(line)
            digest.update(hashlib.md5(line[10:-1]).hexdigest().encode())
            if len(piece) == self.LINES_PER_MB:
                yield b"".join(piece)
                piece.clear()

    def peak_kb(self, process):
        with open(f"/proc/{process.popen.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    def test_another_process_loads_the_same_bytes_and_nobody_held_them(self):
        server = self.serve("--threads", "0", key=self.make_key("operator"))
        self.database.query("CREATE TABLE line (n int PRIMARY KEY, text text); "
                            "ALTER TABLE line ALTER text SET STORAGE EXTERNAL")
        digest = hashlib.md5()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        connection.request(
            "POST", "/uploads/line.txt", self.megabytes(digest),
            {"Authorization": f"Bearer {server.key}", "Content-Type": "application/octet-stream",
             "Content-Length": str(LARGE_MB * 1_000_010)},
        )
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        self.assertEqual(answer.status, 201, told)
        peak = self.peak_kb(server.process)
        print(f"{LARGE_MB} MB through a server of {peak} kB", flush=True)
        self.assertLess(peak, PEAK_KB_MAX)
        self.sluice(
            "load", "table", told["source"], "--table", "public.line", "--format", "text",
            "--threads", "2", "--into", self.database.url, seconds=900,
        )
        self.assertEqual(
            self.database.value("SELECT md5(string_agg(md5(text), '' ORDER BY n)) FROM line"),
            digest.hexdigest(),
        )
        server.process.signal(signal.SIGTERM)
        server.process.wait()


if __name__ == "__main__":
    unittest.main()
