"""Servers of one test's own, for tests that stop and kill them."""

import os
import pathlib
import re
import subprocess

from world import PATIENCE_SECONDS, TOP, clean_environment


def run(*command, **environment):
    done = subprocess.run(
        [str(part) for part in command], env=clean_environment(**environment),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=PATIENCE_SECONDS, check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stdout}"
    return done.stdout


class PgServer:
    """A throw-away cluster (tests/pg_world) that can be stopped as if the power had failed."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        text = run(TOP / "tests/pg_world", "up", self.directory)
        self.url = re.search(r"SLUICE_TEST_PG_URL='([^']*)'", text).group(1)
        place = pathlib.Path((self.directory / "place").read_text().strip())
        self.data = place / "data" if (place / "data").is_dir() else self.directory / "data"

    def _ctl(self, *arguments):
        pg_ctl = "/usr/lib/postgresql/15/bin/pg_ctl"
        command = [pg_ctl, *arguments, "-D", str(self.data), "-s", "-w"]
        if os.getuid() == 0:
            drop = ["--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env"]
            command = ["setpriv", *drop, "--", *command]
        run(*command)

    def stop_immediately(self):
        self._ctl("stop", "-m", "immediate")

    def start(self):
        # Its output would hold this program's pipe open for as long as it runs.
        self._ctl("start", "-l", str(self.data / "log"))

    def down(self):
        run(TOP / "tests/pg_world", "down", self.directory)


class S3Server:
    """A gateway and its store (tools/s3) that can be killed and started again."""

    def __init__(self, root, **options):
        self.root = str(root)
        self._run("up", S3_PORT="auto", **options)
        text = (pathlib.Path(root) / "env").read_text()
        self.endpoint = re.search(r"SLUICE_TEST_S3_ENDPOINT=(\S+)", text).group(1)

    def _run(self, tool, *arguments, **environment):
        run(TOP / "tools/s3" / tool, *arguments, S3_ROOT=self.root, **environment)

    def kill_gateway(self):
        self._run("gateway", "kill")

    def start_gateway(self):
        self._run("gateway", "start")

    def down(self):
        self._run("down", "now")
