"""A TCP proxy in front of PostgreSQL that loses connections the ways networks do.

Orders are given beforehand and each holds for one connection that loads (one that has begun a
COPY), so that a test can say how often something happens. The server listens on its unix socket.
"""

import re
import socket
import threading
import urllib.parse

TAIL_BYTES = 64
PIECE_BYTES = 65536


def socket_path(url):
    directory = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["host"][0]
    return f"{directory}/.s.PGSQL.5432"


def close(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


class Link:
    """One connection: two threads that pass bytes on until an order says otherwise."""

    def __init__(self, proxy, client):
        self.proxy, self.client = proxy, client
        self.server = socket.socket(socket.AF_UNIX)
        self.server.connect(proxy.server_path)
        self.copying = False
        self.copied_bytes = 0
        self.swallowing = False
        self.dark = threading.Event()
        for way in (self._to_server, self._to_client):
            threading.Thread(target=self._run, args=(way,), daemon=True).start()

    def _run(self, way):
        try:
            way()
        except OSError:
            pass
        if not self.dark.is_set():
            self.cut()

    def cut(self):
        close(self.client)
        close(self.server)

    def _to_server(self):
        tail = b""
        while data := self.client.recv(PIECE_BYTES):
            if self.dark.is_set():
                return
            seen = tail + data
            tail = seen[-TAIL_BYTES:]
            if self.copying:
                self.copied_bytes += len(data)
            self.copying = self.copying or b"FROM STDIN" in seen
            if self.copying and b"COMMIT\0" in seen:
                tail = b""
                if self.proxy.take("cut-before-commit"):
                    return
                self.swallowing = self.proxy.take("drop-commit-answer")
            self.server.sendall(data)
            if self.copied_bytes > 0 and self.proxy.take("blackhole-copy"):
                self.dark.set()
                return
            if self.copied_bytes > 0 and self.proxy.take("cut-copy"):
                return

    def _to_client(self):
        answer = b""
        while data := self.server.recv(PIECE_BYTES):
            if self.dark.is_set():
                return
            if not self.swallowing:
                self.client.sendall(data)
                continue
            # Only what was committed for sure proves anything: wait for the server's word for it.
            answer += data
            if b"COMMIT\0" in answer:
                return


class PgProxy:
    ORDERS = ("drop-commit-answer", "cut-before-commit", "blackhole-copy", "cut-copy")

    def __init__(self, server_url):
        self.server_path = socket_path(server_url)
        self.links = []
        self.obeyed = dict.fromkeys(self.ORDERS, 0)
        self._left = dict.fromkeys(self.ORDERS, 0)
        self._lock = threading.Lock()
        self._lit = threading.Event()
        self._lit.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database_url):
        """The same database, through here."""
        path = re.match(r"postgresql://[^/]*(/[^?]*)", database_url).group(1)
        return f"postgresql://postgres@127.0.0.1:{self.port}{path}?sslmode=disable"

    def order(self, what, times=1):
        with self._lock:
            self._left[what] = times

    def darken(self):
        """The network of all clients is gone: nobody is told, nothing passes, until relight()."""
        self._lit.clear()
        for link in self.links:
            link.dark.set()

    def relight(self):
        """New connections pass; the old ones stay lost."""
        self._lit.set()

    def take(self, what):
        with self._lock:
            if self._left[what] == 0:
                return False
            self._left[what] -= 1
            self.obeyed[what] += 1
            return True

    def close(self):
        close(self._listener)
        for link in self.links:
            link.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                self._lit.wait()
                self.links.append(Link(self, client))
            except OSError:
                return
