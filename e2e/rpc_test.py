"""The door /rpc as Aidbox's documentation has it (https://docs.aidbox.app, "Bulk import from an S3
bucket"): its examples, every parameter and every error by its name."""

import json
import re
import unittest

import sample
from aidbox import LOAD, STATUS, RpcWorld, account
from s3_proxy import answer, pass_on
from world import wait_for

# As the specification prints them, but for the bucket's name and what follows from it.
SPEC_LOAD = """method: aidbox.bulk/load-from-bucket
params:
  bucket: s3://your-bucket-id
  thread-num: 4
  account:
    access-key-id: your-key-id
    secret-access-key: your-secret-access-key
    region: us-east-1
"""
SPEC_LOAD_ANSWER = """result:
  message: Upload from bucket <s3://your-bucket-id> started. 6 new files added.
  progress:
    total: 6
  new-files-count: 6
"""
SPEC_STATUS = """method: aidbox.bulk/load-from-bucket-status
params:
  bucket: s3://your-bucket-id
"""
SPEC_STATUS_ANSWER = """result:
  state: in-progress
  progress:
    total: 6
    pending: 2
    done: 4
"""
SPEC_ERROR_MESSAGE = (
    '23505: ERROR: duplicate key value violates unique constraint "patient_pkey"')
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


class Specification(RpcWorld):
    def test_the_examples_are_answered_byte_for_byte(self):
        """With the endpoint in the server's environment, as the examples name none."""
        ids = self.put(*range(6))
        door = self.serve("--threads", "2", AWS_ENDPOINT_URL=self.bucket.endpoint)

        def mine(text):
            keys = account()
            for theirs, own in (("your-bucket-id", self.bucket.name),
                                ("your-key-id", keys["access-key-id"]),
                                ("your-secret-access-key", keys["secret-access-key"])):
                text = text.replace(theirs, own)
            return text

        def ask(text):
            reply = door.ask("POST", "/rpc", text, "text/yaml", "text/yaml")
            self.assertEqual((reply.status, reply.content_type), (200, "text/yaml"), f"{reply}")
            return reply.body.decode()

        self.assertEqual(ask(mine(SPEC_LOAD)), mine(SPEC_LOAD_ANSWER))
        door.wait_for_state(self.name, "completed")
        self.assertEqual(ask(mine(SPEC_STATUS)), "result:\n  state: completed\n  progress:\n"
                                                 "    total: 6\n    pending: 0\n    done: 6\n")
        self.assert_rows({"patient": ids})

    def test_the_status_of_the_example(self):
        """Four files are in, two wait: the answer is the specification's, byte for byte."""
        self.put(*range(4))
        door = self.serve()
        self.load_by(door)
        # A server that does not load lists two more; they wait.
        idle = self.serve("--threads", "0")
        self.put(4, 5)
        idle.rpc(LOAD, self.params())
        reply = idle.ask("POST", "/rpc", SPEC_STATUS.replace("your-bucket-id", self.bucket.name),
                         "text/yaml", "text/yaml")
        self.assertEqual(reply.body.decode(), SPEC_STATUS_ANSWER)

    def test_json_yaml_and_batches(self):
        self.put(0)
        door = self.serve()
        self.load_by(door)
        request = {"method": STATUS, "params": {"bucket": self.name}}
        wanted = {"result": {"state": "completed",
                             "progress": {"total": 1, "pending": 0, "done": 1}}}
        asked = {"application/json": json.dumps(request),
                 "text/yaml": f"method: {STATUS}\nparams: {{bucket: '{self.name}'}}\n"}
        answers = {"application/json": json.dumps(wanted, separators=(",", ":")) + "\n",
                   "text/yaml": "result:\n  state: completed\n  progress:\n    total: 1\n"
                                "    pending: 0\n    done: 1\n"}
        for content_type, body in asked.items():
            for accept, answered in answers.items():
                reply = door.ask("POST", "/rpc?_m=some.other/method", body, content_type, accept)
                self.assertEqual((reply.status, reply.content_type), (200, accept))
                self.assertEqual(reply.body.decode(), answered)
        batch = json.dumps([request, {"method": "no.such/method"}, request])
        answers = door.ask("POST", "/rpc", batch).json()
        self.assertEqual([answers[0], answers[2]], [wanted, wanted])
        self.assertEqual(answers[1]["error"]["method"], "no.such/method")

    def test_a_loaded_and_a_failed_file_are_the_examples(self):
        """Also of files that the command line loaded: their bucket is `local`."""
        self.write("in/patient.ndjson", sample.patients(0, 20))
        self.write("in/patient-01.ndjson", sample.patients(10, 10) + b'\n{"id":"new"}\n')
        self.load(self.directory / "in", "--order", "by-last-modified", "--threads", "1", expect=4)
        door = self.serve()
        files = door.files(bucket="local")
        done, failed = files["patient.ndjson"], files["patient-01.ndjson"]
        path = self.directory / "in/patient.ndjson"
        fields = ("file", "size", "type", "bucket", "loaded", "status")
        shown = {name: done[name] for name in fields}
        self.assertEqual(shown, {"file": str(path), "size": path.stat().st_size, "type": "Patient",
                                 "bucket": "local", "loaded": 20, "status": "done"})
        self.assertNotIn("loaded", failed)
        self.assertEqual(failed["status"], "error")
        self.assertEqual({k: failed["error"][k] for k in ("code", "source")},
                         {"code": "23505", "source": "postgres"})
        self.assertEqual(failed["message"], SPEC_ERROR_MESSAGE)
        for file in (done, failed):
            self.assertRegex(file["end"], f"^{INSTANT}$")
            self.assertRegex(file["last-modified"], f"^{INSTANT}$")


