"""Small things every test server needs: a free port, a bounded wait, a certificate authority of its own."""

import os
import socket
import subprocess
import time


class NotReady(Exception):
    """A server that was started did not come up in time."""


def free_port():
    """A port that was free a moment ago. Whoever uses it must be ready to try again with another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, seconds=20.0):
    """Polls until something accepts on the port. False when the process ended instead."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            time.sleep(0.02)
    raise NotReady("nothing listens on port %d after %.0f s" % (port, seconds))


def stop(process, seconds=5.0):
    """Ends a process that we started: politely, then not."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (arguments[0], done.stderr))


class Authority:
    """A certificate authority in a folder: `ca` is what --ca-file takes, issue() makes certificates."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = os.path.join(folder, "ca.pem")
        self._key = os.path.join(folder, "ca.key")
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=tagdb test authority",
                 "-keyout", self._key, "-out", self.ca)

    def issue(self, name, client=False):
        """(certificate, key) for localhost and 127.0.0.1, or for a client."""
        certificate = os.path.join(self.folder, name + ".pem")
        key = os.path.join(self.folder, name + ".key")
        request = os.path.join(self.folder, name + ".csr")
        extensions = os.path.join(self.folder, name + ".ext")
        with open(extensions, "w", encoding="ascii") as out:
            out.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=%s\n"
                      % ("clientAuth" if client else "serverAuth"))
        _openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + ("client" if client else "localhost"),
                 "-keyout", key, "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self._key, "-CAcreateserial",
                 "-days", "30", "-extfile", extensions, "-out", certificate)
        return certificate, key
