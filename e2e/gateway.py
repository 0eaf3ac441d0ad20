"""A stand-in for the portal's registration gateway: it registers, refuses, throttles, hangs, resets
and answers 200 with FAILED, and counts what it saw. It speaks the documented shapes."""

import base64
import collections
import http.server
import json
import socket
import struct
import threading
import time
import uuid

# What a plan may say of a call, beside a (status, headers, body) to answer with.
REGISTER = "register"
HANG = "hang"                    # registers, and is silent until close()
HANG_BEFORE = "hang before"      # does not even register
RESET = "reset"                  # registers, and resets the connection


def failed(error, cause):
    """A Step Functions execution that ended badly: 200 all the same."""
    return 200, {}, {"executionArn": "arn:aws:states:us-east-1:111122223333:express:r",
                     "status": "FAILED", "error": error, "cause": cause}


class Gateway:
    """`plan(user, nth)` says what becomes of the nth call about a user (from 1)."""

    def __init__(self, plan=lambda user, nth: REGISTER, idempotent=False, port=0):
        self.plan, self.idempotent = plan, idempotent
        self.lock = threading.Lock()
        self.registered = collections.Counter()      # user -> how often it happened
        self.images, self.properties = {}, {}
        self.calls = []                              # (time, user, headers)
        self.by_user = collections.Counter()
        self.known = {}                              # Idempotency-Key -> answer
        self.asked = collections.Counter()
        self.closing = threading.Event()
        self._open(port)

    def _open(self, port):
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # pylint: disable=invalid-name
                gateway.answer(self)

            def log_message(self, *arguments):  # pylint: disable=arguments-differ
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                """Clients that die are what is tested."""

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/prod"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def down(self):
        """Nobody listens any more."""
        self.server.shutdown()
        self.server.server_close()

    def up(self):
        self._open(self.port)

    def answer(self, handler):
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        if handler.path.endswith("/check-userid"):
            return self._check(handler, body)
        user, key = body["UserId"], handler.headers.get("Idempotency-Key")
        with self.lock:
            self.calls.append((time.monotonic(), user, dict(handler.headers.items())))
            self.by_user[user] += 1
            deed = self.plan(user, self.by_user[user])
            if deed == HANG_BEFORE:
                answer = None
            elif isinstance(deed, tuple):
                answer = deed
            else:
                answer = self._register(user, key, body)
        if deed in (HANG, HANG_BEFORE):
            self.closing.wait(120)
            handler.close_connection = True
            return None
        if deed == RESET:
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.connection.close()
            handler.close_connection = True
            return None
        return self._send(handler, *answer)

    def _register(self, user, key, body):
        if self.idempotent and key in self.known:
            return self.known[key]
        self.registered[user] += 1
        self.images[user] = base64.b64decode(body["Image"])
        self.properties[user] = body["Properties"]
        output = {"UserId": user, "ImageId": str(uuid.uuid4()), "Status": "Registered"}
        answer = (200, {}, {
            "executionArn": "arn:aws:states:us-east-1:111122223333:express:register",
            "status": "SUCCEEDED", "output": json.dumps(output),
            "billingDetails": {"billedDurationInMilliseconds": 300}})
        if key:
            self.known[key] = answer
        return answer

    def _check(self, handler, body):
        with self.lock:
            self.asked[body["UserId"]] += 1
            known = self.registered[body["UserId"]] > 0
        return self._send(handler, 200, {}, {"Reason": "User Exist" if known else "User not Exist"})

    @staticmethod
    def _send(handler, status, headers, body):
        text = json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def times(self):
        with self.lock:
            return [call[0] for call in self.calls]
