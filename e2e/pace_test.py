"""Loads that hold back: to a rate, and for others at work on the same server."""

import threading

import sample
from world import World, wait_for

OBJECTS, PER_OBJECT = 40, 25
ROWS = OBJECTS * PER_OBJECT


class Pace(World):
    def setUp(self):
        super().setUp()
        for number in range(OBJECTS):
            self.write(f"in/Patient.{number:02d}.ndjson",
                       sample.patients(number * PER_OBJECT, PER_OBJECT))

    def assert_loaded(self):
        self.assert_rows({"patient": sample.patient_ids(0, ROWS)})
        self.assert_books_balance()

    def work(self):
        return self.start("work", "--into", self.database.url, "--until-idle",
                          "--threads", "2")

    def wait_for(self, condition, what):
        # The ledger's tables come with the first process.
        def holds():
            ready = self.database.value("SELECT to_regclass('sluice.throttle') IS NOT NULL AND"
                                        " to_regclass('sluice.pressure') IS NOT NULL")
            return ready == "t" and self.database.value(f"SELECT EXISTS ({condition})") == "t"
        wait_for(holds, what)


class Rate(Pace):
    def test_every_row_of_all_processes_is_on_the_throttles_account(self):
        rate = 500
        self.load(self.directory / "in", "--background", "--rate", f"{rate}rows/s")
        began = self.database.value("SELECT extract(epoch FROM clock_timestamp())")
        workers = [self.work() for _ in range(2)]
        for worker in workers:
            self.assertEqual(worker.wait().code, 0)
        self.assert_loaded()
        # Each process may end with a tenth of a second's worth that it did not reserve.
        owed = 0.1 * len(workers)
        account = float(self.database.value(
            f"SELECT extract(epoch FROM due) - {began} FROM sluice.throttle"))
        self.assertGreaterEqual(account, ROWS / rate - owed)
        took = float(self.database.value(
            "SELECT extract(epoch FROM max(finished_at) - min(started_at)) FROM sluice.job"))
        burst = 0.25
        self.assertGreaterEqual(took, ROWS / rate - burst - owed - 0.1)


class Client:
    """Short transactions, one after the other, as an application would have them."""

    def __init__(self, database):
        self.session = database.session()
        self.session.run("CREATE TABLE public.busy AS SELECT 1::bigint AS n")
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self):
        while not self.ended.is_set():
            self.session.run("UPDATE public.busy SET n = (SELECT sum(i) FROM"
                             " generate_series(1, 20000) i)")

    def end(self):
        self.ended.set()
        self.thread.join()
        self.session.close()


class Pressure(Pace):
    def test_a_load_yields_to_a_busy_client_in_all_its_processes(self):
        client = Client(self.database)
        self.addCleanup(client.end)
        # The rate keeps it from being over before anything was seen: it would take minutes.
        self.load(self.directory / "in", "--background", "--max-pressure=10",
                  "--rate", "0.1objects/s")
        # As after a time alone.
        self.database.query("UPDATE sluice.pressure SET open_ms = 1000, shut_ms = 0")
        workers = [self.work() for _ in range(2)]
        self.wait_for("SELECT FROM sluice.pressure WHERE shut_ms > 0 AND"
                      " cause ~ 'too little|times as long'", "the client was noticed")
        share = float(self.database.value(
            "SELECT open_ms::float8 / (open_ms + shut_ms) FROM sluice.pressure"))
        self.assertGreater(share, 0)
        self.assertLessEqual(share, 0.8, "beside others no load has all the time")
        self.database.query("DELETE FROM sluice.throttle")
        for worker in workers:
            self.assertEqual(worker.wait().code, 0)
        self.assert_loaded()

    def test_what_the_ledger_says_is_heeded_and_a_person_may_lift_it(self):
        self.load(self.directory / "in", "--background", "--max-pressure")
        self.assertEqual(self.database.value("SELECT max_percent FROM sluice.pressure"), "10")
        self.database.query("UPDATE sluice.pressure SET began = began - interval '1 second',"
                            " open_ms = 1, shut_ms = 36000000")
        worker = self.work()
        self.wait_for("SELECT FROM sluice.pressure WHERE leader_until >= clock_timestamp()",
                      "the worker measures")
        seen = self.database.value("SELECT leader_until FROM sluice.pressure")
        self.wait_for(f"SELECT FROM sluice.pressure WHERE leader_until > '{seen}'",
                      "it has looked again")
        self.assertEqual(self.database.number(
            "SELECT count(*) FROM sluice.job WHERE state = 'pending'"), OBJECTS)
        self.database.query("DELETE FROM sluice.pressure")
        self.assertEqual(worker.wait().code, 0)
        self.assert_loaded()
