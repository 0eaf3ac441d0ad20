"""The shapes of public files, loaded and written again: value by value what the source says.
Excerpts of each shape are here; SLUICE_TABLE_DATA names a directory with the whole files (GeoNames'
DE.txt, tickit/*.txt, tpch-sf0.01/*.tbl)."""

import os
import pathlib
import re
import unittest

from world import World

ZIPCODE = ("country_code varchar(2), postal_code varchar(20), place_name varchar(180), "
           "admin_name1 varchar(100), admin_code1 varchar(20), admin_name2 varchar(100), "
           "admin_code2 varchar(20), admin_name3 varchar(100), admin_code3 varchar(20), "
           "latitude double precision, longitude double precision, accuracy char(1)")
LINEITEM = ("l_orderkey integer, l_partkey integer, l_suppkey integer, l_linenumber integer, "
            "l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2), "
            "l_tax numeric(15,2), l_returnflag char(1), l_linestatus char(1), l_shipdate date, "
            "l_commitdate date, l_receiptdate date, l_shipinstruct char(25), l_shipmode char(10), "
            "l_comment varchar(44)")
CUSTOMER = ("c_custkey integer, c_name varchar(25), c_address varchar(40), c_nationkey integer, "
            "c_phone char(15), c_acctbal numeric(15,2), c_mktsegment char(10), "
            "c_comment varchar(117)")
EVENT = ("eventid integer, venueid smallint, catid smallint, dateid smallint, "
         "eventname varchar(200), starttime timestamp")
VENUE = ("venueid smallint, venuename varchar(100), venuecity varchar(30), venuestate char(2), "
         "venueseats integer")
TAB = ["--format", "unload", "--escape", "none", "--delimiter", "\\t"]
PIPE = ["--format", "unload", "--escape", "none"]
TEXT = ["--format", "text", "--delimiter", "|"]
# file: columns, options, delimiter, an excerpt.
SHAPES = {
    "DE.txt": (ZIPCODE, TAB, "\t", (
        "DE\t01067\tDresden\tSachsen\tSN\t\t00\tDresden, Stadt\t14612\t51.05\t13.74\t4\n"
        "DE\t01945\tLindenau\tBrandenburg\tBB\t\t00\tOber\u00b4Spree\t12066\t51.4\t13.7\t\n")),
    "BR.txt": (ZIPCODE, TAB, "\t", (
        "BR\t01000-000\tS\u00e3o Paulo\tS\u00e3o Paulo\t27\t\t\t\t\t-23.5475\t-46.6361\t4\n")),
    "tpch-sf0.01/lineitem.tbl": (LINEITEM, PIPE, "|", (
        "1|1552|93|1|17|24710.35|0.04|0.02|N|O|1996-03-13|1996-02-12|1996-03-22|DELIVER IN PERSON"
        "|TRUCK|egular courts above the|\n")),
    "tpch-sf0.01/customer.tbl": (CUSTOMER, PIPE, "|", (
        "1|Customer#000000001|IVhzIApeRb ot,c,E|15|25-989-741-2988|711.56|BUILDING"
        "|to the even, regular platelets|\n")),
    "tickit/allevents_pipe.txt": (EVENT, TEXT, "|", (
        "1|305|8|1851|Gotterdammerung|2008-01-25 14:30:00\r\n2|306|8|2114|Boris Godunov"
        "|2008-10-15 20:00:00\r\n")),
    "tickit/venue_pipe.txt": (VENUE, TEXT, "|", (
        "1|Toyota Park|Bridgeview|IL|0\r\n7|BMO Field|Toronto|ON|\\N\r\n")),
}
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def meaning(text, kind):
    """What two spellings of one value have in common."""
    if text is None:
        return None
    if kind.startswith("char("):
        return text.rstrip(" ")  # its blanks are padding, also to SQL
    if kind.startswith(("numeric", "double")):
        return float(text)
    return text


class Shapes(World):
    def check(self, name, shape, data):
        columns, options, delimiter, _ = shape
        kinds = [re.sub(r"^\s*\w+ ", "", c) for c in re.split(r",(?![0-9])", columns)]
        table = re.sub(r"\W", "_", name).lower()
        self.database.query(f"CREATE TABLE {table} ({columns})")
        self.sluice("load", "table", self.write(f"in/{name}", data), "--into", self.database.url,
                    "--table", table, "--progress", "none", *options)
        out = self.directory / "out" / table
        self.sluice("extract", "--from", self.database.url, "--table", table, "--to", out,
                    "--compress", "none", "--threads", "1")
        written = "".join(p.read_bytes().decode() for p in sorted(out.glob("0*")))
        null = "\\N" if options is TEXT else ""
        wanted = []
        for line in re.split(r"\r?\n", data.decode())[:-1]:
            fields = line.split(delimiter)[:len(kinds)]
            wanted.append([meaning(None if f == null else f, k) for f, k in zip(fields, kinds)])
        got = []
        for line in written.split("\n")[:-1]:
            fields = [None if f == "\\N" else re.sub(r"\\.", lambda m: ESCAPES[m.group()], f)
                      for f in line.split("\t")]
            got.append([meaning(f, k) for f, k in zip(fields, kinds)])
        self.assertEqual(len(got), len(wanted), name)
        # A heap has no order of its own.
        for one, other in zip(sorted(got, key=repr), sorted(wanted, key=repr)):
            self.assertEqual(one, other, name)

    def test_public_files_come_back_value_by_value(self):
        whole = os.environ.get("SLUICE_TABLE_DATA")
        for name, shape in SHAPES.items():
            with self.subTest(name):
                data = shape[3].encode()
                if whole:
                    data = pathlib.Path(whole, name).read_bytes()
                self.check(name, shape, data)


if __name__ == "__main__":
    unittest.main()
