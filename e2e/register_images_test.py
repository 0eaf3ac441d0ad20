"""Images in a bucket are registered through the gateway, once each, and marked."""

import json
import unittest

from gateway import REGISTER, failed
from images import JPEG, PNG, ImageWorld
from world import wait_for


class Registers(ImageWorld):
    def test_what_qualifies_is_registered_marked_and_told_of(self):
        self.bucket.put("users/fred.json", json.dumps({"fname": "Fred", "city": "Köln"}))
        self.put_image("a/fred flint.PNG", UserId="fred",
                       Properties=f"s3://{self.bucket.name}/users/fred.json")
        self.put_image("b+c/wilma%20.jpeg", JPEG, userid="wilma", other="kept", INDEXED="False")
        self.put_image("ünï/köd.jpg", JPEG, UserId="üser", Ignore="false")
        self.put_image("no-user.png", other="x")
        self.put_image("done.png", UserId="done", indexed="TRUE")
        self.put_image("not-this.png", UserId="not", Ignore="True")
        self.put_image("reports/r.png", UserId="report")
        self.put_image("text.txt", UserId="text")
        gateway = self.gateway()
        result = self.register(gateway)
        self.assertEqual(gateway.registered, {"fred": 1, "wilma": 1, "üser": 1})
        self.assertEqual(gateway.properties["fred"], {"fname": "Fred", "city": "Köln"})
        self.assertEqual(gateway.properties["wilma"], {})
        self.assertEqual((gateway.images["fred"], gateway.images["wilma"]), (PNG, JPEG))
        self.assertEqual(self.tags("b+c/wilma%20.jpeg"),
                         {"userid": "wilma", "other": "kept", "Indexed": "True"})
        self.assertEqual(self.tags("a/fred flint.PNG")["Indexed"], "True")
        self.assertEqual(self.tags("no-user.png"), {"other": "x"})
        for line in ("1  Skipping invalid object. It has no tag UserId",
                     "1  Skipping non-qualified object: it is tagged Indexed",
                     "1  Skipping non-qualified object: it is tagged Ignore",
                     "1  is a report: it lies under reports/",
                     "2  is no image: its name does not end in .png, .jpg or .jpeg"):
            self.assertIn(line, result.stdout)
        self.assertIn("objects: 3 loaded, 0 skipped (already loaded), 3 ignored, 0 failed",
                      result.stdout)
        told = self.history("--user", "fred")
        self.assertEqual([(c["state"], c["key"], c["user"]) for c in told],
                         [("done", "a/fred flint.PNG", "fred")])
        self.assertRegex(told[0]["image_id"], "^[0-9a-f-]{36}$")
        self.assertEqual(len(self.history("--state", "done")), 3)
        self.assertEqual(len(self.history("--object", self.bucket.url("ünï/köd.jpg"))), 1)
        # Again: nothing is sent, whatever the tags say.
        self.bucket.client.delete_object_tagging(Bucket=self.bucket.name, Key="a/fred flint.PNG")
        again = self.register(gateway)
        self.assertEqual(sum(gateway.registered.values()), 3)
        self.assertIn("0 failed", again.stdout)

    def test_another_image_under_the_same_name_is_another_registration(self):
        self.put_image("a.png", UserId="one")
        gateway = self.gateway()
        self.register(gateway)
        self.put_image("a.png", PNG + b"2", UserId="two")
        self.register(gateway)
        self.assertEqual(gateway.registered, {"one": 1, "two": 1})
        self.assertEqual(self.tags("a.png"), {"UserId": "two", "Indexed": "True"})

    def test_an_object_that_cannot_be_registered_is_dead_with_its_cause(self):
        self.put_image("no-image.png", b"GIF89a", UserId="a")
        self.put_image("path.png", UserId="b", Properties="/etc/passwd")
        self.put_image("gone.png", UserId="c", Properties=f"s3://{self.bucket.name}/none.json")
        self.put_image("number.png", UserId="d", Properties=f"s3://{self.bucket.name}/n.json")
        self.bucket.put("n.json", '{"age": 7}')
        self.put_image("large.png", PNG + bytes(310_000), UserId="e")
        self.put_image("user.png", UserId="f" * 129)
        self.put_image("full.png", UserId="g", **{f"t{n}": "x" for n in range(9)})
        gateway = self.gateway()
        self.register(gateway, expect=4)
        self.assertEqual(gateway.calls, [])
        causes = {key: self.job(key) for key in (
            "no-image.png", "path.png", "gone.png", "number.png", "large.png", "user.png",
            "full.png")}
        self.assertEqual({key: job["error_code"] for key, job in causes.items()}, {
            "no-image.png": "image-invalid", "path.png": "properties-invalid",
            "gone.png": "properties-invalid", "number.png": "properties-invalid",
            "large.png": "user-record-too-large", "user.png": "user-id-invalid",
            "full.png": "too-many-tags"})
        self.assertEqual(causes["path.png"]["error_message"], "Invalid Path /etc/passwd")
        self.assertEqual(causes["gone.png"]["error_message"],
                         f"Unable to fetch s3://{self.bucket.name}/none.json")
        self.assertEqual(causes["number.png"]["error_message"],
                         f"Unable to deserialize s3://{self.bucket.name}/n.json")
        # Mended and retried, it goes through.
        self.bucket.put("n.json", '{"age": "7"}')
        self.sluice("retry", self.bucket.url("number.png"), "--into", self.database.url)
        self.register(gateway, expect=4)
        self.assertEqual(gateway.registered, {"d": 1})

    def test_refusals_are_dead_letters_and_passing_faults_are_tried_again(self):
        for user in ("twice", "faceless", "shaky", "busy", "fine"):
            self.put_image(f"{user}.png", UserId=user)
        answers = {"twice": failed("UserAlreadyExists", "Cannot register double faces in same "
                                                        "collections."),
                   "faceless": failed("NoFacesDetectedException", "no face")}

        def plan(user, nth):
            if user == "shaky" and nth < 3:
                return failed("TransientError", "ProvisionedThroughputExceededException")
            if user == "busy" and nth < 3:
                return 429, {"Retry-After": "1"}, {"message": "Too Many Requests"}
            return answers.get(user, REGISTER)

        gateway = self.gateway(plan)
        result = self.register(gateway, expect=4)
        self.assertEqual(gateway.registered, {"shaky": 1, "busy": 1, "fine": 1})
        self.assertIn("Cannot register double faces in same collections.", result.stdout)
        self.assertEqual(self.job("twice.png")["error_code"], "UserAlreadyExists")
        self.assertEqual(self.job("busy.png")["attempts"], "0", "throttling burns no attempt")
        states = [call["state"] for call in self.history("--user", "shaky")]
        self.assertEqual(states, ["done", "later", "later"])
        self.assertEqual(self.history("--user", "twice")[0]["error"], "UserAlreadyExists")
        self.assertNotIn("Indexed", self.tags("twice.png"))
        answers.clear()
        self.sluice("retry", "1", "--into", self.database.url)
        self.register(gateway)
        self.assertEqual(set(gateway.registered.values()), {1})
        self.assertEqual(len(gateway.registered), 5)

    def test_the_key_is_sent_and_kept_nowhere(self):
        self.put_image("a.png", UserId="a")
        gateway = self.gateway()
        key = "key-7d1f0c9e"
        result = self.register(gateway, "-vv", SLUICE_GATEWAY_KEY=key)
        self.assertEqual(gateway.calls[0][2]["x-api-key"], key)
        self.assertNotIn(key, result.stdout + result.stderr)
        tables = self.database.query(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        for (table,) in tables:
            self.assertEqual(self.database.number(
                f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%{key}%'"), 0, table)

    def test_every_refusal_before_anything_is_sent(self):
        gateway = self.gateway()
        for options, words in (
                (["--gateway", "ftp://x"], "names no http or https URL"),
                (["--gateway", "https://h/?key=secret"], "holds a query or a user"),
                (["--gateway", "http://portal.example/prod"], "in the clear"),
                (["--then", "tag:a=b"], "leave --then out"),
                (["--rate", "5MB/s"], "give --rate as N/s")):
            gateways = [] if "--gateway" in options else ["--gateway", gateway.url]
            result = self.sluice("load", "images", self.bucket.url(), *self.bucket.options(),
                                 "--into", self.database.url, *gateways, *options, expect=2)
            self.assertIn(words, result.stderr)
            self.assertNotIn("secret", result.stderr)
        plain = self.sluice("load", "images", self.bucket.url(), expect=2)
        self.assertIn("load images needs --gateway", plain.stderr)
        local = self.sluice("load", "images", str(self.directory), "--gateway", gateway.url,
                            "--into", self.database.url, expect=2)
        self.assertIn("is not in S3", local.stderr)

    def test_a_gateway_that_does_not_accept_us_ends_the_run(self):
        for name in "abc":
            self.put_image(f"{name}.png", UserId=name)
        answer = [403, {}, {"message": "Forbidden"}]
        gateway = self.gateway(lambda user, nth: tuple(answer) if answer else REGISTER)
        result = self.register(gateway, "--threads", "1", expect=6)
        self.assertIn("gateway-denied", result.stderr)
        self.assertEqual(len(gateway.calls), 1)
        answer.clear()
        self.register(gateway)
        self.assertEqual(gateway.registered, {"a": 1, "b": 1, "c": 1})

    def test_a_gateway_that_is_down_costs_no_attempt_and_calls_go_on_by_themselves(self):
        for number in range(20):
            self.put_image(f"{number:02d}.png", UserId=f"u{number}")
        gateway = self.gateway()
        gateway.down()
        process = self.start(*self.arguments(gateway))
        wait_for(lambda: self.database.value("SELECT to_regclass('sluice.call') IS NOT NULL") == "t"
                 and self.database.number("SELECT count(*) FROM sluice.call WHERE state = 'later'")
                 >= 3, "calls were tried")
        gateway.up()
        result = process.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assertEqual(len(gateway.registered), 20)
        self.assertEqual(self.database.number("SELECT max(attempts) FROM sluice.job"), 0)


if __name__ == "__main__":
    unittest.main()
