"""tagdb wait, against a registry that publishes while it waits."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from waiting import APRIL, BEFORE, CORE, RELEASE_DAY, AprilTest, Waiting  # noqa: E402


class WaitTest(AprilTest):
    def test_until_all_featured_tags_have_landed(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            with Waiting(self, "--registry", registry.url, at=RELEASE_DAY) as wait:
                first = wait.until_it_pauses()
                self.assertEqual(first["release"], "2025-04B")
                self.assertEqual(sorted(first["missing"]), sorted(CORE + ":" + tag for tag in (
                    "1607", "1809", "ltsc2016", "ltsc2019", "ltsc2022", "ltsc2025")))
                self.publish(registry, "14393", "17763")
                while len(wait.until_it_pauses()["missing"]) > 2:
                    pass
                self.assertEqual(sorted(wait.pauses()[-1]["missing"]), [CORE + ":ltsc2022", CORE + ":ltsc2025"])
                # A pause after something arrived is the first one again, so it is not long now.
                self.publish(registry, "20348", "26100")
                document = wait.end()
        self.assertEqual(set(self.states(document).values()), {"landed"})
        self.assertEqual(document["outcome"], "complete")
        self.assertEqual(document["release"], {"label": "2025-04B", "due": "2025-04-08T17:00:00Z"})
        landed = {tag["tag"]: (tag["release"], tag["revision"]) for tag in document["tags"]}
        self.assertEqual(landed["ltsc2022"], ("2025-04B", "10.0.20348.3453"))
        moved = {event["tag"] for event in document["events"] if event["event"] == "moved"}
        self.assertIn("ltsc2025", moved)
        # What it fetched is recorded as by a sync.
        self.assertEqual(self.revision("ltsc2019", at="2025-04-08 20:00:00"), "10.0.17763.7136")
        self.assert_intact()

    def test_looks_are_polite(self):
        """The list and a HEAD for each floating tag, and what is new: no sample of the tags that should not move."""
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            floating = {tag for tag in self.core.tags
                        if tag.split("-")[0] in ("1607", "1809", "ltsc2016", "ltsc2019", "ltsc2022", "ltsc2025") and "KB" not in tag}
            registry.requests()
            self.tagdb("wait", "--registry", registry.url, "--deadline", "1s", "--interval", "5s", at=RELEASE_DAY, expect=program.NO)
            asked = [r for r in registry.requests() if r.path != "/v2/"]
        heads = {r.path.rsplit("/", 1)[1] for r in asked if r.method == "HEAD"}
        self.assertEqual(heads, floating)
        self.assertEqual([r.path.split("?")[0] for r in asked if r.method != "HEAD"], ["/v2/windows/servercore/tags/list"])

    def test_each_of_the_three_states_at_the_deadline(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            self.publish(registry, "17763", floating=False)
            self.publish(registry, "20348")
            with Waiting(self, "ltsc2019", "ltsc2022", "servercore:ltsc2025", "--registry", registry.url, "--deadline", "3s",
                         at=RELEASE_DAY) as wait:
                document = wait.end(program.NO)
        tags = {tag["tag"]: tag for tag in document["tags"]}
        self.assertEqual(self.states(document), {"ltsc2019": "explicitOnly", "ltsc2022": "landed", "ltsc2025": "notPublished"})
        self.assertEqual(tags["ltsc2019"]["explicitTag"], "10.0.17763.7136")
        self.assertEqual(tags["ltsc2019"]["revision"], "10.0.17763.7136")
        self.assertEqual(tags["ltsc2019"]["pointsAt"], "10.0.17763.7009")
        self.assertEqual(tags["ltsc2022"]["revision"], "10.0.20348.3453")
        self.assertEqual((tags["ltsc2025"]["revision"], tags["ltsc2025"]["release"]), (None, None))
        self.assertIn("the deadline has passed: 2 of 3 tags had not landed", "".join(wait.other))
        text = self.tagdb("wait", "ltsc2019", "--registry", registry.url, "--deadline", "1s", at=RELEASE_DAY, expect=None).stdout
        self.assertIn("explicit only  10.0.17763.7136 (2025-04B): use the tag 10.0.17763.7136; this one is at 10.0.17763.7009", text)

    def test_started_late_it_answers_at_once_and_asks_nobody(self):
        with RealRegistry(self.catalogue) as registry:
            self.publish(registry, *APRIL)
            self.sync(registry, CORE, at="2025-04-08 19:00:00")
            registry.stop()
            result = self.tagdb("wait", "--registry", registry.url, "--format", "json", at="2025-04-20 06:00:00").json()
            self.assertEqual(set(self.states(result).values()), {"landed"})
            self.assertEqual(result["checks"], [])
            # Whoever saw it first: also without a network at all, and for an earlier release.
            self.tagdb("wait", "ltsc2019", "--registry", registry.url, "--offline", at="2025-04-20 06:00:00")
            self.tagdb("wait", "ltsc2019", "--registry", registry.url, "--release", "2025-03B", at="2025-04-20 06:00:00")

    def test_before_the_hour_nobody_is_asked(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            self.publish(registry, *APRIL)
            registry.requests()
            with Waiting(self, "--registry", registry.url, "--release", "2025-04B", at="2025-04-08 16:59:57") as wait:
                first = wait.until_it_pauses()
                self.assertEqual((first["for"], first["until"]), ("release", "2025-04-08T17:00:00Z"))
                self.assertEqual(registry.requests(), [])
                document = wait.end()
        self.assertEqual(set(self.states(document).values()), {"landed"})
        self.assertGreaterEqual(min(tag["at"] for tag in document["tags"]), "2025-04-08T17:00:00Z")

    def test_a_deadline_before_the_hour_asks_nobody(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            registry.requests()
            result = self.tagdb("wait", "ltsc2022", "--registry", registry.url, "--release", "2025-04B", "--deadline", "1s",
                                at="2025-04-08 06:00:00", expect=program.NO)
            self.assertEqual(registry.requests(), [])
        self.assertIn("not published", result.stdout)
        self.assertIn("due 2025-04-08T17:00:00Z", result.stdout)

    def test_interrupted_it_says_what_is_missing_and_kept(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            self.publish(registry, "17763")
            with Waiting(self, "ltsc2019", "ltsc2022", "--registry", registry.url, at=RELEASE_DAY) as wait:
                wait.until_it_pauses()
                wait.process.send_signal(signal.SIGINT)
                document = wait.end(program.INTERRUPTED)
        self.assertEqual(self.states(document), {"ltsc2019": "landed", "ltsc2022": "notPublished"})
        self.assertEqual(document["outcome"], "interrupted")
        self.assertIn("interrupted: 1 of 2 tags had not landed; what was seen is recorded in " + self.db, "".join(wait.other))
        self.assertEqual(self.revision("ltsc2019", at="2025-04-08 20:00:00"), "10.0.17763.7136")

    def test_what_another_run_records_counts(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            with Waiting(self, "ltsc2022", "--registry", registry.url, interval="3s", at=RELEASE_DAY) as wait:
                wait.until_it_pauses()
                registry.requests()
                self.publish(registry, "20348")
                self.sync(registry, CORE, at="2025-04-08 18:00:02")
                synced = len(registry.requests())
                document = wait.end()
                self.assertEqual(registry.requests(), [], "the wait asked although the record had the answer")
        self.assertGreater(synced, 0)
        self.assertEqual(self.states(document), {"ltsc2022": "landed"})


if __name__ == "__main__":
    program.main()
