"""A webhook on loopback that does as it is told, and keeps what it gets."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Webhook:
    """`answer` is a status, "hang", or ("redirect", path)."""

    def __init__(self):
        self.answer = 200
        self.got = []  # (path, headers, document)
        self._stopped = threading.Event()
        self._server = None

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), json.loads(body)))
                answer = outer.answer
                if answer == "hang":
                    outer._stopped.wait(60)
                    return
                self.send_response(307 if isinstance(answer, tuple) else answer)
                if isinstance(answer, tuple):
                    self.send_header("Location", answer[1])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        """As such addresses are: the path is a secret."""
        return "http://127.0.0.1:%d/services/T0/s3cretpath?key=s3cretkey" % self._server.server_address[1]

    def ids(self):
        """The ids of the events of each document."""
        return [[event["id"] for event in document["events"]] for _, _, document in self.got]
