"""What every end-to-end test stands on: the real binary, and a database of the test's own.

Nothing here is shared between tests, so they run in any order and at once. Every wait is for a
condition and has a deadline. A missing environment is a failure, never a skip.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import uuid

TOP = pathlib.Path(__file__).resolve().parent.parent
# Long enough for a busy machine; what takes longer hangs.
PATIENCE_SECONDS = 90
# No test may inherit the developer's own addresses and keys.
FOREIGN_VARIABLES = ("PG", "XDG_", "SLUICE_", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SESSION_TOKEN")


def needed(variable):
    value = os.environ.get(variable)
    if not value:
        raise AssertionError(
            f"{variable} is not set: run this by ctest, or by "
            "`tests/worlds run build/dev/world -- ...` with the worlds up"
        )
    return value


def binary():
    path = pathlib.Path(needed("SLUICE_BINARY"))
    assert path.is_file(), f"{path} is not built"
    return str(path)


def own_name(prefix):
    """A name that no other test has, now or later."""
    return f"{prefix}{uuid.uuid4().hex[:16]}"


def wait_for(condition, what, seconds=PATIENCE_SECONDS):
    """Asks until the answer is true, and returns it. A third of the time at most: what is waited
    for needs the machine too."""
    deadline = time.monotonic() + seconds
    while True:
        asked = time.monotonic()
        answer = condition()
        if answer:
            return answer
        answered = time.monotonic()
        assert answered < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(max(0.02, 2 * (answered - asked)))


class Database:
    """A database that is made now and dropped by drop(); the ledger lives in it."""

    def __init__(self, server_url=None):
        self.server_url = server_url or needed("SLUICE_TEST_PG_URL")
        self.name = own_name("e2e_")
        self.url = self.server_url.replace("/sluice_test?", f"/{self.name}?", 1)
        assert self.url != self.server_url, f"no database sluice_test in {self.server_url}"
        self._administrate(f"CREATE DATABASE {self.name}")

    def drop(self):
        self._administrate(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _administrate(self, sql):
        psql(self.server_url, sql)

    def query(self, sql):
        """All rows, each a list of texts; NULL is an empty text."""
        return [line.split("\x1f") for line in psql(self.url, sql).split("\n")[:-1]]

    def value(self, sql):
        rows = self.query(sql)
        assert len(rows) == 1 and len(rows[0]) == 1, f"{sql}: {rows}"
        return rows[0][0]

    def number(self, sql):
        return int(self.value(sql))

    def session(self):
        return Session(self.url)


def psql(url, sql):
    done = subprocess.run(
        ["psql", "-AtXq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        env=clean_environment(),
    )
    assert done.returncode == 0, f"{sql}: {done.stderr}"
    return done.stdout


class Session:
    """A psql that stays, to hold a transaction open."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            ["psql", "-AtXq", "-v", "ON_ERROR_STOP=1", "-d", url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean_environment(),
        )

    def run(self, sql):
        """Returns once the server has answered."""
        self.process.stdin.write(f"{sql};\n\\echo done\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line == "done\n":
                return
        raise AssertionError(f"the session ended during: {sql}")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=PATIENCE_SECONDS)


def clean_environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_VARIABLES)}
    return {**kept, "LC_ALL": "C.UTF-8", **more}


class Result:
    """What a finished sluice said."""

    def __init__(self, command, code, stdout, stderr):
        self.command, self.code, self.stdout, self.stderr = command, code, stdout, stderr

    def json(self):
        """The objects of --json, one per line."""
        return [json.loads(line) for line in self.stdout.splitlines() if line.strip()]

    def __str__(self):
        return (
            f"{' '.join(self.command)}\nexit {self.code}\n"
            f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"
        )


class Process:
    """A sluice in the background. Its output goes to files, so that it never waits for a reader."""

    def __init__(self, command, environment, directory):
        self.command = command
        self._files = [directory / own_name(name) for name in ("stdout.", "stderr.")]
        with open(self._files[0], "wb") as out, open(self._files[1], "wb") as err:
            self.popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment,
                cwd=directory,
            )

    def signal(self, number):
        self.popen.send_signal(number)

    def running(self):
        return self.popen.poll() is None

    def wait(self, seconds=PATIENCE_SECONDS):
        try:
            code = self.popen.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"still running after {seconds} s\n{self.result(None)}") from None
        return self.result(code)

    def result(self, code):
        out, err = (file.read_text(errors="replace") for file in self._files)
        return Result(self.command, code, out, err)

    def kill(self):
        """As a crash would."""
        if self.running():
            self.popen.kill()
        self.popen.wait()


