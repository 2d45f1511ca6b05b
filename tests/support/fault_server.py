"""A scripted registry that misbehaves by rule, and records everything it is asked.

    with FaultServer(catalogue) as server:
        server.rule(faults.status(429, retry_after=1), path=r"/manifests/", first=2)
        ...
        server.requests       # in order of arrival

Without rules it is a well-behaved registry over the catalogue: tags/list with `n`, `last` and Link, HEAD and
GET of manifests and blobs, HTTP/1.1 with keep-alive.
"""

import base64
import json
import re
import socket
import ssl
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

import faults

PATH = re.compile(r"^/v2/(?P<repo>.+)/(?P<kind>manifests|blobs|tags)/(?P<reference>[^/]+)$")


class Recorded:
    """One request as it came in. `at` is monotonic seconds; `status` what was answered."""

    def __init__(self, method, path, headers):
        self.method, self.path, self.headers = method, path, headers
        self.at = time.monotonic()
        self.status = None

    def __repr__(self):
        return "%s %s -> %s" % (self.method, self.path, self.status)


class Rule:
    """Applies to the first, the nth, or all requests that match. `hits` counts matches, applied or not."""

    def __init__(self, change, method, path, first, nth):
        self.change, self.method, self.first, self.nth = change, method, first, nth
        self.path = re.compile(path)
        self.hits = 0

    def matches(self, method, path):
        if self.method not in ("*", method) or not self.path.search(path):
            return False
        self.hits += 1
        if self.nth is not None:
            return self.hits == self.nth
        return self.first is None or self.hits <= self.first


