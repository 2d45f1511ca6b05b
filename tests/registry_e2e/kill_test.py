"""Killed at any moment: the database opens, nothing recorded is lost, the next run carries on."""

import random
import signal
import subprocess
import time
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402

KILLS = 25
CORE = "windows/servercore"
RECORD = ("SELECT t.name, s.state, c.digest FROM span s JOIN tag t ON t.id = s.tag_id "
          "LEFT JOIN content c ON c.id = s.content_id ORDER BY 1, 2, 3")
CONTENT = "SELECT digest, media_type, bytes FROM content ORDER BY digest"
MEANING = ("SELECT c.digest, i.os, i.architecture, i.os_version, i.created FROM image i "
           "JOIN content c ON c.id = i.manifest_id ORDER BY 1")


class KillTest(program.E2eTest):
    def snapshot(self):
        return [self.rows(query) for query in (RECORD, CONTENT, MEANING)]

    def test_killed_at_many_random_points(self):
        made = catalogue.generated(1200 if program.SANITIZE else 2400)
        rng = random.Random(20200220)
        with RealRegistry(made, cache=True) as registry:
            undisturbed = os.path.join(self.folder, "undisturbed.sqlite")
            killed, self.db = self.db, undisturbed
            begun = time.monotonic()
            self.sync(registry, CORE)
            whole = time.monotonic() - begun
            expected = self.snapshot()

            self.db = killed
            kills, rounds, carried = 0, 0, 0
            while kills < KILLS:
                self.assertLess(rounds, 10 * KILLS, "the crawl is over before it can be killed")
                rounds += 1
                process = self.start("sync", CORE, "--registry", registry.url)
                try:
                    # Mostly early, so that several fit into one crawl; sometimes near its end.
                    process.wait(rng.choice([0.02, 0.3, 0.5, 1.05]) * whole * rng.random())
                    self.assertEqual(process.returncode, program.DONE)
                    # It came through: compare, and begin anew.
                    self.assertEqual(self.snapshot(), expected)
                    for suffix in ("", "-wal", "-shm"):
                        if os.path.exists(self.db + suffix):
                            os.unlink(self.db + suffix)
                    continue
                except subprocess.TimeoutExpired:
                    before = self.recorded()
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
                    kills += 1
                if os.path.exists(self.db):
                    after = self.recorded()
                    self.assertEqual(before - after, set(), "something recorded was lost")
                    self.assert_intact_after_kill()
                    carried += bool(after)
            registry.requests()
            known = {name for name, _, _ in self.recorded()}
            self.sync(registry, CORE)
            asked = {r.path.rsplit("/", 1)[1] for r in registry.requests() if r.method == "HEAD"}
            self.assertEqual(self.snapshot(), expected)
            self.assertGreater(carried, 0, "no kill left anything recorded: checkpoints come too late")
            # Carries on: at most the floating tags and the sample of what was known are asked again.
            again = asked & known
            self.assertLessEqual(len(again), 20 + len(made.servercore.tags) // 30 + 1)

    def recorded(self):
        try:
            return set(self.rows(RECORD))
        except Exception as problem:  # not there yet, or its tables are not
            if "no such table" in str(problem) or "unable to open" in str(problem):
                return set()
            raise

    def assert_intact_after_kill(self):
        """With the sqlite3 shell, as the person whose machine lost power would."""
        for pragma, expected in (("integrity_check", "ok\n"), ("foreign_key_check", "")):
            done = subprocess.run(["sqlite3", self.db, "PRAGMA %s" % pragma], capture_output=True, text=True, check=False)
            self.assertEqual((done.stdout, done.stderr), (expected, ""))

    def test_interrupted_says_so_and_goes_on_next_time(self):
        made = catalogue.generated(2400)
        with RealRegistry(made, cache=True) as registry:
            process = self.start("sync", CORE, "--registry", registry.url)
            deadline = time.monotonic() + 60
            while len(registry.all_requests()) < 200 and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.01)
            # What a terminal does: the signal goes to every process of the group.
            os.killpg(process.pid, signal.SIGINT)
            _, errors = process.communicate(timeout=program.TIMEOUT)
            self.assertEqual(process.returncode, program.INTERRUPTED, errors)
            self.assertIn("interrupted", errors.lower())
            self.assert_intact()
            self.assertEqual(self.rows("SELECT outcome FROM check_run"), [("interrupted",)])
            self.sync(registry, CORE)
        seen = {name for name, _, _ in self.rows(RECORD)}
        self.assertEqual(seen, set(made.servercore.tags))

    def test_interrupting_only_the_program_that_was_started(self):
        """As a service manager or a script does: the signal goes to tagdb alone."""
        with RealRegistry(catalogue.generated(2400), cache=True) as registry:
            process = self.start("sync", CORE, "--registry", registry.url)
            deadline = time.monotonic() + 60
            while len(registry.all_requests()) < 200 and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=program.TIMEOUT)
            self.assertNotEqual(process.returncode, program.DONE)
            self.assert_intact()
            # Asked of the system, not of the access log: the registry logs what was in flight after we are gone.
            with self.assertRaises(ProcessLookupError, msg="somebody still crawls"):
                os.killpg(process.pid, 0)


if __name__ == "__main__":
    program.main()
