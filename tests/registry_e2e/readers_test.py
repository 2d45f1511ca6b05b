"""Who may read: an unprivileged user in a folder that cannot be written, a read-only mount, while a sync writes."""

import shutil
import subprocess
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"


class ReadersTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")

    def crawl(self):
        with FaultServer(self.catalogue) as server:
            self.sync(server, CORE)

    def as_nobody(self, *arguments):
        """Runs a copy of tagdb as an unprivileged user (who cannot look into the builder's folders)."""
        copy = os.path.join(self.folder, "tagdb")
        if not os.path.exists(copy):
            shutil.copy(program.TAGDB, copy)
        os.chmod(self.folder, 0o755)
        command = [copy, *arguments, "--db", self.db]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        done = subprocess.run(command, env={**self.environment, "HOME": "/nonexistent"}, capture_output=True, text=True,
                              timeout=program.TIMEOUT, check=False)
        return program.Result(command, done.returncode, done.stdout, done.stderr)

    def locked_folder(self):
        """Moves the database into a folder in which nobody may write."""
        folder = os.path.join(self.folder, "locked")
        os.makedirs(folder)
        moved = os.path.join(folder, "tagdb.sqlite")
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.db + suffix):
                os.rename(self.db + suffix, moved + suffix)
                os.chmod(moved + suffix, 0o444)
        self.db = moved
        os.chmod(folder, 0o555)
        self.addCleanup(os.chmod, folder, 0o755)
        return folder

    def test_sync_leaves_one_file(self):
        self.crawl()
        left = [name for name in os.listdir(self.folder) if name.startswith("tagdb.sqlite") and "lock" not in name]
        self.assertEqual(left, ["tagdb.sqlite"], "the write-ahead log was not folded in")

    def test_unprivileged_in_a_folder_that_cannot_be_written(self):
        self.crawl()
        folder = self.locked_folder()
        before = sorted(os.listdir(folder))
        result = self.as_nobody("resolve", "ltsc2019", "--format", "revision")
        self.assertEqual((result.code, result.stdout), (program.DONE, "10.0.17763.1040\n"), str(result))
        self.assertEqual(sorted(os.listdir(folder)), before)

    def test_a_database_that_may_not_be_read(self):
        self.crawl()
        os.chmod(self.db, 0o000)
        result = self.as_nobody("resolve", "ltsc2019")
        self.assertEqual(result.code, program.INTERNAL, str(result))
        self.assert_sentence(result, "permission", self.db)

    def test_read_only_mount(self):
        if os.geteuid() != 0:
            self.skipTest("mounting needs root")
        mount = os.path.join(self.folder, "mount")
        os.makedirs(mount)
        if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", mount], capture_output=True, check=False).returncode != 0:
            self.skipTest("this machine does not let root mount a tmpfs")
        self.addCleanup(subprocess.run, ["umount", "-l", mount], check=False)
        self.crawl()
        shutil.copy(self.db, mount)
        self.db = os.path.join(mount, "tagdb.sqlite")
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1040")
        with FaultServer(self.catalogue) as server:
            result = self.sync(server, CORE, expect=program.INTERNAL)
        self.assert_sentence(result, "read-only")

    def test_while_a_sync_writes(self):
        self.crawl()
        expected = self.resolve("ltsc2019")
        more = catalogue.generated(600)
        with FaultServer(more) as server:
            # Slow enough to be in the middle of it for a while, whatever the machine.
            server.rule(faults.trickle(200, 0.02), path="/manifests/sha256", method="GET")
            process = self.start("sync", CORE, "--registry", server.url, "--jobs", "2")
            asked = 0
            while process.poll() is None and asked < 40:
                answer = self.resolve("ltsc2019", "--registry", expected["registry"])
                self.assertEqual(answer["index"], expected["index"])
                asked += 1
            self.assertGreater(asked, 5)

    def test_a_second_writer_is_told(self):
        with FaultServer(self.catalogue) as server:
            server.rule(faults.stall(), path="/manifests/sha256", method="GET")
            process = self.start("sync", CORE, "--registry", server.url)
            while not server.seen("/manifests/sha256"):
                self.assertIsNone(process.poll())
            result = self.sync(server, CORE, expect=program.BUSY)
            self.assert_sentence(result, self.db)
            process.kill()


if __name__ == "__main__":
    program.main()
