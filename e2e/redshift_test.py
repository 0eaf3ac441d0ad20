"""Redshift as a source, by a stand-in (redshift.py): a real cluster was not to be had."""

import os
import unittest

import table_sample
from bucket import BucketWorld
from redshift import Redshift


class RedshiftWorld(BucketWorld):
    copy = "copy"

    def setUp(self):
        super().setUp()
        self.rows = table_sample.table(11)
        self.database.query(table_sample.definition("sold"))
        file = self.write("sold.copy", table_sample.copy_text(self.rows))
        file.chmod(0o644)
        self.sluice("load", "table", file, "--into", self.database.url, "--table", "sold",
                    "--format", "text", "--progress", "none")

    def cluster(self, **options):
        cluster = Redshift(self.database, **options)
        self.addCleanup(cluster.close)
        return cluster

    def extract(self, cluster, prefix, *options, expect=0, **environment):
        return self.sluice(
            "extract", "--from", cluster.url, "--to", self.bucket.url(prefix), "--table", "sold",
            *self.bucket.options(), *options, expect=expect, **environment)

    def load_back(self, prefix, *options, expect=0):
        # The ledger remembers what was loaded into a table.
        self.copy += "_"
        self.database.query(table_sample.definition(self.copy))
        return self.sluice(
            "load", "table", self.bucket.url(f"{prefix}manifest"), "--into", self.database.url,
            "--table", self.copy, "--progress", "none", *self.bucket.options(), *options,
            expect=expect)

    def difference(self):
        return self.database.query(
            f"(SELECT * FROM sold EXCEPT SELECT * FROM {self.copy}) UNION ALL "
            f"(SELECT * FROM {self.copy} EXCEPT SELECT * FROM sold)")


class Unloads(RedshiftWorld):
    def test_every_way_to_unload_gives_the_table_back(self):
        cluster = self.cluster()
        ways = {
            "default": ([], []),
            "tab": (["--delimiter", "\\t", "--compress", "none"], []),
            "quotes": (["--quote", '"', "--compress", "bzip2"], []),
            "zstd": (["--compress", "zstd", "--threads", "1"], []),
            "csv": (["--format", "csv"], ["--on-reject", "quarantine"]),
            "csv-header": (["--format", "csv", "--header"], ["--on-reject", "quarantine"]),
            "json": (["--format", "json"], ["--format", "json"]),
        }
        for name, (extract, load) in ways.items():
            with self.subTest(name):
                self.extract(cluster, f"{name}/u_", *extract)
                self.load_back(f"{name}/u_", *load)
                self.assertEqual(self.difference(), [])

    def test_a_role_is_used_and_keys_are_never_shown(self):
        role = "arn:aws:iam::123456789012:role/my-unload"
        cluster = self.cluster(role=role)
        self.extract(cluster, "r/u_", "--iam-role", role)
        self.assertIn(f"IAM_ROLE '{role}'", cluster.statements[0])
        secret = os.environ["AWS_SECRET_ACCESS_KEY"]
        self.assertNotIn(secret, cluster.statements[0])
        refused = self.extract(cluster, "k/u_", "--query", "SELECT nothing", "-vv", expect=2)
        self.assertIn("one of them", refused.stderr)
        broken = Redshift(self.database, fault="manifest")
        self.addCleanup(broken.close)
        for result in (self.extract(broken, "k/u_", "-vv", expect=5),
                       self.extract(cluster, "l/u_", "--iam-role", "other", "-vv", expect=6)):
            self.assertNotIn(secret, result.stdout + result.stderr)
        self.assertIn(secret.replace("'", "''"), broken.statements[0])

    def test_an_error_that_quotes_the_statement_shows_no_key(self):
        cluster = self.cluster()
        result = self.sluice(
            "extract", "--from", cluster.url, "--to", self.bucket.url("q/u_"), "--query",
            "SELECT nothing FROM nowhere", *self.bucket.options(), "-vv", expect=6)
        self.assertNotIn(os.environ["AWS_SECRET_ACCESS_KEY"], result.stderr)
        self.assertIn("nowhere", result.stderr)

    def test_what_does_not_agree_is_not_taken_for_whole(self):
        for fault in ("count", "manifest"):
            result = self.extract(self.cluster(fault=fault), f"{fault}/u_", expect=5)
            self.assertIn("unload-differs", result.stderr)

    def test_a_prefix_is_refused_or_cleaned(self):
        cluster = self.cluster()
        self.extract(cluster, "p/u_")
        self.assertIn("prefix-taken", self.extract(cluster, "p/u_", expect=5).stderr)
        self.extract(cluster, "p/u_", "--existing", "clean", "--threads", "1")
        self.extract(cluster, "p/u_", "--existing", "overwrite", "--threads", "1")
        self.load_back("p/u_")
        self.assertEqual(self.difference(), [])


if __name__ == "__main__":
    unittest.main()
