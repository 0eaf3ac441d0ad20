"""Images from lists that somebody else made: S3 inventories and Batch Operations manifests.

SLUICE_TEST_ROWS makes the generated inventory longer.
"""

import hashlib
import json
import os
import random
import signal
import unittest
import urllib.parse

from images import PNG, ImageWorld
from world import wait_for

ODD = ["plain.png", "with space.jpg", "plus+sign.PNG", "percent%20.png", "ünï cödé/ß.jpeg",
       "quote\"d.png", "comma,semi;.png", "a=b&c.png", "tab\tkey.png", "日本/写真.jpg", "hash#?.png"]


ROWS = int(os.environ.get("SLUICE_TEST_ROWS", "2000"))


class Inventory(ImageWorld):
    def setUp(self):
        super().setUp()
        self.reports = self.new_bucket()

    def test_what_is_registered_is_the_generators_truth(self):
        rng = random.Random(8)
        rows, truth = [], {"registered": set(), "delete": 0, "old": 0, "name": 0, "report": 0,
                           "user": 0, "indexed": 0, "ignore": 0, "gone": 0}
        names = ODD + [f"dir{n % 7}/image {n}.png" for n in range(80)]
        for number, key in enumerate(names):
            fate = rng.choice(["good"] * 6 + ["user", "indexed", "ignore", "gone"])
            user = f"user-{number}"
            if fate == "good":
                self.put_image(key, PNG + str(number).encode(), UserId=user)
                truth["registered"].add(user)
            elif fate != "gone":
                tags = {"user": {"a": "b"}, "indexed": {"UserId": user, "Indexed": "True"},
                        "ignore": {"UserId": user, "Ignore": "True"}}[fate]
                self.put_image(key, **tags)
                truth[fate] += 1
            else:
                truth["gone"] += 1
            rows.append(self.row(key, VersionId=f"v{number}"))
            if rng.random() < 0.3:
                rows.append(self.row(key, VersionId="older", IsLatest="false"))
                truth["old"] += 1
            if rng.random() < 0.2:
                rows.append(self.row(key + ".deleted.png", IsDeleteMarker="true", Size="", ETag=""))
                truth["delete"] += 1
        for key, why in (("notes.txt", "name"), ("reports/x.png", "report"), ("dir/", "name")):
            rows.append(self.row(key))
            truth[why] += 1
        for number in range(len(rows), ROWS):
            why = rng.choice(("delete", "old", "name", "report"))
            key = f"{'reports' if why == 'report' else rng.choice(ODD)}/{number}"
            rows.append(self.row(key + (".txt" if why == "name" else ".png"),
                                 IsDeleteMarker="true" if why == "delete" else "false",
                                 IsLatest="false" if why == "old" else "true"))
            truth[why] += 1
        rng.shuffle(rows)
        manifest = self.put_inventory(self.reports, rows, files=3)
        gateway = self.gateway()
        planned = self.sluice("plan", *self.arguments(gateway, "--json", source=manifest)[1:])
        *_, totals = planned.json()
        self.assertEqual(totals["totals"]["load"]["objects"], len(names))
        self.assertEqual(gateway.calls, [], "a plan sends nothing")
        told = self.register(gateway, "--json", source=manifest).json()[0]
        self.assertEqual(set(gateway.registered), truth["registered"])
        self.assertEqual(set(gateway.registered.values()), {1})
        self.assertEqual(told["objects"]["loaded"], len(truth["registered"]))
        self.assertEqual(told["disqualified"], {
            "is a delete marker": truth["delete"], "is not the newest version": truth["old"],
            "is no image: its name does not end in .png, .jpg or .jpeg": truth["name"],
            "is a report: it lies under reports/": truth["report"],
            "Skipping invalid object. It has no tag UserId": truth["user"],
            "Skipping non-qualified object: it is tagged Indexed": truth["indexed"],
            "Skipping non-qualified object: it is tagged Ignore": truth["ignore"],
            "is gone since it was listed": truth["gone"]})

    def test_bucket_and_key_are_columns_enough_and_rows_may_come_twice(self):
        for number in range(5):
            self.put_image(f"{number}.png", UserId=f"u{number}")
        rows = [self.row(f"{number}.png") for number in (*range(5), 3, 4)]
        manifest = self.put_inventory(self.reports, rows, columns=("Key", "Bucket"))
        gateway = self.gateway()
        self.register(gateway, source=manifest)
        self.assertEqual(gateway.registered, {f"u{n}": 1 for n in range(5)})
        self.register(gateway, source=manifest)
        self.assertEqual(len(gateway.calls), 5)

    def test_a_batch_operations_manifest_is_a_list_too(self):
        for key in ("a b.png", "ü.png", "c.png"):
            self.put_image(key, UserId=key)
        bucket = self.bucket.name
        self.reports.put("input/list.csv", f"{bucket},a%20b.png,v1\n{bucket},%C3%BC.png,v2\n")
        gateway = self.gateway()
        self.register(gateway, source=self.reports.url("input/list.csv"))
        self.assertEqual(gateway.registered, {"a b.png": 1, "ü.png": 1})

    def test_a_watch_takes_each_report_when_its_checksum_appears(self):
        for name in "abc":
            self.put_image(f"{name}.png", UserId=name)
        gateway = self.gateway()
        self.put_inventory(self.reports, [self.row("a.png")],
                           report="inventory/source/all/2026-01-01T01-00Z")
        process = self.start(*self.arguments(gateway, "--watch",
                                             source=self.reports.url("inventory")))
        wait_for(lambda: gateway.registered["a"] == 1, "the first report is taken")
        second = "inventory/source/all/2026-01-02T01-00Z"
        whole = self.put_inventory(self.reports, [self.row("b.png")], report="hidden/x/y/" +
                                   second[-17:])
        key = whole.split("/", 3)[3].rsplit("/", 1)[0]
        for name in ("manifest.json", "manifest.checksum"):
            body = self.reports.client.get_object(
                Bucket=self.reports.name, Key=f"{key}/{name}")["Body"].read()
            self.reports.put(f"{second}/{name}", body)
        wait_for(lambda: gateway.registered["b"] == 1, "the second report is taken")
        wait_for(lambda: "Indexed" in self.tags("b.png"), "it is marked")
        self.wait_until_nothing_is_owed()
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait().code, 0)
        self.assertEqual(gateway.registered, {"a": 1, "b": 1})

    def test_a_report_becomes_a_batch_operations_manifest_with_a_single_encoding(self):
        rows = [self.row(key) for key in (*ODD, "notes.txt")]
        manifest = self.put_inventory(self.reports, rows)
        to = self.reports.url("input/list.csv")
        result = self.sluice("images", "manifest", manifest, to, *self.bucket.options())
        self.assertIn(f"{len(ODD)} objects in {to}", result.stdout)
        self.assertIn("1 left out: is no image", result.stdout)
        stored = self.reports.client.get_object(Bucket=self.reports.name, Key="input/list.csv")
        lines = stored["Body"].read().decode("ascii").splitlines()
        self.assertEqual([urllib.parse.unquote(line.split(",")[1]) for line in lines], ODD)
        job = json.loads(self.reports.client.get_object(
            Bucket=self.reports.name, Key="input/list.create-job.json")["Body"].read())
        location = job["Manifest"]["Location"]
        self.assertEqual(location["ETag"], stored["ETag"].strip('"'))
        self.assertEqual(location["ObjectArn"], f"arn:aws:s3:::{self.reports.name}/input/list.csv")
        # What it wrote is a source, too.
        self.put_image(ODD[3], UserId="u")
        gateway = self.gateway()
        self.register(gateway, source=to)
        self.assertEqual(gateway.registered, {"u": 1})
        empty = self.put_inventory(self.reports, [self.row("notes.txt")])
        self.sluice("images", "manifest", empty, to, *self.bucket.options())
        self.assertEqual(self.reports.client.head_object(
            Bucket=self.reports.name, Key="input/list.csv")["ContentLength"], 0)

    def test_every_report_that_cannot_be_trusted_is_refused_by_name(self):
        gateway = self.gateway()
        manifest = self.put_inventory(self.reports, [self.row("a.png")])
        place = manifest.split("/", 3)[3]
        sound = json.loads(self.reports.client.get_object(
            Bucket=self.reports.name, Key=place)["Body"].read())

        def refused(code, words, change=None, files=None):
            self.put_inventory(self.reports, [self.row("a.png")])
            text = dict(sound, **(change or {}))
            if files:
                text["files"] = [dict(sound["files"][0], **files)]
            if change or files:
                body = json.dumps(text)
                self.reports.put(place, body)
                self.reports.put(place.replace(".json", ".checksum"),
                                 hashlib.md5(body.encode()).hexdigest())
            result = self.register(gateway, source=manifest, expect=code)
            self.assertIn(words, result.stderr)

        refused(5, "output format to CSV", {"fileFormat": "ORC", "fileSchema": "struct<a:int>"})
        refused(5, "output format to CSV", {"fileFormat": "Parquet", "fileSchema": "message"})
        refused(5, "names no Bucket and Key", {"fileSchema": "Key, Size"})
        refused(5, "8 fields, and fileSchema", {"fileSchema": "Bucket, Key, Size, ETag, IsLatest"})
        refused(5, "its MD5 is another", files={"MD5checksum": "0" * 32})
        refused(5, "bytes instead of", files={"size": 7})
        self.put_inventory(self.reports, [self.row("a.png")])
        self.reports.put(place.replace(".json", ".checksum"), "0" * 32)
        result = self.register(gateway, source=manifest, expect=5)
        self.assertIn("manifest.checksum", result.stderr)
        self.reports.remove(place.replace(".json", ".checksum"))
        self.register(gateway, source=manifest, expect=5)
        self.assertEqual(gateway.calls, [])


if __name__ == "__main__":
    unittest.main()
