"""The command line as its users meet it: exit codes, exact lines, JSON."""

import json
import signal
import unittest

import sample
from bucket import BucketWorld
from world import World, wait_for

UNREACHABLE_DATABASE = "postgresql://nobody@127.0.0.1:1/nothing"


class Refusals(World):
    """What is refused before anything is touched."""

    def setUp(self):
        super().setUp()
        self.write("in/Patient.ndjson", sample.patients(0, 1))

    def refused(self, expect, *arguments, **environment):
        result = self.sluice(*arguments, expect=expect, **environment)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"^sluice: error: .*\[[a-z]+/[A-Za-z0-9-]+\]\n")
        return result.stderr

    def load_refused(self, expect, source, *options, **environment):
        return self.refused(expect, *self.load_arguments(source, *options), **environment)

    def test_usage(self):
        """Exit 2, and how to learn more."""
        source = self.directory / "in"
        self.assertIn("--thread", self.load_refused(2, source, "--thread", "4"))
        self.assertIn("--threads", self.load_refused(2, source, "--threads", "0"))
        self.assertIn("threads", self.load_refused(2, source, "--threads", "many"))
        self.assertIn("changed", self.load_refused(2, source, "--changed", "perhaps"))
        self.assertIn("sluice --help", self.refused(2, "lode", "fhir", source))
        self.refused(2, "load", "fhir")
        self.refused(2, "load", "nonsense", source, "--into", self.database.url)
        self.refused(2, "status", "--into", self.database.url, "seven")
        self.load_refused(2, source, "--then", "explode")
        self.load_refused(2, source, "--then", "move:s3://b/")

    def test_sources(self):
        """Exit 2 for what is no source."""
        self.assertIn("ftp://", self.load_refused(2, "ftp://host/x"))
        self.assertIn("does not exist", self.load_refused(2, self.directory / "nowhere"))
        self.load_refused(2, "s3:///prefix")

    def test_config_files(self):
        """An unknown key in a config file is an error with its line."""
        file = self.write("c.yaml", "threads: 2\n\nthraeds: 3\n")
        stderr = self.load_refused(2, self.directory / "in", "--config", file)
        self.assertIn("c.yaml:3: unknown key thraeds", stderr)
        file = self.write("d.yaml", "threads: [1\n")
        self.assertIn("d.yaml", self.load_refused(2, self.directory / "in", "--config", file))
        self.load_refused(2, self.directory / "in", "--config", "absent.yaml")
        self.load_refused(2, self.directory / "in", SLUICE_THREADS="none")

    def test_flags_beat_environment_beats_project_beats_user(self):
        """product.md: the order of precedence, seen in the ledger's options."""
        self.write("config/sluice/config.yaml", "attempts: 2\n")
        source = self.directory / "in"
        self.assertEqual(self.attempts_of(source), 2)
        self.write("sluice.yaml", "attempts: 3\n")
        self.assertEqual(self.attempts_of(source), 3)
        self.assertEqual(self.attempts_of(source, SLUICE_ATTEMPTS="4"), 4)
        self.assertEqual(self.attempts_of(source, "--attempts", "6", SLUICE_ATTEMPTS="4"), 6)

    def attempts_of(self, source, *options, **environment):
        self.load(source, *options, **environment)
        return self.database.number("SELECT options->>'attempts' FROM sluice.import")

    def test_an_unreachable_database(self):
        """Exit 6, with the origin."""
        stderr = self.refused(
            6, "load", "fhir", self.directory / "in", "--into", UNREACHABLE_DATABASE)
        self.assertIn("[postgres/", stderr)
        absent = self.database.url.replace(self.database.name, "absent")
        stderr = self.refused(6, "load", "fhir", self.directory / "in", "--into", absent)
        self.assertIn("3D000", stderr)

    def test_errors_as_json(self):
        """--json: errors are objects on stderr."""
        result = self.sluice("load", "fhir", self.directory / "in", "--into", UNREACHABLE_DATABASE,
                             "--json", expect=6)
        error = json.loads(result.stderr.splitlines()[-1])["error"]
        self.assertEqual(error["origin"], "postgres")
        self.assertTrue(error["message"] and error["remedy"])

    def test_no_ledger_yet(self):
        """Questions about a database that was never loaded into: exit 6 and what to do."""
        self.assertEqual(self.sluice("status", "--into", self.database.url).stdout,
                         "no imports yet\n")
        for question in (["status", "1"], ["objects", "1"], ["retry", "1"], ["cancel", "1"]):
            stderr = self.refused(6, *question, "--into", self.database.url)
            self.assertIn("ledger-absent", stderr)

    def test_passwords_stay_secret(self):
        """Secrets never appear in errors or in process titles."""
        url = "postgresql://someone:hunter2@127.0.0.1:1/x?password=hunter3"
        result = self.sluice("load", "fhir", self.directory / "in", "--into", url, "-v", expect=6)
        self.assertNotRegex(result.stdout + result.stderr, "hunter[23]")

    def test_help_and_version(self):
        for words in (["--help"], ["load", "--help"], ["pg", "--help"]):
            self.assertIn("sluice", self.sluice(*words).stdout)
        self.assertRegex(self.sluice("version").stdout, r"^sluice [0-9]+\.")
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("sluice", self.sluice("completion", shell).stdout)


