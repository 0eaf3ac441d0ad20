"""`sluice transfer`: many tables by way of a bucket; again changes nothing; killed anywhere, it
goes on to the same tables."""

import unittest

import table_sample
import type_sample
from bucket import BucketWorld
from redshift import Redshift

TABLES = 10


class TransferWorld(BucketWorld):
    def setUp(self):
        super().setUp()
        self.target = self.new_database()
        for number in range(TABLES):
            self.database.query(type_sample.definition(f"t{number}"))
            self.database.query(type_sample.insert(f"t{number}", number, rows=20 + number))
            self.target.query(type_sample.definition(f"t{number}"))

    def mapping(self, load="truncate", path="{YYYY}/{MM}/{DD}/t%d_", tables=range(TABLES), more=""):
        lines = [f"from: {self.database.url}", f"load: {load}", "tables:"]
        for number in tables:
            lines.append(f"  - table: public.t{number}\n"
                         f"    path: {self.bucket.url(path % number)}{more}")
        return self.write("mapping.yaml", "\n".join(lines) + "\n")

    def transfer(self, mapping, *options, expect=0, **environment):
        return self.sluice(*self.words(mapping, *options), expect=expect, **environment)

    def words(self, mapping, *options):
        return ["transfer", mapping, "--into", self.target.url, *self.bucket.options(), "--date",
                "2026-11-29", *options]

    def assert_same(self, tables=range(TABLES)):
        for number in tables:
            self.assertEqual(type_sample.fingerprint(self.database, f"t{number}"),
                             type_sample.fingerprint(self.target, f"t{number}"), number)

    def places(self):
        return [self.target.query(f"SELECT ctid, xmin FROM t{n} ORDER BY 1") for n in range(TABLES)]


class Transfers(TransferWorld):
    def test_ten_tables_arrive_and_the_second_run_changes_nothing(self):
        for load in ("append", "truncate", "replace", "swap", "upsert"):
            with self.subTest(load):
                mapping = self.mapping(load, path=load + "/{YYYY}/t%d_")
                if load == "append":
                    self.target.query("".join(f"TRUNCATE t{n};" for n in range(TABLES)))
                report = self.transfer(mapping, "--json").json()
                self.assertEqual(len(report), TABLES)
                self.assertTrue(all(t["complete"] and t["extracted"] for t in report))
                self.assertEqual({t["table"]: t["rows_loaded"] for t in report},
                                 {f"public.t{n}": 20 + n for n in range(TABLES)})
                self.assert_same()
                before = self.places()
                again = self.transfer(mapping, "--json").json()
                self.assertFalse(any(t["extracted"] for t in again))
                self.assertEqual(self.places(), before)
        keys = [item["Key"] for item in
                self.bucket.client.list_objects_v2(Bucket=self.bucket.name, Prefix="swap/2026/t1_")
                .get("Contents", [])]
        self.assertEqual(keys, ["swap/2026/t1_0000_part_00.gz", "swap/2026/t1_manifest"])

    def test_some_tables_and_one_that_fails(self):
        mapping = self.mapping()
        self.transfer(mapping, "--tables", "public.t1,public.t2")
        self.assert_same([1, 2])
        self.assertEqual(self.target.query("SELECT * FROM t3"), [])
        self.target.query("DROP TABLE t3; CREATE TABLE t3 (other int)")
        self.database.query("DROP TABLE t4")
        result = self.transfer(mapping, expect=6)
        self.assertIn("t4", result.stderr)
        self.assert_same([n for n in range(TABLES) if n not in (3, 4)])
        self.assertIn("no table", self.transfer(mapping, "--tables", "t99", expect=2).stderr)

    def test_killed_anywhere_it_goes_on(self):
        tables = range(3)
        for load in ("append", "swap"):
            for point in ("extract-claimed", "extract-part-finished", "extract-manifest-written",
                          "transfer-extracted", "before-commit", "after-commit"):
                with self.subTest(f"{load} {point}"):
                    self.target.query("".join(f"TRUNCATE t{n};" for n in tables))
                    mapping = self.mapping(load, path=f"{load}/{point}/t%d_", tables=tables)
                    self.start(*self.words(mapping), SLUICE_CRASH_AT=f"{point}:2").wait()
                    self.transfer(mapping)
                    self.assert_same(tables)
        self.assertEqual(self.bucket.client.list_multipart_uploads(
            Bucket=self.bucket.name).get("Uploads", []), [])

    def test_a_mapping_that_is_wrong_says_where(self):
        for text, line, word in (
                ("tables: [", 1, ""), ("nope: 1\n", 1, "nope"),
                ("load: append\ntables:\n  - table: a\n", 3, "path"),
                ("tables:\n  - table: a\n    path: /x\n", 2, "load: append"),
                ("load: append\ntables:\n  - table: a\n    path: /x/{HH}\n", 4, "{YYYY}"),
                ("load: append\ntables:\n  - {table: a, path: /x}\n  - {table: a, path: /y}\n", 4,
                 "already")):
            with self.subTest(text):
                file = self.write("wrong.yaml", text)
                said = self.transfer(file, expect=2).stderr
                self.assertIn(f"wrong.yaml:{line}", said)
                self.assertIn(word, said)


class FromRedshift(TransferWorld):
    def test_three_ways_give_equal_tables(self):
        rows = table_sample.table(31)
        self.database.query(table_sample.definition("sold"))
        self.target.query(table_sample.definition("sold"))
        file = self.write("sold", table_sample.copy_text(rows))
        self.sluice("load", "table", file, "--into", self.database.url, "--table", "sold",
                    "--format", "text", "--progress", "none")
        cluster = Redshift(self.database)
        self.addCleanup(cluster.close)
        sold = "SELECT * FROM sold ORDER BY id"
        for number, source in enumerate((cluster.url, self.database.url)):
            mapping = self.write(
                "m.yaml", f"from: {source}\nload: truncate\ntables:\n  - table: public.sold\n"
                "    query: SELECT * FROM public.sold\n"
                f"    path: {self.bucket.url(f'w{number}/u_')}\n")
            self.transfer(mapping)
            self.assertEqual(self.target.query(sold), self.database.query(sold))


if __name__ == "__main__":
    unittest.main()
