"""What passes by itself is waited for and asked again; what does not is reported, and the rest goes on."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"


class RetryTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")

    def fast(self):
        """Waits pass twenty times faster where a clock can be preloaded."""
        return {} if "thread" in program.SANITIZE or not program.fake_clock() else {"rate": 20}

    def assert_everything_recorded(self):
        seen = dict(self.rows("SELECT t.name, c.digest FROM span s JOIN tag t ON t.id = s.tag_id "
                              "JOIN content c ON c.id = s.content_id WHERE c.bytes IS NOT NULL"))
        self.assertEqual(seen, self.catalogue.servercore.tags)

    def check_passes(self, change, path, first, **how):
        with FaultServer(self.catalogue) as server:
            rule = server.rule(change, path=path, first=first, **how)
            self.sync(server, CORE, **self.fast())
            self.assertGreater(rule.hits, first, "the fault was not met often enough to mean anything")
        self.assert_everything_recorded()

    def test_429_with_seconds(self):
        self.check_passes(faults.status(429, retry_after=2), "/manifests/", 3)

    def test_429_with_a_date(self):
        self.check_passes(faults.status(429, retry_after="date:2"), "/manifests/", 3)

    def test_429_with_a_past_date(self):
        self.check_passes(faults.status(429, retry_after="date:-3600"), "/manifests/", 3)

    def test_429_without_retry_after(self):
        self.check_passes(faults.status(429), "/manifests/", 2)

    def test_429_with_garbage(self):
        self.check_passes(faults.status(429, retry_after="soon, perhaps"), "/manifests/", 2)

    def test_429_for_the_list(self):
        self.check_passes(faults.status(429, retry_after=1), "/tags/list", 1)

    def test_503_with_retry_after(self):
        self.check_passes(faults.status(503, retry_after=2), "/manifests/", 2)

    def test_500_502_503_504(self):
        for code in (500, 502, 503, 504):
            with self.subTest(code):
                self.db = os.path.join(self.folder, "%d.sqlite" % code)
                self.check_passes(faults.html_error(code), "/manifests/", 3)

    def test_resets(self):
        self.check_passes(faults.reset(), "/manifests/", 4)

    def test_closed_connections(self):
        self.check_passes(faults.closed(), "/manifests/", 4)

    def test_reset_of_the_list(self):
        self.check_passes(faults.reset(), "/tags/list", 2)

    def test_truncated_bodies(self):
        self.check_passes(faults.truncated(), "/manifests/sha256", 4, method="GET")

    def test_truncated_configs(self):
        self.check_passes(faults.truncated(0.9), "/blobs/", 2)

    def test_slow_but_whole_bodies(self):
        self.check_passes(faults.trickle(64, 0.002), "/manifests/sha256", 5, method="GET")

    def test_stalled_bodies(self):
        """Half a body, then silence: given up after a minute, and asked again."""
        self.check_passes(faults.stall(), "/manifests/sha256", 1, method="GET")

    def test_429_holds_the_whole_host_back(self):
        """In real time: nothing is asked while the registry said to wait."""
        with FaultServer(self.catalogue) as server:
            server.rule(faults.status(429, retry_after=2), path="/manifests/", nth=10)
            self.sync(server, CORE)
            refused = [r for r in server.requests if r.status == 429][0]
            early = [r for r in server.requests if 0.7 < r.at - refused.at < 1.8]
        self.assertEqual(early, [], "asked while it was told to wait")
        self.assert_everything_recorded()

    def test_a_tag_that_always_fails_does_not_stop_the_rest(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.status(500), path="/manifests/10.0.17763.973$")
            result = self.sync(server, CORE, "--format", "json", expect=program.PARTIAL, **self.fast())
            tries = len(server.seen("/manifests/10.0.17763.973$"))
        failure = result.json()["failures"][0]
        self.assertEqual(failure["status"], 500)
        self.assertIn("10.0.17763.973", failure["reference"])
        self.assertEqual(failure["tries"], tries)
        self.assertGreater(tries, 1)
        self.assertLess(tries, 10)
        self.assertEqual(len(self.rows("SELECT id FROM span")), len(self.catalogue.servercore.tags) - 1)
        # What may pass by itself is no final answer: the check is not complete.
        self.assertEqual(self.rows("SELECT outcome FROM check_run"), [("partial",)])

    def test_the_permanent_500_of_docker_registry_is_asked_once(self):
        body = b'{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry"}]}'
        path = "/manifests/" + self.catalogue.servercore.tags["10.0.17763.973"]
        with FaultServer(self.catalogue) as server:
            server.rule(faults.status(500, body=body, content_type="application/json"), path=path)
            self.sync(server, CORE, expect=program.PARTIAL)
            self.assertEqual(len(server.seen(path)), 1)

    def test_a_list_that_always_fails(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.html_error(502), path="/tags/list")
            result = self.sync(server, CORE, expect=program.NETWORK, **self.fast())
        self.assert_sentence(result, "502", CORE)
        self.assertNotIn("<html>", result.stderr)

    def test_keep_alive(self):
        """A small crawl opens no more connections than it may have requests in flight."""
        with FaultServer(self.catalogue) as server:
            self.sync(server, CORE)
            self.assertLessEqual(server.connections, 16)
            self.assertGreater(len(server.requests), 50)

    def test_jobs_is_a_ceiling(self):
        with FaultServer(self.catalogue) as server:
            self.sync(server, CORE, "--jobs", "2")
            self.assertLessEqual(server.connections, 2)


if __name__ == "__main__":
    program.main()
