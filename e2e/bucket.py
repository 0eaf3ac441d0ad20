"""A bucket of one test's own on the real S3 server."""

import http.client
import json
import os
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials

from world import World, needed, own_name

CONFIG = botocore.config.Config(
    s3={"addressing_style": "path"}, retries={"max_attempts": 5, "mode": "standard"}
)


def connect(endpoint=None, key=None, secret=None):
    return boto3.client(
        "s3",
        endpoint_url=endpoint or needed("SLUICE_TEST_S3_ENDPOINT"),
        aws_access_key_id=key or needed("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=secret or needed("AWS_SECRET_ACCESS_KEY"),
        region_name="us-east-1",
        config=CONFIG,
    )


class Bucket:
    """Made now, removed with all it holds by drop()."""

    def __init__(self, endpoint=None):
        self.endpoint = endpoint or needed("SLUICE_TEST_S3_ENDPOINT")
        self.name = own_name("e2e-")
        self.client = connect(self.endpoint)
        self.client.create_bucket(Bucket=self.name)

    def drop(self):
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if keys:
                self.client.delete_objects(Bucket=self.name, Delete={"Objects": keys})
        self.client.delete_bucket(Bucket=self.name)
        self.client.close()

    def url(self, prefix=""):
        return f"s3://{self.name}/{prefix}"

    def options(self, endpoint=None):
        """How sluice finds it; `endpoint` for a proxy in front."""
        return ["--s3-endpoint", endpoint or self.endpoint, "--s3-path-style"]

    def put(self, key, data):
        body = data.encode() if isinstance(data, str) else data
        self.client.put_object(Bucket=self.name, Key=key, Body=body)

    def put_all(self, objects):
        """Many small ones, (key, bytes), over one connection: twenty times as fast as put()."""
        address = urllib.parse.urlsplit(self.endpoint)
        credentials = botocore.credentials.Credentials(
            needed("AWS_ACCESS_KEY_ID"), needed("AWS_SECRET_ACCESS_KEY")
        )
        signer = botocore.auth.S3SigV4Auth(credentials, "s3", "us-east-1")
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        for key, body in objects:
            path = f"/{self.name}/{urllib.parse.quote(key, safe='/-_.~')}"
            request = botocore.awsrequest.AWSRequest("PUT", self.endpoint + path, data=body)
            signer.add_auth(request)
            connection.request("PUT", path, body, dict(request.headers.items()))
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, f"PUT {key}: {answer.status} {text}"
        connection.close()

    def remove(self, key):
        self.client.delete_object(Bucket=self.name, Key=key)

    def presigned(self, key, seconds=600):
        parameters = {"Bucket": self.name, "Key": key}
        return self.client.generate_presigned_url("get_object", parameters, ExpiresIn=seconds)

    def allow_other(self, *actions):
        """Lets the second user do these and nothing else; returns its keys as environment."""
        arn = f"arn:aws:s3:::{self.name}"
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam:::user/other"]},
            "Action": list(actions),
            "Resource": [arn, arn + "/*"],
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        self.client.put_bucket_policy(Bucket=self.name, Policy=json.dumps(policy))
        return {
            "AWS_ACCESS_KEY_ID": os.environ["SLUICE_TEST_S3_OTHER_KEY"],
            "AWS_SECRET_ACCESS_KEY": os.environ["SLUICE_TEST_S3_OTHER_SECRET"],
        }


class BucketWorld(World):
    """A test with a bucket of its own."""

    def setUp(self):
        super().setUp()
        self.bucket = Bucket()
        self.addCleanup(self.bucket.drop)

    def load_bucket(self, *options, prefix="", **expectations):
        return self.load(self.bucket.url(prefix), *self.bucket.options(), *options, **expectations)

    def versions_in_place(self, table="patient"):
        """Where each row version lies: the same answer means that nothing was written."""
        return self.database.query(f"SELECT ctid, xmin, id FROM {table} ORDER BY ctid")
