"""A server in front of another. What is held waits for the gate to open, and goes on if its sender still waits."""

import http.client
import http.server
import socket
import threading
import urllib.parse
from collections.abc import Callable

Held = Callable[[str, str, bytes], bool]
Passed = Callable[[str, str, bytes], None]


def _closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


class Gate:
    """`held` judges each request by method, path and body; `passed` is told of each answer's body."""

    def __init__(self, target: str) -> None:
        self.held: Held = lambda *_: False
        self.passed: Passed = lambda *_: None
        self._there = urllib.parse.urlsplit(target).netloc
        self._opened = threading.Event()
        gate = self

        class Passing(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if gate.held(self.command, self.path, body):
                    gate._opened.wait(60)
                    if _closed(self.connection):
                        self.close_connection = True
                        return
                status, headers, said = gate._ask(self.command, self.path, body, dict(self.headers.items()))
                gate.passed(self.command, self.path, said)
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def do_POST(self) -> None:
                self.do_GET()

            def do_DELETE(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Who was held has often gone away."""

        self._server = Server(("127.0.0.1", 0), Passing)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, list, bytes]:
        there = http.client.HTTPConnection(self._there, timeout=60)
        kept = {name: value for name, value in headers.items() if name.lower() not in ("host", "connection")}
        there.request(method, path, body or None, kept)
        answer = there.getresponse()
        said = answer.read()
        there.close()
        return answer.status, answer.getheaders(), said

    def hold(self, held: Held) -> None:
        self._opened.clear()
        self.held = held

    def open(self) -> None:
        self.held = lambda *_: False
        self._opened.set()

    def close(self) -> None:
        self.open()
        self._server.shutdown()
        self._server.server_close()
