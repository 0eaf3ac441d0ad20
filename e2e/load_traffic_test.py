"""An incoming bucket of traffic feeds that empties itself into the database."""
# ctest: timeout 1200

import gzip
import hashlib
import hmac
import http.server
import json
import os
import random
import signal
import subprocess
import threading
import unittest

import feed
from bucket import Bucket, BucketWorld
from world import clean_environment, wait_for

TABLES = ("jams", "alerts", "irregularities", "coordinates")
BROKEN = {
    "empty": (b"", "json-syntax"),
    "cut": (b'{"startTimeMillis":1,"jams":[{"uu', "json-syntax"),
    "two": (b"{}{}", "json-trailing"),
    "list": (b"[]", "not-an-object"),
    "utf8": (b'{"startTimeMillis":1,"x":"\xff"}', "json-utf8"),
    "nul": (b'{"startTimeMillis":1,"x":"\\u0000"}', "json-nul"),
    "twice": (b'{"startTimeMillis":1,"startTimeMillis":2}', "json-duplicate-key"),
    "deep": (b'{"x":' + b"[" * 100 + b"]" * 100 + b"}", "json-depth"),
    "gzip": (gzip.compress(b'{"startTimeMillis":1}' * 9)[:-12], "gzip-truncated"),
    "no-time": (b'{"endTimeMillis":1,"jams":[]}', "field-missing"),
    "text-time": (b'{"startTimeMillis":"1","endTimeMillis":1}', "field-type"),
    "late-time": (b'{"startTimeMillis":1e17,"endTimeMillis":1}', "field-range"),
    "section": (feed.text(feed.feed(90, jams={"a": 1})).encode(), "field-type"),
    "element": (feed.text(feed.feed(91, jams=[7])).encode(), "not-an-object"),
    "no-uuid": (feed.text(feed.feed(92, jams=[{"pubMillis": 1}])).encode(), "field-missing"),
    "speed": (feed.text(feed.feed(93, jams=[feed.jam(1, speed="fast")])).encode(), "field-type"),
    "delay": (feed.text(feed.feed(94, jams=[feed.jam(1, delay=2**31)])).encode(), "field-range"),
    "line": (feed.text(feed.feed(95, jams=[feed.jam(1, line="here")])).encode(), "field-type"),
    "point": (feed.text(feed.feed(96, jams=[feed.jam(1, line=[{"x": 1}])])).encode(),
              "field-missing"),
}


class TrafficWorld(BucketWorld):
    def setUp(self):
        super().setUp()
        self.processed = self.new_bucket()

    def new_bucket(self):
        bucket = Bucket()
        self.addCleanup(bucket.drop)
        return bucket

    def put(self, *minutes, bucket=None):
        """Feeds of these minutes, by name."""
        feeds = {feed.name(minute): feed.feed(minute) for minute in minutes}
        (bucket or self.bucket).put_all(
            [(name, feed.text(value).encode()) for name, value in feeds.items()])
        return feeds

    def arguments(self, *options, move=True):
        then = ["--then", f"move:s3://{self.processed.name}"] if move else []
        return ["load", "traffic", self.bucket.url(), *self.bucket.options(), *then, "--into",
                self.database.url, *options]

    def traffic(self, *options, move=True, **expectations):
        return self.sluice(*self.arguments(*options, move=move), **expectations)

    def keys(self, bucket):
        pages = bucket.client.get_paginator("list_objects_v2").paginate(Bucket=bucket.name)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))

    def body(self, bucket, key):
        return bucket.client.get_object(Bucket=bucket.name, Key=key)["Body"].read()

    def assert_loaded(self, feeds):
        """Exactly the rows of these feeds are in, with object-hash's ids."""
        wanted = {table: set() for table in TABLES}
        for value in feeds:
            for table, rows in feed.expected(value).items():
                wanted[table] |= rows
        for table in TABLES[:3]:
            rows = [row[0] for row in self.database.query(f"SELECT id FROM waze.{table}")]
            self.assertEqual(set(rows), wanted[table], table)
            self.assertEqual(len(rows), len(wanted[table]), table)
        rows = self.database.query(
            'SELECT id, latitude, longitude, "order", coalesce(jam_id, irregularity_id, alert_id), '
            "coordinate_type_id FROM waze.coordinates")
        found = {(r[0], float(r[1]), float(r[2]), int(r[3]), r[4], int(r[5])) for r in rows}
        self.assertEqual(found, wanted["coordinates"])
        hashes = {row[0] for row in self.database.query("SELECT json_hash FROM waze.data_files")}
        self.assertEqual(hashes, {feed.object_hash(value) for value in feeds})

    def assert_all_moved(self, names):
        self.assertEqual(self.keys(self.bucket), [])
        self.assertEqual(self.keys(self.processed), sorted(names))


class Contents(TrafficWorld):
    def test_a_bucket_empties_itself_into_the_database(self):
        feeds = self.put(*range(30))
        self.traffic()
        self.assert_loaded(feeds.values())
        self.assert_all_moved(feeds)
        names = {row[0] for row in self.database.query("SELECT file_name FROM waze.data_files")}
        self.assertEqual(names, set(feeds))
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
    def test_one_bad_file_in_a_hundred_stops_no_other(self):
        feeds = self.put(*range(60))
        for name, (data, _) in BROKEN.items():
            self.bucket.put(f"{name}.json", data)
        self.traffic(expect=4)
        self.assert_loaded(feeds.values())
        self.assertEqual(self.keys(self.processed), sorted(feeds))
        self.assertEqual(self.keys(self.bucket), sorted(f"{name}.json" for name in BROKEN))
        for name, (_, reason) in BROKEN.items():
            job = self.job(f"{name}.json")
            self.assertEqual((job["state"], job["error_code"]), ("dead", reason), name)

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


