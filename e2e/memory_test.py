# ctest: serial
"""Promise 9: memory is arithmetic. Peak resident memory stays under 250 MB whatever is loaded.

SLUICE_TEST_RECORDS makes the eight objects larger.
"""

import os
import pathlib
import unittest
import zlib

import sample
from bucket import Bucket
from world import World, wait_for

MIB = 1 << 20
# Of each of eight objects, 16 kB each: 256,000 are 4 GB.
RECORDS = int(os.environ.get("SLUICE_TEST_RECORDS", "6400"))
PEAK_KB_MAX = 250_000  # kilobytes as the kernel counts: 1,024 bytes


class Memory(World):
    def load_measured(self, source, *options, seconds=240):
        """Loads with 8 threads, and looks at the peak that the kernel counted.

        That can only be too high: a child starts with the peak of the process that started it. So
        the files are made piece by piece."""
        process = self.start(*self.load_arguments(source, "--threads", "8", *options))
        _, status, usage = wait_for(lambda: self.ended(process), "the load has ended", seconds)
        code = process.popen.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(code, 0, f"\n{process.result(code)}")
        peak = usage.ru_maxrss
        print(f"{self._testMethodName}: {peak} kB", flush=True)
        self.assertLess(peak, PEAK_KB_MAX)

    def ended(self, process):
        ended = os.wait4(process.popen.pid, os.WNOHANG)
        return ended if ended[0] != 0 else None

    def make_packed(self, number, records, pad_bytes, level=1):
        """A .ndjson.gz of so many records of that size; returns its raw size."""
        packer = zlib.compressobj(level, wbits=31)
        # Varied enough to unpack at no more than a hundred times its size.
        words = (f"{i:05d} lorem ipsum dolor; " for i in range(pad_bytes // 25 + 1))
        pad = "".join(words)[:pad_bytes]
        raw = 0
        path = self.directory / "in" / f"Patient.{number}.ndjson.gz"
        path.parent.mkdir(exist_ok=True)
        with open(path, "wb") as file:
            for i in range(records):
                text = b'{"id":"m%d-%d","text":"%s"}\n' % (number, i, pad.encode())
                raw += len(text)
                file.write(packer.compress(text))
            file.write(packer.flush())
        return raw

    def assert_count(self, count):
        self.assertEqual(self.database.number("SELECT count(*) FROM patient"), count)
        self.assert_books_balance()

    def test_eight_objects_of_a_hundred_megabytes(self):
        raw = sum(self.make_packed(n, records=RECORDS, pad_bytes=16_000) for n in range(8))
        self.assertGreater(raw, 8 * RECORDS * 15_625)
        self.load_measured(self.directory / "in", seconds=240 + RECORDS // 100)
        self.assert_count(8 * RECORDS)

    def test_objects_read_ahead_in_ranges(self):
        """Large ones from S3: their range buffers come from one pool."""
        bucket = Bucket()
        self.addCleanup(bucket.drop)
        for number in range(4):
            self.make_packed(number, records=4400, pad_bytes=16_000, level=0)
            path = self.directory / "in" / f"Patient.{number}.ndjson.gz"
            self.assertGreater(path.stat().st_size, 65 * MIB)
            with open(path, "rb") as file:
                bucket.client.put_object(Bucket=bucket.name, Key=path.name, Body=file)
        self.load_measured(bucket.url(), *bucket.options())
        self.assert_count(4 * 4400)

    def test_five_thousand_small_objects(self):
        for number in range(5000):
            self.write(f"in/Patient.{number}.ndjson", sample.patients(number * 5, 5))
        self.load_measured(self.directory / "in")
        self.assert_count(25_000)

    def test_eight_records_of_sixteen_megabytes_at_once(self):
        for number in range(8):
            self.make_packed(number, records=1, pad_bytes=16 * MIB)
        self.load_measured(self.directory / "in")
        self.assert_count(8)

    @unittest.skipUnless(os.environ.get("SLUICE_E2E_HUGE") == "1", "32 GB: SLUICE_E2E_HUGE=1")
    def test_eight_objects_of_four_gigabytes(self):
        raw = self.make_packed(0, records=256_000, pad_bytes=16_000)
        self.assertGreater(raw, 4_000_000_000)
        source = self.directory / "in" / "Patient.0.ndjson.gz"
        types = ("Patient", "Person", "Practitioner", "Group", "Device", "Location", "Goal", "Flag")
        for kind in types:
            pathlib.Path(self.directory / "in" / f"{kind}.1.ndjson.gz").hardlink_to(source)
        source.unlink()
        self.load_measured(self.directory / "in", seconds=3600)
        self.assertEqual(self.database.number("SELECT count(*) FROM goal"), 256_000)


if __name__ == "__main__":
    unittest.main()
