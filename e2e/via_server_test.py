"""`load table --via server`, by functions of aws_s3's signature: the extension itself is AWS's and
was not to be had. They do what its documentation says: COPY from the object, gzip only by its
Content-Encoding, an error for an empty file."""

import gzip
import unittest

import table_sample
from bucket import BucketWorld
from world import needed

STAND_IN = """
CREATE SCHEMA aws_commons; CREATE SCHEMA aws_s3;
CREATE TYPE aws_commons._s3_uri_1 AS (bucket text, file_path text, region text);
CREATE FUNCTION aws_commons.create_s3_uri(bucket text, file_path text, region text)
  RETURNS aws_commons._s3_uri_1 LANGUAGE sql AS $$ SELECT ROW($1, $2, $3)::aws_commons._s3_uri_1 $$;
CREATE FUNCTION aws_s3.table_import_from_s3(
  table_name text, column_list text, options text, s3_info aws_commons._s3_uri_1)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  url text := '{endpoint}/' || (s3_info).bucket || '/' || (s3_info).file_path;
  curl text := 'curl -sf --aws-sigv4 aws:amz:' || (s3_info).region ||
               ':s3 --user ''{key}:{secret}'' -H ''x-amz-content-sha256: {empty}'' ' || url;
  rows bigint;
BEGIN
  EXECUTE format('COPY %s %s FROM PROGRAM %L %s', table_name,
                 CASE WHEN column_list = '' THEN '' ELSE '(' || column_list || ')' END,
                 curl || CASE WHEN url LIKE '%.gz' THEN ' | gunzip -c' ELSE '' END, options);
  GET DIAGNOSTICS rows = ROW_COUNT;
  RETURN (rows + {off}) || ' rows imported into relation "' || table_name || '" from file '
    || (s3_info).file_path || ' of 0 bytes';
END $$;
"""
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class ViaServer(BucketWorld):
    def setUp(self):
        super().setUp()
        self.rows = table_sample.table(21)
        self.database.query(table_sample.definition("t"))

    def stand_in(self, off=0):
        sql = STAND_IN
        for name, value in (("endpoint", needed("SLUICE_TEST_S3_ENDPOINT")), ("empty", EMPTY),
                            ("key", needed("AWS_ACCESS_KEY_ID")),
                            ("secret", needed("AWS_SECRET_ACCESS_KEY")), ("off", str(off))):
            sql = sql.replace("{" + name + "}", value)
        self.database.query(sql)

    def load_table(self, prefix, *options, expect=0, **environment):
        return self.sluice(
            "load", "table", self.bucket.url(prefix), "--into", self.database.url, "--table", "t",
            "--progress", "none", *self.bucket.options(), "--via", "server", *options,
            expect=expect, **environment)

    def assert_loaded(self, times=1):
        self.assertEqual(self.database.query("SELECT count(*), count(DISTINCT id) FROM t"),
                         [[str(len(self.rows) * times), str(len(self.rows))]])

    def test_the_server_reads_and_the_receipt_is_in_its_transaction(self):
        self.stand_in()
        self.bucket.put("a/1.txt", table_sample.copy_text(self.rows[:50]))
        self.bucket.put("a/2.txt.gz", gzip.compress(table_sample.copy_text(self.rows[50:])))
        for point in ("receipt-inserted", "rows-written", "before-commit", "after-commit"):
            self.start("load", "table", self.bucket.url("a/"), "--into", self.database.url,
                       "--table", "t", "--progress", "none", *self.bucket.options(),
                       "--via", "server",
                       "--format", "text", "--threads", "1", SLUICE_CRASH_AT=point).wait()
        self.load_table("a/", "--format", "text")
        self.assert_loaded()
        self.assertEqual(self.database.query(
            "SELECT sum(records_loaded), count(*) FROM sluice.receipt WHERE state = 'current'"),
            [[str(len(self.rows)), "2"]])
        before = self.database.query("SELECT ctid, xmin FROM t ORDER BY 1")
        self.load_table("a/", "--format", "text")
        self.assertEqual(self.database.query("SELECT ctid, xmin FROM t ORDER BY 1"), before)

    def test_it_gives_the_same_table_as_the_client(self):
        self.stand_in()
        self.bucket.put("x.csv", table_sample.csv(
            [r for r in self.rows if "\n\\.\n" not in "".join(filter(None, r))]))
        self.load_table("x.csv", "--format", "csv", "--columns", ",".join(table_sample.NAMES))
        self.database.query("ALTER TABLE t RENAME TO by_server;" + table_sample.definition("t"))
        self.sluice("load", "table", self.bucket.url("x.csv"), "--into", self.database.url,
                    "--table", "t", "--progress", "none", *self.bucket.options(), "--format", "csv",
                    "--truncate")
        self.assertEqual(self.database.query("SELECT * FROM t EXCEPT SELECT * FROM by_server"), [])
        self.assertEqual(self.database.query("SELECT * FROM by_server EXCEPT SELECT * FROM t"), [])

    def test_every_refusal(self):
        self.bucket.put("r", table_sample.copy_text(self.rows))
        absent = self.load_table("r", "--format", "text", expect=6)
        self.assertIn("server-load-absent", absent.stderr)
        self.stand_in(off=1)
        self.load_table("r", "--format", "text", expect=4)
        self.assertEqual(self.job("r")["error_code"], "server-load-differs")
        self.assertEqual(self.database.query("SELECT * FROM t"), [])
        for options in (["--format", "unload", "--escape", "none"], ["--format", "json"],
                        ["--format", "text", "--upsert"],
                        ["--format", "text", "--on-reject", "quarantine"]):
            self.assertIn("--via server", self.load_table("r", *options, expect=2).stderr)

    def test_doctor_looks_for_the_extension_and_the_right_to_call_it(self):
        def said():
            return self.sluice("doctor", "--into", self.database.url).stdout

        self.assertNotIn("aws_s3", said())
        self.stand_in()
        self.assertIn("--via server can be used", said())


if __name__ == "__main__":
    unittest.main()
