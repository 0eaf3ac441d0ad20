"""Promises 2 to 4 against connections and workers that vanish without dying: answers that never
come, silent networks, frozen processes. The tables have no key, so a record that came twice would
stay."""

import signal
import unittest

from crash import CrashWorld
from world import wait_for


class LostAnswers(CrashWorld):
    def load_through_proxy(self, order, times):
        ids = self.make_objects(count=12, rows=50)
        proxy = self.proxy()
        proxy.order(order, times)
        self.load(
            self.directory / "in", "--into", proxy.url(self.database.url), "--threads", "2"
        )
        self.assertEqual(proxy.obeyed[order], times)
        self.assert_exactly_once(ids)

    def test_the_answer_to_commit_is_lost(self):
        """Promise 3: what was committed is found to be in, and is not loaded again."""
        self.load_through_proxy("drop-commit-answer", 3)
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.receipt"), 12)

    def test_commit_never_arrives(self):
        """Promise 3: what was not committed is found not to be in, and is loaded."""
        self.load_through_proxy("cut-before-commit", 3)

    def test_the_connection_breaks_during_copy(self):
        """Promise 1: a load that broke leaves nothing."""
        self.load_through_proxy("cut-copy", 3)

    def test_every_answer_to_commit_is_lost(self):
        """Promise 3: even then the load ends, with every record in once."""
        ids = self.make_objects(count=4, rows=50)
        proxy = self.proxy()
        proxy.order("drop-commit-answer", 1000)
        self.load(self.directory / "in", "--into", proxy.url(self.database.url))
        self.assertGreaterEqual(proxy.obeyed["drop-commit-answer"], 4)
        self.assert_exactly_once(ids)


class SilentNetwork(CrashWorld):
    def test_a_connection_goes_silent_during_copy(self):
        """Promise 4: the server does not know that its client is gone, and still holds the object's
        receipt; the loader ends that session and loads again."""
        ids = self.make_objects(count=6, rows=50)
        proxy = self.proxy()
        proxy.order("blackhole-copy")
        self.load(
            self.directory / "in", "--into", proxy.url(self.database.url), "--threads", "2",
            "--config", self.config(lease=1500, database_silence=2000),
        )
        self.assertEqual(proxy.obeyed["blackhole-copy"], 1)
        self.assert_exactly_once(ids)

    def test_a_worker_loses_its_network_and_another_takes_over(self):
        """Promises 2 and 4: the lease ends, the rescuer ends the session, the other one loads; and
        the first one, back again, finds nothing left to do."""
        ids = self.make_objects(count=12, rows=50)
        self.slow_down(0.002)
        proxy = self.proxy()
        config = self.config(lease=1500, database_silence=2000)
        common = ["--threads", "2", "--config", config]
        lost = self.start(*self.load_arguments(
            self.directory / "in", "--into", proxy.url(self.database.url), *common))
        self.wait_for_done(2)
        proxy.darken()
        self.load(self.directory / "in", *common)
        self.assert_exactly_once(ids)
        proxy.relight()
        result = lost.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_exactly_once(ids)


class FrozenWorker(CrashWorld):
    """A worker stopped in a chosen statement: the test holds the lock that it waits for."""

    def freeze_in(self, statement, lock, once=lambda: True):
        """Takes the lock once the condition holds, freezes the worker when it waits in the
        statement, and lets the lock go."""
        ids = self.make_objects(count=4, rows=50)
        arguments = self.load_arguments(
            self.directory / "in", "--threads", "1", "--config", self.config(lease=1500)
        )
        self.sluice("migrate", "up", "--into", self.database.url)
        frozen = self.start(*arguments)
        wait_for(once, "the worker has begun")
        holder = self.database.session()
        self.addCleanup(holder.close)
        holder.run("BEGIN")
        holder.run(lock)
        wait_for(lambda: self.waiting_for_lock(statement), f"it waits in {statement}")
        frozen.signal(signal.SIGSTOP)
        holder.run("COMMIT")
        return ids, frozen, arguments

    def claimed(self):
        return self.database.number("SELECT count(*) FROM sluice.job WHERE state = 'running'")

    def thaw(self, frozen, ids):
        frozen.signal(signal.SIGCONT)
        result = frozen.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_exactly_once(ids)

    def test_frozen_in_copy_past_its_lease(self):
        """Promise 2: another worker loads its object; when it thaws, it cannot commit."""
        self.slow_down(0.01)
        ids, frozen, arguments = self.freeze_in("COPY", "LOCK patient IN SHARE MODE")
        self.sluice(*arguments)
        self.assert_exactly_once(ids)
        self.thaw(frozen, ids)

    def test_frozen_between_settling_and_commit(self):
        """Promises 2 and 4: then its transaction holds the job's row too, and still has to go."""
        self.slow_down(0.02)
        ids, frozen, arguments = self.freeze_in(
            "UPDATE sluice.job SET state = ''done''", "SELECT FROM sluice.job FOR UPDATE",
            once=self.claimed,
        )
        self.sluice(*arguments, seconds=40)
        self.assert_exactly_once(ids)
        self.thaw(frozen, ids)


if __name__ == "__main__":
    unittest.main()
