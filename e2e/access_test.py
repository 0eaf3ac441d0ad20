"""Who may do what over HTTP, and what is refused to everybody."""

import re
import subprocess
import unittest

from serve import ROLES, ServeWorld
from world import TOP, wait_for

ORDER = ("anyone", *ROLES)
# Bodies that get past the content-type check and no further: nothing is changed by them.
HARMLESS = "{}"


class Matrix(ServeWorld):
    def test_every_route_opens_to_its_role_and_above_and_to_nobody_else(self):
        keys = {role: self.make_key(role) for role in ROLES}
        server = self.serve("--threads", "0")
        document = server.call("GET", "/openapi.json").json()
        checked = 0
        for pattern, operations in document["paths"].items():
            for method, operation in operations.items():
                needed = ORDER.index(operation["x-role"])
                kind = next(iter(operation.get("requestBody", {}).get("content", {})), None)
                for place, role in enumerate(ORDER):
                    key = keys.get(role, "")
                    # Where the address holds the key, no header is looked at.
                    in_path = "{key}" in pattern
                    path = pattern.replace("{key}", key or "nobody")
                    path = re.sub(r"\{[^}]*\}", "999999", path)
                    answer = server.call(
                        method.upper(), path, HARMLESS if method != "get" else None,
                        key="" if in_path else key, Content_Type=kind or "application/json",
                    )
                    case = f"{method} {path} as {role}: {answer}"
                    checked += 1
                    if place >= needed:
                        self.assertNotEqual(answer.status, 403, case)
                        # A wrong key in a login's body is refused, too,
                        # and so are events that nobody vouches for.
                        if path != "/login" and (path != "/events/s3" or key):
                            self.assertNotEqual(answer.status, 401, case)
                    elif role != "anyone":
                        self.assertEqual(answer.status, 403, case)
                    elif "text/html" in operation["responses"]["2XX"]["content"]:
                        self.assertEqual(answer.status, 303, case)
                        self.assertTrue(answer.headers["Location"].startswith("/login?"), case)
                    else:
                        self.assertEqual(answer.status, 401, case)
        self.assertGreater(checked, 60)


class Document(ServeWorld):
    """The rules of OpenAPI 3.0.3 that concern what is used of it."""

    def test_openapi_describes_what_is_mounted(self):
        server = self.serve("--threads", "0", "--no-auth")
        document = server.call("GET", "/openapi.json").json()
        self.assertRegex(document["openapi"], r"^3\.0\.\d+$")
        self.assertEqual({"title", "version"}, set(document["info"]))
        ids = []
        for path, operations in document["paths"].items():
            self.assertTrue(path.startswith("/"), path)
            for method, operation in operations.items():
                case = f"{method} {path}"
                ids.append(operation["operationId"])
                self.check_operation(document, path, operation, case)
                concrete = re.sub(r"\{[^}]*\}", "999999", path)
                other = server.call("TRACE", concrete)
                self.assertEqual(other.status, 405, case)
                self.assertIn(method.upper(), other.headers["Allow"], case)
        self.assertEqual(len(ids), len(set(ids)))

    def test_an_independent_validator_accepts_it(self):
        server = self.serve("--threads", "0", "--no-auth")
        modules = subprocess.run(
            [TOP / "tools/npm_modules", "openapi"], capture_output=True, text=True, check=True,
            timeout=300,
        ).stdout.strip()
        checked = subprocess.run(
            ["node", TOP / "e2e/openapi/check.mjs", modules], text=True, capture_output=True,
            input=server.call("GET", "/openapi.json").body, check=False, timeout=120,
        )
        self.assertEqual((checked.returncode, checked.stdout), (0, "OpenAPI 3.0\n"), checked.stderr)

    def check_operation(self, document, path, operation, case):
        self.assertTrue(operation["summary"], case)
        self.assertIn("default", operation["responses"], case)
        for status, response in operation["responses"].items():
            self.assertRegex(status, r"^([1-5]XX|[1-5]\d\d|default)$", case)
            self.assertTrue(response["description"], case)
        named = {
            parameter["name"] for parameter in operation.get("parameters", [])
            if parameter["in"] == "path" and parameter["required"]
        }
        self.assertEqual(named, set(re.findall(r"\{([^}]*)\}", path)), case)
        for requirement in operation.get("security", document["security"]):
            for scheme in requirement:
                self.assertIn(scheme, document["components"]["securitySchemes"], case)
        self.check_schemas(document, operation, case)

    def check_schemas(self, document, node, case):
        if isinstance(node, list):
            for item in node:
                self.check_schemas(document, item, case)
        if not isinstance(node, dict):
            return
        reference = node.get("$ref")
        if isinstance(reference, str):
            self.assertIn(reference.rpartition("/")[2], document["components"]["schemas"], case)
        kind = node.get("type")
        if isinstance(kind, str):
            kinds = ("object", "array", "string", "integer", "number", "boolean")
            self.assertIn(kind, kinds, case)
            if kind == "array":
                self.assertIn("items", node, case)
        for value in node.values():
            self.check_schemas(document, value, case)


