"""The traffic tables' foreign keys out of a backload's way, and surely back."""

import unittest

import feed
from traffic import TrafficWorld
from world import wait_for

FOREIGN_KEYS = {
    "jams_datafile_id_fkey", "alerts_datafile_id_fkey", "irregularities_datafile_id_fkey",
    "coordinates_alert_id_fkey", "coordinates_jam_id_fkey", "coordinates_irregularity_id_fkey",
    "coordinates_coordinate_type_id_fkey",
}
ALL_HOLD = dict.fromkeys(FOREIGN_KEYS, "t")
# A row that no jam is there for, put in by whoever loads the first file.
STRAY = """
CREATE FUNCTION waze.stray() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO waze.coordinates (id, latitude, longitude, "order", jam_id)
  VALUES ('stray', 1, 2, 1, 'nobody') ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE TRIGGER stray AFTER INSERT ON waze.data_files FOR EACH ROW EXECUTE FUNCTION waze.stray();
"""


class ForeignKeys(TrafficWorld):
    def foreign_keys(self):
        """Those that stand, and whether they hold."""
        return dict(self.database.query(
            "SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' "
            "AND connamespace = 'waze'::regnamespace"))

    def indexes(self):
        return self.database.query(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'waze' ORDER BY 1")

    def assert_all_hold(self):
        self.assertEqual(self.foreign_keys(), ALL_HOLD)

    def make_tables(self):
        self.put(1)
        self.traffic()
        self.assert_all_hold()

    def by_hand(self, *arguments, **expectations):
        return self.sluice("indexes", *arguments, "--into", self.database.url, **expectations)

    def test_a_load_puts_them_aside_and_brings_them_back(self):
        self.make_tables()
        self.put(*range(2, 10))
        self.traffic("--set-aside-foreign-keys")
        self.assert_loaded([feed.feed(minute) for minute in range(1, 10)])
        self.assert_all_hold()
        aside = self.database.number(
            "SELECT count(*) FROM sluice.set_aside WHERE kind = 'foreign_key'")
        self.assertEqual(aside, len(FOREIGN_KEYS), "they were aside")

    def test_rows_that_break_one_are_named_and_it_stands_for_new_rows(self):
        self.make_tables()
        self.database.query(STRAY)
        self.put(2)
        result = self.traffic("--set-aside-foreign-keys", expect=4)
        self.assertIn("coordinates_jam_id_fkey", result.stdout)
        self.assertIn("nobody", result.stdout)
        wanted = ALL_HOLD | {"coordinates_jam_id_fkey": "f"}
        self.assertEqual(self.foreign_keys(), wanted)
        self.assertIn("coordinates_jam_id_fkey", self.by_hand().stdout)

    def test_by_hand_for_all_tables_of_a_schema(self):
        self.make_tables()
        indexes = self.indexes()
        said = self.by_hand("aside", "--foreign-keys", "--table", "waze.*").stdout
        self.assertIn("put aside: 7 parts of waze.*", said)
        self.assertEqual(self.foreign_keys(), {})
        self.assertEqual(self.indexes(), indexes)
        self.put(2)
        self.traffic()
        self.assertEqual(self.foreign_keys(), {}, "loads leave them alone")
        self.by_hand("restore", "--foreign-keys")
        self.assert_all_hold()

    def test_by_hand_for_every_table(self):
        self.make_tables()
        self.database.query(
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a)")
        self.by_hand("aside", "--foreign-keys")
        self.assertEqual(
            self.database.number("SELECT count(*) FROM pg_constraint WHERE contype = 'f' "
                                 "AND connamespace <> 'sluice'::regnamespace"), 0)
        self.database.query("INSERT INTO b VALUES (7)")
        result = self.by_hand("restore", expect=4)
        self.assertIn("b_a_fkey", result.stdout)
        self.assert_all_hold()

    def test_a_watch_brings_them_back_when_its_queue_is_drained(self):
        self.make_tables()
        names = [feed.name(1), *self.put(*range(2, 10))]
        process = self.watch("--set-aside-foreign-keys")
        self.wait_until_moved(names)
        wait_for(lambda: self.foreign_keys() == ALL_HOLD, "the foreign keys are back")
        aside = "SELECT max(aside_at) FROM sluice.set_aside"
        once = self.database.value(aside)
        self.wait_until_moved([*names, *self.put(10)])
        self.assert_all_hold()
        self.assertEqual(self.database.value(aside), once, "they went aside for the backlog only")
        self.stop(process)
        self.assert_loaded([feed.feed(minute) for minute in range(1, 11)])


if __name__ == "__main__":
    unittest.main()