class Hook(http.server.BaseHTTPRequestHandler):
    """Refuses the first message, so that it has to come again."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.headers["X-Sluice-Signature"], body))
        self.send_response(503 if len(self.server.heard) == 1 else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Notices(TrafficWorld):
    def test_a_webhook_hears_of_every_file_and_of_the_end(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        server.heard = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.put(1, 2)
        self.bucket.put("bad.json", "{")
        url = f"http://127.0.0.1:{server.server_port}/hook"
        self.traffic("--notify", url, expect=4, SLUICE_NOTIFY_SECRET="s3cret")
        for signature, body in server.heard:
            time, mac = (part.split("=")[1] for part in signature.split(","))
            own = hmac.new(b"s3cret", time.encode() + b"." + body, hashlib.sha256).hexdigest()
            self.assertEqual(mac, own)
        messages = [json.loads(body) for _, body in server.heard[1:]]
        self.assertEqual({m["source"] for m in messages}, {"waze-data-processor"})
        said = sorted(m["message"].split(":")[0] for m in messages)
        self.assertEqual(said, sorted([
            "Failed to process bad.json", f"Successfully processed {feed.name(1)}",
            f"Successfully processed {feed.name(2)}", "The queue is drained"]))

    def test_a_channel_of_the_database_hears_of_them_too(self):
        listener = subprocess.Popen(
            ["psql", "-AtXq", "-d", self.database.url], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=clean_environment())
        listener.stdin.write("LISTEN feeds;\n\\echo ready\n")
        listener.stdin.flush()
        self.assertEqual(listener.stdout.readline(), "ready\n")
        self.put(1)
        self.traffic("--notify-channel", "feeds")
        out, _ = listener.communicate("SELECT 1;\n", timeout=60)
        self.assertIn(f"Successfully processed {feed.name(1)}", out)
        self.assertIn("The queue is drained", out)


class Watching(TrafficWorld):
    def watch(self, *options):
        process = self.start(*self.arguments("--watch", *options))
        wait_for(lambda: self.tables() or not process.running(), "the watch has begun")
        return process

    def tables(self):
        return self.database.value("SELECT to_regclass('sluice.import')") != "" and \
            self.database.number("SELECT count(*) FROM sluice.import WHERE state = 'running'")

    def files(self):
        if self.database.value("SELECT to_regclass('waze.data_files')") == "":
            return set()
        return {row[0] for row in self.database.query("SELECT file_name FROM waze.data_files")}

    def test_new_files_are_loaded_until_it_is_stopped(self):
        process = self.watch()
        self.put(1)
        wait_for(lambda: self.files() == {feed.name(1)}, "the first file is in")
        self.put(2)
        self.bucket.put("bad.json", "{")
        wait_for(lambda: self.keys(self.bucket) == ["bad.json"], "the second is moved")
        wait_for(lambda: self.job("bad.json")["state"] == "dead", "the bad one is dead")
        self.bucket.put("bad.json", feed.text(feed.feed(3)))
        wait_for(lambda: self.keys(self.bucket) == [], "the mended one is moved")
        process.signal(signal.SIGTERM)
        result = process.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_loaded([feed.feed(n) for n in (1, 2, 3)])

    def test_copies_of_the_aws_command_line_are_loaded_and_moved(self):
        """The line of the specification, with its patterns."""
        archive = self.new_bucket()
        self.put(*range(70), bucket=archive)
        process = self.watch()
        subprocess.run(
            ["/usr/bin/aws", "--endpoint-url", self.bucket.endpoint, "s3", "cp",
             archive.url(), self.bucket.url(), "--recursive", "--exclude", "*",
             "--include", "wazedata_2017_11_01_10*", "--only-show-errors"],
            check=True, timeout=300, env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1"})
        hour = [feed.name(minute) for minute in range(60)]
        wait_for(lambda: self.keys(self.processed) == hour, "the hour is moved", 180)
        process.signal(signal.SIGINT)
        process.wait()
        self.assert_loaded([feed.feed(minute) for minute in range(60)])
        self.assertEqual(self.keys(self.bucket), [])

    def test_only_what_came_after_a_time(self):
        feeds = self.put(1, 2)
        self.traffic("--after", "2100-01-01", move=False)
        self.assertEqual(self.files(), set())
        self.traffic("--after", "2020-01-01T00:00:00Z")
        self.assert_loaded(feeds.values())


class Crashes(TrafficWorld):
    FILES, KILLS = 720, 30  # a day's

    def test_a_day_survives_workers_that_are_killed(self):
        """Each kill hits one of two workers, wherever it is, and another takes its place."""
        feeds = self.put(*range(self.FILES))
        arguments = self.arguments("--threads", "2")
        chance = random.Random(5)
        workers = [self.start(*arguments) for _ in range(2)]
        for done in sorted(chance.sample(range(self.FILES), self.KILLS)):
            wait_for(lambda done=done: self.moved() >= done or not any(
                worker.running() for worker in workers), f"{done} files are moved")
            victim = chance.randrange(2)
            workers[victim].kill()
            workers[victim] = self.start(*arguments)
        for worker in workers:
            worker.wait(180)
        self.traffic(seconds=180)
        self.assert_loaded(feeds.values())
        self.assert_all_moved(feeds)
        self.assertEqual(
            self.database.number("SELECT count(*) FROM sluice.job WHERE state <> 'done'"), 0)

    def moved(self):
        return len(self.keys(self.processed))


if __name__ == "__main__":
    unittest.main()
