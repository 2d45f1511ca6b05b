"""Every form of a REFERENCE, every output format, and what is said when a reference means nothing or too much."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import images  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402


class ReferencesTest(program.E2eTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogue = catalogue.quickstart()

    def setUp(self):
        super().setUp()
        with FaultServer(self.catalogue) as server:
            self.sync(server)
            self.host = server.host
        self.core = self.catalogue.servercore

    def test_every_form(self):
        tags = self.core.tags
        bare = tags["10.0.17763.1040-amd64"]
        config = images.config_of(self.core.manifests[bare][1])
        revision = "10.0.17763.1040"
        for reference in ("10.0.17763.1040", "17763.1040", "1809-KB4546852", "KB4546852", "1809-KB4546852-amd64",
                          "servercore:10.0.17763.1040", "windows/servercore:1809-KB4546852",
                          self.host + "/windows/servercore:10.0.17763.1040",
                          tags[revision], bare, config, config[7:19], config[7:],
                          "servercore:10.0.17763.1040@" + tags[revision],
                          self.host + "/windows/servercore@" + tags[revision]):
            with self.subTest(reference):
                answer = self.resolve(reference)
                self.assertEqual(answer["revision"], revision)
                self.assertEqual(answer["repository"], "windows/servercore")
        self.assertEqual(self.resolve("nanoserver:1809")["repository"], "windows/nanoserver")

    def test_one_value_formats(self):
        index = self.core.tags["ltsc2019"]
        full = self.host + "/windows/servercore:ltsc2019@" + index
        for form, expected in (("revision", "10.0.17763.9121\n"), ("kb", "KB5120238\n"), ("digest", index + "\n"),
                               ("ref", full + "\n"), ("pull", "docker pull " + full + "\n"),
                               ("docker-arg", "--build-arg BASE=" + full + "\n")):
            with self.subTest(form):
                self.assertEqual(self.tagdb("resolve", "ltsc2019", "--format", form).stdout, expected)

    def test_platform(self):
        nano = self.catalogue.nanoserver
        arm = images.entries(nano.manifests[nano.tags["10.0.17763.1040"]][1])[1]
        out = self.tagdb("resolve", "nanoserver:10.0.17763.1040", "--platform", "windows/arm", "--format", "digest").stdout
        self.assertEqual(out, arm + "\n")
        self.tagdb("resolve", "nanoserver:10.0.17763.1040", "--platform", "linux/amd64", "--format", "digest",
                   expect=program.NOT_FOUND)

    def test_env_github_azure(self):
        lines = dict(line.split("=", 1) for line in self.tagdb("resolve", "ltsc2019", "--format", "env").stdout.splitlines())
        self.assertEqual(lines["TAGDB_ANSWER_REVISION"].strip("'\""), "10.0.17763.9121")
        self.assertEqual(lines["TAGDB_ANSWER_KB"].strip("'\""), "KB5120238")
        self.assertIn("TAGDB_ANSWER_EVIDENCE", lines)
        github = self.tagdb("resolve", "ltsc2019", "--format", "github").stdout
        self.assertIn("revision=10.0.17763.9121\n", github)
        azure = self.tagdb("resolve", "ltsc2019", "--format", "azure").stdout
        self.assertRegex(azure, r"##vso\[task\.setvariable variable=\S+;isOutput=true\]10\.0\.17763\.9121")

    def test_text_is_one_screen(self):
        out = self.tagdb("resolve", "ltsc2019").stdout
        for word in ("windows/servercore:ltsc2019", "10.0.17763.9121", "KB5120238", self.core.tags["ltsc2019"], "observed"):
            self.assertIn(word, out)
        self.assertLess(len(out.splitlines()), 24)
        self.assertNotIn("\x1b", out)

    def test_not_there(self):
        for reference, words in (("ltsc2018", ["ltsc2019"]), ("10.0.17763.1555", []), ("KB1234567", []),
                                 ("sha256:" + "0" * 64, []), ("nanoserver:ltsc2016", ["ltsc2016", "servercore"]),
                                 ("LTSC2019", ["ltsc2019"])):
            with self.subTest(reference):
                result = self.tagdb("resolve", reference, expect=program.NOT_FOUND)
                self.assertEqual(result.stdout, "")
                self.assert_sentence(result, *words)

    def test_host_only(self):
        """A revision that hosts have and no image carries is an answer for people, and no value for a pipeline."""
        out = self.tagdb("resolve", "10.0.17763.1554").stdout
        for word in ("KB4580390", "no image carries it", "10.0.17763.1518"):
            self.assertIn(word, out)
        for form in ("revision", "digest", "ref"):
            result = self.tagdb("resolve", "17763.1554", "--format", form, expect=program.NOT_FOUND)
            self.assertEqual(result.stdout, "")
            self.assert_sentence(result)

    def test_invalid(self):
        for reference in ("", " ", ":", "a b", "sha256:123", "servercore:", "UPPER/case:x", "x" * 300, "--", "\x01"):
            with self.subTest(reference):
                result = self.tagdb("resolve", "--", reference, expect=None)
                self.assertIn(result.code, (program.USAGE, program.NOT_FOUND), str(result))
                self.assertTrue(result.stderr.strip())

    def test_invalid_usage(self):
        for arguments in (("resolve",), ("frobnicate",), ("resolve", "ltsc2019", "--format", "yaml"),
                          ("resolve", "ltsc2019", "--at", "yesterday"), ("resolve", "ltsc2019", "--at", "2020-02-30"),
                          ("list", "--kind", "round"), ("resolve", "ltsc2019", "--no-such-option")):
            with self.subTest(arguments):
                result = self.tagdb(*arguments, expect=program.USAGE)
                self.assertTrue(result.stderr.strip())

    def test_several_references(self):
        result = self.tagdb("resolve", "ltsc2019", "nosuchtag", "ltsc2022", "--format", "json", expect=program.NOT_FOUND)
        import json
        answers = [json.loads(line)["revision"] for line in result.stdout.splitlines()]
        self.assertEqual(answers, ["10.0.17763.9121", "10.0.20348.5622"])

    def test_global_options_before_and_after(self):
        before = self.tagdb("--format", "revision", "resolve", "ltsc2019").stdout
        self.assertEqual(before, "10.0.17763.9121\n")

    def test_answers_do_not_touch_the_file(self):
        with open(self.db, "rb") as database:
            before = database.read()
        for arguments in (("resolve", "ltsc2019"), ("list",), ("history", "ltsc2019"), ("changes",), ("verify",),
                          ("diff", "10.0.17763.973", "10.0.17763.1040")):
            self.tagdb(*arguments)
        with open(self.db, "rb") as database:
            self.assertEqual(database.read(), before)

    def test_list(self):
        items = self.tagdb("list", "--kind", "floating", "--repo", "windows/servercore", "--format", "json").json()["items"]
        self.assertEqual({i["tag"] for i in items if not i["architecture"]},
                         {"1607", "1809", "ltsc2016", "ltsc2019", "ltsc2022", "ltsc2025"})
        csv = self.tagdb("list", "--format", "csv").stdout.splitlines()
        self.assertEqual(len(csv), 1 + self.catalogue.tag_count())

    def test_diff(self):
        document = self.tagdb("diff", "10.0.17763.973", "10.0.17763.1040", "--format", "json").json()
        self.assertIn("schema", document)
        text = self.tagdb("diff", "10.0.17763.973", "10.0.17763.1040").stdout
        for word in ("10.0.17763.973", "10.0.17763.1040", "KB4534273", "KB4546852"):
            self.assertIn(word, text)

    def test_a_reader_that_goes_away(self):
        import subprocess
        done = subprocess.run("set -o pipefail; %s list --db %s | head -n 1" % (program.TAGDB, self.db), shell=True,
                              executable="/bin/bash", env=self.environment, capture_output=True, text=True, check=False)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    program.main()
