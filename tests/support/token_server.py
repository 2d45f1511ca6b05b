"""A token server for docker-registry: hands out the signed tokens that the registry asks clients to bring.

It signs with RS256 and puts its certificate into the token's `x5c`; the registry trusts that certificate
through `rootcertbundle`.
"""

import base64
import json
import os
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenServer:
    """Context manager. `users` maps names to passwords; None gives anybody a token to pull. `requests`
    records (path, query, authorization header) of every request."""

    ISSUER = "tagdb test token server"
    SERVICE = "tagdb test registry"

    def __init__(self, folder, users=None, expires_in=300):
        self.users = users
        self.expires_in = expires_in
        self.requests = []
        self._key = os.path.join(folder, "token.key")
        self.certificate = os.path.join(folder, "token.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
                        "/CN=token", "-keyout", self._key, "-out", self.certificate], check=True, capture_output=True)
        with open(self.certificate, encoding="ascii") as pem:
            lines = [line for line in pem.read().splitlines() if line and "-----" not in line]
        self._x5c = ["".join(lines)]
        self._server = None

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer._answer(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def realm(self):
        return "http://127.0.0.1:%d/token" % self._server.server_address[1]

    def _answer(self, handler):
        parts = urlsplit(handler.path)
        query = parse_qs(parts.query)
        sent = handler.headers.get("Authorization", "")
        self.requests.append((parts.path, query, sent))
        status, body = 200, b""
        if self.users is not None and not self._known(sent):
            status, body = 401, b'{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}'
        else:
            body = json.dumps({"token": self.sign(query.get("scope", [])), "expires_in": self.expires_in}).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _known(self, sent):
        for name, password in self.users.items():
            if sent == "Basic " + base64.b64encode(("%s:%s" % (name, password)).encode()).decode():
                return True
        return False

    def sign(self, scopes):
        access = []
        for scope in " ".join(scopes).split():
            kind, name, actions = scope.split(":")
            access.append({"type": kind, "name": name, "actions": [a for a in actions.split(",") if a == "pull"]})
        now = int(time.time())
        claims = {"iss": self.ISSUER, "sub": "", "aud": self.SERVICE, "iat": now, "nbf": now - 10,
                  "exp": now + self.expires_in, "jti": os.urandom(8).hex(), "access": access}
        head = {"typ": "JWT", "alg": "RS256", "x5c": self._x5c}
        signed = "%s.%s" % (_encode(json.dumps(head).encode()), _encode(json.dumps(claims).encode()))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self._key], input=signed.encode(),
                                   capture_output=True, check=True).stdout
        return "%s.%s" % (signed, _encode(signature))
