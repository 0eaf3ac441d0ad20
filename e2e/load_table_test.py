"""Loading files of rows into tables: what was written is what is there, in every dialect that can
carry it; where a dialect cannot, the value is refused by name and never changed."""

import bz2
import gzip
import json
import unittest

import table_sample as sample
from bucket import BucketWorld
from world import World


class TableWorld(World):
    def load_table(self, source, *options, table="t", expect=0, **environment):
        return self.sluice(
            "load", "table", source, "--into", self.database.url, "--table", table,
            "--progress", "none", *options, expect=expect, **environment)

    def make(self, name="t"):
        self.database.query(sample.definition(name))

    def assert_holds(self, rows, name="t"):
        """The table holds exactly these rows, value by value."""
        self.database.query(f"DROP TABLE IF EXISTS wanted; {sample.definition('wanted')}")
        file = self.write("wanted.tsv", sample.copy_text(rows))
        self.database.query(f"\\copy wanted FROM '{file}'")
        for one, other in (("wanted", name), (name, "wanted")):
            missing = self.database.query(
                f"SELECT to_json(d) FROM (TABLE {one} EXCEPT ALL TABLE {other}) AS d LIMIT 3")
            self.assertEqual(missing, [], f"in {one} and not in {other}")

    def rejects(self, key):
        return self.database.query(
            "SELECT r.line, r.reason FROM sluice.reject r JOIN sluice.job j ON j.id = r.job_id "
            f"WHERE j.key LIKE '%{key}' ORDER BY r.line")


class Dialects(TableWorld):
    """Random tables with all that formats stumble over."""

    EXACT = {
        "copy-text": (sample.copy_text, ["--format", "text"]),
        "copy-text-crlf": (lambda rows: sample.copy_text(rows, "\r\n"), ["--format", "text"]),
        "csv": (sample.csv, ["--format", "csv"]),
        "csv-crlf": (lambda rows: sample.csv(rows, "\r\n"), ["--format", "csv"]),
        "escape-null": (
            lambda rows: sample.unload(rows, null="@NULL@"),
            ["--format", "unload", "--escape", "backslash", "--null", "@NULL@"]),
        "escape-addquotes": (
            lambda rows: sample.unload(rows, quotes=True, null="@NULL@"),
            ["--format", "unload", "--escape", "backslash", "--quote", '"', "--null", "@NULL@"]),
        "json": (sample.ndjson, ["--format", "json"]),
    }

    def test_every_dialect_that_can_carry_a_table_carries_it(self):
        for seed, (name, (write, options)) in enumerate(self.EXACT.items()):
            for quarantine in ([], ["--on-reject", "quarantine"]):
                table = f"t{seed}{len(quarantine)}"
                with self.subTest(dialect=name, options=quarantine):
                    rows = sample.table(seed)
                    if name.startswith("csv") and not quarantine:
                        # COPY csv before PostgreSQL 18 ends at this line even inside quotes.
                        rows = [r for r in rows if "\n\\.\n" not in "".join(filter(None, r))]
                    self.make(table)
                    self.load_table(
                        self.write(f"{table}/{name}", write(rows)), *options, *quarantine,
                        table=table)
                    self.assert_holds(rows, table)

    def test_an_upsert_carries_it_too(self):
        rows, newer = sample.table(77), sample.table(78)
        self.make()
        self.database.query("ALTER TABLE t ADD PRIMARY KEY (id)")
        for number, content in enumerate((rows, newer)):
            file = self.write(f"{number}.csv", sample.csv(content))
            self.load_table(file, "--format", "csv", "--upsert")
        self.assert_holds(newer)

    def test_a_lossy_dialect_confuses_null_and_the_empty_text_and_nothing_else(self):
        """UNLOAD ESCAPE without NULL AS: both are empty fields (documented)."""
        rows = sample.table(5)
        self.make()
        self.load_table(
            self.write("x", sample.unload(rows)), "--format", "unload", "--escape", "backslash")
        self.assert_holds([[cell or None for cell in row] for row in rows])

    def test_bare_text_is_refused_where_it_cannot_be_told_apart(self):
        """UNLOAD without ESCAPE: what holds a delimiter or a line end is a reject or, where lines
        happen to fit, another row; all other values come through, backslashes and all."""
        rows = [row for row in sample.table(6) if not any(
            c in (cell or "") for cell in row for c in "|\n\r")]
        self.make()
        self.load_table(
            self.write("x", sample.unload(rows, escape=False, null="@NULL@")),
            "--format", "unload", "--escape", "none", "--null", "@NULL@")
        self.assert_holds(rows)
        broken = self.write("y", "1|a|b\n")
        self.load_table(broken, "--format", "unload", "--escape", "none", expect=4)
        self.assertEqual(self.rejects("/y"), [["1", "column-count"]])

    def test_an_undeclared_dialect_is_not_guessed(self):
        self.make()
        file = self.write("x", sample.copy_text(sample.table(1)))
        result = self.load_table(file, expect=2)
        self.assertIn("dialect-undeclared", result.stderr)
        result = self.load_table(file, "--format", "unload", expect=2)
        self.assertIn("--escape", result.stderr)


