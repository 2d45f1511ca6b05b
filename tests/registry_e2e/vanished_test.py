"""A tag disappears from the list: said only when it is sure, and never forgotten."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402


class VanishedTest(program.E2eTest):
    TAG = "10.0.17763.914"

    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.quickstart(until="2020-03-31")
        self.core = self.catalogue.servercore

    def look(self, registry, when):
        return self.sync_json(registry, "windows/servercore", at=when)["events"]

    def test_two_lists_an_hour_apart(self):
        now = "2020-04-03 12:00:00"
        digest = self.core.tags[self.TAG]
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "2020-04-01 06:00:00")
            self.core.remove(self.TAG)
            registry.update()

            self.assertEqual(self.look(registry, "2020-04-02 06:00:00"), [], "one list without it is not enough")
            self.assertEqual(self.resolve(self.TAG, at="2020-04-02 06:10:00")["index"], digest)

            self.assertEqual(self.look(registry, "2020-04-02 06:30:00"), [], "half an hour is not an hour")
            self.assertEqual(self.resolve(self.TAG, at="2020-04-02 06:40:00")["index"], digest)

            events = self.look(registry, "2020-04-02 07:30:00")
            self.assertEqual([(e["tag"], e["event"]) for e in events], [(self.TAG, "vanished")])

            # It is gone, and the answer says when it last was.
            result = self.tagdb("resolve", "servercore:" + self.TAG, at=now, expect=program.NOT_FOUND)
            self.assert_sentence(result, "2020-04-01")
            # The past is not changed by it.
            self.assertEqual(self.resolve(self.TAG, "--at", "2020-04-01T07:00:00Z", at=now)["index"], digest)

            self.core.tags[self.TAG] = digest
            registry.update()
            events = self.look(registry, "2020-04-03 06:00:00")
            self.assertEqual([(e["tag"], e["event"]) for e in events], [(self.TAG, "reappeared")])
        self.assertEqual(self.resolve(self.TAG, at=now)["index"], digest)

    def test_unlisted_but_still_there_has_not_vanished(self):
        """The list forgets it, the registry still answers: some lists are stale files."""
        with RealRegistry(self.catalogue) as registry:
            self.look(registry, "2020-04-01 06:00:00")
            # Laid down under its name, hidden from the list: as the server lists folders, ask a scripted one.
        from fault_server import FaultServer
        with FaultServer(self.catalogue) as server:
            server.tags = None
            everything = self.core.tag_names()
            for when, names in (("2020-04-01 06:00:00", everything), ("2020-04-02 06:00:00", everything[1:]),
                                ("2020-04-03 06:00:00", everything[1:])):
                server.tags = names
                events = self.sync_json(server, "windows/servercore", at=when)["events"]
                self.assertEqual(events, [])

    def test_a_list_that_fails_makes_nothing_vanish(self):
        import faults
        from fault_server import FaultServer
        with FaultServer(self.catalogue) as server:
            self.sync(server, "windows/servercore", at="2020-04-01 06:00:00")
            server.rule(faults.status(404, body=b"<html>BlobNotFound</html>"), path="tags/list")
            for when in ("2020-04-02 06:00:00", "2020-04-03 06:00:00"):
                self.sync(server, "windows/servercore", at=when, expect=None)
        self.assertEqual(self.revision("ltsc2019", at="2020-04-03 07:00:00"), "10.0.17763.1098")
        self.assertEqual(self.rows("SELECT count(*) FROM span WHERE state = 'absent'"), [(0,)])


if __name__ == "__main__":
    program.main()
