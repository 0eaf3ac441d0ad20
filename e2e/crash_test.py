"""Promises 1 to 4 against crashes: whatever dies, and whenever, every record is in exactly once
after the same command ran again. The tables have no key, so a record that came twice would stay."""

import os
import random
import signal
import unittest

import sample
from crash import CrashWorld, crash_points
from server import PgServer
from world import wait_for

SEED = 20240229
ONCE_PER_RUN = ("import-started", "page-enqueued")


class CrashPoints(CrashWorld):
    def test_a_crash_at_each_named_point(self):
        """Promises 1 and 7: kill -9 at every point of the line, also at a later passage; then the
        same command loads the rest, and what was to follow each load (a move) follows."""
        points = crash_points()
        self.assertIn("before-commit", points)
        self.assertGreaterEqual(len(points), 9)
        for point in points:
            for passage in (1,) if point in ONCE_PER_RUN else (1, 4):
                with self.subTest(point, passage=passage):
                    self.crash_at(point, passage)

    def crash_at(self, point, passage):
        self.database = self.new_database()
        bucket = self.bucket()
        keys = [f"in/Patient.{number}.ndjson" for number in range(6)]
        bucket.put_all((key, sample.patients(10 * n, 10)) for n, key in enumerate(keys))
        arguments = self.load_arguments(
            bucket.url("in/"), *bucket.options(), "--threads", "2", "--then",
            f"move:{bucket.url('done/')}",
        )
        crash = self.start(*arguments, SLUICE_CRASH_AT=f"{point}:{passage}").wait()
        self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
        if point == "object-copied":
            # Two minutes later, as far as the ledger can tell: who moved the object is gone.
            self.database.query("UPDATE sluice.outbox SET lease_until = '-infinity' "
                                "WHERE state = 'running'")
        self.sluice(*arguments)
        self.assert_exactly_once(sample.patient_ids(0, 60))
        listed = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
        self.assertEqual([item["Key"] for item in listed], [f"done/{key}" for key in keys])


class CrashesBesideWaitingJobs(CrashWorld):
    def test_what_was_claimed_and_not_begun_is_loaded_by_the_next(self):
        """Promise 4: small objects are claimed together and read ahead; a kill takes all of them
        along, and none of them is given up on for it."""
        bucket = self.bucket()
        bucket.put_all((f"in/Patient.{n}.ndjson", sample.patients(3 * n, 3)) for n in range(100))
        for point in ("job-claimed", "object-opened:3", "rows-written:3", "after-commit:3"):
            with self.subTest(point):
                self.database = self.new_database()
                arguments = self.load_arguments(
                    bucket.url("in/"), *bucket.options(), "--threads", "2", "--attempts", "1")
                crash = self.start(*arguments, SLUICE_CRASH_AT=point).wait()
                self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
                running = "SELECT count(*) FROM sluice.job WHERE state = 'running'"
                waited = self.database.number(running)
                self.assertGreater(waited, 4)
                self.sluice(*arguments)
                self.assert_exactly_once(sample.patient_ids(0, 300))
                self.assertEqual(self.database.number("SELECT sum(crashes) FROM sluice.job"),
                                 waited)

    def test_a_session_that_is_ended_costs_none_of_them(self):
        """Promise 2: their leases move to the session that takes its place."""
        ids = self.make_objects(count=100, rows=3)
        self.slow_down(0.01)
        process = self.start(*self.load_arguments(self.directory / "in", "--threads", "1"))
        self.wait_for_done(3)
        self.database.query(
            "SELECT pg_terminate_backend(backend_pid) FROM sluice.job WHERE state = 'running' "
            "LIMIT 1")
        result = process.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_exactly_once(ids)
        self.assertEqual(self.database.number("SELECT sum(crashes) FROM sluice.job"), 0)


class CrashesDuringReload(CrashWorld):
    def test_the_table_holds_the_old_version_or_the_new(self):
        """Promise 5: a crash while one version replaces another leaves one of the two, whole; the
        same command then leaves the new one."""
        for point in ("receipt-inserted", "rows-written", "before-commit", "after-commit"):
            with self.subTest(point):
                self.database = self.new_database()
                ids = self.make_objects(count=1, rows=50)
                self.load(self.directory / "in")
                self.write("in/Patient.0.ndjson", sample.patients(20, 50, version=2))
                arguments = self.load_arguments(self.directory / "in", "--changed", "reload")
                crash = self.start(*arguments, SLUICE_CRASH_AT=point).wait()
                self.assertEqual(crash.code, -signal.SIGKILL, f"\n{crash}")
                new = sample.patient_ids(20, 50)
                self.assert_rows({"patient": new if point == "after-commit" else ids})
                self.sluice(*arguments)
                self.assert_exactly_once(new)