class Traps(TableWorld):
    """345-details 3.7: what COPY would drop or change without a word."""

    def setUp(self):
        super().setUp()
        self.database.query("CREATE TABLE t (a text, b text)")

    def refused(self, data, *options):
        name = f"f{len(list(self.directory.glob('f*')))}"
        self.load_table(self.write(name, data), *options, expect=4)
        return self.rejects(f"/{name}")

    def test_the_end_marker_does_not_end_a_file(self):
        self.assertEqual(self.refused("1\tx\n\\.\n2\ty\n", "--format", "text"),
                         [["2", "end-marker"]])
        self.assertEqual(self.refused('1,"x\n\\.\ny"\n', "--format", "csv"), [["1", "end-marker"]])
        self.load_table(self.write("q.csv", '1,"x\n\\.\ny"\n'), "--format", "csv",
                        "--on-reject", "quarantine")
        self.assertEqual(self.database.query("SELECT a, replace(b, chr(10), '/') FROM t"),
                         [["1", "x/\\./y"]])

    def test_backslashes_of_unescaped_data_are_not_escapes(self):
        self.assertEqual(self.refused("1|C:\\Windows\n2|\\N\n", "--format", "text",
                                      "--delimiter", "|", "--null", ""),
                         [["1", "escape-unknown"], ["2", "escape-unknown"]])
        self.load_table(self.write("bare", "1|C:\\new\n2|\\N\n"), "--format", "unload",
                        "--escape", "none")
        self.assertEqual(self.database.query("SELECT * FROM t ORDER BY 1"),
                         [["1", "C:\\new"], ["2", "\\N"]])

    def test_line_ends_may_be_mixed(self):
        self.load_table(self.write("m", "1\ta\r\n2\tb\n3\tc\r\n"), "--format", "text")
        self.assertEqual(self.database.query("SELECT b, length(b) FROM t ORDER BY a"),
                         [["a", "1"], ["b", "1"], ["c", "1"]])

    def test_a_bad_value_is_named_by_its_line(self):
        self.database.query("CREATE TABLE n (a int, b text)")
        self.load_table(self.write("v", '1,"x\ny"\n2,"z\nz"\nthree,w\n4,v\n'), "--format", "csv",
                        table="n", expect=4)
        self.assertEqual(self.job("/v")["error_line"], "5")
        self.load_table(self.write("w", "1,x\ntwo,y\n3,z\n"), "--format", "csv", "--on-reject",
                        "quarantine", table="n", expect=3)
        self.assertEqual(self.rejects("/w"), [["2", "refused-by-database"]])
        self.assertEqual(self.database.query("SELECT a FROM n ORDER BY 1"), [["1"], ["3"]])

    def test_other_formats_are_refused_by_name(self):
        for magic, word in ((b"PAR1\x15\x04", "Parquet"), (b"ORC\x08\x03", "ORC"),
                            ("ab".encode("utf-16"), "UTF-16")):
            with self.subTest(word):
                self.load_table(self.write(word, magic + b"\0" * 99), "--format", "csv", expect=4)
                self.assertIn(word, self.job(f"/{word}")["error_message"])


