"""Imports begun at Aidbox's door: servers that die, calls while one runs, several servers."""

import unittest

import sample
from aidbox import LOAD, Door, account
from crash import CrashWorld


class Restarts(CrashWorld):
    """Tables without keys and slow loads: a row that came twice would stay."""

    def setUp(self):
        super().setUp()
        self.store = self.bucket()
        self.name = f"s3://{self.store.name}"
        self.store.put_all(
            (f"Patient.{n}.ndjson", sample.patients(20 * n, 20)) for n in range(12))
        self.ids = sample.patient_ids(0, 240)
        self.params = {"bucket": self.name, "account": account()}

    def test_kill_in_mid_import(self):
        """Interrupted in between; the next call brings the keys again and goes on."""
        self.slow_down(0.02)
        door = Door(self, "--threads", "2")
        door.rpc(LOAD, self.params)
        self.wait_for_done(2)
        door.process.kill()
        self.assertLess(self.done(), 12, "the kill came too late: make the load slower")
        door = Door(self, "--threads", "2")
        state = door.wait_for_state(self.name, "interrupted")
        self.assertEqual(state["progress"]["total"], 12)
        self.assertLess(state["progress"]["done"], 12)
        done = self.done()
        self.assertEqual(door.state(self.name)["state"], "interrupted")
        self.assertEqual(self.done(), done, "nobody else may load it")
        self.assertEqual(door.rpc(LOAD, self.params)["new-files-count"], 0)
        door.wait_for_state(self.name, "completed")
        self.assertEqual(door.state(self.name)["progress"],
                         {"total": 12, "pending": 0, "done": 12})
        self.assert_exactly_once(self.ids)

    def test_a_second_call_while_it_runs_adds_only_new_files(self):
        self.slow_down(0.02)
        door = Door(self, "--threads", "2")
        self.assertEqual(door.rpc(LOAD, self.params)["new-files-count"], 12)
        self.wait_for_done(1)
        self.store.put("Patient.12.ndjson", sample.patients(240, 20))
        result = door.rpc(LOAD, self.params)
        self.assertEqual((result["new-files-count"], result["progress"]["total"]), (1, 13))
        door.wait_for_state(self.name, "completed")
        self.assert_exactly_once(self.ids + sample.patient_ids(240, 20))

    def test_more_than_one_replica(self):
        """Both are called at once, each with keys; what one has loaded the other does not."""
        self.slow_down(0.01)
        doors = [Door(self, "--threads", "2"), Door(self, "--threads", "2")]
        for door in doors:
            door.rpc(LOAD, self.params)
        for door in doors:
            state = door.wait_for_state(self.name, "completed")
            self.assertEqual(state["progress"]["done"], 12)
        self.assert_exactly_once(self.ids)


if __name__ == "__main__":
    unittest.main()
