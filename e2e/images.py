"""What the image tests share: images with tags in a bucket, inventories of them, and a gateway."""

import csv
import gzip
import hashlib
import io
import json
import urllib.parse

from bucket import Bucket, BucketWorld
from gateway import Gateway

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPEG = b"\xff\xd8\xff\xe0" + b"pixels"
ALL_COLUMNS = ("Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size",
               "LastModifiedDate", "ETag")


class ImageWorld(BucketWorld):
    def gateway(self, *arguments, **options):
        gateway = Gateway(*arguments, **options)
        self.addCleanup(gateway.close)
        return gateway

    def new_bucket(self):
        bucket = Bucket()
        self.addCleanup(bucket.drop)
        return bucket

    def put_image(self, key, body=PNG, **tags):
        """Tags by keyword: UserId="fred"."""
        self.bucket.client.put_object(
            Bucket=self.bucket.name, Key=key, Body=body,
            Tagging=urllib.parse.urlencode(tags, quote_via=urllib.parse.quote))

    def tags(self, key):
        answer = self.bucket.client.get_object_tagging(Bucket=self.bucket.name, Key=key)
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    def arguments(self, gateway, *options, source=None):
        return ["load", "images", source or self.bucket.url(), *self.bucket.options(), "--gateway",
                gateway.url, "--into", self.database.url, *options]

    def register(self, gateway, *options, source=None, **expectations):
        return self.sluice(*self.arguments(gateway, *options, source=source), **expectations)

    def history(self, *options):
        result = self.sluice("images", "history", "--json", "--into", self.database.url, *options)
        return result.json()

    def put_inventory(self, bucket, rows, columns=ALL_COLUMNS, files=1,
                      report="inventory/source/all/2026-01-02T01-00Z"):
        """A report as S3 writes it; returns the address of its manifest. `rows` are dicts by
        column; keys are encoded here."""
        listed = []
        for number in range(files):
            text = io.StringIO()
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for row in rows[number::files]:
                row = dict(row, Key=inventory_key(row["Key"]))
                writer.writerow([row.get(column, "") for column in columns])
            packed = gzip.compress(text.getvalue().encode(), 1)
            key = f"{report.rsplit('/', 1)[0]}/data/{report[-17:]}-{number}.csv.gz"
            bucket.put(key, packed)
            listed.append({"key": key, "size": len(packed),
                           "MD5checksum": hashlib.md5(packed).hexdigest()})
        manifest = json.dumps({
            "sourceBucket": self.bucket.name, "destinationBucket": f"arn:aws:s3:::{bucket.name}",
            "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
            "fileSchema": ", ".join(columns), "files": listed})
        bucket.put(f"{report}/manifest.json", manifest)
        bucket.put(f"{report}/manifest.checksum", hashlib.md5(manifest.encode()).hexdigest())
        return f"s3://{bucket.name}/{report}/manifest.json"

    def row(self, key, **columns):
        return {"Bucket": self.bucket.name, "Key": key, "IsLatest": "true",
                "IsDeleteMarker": "false", "Size": "14",
                "LastModifiedDate": "2022-12-12T13:20:39.000Z", **columns}


def inventory_key(key):
    """As an inventory writes it: a space is '+', '/' stays."""
    return urllib.parse.quote_plus(key, safe="/")
