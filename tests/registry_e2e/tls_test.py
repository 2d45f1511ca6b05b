"""A crawl of the real registry over TLS with a private authority."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))

import catalogue  # noqa: E402
import loopback  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from real_registry import RealRegistry  # noqa: E402


class TlsTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-12-31")

    def test_private_authority(self):
        with RealRegistry(self.catalogue, tls=True) as registry:
            self.sync(registry)
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1098")

    def test_without_scheme_it_is_https(self):
        with RealRegistry(self.catalogue, tls=True) as registry:
            self.tagdb("sync", "--registry", registry.host, "--ca-file", registry.ca_file)

    def test_authority_per_host_in_the_configuration(self):
        with RealRegistry(self.catalogue, tls=True) as registry:
            config = os.path.join(self.folder, "tagdb.toml")
            with open(config, "w", encoding="utf-8") as out:
                out.write('[host."%s"]\nca-file = "%s"\n' % (registry.host, registry.ca_file))
            self.tagdb("sync", "--registry", registry.host, "--config", config)

    def test_unknown_authority_is_refused_with_the_way_out(self):
        with RealRegistry(self.catalogue, tls=True) as registry:
            result = self.tagdb("sync", "--registry", registry.url, expect=program.NETWORK)
            self.assertEqual(registry.requests(), [])
        self.assert_sentence(result, "certificate", "--ca-file")

    def test_certificate_of_another_name_is_refused(self):
        with RealRegistry(self.catalogue, tls=True) as registry:
            wrong = "https://localhost.localdomain:%d" % registry.port
            result = self.tagdb("sync", "--registry", wrong, "--ca-file", registry.ca_file, expect=program.NETWORK)
            self.assertEqual(registry.requests(), [])
        self.assert_sentence(result, "localhost.localdomain")

    def test_missing_ca_file_is_said(self):
        result = self.tagdb("sync", "--registry", "https://localhost:1", "--ca-file", "/nowhere/ca.pem", expect=None)
        self.assertIn(result.code, (program.USAGE, program.INTERNAL, program.NETWORK), str(result))
        self.assert_sentence(result, "/nowhere/ca.pem")

    def test_plain_http_server_behind_https_is_said(self):
        with FaultServer(self.catalogue) as server:
            result = self.tagdb("sync", "--registry", "https://" + server.host, expect=program.NETWORK)
        self.assert_sentence(result, server.host)

    def test_client_certificate(self):
        authority = loopback.Authority(self.folder)
        certificate, key = authority.issue("client", client=True)
        with RealRegistry(self.catalogue, tls=True, client_ca=authority.ca) as registry:
            self.sync(registry, expect=program.NETWORK)
            self.sync(registry, "--client-cert", certificate, "--client-key", key)
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1098")


if __name__ == "__main__":
    program.main()
