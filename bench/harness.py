"""What the benchmarks share: a cluster with a fresh database for each run, sample resources and
their rows as psql takes them, and bench/history.md."""

import concurrent.futures
import datetime
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent
# Another build's figures say how two of its kind compare, and no more.
PRESET = os.environ.get("SLUICE_BENCH_PRESET", "release")
RELEASE = TOP / "build" / PRESET
HISTORY = TOP / "bench/history.md"
COLUMNS = "id, txid, ts, resource_type, status, resource"
# sluice-samples writes every resource with this beginning; the rest of the line is kept as it is.
HEAD = re.compile(
    rb'\{"resourceType":"(\w+)","id":"([^"]+)","meta":\{'
    rb'(?:"versionId":"\d+","lastUpdated":"([^"]+)",)?'
)


def run(*command, **options):
    return subprocess.run(command, check=True, cwd=TOP, text=True, **options)


def output(*command):
    return run(*command, stdout=subprocess.PIPE).stdout.strip()


class Cluster:
    """One PostgreSQL server, with a fresh database for each run."""

    def __init__(self, url):
        self.url = urllib.parse.urlsplit(url)

    def database(self, name):
        return urllib.parse.urlunsplit(self.url._replace(path=f"/{name}"))

    def sql(self, text, database="postgres"):
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.database(database)]
        return output(*command, "-c", text)

    def fresh(self, name):
        if self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.drop(name)
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.database(name)

    def drop(self, name):
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def settle(self):
        """What the last run left to write must not slow the next."""
        self.sql("CHECKPOINT")


class Samples:
    def __init__(self, size):
        self.directory = TOP / "build/bench" / size
        self.objects = self.directory / "fhir"
        self.rows = self.directory / "rows"
        if not (self.objects / "COUNTS.json").exists():
            run("rm", "-rf", self.objects)
            run(RELEASE / "sluice-samples", "--out", self.objects, "--raw-size", size)
        self.counts = json.loads((self.objects / "COUNTS.json").read_text())
        self.files = sorted(self.objects.glob("*.gz"), key=lambda f: -f.stat().st_size)
        self.types = sorted(self.counts["types"])

    def prepare_rows(self):
        """Writes each object's rows as COPY text, the most psql can be given."""
        if (self.rows / "done").exists():
            return
        self.rows.mkdir(exist_ok=True)
        with concurrent.futures.ProcessPoolExecutor() as processes:
            list(processes.map(prepare_rows, self.files, [self.rows] * len(self.files)))
        (self.rows / "done").touch()

    def lines(self, table):
        """Of the table, by its name in lower case."""
        return {kind.lower(): t["lines"] for kind, t in self.counts["types"].items()}[table]

    def binary_files(self, cluster):
        """The same rows as binary COPY, by way of a database; largest first."""
        binary = self.directory / "binary"
        if not (binary / "done").exists():
            binary.mkdir(exist_ok=True)
            url = cluster.fresh("bench_binary")
            make_tables(cluster, "bench_binary", self.types)
            for file in self.row_files():
                table = file.name.split(".")[0].lower()
                psql(url, f"TRUNCATE {table}")
                psql(url, f"\\copy {table} ({COLUMNS}) FROM '{file}'")
                psql(url, f"\\copy {table} ({COLUMNS}) TO '{binary / file.name}' (FORMAT binary)")
            cluster.drop("bench_binary")
            (binary / "done").touch()
        return sorted(binary.glob("*.copy"), key=lambda f: -f.stat().st_size)

    def row_files(self):
        """Largest first, as sluice orders its objects."""
        self.prepare_rows()
        return sorted(self.rows.glob("*.copy"), key=lambda f: -f.stat().st_size)


def feeds(files):
    """A directory of so many traffic feeds, one for every two minutes."""
    directory = TOP / f"build/bench/feeds-{files}"
    done = directory.with_suffix(".done")
    if not done.exists():
        run("rm", "-rf", directory)
        run(RELEASE / "sluice-samples", "--feeds", str(files), "--out", directory)
        done.touch()
    return directory


def prepare_rows(source, directory):
    target = directory / source.name.replace(".ndjson.gz", ".copy")
    with gzip.open(source) as lines, open(target, "wb") as rows:
        for line in lines:
            head = HEAD.match(line)
            kind, resource_id, moment = head.groups()
            resource = (b'{"meta":{' + line[head.end() :].rstrip(b"\n")).replace(b"\\", b"\\\\")
            moment = moment or b"2024-01-01T00:00:00Z"
            rows.write(b"\t".join((resource_id, b"1", moment, kind, b"created", resource)) + b"\n")