class Refusals(ServeWorld):
    def setUp(self):
        super().setUp()
        self.key = self.make_key("admin")

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.json()["error"]["code"]), (status, code), answer)

    def test_dns_rebinding(self):
        """A page elsewhere gives its own name this server's address."""
        server = self.serve("--threads", "0", "--host", "sluice.example", key=self.key)
        self.refused(server.call("GET", "/imports", Host="evil.example"), 421, "host-refused")
        for host in ("sluice.example", "localhost:1", "127.0.0.1", "[::1]"):
            self.assertEqual(server.call("GET", "/imports", Host=host).status, 200, host)

    def test_cross_site_requests(self):
        server = self.serve("--threads", "0", key=self.key)
        for headers in (
            {"Origin": "https://evil.example"}, {"Origin": "null"},
            {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
            {"Origin": f"http://127.0.0.1:{server.port + 1}"},
        ):
            answer = server.call("POST", "/imports", {}, **headers)
            self.refused(answer, 403, "cross-site")
        own = server.call("POST", "/imports", {}, Origin=f"http://127.0.0.1:{server.port}")
        self.assertEqual(own.status, 400)  # past the gate: the body is what is wrong

    def test_content_types_that_forms_send(self):
        server = self.serve("--threads", "0", key=self.key)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = server.call("POST", "/imports", "{}", Content_Type=kind)
            self.refused(answer, 415, "content-type")

    def test_a_browsers_cookie_needs_the_csrf_token_for_changes(self):
        server = self.serve("--threads", "0")
        self.refused(server.call("POST", "/login", {"key": "wrong"}), 401, "unauthenticated")
        login = server.call("POST", "/login", {"key": self.key})
        cookie = login.headers["Set-Cookie"]
        self.assertIn("; HttpOnly; SameSite=Strict", cookie)
        cookie = cookie.partition(";")[0]
        token = login.json()["csrf"]
        self.assertEqual(server.call("GET", "/session", Cookie=cookie).json()["csrf"], token)
        self.refused(server.call("POST", "/imports", {}, Cookie=cookie), 403, "cross-site")
        wrong = server.call("POST", "/imports", {}, Cookie=cookie, X_CSRF_Token="0" * 64)
        self.refused(wrong, 403, "cross-site")
        right = server.call("POST", "/imports", {}, Cookie=cookie, X_CSRF_Token=token)
        self.assertEqual(right.status, 400)
        server.call("POST", "/logout", {}, Cookie=cookie, X_CSRF_Token=token)
        self.assertEqual(
            self.database.number("SELECT count(*) FROM sluice.session"), 0
        )

    def test_endpoints_that_are_not_listed(self):
        server = self.serve("--threads", "0", "--allow", "localhost", key=self.key)
        keys = {"access_key_id": "a", "secret_access_key": "b"}
        request = {"system": "fhir", "sources": ["s3://b/"], "credentials": keys}
        for endpoint in ("http://169.254.169.254", "http://127.0.0.1:1", "http://evil.example"):
            answer = server.call("POST", "/imports", {**request, "s3-endpoint": endpoint})
            self.refused(answer, 403, "endpoint-refused")
        without = {**request, "s3-endpoint": "http://localhost:1"}
        del without["credentials"]
        self.refused(server.call("POST", "/imports", without), 400, "keys-needed")
        url = {"system": "fhir", "sources": ["https://evil.example/x?s=1"]}
        self.refused(server.call("POST", "/imports", url), 403, "endpoint-refused")

    def test_a_listed_name_that_leads_to_a_private_address(self):
        """What is connected to counts, whatever the name says."""
        server = self.serve("--threads", "0", "--allow", "localhost", key=self.key)
        request = {
            "system": "fhir", "sources": ["s3://b/"], "s3-endpoint": "http://localhost:1",
            "credentials": {"access_key_id": "a", "secret_access_key": "b"},
        }
        number = server.call("POST", "/imports", request).json()["import"]

        def failed():
            status = server.call("GET", f"/imports/{number}").json()
            return status["error"] if status["state"] == "failed" else None

        self.assertEqual(wait_for(failed, "the import failed")["code"], "endpoint-refused")

    def test_revoked_keys_and_disabled_users(self):
        into = ("--into", self.database.url)
        self.sluice("users", "disable", "admin", *into)
        server = self.serve("--threads", "0", key=self.key)
        self.refused(server.call("GET", "/imports"), 401, "unauthenticated")
        self.sluice("users", "enable", "admin", *into)
        self.assertEqual(server.call("GET", "/imports").status, 200)
        self.sluice("tokens", "revoke", "1", *into)
        again = self.serve("--threads", "0", key=self.key)
        self.refused(again.call("GET", "/imports"), 401, "unauthenticated")
        self.assertNotIn(self.key, str(self.database.query("SELECT * FROM sluice.token")))

    def test_listening_beyond_loopback_unprotected(self):
        for options, why in (
            ((), "would send keys in the clear"),
            (("--no-auth", "--behind-proxy"), "would let everybody in"),
        ):
            refused = self.sluice(
                "serve", "--listen", "0.0.0.0:0", "--into", self.database.url, *options, expect=2
            )
            self.assertIn(why, refused.stderr)


if __name__ == "__main__":
    unittest.main()
