"""`sluice extract`: what is written is what was there, in one snapshot, once, and nothing is left
behind by what failed or was killed."""

import json
import os
import unittest

import type_sample
from bucket import Bucket, BucketWorld
from crash import points_of
from world import TOP, World, wait_for


class ExtractWorld(BucketWorld):
    def extract(self, to, *options, expect=0, **environment):
        if not any(o in options for o in ("--table", "--query")):
            options = ("--table", "t", *options)
        return self.sluice("extract", "--from", self.database.url, "--to", to,
                           *self.bucket.options(), *options, expect=expect, **environment)

    copy = "copy"

    def load_back(self, source, *options, table=None, expect=0):
        return self.sluice(
            "load", "table", source, "--into", self.database.url, "--table", table or self.copy,
            "--progress", "none", *self.bucket.options(), *options, expect=expect)

    def keys(self, prefix=""):
        listed = self.bucket.client.list_objects_v2(Bucket=self.bucket.name, Prefix=prefix)
        return sorted(item["Key"] for item in listed.get("Contents", []))

    def uploads(self):
        listed = self.bucket.client.list_multipart_uploads(Bucket=self.bucket.name)
        return [upload["Key"] for upload in listed.get("Uploads", [])]

    def manifest(self, key):
        body = self.bucket.client.get_object(Bucket=self.bucket.name, Key=key)["Body"].read()
        return json.loads(body)

    def make_copy(self, of="t"):
        """Another one each time, because the ledger remembers what was loaded into a table."""
        self.copy += "_"
        self.database.query(f"CREATE TABLE {self.copy} (LIKE {of})")

    def assert_same(self, one="t", other=None):
        self.assertEqual(type_sample.fingerprint(self.database, one),
                         type_sample.fingerprint(self.database, other or self.copy))

    def make_numbers(self, rows, width=0):
        self.database.query(
            f"CREATE TABLE t (id bigint, x text); INSERT INTO t SELECT n, repeat(md5(n::text), "
            f"{width or 1}) FROM generate_series(1, {rows}) n")


