"""Runs nginx on loopback over a catalogue laid down as plain files: a server that costs next to nothing."""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import loopback  # noqa: E402

PROGRAM = "/usr/sbin/nginx"


class StaticServer:
    """Context manager. tls=True: HTTP/2 over TLS, with a certificate of an authority of its own (ca_file)."""

    def __init__(self, catalogue, tls=False):
        self.catalogue, self.tls = catalogue, tls
        self.folder = tempfile.mkdtemp(prefix="tagdb-nginx-")
        # nginx drops root's rights in its worker: what it serves must be readable by anybody.
        os.chmod(self.folder, 0o755)
        self.ca_file = self.process = self.port = None

    def __enter__(self):
        try:
            certificate = None
            if self.tls:
                authority = loopback.Authority(self.folder)
                self.ca_file = authority.ca
                certificate = authority.issue("server")
            for _ in range(10):
                port = loopback.free_port()
                if self.port is None:
                    self.catalogue.write_static(os.path.join(self.folder, "www"), port, certificate)
                    self.port = port
                if self._start():
                    return self
                self._move_to(loopback.free_port())
            raise loopback.NotReady("nginx does not start")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.process:
            loopback.stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _configuration(self):
        return os.path.join(self.folder, "www/nginx.conf")

    def _start(self):
        self.process = subprocess.Popen([PROGRAM, "-c", self._configuration], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        return loopback.wait_for_port(self.port, self.process)

    def _move_to(self, port):
        with open(self._configuration, encoding="ascii") as conf:
            text = conf.read()
        with open(self._configuration, "w", encoding="ascii") as conf:
            conf.write(text.replace("127.0.0.1:%d" % self.port, "127.0.0.1:%d" % port))
        self.port = port

    @property
    def url(self):
        return ("https://localhost:%d" if self.tls else "http://127.0.0.1:%d") % self.port
