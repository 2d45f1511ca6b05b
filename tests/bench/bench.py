#!/usr/bin/env python3
"""The figures of the crawl and of the answer, as ratios; run by scripts/bench.

Crawls: whole processes, tagdb and the yardstick in turn, the median of each. The yardstick makes the requests
that tagdb made: they are taken from the real registry's access log. Answers: `tagdb resolve` against the sqlite3
shell with the equivalent query, in turn, the median of each.

    bench.py BUILD-DIR [--runs N] [--only NAME…]
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))

import catalogue  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from static_server import StaticServer  # noqa: E402

REPOSITORY = "windows/servercore"

# CROSS JOIN keeps SQLite on the way from the name to the row: without it, and without statistics, it reads every tag.
QUERY = """SELECT t.name, i.os_version, c.digest, s.first_seen, s.last_seen FROM registry g
CROSS JOIN repository r ON r.registry_id = g.id CROSS JOIN tag t ON t.repository_id = r.id
CROSS JOIN span s ON s.tag_id = t.id CROSS JOIN content c ON c.id = s.content_id
LEFT JOIN index_entry e ON e.index_id = c.id LEFT JOIN image i ON i.manifest_id = coalesce(e.manifest_id, c.id)
WHERE r.name = 'windows/servercore' AND t.name = 'ltsc2019' ORDER BY s.first_seen DESC LIMIT 1"""


class Bench:
    def __init__(self, build, runs):
        self.tagdb = os.path.join(build, "bin/tagdb")
        self.yardstick = os.path.join(build, "bench/yardstick")
        self.delay_proxy = os.path.join(build, "bench/delay_proxy")
        self.runs = runs
        self.folder = tempfile.mkdtemp(prefix="tagdb-bench-")
        self.results = []
        self._catalogues = {}
        # The person's own configuration is no part of the measurement.
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith("TAGDB_") and not k.lower().endswith("_proxy")}
        self.environment["XDG_CONFIG_HOME"] = self.environment["XDG_DATA_HOME"] = self.folder

    def catalogue(self, tags):
        if tags not in self._catalogues:
            self._catalogues[tags] = catalogue.generated(tags, (REPOSITORY,))
        return self._catalogues[tags]

    def note(self, text):
        print("bench: " + text, file=sys.stderr, flush=True)

    def result(self, name, ratio, limit, detail, unit=""):
        verdict = "ok" if ratio <= limit else "ABOVE"
        self.results.append((name, ratio, limit, verdict))
        print("%-52s %6.2f%s  (at most %.2f%s)  %-5s  %s" % (name, ratio, unit, limit, unit, verdict, detail), flush=True)

    # -- crawling -------------------------------------------------------------------------------------

    def database(self):
        path = os.path.join(self.folder, "crawl.sqlite")
        for name in (path, path + "-wal", path + "-shm", path + "-lock", path + ".lock"):
            if os.path.exists(name):
                os.unlink(name)
        return path

    def crawl(self, url, ca_file=None, extra=(), wrapper=()):
        command = [*wrapper, self.tagdb, "sync", REPOSITORY, "--registry", url, "--db", self.database(), *extra]
        if ca_file:
            command += ["--ca-file", ca_file]
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False)
        seconds = time.monotonic() - begun
        if done.returncode != 0:
            raise SystemExit("bench: %s failed (%d):\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
        return seconds, done

    def bare(self, url, requests, ca_file=None, in_flight=16):
        command = [self.yardstick, requests, url, "--in-flight", str(in_flight)]
        if ca_file:
            command += ["--ca-file", ca_file, "--http2"]
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begun
        if done.returncode != 0 or " 0 not 200" not in done.stdout:
            raise SystemExit("bench: the yardstick failed: %s%s" % (done.stdout, done.stderr))
        return seconds

    def requests_of(self, tags):
        """What tagdb asks in a full crawl, from the registry's log, as a file; made once."""
        path = os.path.join(self.folder, "requests-%d" % tags)
        if not os.path.exists(path):
            with RealRegistry(self.catalogue(tags), cache=True) as registry:
                self.crawl(registry.url)
                asked = registry.all_requests()
            with open(path, "w", encoding="ascii") as out:
                out.writelines("%s %s\n" % (r.method, r.path) for r in asked if r.status == 200)
            self.note("a full crawl of %d tags is %d requests" % (tags, len(asked)))
        return path

    def compare(self, name, limit, url, tags, ca_file=None, in_flight=16):
        requests = self.requests_of(tags)
        self.crawl(url, ca_file)  # once for the caches
        ours, theirs = [], []
        for _ in range(self.runs):
            ours.append(self.crawl(url, ca_file)[0])
            theirs.append(self.bare(url, requests, ca_file, in_flight))
        a, b = statistics.median(ours), statistics.median(theirs)
        self.result(name, a / b, limit, "%.2f s against %.2f s, %d runs each" % (a, b, self.runs))

    def registry(self):
        with RealRegistry(self.catalogue(4000), cache=True) as server:
            self.compare("docker-registry, 4,000 tags", 1.15, server.url, 4000)

    def static(self):
        with StaticServer(self.catalogue(4000)) as server:
            self.compare("nginx, static files, 4,000 tags", 1.5, server.url, 4000)

    def tls(self):
        with StaticServer(self.catalogue(4000), tls=True) as server:
            proxy = subprocess.Popen([self.delay_proxy, str(server.port), "10"], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
            try:
                url = "https://localhost:%d" % int(proxy.stdout.readline())
                self.compare("nginx, TLS, HTTP/2, 20 ms round trip, 4,000 tags", 1.3, url, 4000, server.ca_file, 128)
            finally:
                proxy.stdin.close()
                proxy.wait()

    # -- memory and answers ---------------------------------------------------------------------------

    def big_database(self):
        path = os.path.join(self.folder, "big.sqlite")
        if not os.path.exists(path):
            with StaticServer(self.catalogue(20000)) as server:
                _, done = self.crawl(server.url, wrapper=("/usr/bin/time", "-f", "peak %M KiB"))
            self.peak = int(re.search(r"peak (\d+) KiB", done.stderr)[1]) / 1024
            os.replace(os.path.join(self.folder, "crawl.sqlite"), path)
        return path

    def memory(self):
        self.big_database()
        self.result("peak memory, 20,000 tags", self.peak, 40, "of the larger process, nginx", " MiB")

    def answer(self):
        database = self.big_database()
        resolve = [self.tagdb, "resolve", "ltsc2019", "--db", database]
        shell = [shutil.which("sqlite3"), database, QUERY]
        for command in (resolve, shell):
            done = subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False)
            if done.returncode != 0 or "10.0.17763." not in done.stdout:
                raise SystemExit("bench: %s: %s%s" % (command, done.stdout, done.stderr))
        ours, theirs = [], []
        for _ in range(300):
            ours.append(self.spawn(resolve))
            theirs.append(self.spawn(shell))
        a, b = statistics.median(ours), statistics.median(theirs)
        self.result("tagdb resolve against sqlite3, 20,000 tags", a / b, 1.5,
                    "%.2f ms against %.2f ms, 300 runs each" % (a * 1000, b * 1000))

    def spawn(self, command):
        # posix_spawn: a fork of this program, which is large, would cost more than what is measured.
        nothing = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
        begun = time.perf_counter()
        _, status = os.waitpid(os.posix_spawn(command[0], command, self.environment, file_actions=nothing), 0)
        if status != 0:
            raise SystemExit("bench: %s ended with %d" % (command[0], status))
        return time.perf_counter() - begun


def main():
    names = ["registry", "tls", "static", "memory", "answer"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    options = parser.parse_args()
    bench = Bench(os.path.abspath(options.build), options.runs)
    try:
        for name in options.only:
            begun = time.monotonic()
            getattr(bench, name)()
            bench.note("%s took %.0f s" % (name, time.monotonic() - begun))
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    return 1 if any(verdict != "ok" for *_, verdict in bench.results) else 0


if __name__ == "__main__":
    sys.exit(main())
