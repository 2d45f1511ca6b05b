"""--on-change and --webhook: what fails, hangs, comes back or is killed loses no event and fails no crawl."""

import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import faults  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import RELEASES  # noqa: E402
from waiting import Waiting  # noqa: E402
from webhook import Webhook  # noqa: E402

CORE = "windows/servercore"
A, B, C = "10.0.17763.973", "10.0.17763.1040", "10.0.17763.1098"


class NotifyTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.need_clock()
        self.day = 0
        self.catalogue = catalogue.Catalogue()
        self.core = self.catalogue.repository(CORE)
        for release in RELEASES:
            if release.version in (A, B, C):
                self.core.publish(release)
        self.core.move("ltsc2019", A)
        self.told = os.path.join(self.folder, "told")
        self.how = os.path.join(self.folder, "how")
        self.hook_does("exit 0")

    def hook_does(self, script):
        """What the command does with a document once it has kept it."""
        with open(self.how, "w", encoding="ascii") as out:
            out.write(script + "\n")

    @property
    def hook(self):
        return "cat >> %s && . %s # hunter2" % (self.told, self.how)

    def documents(self):
        if not os.path.exists(self.told):
            return []
        with open(self.told, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def ids(self):
        return [[event["id"] for event in document["events"]] for document in self.documents()]

    def next_day(self):
        """Looks are on days of their own: two moves of a tag in one second would be one event."""
        self.day += 1
        return "2020-04-%02d 06:00:00" % self.day

    def look(self, registry, *arguments, move=None, **options):
        if move:
            self.core.move("ltsc2019", move)
            if hasattr(registry, "update"):
                registry.update()
        return self.sync(registry, CORE, *arguments, **{"at": self.next_day(), **options})

    def moved(self):
        """The ids of ltsc2019's moves, in order, as `changes` has them."""
        items = self.tagdb("changes", "--format", "json", at="2020-06-01 00:00:00").json()["items"]
        return [item["id"] for item in items if item["tag"] == "ltsc2019" and item["event"] in ("moved", "rollback")]

    def waiting(self):
        """Events that some target has not confirmed."""
        return self.rows("SELECT count(*) FROM outbox_event WHERE document IS NOT NULL")[0][0]

    # -- the command ----------------------------------------------------------------------------------

    def test_one_document_of_what_changed(self):
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "--on-change", self.hook)
            self.assertEqual(self.documents(), [], "the baseline is no news")
            result = self.look(registry, "--on-change", self.hook, "--format", "json", move=B)
            self.look(registry, "--on-change", self.hook)
            host = registry.host
        (document,) = self.documents()
        self.assertEqual((document["schema"], document["registry"]), (1, host))
        self.assertRegex(document["asOf"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(document["events"], result.json()["events"])
        self.assertIn(self.moved()[0], self.ids()[0])
        self.assertEqual(self.waiting(), 0)

    def test_a_failing_command_loses_nothing_and_fails_no_crawl(self):
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "--on-change", self.hook)
            self.hook_does("echo oh dear >&2; exit 3")
            result = self.look(registry, "--on-change", self.hook, move=B)
            self.assertIn("warning: on-change: oh dear", result.stderr)
            self.assertIn("the command of --on-change was not told: exit code 3", result.stderr)
            self.look(registry, "--on-change", self.hook, move=C)
            self.hook_does("exit 0")
            told = len(self.documents())
            self.look(registry, "--on-change", self.hook)
        moves = self.moved()
        self.assertEqual(len(moves), 2)
        last = self.ids()[told:]
        self.assertEqual(len(last), 1)
        self.assertEqual([one for one in last[0] if one in moves], moves, "all of them, in order")
        self.assertEqual(self.waiting(), 0)

    def test_a_hanging_command_is_ended_with_all_it_started(self):
        pid = os.path.join(self.folder, "pid")
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "--on-change", self.hook)
            self.hook_does("sleep 300 & echo $! > %s; wait" % pid)
            result = self.look(registry, "--on-change", self.hook, "--notify-timeout", "1s", move=B)
            self.assertIn("was not told", result.stderr)
            with open(pid, encoding="ascii") as number:
                sleeper = "/proc/" + number.read().strip()
            deadline = time.monotonic() + 20
            while self.alive(sleeper) and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertFalse(self.alive(sleeper), "what it started is still there")
            self.hook_does("exit 0")
            self.look(registry, "--on-change", self.hook)
        self.assertEqual(self.ids()[0], self.ids()[1])
        self.assertEqual(self.waiting(), 0)

    @staticmethod
    def alive(process):
        try:
            with open(process + "/stat", encoding="ascii") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def test_the_command_may_use_the_database(self):
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "--on-change", self.hook)
            self.hook_does("%s resolve ltsc2019 --format revision --db %s > %s.answer" % (program.TAGDB, self.db, self.told))
            self.look(registry, "--on-change", self.hook, move=B)
        with open(self.told + ".answer", encoding="ascii") as answer:
            self.assertEqual(answer.read(), B + "\n")

    # -- targets --------------------------------------------------------------------------------------

    def test_events_of_runs_that_name_nobody_are_kept_for_those_known(self):
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "--on-change", self.hook)
            self.look(registry, move=B)
            self.assertEqual(self.documents(), [])
            self.look(registry, "--on-change", self.hook)
        self.assertIn(self.moved()[0], self.ids()[0])

    def test_a_new_target_is_told_from_its_first_run_on(self):
        with RealRegistry(self.catalogue) as registry, Webhook() as webhook:
            self.look(registry, "--on-change", self.hook)
            self.look(registry, move=B)
            self.look(registry, "--webhook", webhook.url, move=C)
            first, second = self.moved()
        (ids,) = webhook.ids()
        self.assertIn(second, ids)
        self.assertNotIn(first, ids)

    def test_nothing_is_kept_where_nobody_is_told(self):
        with RealRegistry(self.catalogue) as registry:
            self.look(registry)
            self.look(registry, move=B)
        self.assertEqual(self.rows("SELECT count(*) FROM outbox_event"), [(0,)])

    # -- the webhook ----------------------------------------------------------------------------------

    def test_the_webhook_gets_the_document_once(self):
        with RealRegistry(self.catalogue) as registry, Webhook() as webhook:
            self.look(registry, "--webhook", webhook.url)
            self.look(registry, "--webhook", webhook.url, move=B)
            self.look(registry, "--webhook", webhook.url)
        ((path, headers, document),) = webhook.got
        self.assertEqual(path, "/services/T0/s3cretpath?key=s3cretkey")
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertIn(self.moved()[0], [event["id"] for event in document["events"]])

    def test_a_webhook_that_fails_hangs_redirects_and_comes_back(self):
        with RealRegistry(self.catalogue) as registry, Webhook() as webhook:
            url = webhook.url
            self.look(registry, "--webhook", url)
            for answer, move, words in ((503, B, "HTTP 503"), ("hang", C, "no answer within 1 s"),
                                        (("redirect", "/elsewhere"), None, "HTTP 307, a redirect")):
                webhook.answer = answer
                result = self.look(registry, "--webhook", url, "--notify-timeout", "1s", "-v", move=move)
                self.assertIn("the webhook at http://127.0.0.1:%s was not told" % url.split(":")[2].split("/")[0], result.stderr)
                self.assertIn(words, result.stderr)
                self.assertNotIn("s3cret", result.stderr + result.stdout)
            self.assertNotIn("/elsewhere", [path for path, _, _ in webhook.got])
            webhook.answer = 204
            self.look(registry, "--webhook", url)
        moves = self.moved()
        self.assertEqual([one for one in webhook.ids()[-1] if one in moves], moves)
        self.assertEqual(self.waiting(), 0)

    def test_one_target_does_not_wait_for_another(self):
        with RealRegistry(self.catalogue) as registry, Webhook() as webhook:
            self.look(registry, "--on-change", self.hook, "--webhook", webhook.url)
            self.hook_does("exit 1")
            webhook.answer = 500
            self.look(registry, "--on-change", self.hook, "--webhook", webhook.url, move=B)
            webhook.answer = 200
            self.look(registry, "--on-change", self.hook, "--webhook", webhook.url, move=C)
            self.assertEqual(len(webhook.got), 2)
            self.assertGreater(self.waiting(), 0, "the command has confirmed nothing yet")
            self.hook_does("exit 0")
            self.look(registry, "--on-change", self.hook, "--webhook", webhook.url)
            self.assertEqual(len(webhook.got), 2)
        self.assertEqual(webhook.ids()[-1], self.ids()[-1])
        self.assertEqual(self.waiting(), 0)

    def test_secrets_are_neither_stored_nor_printed(self):
        with RealRegistry(self.catalogue) as registry, Webhook() as webhook:
            self.look(registry, "--on-change", self.hook, "--webhook", webhook.url)
            webhook.answer = 500
            self.hook_does("exit 1")
            result = self.look(registry, "--on-change", self.hook, "--webhook", webhook.url, "-vv", move=B)
            shown = self.tagdb("config", env={"TAGDB_WEBHOOK": webhook.url, "TAGDB_ON_CHANGE": self.hook}).stdout
        with open(self.db, "rb") as database:
            stored = database.read()
        for secret in ("s3cretpath", "s3cretkey", "hunter2"):
            self.assertNotIn(secret, result.stderr + result.stdout)
            self.assertNotIn(secret.encode(), stored)
            self.assertNotIn(secret, shown)
        self.assertIn("TAGDB_WEBHOOK", shown)
        for arguments in (["--webhook", "ftp://s3cretpath"], ["--webhook", "https://me:s3cretpath@hooks.example/"], ["--on-change", " "]):
            refused = self.tagdb("sync", "--registry", "127.0.0.1:1", *arguments, expect=program.USAGE)
            self.assertNotIn("s3cretpath", refused.stderr)

    # -- crashes --------------------------------------------------------------------------------------

    def test_killed_between_telling_and_confirming(self):
        """It is told once more, under the same ids."""
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "--on-change", self.hook)
            self.hook_does("kill -9 $PPID")
            self.look(registry, "--on-change", self.hook, move=B, expect=-signal.SIGKILL)
            self.hook_does("exit 0")
            self.look(registry, "--on-change", self.hook)
            self.look(registry, "--on-change", self.hook)
        first, again = self.ids()
        self.assertEqual(first, again)
        self.assertIn(self.moved()[0], first)
        self.assert_intact()

    def test_killed_between_recording_and_the_outbox(self):
        """The run after it sees nothing new, and yet what the killed one saw is told."""
        with FaultServer(self.catalogue) as server:
            self.look(server, "--on-change", self.hook)
            self.core.move("ltsc2019", B)
            # Not yet all: one tag has no answer while the others are recorded.
            self.core.move("ltsc2016", A)
            server.rule(faults.stall(), path="/manifests/ltsc2016$")
            process = self.start("sync", CORE, "--registry", server.url, "--on-change", self.hook,
                                 env=self.clock(self.next_day()))
            deadline = time.monotonic() + program.TIMEOUT
            while not self.recorded(B):
                self.assertIsNone(process.poll(), "it came through")
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.assertEqual(self.documents(), [])
            server.rules.clear()
            result = self.look(server, "--on-change", self.hook, "--format", "json").json()
            self.assertNotIn("ltsc2019", [event["tag"] for event in result["events"]])
            self.look(server, "--on-change", self.hook)
        told = [one for ids in self.ids() for one in ids]
        self.assertEqual(len(told), len(set(told)), "told once")
        (moved,) = self.moved()
        self.assertIn(moved, told)
        self.assert_intact()

    def recorded(self, revision):
        return self.rows("SELECT count(*) FROM tag_image WHERE tag = 'ltsc2019' AND os_version = ?", revision) != [(0,)]

    # -- wait -----------------------------------------------------------------------------------------

    def test_wait_tells_too_and_again_with_the_next_look(self):
        with RealRegistry(self.catalogue) as registry, Webhook() as webhook:
            self.look(registry, "--webhook", webhook.url, at="2020-01-20 06:00:00")
            webhook.answer = 500
            with Waiting(self, "ltsc2019", "--registry", registry.url, "--release", "2020-03B", "--webhook", webhook.url,
                         at="2020-03-10 18:00:00") as wait:
                wait.until_it_pauses()
                self.core.move("ltsc2019", B)
                registry.update()
                while not webhook.got:
                    wait.until_it_pauses()
                webhook.answer = 200
                self.core.move("ltsc2019", C)
                registry.update()
                document = wait.end()
        self.assertEqual([tag["state"] for tag in document["tags"]], ["landed"])
        told = [one for ids in webhook.ids()[1:] for one in ids]
        for event in document["events"]:
            self.assertIn(event["id"], told)


if __name__ == "__main__":
    program.main()
