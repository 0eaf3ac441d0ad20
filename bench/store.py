"""Sample objects on the real S3 server, for benchmarks that read from it."""

import os
import pathlib
import shlex
import sys

import harness

ROOT = harness.TOP / "build/bench/s3"
SERVERS = ("radosgw", "ceph-mon", "ceph-osd")
sys.path.insert(0, str(harness.TOP / "e2e"))


def cpu_seconds(root):
    """What the processes of the server at `root` have used so far."""
    ticks = 0
    for server in SERVERS:
        pid = (pathlib.Path(root) / "run" / f"{server}.pid").read_text().strip()
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(stat[11]) + int(stat[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Bucket:
    """A bucket with the samples' objects, on a server of the benchmarks' own that keeps them in
    memory. drop() stops it."""

    def __init__(self, samples):
        self._environment = {**os.environ, "S3_ROOT": str(ROOT), "S3_PORT": "auto"}
        harness.run(harness.TOP / "tools/s3/up", env=self._environment)
        for line in (ROOT / "env").read_text().splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            os.environ[name] = shlex.split(value)[0]
        import bucket  # needs the environment

        self._bucket = bucket.Bucket()
        self._bucket.put_all((f"fhir/{file.name}", file.read_bytes()) for file in samples.files)
        self.url = self._bucket.url("fhir/")
        self.options = tuple(self._bucket.options())

    def drop(self):
        self._bucket.drop()
        harness.run(harness.TOP / "tools/s3/down", "now", env=self._environment)
