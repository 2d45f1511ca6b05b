"""A database that the first tagdb made, met by this one."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import program  # noqa: E402

FIRST = os.path.join(program.ROOT, "schema/0001_foundations.sql")
NOBODY = 65534

RECORD = """
INSERT INTO observer VALUES (1, '00112233445566778899aabbccddeeff', '2020-01-01T00:00:00Z', 1);
INSERT INTO registry VALUES (1, 'mcr.microsoft.com');
INSERT INTO repository VALUES (1, 1, 'windows/servercore');
INSERT INTO tag VALUES (1, 1, 'ltsc2019', 'floating', '', '', NULL, NULL);
INSERT INTO check_run (id, observer_id, number, repository_id, scope, started, finished, outcome)
  VALUES (1, 1, 1, 1, 'full', '2020-02-20T00:00:00Z', '2020-02-20T00:00:05Z', 'complete');
INSERT INTO content VALUES (1, 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  'application/vnd.docker.distribution.manifest.v2+json', 2, NULL, x'7b7d');
INSERT INTO image VALUES (1, NULL, 'windows', 'amd64', '', '10.0.17763.1040', NULL, NULL);
INSERT INTO span VALUES (1, 1, 1, 1, 'present', 1, '', '2020-02-20T00:00:01Z', '2020-02-20T00:00:01Z', 1, 1);
"""


class OldSchemaTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.site = os.path.join(self.folder, "site")
        os.mkdir(self.site)
        os.chmod(self.folder, 0o755)
        self.db = os.path.join(self.site, "tagdb.sqlite")
        with open(FIRST, encoding="utf-8") as file:
            sql = file.read()
        database = sqlite3.connect(self.db)
        database.executescript(sql + RECORD)
        database.execute("INSERT INTO schema_migration VALUES (1, '0001_foundations.sql', ?, '2020-01-01T00:00:00Z')",
                         (hashlib.sha256(sql.encode()).hexdigest(),))
        database.commit()
        database.executescript("PRAGMA application_id = 0x74676462; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;")
        database.close()

    def version(self):
        return self.rows("PRAGMA user_version")[0][0]

    def test_an_answer_brings_it_up_to_date_and_keeps_the_record(self):
        self.assertEqual(self.version(), 1)
        answer = self.resolve("ltsc2019", "--at", "2020-02-20", "--freshness", "ignore")
        self.assertEqual(answer["revision"], "10.0.17763.1040")
        self.assertEqual(answer["evidence"]["level"], "observed")
        self.assertEqual(answer["release"]["label"], "2020-02B")
        self.assertGreater(self.version(), 1)
        self.assertEqual(self.rows("SELECT first_seen, last_seen FROM span"),
                         [("2020-02-20T00:00:01Z", "2020-02-20T00:00:01Z")])
        self.assertGreater(self.rows("SELECT count(*) FROM release")[0][0], 400)
        self.assert_intact()
        self.tagdb("verify")

    def test_while_a_writer_holds_it_the_answer_waits_for_no_one(self):
        with open(self.db + ".lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            result = self.tagdb("resolve", "ltsc2019", expect=program.BUSY)
        self.assert_sentence(result, "another tagdb", "is writing")
        self.assertEqual(self.version(), 1)

    def test_who_cannot_write_is_told_what_it_needs(self):
        command = self.command(["resolve", "ltsc2019"])
        if os.geteuid() == 0:  # root may write anywhere, and nobody may not read a build folder below root's
            binary = os.path.join(self.folder, "tagdb")
            shutil.copy(program.TAGDB, binary)
            command[0] = binary
        before = os.stat(self.db).st_size
        os.chmod(self.site, 0o555)
        try:
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False,
                                  timeout=program.TIMEOUT, user=NOBODY if os.geteuid() == 0 else None)
        finally:
            os.chmod(self.site, 0o755)
        result = program.Result(command, done.returncode, done.stdout, done.stderr)
        self.assertEqual(result.code, program.BUSY, str(result))
        self.assertEqual(result.stdout, "")
        self.assert_sentence(result, "has schema 1 of an older tagdb", "run `tagdb sync`")
        self.assertEqual(self.version(), 1)
        self.assertEqual(os.stat(self.db).st_size, before)


if __name__ == "__main__":
    program.main()