class RandomKills(CrashWorld):
    def test_thirty_kills_of_three_processes(self):
        """Promises 2 and 4: kill -9 at random moments; others take over what the dead one held."""
        ids = self.make_objects(count=100, rows=100)
        self.slow_down(0.004)
        load = self.load_arguments(self.directory / "in", "--threads", "2")
        work = ["work", "--into", self.database.url, "--threads", "2"]
        processes = [self.start(*load)]
        self.wait_for_done(1)
        processes += [self.start(*work), self.start(*work)]
        dice = random.Random(SEED)
        clock = self.database.session()
        self.addCleanup(clock.close)
        for _ in range(30):
            moment = dice.uniform(0.05, 0.3)
            victim = dice.randrange(3)
            clock.run(f"SELECT pg_sleep({moment})")
            processes[victim].kill()
            processes[victim] = self.start(*(load if victim == 0 else work))
        self.assertLess(self.done(), 100, "the kills came too late: make the load slower")
        result = processes[0].wait()
        if result.code == 4:
            # An object whose worker was killed four times counts as its killer; people say when to
            # try it again.
            dead = self.database.query(
                "SELECT DISTINCT error_code FROM sluice.job WHERE state = 'dead'")
            self.assertEqual(dead, [["worker-vanished"]])
            self.sluice("retry", "--into", self.database.url, "1")
            result = self.sluice(*load)
        self.assertEqual(result.code, 0, f"seed {SEED}\n{result}")
        self.assert_exactly_once(ids)

    def test_three_loads_of_one_source_begin_at_once(self):
        """Promise 10: also the very first start, with its migrations, needs no order."""
        ids = self.make_objects(count=60, rows=20)
        arguments = self.load_arguments(self.directory / "in", "--threads", "2")
        for process in [self.start(*arguments) for _ in range(3)]:
            result = process.wait()
            self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_exactly_once(ids)
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.import"), 1)

    def test_an_object_that_kills_its_workers_is_given_up_on(self):
        """Promise 4: jobs that kill their worker are counted apart from errors, and end."""
        self.make_objects(count=1, rows=10)
        arguments = self.load_arguments(self.directory / "in")
        for _ in range(4):
            crash = self.start(*arguments, SLUICE_CRASH_AT="rows-written").wait()
            self.assertEqual(crash.code, -signal.SIGKILL)
        result = self.sluice(*arguments, expect=4)
        job = self.job("/Patient.0.ndjson")
        self.assertEqual((job["state"], job["crashes"], job["attempts"]), ("dead", "4", "0"))
        self.assertEqual(job["error_code"], "worker-vanished")
        self.assertIn("retry", result.stdout + result.stderr)
        self.assert_exactly_once([])
        self.sluice("retry", "--into", self.database.url, "1")
        self.sluice(*arguments)
        self.assert_exactly_once(sample.patient_ids(0, 10))


