"""Answers that are not what they claim: refused, reported, never stored; the rest goes on."""

import re
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import images  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"
TAG = "10.0.17763.1039"


class ContentTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")
        self.core = self.catalogue.servercore
        self.index = self.core.tags[TAG]

    def refused(self, change, path, method="*"):
        """Syncs with the fault; the tags of this revision fail, all others are recorded. Returns the document."""
        with FaultServer(self.catalogue) as server:
            server.rule(change, path=path, method=method)
            result = self.sync(server, CORE, "--format", "json", expect=program.PARTIAL)
        document = result.json()
        self.assertTrue(document["failures"], str(result))
        self.assert_intact()
        self.assert_no_wrong_content()
        self.assertEqual(self.revision("10.0.17763.973"), "10.0.17763.973")
        return document

    def assert_no_wrong_content(self):
        for digest, data in self.rows("SELECT digest, bytes FROM content WHERE bytes IS NOT NULL"):
            self.assertEqual(digest, catalogue.digest_of(data))

    def index_path(self):
        return "/manifests/" + re.escape(self.index)

    def test_wrong_bytes(self):
        document = self.refused(faults.wrong_bytes(), self.index_path(), "GET")
        self.assertTrue(any(self.index in f["reference"] or TAG in f["reference"] for f in document["failures"]))
        self.assertNotIn((self.index,), self.rows("SELECT digest FROM content WHERE bytes IS NOT NULL"))

    def test_wrong_bytes_of_a_config(self):
        config = images.config_of(self.core.manifests[self.core.amd64(TAG)][1])
        self.refused(faults.wrong_bytes(), "/blobs/" + config)
        self.assertEqual(self.revision(TAG), TAG, "the index entry still says it")

    def test_wrong_digest_header_of_a_head(self):
        self.refused(faults.wrong_digest_header(), "/manifests/%s$" % re.escape(TAG), "HEAD")
        self.assertEqual(self.rows("SELECT digest FROM content WHERE digest LIKE 'sha256:abab%' AND bytes IS NOT NULL"), [])

    def test_malformed_digest_header_falls_back_to_the_bytes(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.header("Docker-Content-Digest", "sha256:ZZ"), path="/manifests/%s$" % re.escape(TAG), method="HEAD")
            self.sync(server, CORE, expect=None)
        self.assert_no_wrong_content()

    def test_wrong_content_type(self):
        self.refused(faults.content_type("application/vnd.oci.image.index.v1+json"), self.index_path(), "GET")

    def test_content_type_with_parameters_and_other_case_is_the_same(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.content_type(catalogue.LIST.upper().replace("APPLICATION", "Application") + "; charset=utf-8"),
                        path=self.index_path())
            self.sync(server, CORE)

    def test_schema1(self):
        self.refused(faults.schema1(), "/manifests/%s$" % re.escape(TAG))

    def test_login_page_in_place_of_a_manifest(self):
        self.refused(faults.login_page(), self.index_path(), "GET")

    def test_a_manifest_of_100_mb(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.huge(), path=self.index_path(), method="GET")
            process = self.start("sync", CORE, "--registry", server.url)
            _, errors = process.communicate(timeout=program.TIMEOUT)
        self.assertEqual(process.returncode, program.PARTIAL, errors)
        self.assertIn(self.index[:19], errors)
        self.assert_intact()

    def test_100_mb_as_tag_list(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.huge(), path="/tags/list")
            self.sync(server, CORE, expect=program.NETWORK)

    def test_300000_nested_brackets(self):
        # By digest the hash refuses it; by tag, where HEAD is refused, the parser must.
        with FaultServer(self.catalogue) as server:
            server.rule(faults.status(405), path="/manifests/", method="HEAD")
            server.rule(faults.nested(), path="/manifests/%s$" % re.escape(TAG), method="GET")
            self.sync(server, CORE, expect=program.PARTIAL)
        self.assert_intact()

    def test_300000_nested_brackets_by_digest(self):
        self.refused(faults.nested(), self.index_path(), "GET")

    def test_nested_brackets_as_tag_list(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.nested(), path="/tags/list")
            self.sync(server, CORE, expect=program.NETWORK)

    def test_head_refused_falls_back_to_get(self):
        for code in (405, 403):
            with self.subTest(code), FaultServer(self.catalogue) as server:
                self.db = os.path.join(self.folder, "%d.sqlite" % code)
                server.rule(faults.status(code), method="HEAD")
                self.sync(server, CORE)
                self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1040")

    def test_no_digest_header(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.no_digest_header())
            self.sync(server, CORE)
        self.assertEqual(self.resolve("ltsc2019")["index"], self.core.tags["ltsc2019"])

    def test_accept_lists_all_four_types(self):
        with FaultServer(self.catalogue) as server:
            self.sync(server, CORE)
            for request in server.seen("/manifests/"):
                for media_type in (catalogue.LIST, catalogue.MANIFEST, "application/vnd.oci.image.index.v1+json",
                                   "application/vnd.oci.image.manifest.v1+json"):
                    self.assertIn(media_type, request.headers["accept"])
            self.assertEqual(server.seen(r"/v2/$"), [], "no ping is needed")
            self.assertIn("tagdb", server.requests[0].headers["user-agent"])


if __name__ == "__main__":
    program.main()
