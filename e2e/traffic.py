"""What the traffic tests share: an incoming and a processed bucket, and what must come of feeds."""

import signal

import feed
from bucket import Bucket, BucketWorld
from world import wait_for

TABLES = ("jams", "alerts", "irregularities", "coordinates")


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

    def files(self):
        """The names of the feeds that are loaded."""
        if self.database.value("SELECT to_regclass('waze.data_files')") == "":
            return set()
        return {row[0] for row in self.database.query("SELECT file_name FROM waze.data_files")}

    def arguments(self, *options, move=True):
        then = ["--then", f"move:s3://{self.processed.name}"] if move else []
        return ["load", "traffic", self.bucket.url(), *self.bucket.options(), *then, "--into",
                self.database.url, *options]

    def traffic(self, *options, move=True, **expectations):
        return self.sluice(*self.arguments(*options, move=move), **expectations)

    def watch(self, *options):
        return self.start(*self.arguments("--watch", *options))

    def stop(self, process, number=signal.SIGTERM):
        self.wait_until_nothing_is_owed()
        process.signal(number)
        result = process.wait()
        self.assertEqual(result.code, 0, f"\n{result}")

    def wait_until_moved(self, names, seconds=90):
        wait_for(lambda: self.keys(self.processed) == sorted(names), "they are moved", seconds)

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
