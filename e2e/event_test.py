"""/events/s3: what tells of new objects, with the real S3 server's own notifications."""

import json
import signal
import unittest

import boto3
import botocore.config

import sample
from serve import ServeWorld
from world import TOP, needed, own_name, wait_for

EXAMPLES = TOP / "e2e" / "events"


def record(bucket, key, name="ObjectCreated:Put", source="aws:s3", version="2.1"):
    return {
        "eventVersion": version, "eventSource": source, "awsRegion": "us-east-1",
        "eventTime": "1970-01-01T00:00:00.000Z", "eventName": name,
        "s3": {"bucket": {"name": bucket},
               "object": {"key": key, "size": 1, "eTag": "x", "sequencer": "0055AED6DCD90281E5"}},
    }


class Events(ServeWorld):
    """A watch that stands still, so that only events can find what is new; a server that loads."""

    def setUp(self):
        super().setUp()
        self.bucket = self.new_bucket()
        self.key = self.make_key("viewer")

    def watch(self, *options):
        watch = self.start(
            *self.load_arguments(self.bucket.url("in/"), "--watch", *options),
            **self.s3_environment(),
        )
        wait_for(
            lambda: self.database.value("SELECT to_regclass('sluice.import') IS NOT NULL") == "t"
            and self.database.number(
                "SELECT count(*) FROM sluice.import WHERE state = 'running'") == 1,
            "the watch runs",
        )
        return watch

    def stand_still(self, watch):
        self.put("in/Patient.first.ndjson", 900, 1)
        self.wait_for_rows(1)
        watch.signal(signal.SIGSTOP)
        self.addCleanup(watch.signal, signal.SIGCONT)

    def put(self, key, first, count):
        self.bucket.put(key, sample.patients(first, count))

    def wait_for_rows(self, count):
        wait_for(
            lambda: self.database.value("SELECT to_regclass('patient') IS NOT NULL") == "t"
            and self.database.number("SELECT count(*) FROM patient") == count,
            f"{count} rows are in",
        )

    def tell(self, server, *records, status=200, **more):
        answer = server.call("POST", "/events/s3", {"Records": list(records)}, **more)
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def test_events_of_every_sender_load_each_object_once(self):
        server = self.serve("--threads", "2", key=self.key, **self.s3_environment())
        self.stand_still(self.watch())
        name = self.bucket.name
        self.put("in/Patient a+b.ndjson", 1, 2)
        self.put("in/sub/Patient.\u00fc%41.ndjson", 3, 2)
        self.put("in/Patient.c+d e.ndjson", 5, 2)
        aws = record(name, "in/Patient+a%2Bb.ndjson")
        minio = record(name, "in%2Fsub%2FPatient.%C3%BC%2541.ndjson", "s3:ObjectCreated:Put",
                       "minio:s3")
        ceph = record(name, "in/Patient.c+d e.ndjson", source="ceph:s3", version="2.2")
        removed = record(name, "in/Patient+a%2Bb.ndjson", "ObjectRemoved:Delete")
        told = self.tell(server, ceph, removed, minio, aws, aws)
        self.assertEqual(told["enqueued"], 3, told)
        self.assertEqual((told["known"], told["others"]), (1, 1), told)
        self.wait_for_rows(7)
        again = self.tell(server, aws, minio)
        self.assertEqual((again["enqueued"], again["known"]), (0, 2), again)
        self.assert_rows({"patient": ["p000900", *sample.patient_ids(1, 6)]})
        keys = self.database.query(
            "SELECT key FROM sluice.receipt WHERE state = 'current' ORDER BY key COLLATE \"C\"")
        self.assertEqual([row[0] for row in keys], sorted([
            "in/Patient a+b.ndjson", "in/Patient.c+d e.ndjson", "in/Patient.first.ndjson",
            "in/sub/Patient.\u00fc%41.ndjson",
        ]))

    def test_what_no_watch_wants_is_left_alone(self):
        server = self.serve("--threads", "0", key=self.key, **self.s3_environment())
        self.stand_still(self.watch("--exclude", "*.bak.ndjson"))
        name = self.bucket.name
        for key in ("out/Patient.ndjson", "in/nonsense.txt", "in/Patient.bak.ndjson"):
            self.put(key, 1, 1)
        told = self.tell(
            server, record(name, "out/Patient.ndjson"), record(name, "in/nonsense.txt"),
            record(name, "in/Patient.bak.ndjson"), record("another-bucket", "in/Patient.ndjson"),
            record(name, "in/Patient.never.ndjson"),
        )
        self.assertEqual(told, {"enqueued": 0, "known": 0, "gone": 1, "unwanted": 4, "others": 0})
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.job"), 1)

    def test_what_events_missed_is_found_by_listing(self):
        server = self.serve("--threads", "2", key=self.key, **self.s3_environment())
        watch = self.watch()
        self.stand_still(watch)
        self.put("in/Patient.told.ndjson", 1, 2)
        self.put("in/Patient.missed.ndjson", 3, 2)
        self.tell(server, record(self.bucket.name, "in/Patient.told.ndjson"))
        self.wait_for_rows(3)
        watch.signal(signal.SIGCONT)
        self.wait_for_rows(5)
        self.assert_rows({"patient": ["p000900", *sample.patient_ids(1, 4)]})

    def test_the_s3_servers_own_notifications(self):
        server = self.serve("--threads", "2", key=self.key, **self.s3_environment())
        self.stand_still(self.watch())
        self.subscribe(f"{server.url}events/s3/{self.key}")
        self.put("in/Patient told+by%41 ceph.ndjson", 1, 3)
        self.put("out/Patient.ndjson", 100, 1)
        self.wait_for_rows(4)
        self.put("in/Patient.again.ndjson", 4, 2)
        self.wait_for_rows(6)
        self.assert_rows({"patient": ["p000900", *sample.patient_ids(1, 5)]})
        audit = self.database.query("SELECT DISTINCT path FROM sluice.audit WHERE path LIKE '/ev%'")
        self.assertEqual(audit, [["/events/s3/{key}"]], "the key is written nowhere")

    def subscribe(self, address):
        """A topic that pushes to the address, and the bucket's notifications to it."""
        topics = boto3.client(
            "sns", endpoint_url=needed("SLUICE_TEST_S3_ENDPOINT"), region_name="us-east-1",
            aws_access_key_id=needed("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=needed("AWS_SECRET_ACCESS_KEY"),
            config=botocore.config.Config(retries={"max_attempts": 5}),
        )
        name = own_name("topic")
        arn = topics.create_topic(Name=name, Attributes={"push-endpoint": address})["TopicArn"]
        self.addCleanup(topics.close)
        self.addCleanup(topics.delete_topic, TopicArn=arn)
        self.bucket.client.put_bucket_notification_configuration(
            Bucket=self.bucket.name,
            NotificationConfiguration={"TopicConfigurations": [
                {"Id": name, "TopicArn": arn, "Events": ["s3:ObjectCreated:*"]},
            ]},
        )

    def test_the_examples_of_the_documentation(self):
        server = self.serve("--threads", "0", key=self.key, **self.s3_environment())
        for name, expected in (
            ("s3_event_put_v2.1.json", {"enqueued": 0, "unwanted": 1}),
            ("inventory_created_s3_event.json", {"enqueued": 0, "unwanted": 1}),
            ("s3_test_event.json", {"test": True}),
        ):
            body = (EXAMPLES / name).read_text(encoding="utf-8")
            answer = server.call("POST", "/events/s3", body, Content_Type="application/json")
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual({**answer.json(), **expected}, answer.json(), name)

    def test_every_refusal(self):
        server = self.serve("--threads", "0", "--sns-topic", "arn:aws:sns:us-east-1:1:mine",
                            **self.s3_environment())
        event = {"Records": [record(self.bucket.name, "in/Patient.ndjson")]}

        def refused(body, status, code, path="/events/s3", **more):
            answer = server.call("POST", path, body, **more)
            said = (answer.status, answer.json()["error"]["code"])
            self.assertEqual(said, (status, code), answer)

        refused(event, 401, "unauthenticated")
        refused(event, 401, "unauthenticated", key="slk_wrong")
        refused(event, 401, "unauthenticated", path="/events/s3/slk_wrong")
        refused({"Records": 1}, 400, "event-invalid", key=self.key)
        refused("[]", 400, "event-invalid", key=self.key, Content_Type="text/plain")
        envelope = json.loads(
            (EXAMPLES / "sns_envelope_s3_event.CONSTRUCTED.json").read_text(encoding="utf-8"))
        envelope["Signature"] = "RVhBTVBMRQ=="
        refused(envelope, 403, "topic-refused")
        envelope["TopicArn"] = "arn:aws:sns:us-east-1:1:mine"
        envelope["SigningCertURL"] = f"http://127.0.0.1:{server.port}/cert.pem"
        refused(envelope, 403, "event-unsigned", Content_Type="text/plain; charset=UTF-8")
        self.assertEqual(
            server.call("POST", f"/events/s3/{self.key}", event).status, 200,
            "a key in the path proves as much as one in a header",
        )


if __name__ == "__main__":
    unittest.main()
