"""Runs `tagdb wait` beside a test that publishes while it waits: what it says on standard error drives the test.

    with Waiting(test, "ltsc2022", "--registry", registry.url, at="2025-04-08 18:00:00") as wait:
        wait.until_it_pauses()
        …publish…
        result = wait.end()
"""

import json
import threading

import catalogue
import program
from releases import FLOATING, RELEASES, build_of

CORE = "windows/servercore"
MARCH = [r for r in RELEASES if r.label == "2025-03B"]
APRIL = {build_of(r.version): r for r in RELEASES if r.label == "2025-04B"}
BEFORE = "2025-04-07 06:00:00"
RELEASE_DAY = "2025-04-08 18:00:00"  # an hour after the release


class Waiting:
    """A wait with the shortest pauses, JSON progress and a JSON answer."""

    def __init__(self, test, *arguments, at=None, interval="1s", env=None):
        environment = dict(env or {})
        if at:
            test.need_clock()
            environment.update(test.clock(at))
        self.test = test
        self.process = test.start("wait", "--progress", "json", "--format", "json", "--interval", interval, *arguments,
                                  env=environment)
        self.said = []
        self.other = []
        self._pauses = 0
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self._reader.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self._reader.join(20)

    def _read(self):
        for line in self.process.stderr:
            with self._news:
                try:
                    self.said.append(json.loads(line))
                except ValueError:
                    self.other.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def pauses(self):
        return [one for one in self.said if one.get("progress") == "waiting"]

    def until_it_pauses(self, times=1):
        """Waits for that many further pauses, and returns what was said with the last one."""
        with self._news:
            wanted = self._pauses + times
            self._news.wait_for(lambda: len(self.pauses()) >= wanted or self._ended, program.TIMEOUT)
            self.test.assertGreaterEqual(len(self.pauses()), wanted, "it ended: " + "".join(self.other))
            self._pauses = wanted
            return self.pauses()[wanted - 1]

    def end(self, expect=program.DONE):
        """Waits for its end; the JSON answer."""
        stdout = self.process.stdout.read()
        code = self.process.wait(program.TIMEOUT)
        self._reader.join(20)
        self.test.assertEqual(code, expect, stdout + "".join(self.other))
        return json.loads(stdout) if stdout else None


class AprilTest(program.E2eTest):
    """Server Core as it was before the release of April 2025; `publish` brings that release, build by build."""

    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.Catalogue()
        self.core = self.catalogue.repository(CORE)
        for release in MARCH:
            self.core.publish(release, FLOATING[CORE][build_of(release.version)])

    def publish(self, registry, *builds, floating=True):
        for build in builds:
            self.core.publish(APRIL[build], FLOATING[CORE][build] if floating else ())
        registry.update()

    def states(self, document):
        return {tag["tag"]: tag["state"] for tag in document["tags"]}