class Tables(TableWorld):
    def test_a_missing_table_is_proposed_and_made_on_request(self):
        file = self.write("x.csv", "1,a\n2,\n")
        missing = self.load_table(file, "--format", "csv", "--columns", "id,name", expect=6)
        self.assertIn('CREATE TABLE "public"."t" ("id" text, "name" text)', missing.stderr)
        self.load_table(file, "--format", "csv", "--columns", "id,name", "--create")
        self.assertEqual(self.database.query("SELECT * FROM t ORDER BY 1"), [["1", "a"], ["2", ""]])

    def test_columns_generated_columns_and_headers(self):
        self.database.query(
            'CREATE TABLE t (a int, b text, "C d" text DEFAULT \'x\', '
            "e int GENERATED ALWAYS AS (a * 2) STORED)")
        self.load_table(self.write("1", "a,b,C d\n1,x,y\n"), "--format", "csv", "--header")
        self.load_table(self.write("2", "B,A\nz,2\n"), "--format", "csv", "--header",
                        "--columns", "b,a")
        self.assertEqual(self.database.query("SELECT * FROM t ORDER BY 1"),
                         [["1", "x", "y", "2"], ["2", "z", "x", "4"]])
        self.load_table(self.write("3", "b,a,C d\n1,x,y\n"), "--format", "csv", "--header",
                        expect=4)
        self.assertEqual(self.job("/3")["error_code"], "header-differs")
        result = self.load_table(self.write("4", "1\n"), "--format", "csv", "--columns", "e,q",
                                 expect=6)
        self.assertIn("e (generated), q (not there)", result.stderr)

    def test_other_encodings(self):
        self.database.query("CREATE TABLE t (a text)")
        self.load_table(self.write("x", "Zoë\n".encode("latin-1")), "--format", "csv",
                        "--encoding", "LATIN1")
        self.load_table(self.write("y", "Zoë\n".encode("latin-1")), "--format", "csv", expect=4)
        self.assertEqual(self.database.query("SELECT a FROM t"), [["Zoë"]])
        self.assertEqual(self.rejects("/y"), [["1", "text-utf8"]])

    def test_json_members_that_name_no_column(self):
        self.database.query("CREATE TABLE t (a int, rest jsonb)")
        line = json.dumps({"a": 1, "x": [1, {"y": "\\\n"}]}) + "\n"
        self.load_table(self.write("1", line), "--format", "json", expect=4)
        self.assertEqual(self.rejects("/1"), [["1", "extra-key"]])
        self.load_table(self.write("2", line), "--format", "json", "--extra-keys", "ignore")
        self.load_table(self.write("3", line), "--format", "json", "--extra-keys", "rest")
        self.assertEqual(self.database.query("SELECT a, rest ->> 'x' FROM t ORDER BY 2"),
                         [["1", '[1, {"y": "\\\\\\n"}]'], ["1", ""]])


class Generations(TableWorld):
    """What replaces a table's contents does so once, and stays whole when it is cut short."""

    def setUp(self):
        super().setUp()
        self.database.query("CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (99)")
        for number in (1, 2):
            self.write(f"s/{number}.csv", f"{number}\n")

    def renew(self, *options, expect=0):
        return self.load_table(self.directory / "s", "--format", "csv", *options, expect=expect)

    def rows(self):
        return [row[0] for row in self.database.query("SELECT a FROM t ORDER BY 1")]

    def test_the_table_is_emptied_once_per_import(self):
        for options in (["--truncate"], ["--replace"], ["--truncate", "--atomic"]):
            with self.subTest(options):
                self.database.query("TRUNCATE t; INSERT INTO t VALUES (99)")
                self.renew(*options)
                self.assertEqual(self.rows(), ["1", "2"])
                before = self.database.query("SELECT ctid, xmin FROM t ORDER BY 1")
                self.renew(*options)
                self.assertEqual(self.database.query("SELECT ctid, xmin FROM t ORDER BY 1"), before)
        self.write("s/2.csv", "22\n")
        self.write("s/3.csv", "3\n")
        self.renew("--truncate", "--atomic")
        self.assertEqual(self.rows(), ["1", "3", "22"])
        self.assertEqual(self.database.query(
            "SELECT count(*) FROM sluice.receipt WHERE state = 'current'"), [["3"]])
        self.assertEqual(self.database.query(
            "SELECT relname FROM pg_class WHERE relname LIKE 'sluice%' AND relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace"), [])

    def test_a_failed_file_keeps_its_generation_open(self):
        self.write("s/2.csv", "bad\n")
        self.renew("--truncate", "--atomic", expect=4)
        self.assertEqual(self.rows(), ["99"], "the old rows stay until all new ones are in")
        self.write("s/2.csv", "2\n")
        self.renew("--truncate", "--atomic")
        self.assertEqual(self.rows(), ["1", "2"])

    def test_a_swapped_table_is_what_it_was(self):
        self.database.query(
            "CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1), (2); "
            "DROP TABLE t; CREATE TABLE t (id serial, a int NOT NULL CHECK (a > 0), "
            "g int GENERATED ALWAYS AS IDENTITY, CONSTRAINT own FOREIGN KEY (a) REFERENCES parent, "
            "PRIMARY KEY (a)) WITH (fillfactor = 90); CREATE INDEX by_g ON t (g) WHERE g > 1; "
            "COMMENT ON TABLE t IS 'mine'; GRANT SELECT ON t TO PUBLIC; "
            "INSERT INTO t (a) VALUES (1), (2)")
        looks = ("SELECT pg_get_constraintdef(oid), conname FROM pg_constraint WHERE conrelid = "
                 "'t'::regclass UNION ALL SELECT indexdef, indexname FROM pg_indexes WHERE "
                 "tablename = 't' UNION ALL SELECT relacl::text, reloptions::text FROM pg_class "
                 "WHERE oid = 't'::regclass UNION ALL SELECT obj_description('t'::regclass), "
                 "pg_get_serial_sequence('t', 'id') ORDER BY 1, 2")
        before = self.database.query(looks)
        self.renew("--columns", "a", "--truncate", "--atomic")
        self.assertEqual(self.database.query(looks), before)
        self.database.query("INSERT INTO parent VALUES (3); INSERT INTO t (a) VALUES (3)")
        self.assertEqual(self.database.query("SELECT id, g FROM t WHERE a = 3"), [["5", "3"]])
        self.database.query("CREATE VIEW v AS SELECT * FROM t")
        self.write("s/4.csv", "1\n")
        refused = self.renew("--columns", "a", "--truncate", "--atomic", expect=6)
        self.assertIn("view", refused.stderr)

    def test_appended_rows_cannot_be_loaded_again(self):
        self.renew()
        self.write("s/1.csv", "11\n")
        self.renew("--changed", "reload", expect=4)
        self.assertEqual(self.job("/1.csv")["error_code"], "reload-refused")
        self.assertEqual(self.rows(), ["1", "2", "99"])
        self.renew("--truncate")
        self.assertEqual(self.rows(), ["2", "11"])

    def test_what_was_killed_goes_on(self):
        for point in ("generation-begun", "before-commit", "after-commit", "table-swapped",
                      "generation-before-commit"):
            with self.subTest(point):
                self.write("s/2.csv", f"2{point and len(point)}\n")
                self.start(
                    "load", "table", self.directory / "s", "--into", self.database.url, "--table",
                    "t", "--format", "csv", "--truncate", "--atomic", "--progress", "none",
                    SLUICE_CRASH_AT=point).wait()
                self.renew("--truncate", "--atomic")
                self.assertEqual(self.rows(), ["1", f"2{len(point)}"])


