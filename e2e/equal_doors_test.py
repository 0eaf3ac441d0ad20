"""What the command line does, the server does: explain, replay, put aside, restore, options."""

import json
import unittest

import sample
from serve import ServeWorld
from world import wait_for

NDJSON = "application/x-ndjson"


class EqualDoors(ServeWorld):
    def setUp(self):
        super().setUp()
        self.bucket = self.new_bucket()
        self.key = self.make_key("operator")

    def start(self, *arguments, **environment):
        return super().start(*arguments, **{**self.s3_environment(), **environment})

    def say(self, *arguments, expect=0):
        """What the command line says of the same ledger."""
        return self.sluice(*arguments, "--into", self.database.url, "--json", expect=expect).json()

    def import_bucket(self, server, state="completed", **more):
        body = {"system": "fhir", "sources": [self.bucket.url("in/")], **more}
        begun = server.call("POST", "/imports", body)
        self.assertEqual(begun.status, 202, begun)
        number = begun.json()["import"]
        if state:
            self.wait_for_state(server, number, state)
        return number

    def test_explain_says_what_the_command_says(self):
        self.bucket.put("in/Patient.good.ndjson", sample.patients(1, 3))
        self.bucket.put("in/Patient.bad.ndjson", b'{"id":"x"}\nnonsense\n')
        server = self.serve(key=self.key)
        self.import_bucket(server)
        for key in ("in/Patient.good.ndjson", "in/Patient.bad.ndjson", "in/Patient.never.ndjson",
                    "in/other.txt"):
            url = self.bucket.url(key)
            told = server.call("GET", f"/objects/explain?object={url}")
            self.assertEqual(told.status, 200, told)
            self.assertEqual([told.json()], self.say("explain", url), key)
        nothing = server.call("GET", "/objects/explain")
        self.assertEqual((nothing.status, nothing.json()["error"]["code"]), (400, "usage"))

    def test_mended_records_are_replayed(self):
        good = sample.patients(1, 3)
        self.bucket.put("in/Patient.ndjson", good + b'{"id":"bad one"}\n{"id":"worse",}\n')
        server = self.serve(key=self.key)
        number = self.import_bucket(server, **{"on-reject": "quarantine"})
        path = f"/imports/{number}"
        self.assertEqual(server.call("GET", path).json()["records"]["rejected"], 2)
        lines = [json.loads(line) for line in
                 server.call("GET", f"{path}/rejects").body.splitlines()]
        self.assertEqual(len(lines), 2)
        lines[0]["raw"] = sample.line(sample.patient(7)).decode()

        def replay(body, status=200):
            answer = server.call("POST", f"{path}/replay", body, Content_Type=NDJSON)
            self.assertEqual(answer.status, status, answer)
            return answer.json()

        body = "".join(json.dumps(line) + "\r\n" for line in lines)
        told = replay(body)
        self.assertEqual({k: told[k] for k in ("replayed", "bad", "closed")},
                         {"replayed": 1, "bad": 1, "closed": 0})
        self.assertEqual([bad["reject"] for bad in told["still_bad"]], [lines[1]["reject"]])
        self.assertTrue(told["still_bad"][0]["remedy"])
        lines[1]["raw"] = sample.line(sample.patient(8)).decode()
        self.assertEqual(replay(json.dumps(lines[1])), {"replayed": 1, "bad": 0, "closed": 0})
        self.assertEqual(replay(json.dumps(lines[1])), {"replayed": 0, "bad": 0, "closed": 1})
        self.assert_rows({"patient": [*sample.patient_ids(1, 3), "p000007", "p000008"]})
        wrong = replay("nonsense\n", status=400)
        self.assertIn("the request's body:1", wrong["error"]["message"])
        unknown = server.call("POST", "/imports/999999/replay", body, Content_Type=NDJSON)
        self.assertEqual(unknown.json()["error"]["code"], "import-unknown")

    def test_indexes_go_aside_and_come_back(self):
        self.bucket.put("in/Patient.ndjson", sample.patients(1, 3))
        server = self.serve(key=self.key)
        self.import_bucket(server)
        self.database.query("CREATE INDEX patient_family ON patient ((resource #>> '{name,0}'))")
        catalog = "SELECT count(*) FROM pg_index WHERE indrelid = 'patient'::regclass"
        before = self.database.number(catalog)

        def post(deed, body, status):
            answer = server.call("POST", f"/indexes/{deed}", body)
            self.assertEqual(answer.status, status, answer)
            return answer.json()

        def listed(query=""):
            return server.call("GET", f"/indexes{query}").json()["indexes"]

        told = post("aside", {"table": "patient", "primary-key": True}, 200)
        self.assertGreaterEqual(told["aside"], 2)
        self.assertEqual(self.database.number(catalog), before - told["aside"])
        self.assertEqual(listed(), self.say("indexes"))
        self.assertEqual(len(listed("?table=patient")), told["aside"])
        self.assertEqual(listed("?table=observation"), [])
        self.assertEqual(post("restore", {"table": "patient"}, 202),
                         {"restoring": ["public.patient"]})
        wait_for(lambda: self.database.number(catalog) == before, "all indexes stand again")
        wait_for(lambda: listed() == [], "nothing is aside any more")
        self.assertEqual(len(listed("?all=true")), told["aside"])
        # Rows that share a key: it comes back once somebody says which of them stays.
        post("aside", {"table": "patient", "primary-key": True}, 200)
        self.bucket.put("again/Patient.ndjson", sample.patients(1, 1))
        self.load(self.bucket.url("again/"))
        post("restore", {}, 202)
        wait_for(lambda: [part for part in listed() if part["code"]],
                 "the key could not come back")
        wait_for(lambda: listed() == self.say("indexes"), "both doors say the same")

        def key_is_back():
            # While the restore that found the rows goes on with other parts, another waits in vain.
            post("restore", {"table": "patient", "on-duplicate": "keep-first"}, 202)
            return self.database.number(catalog) == before

        wait_for(key_is_back, "the key is back")
        self.assert_rows({"patient": sample.patient_ids(1, 3)})

    def test_indexes_refuse_what_cannot_be(self):
        self.bucket.put("in/Patient.ndjson", sample.patients(1, 1))
        server = self.serve(key=self.key)
        self.import_bucket(server)
        for deed, body, status, code in (
            ("aside", {}, 400, "usage"), ("aside", {"table": 1}, 400, "usage"),
            ("aside", {"table": "nowhere"}, 502, "no-such-table"),
            ("aside", {"table": "patient", "primary-key": "yes"}, 400, "usage"),
            ("aside", {"nonsense": 1}, 400, "usage"), ("restore", [], 400, "usage"),
            ("restore", {"on-duplicate": "some"}, 400, "usage"),
        ):
            refused = server.call("POST", f"/indexes/{deed}", body)
            said = (refused.status, refused.json()["error"]["code"])
            self.assertEqual(said, (status, code), body)

    def test_lane_background_and_tag_reach_every_door(self):
        self.bucket.put("in/Patient.1.ndjson", sample.patients(1, 2))
        server = self.serve("--threads", "0", key=self.key)
        tagged = {"lane": "slow", "then": "tag:state=loaded"}
        number = self.import_bucket(server, state=None, **tagged, background=True)
        wait_for(
            lambda: self.database.query("SELECT lane FROM sluice.job") == [["slow"]],
            "the object waits in its lane, as nobody loads here",
        )
        self.sluice("lanes", "width", "slow", "1", "--into", self.database.url)
        self.sluice("work", "--into", self.database.url, "--until-idle")
        self.assertEqual(self.tags("in/Patient.1.ndjson"), {"state": "loaded"})
        self.wait_for_state(server, number, "completed")  # told half a second late at most
        # By the environment and by the configuration file.
        for number, environment, config in (
            (2, {"SLUICE_LANE": "slow", "SLUICE_THEN": "tag:by=environment"}, ""),
            (3, {}, "lane: slow\nthen: tag:by=file\n"),
        ):
            prefix = f"by{number}/"
            key = f"{prefix}Patient.{number}.ndjson"
            self.bucket.put(key, sample.patients(10 * number, 2))
            file = self.write("sluice.yaml", config)
            self.load(self.bucket.url(prefix), "--config", str(file), **environment)
            self.assertEqual(list(self.tags(key)), ["by"])
            lane = f"SELECT lane FROM sluice.job WHERE key = '{key}'"
            self.assertEqual(self.database.value(lane), "slow")

    def tags(self, key):
        told = self.bucket.client.get_object_tagging(Bucket=self.bucket.name, Key=key)
        return {tag["Key"]: tag["Value"] for tag in told["TagSet"]}

    def test_a_switch_takes_no_other_word(self):
        refused = self.sluice("load", "fhir", self.bucket.url(), "--watch=maybe",
                              "--into", self.database.url, expect=2)
        self.assertIn("watch", refused.stderr)
        server = self.serve("--threads", "0", key=self.key)
        answer = server.call("POST", "/imports", {
            "system": "fhir", "sources": [self.bucket.url()], "watch": "maybe"})
        self.assertEqual(answer.status, 400, answer)


if __name__ == "__main__":
    unittest.main()