class FaultServer:
    """Attributes that change how the registry behaves as a whole:
    page_size   tags per page (None: all in one, whatever `n` says); never more than the client's `n`
    links       "relative", "absolute", or the start of an URL to put before the path (a next page off-origin)
    endless     every page links to a further one
    repeated    every page is the first one again, with a link
    tags        replaces the tag list: a list, or None for `"tags": null`
    connections how many were opened (to read)
    users       {name: password}: basic authentication
    bearer      (realm, service, valid token): bearer authentication
    """

    def __init__(self, catalogue=None, certificate=None):
        self.catalogue = catalogue
        self.requests = []
        self.connections = 0
        self.rules = []
        self.page_size = None
        self.links = "relative"
        self.endless = self.repeated = False
        self.tags = self
        self.users = self.bearer = None
        self._certificate = certificate
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = None

    # -- life -----------------------------------------------------------------------------------------

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                outer._serve(self)

            do_HEAD = do_POST = do_PUT = do_GET

            def setup(self):
                with outer._lock:
                    outer.connections += 1
                super().setup()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a client that goes away in the middle is what many tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self):
        return self._server.server_address[1]

    @property
    def host(self):
        return "127.0.0.1:%d" % self.port

    @property
    def url(self):
        return ("https://" if self._certificate else "http://") + self.host

    # -- what tests use -------------------------------------------------------------------------------

    def rule(self, change, path=r".", method="*", first=None, nth=None):
        """Adds a rule; the first that matches decides. `first`: only so many matching requests; `nth`: only
        that one (from 1)."""
        made = Rule(change, method, path, first, nth)
        with self._lock:
            self.rules.append(made)
        return made

    def clear(self):
        """Behaves again; keeps the record."""
        with self._lock:
            self.rules.clear()

    def seen(self, path=r".", method="*"):
        pattern = re.compile(path)
        with self._lock:
            return [r for r in self.requests if method in ("*", r.method) and pattern.search(r.path)]

    # -- serving --------------------------------------------------------------------------------------

    def _serve(self, handler):
        record = Recorded(handler.command, handler.path, {k.lower(): v for k, v in handler.headers.items()})
        with self._lock:
            self.requests.append(record)
            rule = next((r for r in self.rules if r.matches(record.method, record.path)), None)
        response = self._authorize(record) or self._answer(record.path)
        if rule:
            response = rule.change(response)
        if "Location" in response.headers:
            response.headers["Location"] = response.headers["Location"].replace("{path}", record.path)
        record.status = response.status
        self._send(handler, response)

    def _authorize(self, record):
        sent = record.headers.get("authorization", "")
        challenge = None
        if self.users is not None:
            valid = ["Basic " + base64.b64encode(("%s:%s" % item).encode()).decode() for item in self.users.items()]
            challenge = None if sent in valid else 'Basic realm="test"'
        elif self.bearer is not None:
            realm, service, token = self.bearer
            match = PATH.match(urlsplit(record.path).path)
            scope = "repository:%s:pull" % match["repo"] if match else ""
            if sent != "Bearer " + token:
                challenge = 'Bearer realm="%s",service="%s",scope="%s"' % (realm, service, scope)
        if challenge is None:
            return None
        response = faults.error("UNAUTHORIZED", "authentication required", 401)
        response.headers["WWW-Authenticate"] = challenge
        return response

    def _answer(self, path):
        parts = urlsplit(path)
        match = PATH.match(parts.path)
        repo = self.catalogue.repositories.get(match["repo"]) if match and self.catalogue else None
        if repo is None:
            return faults.error("NAME_UNKNOWN", "repository name not known to registry")
        if match["kind"] == "tags":
            return self._list(repo, parts)
        if match["kind"] == "blobs":
            data = repo.configs.get(match["reference"])
            if data is None or match["reference"] in repo.dropped:
                return faults.error("BLOB_UNKNOWN", "blob unknown to registry")
            return faults.Response(200, {"Content-Type": "application/octet-stream",
                                         "Docker-Content-Digest": match["reference"]}, data)
        found = repo.lookup(match["reference"])
        if found is None:
            return faults.error("MANIFEST_UNKNOWN", "manifest unknown")
        media_type, data, digest = found
        return faults.Response(200, {"Content-Type": media_type, "Docker-Content-Digest": digest}, data)

    def _list(self, repo, parts):
        names = repo.tag_names() if self.tags is self else self.tags
        query = parse_qs(parts.query)
        headers = {"Content-Type": "application/json"}
        page = names
        if names is not None and self.page_size is not None:
            asked = int(query.get("n", [self.page_size])[0])
            last = query.get("last", [""])[0]
            size = min(asked, self.page_size)
            rest = [name for name in names if name > last]
            page, more = rest[:size], len(rest) > size
            after = page[-1] if page else last
            if self.endless:
                number = int(re.sub(r"\D", "", last) or 0) + 1
                page = ["endless-%09d" % (number + i) for i in range(size)]
                after, more = page[-1], True
            if self.repeated:
                page, more, after = names[:size], True, names[0]
            if more:
                target = "%s?n=%d&last=%s" % (parts.path, size, quote(after))
                before = {"relative": "", "absolute": self.url}.get(self.links, self.links)
                headers["Link"] = '<%s%s>; rel="next"' % (before, target)
        return faults.Response(200, headers, json.dumps({"name": repo.name, "tags": page}).encode())

    # -- sending --------------------------------------------------------------------------------------

    def _send(self, handler, response):
        how = response.transport
        if how.get("reset") or how.get("close"):
            if how.get("reset"):
                # Linger 0: closing sends RST instead of FIN.
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._hang_up(handler)
            return
        if "stall" in how and handler.command == "HEAD":
            # There is no body to stop in.
            self._stopped.wait()
            handler.close_connection = True
            return
        length = how.get("stream", len(response.body))
        handler.send_response(response.status)
        for name, value in response.headers.items():
            handler.send_header(name, value)
        if "Content-Length" not in response.headers and response.status not in (204, 304):
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        if handler.command == "HEAD":
            return
        if "stream" in how:
            piece = b" " * 65536
            for _ in range(0, length, len(piece)):
                handler.wfile.write(piece)
        elif "truncate" in how:
            handler.wfile.write(response.body[:int(len(response.body) * how["truncate"])])
            handler.wfile.flush()
            self._hang_up(handler)
        elif "stall" in how:
            handler.wfile.write(response.body[:int(len(response.body) * how["stall"])])
            handler.wfile.flush()
            self._stopped.wait()
            handler.close_connection = True
        elif "trickle" in how:
            size, delay = how["trickle"]
            for start in range(0, len(response.body), size):
                handler.wfile.write(response.body[start:start + size])
                handler.wfile.flush()
                if self._stopped.wait(delay):
                    break
        else:
            handler.wfile.write(response.body)

    @staticmethod
    def _hang_up(handler):
        handler.close_connection = True
        handler.rfile.close()
        handler.wfile.close()
        handler.connection.close()
