"""October 2025: the B release of the 14th, and nine days later out-of-band images of three of the four builds."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import FLOATING, Release, build_of  # noqa: E402
from waiting import Waiting  # noqa: E402

CORE = "windows/servercore"


def month(date, label, out_of_band, *images):
    return {build_of(version): Release(date, label, version, kb, out_of_band) for version, kb in images}


SEPTEMBER = month("2025-09-09", "2025-09B", False, ("10.0.14393.8422", "KB5065427"), ("10.0.17763.7792", "KB5065428"),
                  ("10.0.20348.4171", "KB5065432"), ("10.0.26100.6584", "KB5065426"))
OCTOBER = month("2025-10-14", "2025-10B", False, ("10.0.14393.8519", "KB5066836"), ("10.0.17763.7919", "KB5066586"),
                ("10.0.20348.4294", "KB5066782"), ("10.0.26100.6899", "KB5066835"))
OOB = month("2025-10-23", "2025-10 OOB", True, ("10.0.17763.7922", "KB5070883"), ("10.0.20348.4297", "KB5070884"),
            ("10.0.26100.6905", "KB5070881"))

BEFORE, B_DAY, AFTER_B = "2025-10-13 06:00:00", "2025-10-14 20:00:00", "2025-10-22 06:00:00"
OOB_DAY, NOW = "2025-10-23 20:00:00", "2025-10-24 06:00:00"


class OctoberTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.Catalogue()
        self.core = self.catalogue.repository(CORE)
        self.publish(SEPTEMBER)

    def publish(self, images, *builds, floating=True):
        for build, release in images.items():
            if not builds or build in builds:
                self.core.publish(release, FLOATING[CORE][build] if floating else ())

    def look(self, registry, at):
        registry.update()
        self.sync(registry, CORE, at=at)

    def test_two_releases_in_one_month(self):
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, BEFORE)
            self.publish(OCTOBER)
            self.look(registry, B_DAY)
            self.publish(OOB)
            self.look(registry, OOB_DAY)
        items = self.tagdb("changes", "--format", "json", at=NOW).json()["items"]
        moves = [(e["from"]["revision"], e["to"]["revision"], e["to"]["kb"]) for e in items
                 if e["tag"] == "ltsc2022" and e["event"] == "moved"]
        self.assertEqual(moves, [("10.0.20348.4171", "10.0.20348.4294", "KB5066782"),
                                 ("10.0.20348.4294", "10.0.20348.4297", "KB5070884")])
        self.assertEqual([e for e in items if e["event"] in ("lag", "rollback", "aliasDiffers")], [])
        for asked, revision, label, out_of_band in (("2025-10-20", "10.0.20348.4294", "2025-10B", False),
                                                    ("2025-10B", "10.0.20348.4294", "2025-10B", False),
                                                    ("2025-10 OOB", "10.0.20348.4297", "2025-10 OOB", True)):
            with self.subTest(asked):
                answer = self.resolve("ltsc2022", "--at", asked, at=NOW)
                self.assertEqual((answer["revision"], answer["release"]["label"], answer["release"]["outOfBand"]),
                                 (revision, label, out_of_band))
        # Build 14393 has no image out of band, and lags behind nobody.
        answer = self.resolve("ltsc2016", at=NOW)
        self.assertEqual((answer["revision"], answer["release"]["label"]), ("10.0.14393.8519", "2025-10B"))
        self.assertNotIn("lag", [warning["code"] for warning in answer["warnings"]])

    def test_a_tag_that_does_not_follow_lags(self):
        with RealRegistry(self.catalogue) as registry:
            self.publish(OCTOBER)
            self.look(registry, AFTER_B)
            self.publish(OOB, "17763", "20348")
            self.publish(OOB, "26100", floating=False)
            self.look(registry, OOB_DAY)
            with Waiting(self, "--registry", registry.url, "--release", "2025-10 OOB", "--deadline", "2s", at="2025-10-23 21:00:00") as wait:
                document = wait.end(program.NO)
        items = self.tagdb("changes", "--format", "json", at=NOW).json()["items"]
        lags = {e["tag"]: (e["from"]["revision"], e["to"]["revision"], e["use"]) for e in items if e["event"] == "lag"}
        self.assertEqual(lags["ltsc2025"], ("10.0.26100.6899", "10.0.26100.6905", "10.0.26100.6905"))
        self.assertNotIn("ltsc2022", lags)
        self.assertIn("lag", [warning["code"] for warning in self.resolve("ltsc2025", at=NOW)["warnings"]])
        # ltsc2016 is not waited for: there is no such image of its build.
        self.assertEqual({t["tag"]: t["state"] for t in document["tags"]},
                         {"1809": "landed", "ltsc2019": "landed", "ltsc2022": "landed", "ltsc2025": "explicitOnly"})
        self.assertEqual([t["explicitTag"] for t in document["tags"] if t["tag"] == "ltsc2025"], ["10.0.26100.6905"])

    def test_waiting_for_the_b_release_is_done_with_the_one_after(self):
        with RealRegistry(self.catalogue) as registry:
            self.publish(OCTOBER)
            self.publish(OOB)
            self.look(registry, OOB_DAY)
            with Waiting(self, "ltsc2022", "ltsc2016", "--registry", registry.url, "--release", "2025-10B", at=NOW) as wait:
                document = wait.end()
        self.assertEqual([(t["tag"], t["state"], t["release"]) for t in document["tags"]],
                         [("ltsc2022", "landed", "2025-10 OOB"), ("ltsc2016", "landed", "2025-10B")])
        self.assertEqual(document["checks"], [])

    def test_the_b_images_are_not_the_ones_out_of_band(self):
        with RealRegistry(self.catalogue) as registry:
            self.publish(OCTOBER)
            self.look(registry, AFTER_B)
            with Waiting(self, "ltsc2022", "--registry", registry.url, "--release", "2025-10 OOB", at="2025-10-23 18:00:00") as wait:
                self.assertEqual(wait.until_it_pauses()["missing"], [CORE + ":ltsc2022"])
                self.publish(OOB)
                registry.update()
                document = wait.end()
        self.assertEqual([(t["state"], t["revision"]) for t in document["tags"]], [("landed", "10.0.20348.4297")])

    def test_a_month_later_than_the_reference(self):
        """The same with revisions that nobody has listed yet: the second new one under a label is out of band."""
        first = OOB["20348"]._replace(date="2027-03-09", version="10.0.20348.9100", kb="KB9100000")
        second = first._replace(date="2027-03-18", version="10.0.20348.9200", kb="KB9200000")
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "2027-03-08 06:00:00")
            self.core.publish(first, ["ltsc2022"])
            self.look(registry, "2027-03-09 20:00:00")
            self.core.publish(second)
            self.look(registry, "2027-03-18 20:00:00")
            with Waiting(self, "ltsc2022", "--registry", registry.url, "--release", "2027-03B", at="2027-03-18 21:00:00") as wait:
                b_release = wait.end()
            with Waiting(self, "ltsc2022", "--registry", registry.url, "--release", "2027-03 OOB", "--deadline", "2s",
                         at="2027-03-18 21:00:00") as wait:
                out_of_band = wait.end(program.NO)
        self.assertEqual([(t["state"], t["release"]) for t in b_release["tags"]], [("landed", "2027-03B")])
        self.assertEqual([(t["state"], t["release"], t["explicitTag"]) for t in out_of_band["tags"]],
                         [("explicitOnly", "2027-03 OOB", "10.0.20348.9200")])


if __name__ == "__main__":
    program.main()
