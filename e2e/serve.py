"""A sluice serve of a test's own, and who calls it."""

import http.client
import json
import re

from bucket import Bucket
from world import World, needed, wait_for

ROLES = ("viewer", "operator", "admin")


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:500]}"


class Server:
    """One running server; `key` is what its calls prove themselves with."""

    def __init__(self, process):
        self.process = process
        self.url = wait_for(self._first_line, "the server listens")
        self.port = int(re.search(r":(\d+)/$", self.url).group(1))
        self.key = None

    def _first_line(self):
        result = self.process.result(None)
        assert self.process.running(), str(result)
        return result.stdout.partition("\n")[0] if "\n" in result.stdout else ""

    def call(self, method, path, body=None, key=None, **headers):
        """header names are given as Content_Type."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        key = key if key is not None else self.key
        if key:
            headers.setdefault("Authorization", f"Bearer {key}")
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response, response.read().decode())
        finally:
            connection.close()


class ServeWorld(World):
    def serve(self, *options, key=None, **environment):
        process = self.start(
            "serve", "--into", self.database.url, "--listen", "127.0.0.1:0", *options,
            **environment,
        )
        server = Server(process)
        server.key = key
        return server

    def make_key(self, role):
        made = self.sluice(
            "tokens", "create", role, "--role", role, "--into", self.database.url, "--json"
        )
        return made.json()[0]["key"]

    def new_bucket(self):
        bucket = Bucket()
        self.addCleanup(bucket.drop)
        return bucket

    def s3_environment(self):
        return {"AWS_ENDPOINT_URL": needed("SLUICE_TEST_S3_ENDPOINT")}

    def wait_for_state(self, server, number, state):
        def there():
            status = server.call("GET", f"/imports/{number}").json()
            return status if status["state"] == state else None

        return wait_for(there, f"import {number} is {state}")
