"""Registrations asked for over HTTP, and their history there and on the dashboard."""

import unittest
import urllib.parse

from gateway import Gateway, REGISTER, failed
from images import PNG
from serve import ServeWorld


class Images(ServeWorld):
    def setUp(self):
        super().setUp()
        self.bucket = self.new_bucket()
        for user in ("fred", "wilma", "<b>&"):
            self.bucket.client.put_object(
                Bucket=self.bucket.name, Key=f"{urllib.parse.quote(user)}.png", Body=PNG,
                Tagging=urllib.parse.urlencode({"UserId": user}))
        self.gateway = Gateway(lambda user, nth: failed("UserAlreadyExists", "double <i>faces</i>")
                               if user == "wilma" else REGISTER)
        self.addCleanup(self.gateway.close)
        self.key = self.make_key("operator")

    def request(self, **more):
        return {"system": "images", "sources": [self.bucket.url()], "rate": "20/s", **more}

    def test_the_servers_gateway_registers_and_history_is_asked_for(self):
        server = self.serve(key=self.key, SLUICE_GATEWAY=self.gateway.url,
                            SLUICE_GATEWAY_KEY="key-5d9f", **self.s3_environment())
        begun = server.call("POST", "/imports", self.request())
        self.assertEqual(begun.status, 202, begun)
        number = begun.json()["import"]
        status = self.wait_for_state(server, number, "completed")
        self.assertEqual((status["objects"]["done"], status["objects"]["dead"]), (2, 1))
        self.assertEqual(self.gateway.registered, {"fred": 1, "<b>&": 1})
        self.assertEqual({call[2]["x-api-key"] for call in self.gateway.calls}, {"key-5d9f"})
        history = f"/imports/{number}/history"
        calls = server.call("GET", history).json()["calls"]
        self.assertEqual(sorted((c["user"], c["state"]) for c in calls),
                         [("<b>&", "done"), ("fred", "done"), ("wilma", "refused")])
        refused = server.call("GET", history + "?state=refused").json()["calls"]
        self.assertEqual([(c["user"], c["error"]) for c in refused],
                         [("wilma", "UserAlreadyExists")])
        of_fred = server.call("GET", history + "?user=fred&limit=1").json()
        self.assertEqual(len(of_fred["calls"]), 1)
        of_object = server.call(
            "GET", history + "?object=" + urllib.parse.quote(self.bucket.url("fred.png")))
        self.assertEqual([c["user"] for c in of_object.json()["calls"]], ["fred"])
        self.assertEqual(server.call("GET", history + "?state=nonsense").status, 400)
        self.assertEqual(server.call("GET", "/imports/999/history").status, 404)
        page = server.call("GET", f"/ui{history}")
        self.assertEqual(page.status, 200, page)
        self.assertIn("&lt;b&gt;&amp;", page.body)
        self.assertIn("double &lt;i&gt;faces", page.body)
        self.assertNotIn("key-5d9f", page.body)
        self.assertIn(f"/ui{history}", server.call("GET", f"/ui/imports/{number}").body)

    def test_whom_a_server_calls_is_not_for_requests_to_say(self):
        server = self.serve(key=self.key, **self.s3_environment())
        without = server.call("POST", "/imports", self.request())
        self.assertEqual(without.status, 400, without)
        self.assertIn("--gateway", without.body)
        for name in ("gateway", "check-user", "gateway-key"):
            answer = server.call("POST", "/imports", self.request(**{name: self.gateway.url}))
            self.assertEqual(answer.status, 400, answer)
        self.assertEqual(self.gateway.calls, [])


if __name__ == "__main__":
    unittest.main()
