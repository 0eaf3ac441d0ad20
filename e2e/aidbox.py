"""A client of the doors that Aidbox's clients know, and a server to talk to."""

import http.client
import json
import urllib.parse

import sample
from bucket import BucketWorld
from s3_proxy import S3Proxy
from world import PATIENCE_SECONDS, needed, wait_for

LOAD = "aidbox.bulk/load-from-bucket"
STATUS = "aidbox.bulk/load-from-bucket-status"
FILES = 1000  # more than any test has


class Answer:
    def __init__(self, status, content_type, body):
        self.status, self.content_type, self.body = status, content_type, body

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.content_type}\n{self.body.decode(errors='replace')}"


class Door:
    """One `sluice serve` of the test's own."""

    def __init__(self, world, *options, **environment):
        self.process = world.start(
            "serve", "--into", world.database.url, "--listen", "127.0.0.1:0", "--no-auth",
            "--allow", "127.0.0.1", *options, **environment,
        )
        wait_for(lambda: self._said() or not self.process.running(), "it serves")
        assert self.process.running(), self.process.result(self.process.popen.poll())
        self.address = urllib.parse.urlsplit(self._said())

    def _said(self):
        out = self.process.result(None).stdout
        return out.splitlines()[0] if "\n" in out else None

    def ask(self, method, path, body=None, content_type="application/json", accept=None):
        connection = http.client.HTTPConnection(
            self.address.hostname, self.address.port, timeout=PATIENCE_SECONDS)
        headers = {"Content-Type": content_type} if body is not None else {}
        if accept:
            headers["Accept"] = accept
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        answer = Answer(reply.status, reply.getheader("Content-Type"), reply.read())
        connection.close()
        return answer

    def get(self, path):
        answer = self.ask("GET", path)
        assert answer.status == 200, answer
        return answer.json()

    def rpc(self, method, params, expect=200):
        """The result, or the error where a status other than 200 is expected."""
        text = json.dumps({"method": method, "params": params})
        answer = self.ask("POST", f"/rpc?_m={method}", text)
        assert answer.status == expect, answer
        return answer.json()["result" if expect == 200 else "error"]

    def state(self, bucket):
        return self.rpc(STATUS, {"bucket": bucket})

    def wait_for_state(self, bucket, state):
        return wait_for(
            lambda: (lambda s: s if s["state"] == state else None)(self.state(bucket)),
            f"{bucket} is {state}",
        )

    def files(self, **query):
        """LoaderFiles by the last part of their key."""
        query = urllib.parse.urlencode({"_count": FILES, **query})
        entries = self.get(f"/LoaderFile?{query}")["entry"]
        return {e["resource"]["file"].rpartition("/")[2]: e["resource"] for e in entries}


def account(endpoint=None, **more):
    """The credentials of a request, by the specification's names."""
    return {
        "access-key-id": needed("AWS_ACCESS_KEY_ID"),
        "secret-access-key": needed("AWS_SECRET_ACCESS_KEY"),
        "region": "us-east-1",
        "host": endpoint or needed("SLUICE_TEST_S3_ENDPOINT"),
        **more,
    }


class RpcWorld(BucketWorld):
    def setUp(self):
        super().setUp()
        self.name = f"s3://{self.bucket.name}"

    def serve(self, *options, **environment):
        return Door(self, *options, **environment)

    def params(self, **more):
        return {"bucket": self.name, "account": account(), **more}

    def put(self, *numbers, rows=10):
        """Files Patient.N.ndjson of `rows` records each; returns their ids."""
        for n in numbers:
            self.bucket.put(f"Patient.{n}.ndjson", sample.patients(n * rows, rows))
        return [i for n in numbers for i in sample.patient_ids(n * rows, rows)]

    def load_by(self, door, **more):
        result = door.rpc(LOAD, self.params(**more))
        door.wait_for_state(self.name, "completed")
        return result

    def proxy(self):
        proxy = S3Proxy(self.bucket.endpoint)
        self.addCleanup(proxy.close)
        return proxy
