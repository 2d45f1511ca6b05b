"""Where output goes: answers to stdout, all else to stderr; progress; configuration; completion; help."""

import json
import subprocess
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"


class OutputTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")

    def test_sync_is_silent_about_progress_when_piped(self):
        with FaultServer(self.catalogue) as server:
            result = self.sync(server, CORE)
        self.assertNotIn("\r", result.stdout + result.stderr)
        self.assertNotIn("\x1b", result.stdout + result.stderr)
        self.assertLess(len((result.stdout + result.stderr).splitlines()), 15)

    def test_quiet(self):
        with FaultServer(self.catalogue) as server:
            result = self.sync(server, CORE, "--quiet")
        self.assertEqual(result.stderr, "")

    def test_progress_as_lines_of_json(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.trickle(100, 0.01), path="/manifests/sha256", method="GET")
            result = self.sync(server, CORE, "--progress", "json", "--jobs", "2")
        lines = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
        self.assertGreater(len(lines), 0, str(result))

    def test_bar_on_a_terminal(self):
        import pty
        leader, follower = pty.openpty()
        with FaultServer(self.catalogue) as server:
            server.rule(faults.trickle(100, 0.01), path="/manifests/sha256", method="GET")
            process = subprocess.Popen(self.command(["sync", CORE, "--registry", server.url, "--jobs", "2"]), stderr=follower,
                                       stdout=subprocess.DEVNULL, env={**self.environment, "TERM": "xterm"})
            os.close(follower)
            shown = b""
            try:
                while True:
                    piece = os.read(leader, 4096)
                    if not piece:
                        break
                    shown += piece
            except OSError:
                pass  # the other end is closed
            self.assertEqual(process.wait(program.TIMEOUT), program.DONE, shown)
        os.close(leader)
        self.assertIn(b"\r", shown)

    def test_config_says_where_values_come_from(self):
        os.makedirs(os.path.join(self.folder, "config/tagdb"))
        path = os.path.join(self.folder, "config/tagdb/tagdb.toml")
        with open(path, "w", encoding="utf-8") as out:
            out.write('registry = "registry.example"\n')
        result = self.tagdb("config", env={"TAGDB_ARCH": "arm64"})
        for word in ("registry.example", path, "TAGDB_ARCH", "arm64"):
            self.assertIn(word, result.stdout)

    def test_unknown_key_in_the_configuration(self):
        path = os.path.join(self.folder, "x.toml")
        with open(path, "w", encoding="utf-8") as out:
            out.write('registri = "registry.example"\n')
        result = self.tagdb("list", "--config", path, expect=program.USAGE)
        self.assert_sentence(result, "registri", "registry", path)

    def test_completion(self):
        script = self.tagdb("completion", "bash").stdout
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("resolve", script)

    def test_help_and_version(self):
        for arguments in (("--help",), ("resolve", "--help"), ("sync", "--help"), ("--version",)):
            with self.subTest(arguments):
                result = self.tagdb(*arguments)
                self.assertTrue(result.stdout)
                self.assertEqual(result.stderr, "")


if __name__ == "__main__":
    program.main()
