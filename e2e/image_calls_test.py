"""Calls to a gateway that is slow to say what it did, and processes that die in between: how often
each image is registered, as the gateway counts it.

SLUICE_TEST_KILLS and SLUICE_TEST_IMAGES make the random kills longer.
"""

# ctest: timeout 900

import os
import random
import time
import unittest

from crash import call_crash_points
from gateway import HANG, HANG_BEFORE, REGISTER, RESET, failed
from images import ImageWorld
from world import wait_for

KILLS = int(os.environ.get("SLUICE_TEST_KILLS", "4"))
IMAGES = int(os.environ.get("SLUICE_TEST_IMAGES", "60"))


class Calls(ImageWorld):
    def put_images(self, count):
        users = [f"u{number:04d}" for number in range(count)]
        for user in users:
            self.put_image(f"{user}.png", UserId=user)
        return users

    def lease(self):
        return ["--config", str(self.write("c.yaml", "lease: 2000\n"))]

    def assert_marked(self, users):
        for user in users:
            self.assertEqual(self.tags(f"{user}.png").get("Indexed"), "True", user)

    def states(self):
        return dict(self.database.query(
            "SELECT state, count(*) FROM sluice.call GROUP BY 1"))


class Uncertain(Calls):
    def setUp(self):
        super().setUp()
        self.users = self.put_images(6)
        deeds = {"u0001": RESET, "u0002": HANG, "u0003": (502, {}, {}), "u0004": HANG_BEFORE}
        self.plan = lambda user, nth: deeds.get(user, REGISTER) if nth == 1 else REGISTER
        self.slow = ["--gateway-timeout", "1500"]

    def test_an_idempotent_gateway_gets_the_same_key_again(self):
        gateway = self.gateway(self.plan, idempotent=True)
        self.register(gateway, "--gateway-idempotent", *self.slow)
        self.assertEqual(gateway.registered, {user: 1 for user in self.users})
        keys = {}
        for _, user, headers in gateway.calls:
            keys.setdefault(user, set()).add(headers["Idempotency-Key"])
        self.assertEqual({len(of_user) for of_user in keys.values()}, {1})
        self.assertEqual(len({key for of_user in keys.values() for key in of_user}), 6)
        self.assertEqual({user: gateway.by_user[user] for user in self.users},
                         {"u0000": 1, "u0001": 2, "u0002": 2, "u0003": 2, "u0004": 2, "u0005": 1})
        self.assert_marked(self.users)
        repeated = [row[0] for row in self.database.query(
            "SELECT subject FROM sluice.call WHERE state = 'repeated' ORDER BY 1")]
        # Only the reset call may have no row of its own: where it comes on a connection that was
        # kept, libcurl repeats it by itself.
        self.assertIn(repeated, (["u0001", "u0002", "u0003", "u0004"], ["u0002", "u0003", "u0004"]))
        self.assertEqual(self.states(), {"done": "6", "repeated": str(len(repeated))})

    def test_one_that_can_be_asked_is_asked(self):
        gateway = self.gateway(self.plan)
        self.register(gateway, "--check-user", gateway.url + "/check-userid", *self.slow)
        self.assertEqual(gateway.registered, {user: 1 for user in self.users})
        self.assertEqual(set(gateway.asked), {"u0001", "u0002", "u0003", "u0004"})
        self.assert_marked(self.users)
        self.assertEqual(self.states(), {"done": "6", "absent": "2"})

    def test_otherwise_it_is_held_for_a_person_and_never_sent_twice(self):
        gateway = self.gateway(self.plan)
        held = ["u0001", "u0002", "u0003", "u0004"]
        result = self.register(gateway, *self.slow, expect=4)
        self.assertIn("whether it happened is not known", result.stdout)
        self.assertEqual(max(gateway.by_user.values()), 1)
        told = self.history("--state", "uncertain")
        self.assertEqual(sorted(call["user"] for call in told), held)
        # To retry all is not to know.
        self.sluice("retry", "1", "--into", self.database.url)
        self.register(gateway, *self.slow, expect=4)
        self.assertEqual(max(gateway.by_user.values()), 1)
        # A person looked: one did not happen, the others did.
        for user in ("u0001", "u0002"):
            self.put_tags(user)
        for user in ("u0003", "u0004"):
            self.sluice("retry", self.bucket.url(f"{user}.png"), "--into", self.database.url)
        for user in ("u0001", "u0002"):
            self.sluice("retry", self.bucket.url(f"{user}.png"), "--into", self.database.url)
        self.register(gateway, *self.slow)
        self.assertEqual(gateway.registered, {user: 1 for user in self.users})

    def put_tags(self, user):
        tags = [{"Key": "UserId", "Value": user}, {"Key": "Indexed", "Value": "True"}]
        self.bucket.client.put_object_tagging(
            Bucket=self.bucket.name, Key=f"{user}.png", Tagging={"TagSet": tags})

    def test_or_sent_again_if_the_user_would_rather_have_it_twice(self):
        gateway = self.gateway(self.plan)
        self.register(gateway, "--uncertain", "retry", *self.slow)
        self.assertEqual(gateway.registered["u0001"], 2)
        self.assertEqual(gateway.registered["u0004"], 1)

    def test_a_stop_request_waits_for_the_answer_and_keeps_it(self):
        entered = []

        def plan(user, nth):
            entered.append(user)
            time.sleep(1.5)
            return REGISTER

        gateway = self.gateway(plan)
        process = self.start(*self.arguments(gateway, "--threads", "1"))
        wait_for(lambda: entered, "a call is under way")
        process.signal(2)
        self.assertEqual(process.wait().code, 7)
        self.assertEqual(self.states(), {"done": "1"})
        gateway.plan = lambda user, nth: REGISTER
        self.register(gateway)
        self.assertEqual(gateway.registered, {user: 1 for user in self.users})


