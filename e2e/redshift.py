"""A stand-in for a Redshift cluster, which cannot be had here: it speaks PostgreSQL's protocol as
far as libpq needs for UNLOAD, runs the inner query on a real PostgreSQL, and writes the files that
the UNLOAD page of the developer guide documents to the S3 server, with the keys of the statement.
"""

import bz2
import gzip
import json
import re
import socket
import struct
import subprocess
import threading

import table_sample
from bucket import connect
from world import clean_environment

LITERAL = r"'((?:[^'\\]|''|\\.)*)'"
UNESCAPE = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def unliteral(text):
    """What a literal of Redshift means: doubled quotes, and a backslash takes the next as it is."""
    return re.sub(r"''|\\(.)", lambda m: m.group(1) or "'", text, flags=re.DOTALL)


class Redshift:
    """Answers on a loopback port until close(). `database`: where inner queries run."""

    def __init__(self, database, role=None, fault=None):
        self.database, self.role, self.fault = database, role, fault
        self.statements = []
        self.rows = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"redshift://loader:pass@127.0.0.1:{self.port}/dev?sslmode=disable"

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        with peer, peer.makefile("rb") as stream:
            size, _ = struct.unpack("!ii", stream.read(8))
            stream.read(size - 8)
            self._send(peer, b"R", struct.pack("!i", 3))  # the password, in clear
            if self._message(stream)[1] != b"pass\0":
                return
            self._send(peer, b"R", struct.pack("!i", 0))
            for name, value in (("server_version", "8.0.2"), ("client_encoding", "UTF8"),
                                ("standard_conforming_strings", "off")):
                self._send(peer, b"S", f"{name}\0{value}\0".encode())
            self._ready(peer)
            while True:
                kind, body = self._message(stream)
                if kind != b"Q":
                    return
                self._answer(peer, body[:-1].decode())
                self._ready(peer)

    @staticmethod
    def _message(stream):
        kind = stream.read(1)
        if not kind:
            return b"X", b""
        return kind, stream.read(struct.unpack("!i", stream.read(4))[0] - 4)

    @staticmethod
    def _send(peer, kind, body):
        peer.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def _ready(self, peer):
        self._send(peer, b"Z", b"I")

    def _answer(self, peer, statement):
        self.statements.append(statement)
        try:
            if statement == "SELECT pg_last_unload_count()":
                self._send(peer, b"T", struct.pack("!h", 1) + b"n\0" + struct.pack(
                    "!ihihih", 0, 0, 20, 8, -1, 0))
                text = str(self.rows).encode()
                self._send(peer, b"D", struct.pack("!hi", 1, len(text)) + text)
                self._send(peer, b"C", b"SELECT\0")
            else:
                self._unload(statement)
                self._send(peer, b"C", b"UNLOAD\0")
        except Exception as error:  # what a real cluster says is an error of the protocol
            self._send(peer, b"E", f"SERROR\0CXX000\0M{error}\0\0".encode())

    def _unload(self, statement):
        head = re.match(rf"UNLOAD \({LITERAL}\) TO {LITERAL}(.*)$", statement, re.DOTALL)
        if not head:
            raise ValueError(f"syntax error in {statement}")
        query, to, rest = unliteral(head.group(1)), unliteral(head.group(2)), head.group(3)
        options = Options(rest)
        if options.role and options.role != self.role:
            raise ValueError("User is not authorized to assume IAM Role")
        names, types, rows = self._run(query)
        self.rows = len(rows)
        store = connect(key=options.key, secret=options.secret)
        bucket, prefix = to[5:].split("/", 1)
        there = [item["Key"] for item in
                 store.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
        if there and not (options.overwrite or options.clean):
            raise ValueError("Specified unload destination on S3 is not empty.")
        for key in there if options.clean else []:
            store.delete_object(Bucket=bucket, Key=key)
        entries = []
        slices = 1 if not options.parallel else 2
        for number in range(slices):
            mine = rows[number::slices]
            body = options.write(names, types, mine)
            key = f"{prefix}{number:04}_part_00{options.suffix}"
            store.put_object(Bucket=bucket, Key=key, Body=body)
            count = len(mine) + (1 if options.header else 0)
            if self.fault == "count":
                count += 1
            entries.append({"url": f"s3://{bucket}/{key}",
                            "meta": {"content_length": len(body), "record_count": count}})
        manifest = {"entries": entries, "schema": {"elements": [
            {"name": name, "type": {"base": kind}} for name, kind in zip(names, types)]},
            "meta": {"content_length": sum(e["meta"]["content_length"] for e in entries),
                     "record_count": len(rows)},
            "author": {"name": "Amazon Redshift", "version": "1.0.0"}}
        if self.fault != "manifest":
            store.put_object(Bucket=bucket, Key=f"{prefix}manifest", Body=json.dumps(manifest))

    def _run(self, query):
        """Column names, their types, and rows of texts, None for NULL."""
        header = self._psql(
            f"COPY (SELECT * FROM ({query}\n) q LIMIT 0) TO STDOUT (FORMAT csv, HEADER)")
        names = header.decode().strip().split(",")
        typed = ", ".join(f"pg_typeof(q.{name})" for name in names)
        types = self._psql(f"COPY (SELECT {typed} FROM (SELECT 1) o LEFT JOIN ({query}\n) q "
                           "ON false) TO STDOUT").decode().strip("\n").split("\t")
        lines = self._psql(f"COPY ({query}\n) TO STDOUT").decode().split("\n")[:-1]
        return names, types, [[self._field(f) for f in line.split("\t")] for line in lines]

    @staticmethod
    def _field(text):
        if text == "\\N":
            return None
        return re.sub(r"\\(.)", lambda m: UNESCAPE.get(m.group(1), m.group(1)), text)

    def _psql(self, sql):
        done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.database.url,
                               "-c", sql], capture_output=True, timeout=60, check=False,
                              env=clean_environment())
        if done.returncode != 0:
            raise ValueError(done.stderr.decode().strip())
        return done.stdout


