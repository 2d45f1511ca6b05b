"""A crawl of the real registry over HTTP, and what is answered afterwards with the registry gone."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))

import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402


class SyncTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart()

    def test_crawl_then_answer_with_the_registry_gone(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            host = registry.host
        core, nano = self.catalogue.servercore, self.catalogue.nanoserver
        answer = self.resolve("ltsc2019")
        self.assertEqual(answer["revision"], "10.0.17763.9121")
        self.assertEqual(answer["kb"], "KB5120238")
        self.assertEqual(answer["repository"], "windows/servercore")
        self.assertEqual(answer["registry"], host)
        self.assertEqual(answer["kind"], "floating")
        self.assertEqual(answer["index"], core.tags["ltsc2019"])
        self.assertEqual(answer["mediaType"], catalogue.LIST)
        self.assertEqual(answer["evidence"]["level"], "observed")
        self.assertEqual([p["digest"] for p in answer["platforms"]], [core.tags["ltsc2019-amd64"]])
        self.assertEqual(answer["platforms"][0]["osVersion"], "10.0.17763.9121")
        aliases = {a["tag"]: a["relation"] for a in answer["aliases"]}
        self.assertEqual(aliases["10.0.17763.9121"], "sameDigest")
        # 1809 has an index of its own around the same manifest.
        self.assertEqual(aliases["1809"], "sameRevision")
        self.assertEqual(self.resolve("nanoserver:ltsc2022")["index"], nano.tags["ltsc2022"])

    def test_every_tag_has_its_digest(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
        for name, repo in self.catalogue.repositories.items():
            seen = dict(self.rows(
                "SELECT t.name, c.digest FROM tag t JOIN repository r ON r.id = t.repository_id "
                "JOIN span s ON s.tag_id = t.id JOIN content c ON c.id = s.content_id "
                "WHERE r.name = ? AND s.state = 'present'", name))
            self.assertEqual(seen, repo.tags)

    def test_bytes_are_kept_verbatim(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
        held = dict(self.rows("SELECT digest, bytes FROM content WHERE bytes IS NOT NULL"))
        for repo in self.catalogue.repositories.values():
            for digest in repo.tags.values():
                self.assertEqual(held[digest], repo.manifests[digest][1])
        configs = {d for r in self.catalogue.repositories.values() for d in r.configs}
        self.assertEqual(configs - set(held), set(), "configs that were not fetched")

    def test_each_digest_is_fetched_once(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            fetched = [r.path for r in registry.requests() if r.method == "GET" and "sha256:" in r.path]
        self.assertEqual(len(fetched), len(set(fetched)))

    def test_after_the_first_crawl_the_past_is_inferred(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
        answer = self.resolve("ltsc2019", "--at", "2020-02-20")
        self.assertEqual(answer["revision"], "10.0.17763.1040")
        self.assertEqual(answer["kb"], "KB4546852")
        self.assertEqual(answer["evidence"]["level"], "inferred")
        self.assertEqual(answer["asOf"][:10], "2020-02-20")
        self.tagdb("resolve", "ltsc2019", "--at", "2020-02-20", "--evidence", "observed", expect=program.NOT_FOUND)

    def test_first_crawl_is_a_baseline_without_events(self):
        with RealRegistry(self.catalogue) as registry:
            document = self.sync_json(registry)
            self.assertEqual(document["outcome"], "complete")
            self.assertEqual(document["events"], [])
            self.assertEqual(document["failures"], [])
            again = self.sync_json(registry)
        self.assertEqual(again["events"], [])
        checks = {c["repository"]: c for c in document["checks"]}
        core = self.catalogue.servercore
        self.assertEqual(checks["windows/servercore"]["listed"], len(core.tags))
        self.assertEqual(checks["windows/servercore"]["resolved"], len(core.tags))
        self.assertEqual(self.tagdb("changes", "--format", "json").json()["items"], [])

    def test_two_registries_live_in_one_database(self):
        other = catalogue.quickstart(until="2022-12-31")
        with RealRegistry(self.catalogue) as one, RealRegistry(other) as two:
            self.sync(one)
            self.sync(two)
            self.assertEqual(self.revision("ltsc2022", "--registry", one.host), "10.0.20348.5622")
            self.assertEqual(self.revision("ltsc2022", "--registry", two.host), "10.0.20348.707")
            # Neither is the obvious one: say so, and name both.
            result = self.tagdb("resolve", "ltsc2022", expect=program.USAGE)
            self.assert_sentence(result, one.host, two.host)


if __name__ == "__main__":
    program.main()
