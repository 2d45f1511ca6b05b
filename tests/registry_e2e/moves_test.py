"""A floating tag moves, falls back, is published again: what is recorded and what is said."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import RELEASES  # noqa: E402


class MovesTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-12-31")
        self.core = self.catalogue.servercore
        self.core.move("ltsc2019", "10.0.17763.973")

    def events(self, registry, **options):
        document = self.sync_json(registry, "windows/servercore", **options)
        return {(e["tag"], e["event"]): e for e in document["events"]}

    def test_moved(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.move("ltsc2019", "10.0.17763.1040")
            registry.update()
            events = self.events(registry)
        self.assertEqual(list(events), [("ltsc2019", "moved")])
        event = events[("ltsc2019", "moved")]
        self.assertEqual(event["from"]["revision"], "10.0.17763.973")
        self.assertEqual(event["to"]["revision"], "10.0.17763.1040")
        self.assertEqual(event["to"]["kb"], "KB4546852")
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1040")
        listed = self.tagdb("changes", "--format", "json").json()["items"]
        self.assertEqual([(i["tag"], i["event"], i["id"]) for i in listed], [("ltsc2019", "moved", event["id"])])

    def test_numbers_not_text(self):
        """973 comes before 1039: this is a move, not a fall back."""
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.move("ltsc2019", "10.0.17763.1039")
            registry.update()
            self.assertIn(("ltsc2019", "moved"), self.events(registry))

    def test_rollback(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.move("ltsc2019", "10.0.17763.914")
            registry.update()
            self.assertIn(("ltsc2019", "rollback"), self.events(registry))
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.914")
        self.assertIn("rollback", [w["code"] for w in self.resolve("ltsc2019")["warnings"]])

    def test_republished(self):
        release = [r for r in RELEASES if r.version == "10.0.17763.973"][0]
        listed, _ = self.core.image(release.version, release.date, edition="again")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.move("ltsc2019", listed)
            registry.update()
            self.assertIn(("ltsc2019", "republished"), self.events(registry))

    def test_a_move_is_read_once_more(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.move("ltsc2019", "10.0.17763.1040")
            registry.update()
            registry.requests()
            self.sync(registry, "windows/servercore")
            asked = [r for r in registry.requests() if r.path.endswith("/manifests/ltsc2019")]
        self.assertEqual(len(asked), 2)

    def test_new_tag_is_a_first(self):
        # On two days: what is first seen in the second in which the baseline ends belongs to the baseline.
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore", at="2026-10-01 06:00:00")
            self.core.move("1809-KB9999999", "10.0.17763.1040")
            registry.update()
            self.assertEqual(list(self.events(registry, at="2026-10-02 06:00:00")), [("1809-KB9999999", "first")])

    def test_dry_run_records_nothing(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.move("ltsc2019", "10.0.17763.1040")
            registry.update()
            self.sync(registry, "windows/servercore", "--dry-run")
            self.assertEqual(self.revision("ltsc2019"), "10.0.17763.973")
            self.assertEqual(len(self.rows("SELECT id FROM check_run")), 1)


if __name__ == "__main__":
    program.main()