class DatabaseCrashes(CrashWorld):
    def setUp(self):
        super().setUp()
        self.server = PgServer(self.directory / "server")
        self.addCleanup(self.server.down)
        self.database = self.new_database(self.server.url)

    def new_database(self, server_url=None):
        database = super().new_database(server_url)
        if server_url is not None:
            self._cleanups.pop()  # dropped with its whole server
        return database

    def begin(self):
        ids = self.make_objects(count=30, rows=100)
        self.slow_down(0.002)
        # Commits that the server lost in its crash come back as leases: short ones here.
        config = self.config(lease=2000)
        process = self.start(*self.load_arguments(
            self.directory / "in", "--threads", "3", "-v", "--config", config))
        self.wait_for_done(4)
        self.assertTrue(process.running())
        return ids, process

    def assert_recovers(self, ids, process):
        result = process.wait(180)
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_exactly_once(ids)

    def test_stopped_at_once_and_started_again(self):
        """Promises 1 and 3: PostgreSQL in immediate mode; the load waits for it and goes on."""
        ids, process = self.begin()
        self.server.stop_immediately()
        self.server.start()
        self.assert_recovers(ids, process)

    def test_a_backend_that_crashes_takes_all_sessions_with_it(self):
        """Promises 1 and 3: the server resets itself under the load."""
        ids, process = self.begin()
        backend = self.database.number(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active' LIMIT 1"
        )
        os.kill(backend, signal.SIGKILL)
        self.assert_recovers(ids, process)

    def test_what_was_moved_survives_a_power_cut(self):
        """Promise 7: small objects commit without waiting for the disk, but the claim of what is to
        follow them does. The server's WAL writer is stopped, so that without this barrier every
        load would be lost with the server's memory, though its object is moved."""
        os.kill(self.database.number(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"), signal.SIGSTOP)
        bucket = self.bucket()
        bucket.put_all(
            (f"in/Patient.{number:02d}.ndjson", sample.patients(10 * number, 10))
            for number in range(30)
        )
        self.slow_down(0.005)
        arguments = self.load_arguments(
            bucket.url("in/"), *bucket.options(), "--threads", "2", "--then",
            f"move:{bucket.url('done/')}", "--config", self.config(lease=2000))
        process = self.start(*arguments)

        def moved():
            listed = bucket.client.list_objects_v2(Bucket=bucket.name, Prefix="done/")
            return [int(item["Key"][-9:-7]) for item in listed.get("Contents", [])]

        wait_for(lambda: len(moved()) >= 5, "five objects are moved")
        self.server.stop_immediately()
        process.kill()
        before = moved()
        self.server.start()
        for number in before:
            there = self.database.number(
                "SELECT count(*) FROM patient WHERE id IN "
                f"{tuple(sample.patient_ids(10 * number, 10))}")
            self.assertEqual(there, 10, f"object {number} of {before}")
        # Two minutes later, as far as the ledger can tell: who moved an object is gone.
        self.database.query("UPDATE sluice.outbox SET lease_until = '-infinity' "
                            "WHERE state = 'running'")
        self.sluice(*arguments)
        self.assert_exactly_once(sample.patient_ids(0, 300))
        self.assertEqual(sorted(moved()), list(range(30)))

    def test_gone_and_sluice_killed_meanwhile(self):
        """Promise 4: neither the server nor the worker lives on; the same command finishes."""
        ids, process = self.begin()
        self.server.stop_immediately()
        process.kill()
        self.server.start()
        self.load(self.directory / "in")
        self.assert_exactly_once(ids)


class Durability(CrashWorld):
    def test_only_small_objects_commit_without_waiting_for_the_disk(self):
        """Promise 7: each row keeps how its transaction was to be committed."""
        self.database.query(
            "ALTER TABLE patient ADD COLUMN committed text "
            "DEFAULT current_setting('synchronous_commit')")
        self.write("in/Patient.small.ndjson", sample.patients(0, 3))
        self.write("in/Patient.large.ndjson", sample.patients(3, 3, pad="x" * 400_000))
        self.load(self.directory / "in")
        self.assertEqual(
            self.database.query("SELECT committed, count(*), min(id) FROM patient GROUP BY 1 "
                                "ORDER BY 1"),
            [["off", "3", "p000000"], ["on", "3", "p000003"]])


class Interrupted(CrashWorld):
    def test_ctrl_c_leaves_nothing_half_and_the_same_command_resumes(self):
        """Issue 8: exit 7, no running job left, whole objects only."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                self.database = self.new_database()
                ids = self.make_objects(count=30, rows=100)
                self.slow_down(0.002)
                arguments = self.load_arguments(self.directory / "in", "--threads", "3")
                process = self.start(*arguments)
                self.wait_for_done(3)
                process.signal(number)
                result = process.wait()
                self.assertEqual(result.code, 7, f"\n{result}")
                self.assert_whole_objects()
                self.sluice(*arguments)
                self.assert_exactly_once(ids)

    def assert_whole_objects(self):
        states = dict(self.database.query("SELECT state, count(*) FROM sluice.job GROUP BY 1"))
        self.assertEqual(set(states), {"done", "pending"})
        rows = self.database.number("SELECT count(*) FROM patient")
        self.assertEqual(rows, int(states["done"]) * 100)
        sessions = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        wait_for(lambda: self.database.number(sessions) == 0, "its sessions are gone")


if __name__ == "__main__":
    unittest.main()
