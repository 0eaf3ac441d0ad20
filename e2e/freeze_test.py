"""FREEZE: rows of a table that the load itself makes, from its only object, need no vacuum."""

import sample
from world import World


class Freeze(World):
    def frozen(self, table):
        self.database.query("CREATE EXTENSION IF NOT EXISTS pageinspect")
        return self.database.number(
            f"SELECT count(*) FROM heap_page_items(get_raw_page('{table}', 0)) "
            "WHERE t_infomask & 768 = 768")

    def test_only_where_one_object_fills_a_table_that_the_load_made(self):
        self.write("in/Patient.ndjson", sample.patients(0, 5))
        self.write("in/Goal.0.ndjson", sample.ndjson([sample.resource("Goal", 1)]))
        self.write("in/Goal.1.ndjson", sample.ndjson([sample.resource("Goal", 2)]))
        # Strict order lists everything first, so that it is known to be the only one.
        self.load(self.directory / "in", "--order", "by-last-modified", "--threads", "1")
        self.assertEqual(self.frozen("patient"), 5)
        self.assertEqual(self.frozen("goal"), 0)
        self.assert_rows({"patient": sample.patient_ids(0, 5), "goal": ["goal-1", "goal-2"]})
        self.assert_books_balance()

    def test_never_in_a_table_that_was_there(self):
        self.write("in/Patient.0.ndjson", sample.patients(0, 5))
        self.load(self.directory / "in")
        self.database.query("TRUNCATE patient")
        self.write("in/Patient.1.ndjson", sample.patients(5, 5))
        self.load(self.directory / "in", "--include", "*Patient.1.ndjson")
        self.assertEqual(self.frozen("patient"), 0)
