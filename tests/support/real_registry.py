"""Runs the real registry server (Debian's docker-registry) on loopback, over a storage folder of ours.

    with RealRegistry(catalogue) as registry:
        subprocess.run([..., "--registry", registry.url])
        registry.requests()     # what was asked, from the server's own access log
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import loopback  # noqa: E402
from token_server import TokenServer  # noqa: E402

PROGRAM = "/usr/bin/docker-registry"

Request = namedtuple("Request", "method path status agent")

LINE = re.compile(r'^\S+ \S+ .*?\[[^\]]*\] "(\S+) (\S+) HTTP/[^"]*" (\d+) \S+ "[^"]*" "([^"]*)"')


def available():
    return os.access(PROGRAM, os.X_OK)


class RealRegistry:
    """`tls`, `users` and `token` choose how it is reached:
    tls=True     https with a certificate of an authority of its own (registry.ca_file)
    users={…}    basic authentication
    token=True   bearer tokens from registry.tokens (anybody, or `users` when given)
    client_ca    with tls: clients must show a certificate of this authority
    """

    def __init__(self, catalogue=None, tls=False, users=None, token=False, expires_in=300, cache=False,
                 client_ca=None):
        self.catalogue = catalogue
        self.tls, self.users, self.token, self.cache = tls, users, token, cache
        self.folder = tempfile.mkdtemp(prefix="tagdb-registry-")
        self.storage = os.path.join(self.folder, "storage")
        self.client_ca = client_ca
        self.ca_file = None
        self.tokens = None
        self.port = None
        self.process = None
        self._expires_in = expires_in
        self._seen = 0

    # -- life -----------------------------------------------------------------------------------------

    def __enter__(self):
        try:
            os.makedirs(self.storage, exist_ok=True)
            self.update()
            if self.tls:
                authority = loopback.Authority(self.folder)
                self.ca_file = authority.ca
                self._certificate = authority.issue("server")
            if self.token:
                self.tokens = TokenServer(self.folder, self.users, self._expires_in).__enter__()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self.tokens and self.tokens._server:
            self.tokens.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        """Starts the server; a port that another program took in between is tried again with a new one."""
        for _ in range(10):
            port = self.port or loopback.free_port()
            config = os.path.join(self.folder, "config.yml")
            with open(config, "w", encoding="utf-8") as out:
                out.write(self._config(port))
            with open(self._log, "ab") as out, open(self._errors, "ab") as errors:
                self.process = subprocess.Popen([PROGRAM, "serve", config], stdout=out, stderr=errors,
                                                stdin=subprocess.DEVNULL, env=self._environment())
            if loopback.wait_for_port(port, self.process):
                self.port = port
                return
            self.port = None
        with open(self._errors, encoding="utf-8", errors="replace") as errors:
            raise loopback.NotReady("docker-registry does not start: " + errors.read()[-2000:])

    def stop(self):
        if self.process:
            loopback.stop(self.process)
            self.process = None

    @staticmethod
    def _environment():
        # REGISTRY_* variables of the person who runs the tests would override the configuration.
        return {k: v for k, v in os.environ.items() if not k.startswith(("REGISTRY_", "LD_PRELOAD", "FAKETIME"))}

    # -- what tests use -------------------------------------------------------------------------------

    def update(self):
        """Lays what the catalogue holds now into the storage, also while the server runs."""
        if self.catalogue:
            self.catalogue.write_storage(self.storage)

    @property
    def host(self):
        return ("localhost:%d" if self.tls else "127.0.0.1:%d") % self.port

    @property
    def url(self):
        return ("https://" if self.tls else "http://") + self.host

    def all_requests(self):
        """Every request since the start, from the access log."""
        found = []
        with open(self._log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                match = LINE.match(line)
                if match:
                    found.append(Request(match[1], match[2], int(match[3]), match[4]))
        return found

    def requests(self):
        """The requests since the last call."""
        found = self.all_requests()
        new = found[self._seen:]
        self._seen = len(found)
        return new

    # -- configuration --------------------------------------------------------------------------------

    @property
    def _log(self):
        return os.path.join(self.folder, "access.log")

    @property
    def _errors(self):
        return os.path.join(self.folder, "error.log")

    def _config(self, port):
        lines = [
            "version: 0.1",
            "log: {level: error}",
            "storage:",
            "  filesystem: {rootdirectory: %s, maxthreads: 100}" % self.storage,
            "  delete: {enabled: false}",
        ]
        if self.cache:
            lines.append("  cache: {blobdescriptor: inmemory}")
        lines += ["http:", "  addr: 127.0.0.1:%d" % port, "  secret: test"]
        if self.tls:
            lines += ["  tls:", "    certificate: %s" % self._certificate[0], "    key: %s" % self._certificate[1]]
            if self.client_ca:
                lines.append("    clientcas: [%s]" % self.client_ca)
        if self.token:
            lines += ["auth:", "  token:", "    realm: %s" % self.tokens.realm,
                      "    service: %s" % self.tokens.SERVICE, "    issuer: %s" % self.tokens.ISSUER,
                      "    rootcertbundle: %s" % self.tokens.certificate]
        elif self.users:
            passwords = os.path.join(self.folder, "htpasswd")
            with open(passwords, "w", encoding="ascii") as out:
                for name, password in self.users.items():
                    # Cost 4: the server checks it on every request, and this guards nothing.
                    out.write(subprocess.run(["htpasswd", "-niB", "-C", "4", name], input=password, text=True,
                                             capture_output=True, check=True).stdout)
            lines += ["auth:", "  htpasswd: {realm: test, path: %s}" % passwords]
        return "\n".join(lines) + "\n"
