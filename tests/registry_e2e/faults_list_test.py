"""Lists of tags: pages, and servers that page badly."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"


class ListTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")
        self.names = set(self.catalogue.servercore.tags)

    def recorded(self):
        return {name for name, in self.rows("SELECT name FROM tag")}

    def test_pages(self):
        for links in ("relative", "absolute"):
            with self.subTest(links), FaultServer(self.catalogue) as server:
                self.db = os.path.join(self.folder, links + ".sqlite")
                server.page_size, server.links = 7, links
                self.sync(server, CORE)
                self.assertGreaterEqual(len(server.seen("/tags/list")), len(self.names) // 7)
                self.assertEqual(self.recorded(), self.names)

    def test_big_pages_are_asked_for_first(self):
        with FaultServer(self.catalogue) as server:
            server.page_size = 1000
            self.sync(server, CORE)
            self.assertIn("n=1000", server.seen("/tags/list")[0].path)

    def test_page_size_that_the_server_refuses(self):
        with FaultServer(self.catalogue) as server:
            server.page_size = 100
            server.rule(faults.status(400, body=b'{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}',
                                      content_type="application/json"), path="n=1000")
            self.sync(server, CORE)
        self.assertEqual(self.recorded(), self.names)

    def test_next_page_on_another_host_is_refused(self):
        with FaultServer(self.catalogue) as other, FaultServer(self.catalogue) as server:
            server.page_size, server.links = 7, other.url
            self.sync(server, CORE, expect=program.NETWORK)
            self.assertEqual(other.requests, [])

    def test_the_same_page_again_ends_with_an_error(self):
        with FaultServer(self.catalogue) as server:
            server.page_size, server.repeated = 7, True
            self.sync(server, CORE, expect=program.NETWORK)
            self.assertLess(len(server.seen("/tags/list")), 10)

    def test_pages_without_end(self):
        with FaultServer(self.catalogue) as server:
            server.page_size, server.endless = 1000, True
            result = self.sync(server, CORE, expect=program.NETWORK)
            self.assertLess(len(server.seen("/tags/list")), 10100)
        self.assert_sentence(result, CORE)

    def test_a_page_that_fails_for_good_is_no_complete_list(self):
        with FaultServer(self.catalogue) as server:
            server.page_size = 20
            server.rule(faults.status(404), path="last=")
            self.sync(server, CORE, expect=None)
        self.assertEqual(self.rows("SELECT count(*) FROM check_run WHERE outcome = 'complete'"), [(0,)])

    def test_tags_null_is_an_empty_list(self):
        with FaultServer(self.catalogue) as server:
            server.tags = None
            self.sync(server, CORE)
        self.assertEqual(self.rows("SELECT listed FROM check_run"), [(0,)])

    def test_names_that_are_no_tags(self):
        good = sorted(self.names)
        bad = ["", ".hidden", "-x", "a/b", "../../etc/passwd", "x y", "é", "a" * 129, "<script>", "x\ny"]
        with FaultServer(self.catalogue) as server:
            server.tags = bad + good
            result = self.sync(server, CORE, expect=None)
            self.assertIn(result.code, (program.DONE, program.PARTIAL), str(result))
            self.assertEqual(server.seen("passwd|script"), [])
        self.assertEqual(self.recorded(), self.names)

    def test_login_page_in_place_of_the_list(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.login_page())
            result = self.sync(server, CORE, expect=program.NETWORK)
        self.assert_sentence(result, server.host, "html")
        self.assertNotIn("<form>", result.stderr)

    def test_a_repository_that_is_not_there(self):
        with FaultServer(self.catalogue) as server:
            result = self.sync(server, "windows/nothing", expect=None)
            self.assertIn(result.code, (program.NOT_FOUND, program.NETWORK), str(result))
        self.assert_sentence(result, "windows/nothing")

    def test_one_repository_fails_and_the_other_is_recorded(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.status(404, body=b'{"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}',
                                      content_type="application/json"), path="/v2/windows/servercore/")
            result = self.sync(server, expect=None)
            self.assertNotEqual(result.code, program.DONE, str(result))
        self.assertEqual(self.revision("nanoserver:1809"), "10.0.17763.1040")


if __name__ == "__main__":
    program.main()