def make_tables(cluster, database, types):
    """The shape that sluice gives its tables: src/system/fhir/fhir_sql.h."""
    script = [
        "CREATE TYPE resource_status AS ENUM ('created', 'updated', 'deleted', 'recreated')"
    ]
    for table in map(str.lower, types):
        script.append(
            f"CREATE TABLE {table} (id text PRIMARY KEY, txid bigint NOT NULL,"
            " ts timestamptz DEFAULT now(), cts timestamptz DEFAULT now(), resource_type text,"
            " status resource_status NOT NULL, resource jsonb NOT NULL)"
        )
        script.append(f"CREATE INDEX ON {table} USING brin (txid)")
    cluster.sql(";".join(script), database)


def verify(cluster, samples, database):
    for kind in samples.types:
        rows = int(cluster.sql(f"SELECT count(*) FROM {kind.lower()}", database))
        lines = samples.counts["types"][kind]["lines"]
        if rows != lines:
            raise SystemExit(f"bench: {database}.{kind.lower()} has {rows} rows of {lines}")


def machine(cluster):
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text()).group(1)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    server = cluster.sql("SHOW server_version").split()[0]
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, PostgreSQL {server}"


def commit():
    changed = output("git", "status", "--porcelain", "--untracked-files=no")
    return output("git", "rev-parse", "--short", "HEAD") + ("+" if changed else "")


def record(name, title, cells):
    """Prints the cells, and adds them as a row to the benchmark's table in bench/history.md."""
    width = max(map(len, cells))
    for key, value in cells.items():
        print(f"{key:<{width}}  {value}")
    text = HISTORY.read_text()
    heading = f"# bench/{name}: "
    if heading not in text:
        text += f"\n{heading}{title}\n\n| {' | '.join(cells)} |\n|{'---|' * len(cells)}\n"
    start = text.index(heading)
    end = text.find("\n# ", start) + 1 or len(text)
    section = text[start:end].rstrip("\n") + f"\n| {' | '.join(cells.values())} |\n"
    rest = text[end:]
    HISTORY.write_text(text[:start] + section + ("\n" + rest if rest else ""))


def idle_seconds():
    """What all cores together have been idle since the machine began."""
    ticks = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return (int(ticks[3]) + int(ticks[4])) / os.sysconf("SC_CLK_TCK")  # idle, iowait


def build(*targets):
    run("./dev", "build", PRESET, *targets)


def in_s3_world():
    """Runs the program again where the tests' S3 server is, unless it is there already."""
    if "SLUICE_TEST_S3_ENDPOINT" in os.environ:
        return
    run("./dev", "s3", "up", stdout=subprocess.DEVNULL)
    os.execv(TOP / "tests/worlds", ["worlds", "run", str(TOP / "build/dev/world"), "--",
                                    sys.executable, *sys.argv])


def header(cluster):
    return {
        "date": datetime.date.today().isoformat(),
        "commit": commit() + ("" if PRESET == "release" else f" ({PRESET})"),
        "machine": machine(cluster),
    }


def in_turns(sides, number):
    """The sides in an order that changes from round to round, so that none always goes first."""
    turn = number % len(sides)
    return sides[turn:] + sides[:turn]


def sluice_load(samples_directory, url, threads, *options, codes=(0,)):
    """Seconds, and the peak memory of the process in bytes. `codes`: how it may end."""
    command = [RELEASE / "sluice", "load", "fhir", samples_directory, "--into", url, *options]
    start = time.monotonic()
    process = subprocess.Popen([*command, "--threads", str(threads), "--progress", "none", "-q"])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"bench: sluice load ended with {process.returncode}")
    return seconds, usage.ru_maxrss * 1024


def psql(url, command, **options):
    run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", command, **options)


def at_once(threads, work, items):
    """Seconds until all items are worked on, so many at a time, each thread taking the next."""
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(threads) as sessions:
        list(sessions.map(work, items))
    return time.monotonic() - start


def private_cluster(url):
    """`url`, or that of sluice's own cluster, started."""
    if url is None:
        run(RELEASE / "sluice", "pg", "start")
        url = output(RELEASE / "sluice", "pg", "url")
    return Cluster(url)
