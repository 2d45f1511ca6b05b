"""scripts/quickstart, with the programs that were built for this test run."""

import subprocess
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import program  # noqa: E402


class QuickstartTest(program.E2eTest):
    def run_script(self, **environment):
        done = subprocess.run([os.path.join(program.ROOT, "scripts/quickstart")], capture_output=True, text=True,
                              env={**self.environment, "TAGDB_BUILD_DIR": program.BUILD, "TMPDIR": self.folder, **environment},
                              timeout=program.TIMEOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def test_from_crawl_to_answer(self):
        done = self.run_script()
        self.assertIn("$ %s sync" % program.TAGDB, done.stdout)
        self.assertIn("10.0.17763.9121", done.stdout)
        now, past = done.stdout.split("--at 2020-02-20")
        self.assertIn("10.0.17763.1040", past)
        self.assertNotIn("10.0.17763.1040", now)
        self.assertTrue(done.stdout.rstrip().endswith("%s sync && %s resolve ltsc2019" % (program.TAGDB, program.TAGDB)))
        # Nothing of it stays: no database, no server.
        self.assertEqual(os.listdir(self.folder), [])

    def test_settings_of_the_person_do_not_change_it(self):
        self.run_script(TAGDB_DB="/nonexistent/x.sqlite", TAGDB_FORMAT="json", http_proxy="http://127.0.0.1:1")


if __name__ == "__main__":
    program.main()