class RoundTrips(ExtractWorld):
    def test_every_type_comes_back_as_it_was(self):
        for seed, options in enumerate((
                [], ["--format", "csv"], ["--compress", "zstd", "--delimiter", "|"],
                ["--format", "csv", "--compress", "none", "--header", "--null", "NULL"],
                ["--header", "--compress", "none"])):
            with self.subTest(options=options):
                table = f"t{seed}"
                self.database.query(type_sample.definition(table))
                self.database.query(type_sample.insert(table, seed))
                self.make_copy(table)
                self.extract(self.bucket.url(f"{table}/x_"), "--table", table, *options)
                self.load_back(self.bucket.url(f"{table}/x_manifest"))
                self.assert_same(table)

    def test_a_table_of_many_pages_is_read_by_ranges(self):
        self.make_numbers(200_000, 5)
        report = self.extract(self.bucket.url("big/"), "--threads", "3", "--part-size", "5",
                              "--compress", "none", "--json").json()[0]
        self.assertEqual(report["rows"], 200_000)
        self.assertGreater(report["parts"], 3)
        manifest = self.manifest("big/manifest")
        self.assertEqual(sum(e["meta"]["record_count"] for e in manifest["entries"]), 200_000)
        self.assertEqual([e["name"] for e in manifest["schema"]["elements"]], ["id", "x"])
        self.assertEqual(self.keys("big/"), sorted(
            [e["url"].split("/", 3)[3] for e in manifest["entries"]] + ["big/manifest"]))
        self.load_back(self.bucket.url("big/"), "--create")
        self.assert_same()
        self.assertEqual(self.uploads(), [])

    def test_a_directory_is_as_good_as_a_bucket(self):
        self.make_numbers(1000)
        self.make_copy()
        self.extract(self.directory / "out")
        self.load_back(self.directory / "out")
        self.assert_same()
        self.assertEqual(
            sorted(os.listdir(self.directory / "out")), ["0000_part_00.gz", "manifest"])

    def test_partitions_queries_and_nothing(self):
        self.database.query(
            "CREATE TABLE t (id bigint, x text, g text GENERATED ALWAYS AS (x || '!') STORED) "
            "PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (50); "
            "CREATE TABLE t2 (x text, id bigint, g text GENERATED ALWAYS AS (x || '!') STORED); "
            "ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (50) TO (1000);"
            "INSERT INTO t SELECT n, 'x' || n FROM generate_series(0, 99) n; "
            "CREATE TABLE copy (id bigint, x text, g text GENERATED ALWAYS AS (x || '!') STORED)")
        self.extract(self.bucket.url("p/"))
        self.load_back(self.bucket.url("p/"))
        self.assert_same()
        self.database.query("CREATE TABLE evens (LIKE t INCLUDING GENERATED)")
        self.extract(self.bucket.url("q/"), "--query", "SELECT id, x FROM t WHERE id % 2 = 0 --")
        self.load_back(self.bucket.url("q/"), table="evens")
        self.database.query("DELETE FROM copy WHERE id % 2 = 1")
        self.assert_same("copy", "evens")
        self.extract(self.bucket.url("n/"), "--query", "SELECT 1 AS id WHERE false")
        self.load_back(self.bucket.url("n/"), "--create", table="nothing")
        self.assertEqual(self.keys("n/"), ["n/manifest"])

    def test_all_streams_read_one_snapshot(self):
        """Rows move between pages and tables while they are read: each is there exactly once."""
        self.make_numbers(60_000, 3)
        writer = self.database.session()
        self.addCleanup(writer.close)
        process = self.start(
            "extract", "--from", self.database.url, "--to", self.bucket.url("s/"), "--table", "t",
            *self.bucket.options(), "--threads", "4")
        wait_for(lambda: self.database.number(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%'") or
            not process.running(), "streams read")
        writer.run("UPDATE t SET x = 'new'")
        writer.run("DELETE FROM t WHERE id % 2 = 0")
        self.assertEqual(process.wait().code, 0)
        self.load_back(self.bucket.url("s/"), "--create")
        self.assertEqual(self.database.query(
            "SELECT count(*), count(DISTINCT id), count(DISTINCT x = 'new') FROM copy"),
            [["60000", "60000", "1"]])


class Prefixes(ExtractWorld):
    """Two extracts never mix, and what is not whole is never loaded."""

    def test_what_lies_there_is_refused_overwritten_or_cleaned(self):
        self.make_numbers(30_000, 9)
        options = ("--threads", "1", "--compress", "none", "--part-size", "5")
        self.extract(self.bucket.url("x/u_"), *options)
        self.bucket.put("x/u_other", "not an extract's")
        before = self.keys("x/u_0")
        self.assertGreater(len(before), 1)
        refused = self.extract(self.bucket.url("x/u_"), *options, expect=5)
        self.assertIn("prefix-taken", refused.stderr)
        self.database.query("DELETE FROM t WHERE id > 10")
        self.extract(self.bucket.url("x/u_"), *options, "--existing", "overwrite")
        self.assertEqual(self.keys("x/u_0"), before, "stale parts stay")
        self.make_copy()
        self.load_back(self.bucket.url("x/u_manifest"))
        self.assert_same()
        self.extract(self.bucket.url("x/u_"), *options, "--existing", "clean")
        self.assertEqual(self.keys("x/"),
                         ["x/u_0000_part_00", "x/u_manifest", "x/u_other"])

    def test_one_extract_at_a_time(self):
        self.make_numbers(10)
        blocker = self.database.session()
        self.addCleanup(blocker.close)
        blocker.run("BEGIN")
        blocker.run("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        first = self.start(
            "extract", "--from", self.database.url, "--to", self.bucket.url("c/"), "--table", "t",
            *self.bucket.options())
        wait_for(lambda: self.keys(".sluice-claim-c"), "the claim is put")
        self.assertIn("extract-under-way", self.extract(self.bucket.url("c/"), expect=5).stderr)
        unfinished = self.load_back(self.bucket.url("c/"), "--create", expect=5)
        self.assertIn("extract-unfinished", unfinished.stderr)
        blocker.run("COMMIT")
        self.assertEqual(first.wait().code, 0)
        self.assertEqual(self.keys(), ["c/0000_part_00.gz", "c/manifest"])

    def test_a_failed_extract_takes_everything_back(self):
        self.make_numbers(50_000, 20)
        failed = self.extract(
            self.bucket.url("f/"), "--query",
            "SELECT id, x, 1 / (49990 - id) FROM t ORDER BY id", "--compress", "none",
            "--part-size", "9", expect=6)
        self.assertIn("division by zero", failed.stderr)
        self.assertEqual(self.keys(), [])
        self.assertEqual(self.uploads(), [])

    def test_killed_anywhere_the_next_one_is_exact(self):
        self.make_numbers(80_000, 10)
        points = points_of([*sorted((TOP / "src/extract").glob("*.cc")),
                            TOP / "src/object/s3_upload.cc"])
        points = sorted(set(points) - {"extract-unloaded", "extract-manifest-removed"})
        self.assertGreater(len(points), 7)
        options = ("--compress", "none", "--part-size", "30", "--threads", "2")
        for point in points:
            with self.subTest(point):
                prefix = self.bucket.url(f"{point}/x_")
                killed = self.start(
                    "extract", "--from", self.database.url, "--to", prefix, "--table", "t",
                    *self.bucket.options(), *options, SLUICE_CRASH_AT=point).wait()
                self.assertEqual(killed.code, -9, killed)
                if point != "extract-manifest-written":
                    self.assertNotIn(f"{point}/x_manifest", self.keys(point))
                self.extract(prefix, *options)
                listed = [e["url"].split("/", 3)[3]
                          for e in self.manifest(f"{point}/x_manifest")["entries"]]
                self.assertEqual(self.keys(f"{point}/"), sorted([*listed, f"{point}/x_manifest"]))
                self.assertEqual(self.uploads(), [])
                self.make_copy()
                self.load_back(self.bucket.url(f"{point}/x_manifest"))
                self.assert_same()


class Refusals(ExtractWorld):
    def test_every_refusal_says_what_to_do(self):
        self.make_numbers(3)
        for options, code, exit_code in (
                (["--table", "t", "--query", "SELECT 1"], "usage", 2),
                (["--table", "nowhere"], "no-such-table", 6),
                (["--table", "t", "--null", "NULL"], "dialect-lossy", 2),
                (["--table", "t", "--compress", "bzip2"], "usage", 2),
                (["--table", "t", "--format", "json"], "usage", 2)):
            with self.subTest(options):
                refused = self.extract(self.bucket.url("r/"), *options, expect=exit_code)
                self.assertIn(code, refused.stderr)
        self.assertIn("whole bucket", self.extract(self.bucket.url(), expect=2).stderr)
        self.assertEqual(self.keys(), [])

    def test_row_security_hides_nothing_in_silence(self):
        self.make_numbers(10)
        self.database.query(
            "DO $$ BEGIN CREATE ROLE e2e_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; "
            "END $$; ALTER TABLE t ENABLE ROW LEVEL SECURITY; "
            "CREATE POLICY few ON t FOR SELECT USING (id < 3); GRANT SELECT ON t TO e2e_reader; "
            f"ALTER ROLE e2e_reader IN DATABASE {self.database.name} SET row_security = on")
        url = self.database.url + "&options=-c%20role%3De2e_reader"
        refused = self.sluice(
            "extract", "--from", url, "--to", self.bucket.url("s/"), "--table", "t",
            *self.bucket.options(), expect=6)
        self.assertIn("row-level security", refused.stderr)
        self.assertEqual(self.keys(), [])


if __name__ == "__main__":
    unittest.main()
