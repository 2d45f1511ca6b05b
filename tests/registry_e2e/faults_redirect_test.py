"""Redirects and proxies: followed, without taking credentials to anybody else."""

import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import loopback  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"


class RedirectTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")

    def authfile(self, *hosts):
        path = os.path.join(self.folder, "auth.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"auths": {h: {"auth": base64.b64encode(b"me:secret").decode()} for h in hosts}}, out)
        return path

    def test_to_another_host_without_credentials(self):
        with FaultServer(self.catalogue) as other, FaultServer(self.catalogue) as server:
            server.users = {"me": "secret"}
            for code, path in ((307, "/blobs/"), (302, "/manifests/sha256")):
                server.rule(faults.redirect(other.url + "{path}", code), path=path)
            self.sync(server, CORE, "--authfile", self.authfile(server.host))
            self.assertGreater(len(other.requests), 10)
            self.assertEqual([r for r in other.requests if "authorization" in r.headers or "cookie" in r.headers], [])
            self.assertTrue(all("authorization" in r.headers for r in server.requests[-5:]))
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1040")

    def test_bearer_token_stays_home(self):
        with FaultServer(self.catalogue) as other, FaultServer(self.catalogue) as tokens, FaultServer(self.catalogue) as server:
            tokens.rule(faults.body(json.dumps({"token": "tok-en"}).encode()), path="/token")
            server.bearer = (tokens.url + "/token", "svc", "tok-en")
            server.rule(faults.redirect(other.url + "{path}"), path="/blobs/")
            self.sync(server, CORE)
            self.assertGreater(len(other.requests), 5)
            self.assertEqual([r for r in other.requests if "authorization" in r.headers], [])

    def test_redirected_bytes_are_hashed_too(self):
        with FaultServer(self.catalogue) as other, FaultServer(self.catalogue) as server:
            other.rule(faults.wrong_bytes())
            server.rule(faults.redirect(other.url + "{path}"), path="/blobs/")
            self.sync(server, CORE, expect=program.PARTIAL)
        for digest, data in self.rows("SELECT digest, bytes FROM content WHERE bytes IS NOT NULL"):
            self.assertEqual(digest, catalogue.digest_of(data))

    def test_redirects_in_a_circle(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.redirect(server.url + "{path}"), path="/tags/list")
            self.sync(server, CORE, expect=program.NETWORK)
            self.assertLess(len(server.requests), 100)

    def test_from_https_to_http_is_refused(self):
        authority = loopback.Authority(self.folder)
        with FaultServer(self.catalogue) as other, FaultServer(self.catalogue, authority.issue("server")) as server:
            server.rule(faults.redirect(other.url + "{path}"), path="/tags/list")
            self.sync(server, CORE, "--ca-file", authority.ca, expect=program.NETWORK)
            self.assertEqual(other.requests, [])

    def test_redirect_to_a_file_is_refused(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.redirect("file:///etc/passwd"), path="/tags/list")
            result = self.sync(server, CORE, expect=program.NETWORK)
        self.assertNotIn("root:", result.stderr)

    def test_proxy(self):
        for name in ("http_proxy", "HTTP_PROXY"):
            with self.subTest(name), FaultServer(self.catalogue) as proxy:
                self.db = os.path.join(self.folder, name + ".sqlite")
                self.tagdb("sync", CORE, "--registry", "http://registry.invalid:5000", env={name: proxy.url})
                self.assertTrue(all(r.path.startswith("http://registry.invalid:5000/v2/") for r in proxy.requests))
                self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1040")

    def test_no_proxy(self):
        with FaultServer(self.catalogue) as proxy, FaultServer(self.catalogue) as server:
            self.sync(server, CORE, env={"http_proxy": proxy.url, "no_proxy": "127.0.0.1"})
            self.assertEqual(proxy.requests, [])


if __name__ == "__main__":
    program.main()
