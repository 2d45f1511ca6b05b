"""Tags that are listed and cannot be pulled, and indexes whose children are missing."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402


class UnpullableTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-03-31")
        self.core = self.catalogue.servercore

    def test_new_then_known_then_strict(self):
        self.core.list_only("10.0.17763.1039")
        with RealRegistry(self.catalogue) as registry:
            first = self.sync(registry, "windows/servercore", "--format", "json", expect=program.PARTIAL)
            document = first.json()
            self.assertEqual([f["reference"] for f in document["failures"]], ["windows/servercore:10.0.17763.1039"])
            failure = document["failures"][0]
            self.assertEqual(failure["status"], 404)
            # The registry's own code where it was heard: the answer to a HEAD has no body to say it in.
            self.assertIn(failure["code"], ("MANIFEST_UNKNOWN", "notFound"))
            self.assertEqual(document["checks"][0]["failed"], 1)

            second = self.sync(registry, "windows/servercore", "--full", "--format", "json")
            check = second.json()["checks"][0]
            self.assertEqual((check["failed"], check["known"]), (0, 1))

            self.sync(registry, "windows/servercore", "--full", "--strict", expect=program.PARTIAL)
        # A final answer is an answer: the checks are complete.
        self.assertEqual({o for o, in self.rows("SELECT outcome FROM check_run")}, {"complete"})
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1098")

    def test_people_are_told_what_and_why(self):
        self.core.list_only("10.0.17763.1039")
        with RealRegistry(self.catalogue) as registry:
            result = self.sync(registry, "windows/servercore", expect=program.PARTIAL)
        self.assert_sentence(result, "10.0.17763.1039", "404")

    def test_missing_child_does_not_lose_what_the_index_said(self):
        child = self.core.amd64("10.0.17763.1039")
        self.core.drop(child)
        with RealRegistry(self.catalogue) as registry:
            document = self.sync(registry, "windows/servercore", "--format", "json", expect=program.PARTIAL).json()
            self.assertTrue(any(child in f["reference"] or "1039" in f["reference"] for f in document["failures"]))
            again = self.sync_json(registry, "windows/servercore")
            self.assertEqual(again["failures"], [f for f in again["failures"] if f.get("known", True)])
        answer = self.resolve("1809-KB4532691")
        self.assertEqual(answer["revision"], "10.0.17763.1039")
        self.assertEqual(answer["platforms"][0]["digest"], child)
        self.assertIsNone(answer["platforms"][0]["config"])

    def test_missing_config_keeps_the_index_answer(self):
        import images
        child = self.core.amd64("10.0.17763.1039")
        self.core.drop(images.config_of(self.core.manifests[child][1]))
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore", expect=program.PARTIAL)
        self.assertEqual(self.revision("10.0.17763.1039"), "10.0.17763.1039")

    def test_floating_tag_that_cannot_be_pulled_any_more(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore")
            self.core.list_only("ltsc2019")
            registry.update()
            document = self.sync(registry, "windows/servercore", "--format", "json", expect=program.PARTIAL).json()
            self.assertEqual([(e["tag"], e["event"]) for e in document["events"]], [("ltsc2019", "unpullable")])
            # From then on it is known.
            self.sync(registry, "windows/servercore")


if __name__ == "__main__":
    program.main()