class Parameters(RpcWorld):
    def test_prefixes_say_which_files(self):
        for key in ("fhir/1/Patient.ndjson", "fhir/2/Patient.ndjson", "fhir/2/Observation.ndjson",
                    "fhir/3/Patient.ndjson", "fhir/1/import.ndjson"):
            self.bucket.put(key, sample.ndjson([{"id": re.sub("[^a-z0-9]", "-", key.lower())}]))
        door = self.serve()
        result = self.load_by(door, prefixes=["fhir/1/", "fhir/2/Patient"])
        self.assertEqual(result["new-files-count"], 2)
        self.assert_rows({"patient": ["fhir-1-patient-ndjson", "fhir-2-patient-ndjson"]})
        # The rest, by the same import; what is known is not looked at again.
        result = self.load_by(door)
        self.assertEqual((result["new-files-count"], result["progress"]["total"]), (2, 4))
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.import"), 1)

    def test_by_last_modified_with_one_thread_keeps_order(self):
        for n in (3, 1, 2):
            self.put(n)
        door = self.serve("--threads", "4")
        self.load_by(door, **{"scheduler": "by-last-modified", "thread-num": 1})
        files = sorted(door.files().values(), key=lambda file: file["start"])
        order = [file["last-modified"] for file in files]
        self.assertEqual(order, sorted(order))
        for before, after in zip(files, files[1:]):
            self.assertLessEqual(before["end"], after["start"])

    def test_upsert(self):
        self.bucket.put("Patient.1.ndjson", sample.patients(0, 5))
        door = self.serve()
        self.load_by(door)
        self.bucket.put("Patient.2.ndjson", sample.patients(0, 6, version=2))
        self.load_by(door)
        self.assertEqual(door.files(status="error")["Patient.2.ndjson"]["error"]["code"], "23505")
        self.bucket.put("Patient.3.ndjson", sample.patients(0, 6, version=3))
        self.load_by(door, **{"upsert?": True})
        versions = self.database.query("SELECT DISTINCT resource->>'version' FROM patient")
        self.assertEqual(versions, [["3"]])
        self.assert_rows({"patient": sample.patient_ids(0, 6)})

    def test_disable_idx_and_drop_primary_key(self):
        self.put(0)
        door = self.serve()
        self.load_by(door)
        self.database.query("CREATE INDEX patient_ts ON patient (ts)")
        self.put(1)
        self.load_by(door, **{"disable-idx?": True, "drop-primary-key?": True})
        indexes = {e["resource"]["indexname"]: e["resource"]
                   for e in door.get("/DisabledIndex?tablename=patient&status=restored")["entry"]}
        self.assertLessEqual({"patient_ts", "patient_pkey"}, set(indexes))
        index = indexes["patient_ts"]
        self.assertEqual(index["indexdef"], "CREATE INDEX patient_ts ON public.patient USING btree "
                                            "(ts)")
        self.assertEqual((index["schemaname"], index["tablename"]), ("public", "patient"))
        self.assertRegex(index["restore"]["start"], f"^{INSTANT}$")
        self.assertRegex(index["restore"]["end"], f"^{INSTANT}$")
        self.assertGreaterEqual(index["restore"]["duration"], 0)
        self.assertEqual(door.get(f"/DisabledIndex/{index['id']}"), index)
        self.assertEqual(door.get("/DisabledIndex?status=disabled")["total"], 0)
        standing = self.database.query(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'patient'")
        self.assertLessEqual({"patient_ts", "patient_pkey"}, {row[0] for row in standing})
        self.assertEqual(door.ask("GET", "/DisabledIndex/none").status, 404)

    def test_timeouts(self):
        """0 is no limit of the caller's; another one is kept to."""
        self.put(0, 1)
        proxy = self.proxy()
        door = self.serve()
        self.load_by(door, **{"connect-timeout": 0, "read-timeout": 0, "prefixes": ["Patient.0"]})
        proxy.fault(lambda handler: proxy.ended.wait(), key="Patient.1.ndjson", times=None)
        door.rpc(LOAD, {"bucket": self.name, "account": account(proxy.endpoint),
                        "read-timeout": 2000, "connect-timeout": 5000, "prefixes": ["Patient.1"]})
        # It is never answered: only the timeout makes the file be asked for again.
        wait_for(lambda: len([r for r in proxy.requests if r[1] == "Patient.1.ndjson"]) > 1,
                 "the timeout is over")

    def test_what_is_wrong_is_named(self):
        door = self.serve()
        params = {"account": {"access-key-id": 5}, "upsert": True, "scheduler": "fast"}
        error = door.rpc(LOAD, params, expect=400)
        self.assertEqual((error["message"], error["method"]), ("Invalid params", LOAD))
        paths = [".".join(e["path"]) for e in error["errors"]]
        self.assertEqual(paths, ["bucket", "account.access-key-id", "account.secret-access-key",
                                 "account.region", "scheduler", "upsert"])
        self.assertEqual(door.rpc("aidbox.bulk/x", {}, expect=404)["method"], "aidbox.bulk/x")
        error = door.rpc(STATUS, {"bucket": "s3://e2e-never-heard-of"}, expect=404)
        self.assertEqual(error["code"], "bucket-unknown")
        reply = door.ask("POST", "/rpc", "a: [", "text/yaml", "text/yaml")
        self.assertEqual((reply.status, reply.content_type), (400, "text/yaml"))
        self.assertTrue(reply.body.startswith(b"error:\n  message: "), reply)


class Errors(RpcWorld):
    """Every documented error, by its Aidbox name."""

    def test_an_invalid_account_is_the_calls_error(self):
        self.put(0)
        door = self.serve()
        wrong_id = account(**{"access-key-id": "AKIANOBODY0000000000"})
        wrong_secret = account(**{"secret-access-key": "wrong+secret/1"})
        for keys in (wrong_id, wrong_secret):
            error = door.rpc(LOAD, self.params(account=keys), expect=422)
            self.assertEqual((error["source"], error["code"]), ("aws", "InvalidAccount"))
            self.assertTrue(error["message"].startswith("InvalidAccount: "), error)
            self.assertNotIn("wrong+secret", json.dumps(error))
        self.load_by(door)  # the next call goes on
        self.assertEqual(door.files()["Patient.0.ndjson"]["status"], "done")

    def test_a_missing_bucket_is_no_such_key(self):
        door = self.serve()
        params = self.params(bucket="s3://e2e-no-such-bucket-anywhere")
        error = door.rpc(LOAD, params, expect=422)
        self.assertEqual((error["source"], error["code"]), ("aws", "NoSuchKey"))

    def test_files_fail_by_the_documented_names(self):
        """NoSuchKey, 23505 and one of our own, each with its source."""
        self.put(0, 1)
        self.bucket.put("Patient.2.ndjson", sample.patients(5, 10))
        self.bucket.put("Patient.3.ndjson", sample.patients(30, 2) + b'{"id":"x"\n')
        self.bucket.put("Patient.4.ndjson.gz", b"\x1f\x8b\x08\x00")
        proxy = self.proxy()

        def remove_first(handler):
            self.bucket.remove("Patient.1.ndjson")
            pass_on(handler)

        proxy.fault(remove_first, key="Patient.1.ndjson")
        door = self.serve()
        # In this order, so that it is known which of the twins comes second.
        self.load_by(door, account=account(proxy.endpoint),
                     **{"scheduler": "by-last-modified", "thread-num": 1})
        files = door.files(status="error")
        errors = {name: (f["error"]["source"], f["error"]["code"]) for name, f in files.items()}
        self.assertEqual(errors, {
            "Patient.1.ndjson": ("aws", "NoSuchKey"),
            "Patient.2.ndjson": ("postgres", "23505"),
            "Patient.3.ndjson": ("aidbox", "json-syntax"),
            "Patient.4.ndjson.gz": ("aidbox", "gzip-truncated"),
        })
        self.assertEqual(files["Patient.2.ndjson"]["message"], SPEC_ERROR_MESSAGE)
        self.assertEqual(files["Patient.3.ndjson"]["error"]["line"], 3)
        self.assertEqual(files["Patient.3.ndjson"]["rejected"], 1)
        state = door.state(self.name)
        self.assertEqual((state["state"], state["progress"]["error"]), ("completed", 4))

    def test_keys_refused_in_mid_import_fail_its_files(self):
        """InvalidAccount of a LoaderFile; a call with good keys goes on."""
        ids = self.put(0, 1)
        proxy = self.proxy()
        proxy.fault(answer(403, "InvalidAccessKeyId"), key=".ndjson", times=None)
        door = self.serve()
        self.load_by(door, account=account(proxy.endpoint))
        for file in door.files().values():
            self.assertEqual(file["status"], "error")
            self.assertEqual((file["error"]["source"], file["error"]["code"]),
                             ("aws", "InvalidAccount"))
        proxy.heal()
        self.assertEqual(self.load_by(door, account=account(proxy.endpoint))["new-files-count"], 0)
        self.assert_rows({"patient": ids})

    def test_hosts_need_the_allow_list(self):
        self.put(0)
        door = self.serve()
        for host in ("169.254.169.254", "http://localhost:1", "internal.example"):
            error = door.rpc(LOAD, self.params(account=account(host)), expect=403)
            self.assertEqual((error["source"], error["code"]), ("aidbox", "endpoint-refused"))
        self.assertEqual(door.files(), {})


if __name__ == "__main__":
    unittest.main()
