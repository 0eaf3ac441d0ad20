"""Traffic feeds in a bucket, in the database: rows, what comes again, moves, and files that are
broken."""
# ctest: timeout 1200

import bz2
import gzip
import json
import signal
import unittest

import feed
from traffic import TrafficWorld

WHOLE = feed.text(feed.feed(80)).encode()
PACKED = gzip.compress(WHOLE * 3, mtime=0)


def member(text):
    """A sound feed but for one more member."""
    return b'{"startTimeMillis":1,"endTimeMillis":2,"x":' + text + b"}"


def with_jam(**fields):
    return feed.text(feed.feed(90, jams=[{"uuid": 1, "pubMillis": 1, **fields}])).encode()


def with_alert(**fields):
    return feed.text(feed.feed(91, alerts=[feed.alert(1, **fields)])).encode()


def with_irregularity(**fields):
    return feed.text(feed.feed(92, irregularities=[feed.irregularity(1, **fields)])).encode()


BROKEN = {
    "empty": (b"", "json-syntax"),
    "blank": (b" \n", "json-syntax"),
    "cut": (WHOLE[:200], "json-syntax"),
    "no-json": (b"id,name", "json-syntax"),
    "nan": (member(b"NaN"), "json-syntax"),
    "two": (WHOLE * 2, "json-trailing"),
    "list": (b"[]", "not-an-object"),
    "null": (b"null", "not-an-object"),
    "utf8": (member(b'"\xff"'), "json-utf8"),
    "overlong": (member(b'"\xc0\xaf"'), "json-utf8"),
    "nul": (member(b'"\\u0000"'), "json-nul"),
    "control": (member(b'"a\tb"'), "json-control"),
    "surrogate": (member(b'"\\ud800"'), "json-surrogate"),
    "twice": (member(b'1,"x":2'), "json-duplicate-key"),
    "deep": (member(b"[" * 100 + b"]" * 100), "json-depth"),
    "very-deep": (member(b"[" * 900_000), "json-depth"),
    "gzip-cut": (PACKED[:-12], "gzip-truncated"),
    "gzip-crc": (PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "gzip-corrupt"),
    "gzip-garbage": (PACKED + b"garbage", "gzip-trailing-garbage"),
    "bzip2-cut": (bz2.compress(WHOLE)[:-20], "bzip2-truncated"),
    "large": (gzip.compress(member(b'"' + b" " * (33 << 20) + b'"'), 1), "document-too-long"),
    "no-time": (b'{"endTimeMillis":1,"jams":[]}', "field-missing"),
    "null-time": (b'{"startTimeMillis":null,"endTimeMillis":1}', "field-missing"),
    "no-end": (b'{"startTimeMillis":1}', "field-missing"),
    "text-time": (b'{"startTimeMillis":"1","endTimeMillis":1}', "field-type"),
    "late-time": (b'{"startTimeMillis":1e17,"endTimeMillis":1}', "field-range"),
    "section": (feed.text(feed.feed(90, jams={"a": 1})).encode(), "field-type"),
    "element": (feed.text(feed.feed(90, jams=[7])).encode(), "not-an-object"),
    "no-uuid": (feed.text(feed.feed(90, jams=[{"pubMillis": 1}])).encode(), "field-missing"),
    "speed": (with_jam(speed="fast"), "field-type"),
    "delay": (with_jam(delay=2**31), "field-range"),
    "line": (with_jam(line="here"), "field-type"),
    "point": (with_jam(line=[{"x": 1}]), "field-missing"),
    "point-text": (with_jam(turnLine=[{"x": "east", "y": 1}]), "field-type"),
    "alert-time": (with_alert(pubMillis=None), "field-missing"),
    "alert-flag": (with_alert(reportByMunicipalityUser="maybe"), "field-type"),
    "alert-place": (with_alert(location=[1, 2]), "field-type"),
    "irregular-id": (with_irregularity(id=None), "field-missing"),
    "irregular-flag": (with_irregularity(highway=7), "field-type"),
    "irregular-time": (with_irregularity(updateDateMillis=[]), "field-type"),
}


