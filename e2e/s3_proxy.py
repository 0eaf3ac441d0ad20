"""An HTTP proxy in front of the real S3 server that answers wrongly on demand.

Requests pass unchanged (the signature covers the Host header, and the server checks it against what
the client sent), except where a fault applies: faults are tried in the order in which they were
added, and each is used up after its number of times.
"""

import http.client
import http.server
import socket
import struct
import threading
import urllib.parse

PIECE_BYTES = 65536


class Fault:
    def __init__(self, act, kind, key, times):
        self.act, self.kind, self.key, self.times = act, kind, key, times
        self.used = 0

    def applies(self, kind, key):
        wanted = self.kind == kind and (self.key is None or key.endswith(self.key))
        return wanted and (self.times is None or self.used < self.times)


class S3Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, endpoint):
        super().__init__(("127.0.0.1", 0), Handler)
        upstream = urllib.parse.urlsplit(endpoint)
        self.upstream = (upstream.hostname, upstream.port)
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        self.requests = []  # (kind, key, Range, If-Match)
        self.ended = threading.Event()
        self._faults = []
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def fault(self, act, kind="get", key=None, times=1):
        """`times` None: always. Returns the fault, whose `used` says how often it struck."""
        fault = Fault(act, kind, key, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def heal(self):
        """No fault applies any more."""
        with self._lock:
            self._faults.clear()

    def take(self, kind, key):
        with self._lock:
            for fault in self._faults:
                if fault.applies(kind, key):
                    fault.used += 1
                    return fault.act
        return None

    def close(self):
        self.ended.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that hangs up is what these tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    connection_upstream = None

    def do_GET(self):
        path, _, _ = self.path.partition("?")
        _, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")
        kind = "list" if key == "" else self.command.lower()
        self.server.requests.append(
            (kind, key, self.headers.get("Range"), self.headers.get("If-Match"))
        )
        act = self.server.take(kind, key) or pass_on
        act(self)

    do_HEAD = do_GET

    def ask(self):
        """The real server's reply to this request."""
        if self.connection_upstream is None:
            self.connection_upstream = http.client.HTTPConnection(*self.server.upstream, timeout=60)
        connection = self.connection_upstream
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse()

    def send_head(self, reply, **changed):
        # The length of a HEAD's object is in a header that http.client takes for a body's.
        self.send_response_only(reply.status, reply.reason)
        for name, value in reply.getheaders():
            if name.lower() not in ("connection", "keep-alive", "transfer-encoding"):
                self.send_header(name, changed.pop(name.lower().replace("-", "_"), value))
        self.end_headers()

    def abort(self, reset=True):
        """Ends the connection with a reset, or in order."""
        if reset:
            no_linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
        self.wfile.flush()
        self.close_connection = True
        if self.connection_upstream is not None:
            self.connection_upstream.close()
            self.connection_upstream = None
        # The server shuts connections down politely; a reset must come first.
        self.connection.close() if reset else None

    def hold_until_hangup(self):
        self.connection.settimeout(0.1)
        while not self.server.ended.is_set():
            try:
                if self.connection.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.close_connection = True

    def finish(self):
        if self.connection_upstream is not None:
            self.connection_upstream.close()
        try:
            super().finish()
        except OSError:
            pass

    def log_message(self, *_):
        """The tests say what they expect; a log would only be in the way."""


def pass_on(handler):
    reply = handler.ask()
    if reply.getheader("Content-Length") is None:
        body = reply.read()
        handler.send_response_only(reply.status, reply.reason)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.send_head(reply)
    while piece := reply.read(PIECE_BYTES):
        handler.wfile.write(piece)


def answer(status, code, **headers):
    """An S3 error instead of the object."""

    def act(handler):
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message></Message></Error>"
        handler.send_response(status)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body.encode())

    return act


def part(handler, size):
    """The head, and so many bytes of the body."""
    reply = handler.ask()
    handler.send_head(reply)
    handler.wfile.write(reply.read(size))


def cut(size, reset=True, then=lambda: None):
    """The connection breaks after so many bytes of the body; `then` happens first."""

    def act(handler):
        part(handler, size)
        then()
        handler.abort(reset)

    return act


def stall(size):
    """So many bytes, and then silence on an open connection."""

    def act(handler):
        part(handler, size)
        handler.hold_until_hangup()

    return act


def silent(handler):
    """The request is read and nothing is ever said."""
    handler.hold_until_hangup()


def wrong_range(handler):
    """A reply that claims to hold other bytes than were asked for."""
    reply = handler.ask()
    claimed = reply.getheader("Content-Range")
    if claimed is not None:
        total = claimed.rpartition("/")[2]
        claimed = f"bytes 0-{int(reply.getheader('Content-Length')) - 1}/{total}"
    handler.send_head(reply, content_range=claimed)
    handler.wfile.write(reply.read())