class Options:
    """What stands behind TO '...'."""

    def __init__(self, text):
        def literal(name):
            found = re.search(rf"\b{name} {LITERAL}", text)
            return unliteral(found.group(1)) if found else None

        bare = re.sub(LITERAL, "''", text)
        self.role, self.key = literal("IAM_ROLE"), literal("ACCESS_KEY_ID")
        self.secret = literal("SECRET_ACCESS_KEY")
        if not self.role and not self.secret:
            raise ValueError("no authorization in UNLOAD")
        self.null, self.delimiter = literal("NULL AS") or "", literal("DELIMITER AS") or "|"
        self.escape, self.quotes = " ESCAPE" in bare, " ADDQUOTES" in bare
        self.csv, self.json = " FORMAT CSV" in bare, " FORMAT JSON" in bare
        self.header = " HEADER" in bare
        self.overwrite, self.clean = " ALLOWOVERWRITE" in bare, " CLEANPATH" in bare
        self.parallel = " PARALLEL OFF" not in bare
        if " MANIFEST VERBOSE" not in bare:
            raise ValueError("only MANIFEST VERBOSE is understood here")
        packs = {"GZIP": (".gz", gzip.compress), "BZIP2": (".bz2", bz2.compress),
                 "ZSTD": (".zst", zstd)}
        self.suffix, self.pack = next(
            (packs[word] for word in packs if f" {word}" in bare), ("", bytes))

    def write(self, names, types, rows):
        if self.json:
            return self.pack(b"".join(self._json(names, types, row) for row in rows))
        lines = [names, *rows] if self.header else rows
        if self.csv:
            text = "".join(self.delimiter.join(map(self._csv, row)) + "\n" for row in lines)
            return self.pack(text.encode())
        return self.pack(
            table_sample.unload(lines, self.escape, self.quotes, self.null, self.delimiter))

    def _csv(self, text):
        if text is None:
            return self.null
        if any(c in text for c in f'{self.delimiter}"\n\r'):
            return '"' + text.replace('"', '""') + '"'
        return text

    @staticmethod
    def _json(names, types, row):
        numbers = ("integer", "bigint", "smallint", "numeric")
        record = {name: json.loads(value) if value is not None and kind in numbers else value
                  for name, kind, value in zip(names, types, row)}
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True,
                          timeout=60).stdout
