"""tagdb wait where things are not as usual: nothing crawled yet, derived images, unlisted revisions, names that are wrong."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import loopback  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import RELEASES  # noqa: E402
from waiting import APRIL, BEFORE, CORE, RELEASE_DAY, AprilTest, Waiting  # noqa: E402


class WaitCasesTest(AprilTest):
    def test_a_first_crawl_is_made_where_there_is_none(self):
        with RealRegistry(self.catalogue) as registry:
            self.publish(registry, *APRIL)
            with Waiting(self, "ltsc2025", "--registry", registry.url, at=RELEASE_DAY) as wait:
                document = wait.end()
        self.assertEqual(self.states(document), {"ltsc2025": "landed"})
        self.assertEqual(self.revision("ltsc2019", at="2025-04-08 20:00:00"), "10.0.17763.7136")

    def test_a_derived_image_lands_with_its_base(self):
        iis = self.catalogue.repository("windows/servercore/iis")
        name, old, new = "windowsservercore-ltsc2022", "10.0.20348.3328", "10.0.20348.3453"
        iis.tags[name] = iis.image(old, "2025-03-11")[0]
        repos = (CORE, "windows/servercore/iis")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, *repos, at=BEFORE)
            with Waiting(self, "windows/servercore/iis:" + name, "--registry", registry.url, at=RELEASE_DAY) as wait:
                wait.until_it_pauses()
                iis.tags[name] = iis.image(new, "2025-04-08")[0]
                registry.update()
                document = wait.end()
        self.assertEqual([(t["repository"], t["state"], t["revision"], t["release"]) for t in document["tags"]],
                         [("windows/servercore/iis", "landed", new, "2025-04B")])

    def test_a_revision_that_the_reference_does_not_list(self):
        """Next month's: its release follows from when it was first seen."""
        at = ["2027-02-08 06:00:00", "2027-02-09 18:30:00"]
        release = RELEASES[0]._replace(date="2027-02-09", label="2027-02B", version="10.0.20348.9999", kb="KB9999999")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=at[0])
            with Waiting(self, "ltsc2022", "--registry", registry.url, at=at[1]) as wait:
                self.assertEqual(wait.until_it_pauses()["release"], "2027-02B")
                self.core.publish(release, ["ltsc2022"])
                registry.update()
                document = wait.end()
        self.assertEqual([(t["state"], t["revision"], t["release"]) for t in document["tags"]],
                         [("landed", "10.0.20348.9999", "2027-02B")])

    def test_a_registry_that_cannot_be_reached_is_no_answer(self):
        url = "http://127.0.0.1:%d" % loopback.free_port()
        result = self.tagdb("wait", "ltsc2022", "--registry", url, "--deadline", "3s", "--interval", "1s", at=RELEASE_DAY,
                            expect=program.NETWORK)
        self.assert_sentence(result, "127.0.0.1")

    def test_a_name_that_is_not_there(self):
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry, CORE, at=BEFORE)
            result = self.tagdb("wait", "ltsc2091", "--registry", registry.url, at=RELEASE_DAY, expect=program.NOT_FOUND)
            self.assert_sentence(result, "ltsc2091", "did you mean")
            self.tagdb("wait", "nowhere/at-all:ltsc2022", "--registry", registry.url, at=RELEASE_DAY, expect=program.NOT_FOUND)

    def test_what_cannot_be_waited_for(self):
        for arguments, code, words in (
                (["--release", "2025-04C"], program.USAGE, ["preview"]),
                (["--release", "2017-02B"], program.NOT_FOUND, ["no base images"]),
                (["--release", "2B"], program.USAGE, ["2B"]),
                (["--release", "2024-03 OOB"], program.NOT_FOUND, ["2024-03 OOB"]),
                (["--release", "2055-01B"], program.USAGE, ["no release day"]),
                (["KB5055519"], program.USAGE, ["no tag"]),
                (["a.example/x/y:1", "b.example/x/y:1"], program.USAGE, ["two registries"])):
            with self.subTest(arguments=arguments):
                result = self.tagdb("wait", "--registry", "127.0.0.1:1", *arguments, at=RELEASE_DAY, expect=code) \
                    if ".example" not in "".join(arguments) else self.tagdb("wait", *arguments, at=RELEASE_DAY, expect=code)
                self.assert_sentence(result, *words)


if __name__ == "__main__":
    program.main()
