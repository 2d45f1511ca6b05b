"""Bad input and bad luck: a clear sentence, the right exit code, nothing lost."""

import shutil
import socket
import sqlite3
import subprocess
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"


class TroubleTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-02-28")

    def crawl(self, *arguments, **options):
        with FaultServer(self.catalogue) as server:
            return self.sync(server, CORE, *arguments, **options)

    def read(self):
        with open(self.db, "rb") as database:
            return database.read()

    # -- the database ---------------------------------------------------------------------------------

    def test_not_a_database(self):
        with open(self.db, "wb") as out:
            out.write(b"Dear diary, " * 1000)
        before = self.read()
        for arguments in (("resolve", "ltsc2019"), ("list",), ("verify",)):
            result = self.tagdb(*arguments, expect=program.INTEGRITY)
            self.assert_sentence(result, self.db)
        self.crawl(expect=program.INTEGRITY)
        self.assertEqual(self.read(), before, "a file that is not ours must be left as it is")

    def test_damaged_pages(self):
        self.crawl()
        whole = self.read()
        with open(self.db, "r+b") as database:
            for offset in range(4096, len(whole) - 4096, 4096):
                database.seek(offset)
                database.write(b"\xff" * 512)
        damaged = self.read()
        self.assert_sentence(self.tagdb("resolve", "ltsc2019", expect=program.INTEGRITY), self.db)
        # What verify finds is its answer: on stdout.
        self.assertIn(self.db, self.tagdb("verify", expect=program.INTEGRITY).stdout)
        self.crawl(expect=program.INTEGRITY)
        self.assertEqual(len(self.read()), len(damaged))

    def test_one_wrong_byte_in_content_is_found_by_verify(self):
        self.crawl()
        connection = sqlite3.connect(self.db)
        digest, data = connection.execute("SELECT digest, bytes FROM content WHERE bytes IS NOT NULL LIMIT 1").fetchone()
        connection.execute("UPDATE content SET bytes = ? WHERE digest = ?", (data[:-1] + b"#", digest))
        connection.commit()
        connection.close()
        result = self.tagdb("verify", expect=program.INTEGRITY)
        self.assertIn(digest, result.stdout + result.stderr)

    def test_whole_database_verifies(self):
        self.crawl()
        self.tagdb("verify")

    def test_truncated_file(self):
        self.crawl()
        with open(self.db, "r+b") as database:
            database.truncate(len(self.read()) // 2)
        result = self.tagdb("verify", expect=program.INTEGRITY)
        self.assert_sentence(result, self.db)

    def test_database_of_another_program(self):
        connection = sqlite3.connect(self.db)
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.execute("INSERT INTO recipe VALUES ('soup')")
        connection.commit()
        connection.close()
        before = self.read()
        result = self.tagdb("resolve", "ltsc2019", expect=None)
        self.assertIn(result.code, (program.USAGE, program.INTEGRITY), str(result))
        result = self.crawl(expect=None)
        self.assertNotEqual(result.code, program.DONE, str(result))
        self.assertEqual(self.read(), before)

    def test_newer_schema(self):
        self.crawl()
        connection = sqlite3.connect(self.db)
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()
        connection.close()
        for arguments in (("resolve", "ltsc2019"), ("list",)):
            self.assert_sentence(self.tagdb(*arguments, expect=program.BUSY), "newer")
        self.assert_sentence(self.crawl(expect=program.BUSY), "newer")

    def test_named_database_that_is_not_there(self):
        result = self.tagdb("resolve", "ltsc2019", expect=program.NOT_FOUND)
        self.assert_sentence(result, self.db)
        self.assertFalse(os.path.exists(self.db), "a question must not make a database")
        self.tagdb("resolve", "ltsc2019", env={"TAGDB_DB": self.db}, expect=program.NOT_FOUND)

    def test_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("a small disk of its own needs root to mount")
        mount = os.path.join(self.folder, "mount")
        os.makedirs(mount)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount], capture_output=True,
                          check=False).returncode != 0:
            self.skipTest("this machine does not let root mount a tmpfs")
        self.addCleanup(subprocess.run, ["umount", "-l", mount], check=False)
        self.db = os.path.join(mount, "tagdb.sqlite")
        self.crawl()
        before = self.revision("ltsc2019")
        registry = self.resolve("ltsc2019")["registry"]
        with FaultServer(catalogue.generated(4000)) as server:
            result = self.sync(server, CORE, expect=program.INTERNAL)
        self.assert_sentence(result, "full")
        self.assertEqual(self.revision("ltsc2019", "--registry", registry), before)
        self.assert_intact()

    def test_folder_that_cannot_be_written(self):
        folder = os.path.join(self.folder, "locked")
        os.makedirs(folder)
        for name in ("bin", "libexec"):
            shutil.copytree(os.path.join(program.BUILD, name), os.path.join(self.folder, "copy", name))
        os.chmod(self.folder, 0o755)
        os.chmod(folder, 0o555)
        self.addCleanup(os.chmod, folder, 0o755)
        with FaultServer(self.catalogue) as server:
            command = [os.path.join(self.folder, "copy/bin/tagdb"), "sync", CORE, "--registry", server.url, "--db",
                       os.path.join(folder, "tagdb.sqlite")]
            if os.geteuid() == 0:
                command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=program.TIMEOUT,
                                  check=False)
        result = program.Result(command, done.returncode, done.stdout, done.stderr)
        self.assertEqual(result.code, program.INTERNAL, str(result))
        self.assert_sentence(result, "permission", folder)

    # -- the network ----------------------------------------------------------------------------------

    def test_unreachable_registry(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
            url = "http://127.0.0.1:%d" % nobody.getsockname()[1]
            rate = None if "thread" in program.SANITIZE else 20
            result = self.tagdb("sync", CORE, "--registry", url, expect=program.NETWORK, rate=rate)
        self.assert_sentence(result, url[7:])

    def test_name_that_does_not_resolve(self):
        rate = None if "thread" in program.SANITIZE else 20
        result = self.tagdb("sync", CORE, "--registry", "http://registry.invalid", expect=program.NETWORK, rate=rate)
        self.assert_sentence(result, "registry.invalid")

    def test_offline_refuses_to_sync(self):
        with FaultServer(self.catalogue) as server:
            result = self.sync(server, CORE, "--offline", expect=None)
            self.assertNotEqual(result.code, program.DONE)
            self.assertEqual(server.requests, [])
        self.assert_sentence(result, "offline")

    def test_a_failed_sync_leaves_the_answers(self):
        self.crawl()
        registry = self.resolve("ltsc2019")["registry"]
        rate = None if "thread" in program.SANITIZE else 20
        self.tagdb("sync", CORE, "--registry", "http://" + registry, expect=program.NETWORK, rate=rate)
        self.assertEqual(self.revision("ltsc2019"), "10.0.17763.1040")

    def test_error_as_document(self):
        import json
        result = self.tagdb("resolve", "ltsc2019", "--format", "json", expect=program.NOT_FOUND)
        self.assertEqual(result.stdout, "")
        error = json.loads(result.stderr)["error"]
        self.assertEqual(error["exitCode"], program.NOT_FOUND)
        self.assertTrue(error["message"])


if __name__ == "__main__":
    program.main()
