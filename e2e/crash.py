"""What the crash tests share: tables that would show a row twice, and loads slow enough to hit."""

import re

import sample
from bucket import Bucket
from pg_proxy import PgProxy
from world import TOP, World, wait_for

# As sluice makes them, but without keys: a row that came twice stays to be seen.
TABLES = """
CREATE TYPE resource_status AS ENUM ('created', 'updated', 'deleted', 'recreated');
CREATE SEQUENCE transaction_id_seq;
CREATE TABLE patient (
  id text, txid bigint NOT NULL, ts timestamptz, cts timestamptz DEFAULT now(), resource_type text,
  status resource_status NOT NULL, resource jsonb NOT NULL);
CREATE TABLE patient_history (LIKE patient);
CREATE INDEX patient_txid_brin ON patient USING brin (txid);
"""
SLOWLY = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_sleep(%f); RETURN NEW; END $$;
CREATE TRIGGER slowly BEFORE INSERT ON patient FOR EACH ROW EXECUTE FUNCTION slowly();
"""


def crash_points():
    """The named points of the line, from the source, so that none is forgotten here."""
    of_others = ("set_aside", "generation", "load_batches", "call_object")
    return points_of(file for file in sorted((TOP / "src/engine").glob("*.cc"))
                     if file.stem not in of_others)


def aside_crash_points():
    """Those that are passed only when indexes are put aside."""
    return points_of([TOP / "src/engine/set_aside.cc", TOP / "src/table/restore_parts.cc"])


def call_crash_points():
    """Those that are passed only where another system is told of objects."""
    return points_of([TOP / "src/engine/call_object.cc"])


def points_of(files):
    text = "".join(file.read_text() for file in files)
    return re.findall(r'CrashPoint\("([^"]*)"\)', text)


class CrashWorld(World):
    def new_database(self, server_url=None):
        database = super().new_database(server_url)
        database.query(TABLES)
        return database

    def make_objects(self, count, rows, first=0):
        """Files Patient.N.ndjson in in/; returns the ids of all their records."""
        for number in range(first, first + count):
            self.write(f"in/Patient.{number}.ndjson", sample.patients(number * rows, rows))
        return sample.patient_ids(first * rows, count * rows)

    def slow_down(self, seconds_per_row):
        self.database.query(SLOWLY % seconds_per_row)

    def config(self, **settings):
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in settings.items()]
        return self.write("sluice-test.yaml", "\n".join(lines))

    def done(self):
        if self.database.value("SELECT to_regclass('sluice.job')") == "":
            return 0
        return self.database.number("SELECT count(*) FROM sluice.job WHERE state = 'done'")

    def wait_for_done(self, count):
        wait_for(lambda: self.done() >= count, f"{count} objects are done")

    def waiting_for_lock(self, query):
        """How many sessions wait for a lock in a statement that begins so."""
        return self.database.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            f"AND wait_event_type = 'Lock' AND ltrim(query, E' \\n') LIKE '{query}%'"
        )

    def proxy(self):
        proxy = PgProxy(self.database.server_url)
        self.addCleanup(proxy.close)
        return proxy

    def bucket(self):
        bucket = Bucket()
        self.addCleanup(bucket.drop)
        return bucket

    def assert_exactly_once(self, ids):
        self.assert_rows({"patient": ids})
        self.assert_books_balance()
