"""April 2025, as it happened: the floating tags of Windows Server 2019 moved to April's images, fell back to March's within a
day, and moved on to the out-of-band images one and two weeks later, while the explicit tags were right all along."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import FLOATING, RELEASES, build_of  # noqa: E402
from waiting import Waiting  # noqa: E402

CORE, NANO = "windows/servercore", "windows/nanoserver"
MARCH, APRIL, OOB = ({build_of(r.version): r for r in RELEASES if r.label == label}
                     for label in ("2025-03B", "2025-04B", "2025-04 OOB"))
A, B, C = "10.0.17763.7009", "10.0.17763.7136", "10.0.17763.7249"
A25, B25, C25 = "10.0.26100.3476", "10.0.26100.3775", "10.0.26100.3781"
NAMES = ("1809", "ltsc2019")

# When it was looked at; what happened before that look.
LOOKS = ["2025-04-07 06:00:00", "2025-04-08 20:00:00", "2025-04-09 20:00:00", "2025-04-16 20:00:00", "2025-04-17 20:00:00",
         "2025-04-24 06:00:00"]
NOW = "2025-04-25 06:00:00"


class AprilTest(program.E2eTest):
    """One crawl of the whole sequence, asked from all sides."""

    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.Catalogue()
        self.repos = [self.catalogue.repository(name) for name in (CORE, NANO)]
        self.core, self.nano = self.repos

    def publish(self, releases, builds=None, floating=True):
        for repo in self.repos:
            for build, release in releases.items():
                if build in FLOATING[repo.name] and build in (builds or releases):
                    repo.publish(release, FLOATING[repo.name][build] if floating else ())

    def point(self, repo, revision, names=NAMES):
        for name in names:
            repo.move(name, revision)

    def steps(self):
        """Does what happened before each look, and says when it was."""
        self.publish(MARCH)
        yield LOOKS[0]
        self.publish(APRIL)  # everything moves on release day
        yield LOOKS[1]
        for repo in self.repos:  # and falls back within a day; the explicit tags stay
            self.point(repo, A)
        yield LOOKS[2]
        self.publish(OOB, floating=False)  # ltsc2022 follows; the others lag, ltsc2025 at March's image
        for repo in self.repos:
            self.point(repo, OOB["20348"].version, ["ltsc2022"])
        self.point(self.core, A25, ["ltsc2025"])
        yield LOOKS[3]
        self.point(self.nano, C)  # nanoserver a week earlier
        yield LOOKS[4]
        self.point(self.core, C)
        yield LOOKS[5]

    def replay(self, each=None):
        with RealRegistry(self.catalogue) as registry:
            for number, when in enumerate(self.steps()):
                registry.update()
                self.sync(registry, at=when)
                if each:
                    each(registry, number)

    def changes(self, at=NOW, **wanted):
        items = self.tagdb("changes", "--format", "json", at=at).json()["items"]
        return [i for i in items if all(i[key] == value for key, value in wanted.items())]

    def codes(self, reference, at):
        answer = self.resolve(reference, at=at)
        return answer["revision"], {warning["code"]: warning["message"] for warning in answer["warnings"]}

    def test_there_and_back_and_on(self):
        """A, B, A, C: each step an event, and each state a warning that names the explicit tag."""
        seen, states = {}, {}

        def look(_, number):
            at = LOOKS[number][:-8] + "23:00:00"
            seen[number] = {tag: self.codes("servercore:" + tag, at) for tag in NAMES + ("ltsc2025",)}
            # The explicit tags are right all along.
            for version in (A, B) if number else (A,):
                self.assertEqual(self.revision("servercore:" + version, at=at), version)

            if number in (2, 5):
                document = self.tagdb("status", "--format", "json", "--repo", "servercore", at=at, expect=None).json()
                states[number] = {v["floatingTag"]: (v["state"], v["newestRevision"]) for v in document["versions"]}

        self.replay(each=look)
        self.assertEqual(states[2]["ltsc2019"], ("rollback", B))
        self.assertEqual(states[5]["ltsc2019"], ("current", C))
        self.assertEqual(states[5]["ltsc2025"], ("rollback", C25))
        for tag in NAMES:
            with self.subTest(tag):
                self.assertEqual([seen[n][tag][0] for n in range(6)], [A, B, A, A, A, C])
                self.assertNotIn("rollback", seen[1][tag][1])
                for number in (2, 3, 4):
                    self.assertIn("rollback", seen[number][tag][1])
                self.assertIn(B, seen[2][tag][1]["rollback"])
                self.assertNotIn("rollback", seen[5][tag][1])
                self.assertNotIn("lag", seen[5][tag][1])
                events = [(e["event"], e["from"]["revision"], e["to"]["revision"])
                          for e in self.changes(repository=CORE, tag=tag) if e["event"] in ("moved", "rollback")]
                self.assertEqual(events, [("moved", A, B), ("rollback", B, A), ("moved", A, C)])
        # ltsc2025 stood on March's image after the out-of-band ones.
        self.assertEqual([seen[n]["ltsc2025"][0] for n in range(6)], [A25, B25, B25, A25, A25, A25])
        self.assertIn(C25, "".join(seen[5]["ltsc2025"][1].values()))
        self.assertIn("rollback", seen[5]["ltsc2025"][1])

    def test_nanoserver_a_week_earlier(self):
        self.replay()
        moved_on = {e["repository"]: e["at"][:10] for e in self.changes(tag="ltsc2019", event="moved") if e["to"]["revision"] == C}
        self.assertEqual(moved_on, {NANO: "2025-04-17", CORE: "2025-04-24"})

    def test_the_record_answers_for_every_day(self):
        self.replay()
        for asked, revision in (("2025-04-07T07:00:00Z", A), ("2025-04-08T21:00:00Z", B), ("2025-04-10", A), ("2025-04-20", A),
                                ("2025-04-24T07:00:00Z", C)):
            with self.subTest(asked):
                self.assertEqual(self.revision("ltsc2019", "--at", asked, at=NOW), revision)
        self.assertEqual(self.revision("ltsc2019", "--at", "2025-04B", at=NOW), B)
        self.assertEqual(self.revision("ltsc2019", "--at", "2025-04 OOB", at=NOW), C)

    def test_wait_tells_a_lagging_tag_from_a_missing_release(self):
        """Whoever waits for April's release on the tenth is told that it is there, under its explicit tag."""
        with RealRegistry(self.catalogue) as registry:
            for number, when in enumerate(self.steps()):
                registry.update()
                self.sync(registry, at=when)
                if number == 2:
                    break
            with Waiting(self, "servercore:ltsc2019", "nanoserver:1809", "--registry", registry.url, "--deadline", "2s",
                         at="2025-04-10 06:00:00") as wait:
                document = wait.end(program.NO)
            with Waiting(self, "servercore:ltsc2019", "--registry", registry.url, "--release", "2025-04 OOB", "--deadline", "2s",
                         at="2025-04-16 18:00:00") as wait:
                missing = wait.end(program.NO)
        self.assertEqual([(t["state"], t["explicitTag"], t["pointsAt"]) for t in document["tags"]], [("explicitOnly", B, A)] * 2)
        self.assertEqual([(t["state"], t["explicitTag"]) for t in missing["tags"]], [("notPublished", None)])

    def test_an_inferred_answer_inside_the_incident_says_so(self):
        """First looked at two weeks later: what the tag meant on the tenth can only be inferred, and wrongly."""
        with RealRegistry(self.catalogue) as registry:
            for _ in self.steps():
                pass
            registry.update()
            self.sync(registry, at=LOOKS[5])
        answer = self.resolve("ltsc2019", "--at", "2025-04-12", at=NOW)
        self.assertEqual(answer["evidence"]["level"], "inferred")
        self.assertIn("knownIncident", [warning["code"] for warning in answer["warnings"]])


if __name__ == "__main__":
    program.main()