class Looking(World):
    """One load with two good objects, one ignored and one bad, seen through every command."""

    def setUp(self):
        super().setUp()
        self.write("in/Patient.1.ndjson", sample.patients(0, 5))
        self.write("in/Observation.1.ndjson", sample.line(sample.observation(1)) + b"\n")
        self.write("in/Patient.2.ndjson", b'{"id":"ok"}\n{"id":"a b"}\n')
        self.write("in/notes.txt", b"")
        self.bad = self.directory / "in/Patient.2.ndjson"
        self.result = self.load(self.directory / "in", "--progress", "none", expect=4)

    def ask(self, *words, expect=0):
        return self.sluice(*words, "--into", self.database.url, expect=expect)

    def test_the_summary(self):
        """read = loaded + rejected + skipped, the failed objects with their cause, the command that
        retries them; to the line."""
        lines = self.result.stdout.splitlines()
        self.assertRegex(lines[0], r"^import 1: completed in ")
        self.assertRegex(lines[1], r"^  Observation +1 +rows +public\.observation$")
        self.assertRegex(lines[2], r"^  Patient +5 +rows +public\.patient$")
        self.assertEqual(lines[3], "  read 6 = loaded 6 + rejected 0 + skipped 0 records")
        self.assertEqual(
            lines[4], "  objects: 2 loaded, 0 skipped (already loaded), 1 ignored, 1 failed")
        self.assertIn("failed objects:", lines)
        self.assertIn(f"  {self.bad}", lines)
        self.assertIn("line 2, byte 12", self.result.stdout)
        self.assertIn("[sluice/id-invalid]", self.result.stdout)
        self.assertEqual(lines[-1], "to try them again: sluice retry 1")
        self.assertNotIn("a b", self.result.stdout + self.result.stderr)

    def test_json(self):
        """--json: one object per result, on stdout, and it adds up."""
        result = self.load(self.directory / "in", "--json", expect=4)
        (summary,) = result.json()
        shown = [summary[name] for name in ("import", "state", "exit")]
        self.assertEqual(shown, [1, "completed", 4])
        objects = summary["objects"]
        self.assertEqual(
            (objects["loaded"], objects["skipped"], objects["ignored"], objects["failed"]),
            (0, 2, 1, 1))
        (failed,) = summary["failed"]
        self.assertEqual((failed["origin"], failed["code"], failed["line"], failed["byte"]),
                         ("sluice", "id-invalid", 2, 12))

    def test_status(self):
        self.assertIn("completed", self.ask("status").stdout)
        (listed,) = self.ask("status", "--json").json()
        (one,) = self.ask("status", "1", "--json").json()
        self.assertEqual((listed["import"], listed["state"]), (1, "completed"))
        self.assertEqual((one["objects"]["done"], one["objects"]["dead"]), (2, 1))
        records = one["records"]
        self.assertEqual((records["read"], records["loaded"]), (6, 6))
        self.ask("status", "99", expect=2)

    def test_objects(self):
        every = self.ask("objects", "1", "--json").json()
        self.assertEqual(sorted(o["state"] for o in every), ["dead", "done", "done"])
        (dead,) = self.ask("objects", "1", "--state", "dead", "--json").json()
        self.assertEqual((dead["key"], dead["error"]["code"]), (str(self.bad), "id-invalid"))
        self.assertIn("Patient.2.ndjson", self.ask("objects", "1", "--state", "dead").stdout)

    def test_explain(self):
        """Why it is not loaded: code, place and remedy; without what the record holds."""
        text = self.ask("explain", self.bad).stdout
        self.assertIn("id-invalid", text)
        self.assertRegex(text, "line 2")
        self.assertNotIn("a b", text)
        text = self.ask("explain", self.directory / "in/Patient.1.ndjson").stdout
        self.assertIn("public.patient", text)
        self.assertIn("ignored", self.ask("explain", self.directory / "in/notes.txt").stdout)

    def test_plan(self):
        """What would be loaded, skipped and ignored, and why; nothing is done."""
        self.write("in/Patient.3.ndjson", sample.patients(10, 1))
        before = self.database.query("SELECT count(*) FROM sluice.job")
        for words in (["plan"], ["load", "--dry-run"]):
            arguments = [words[0], "fhir", self.directory / "in", *words[1:], "--json"]
            *objects, totals = self.ask(*arguments).json()
            actions = {o["key"].rpartition("/")[2]: (o["action"], o["why"]) for o in objects}
            self.assertEqual(actions["Patient.3.ndjson"], ("load", "new"))
            self.assertEqual(actions["Patient.1.ndjson"], ("skip", "already loaded"))
            self.assertEqual(actions["Patient.2.ndjson"][0], "skip")
            self.assertEqual(actions["notes.txt"][0], "ignore")
            self.assertIn(".ndjson", actions["notes.txt"][1])
            self.assertEqual(totals["totals"]["load"]["objects"], 1)
        self.assertEqual(self.database.query("SELECT count(*) FROM sluice.job"), before)
        self.assertEqual(self.database.number("SELECT count(*) FROM patient"), 5)

    def test_plan_before_any_load(self):
        """A database without a ledger stays without one."""
        self.database = self.new_database()
        *objects, _ = self.ask("plan", "fhir", self.directory / "in", "--json").json()
        self.assertEqual(sorted(o["action"] for o in objects), ["ignore", "load", "load", "load"])
        self.assertEqual(self.database.value("SELECT to_regnamespace('sluice')"), "")

    def test_retry(self):
        """A dead object stays aside until somebody says retry, or a newer version comes."""
        self.load(self.directory / "in", expect=4)
        self.assertEqual(self.job("Patient.2.ndjson")["attempts"], "1")
        self.ask("retry", "1")
        self.load(self.directory / "in", expect=4)
        self.bad.write_bytes(b'{"id":"ok"}\n')
        self.load(self.directory / "in")
        self.assertEqual(self.database.number("SELECT count(*) FROM patient"), 6)
        self.assertEqual(self.database.number("SELECT count(*) FROM sluice.reject"), 0)

    def test_retry_of_one_object(self):
        self.ask("retry", self.bad)
        self.assertEqual(self.job("Patient.2.ndjson")["state"], "pending")
        self.ask("retry", self.directory / "in/Patient.99.ndjson", expect=2)

    def test_migrations_and_doctor(self):
        self.ask("migrate", "up")
        self.assertRegex(self.ask("migrate", "status").stdout, r"(?m)^ *1 +ledger +20")
        self.ask("doctor")


