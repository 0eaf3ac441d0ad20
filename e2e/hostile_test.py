"""Promise 6: nothing bad stops the good, and nothing bad is lost. Files as a careless or hostile
world makes them, beside good ones: each bad one ends with its documented code and place in the
ledger, and the good ones are loaded."""

import bz2
import gzip
import json
import os
import random
import subprocess
import unittest
import zlib
from dataclasses import dataclass

import sample
from world import World

MIB = 1 << 20
GOOD = sample.patients(0, 3)
GOOD_BYTES = len(GOOD)


def bad_line(text):
    """Three good records, then the bad one on line 4, then another good one."""
    data = text if isinstance(text, bytes) else text.encode()
    return sample.patients(1000, 3) + data + b"\n" + sample.patients(1003, 1)


def record(text):
    """A bad line: a Patient with one more member."""
    return bad_line(b'{"id":"bad-1",' + (text if isinstance(text, bytes) else text.encode()) + b"}")


def long_line(size):
    filler = b" " * MIB
    packer = zlib.compressobj(1, wbits=31)
    packed = packer.compress(b'{"id":"long","x":"') + b"".join(
        packer.compress(filler) for _ in range(size // MIB)
    )
    return packed + packer.compress(b'"}\n') + packer.flush()


def bomb():
    """A thousand to one: deflate's ceiling. Empty lines are no records, so nothing else objects."""
    packer = zlib.compressobj(9, wbits=31)
    lines = b"\n" * MIB
    return b"".join(packer.compress(lines) for _ in range(100)) + packer.flush()


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout


@dataclass
class Bad:
    name: str
    data: bytes
    code: str
    line: int | None = None  # physical, from 1
    byte: int | None = None  # in the unpacked stream, from 0


def fourth(name, data, code):
    return Bad(name, data, code, 4, len(sample.patients(1000, 3)))


PACKED = gzip.compress(sample.patients(1000, 500), mtime=0)
JUNK = b"\x00\x01" + random.Random(1).randbytes(5000)

BAD = [
    Bad("gzip-half", PACKED[: len(PACKED) // 2], "gzip-truncated"),
    Bad("gzip-without-trailer", PACKED[:-8], "gzip-truncated"),
    Bad("gzip-crc", flip(PACKED, -8), "gzip-corrupt"),
    Bad("gzip-size", flip(PACKED, -1), "gzip-corrupt"),
    Bad("gzip-garbage", PACKED + b"garbage", "gzip-trailing-garbage"),
    Bad("gzip-second-member-half", PACKED + PACKED[:40], "gzip-truncated"),
    Bad("zstd-half", zstd(sample.patients(1000, 500))[:-20], "zstd-truncated"),
    Bad("bzip2-half", bz2.compress(sample.patients(1000, 500))[:-20], "bzip2-truncated"),
    Bad("bomb", bomb(), "expansion-ratio"),
    Bad("long-line", long_line(40 * MIB), "line-too-long"),
    Bad("junk", JUNK, "json-utf8", 1, 0),
    fourth("utf8", record(b'"x":"\xff\xfe"'), "json-utf8"),
    fourth("utf8-overlong", record(b'"x":"\xc0\xaf"'), "json-utf8"),
    fourth("utf8-surrogate", record(b'"x":"\xed\xa0\x80"'), "json-utf8"),
    fourth("nul-escape", record(r'"x":"a\u0000b"'), "json-nul"),
    fourth("nul-byte", record(b'"x":"a\x00b"'), "json-control"),
    fourth("surrogate", record(r'"x":"\ud800"'), "json-surrogate"),
    fourth("surrogate-low-first", record(r'"x":"\udc00\ud800"'), "json-surrogate"),
    fourth("deep-arrays", record('"x":' + "[" * 7000 + "]" * 7000), "json-depth"),
    fourth("deep-objects", record('"x":' + '{"a":' * 7000 + "1" + "}" * 7000), "json-depth"),
    fourth("very-deep", record('"x":' + "[" * 900_000), "json-depth"),
    fourth("duplicate-key", record('"x":1,"x":2'), "json-duplicate-key"),
    fourth("duplicate-key-escaped", record(r'"x":1,"\u0078":2'), "json-duplicate-key"),
    fourth("duplicate-key-inside", record('"a":[{"x":1,"x":1}]'), "json-duplicate-key"),
    fourth("number-too-long", record('"x":1e200000'), "json-number"),
    fourth("cut-off", bad_line('{"id":"bad-1","name":[{"fam'), "json-syntax"),
    fourth("two-on-a-line", bad_line('{"id":"a"}{"id":"b"}'), "json-trailing"),
    fourth("no-json", bad_line("id,name"), "json-syntax"),
    fourth("single-quotes", bad_line("{'id':'a'}"), "json-syntax"),
    fourth("nan", record('"x":NaN'), "json-syntax"),
    fourth("control", record('"x":"a\tb"'), "json-control"),
    fourth("array", bad_line('[{"id":"a"}]'), "not-an-object"),
    fourth("null", bad_line("null"), "not-an-object"),
    fourth("wrong-type", record('"resourceType":"Observation"'), "type-mismatch"),
    fourth("wrong-case", record('"resourceType":"patient"'), "type-mismatch"),
    fourth("type-number", record('"resourceType":7'), "type-mismatch"),
    fourth("no-id", bad_line('{"resourceType":"Patient"}'), "id-missing"),
    fourth("id-empty", bad_line('{"id":""}'), "id-invalid"),
    fourth("id-slash", bad_line('{"id":"a/b"}'), "id-invalid"),
    fourth("id-number", bad_line('{"id":5}'), "id-invalid"),
    fourth("id-null", bad_line('{"id":null}'), "id-invalid"),
    fourth("id-long", bad_line('{"id":"' + "a" * 65 + '"}'), "id-invalid"),
    fourth("id-not-ascii", bad_line('{"id":"é"}'), "id-invalid"),
    fourth("meta-text", record('"meta":"x"'), "meta-invalid"),
    fourth("no-instant", record('"meta":{"lastUpdated":"yesterday"}'), "last-updated-invalid"),
    fourth("no-such-day", record('"meta":{"lastUpdated":"2023-02-29T00:00:00Z"}'),
           "last-updated-invalid"),
    Bad("last-line-cut-off", sample.patients(1000, 3) + b'{"id":"x', "json-syntax", 4,
        len(sample.patients(1000, 3))),
]

LOADED = "Patient.good.ndjson", GOOD, ["p000000", "p000001", "p000002"]
STRANGE_BUT_GOOD = [
    LOADED,
    ("Patient.crlf.ndjson", b'{"id":"crlf1"}\r\n{"id":"crlf2"}\r\n', ["crlf1", "crlf2"]),
    ("Patient.bom.ndjson", b'\xef\xbb\xbf{"id":"bom"}\n', ["bom"]),
    ("Patient.empty-lines.ndjson", b'\n\n{"id":"el1"}\n \t\n\r\n{"id":"el2"}\n\n', ["el1", "el2"]),
    ("Patient.no-last-lf.ndjson", b'{"id":"lf1"}\n{"id":"lf2"}', ["lf1", "lf2"]),
    ("Patient.numbers.ndjson",
     b'{"id":"big","a":1e400,"b":-123456789012345678901234567890.5,"c":1E-300}\n', ["big"]),
    ("Patient.escapes.ndjson", rb'{"id":"esc","a":"\ud83d\ude00\/\b\f\n\r\t\u00e9"}', ["esc"]),
    ("Patient.spaced.ndjson", b' { "id" : "spaced" , "resourceType" : "Patient" } \n', ["spaced"]),
    ("Patient.deep.ndjson", b'{"id":"deep","x":' + b"[" * 5000 + b"]" * 5000 + b"}\n", ["deep"]),
    ("Patient.named-gz.ndjson.gz", b'{"id":"plain"}\n', ["plain"]),
    ("Patient.members.ndjson", gzip.compress(b'{"id":"m1"}\n') + gzip.compress(b'{"id":"m2"}\n'),
     ["m1", "m2"]),
    ("Patient.split-member.ndjson.gz", gzip.compress(b'{"id":') + gzip.compress(b'"split"}\n'),
     ["split"]),
    ("Patient.nothing.ndjson", b"", []),
    ("Patient.nothing.ndjson.gz", gzip.compress(b""), []),
    ("Patient.blank.ndjson", b"\n\n\n", []),
]


class HostileFiles(World):
    def setUp(self):
        super().setUp()
        for name, data, _ in STRANGE_BUT_GOOD:
            self.write(f"in/{name}", data)
        self.ids = [id for _, _, ids in STRANGE_BUT_GOOD for id in ids]

    def rejects(self, key):
        return self.database.query(
            "SELECT r.line, r.byte_offset, r.reason FROM sluice.reject r "
            f"JOIN sluice.job j ON j.id = r.job_id WHERE j.key LIKE '%{key}' ORDER BY r.line"
        )

    def test_each_ends_with_its_code_and_place_and_the_good_are_loaded(self):
        """Promise 6, with the whole table of bad files at once."""
        for bad in BAD:
            self.write(f"in/Patient.{bad.name}.ndjson", bad.data)
        self.load(self.directory / "in", "--threads", "2", expect=4)
        self.assert_rows({"patient": self.ids})
        self.assert_books_balance()
        for bad in BAD:
            with self.subTest(bad.name):
                job = self.job(f"/Patient.{bad.name}.ndjson")
                place = tuple("" if n is None else str(n) for n in (bad.line, bad.byte))
                got = (job["state"], job["error_origin"], job["error_code"],
                       job["error_line"], job["error_byte"])
                self.assertEqual(got, ("dead", "sluice", bad.code, *place), job["error_message"])
                self.assertEqual((job["attempts"], job["records_loaded"]), ("1", "0"))
                if bad.line is not None:
                    self.assertEqual(self.rejects(f"/Patient.{bad.name}.ndjson")[0],
                                     [str(bad.line), str(bad.byte), bad.code])
        states = self.database.query("SELECT state, count(*) FROM sluice.job GROUP BY 1 ORDER BY 1")
        self.assertEqual(states, [["done", str(len(STRANGE_BUT_GOOD))], ["dead", str(len(BAD))]])

    def test_numbers_and_texts_arrive_as_jsonb_has_them(self):
        """Issue: no good record is refused, and none is altered."""
        self.load(self.directory / "in")
        row = self.database.query(
            "SELECT resource->>'a', resource->>'b' FROM patient WHERE id = 'big'")
        self.assertEqual(row, [["1" + "0" * 400, "-123456789012345678901234567890.5"]])
        text = self.database.value("SELECT resource FROM patient WHERE id = 'esc'")
        self.assertEqual(json.loads(text), {"a": "\U0001f600/\b\f\n\r\té"})

    def test_every_bad_line_of_a_file_is_named_in_one_try(self):
        """Promise 6: a reject says object, line, byte offset, reason; the record is kept raw."""
        lines = [b'{"id":"ok"}', b"{", b'{"id":"ok2"}', b'{"x":1}', b'{"id":"a b"}']
        self.write("in/Patient.three.ndjson", b"\n".join(lines) + b"\n")
        self.load(self.directory / "in", expect=4)
        job = self.job("/Patient.three.ndjson")
        self.assertEqual((job["error_code"], job["records_read"], job["records_rejected"]),
                         ("json-syntax", "5", "3"))
        self.assertEqual(
            self.rejects("/Patient.three.ndjson"),
            [["2", "12", "json-syntax"], ["4", "27", "id-missing"], ["5", "35", "id-invalid"]],
        )
        raw = self.database.query(
            "SELECT convert_from(raw, 'UTF8') FROM sluice.reject ORDER BY line")
        self.assertEqual(raw, [["{"], ['{"x":1}'], ['{"id":"a b"}']])

    def test_a_thousand_bad_lines_are_enough(self):
        """Promise 9: what is remembered of a bad object is bounded."""
        self.write("in/Patient.all-bad.ndjson", b"x\n" * 500_000)
        self.load(self.directory / "in", expect=4)
        rejects = int(self.job("/Patient.all-bad.ndjson")["records_rejected"])
        # The last block looked at may bring more than the bound.
        self.assertTrue(1000 <= rejects < 20_000, rejects)
        self.assert_rows({"patient": self.ids})

    def test_an_id_twice_in_an_object(self):
        """Promise 6: what the database refuses is a reject too, with its record's place."""
        data = b'{"id":"d1"}\n\n{"id":"d2"}\n{"id":"d1","secret":"Smith"}\n{"id":"d3"}\n'
        self.write("in/Patient.twice.ndjson", data)
        result = self.load(self.directory / "in", "-v", expect=4)
        job = self.job("/Patient.twice.ndjson")
        got = (job["state"], job["error_origin"], job["error_code"], job["error_line"],
               job["error_byte"], job["attempts"])
        self.assertEqual(got, ("dead", "postgres", "23505", "4", "25", "1"))
        self.assertEqual(
            self.rejects("/Patient.twice.ndjson"), [["4", "25", "refused-by-database"]])
        # The server's DETAIL quotes the key: into the reject, and nowhere else.
        self.assertNotIn("Smith", result.stdout + result.stderr + job["error_message"])
        self.assertNotIn("Key (id)", result.stdout + result.stderr + job["error_message"])
        self.assert_rows({"patient": self.ids})
        self.assert_books_balance()

    def test_an_id_twice_in_two_objects(self):
        """Promise 1: one of the two is in, whole; the other is dead, whole."""
        self.write("in/Patient.twin-a.ndjson", b'{"id":"a"}\n{"id":"shared"}\n')
        self.write("in/Patient.twin-b.ndjson", b'{"id":"b"}\n{"id":"shared"}\n')
        self.load(self.directory / "in", expect=4)
        twins = {name: self.job(f"/Patient.twin-{name}.ndjson") for name in "ab"}
        self.assertEqual(sorted(job["state"] for job in twins.values()), ["dead", "done"])
        (winner,) = (name for name, job in twins.items() if job["state"] == "done")
        (loser,) = (name for name in twins if name != winner)
        self.assertEqual(twins[loser]["error_code"], "23505")
        self.assertEqual(twins[loser]["error_line"], "2")
        self.assert_rows({"patient": [*self.ids, winner, "shared"]})
        self.assert_books_balance()

    def test_names_that_are_hostile_too(self):
        """File names with quotes, newlines and format marks harm neither SQL nor output."""
        names = ["Patient.';DROP TABLE patient;--.ndjson", 'Patient."\\.ndjson',
                 "Patient.{}%s.ndjson", "Patient.a\nb.ndjson", "Patient.\x1b[31m.ndjson"]
        for number, name in enumerate(names):
            self.write(f"in/{name}", f'{{"id":"n{number}"}}\n')
        self.write("in/Patient.\x1b[31mbad\n.ndjson", b"{")
        result = self.load(self.directory / "in", "-v", expect=4)
        self.assert_rows({"patient": self.ids + [f"n{number}" for number in range(len(names))]})
        self.assertNotIn("\x1b[31m", result.stdout + result.stderr)

    @unittest.skipUnless(os.environ.get("SLUICE_E2E_HUGE") == "1", "a huge file: SLUICE_E2E_HUGE=1")
    def test_a_line_of_a_gigabyte(self):
        """Promise 9: memory is arithmetic, also for a line without end."""
        self.write("in/Patient.gigabyte.ndjson.gz", long_line(1024 * MIB))
        self.load(self.directory / "in", expect=4, seconds=300)
        self.assertEqual(self.job("/Patient.gigabyte.ndjson.gz")["error_code"], "line-too-long")
        self.assert_rows({"patient": self.ids})


if __name__ == "__main__":
    unittest.main()
