"""Basic and token authentication against the real registry, with credentials from files and helpers."""

import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))

import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402

USER, SECRET = "builder", "cor:rect horse"


class AuthTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-12-31")

    def authfile(self, host, secret=SECRET, name="auth.json"):
        path = os.path.join(self.folder, name)
        encoded = base64.b64encode(("%s:%s" % (USER, secret)).encode()).decode()
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"auths": {host: {"auth": encoded}}}, out)
        return path

    def assert_no_secret(self, result):
        for text in (SECRET, "horse", base64.b64encode(("%s:%s" % (USER, SECRET)).encode()).decode()):
            self.assertNotIn(text, result.stdout + result.stderr)
            with open(self.db, "rb") as database:
                self.assertNotIn(text.encode(), database.read())

    def test_basic(self):
        with RealRegistry(self.catalogue, users={USER: SECRET}) as registry:
            result = self.sync(registry, "--authfile", self.authfile(registry.host), "-v", "-v")
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1098")
        self.assert_no_secret(result)

    def test_docker_config_of_the_user(self):
        with RealRegistry(self.catalogue, users={USER: SECRET}) as registry:
            os.makedirs(os.path.join(self.folder, ".docker"))
            self.authfile(registry.host, name=".docker/config.json")
            self.sync(registry)

    def test_credential_helper(self):
        with RealRegistry(self.catalogue, users={USER: SECRET}) as registry:
            helper = os.path.join(self.folder, "docker-credential-test")
            with open(helper, "w", encoding="utf-8") as out:
                out.write("#!/bin/sh\nread host\n[ \"$1\" = get ] && [ \"$host\" = \"%s\" ] || exit 1\n" % registry.host)
                out.write("echo '%s'\n" % json.dumps({"ServerURL": registry.host, "Username": USER, "Secret": SECRET}))
            os.chmod(helper, 0o755)
            path = os.path.join(self.folder, "auth.json")
            with open(path, "w", encoding="utf-8") as out:
                json.dump({"credHelpers": {registry.host: "test"}}, out)
            environment = {"PATH": self.folder + ":" + self.environment["PATH"]}
            result = self.sync(registry, "--authfile", path, env=environment)
        self.assert_no_secret(result)

    def test_wrong_password(self):
        with RealRegistry(self.catalogue, users={USER: SECRET}) as registry:
            result = self.sync(registry, "--authfile", self.authfile(registry.host, "wrong secret"),
                               expect=program.UNAUTHORISED)
            tries = [r for r in registry.requests() if r.status == 401]
        self.assertNotIn("wrong secret", result.stdout + result.stderr)
        self.assertLess(len(tries), 8, "a refused password must not be tried again and again: accounts get locked")

    def test_no_credentials_says_what_to_do(self):
        with RealRegistry(self.catalogue, users={USER: SECRET}) as registry:
            result = self.sync(registry, expect=program.UNAUTHORISED)
        self.assert_sentence(result, registry.host, "authfile")

    def test_token_for_anybody(self):
        with RealRegistry(self.catalogue, token=True) as registry:
            self.sync(registry)
            asked = registry.tokens.requests
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1098")
        scopes = {scope for _, query, _ in asked for scope in query["scope"]}
        self.assertEqual(scopes, {"repository:windows/servercore:pull", "repository:windows/nanoserver:pull"})
        self.assertEqual({query["service"][0] for _, query, _ in asked}, {registry.tokens.SERVICE})
        # A token is asked for once per scope, not once per request.
        self.assertLessEqual(len(asked), 4, asked)

    def test_token_for_users(self):
        with RealRegistry(self.catalogue, token=True, users={USER: SECRET}) as registry:
            result = self.sync(registry, "--authfile", self.authfile(registry.host))
            self.assertTrue(all(sent.startswith("Basic ") for _, _, sent in registry.tokens.requests))
        self.assert_no_secret(result)

    def test_token_refused(self):
        with RealRegistry(self.catalogue, token=True, users={USER: SECRET}) as registry:
            self.sync(registry, expect=program.UNAUTHORISED)

    def test_token_that_ends_in_the_middle_is_renewed(self):
        with RealRegistry(catalogue.generated(1200), token=True, expires_in=3) as registry:
            self.sync(registry, "windows/servercore", "--jobs", "1")
            asked = len(registry.tokens.requests)
        self.assertGreaterEqual(asked, 1)
        self.assert_intact()


if __name__ == "__main__":
    program.main()
