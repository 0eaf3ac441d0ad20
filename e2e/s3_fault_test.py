"""Promises 1 and 6 against object storage that fails: every fault is retried, or ends with its own
code and origin aws in the ledger; never a hang (each run has a deadline), never a wrong count."""

import pathlib
import re
import unittest
import urllib.parse

import boto3
import botocore.config

import sample
from bucket import Bucket
from s3_proxy import S3Proxy, answer, cut, pass_on, silent, stall, wrong_range
from server import S3Server
from world import World, wait_for

ROWS = 1000
OBJECTS = 4
PAD = "x" * 200
TARGET = "Patient.1.ndjson"
FAST = ["--read-timeout", "1000", "--connect-timeout", "2000"]


def data(number, **more):
    return sample.patients(number * ROWS, ROWS, pad=PAD, **more)


class S3World(World):
    def setUp(self):
        super().setUp()
        self.bucket = Bucket()
        self.addCleanup(self.bucket.drop)
        self.bucket.put_all((f"Patient.{n}.ndjson", data(n)) for n in range(OBJECTS))
        self.ids = sample.patient_ids(0, OBJECTS * ROWS)
        self.proxy = S3Proxy(self.bucket.endpoint)
        self.addCleanup(self.proxy.close)

    def load_bucket(self, *options, expect=0, **environment):
        return self.load(
            self.bucket.url(), *self.bucket.options(self.proxy.endpoint), *FAST, *options,
            expect=expect, **environment,
        )

    def assert_all_in(self):
        self.assert_rows({"patient": self.ids})
        self.assert_books_balance()

    def assert_all_but_target_in(self, code):
        """The target is dead with this code of the store; the others are in."""
        job = self.job(TARGET)
        self.assertEqual((job["state"], job["error_origin"], job["error_code"]),
                         ("dead", "aws", code), job["error_message"])
        self.assert_rows({"patient": [id for n, id in enumerate(self.ids) if n // ROWS != 1]})
        self.assert_books_balance()

    def assert_import_failed(self, code):
        rows = self.database.query("SELECT state, error_origin, error_code FROM sluice.import")
        self.assertEqual(rows, [["failed", "aws", code]])
        self.assertEqual(self.database.query(
            "SELECT key FROM sluice.job WHERE state = 'running'"), [])

    def transfers(self, key=TARGET):
        return [request for request in self.proxy.requests if request[:2] == ("get", key)]


class PassingFaults(S3World):
    def test_slow_down(self):
        """503 SlowDown, on listings and on reads, is waited out."""
        self.proxy.fault(answer(503, "SlowDown"), kind="list", times=2)
        fault = self.proxy.fault(answer(503, "SlowDown"), times=5)
        self.load_bucket()
        self.assertEqual(fault.used, 5)
        self.assert_all_in()

    def test_internal_errors(self):
        """500 and 502 likewise, with and without a code."""
        self.proxy.fault(answer(500, "InternalError"), kind="list")
        self.proxy.fault(answer(500, "InternalError"), times=2)
        self.proxy.fault(answer(502, ""), times=1)
        self.proxy.fault(answer(400, "RequestTimeout"), times=1)
        self.load_bucket()
        self.assert_all_in()

    def broken_transfer(self, *acts):
        for act in acts:
            self.proxy.fault(act, key=TARGET)
        self.load_bucket()
        self.assert_all_in()
        self.assertEqual(len(self.transfers()), len(acts) + 1)

    def test_resets_in_mid_body(self):
        """A transfer goes on where it broke, and only with the version that it began with."""
        self.broken_transfer(cut(100_000), cut(50_000), cut(1))
        first, *resumed = self.transfers()
        etag = self.bucket.client.head_object(Bucket=self.bucket.name, Key=TARGET)["ETag"]
        self.assertIn(first[2], (None, "bytes=0-"))
        for _, _, byte_range, if_match in resumed:
            self.assertRegex(byte_range, r"^bytes=[1-9][0-9]*-")
            self.assertEqual(if_match.strip('"'), etag.strip('"'))

    def test_truncated_bodies(self):
        """A body that ends too early, in order, is no body."""
        self.broken_transfer(cut(100_000, reset=False), cut(0, reset=False), cut(7, reset=False))

    def test_stalls(self):
        """Silence on an open connection ends after the read timeout."""
        self.broken_transfer(stall(100_000), stall(0))

    def test_no_answer_at_all(self):
        """Nor does a request that is never answered hang the load."""
        self.proxy.fault(silent, kind="list")
        self.broken_transfer(silent)

    def test_other_bytes_than_asked_for(self):
        """A resumed transfer that brings the wrong range never becomes wrong rows."""
        self.proxy.fault(cut(100_000), key=TARGET)
        fault = self.proxy.fault(wrong_range, key=TARGET)
        self.load_bucket()
        self.assertEqual(fault.used, 1)
        self.assert_all_in()

    def test_the_clock_is_set_right_once(self):
        """RequestTimeTooSkewed tells the server's time; one more try is made with it."""
        self.proxy.fault(answer(403, "RequestTimeTooSkewed"), kind="list")
        self.load_bucket()
        self.assert_all_in()


class ChangingObjects(S3World):
    def overwrite(self):
        self.bucket.put(TARGET, data(1, version=2))

    def assert_second_version_in(self):
        self.assert_all_in()
        head = self.bucket.client.head_object(Bucket=self.bucket.name, Key=TARGET)
        etags = self.database.query(f"SELECT etag FROM sluice.receipt WHERE key = '{TARGET}'")
        self.assertEqual(etags, [[head["ETag"].strip('"')]])
        versions = self.database.query(
            "SELECT resource->>'version', count(*) FROM patient WHERE id BETWEEN 'p001000' AND "
            "'p001999' GROUP BY 1")
        self.assertEqual(versions, [["2", str(ROWS)]])

    def test_overwritten_while_it_is_read(self):
        """Promise 1: never half of one version and half of another; the new one is read anew."""
        self.proxy.fault(cut(100_000, then=self.overwrite), key=TARGET)
        self.load_bucket()
        self.assert_second_version_in()

    def test_overwritten_between_listing_and_reading(self):
        """Promise 1: the etag in the receipt is of the version that was read."""

        def overwrite_first(handler):
            self.overwrite()
            pass_on(handler)

        self.proxy.fault(overwrite_first, key=TARGET)
        self.load_bucket()
        self.assert_second_version_in()

    def test_removed_between_listing_and_reading(self):
        """NoSuchKey fails the object, and nothing else."""

        def remove_first(handler):
            self.bucket.remove(TARGET)
            pass_on(handler)

        self.proxy.fault(remove_first, key=TARGET)
        self.load_bucket(expect=4)
        self.assert_all_but_target_in("NoSuchKey")

    def test_removed_while_it_is_read(self):
        """Nothing of an object that is gone stays."""
        self.proxy.fault(cut(100_000, then=lambda: self.bucket.remove(TARGET)), key=TARGET)
        self.load_bucket(expect=4)
        self.assert_all_but_target_in("NoSuchKey")


class Refusals(S3World):
    def test_access_denied_to_one_object(self):
        """One refused object fails alone, at its first try."""
        self.proxy.fault(answer(403, "AccessDenied"), key=TARGET, times=None)
        result = self.load_bucket(expect=4)
        self.assert_all_but_target_in("AccessDenied")
        self.assertEqual(self.job(TARGET)["attempts"], "1")
        self.assertIn("AccessDenied", result.stdout + result.stderr)

    def test_slow_down_for_ever(self):
        """An object is given up on after its attempts, with the cause."""
        self.proxy.fault(answer(503, "SlowDown"), key=TARGET, times=None)
        self.load_bucket("--attempts", "1", expect=4)
        self.assert_all_but_target_in("SlowDown")

    def test_listing_fails_for_ever(self):
        """The run fails with the store's code, after a bounded time."""
        self.proxy.fault(answer(503, "SlowDown"), kind="list", times=None)
        self.load_bucket(expect=5)
        self.assert_import_failed("SlowDown")

    def test_a_wrong_access_key(self):
        """InvalidAccessKeyId ends the run: exit 5."""
        self.load_bucket(expect=5, AWS_ACCESS_KEY_ID="AKIANOBODY0000000000")
        self.assert_import_failed("InvalidAccessKeyId")

    def test_a_wrong_secret(self):
        """SignatureDoesNotMatch likewise; the secret is nowhere in what is said."""
        result = self.load_bucket("-v", expect=5, AWS_SECRET_ACCESS_KEY="wrong+secret/1")
        self.assert_import_failed("SignatureDoesNotMatch")
        self.assertNotIn("wrong+secret", result.stdout + result.stderr)

    def test_no_such_bucket(self):
        """NoSuchBucket likewise."""
        options = self.bucket.options(self.proxy.endpoint)
        self.load("s3://e2e-no-such-bucket-anywhere/", *options, expect=5)
        self.assert_import_failed("NoSuchBucket")

    def test_the_clock_is_wrong_for_ever(self):
        """RequestTimeTooSkewed ends the run when the right time does not help."""
        self.proxy.fault(answer(403, "RequestTimeTooSkewed"), kind="list", times=None)
        self.load_bucket(expect=5)
        self.assert_import_failed("RequestTimeTooSkewed")

    def test_a_token_that_expires_during_the_load(self):
        """ExpiredToken ends the run, objects stay whole, and fresh keys resume it."""
        self.proxy.fault(answer(400, "ExpiredToken"), key=TARGET, times=None)
        self.load_bucket(expect=5)
        self.assert_import_failed("ExpiredToken")
        self.proxy.heal()
        self.load_bucket()
        self.assert_all_in()

    def test_nobody_listens(self):
        """An endpoint that refuses connections: exit 5, after a bounded time."""
        self.proxy.close()
        self.load_bucket(expect=5)
        rows = self.database.query("SELECT state, error_origin FROM sluice.import")
        self.assertEqual(rows, [["failed", "aws"]])


class SessionTokens(S3World):
    def test_a_real_token_loads_and_then_expires(self):
        """Credentials with a session token work until they expire; then: exit 5, a clear code."""
        sts = boto3.client(
            "sts", endpoint_url=self.bucket.endpoint, region_name="us-east-1",
            config=botocore.config.Config(parameter_validation=False),
        )
        granted = sts.assume_role(
            RoleArn="arn:aws:iam:::role/reader", RoleSessionName="e2e", DurationSeconds=5
        )["Credentials"]
        keys = {
            "AWS_ACCESS_KEY_ID": granted["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": granted["SecretAccessKey"],
            "AWS_SESSION_TOKEN": granted["SessionToken"],
        }
        self.load_bucket(**keys)
        self.assert_all_in()
        reader = boto3.client(
            "s3", endpoint_url=self.bucket.endpoint, region_name="us-east-1",
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["AWS_SESSION_TOKEN"],
        )
        wait_for(lambda: not self.may_list(reader), "the token has expired")
        result = self.load_bucket(expect=5, **keys)
        self.assertRegex(result.stderr, "InvalidAccessKeyId|ExpiredToken|InvalidToken")
        self.assertNotIn(keys["AWS_SESSION_TOKEN"], result.stdout + result.stderr)
        self.assert_all_in()

    def may_list(self, client):
        try:
            client.list_objects_v2(Bucket=self.bucket.name, MaxKeys=1)
            return True
        except client.exceptions.ClientError:
            return False


def served(port):
    """Connections that the server of a port still holds open (proc(5)); what it has closed may look
    open to a client that does not read."""
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return sum(1 for f in fields if f[1].endswith(f":{port:04X}") and f[3] == "01")


class OwnServer(World):
    """Outages of a real gateway, and its patience with slow readers."""

    def setUp(self):
        super().setUp()
        self.server = S3Server(self.directory / "s3", S3_FRONTEND="request_timeout_ms=2000")
        self.addCleanup(self.server.down)
        self.port = urllib.parse.urlsplit(self.server.endpoint).port
        self.bucket = Bucket(self.server.endpoint)

    def put(self, objects, rows):
        for number in range(objects):
            body = sample.patients(number * rows, rows, pad="x" * 2000)
            self.bucket.put(f"Patient.{number}.ndjson", body)
        return sample.patient_ids(0, objects * rows)

    def start_blocked(self, threads):
        """A load that has opened its objects and waits for the table."""
        self.load("s3://" + self.bucket.name + "/none/", *self.bucket.options())
        self.write("first/Patient.first.ndjson", b'{"id":"first"}\n')
        self.load(self.directory / "first")
        holder = self.database.session()
        self.addCleanup(holder.close)
        holder.run("BEGIN")
        holder.run("LOCK patient IN SHARE MODE")
        process = self.start(*self.load_arguments(
            self.bucket.url(), *self.bucket.options(), *FAST, "--threads", threads, "-v"))
        copies = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE 'COPY%'"
        )
        wait_for(lambda: self.database.number(copies) == threads, "all COPYs wait for the table")
        return process, holder

    def assert_ends_well(self, process, ids):
        result = process.wait()
        self.assertEqual(result.code, 0, f"\n{result}")
        self.assert_rows({"patient": [*ids, "first"]})
        self.assert_books_balance()

    def test_the_gateway_is_killed_in_mid_transfer_and_comes_back(self):
        """Every connection breaks; the load goes on when the gateway is back."""
        ids = self.put(objects=3, rows=5000)
        process, holder = self.start_blocked(threads=3)
        self.server.kill_gateway()
        holder.run("COMMIT")
        self.server.start_gateway()
        self.assert_ends_well(process, ids)

    def test_the_gateway_cuts_a_reader_that_waits_for_postgresql(self):
        """The transfer resumes at its offset, with If-Match."""
        ids = self.put(objects=1, rows=12_000)
        process, holder = self.start_blocked(threads=1)
        wait_for(lambda: served(self.port) == 0, "the gateway has cut every connection")
        holder.run("COMMIT")
        self.assert_ends_well(process, ids)
        self.assertEqual(self.job("Patient.0.ndjson")["attempts"], "0", str(process.result(0)))
        wait_for(lambda: self.partial_replies() > 0, "the gateway's log shows the resumption")

    def partial_replies(self):
        log = self.directory / "s3/log/client.rgw.a.log"
        return len(re.findall(r'Patient\.0\.ndjson HTTP/1\.1" 206 ', log.read_text()))


if __name__ == "__main__":
    unittest.main()