class Contents(TrafficWorld):
    def test_a_bucket_empties_itself_into_the_database(self):
        feeds = self.put(*range(30))
        self.traffic()
        self.assert_loaded(feeds.values())
        self.assert_all_moved(feeds)
        self.assertEqual(self.files(), set(feeds))
        self.assertEqual(self.database.number("SELECT count(*) FROM waze.alerts WHERE type_id = 9"),
                         30)
        self.traffic()
        self.assert_loaded(feeds.values())

    def test_files_of_both_feeds_and_of_nothing(self):
        """Integers for decimals, text for booleans, missing fields, empty and absent sections."""
        feeds = {
            "empty.json": feed.feed(1, alerts=[], jams=[], irregularities=[]),
            "absent.json": {"startTimeMillis": 7, "endTimeMillis": 8},
            "null.json": feed.feed(2, alerts=None),
            "bare.json": feed.feed(3, jams=[{"uuid": 1, "pubMillis": 2}],
                                   alerts=[{"uuid": "x", "pubMillis": 3, "type": "JAM"}]),
            "a b/é+%41.json": feed.feed(4, jams=[feed.jam(1, turnLine=[{"x": 1, "y": 2}])]),
        }
        for key, value in feeds.items():
            self.bucket.put(key, feed.text(value))
        self.bucket.put("notes.txt", "not a feed")
        self.traffic()
        self.assert_loaded(feeds.values())
        self.assertEqual(self.keys(self.bucket), ["notes.txt"])
        self.assertEqual(self.keys(self.processed), sorted(feeds))

    def test_unknown_fields_are_counted(self):
        self.bucket.put("a.json", feed.text(feed.feed(1, jams=[feed.jam(1, mood="x")])))
        self.traffic()
        self.assertEqual(self.job("a.json")["reason"], "1 unknown field ignored: jams[].mood")

    def test_a_database_that_the_feed_processor_filled_goes_on(self):
        """It has the content and its rows, and no receipt."""
        feeds = self.put(1, 2)
        self.traffic(move=False)
        self.database.query("DROP SCHEMA sluice CASCADE")
        before = self.database.query("SELECT ctid, xmin FROM waze.coordinates ORDER BY 1")
        self.traffic()
        self.assertEqual(
            self.database.query("SELECT ctid, xmin FROM waze.coordinates ORDER BY 1"), before)
        self.assert_all_moved(feeds)
        self.assertEqual(self.job(feed.name(1))["reason"], f"its content is in as {feed.name(1)}")


class Again(TrafficWorld):
    def test_the_same_file_again_is_moved_and_not_loaded(self):
        feeds = self.put(1)
        self.traffic()
        self.put(1)
        self.traffic()
        self.assert_loaded(feeds.values())
        self.assert_all_moved(feeds)

    def test_the_same_content_under_another_name_is_moved_with_a_note(self):
        feeds = self.put(1)
        self.traffic()
        self.bucket.put("other.json", json.dumps(feeds[feed.name(1)], indent=2, sort_keys=True))
        self.traffic()
        self.assert_loaded(feeds.values())
        self.assert_all_moved([*feeds, "other.json"])
        self.assertEqual(self.job("other.json")["reason"], f"its content is in as {feed.name(1)}")
        self.assertEqual(self.job("other.json")["state"], "done")

    def test_legacy_rewrite_writes_it_once_more(self):
        feeds = self.put(1)
        self.traffic(move=False)
        self.database.query("UPDATE waze.jams SET street = 'spoilt'; DELETE FROM waze.coordinates")
        self.sluice("forget", self.bucket.url(feed.name(1)), "--into", self.database.url)
        self.traffic("--legacy-rewrite")
        self.assert_loaded(feeds.values())
        self.assertEqual(
            self.database.number("SELECT count(*) FROM waze.jams WHERE street = 'spoilt'"), 0)

    def test_a_name_that_is_used_again_is_a_new_object(self):
        self.put(1)
        self.traffic()
        self.bucket.put(feed.name(1), feed.text(feed.feed(2)))
        self.traffic()
        self.assert_loaded([feed.feed(1), feed.feed(2)])
        moved = self.keys(self.processed)
        self.assertEqual(len(moved), 2, moved)
        self.assertEqual(moved[0], feed.name(1))
        self.assertRegex(moved[1], f"^{feed.name(1)}[.][0-9a-f]{{32}}$")
        self.assertEqual(self.keys(self.bucket), [])