class Manifests(BucketWorld, TableWorld):
    def manifest(self, key, entries, **more):
        self.bucket.put(key, json.dumps({"entries": entries, **more}))

    def entry(self, key, **more):
        return {"url": f"s3://{self.bucket.name}/{key}", **more}

    def load(self, prefix, *options, expect=0, **_):
        return self.load_table(self.bucket.url(prefix), *self.bucket.options(), "--format", "csv",
                               *options, expect=expect)

    def test_what_a_manifest_lists_is_loaded_and_nothing_else(self):
        self.database.query("CREATE TABLE t (a int)")
        for number, pack in enumerate((bytes, gzip.compress, bz2.compress)):
            self.bucket.put(f"u/x_000{number}_part_00", pack(f"{number}\n".encode()))
        self.bucket.put("u/x_0009_part_00", "99\n")
        self.bucket.put("u/x_0003_part_00", "")
        self.manifest("u/x_manifest", [self.entry(f"u/x_000{n}_part_00") for n in range(4)])
        plan = self.sluice(
            "plan", "table", self.bucket.url("u/"), *self.bucket.options(), "--format", "csv",
            "--into", self.database.url, "--table", "t", "--json").json()
        self.assertEqual(
            {p["key"]: p["why"] for p in plan if p.get("action") == "ignore"},
            {"u/x_0009_part_00": "is not listed in u/x_manifest", "u/x_manifest": "is a manifest",
             "u/x_0003_part_00": "is empty"})
        self.load("u/")
        self.load("u/x_manifest")
        self.assertEqual(self.database.query("SELECT * FROM t ORDER BY 1"), [["0"], ["1"], ["2"]])

    def test_a_manifest_that_does_not_hold_stops_the_load(self):
        self.database.query("CREATE TABLE t (a int)")
        self.bucket.put("a", "1\n")
        for entry, said in ((self.entry("b", mandatory=True), "b is missing"),
                            (self.entry("a", meta={"content_length": 3}), "listed with 3")):
            self.manifest("manifest", [self.entry("a"), entry])
            self.assertIn(said, self.load("manifest", expect=5).stderr)
        self.assertEqual(self.database.query("SELECT * FROM t"), [])
        self.manifest("manifest", [self.entry("a"), self.entry("b")])
        self.assertIn("b is listed", self.load("manifest").stderr)

    def test_the_schema_of_a_manifest_names_the_columns(self):
        self.bucket.put("p", "x,1\n")
        elements = [{"name": "b", "type": {"base": "character varying", "length": 9}},
                    {"name": "a", "type": {"base": "integer"}}]
        self.manifest("pmanifest", [self.entry("p")], schema={"elements": elements})
        self.load("pmanifest", "--create")
        self.assertEqual(self.database.query("SELECT a, b, pg_typeof(b) FROM t"),
                         [["1", "x", "character varying"]])


if __name__ == "__main__":
    unittest.main()
