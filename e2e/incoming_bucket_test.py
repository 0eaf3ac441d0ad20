"""An incoming bucket of traffic feeds that empties itself into the database: watched, told of, and
with workers that are killed."""
# ctest: timeout 1200

import hashlib
import hmac
import http.server
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest

import feed
from traffic import TrafficWorld
from world import clean_environment, wait_for


class Hook(http.server.BaseHTTPRequestHandler):
    """Answers as `server.answer` says, which is given the message's number from 1."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.heard.append((self.headers["X-Sluice-Signature"], body))
            number = len(self.server.heard)
        self.send_response(self.server.answer(number))
        self.end_headers()

    def log_message(self, *_):
        pass


class Notices(TrafficWorld):
    def hook(self, answer):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        server.heard, server.lock, server.answer = [], threading.Lock(), answer
        server.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def test_a_webhook_hears_of_every_file_and_of_the_end(self):
        # It refuses the first message, so that it has to come again.
        server = self.hook(lambda number: 503 if number == 1 else 204)
        self.put(1, 2)
        self.bucket.put("bad.json", "{")
        self.traffic("--notify", server.url, expect=4, SLUICE_NOTIFY_SECRET="s3cret")
        for signature, body in server.heard:
            stamp, mac = (part.split("=")[1] for part in signature.split(","))
            own = hmac.new(b"s3cret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            self.assertEqual(mac, own)
        messages = [json.loads(body) for _, body in server.heard[1:]]
        self.assertEqual({m["source"] for m in messages}, {"waze-data-processor"})
        said = sorted(m["message"].split(":")[0] for m in messages)
        self.assertEqual(said, sorted([
            "Failed to process bad.json", f"Successfully processed {feed.name(1)}",
            f"Successfully processed {feed.name(2)}", "The queue is drained"]))

    def test_what_was_told_when_it_is_stopped_is_not_told_again(self):
        """The first answer waits until the other two messages are due together; then one of them is
        answered, and the other never."""
        feeds = self.put(1, 2, 3)

        def answer(number):
            if number == 1:
                wait_for(lambda: self.files() == set(feeds), "all are loaded")
            elif number == 3:
                time.sleep(2)  # the second's answer arrives
                process.signal(signal.SIGTERM)
                wait_for(lambda: not process.running(), "it has stopped")
            return 204

        server = self.hook(answer)
        process = self.start(*self.arguments("--notify", server.url, "--threads", "1", move=False))
        self.assertEqual(process.wait().code, 7)
        self.assertEqual(len(server.heard), 3)
        self.traffic("--notify", server.url, move=False)
        told = [json.loads(body)["message"].split(":")[0] for _, body in server.heard]
        self.assertEqual(told[3:], [told[2], "The queue is drained"])

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
        self.stop(process)
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
        self.wait_until_moved(hour, 180)
        self.stop(process, signal.SIGINT)
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