class Moves(TrafficWorld):
    def test_another_object_at_the_destination_stays(self):
        self.processed.put(feed.name(1), "somebody's")
        self.put(1)
        self.traffic()
        self.assertEqual(self.body(self.processed, feed.name(1)), b"somebody's")
        self.assertEqual(len(self.keys(self.processed)), 2)
        self.assertEqual(self.keys(self.bucket), [])

    def test_a_crash_between_copy_and_delete_heals(self):
        feeds = self.put(1, 2)
        crash = self.start(*self.arguments(), SLUICE_CRASH_AT="object-copied").wait()
        self.assertEqual(crash.code, -signal.SIGKILL)
        self.traffic()
        self.assert_all_moved(feeds)
        self.assert_loaded(feeds.values())

    def test_what_is_overwritten_between_load_and_move_is_loaded_too(self):
        self.put(1)
        crash = self.start(*self.arguments(), SLUICE_CRASH_AT="after-commit").wait()
        self.assertEqual(crash.code, -signal.SIGKILL)
        self.bucket.put(feed.name(1), feed.text(feed.feed(2)))
        self.traffic()
        self.assert_loaded([feed.feed(1), feed.feed(2)])
        self.assert_all_moved([feed.name(1)])
        self.assertEqual(self.body(self.processed, feed.name(1)), feed.text(feed.feed(2)).encode())

    def test_what_is_overwritten_between_copy_and_delete_is_loaded_too(self):
        self.put(1)
        crash = self.start(*self.arguments(), SLUICE_CRASH_AT="object-copied").wait()
        self.assertEqual(crash.code, -signal.SIGKILL)
        self.bucket.put(feed.name(1), feed.text(feed.feed(2)))
        self.traffic()
        self.assert_loaded([feed.feed(1), feed.feed(2)])
        self.assertEqual(self.keys(self.bucket), [])
        bodies = {self.body(self.processed, key) for key in self.keys(self.processed)}
        self.assertEqual(bodies, {feed.text(feed.feed(n)).encode() for n in (1, 2)})

    def test_versions_that_came_later_are_not_deleted(self):
        self.bucket.client.put_bucket_versioning(
            Bucket=self.bucket.name, VersioningConfiguration={"Status": "Enabled"})
        self.addCleanup(self.remove_versions)
        feeds = self.put(1)
        self.traffic()
        self.assert_all_moved(feeds)
        versions = self.bucket.client.list_object_versions(Bucket=self.bucket.name)
        self.assertNotIn("DeleteMarkers", versions)
        self.assertNotIn("Versions", versions)

    def remove_versions(self):
        versions = self.bucket.client.list_object_versions(Bucket=self.bucket.name)
        for item in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
            self.bucket.client.delete_object(
                Bucket=self.bucket.name, Key=item["Key"], VersionId=item["VersionId"])

    def test_a_move_in_a_circle_is_refused(self):
        result = self.traffic("--then", f"move:{self.bucket.url('done/')}", move=False, expect=2)
        self.assertIn("then-invalid", result.stderr)


class Problems(TrafficWorld):
    def test_files_that_are_broken_in_every_way_stop_no_other(self):
        feeds = self.put(*range(60))
        feeds["bom.json"] = feed.feed(61)
        self.bucket.put("bom.json", "\ufeff" + feed.text(feeds["bom.json"]))
        for name, (data, _) in BROKEN.items():
            self.bucket.put(f"{name}.json", data)
        self.traffic(expect=4)
        self.assert_loaded(feeds.values())
        self.assertEqual(self.keys(self.processed), sorted(feeds))
        self.assertEqual(self.keys(self.bucket), sorted(f"{name}.json" for name in BROKEN))
        rows = self.database.query("SELECT key, error_code FROM sluice.job WHERE state = 'dead'")
        self.assertEqual(
            dict(rows), {f"{name}.json": reason for name, (_, reason) in BROKEN.items()})

    def test_problem_files_go_where_they_are_told(self):
        problem = self.new_bucket()
        options = ("--then-dead", f"move:s3://{problem.name}/why/")
        feeds = self.put(1)
        self.bucket.put("bad.json", "{")
        self.traffic(*options, expect=4)
        self.assert_all_moved(feeds)
        self.assertEqual(self.keys(problem), ["why/bad.json"])
        self.assertEqual(self.job("bad.json")["error_code"], "json-syntax")

    def test_the_same_key_uploaded_again_gets_fresh_attempts(self):
        self.bucket.put("a.json", "{")
        self.traffic(expect=4)
        self.traffic(expect=4)
        self.bucket.put("a.json", feed.text(feed.feed(1)))
        self.traffic()
        self.assert_loaded([feed.feed(1)])
        self.assert_all_moved(["a.json"])


if __name__ == "__main__":
    unittest.main()