class Progress(World):
    def test_plain_and_json_lines_on_stderr(self):
        """Progress goes to stderr, results to stdout; -q silences it."""
        self.write("in/Patient.1.ndjson", sample.patients(0, 5))
        result = self.load(self.directory / "in", "--progress", "plain")
        self.assertRegex(result.stderr, r"(?m)^import 1: .*1 of 1 objects")
        self.database = self.new_database()
        result = self.load(self.directory / "in", "--progress", "json")
        last = json.loads([line for line in result.stderr.splitlines() if line.startswith("{")][-1])
        self.assertEqual((last["objects"]["done"], last["objects"]["total"]), (1, 1))
        result = self.load(self.directory / "in", "-q")
        self.assertEqual((result.stdout, result.stderr), ("", ""))


class Background(BucketWorld):
    def setUp(self):
        super().setUp()
        for number in range(6):
            self.bucket.put(f"Patient.{number}.ndjson", sample.patients(10 * number, 10))

    def test_enqueue_and_work(self):
        """--background only enqueues; workers elsewhere load."""
        result = self.load_bucket("--background")
        self.assertRegex(result.stdout, "6 objects wait")
        self.assertEqual(self.database.value("SELECT to_regclass('patient')"), "")
        workers = [
            self.start("work", "--into", self.database.url, "--until-idle", "--threads", "2")
            for _ in range(2)
        ]
        for worker in workers:
            self.assertEqual(worker.wait().code, 0)
        self.assert_rows({"patient": sample.patient_ids(0, 60)})
        self.assert_books_balance()
        self.assertEqual(self.database.value("SELECT state FROM sluice.import"), "completed")

    def test_a_worker_ends_in_order_on_sigterm(self):
        worker = self.start("work", "--into", self.database.url)
        self.load_bucket("--background")
        done = "SELECT count(*) FROM sluice.import WHERE state = 'completed'"
        wait_for(lambda: self.database.number(done) == 1, "the worker has loaded it")
        worker.signal(signal.SIGTERM)
        self.assertEqual(worker.wait().code, 7)
        self.assertEqual(
            self.database.number("SELECT count(*) FROM sluice.worker WHERE ended_at IS NULL"), 0)

    def test_cancel(self):
        """What is in stays in; the rest is not loaded; the same command then begins anew."""
        self.load_bucket("--background")
        self.sluice("cancel", "--into", self.database.url, "1")
        (status,) = self.sluice("status", "1", "--json", "--into", self.database.url).json()
        self.assertEqual((status["state"], status["objects"]["cancelled"]), ("cancelled", 6))
        self.load_bucket()
        self.assert_rows({"patient": sample.patient_ids(0, 60)})

    def test_cancel_while_it_runs(self):
        """The running load ends, whole objects only, exit 4."""
        self.load_bucket(prefix="Patient.0")
        holder = self.database.session()
        self.addCleanup(holder.close)
        holder.run("BEGIN")
        holder.run("LOCK patient IN SHARE MODE")
        process = self.start(*self.load_arguments(self.bucket.url(), *self.bucket.options()))
        running = "SELECT count(*) FROM sluice.job WHERE state = 'running'"
        wait_for(lambda: self.database.number(running) > 0, "objects are loading")
        self.sluice("cancel", "--into", self.database.url, "2")
        holder.run("COMMIT")
        result = process.wait()
        self.assertEqual(result.code, 4, f"\n{result}")
        rows = self.database.number("SELECT count(*) FROM patient")
        done = self.database.number("SELECT count(*) FROM sluice.receipt WHERE state = 'current'")
        self.assertEqual(rows, 10 * done)

    def test_an_interrupted_import_says_so(self):
        """"interrupted" is derived: unfinished, and no live worker."""
        arguments = self.load_arguments(self.bucket.url(), *self.bucket.options())
        crash = self.start(*arguments, SLUICE_CRASH_AT="job-claimed").wait()
        self.assertEqual(crash.code, -signal.SIGKILL)
        # A minute later, as far as the ledger can tell.
        self.database.query(
            "UPDATE sluice.worker SET seen_at = seen_at - interval '10 minutes'; "
            "UPDATE sluice.job SET lease_until = lease_until - interval '10 minutes'")
        (status,) = self.sluice("status", "1", "--json", "--into", self.database.url).json()
        self.assertEqual(status["state"], "interrupted")
        self.sluice(*arguments)
        status = self.sluice("status", "1", "--into", self.database.url)
        self.assertIn("import 1: completed\n", status.stdout)


if __name__ == "__main__":
    unittest.main()
