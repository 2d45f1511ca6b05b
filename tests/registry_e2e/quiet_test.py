"""Cheap when quiet: what a run asks after nothing changed, counted in the registry's own log."""

import datetime
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import FLOATING  # noqa: E402

BEGIN = datetime.datetime(2026, 10, 1, 3, 0, 0)


def day(number, minutes=0):
    return (BEGIN + datetime.timedelta(days=number, minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")


class QuietTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.quickstart()

    def floating(self, repo):
        named = {name for names in FLOATING[repo.name].values() for name in names}
        return {tag for tag in repo.tags if tag in named or tag[:-len("-amd64")] in named}

    @staticmethod
    def by_kind(requests, repo):
        """(lists, tags asked by HEAD, everything else) of one repository."""
        lists, heads, rest = 0, [], []
        for request in requests:
            if not request.path.startswith("/v2/%s/" % repo.name):
                continue
            tail = request.path[len("/v2/%s/" % repo.name):]
            if request.method == "GET" and tail.startswith("tags/list"):
                lists += 1
            elif request.method == "HEAD" and tail.startswith("manifests/") and "sha256:" not in tail:
                heads.append(tail[len("manifests/"):])
            else:
                rest.append(request)
        return lists, heads, rest

    def test_one_list_one_head_per_floating_tag_and_a_thirtieth(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, at=day(0))
            registry.requests()
            self.sync(registry, at=day(1))
            asked = registry.requests()
        counted = 0
        for repo in self.catalogue.repositories.values():
            lists, heads, rest = self.by_kind(asked, repo)
            floating = self.floating(repo)
            others = len(repo.tags) - len(floating)
            with self.subTest(repo.name):
                self.assertEqual(lists, 1)
                self.assertEqual(rest, [], "nothing changed, so nothing needs fetching")
                self.assertEqual(len(heads), len(set(heads)), "a tag was asked twice")
                self.assertEqual(floating - set(heads), set(), "floating tags that were not asked")
                self.assertEqual(len(set(heads) - floating), math.ceil(others / 30))
            counted += lists + len(heads)
        self.assertEqual(len(asked), counted, "requests beyond those of the repositories: %s" % asked)

    def test_all_tags_are_looked_at_within_thirty_daily_runs(self):
        small = catalogue.quickstart(until="2020-02-28")
        seen = set()
        with RealRegistry(small) as registry:
            self.sync(registry, "windows/servercore", at=day(0))
            registry.requests()
            for number in range(1, 31):
                self.sync(registry, "windows/servercore", at=day(number))
                seen |= set(self.by_kind(registry.requests(), small.servercore)[1])
        self.assertEqual(set(small.servercore.tags) - seen, set())

    def test_a_moved_revision_tag_is_found_by_the_sample(self):
        small = catalogue.quickstart(until="2020-02-28")
        with RealRegistry(small) as registry:
            self.sync(registry, "windows/servercore", at=day(0))
            small.servercore.move("10.0.17763.973", "10.0.17763.914")
            registry.update()
            found = None
            for number in range(1, 31):
                document = self.sync_json(registry, "windows/servercore", at=day(number))
                if document["events"]:
                    found = document["events"]
                    break
        self.assertIsNotNone(found, "not found in thirty daily runs")
        self.assertEqual(found[0]["tag"], "10.0.17763.973")

    def test_full_asks_every_tag(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, at=day(0))
            registry.requests()
            self.sync(registry, "--full", at=day(1))
            asked = registry.requests()
        for repo in self.catalogue.repositories.values():
            _, heads, rest = self.by_kind(asked, repo)
            self.assertEqual(set(heads), set(repo.tags))
            self.assertEqual(rest, [])

    def test_other_tags_count_as_floating_until_thirty_days_unmoved(self):
        repo = self.catalogue.servercore
        repo.move("win10-21h1-preview", "ltsc2022")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, "windows/servercore", at=day(0))
            for number, expected in ((1, True), (29, True)):
                registry.requests()
                self.sync(registry, "windows/servercore", at=day(number))
                heads = self.by_kind(registry.requests(), repo)[1]
                self.assertEqual("win10-21h1-preview" in heads, expected, "day %d" % number)
            asked = []
            for number in range(31, 35):
                registry.requests()
                self.sync(registry, "windows/servercore", at=day(number))
                asked.append("win10-21h1-preview" in self.by_kind(registry.requests(), repo)[1])
        self.assertLess(sum(asked), len(asked), "still asked in every run after thirty days")

    def test_new_tags_are_asked_and_only_what_is_new_is_fetched(self):
        before = catalogue.quickstart(until="2026-08-31")
        with RealRegistry(before) as registry:
            self.sync(registry, at=day(0))
            registry.catalogue = self.catalogue
            registry.update()
            registry.requests()
            self.sync(registry, at=day(1))
            fetched = [r.path.rsplit("/", 1)[1] for r in registry.requests() if r.method == "GET" and "sha256" in r.path]
        old = {d for r in before.repositories.values() for d in [*r.manifests, *r.configs]}
        new = {d for r in self.catalogue.repositories.values() for d in [*r.manifests, *r.configs]} - old
        self.assertEqual(set(fetched), new)
        self.assertEqual(len(fetched), len(set(fetched)))


if __name__ == "__main__":
    program.main()