class Crash(Calls):
    def crash_at(self, point, *options, **gateway):
        users = self.put_images(3)
        gateway = self.gateway(**gateway)
        process = self.start(*self.arguments(gateway, "--threads", "1", *self.lease(), *options),
                             SLUICE_CRASH_AT=f"{point}:2")
        self.assertEqual(process.wait().code, -9, point)
        return users, gateway

    def test_at_every_point_an_idempotent_gateway_registers_once(self):
        for point in call_crash_points():
            with self.subTest(point):
                self.tearDown()
                self.doCleanups()
                self.setUp()
                users, gateway = self.crash_at(point, "--gateway-idempotent", idempotent=True)
                self.register(gateway, "--gateway-idempotent", *self.lease())
                self.assertEqual(gateway.registered, {user: 1 for user in users})
                self.assert_marked(users)
                self.assertEqual(self.states()["done"], "3")

    def test_at_every_point_nothing_is_sent_twice_to_another_and_what_is_uncertain_is_listed(self):
        for point in call_crash_points():
            with self.subTest(point):
                self.tearDown()
                self.doCleanups()
                self.setUp()
                users, gateway = self.crash_at(point)
                uncertain = point in ("call-intended", "call-answered")
                self.register(gateway, *self.lease(), expect=4 if uncertain else 0)
                self.assertLessEqual(max(gateway.by_user.values()), 1)
                listed = [call["user"] for call in self.history("--state", "uncertain")]
                self.assertEqual(len(listed), 1 if uncertain else 0)
                done = {call["user"] for call in self.history("--state", "done")}
                self.assertEqual(done | set(listed), set(users))


class Kills(Calls):
    def run_with_kills(self, gateway, *options):
        """Two processes at once, each killed now and then; then one to the end."""
        rng = random.Random(8)
        arguments = self.arguments(gateway, "--attempts", "20", "--gateway-timeout", "1500",
                                   *self.lease(), *options)
        for _ in range(KILLS):
            processes = [self.start(*arguments) for _ in range(2)]
            before = len(gateway.calls)
            target = before + rng.randrange(1, max(2, IMAGES // KILLS))
            wait_for(lambda: len(gateway.calls) >= target or not any(
                process.running() for process in processes), "some calls were made")
            for process in processes:
                process.kill()
        return self.start(*arguments).wait(300)

    @staticmethod
    def flawed(rng):
        """Fails one call in ten, and hangs one in a hundred."""
        def plan(user, nth):
            chance = rng.random()
            if chance < 0.1:
                return failed("TransientError", "ProvisionedThroughputExceededException")
            return HANG if chance < 0.11 else REGISTER
        return plan

    def test_with_idempotency_each_is_registered_exactly_once(self):
        users = self.put_images(IMAGES)
        self.put_image("nobody.png", other="x")
        self.put_image("ignored.png", UserId="ignored", Ignore="True")
        gateway = self.gateway(self.flawed(random.Random(1)), idempotent=True)
        result = self.run_with_kills(gateway, "--gateway-idempotent")
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assertEqual(gateway.registered, {user: 1 for user in users})
        self.assert_marked(users)
        done = [call["user"] for call in self.history("--state", "done")]
        self.assertEqual(sorted(done), users, "history has each once")

    def test_without_it_nothing_is_sent_twice_but_what_was_said_not_to_have_happened(self):
        users = self.put_images(IMAGES)
        gateway = self.gateway(self.flawed(random.Random(2)))
        result = self.run_with_kills(gateway)
        self.assertIn(result.code, (0, 4), f"\n{result}")
        self.assertLessEqual(max(gateway.registered.values()), 1)
        done = {call["user"] for call in self.history("--state", "done")}
        listed = {call["user"] for call in self.history("--state", "uncertain")}
        self.assertEqual(done & listed, set())
        self.assertEqual(done | listed, set(users))
        self.assertLessEqual(done, set(gateway.registered))
        self.assert_marked(sorted(done))


class Queue(Calls):
    def test_one_rate_holds_over_processes_and_bursts_are_bounded(self):
        rate, count = 20, 80
        self.put_images(count)
        gateway = self.gateway()
        self.register(gateway, "--background", "--rate", f"{rate}/s")
        workers = [self.start("work", "--into", self.database.url, "--until-idle")
                   for _ in range(3)]
        for worker in workers:
            self.assertEqual(worker.wait().code, 0)
        self.assertEqual(sum(gateway.registered.values()), count)
        times = sorted(gateway.times())
        # A quarter of a second's calls may come at once, and each process may have reserved a tenth
        # of a second's worth ahead; on a busy machine calls come late, never early.
        burst = rate * 0.25 + 3 * rate * 0.1 + 1
        for first, start in enumerate(times):
            for last in range(first, len(times)):
                allowed = rate * (times[last] - start) + burst
                self.assertLessEqual(last - first + 1, allowed + 3)

    def test_a_lane_is_paused_and_resumed(self):
        self.put_images(4)
        gateway = self.gateway()
        self.register(gateway, "--background", "--lane", "portal")
        self.sluice("lanes", "pause", "portal", "--into", self.database.url)
        process = self.start(*self.arguments(gateway, "--lane", "portal"))
        wait_for(lambda: self.database.number(
            "SELECT count(*) FROM sluice.import WHERE listed") == 1, "it is listed")
        self.assertEqual(gateway.calls, [])
        self.sluice("lanes", "resume", "portal", "--into", self.database.url)
        self.assertEqual(process.wait().code, 0)
        self.assertEqual(len(gateway.registered), 4)


if __name__ == "__main__":
    unittest.main()
