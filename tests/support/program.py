"""Runs tagdb as people run it, and the base class of the tests that do.

    class SyncTest(E2eTest):
        def test_x(self):
            with RealRegistry(catalogue.quickstart()) as registry:
                self.sync(registry)
                self.assertEqual(self.revision("ltsc2019"), "10.0.17763.9121")
"""

import contextlib
import glob
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BUILD = os.path.abspath(os.environ.get("TAGDB_BUILD_DIR", os.path.join(ROOT, "build")))
SHARED = os.path.abspath(os.environ.get("TAGDB_SHARED_DIR", os.path.join(ROOT, "../shared")))
TAGDB = os.path.join(BUILD, "bin/tagdb")
SANITIZE = os.environ.get("TAGDB_SANITIZE", "")

DONE, INTERNAL, USAGE, NOT_FOUND, STALE, NETWORK, UNAUTHORISED, INTEGRITY, PARTIAL, NO, BUSY = range(11)
INTERRUPTED = 130

# Generous: a test that hangs must end, one on a slow machine must not.
TIMEOUT = 400 if SANITIZE else 150


def fake_clock():
    """The library that runs a program under another clock, or None."""
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    return found[0] if found else None


def drop_stale_clocks():
    """libfaketime names its shared memory by process id, and a process that was killed leaves it behind: one that gets
    the same id later does not start. What belongs to no process that lives, and is a minute old, is nobody's."""
    for path in glob.glob("/dev/shm/*faketime_*"):
        with contextlib.suppress(OSError, ValueError):
            if not os.path.exists("/proc/%d" % int(path.rpartition("_")[2])) and time.time() - os.path.getmtime(path) > 60:
                os.unlink(path)


class Result:
    """What a program said."""

    def __init__(self, command, code, stdout, stderr):
        self.command, self.code, self.stdout, self.stderr = command, code, stdout, stderr

    def json(self):
        return json.loads(self.stdout)

    def __str__(self):
        return "$ %s\nexit %d\n--- stdout\n%s--- stderr\n%s" % (" ".join(self.command), self.code, self.stdout, self.stderr)


class E2eTest(unittest.TestCase):
    """A folder and a database of its own; nothing of the person who runs the tests is read."""

    maxDiff = 4000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tagdb-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.db = os.path.join(self.folder, "tagdb.sqlite")
        self.environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.folder, "LANG": "C.UTF-8", "TZ": "UTC",
            "XDG_CONFIG_HOME": os.path.join(self.folder, "config"), "XDG_DATA_HOME": os.path.join(self.folder, "data"),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    # -- running --------------------------------------------------------------------------------------

    def need_clock(self):
        if "thread" in SANITIZE:
            self.skipTest("the thread sanitizer and a preloaded clock do not go together")
        if not fake_clock():
            self.fail("libfaketime is not there: scripts/setup test installs it")
        drop_stale_clocks()

    def clock(self, at, rate=None):
        """The environment of a program for which it is `at` ("2020-02-19 02:11:09") when it starts. With `rate`
        its time, timeouts included, runs so many times faster."""
        environment = {"LD_PRELOAD": fake_clock(), "FAKETIME": "@" + at if at else "+0"}
        if rate:
            environment["FAKETIME"] += " x%d" % rate
        else:
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        if SANITIZE:
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0:" + self.environment.get("ASAN_OPTIONS", "")
        return environment

    def command(self, arguments):
        return [TAGDB, *arguments] + ([] if "--db" in arguments else ["--db", self.db])

    def tagdb(self, *arguments, expect=DONE, at=None, rate=None, env=None, stdin=None, cwd=None):
        """Runs tagdb to its end. `expect` is the exit code, or None for any."""
        environment = dict(self.environment)
        if at or rate:
            self.need_clock()
            environment.update(self.clock(at, rate))
        environment.update(env or {})
        command = self.command(arguments)
        done = subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, errors="replace",
                              timeout=TIMEOUT, check=False, cwd=cwd)
        result = Result(command, done.returncode, done.stdout, done.stderr)
        for sign in ("Sanitizer", "runtime error:", "terminate called"):
            self.assertNotIn(sign, result.stderr, str(result))
        if expect is not None:
            self.assertEqual(result.code, expect, str(result))
        return result

    def start(self, *arguments, env=None):
        """Starts tagdb and returns the process, in a group of its own so that a test can kill all of it."""
        process = subprocess.Popen(self.command(arguments), env={**self.environment, **(env or {})}, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def sync(self, server, *arguments, **options):
        """tagdb sync against a server of tests/support; both repositories unless some are named."""
        if getattr(server, "ca_file", None):
            arguments = (*arguments, "--ca-file", server.ca_file)
        return self.tagdb("sync", "--registry", server.url, *arguments, **options)

    def sync_json(self, server, *arguments, **options):
        result = self.sync(server, "--format", "json", *arguments, **options)
        return result.json()

    # -- asking ---------------------------------------------------------------------------------------

    def resolve(self, reference, *arguments, **options):
        """The JSON answer of tagdb resolve."""
        return self.tagdb("resolve", reference, "--format", "json", *arguments, **options).json()

    def revision(self, reference, *arguments, **options):
        return self.resolve(reference, *arguments, **options)["revision"]

    def rows(self, query, *values):
        """Rows of the database, read as anybody with the sqlite3 shell would."""
        connection = sqlite3.connect("file:%s?mode=ro" % self.db, uri=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def assert_intact(self):
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.rows("PRAGMA foreign_key_check"), [])

    def assert_sentence(self, result, *words):
        """The error is for people: says these words, in few lines, without a C++ name in it."""
        for word in words:
            self.assertIn(word.lower(), result.stderr.lower(), str(result))
        for noise in ("tagdb::", "std::", "Assertion", "\x1b["):
            self.assertNotIn(noise, result.stderr, str(result))


def main():
    unittest.main(verbosity=2)