class World(unittest.TestCase):
    """A directory and a database of its own, and the verbs of the command line."""

    maxDiff = None

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sluice-e2e."))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        # The private cluster's server runs as another user when root runs the tests.
        self.directory.chmod(0o755)
        self.database = self.new_database()

    def new_database(self, server_url=None):
        database = Database(server_url)
        self.addCleanup(database.drop)
        return database

    def environment(self, **more):
        own = {
            "HOME": str(self.directory),
            "XDG_DATA_HOME": str(self.directory / "data"),
            "XDG_CONFIG_HOME": str(self.directory / "config"),
        }
        return clean_environment(**{**own, **more})

    def start(self, *arguments, **environment):
        command = [binary(), *map(str, arguments)]
        process = Process(command, self.environment(**environment), self.directory)
        self.addCleanup(process.kill)
        return process

    def sluice(self, *arguments, expect=0, seconds=PATIENCE_SECONDS, **environment):
        result = self.start(*arguments, **environment).wait(seconds)
        self.assertEqual(result.code, expect, f"\n{result}")
        return result

    def wait_until_nothing_is_owed(self):
        """A bucket shows a move or a tag before the ledger has it; a stop in between is
        "interrupted"."""
        owed = "SELECT count(*) FROM sluice.outbox WHERE state <> 'done'"
        wait_for(lambda: self.database.number(owed) == 0, "the ledger has all that followed")

    def load(self, source, *options, expect=0, seconds=PATIENCE_SECONDS, **environment):
        """sluice load fhir into this test's database."""
        arguments = self.load_arguments(source, *options)
        return self.sluice(*arguments, expect=expect, seconds=seconds, **environment)

    def load_arguments(self, source, *options):
        into = [] if "--into" in options else ["--into", self.database.url]
        return ["load", "fhir", source, *into, *options]

    def write(self, path, data):
        """A file below this test's directory; returns the path."""
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return file

    def assert_rows(self, ids_by_table, database=None):
        """Each table holds exactly these ids, each once, also where no key enforces it."""
        database = database or self.database
        for table, ids in ids_by_table.items():
            rows = [row[0] for row in database.query(f'SELECT id FROM "{table}" ORDER BY 1')]
            lost, strange = set(ids) - set(rows), set(rows) - set(ids)
            twice = len(rows) - len(set(rows))
            self.assertEqual(
                (len(lost), len(strange), twice), (0, 0, 0),
                f"{table}: lost {sorted(lost)[:5]}, strange {sorted(strange)[:5]}, twice: {twice}",
            )

    def assert_books_balance(self, database=None):
        """Promise 1: what the ledger says is in, is in. read = loaded + rejected + skipped, and
        every row belongs to exactly one current receipt whose count agrees."""
        database = database or self.database
        for table in ("job WHERE state = 'done'", "receipt WHERE state = 'current'"):
            wrong = database.query(
                f"SELECT * FROM (SELECT * FROM sluice.{table}) AS t WHERE "
                "records_read <> records_loaded + records_rejected + records_skipped"
            )
            self.assertEqual(wrong, [], table)
        unfinished = database.query(
            "SELECT id, state, key FROM sluice.job WHERE state IN ('pending', 'running')"
        )
        self.assertEqual(unfinished, [])
        targets = database.query(
            "SELECT DISTINCT split_part(target, '.', 2) FROM sluice.receipt WHERE state = 'current'"
        )
        for (table,) in targets:
            wrong = database.query(
                "SELECT r.key, r.records_loaded, rows.count FROM "
                "(SELECT * FROM sluice.receipt WHERE state = 'current' "
                f" AND target = 'fhir:public.{table}') AS r FULL JOIN "
                f'(SELECT txid, count(*) FROM "{table}" GROUP BY 1) AS rows USING (txid) '
                "WHERE r.records_loaded IS DISTINCT FROM coalesce(rows.count, 0) "
                "OR r.id IS NULL"
            )
            self.assertEqual(wrong, [], f"{table}: rows by receipt")

    def job(self, key):
        """The job of the object with this key, as a dict of texts."""
        columns = (
            "state", "reason", "attempts", "crashes", "error_origin", "error_code", "error_line",
            "error_byte", "records_read", "records_loaded", "records_rejected", "error_message",
        )
        rows = self.database.query(
            f"SELECT {', '.join(columns)} FROM sluice.job WHERE key LIKE '%{key}'"
        )
        self.assertEqual(len(rows), 1, f"jobs of {key}: {rows}")
        return dict(zip(columns, rows[0]))
