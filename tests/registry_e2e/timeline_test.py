"""A tag that goes A, B, A, B over several crawls, asked about every day in between."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402

A, B = "10.0.17763.973", "10.0.17763.1040"

# When it was looked at, and what the tag pointed at then.
LOOKS = [
    ("2020-01-15 06:00:00", A),
    ("2020-01-20 06:00:00", A),
    ("2020-02-19 06:00:00", B),
    ("2020-02-24 06:00:00", A),
    ("2020-03-01 06:00:00", B),
    ("2020-03-05 06:00:00", B),
]

# (asked, revision, level, what the check after showed)
ANSWERS = [
    ("2020-01-15T06:30:00Z", A, "observed", None),
    ("2020-01-17", A, "observed", None),
    ("2020-01-20T07:00:00Z", A, "between", B),
    ("2020-02-10", A, "between", B),
    ("2020-02-19T06:30:00Z", B, "between", A),
    ("2020-02-21", B, "between", A),
    ("2020-02-24T08:00:00Z", A, "between", B),
    ("2020-02-27", A, "between", B),
    ("2020-03-02", B, "observed", None),
    ("2020-03-05T07:00:00Z", B, "observed", None),
    ("2020-03-20", B, "observed", None),  # after the last look: the last answer, and its age is said
]

NOW = "2020-03-25 12:00:00"


class TimelineTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.quickstart(until="2020-03-31")

    def record(self):
        core = self.catalogue.servercore
        with RealRegistry(self.catalogue) as registry:
            for when, revision in LOOKS:
                core.move("ltsc2019", revision)
                registry.update()
                self.sync(registry, "windows/servercore", at=when)

    def test_every_day_in_between(self):
        self.record()
        for asked, revision, level, after in ANSWERS:
            with self.subTest(asked):
                answer = self.resolve("ltsc2019", "--at", asked, at=NOW)
                self.assertEqual(answer["revision"], revision)
                self.assertEqual(answer["evidence"]["level"], level)
                self.assertEqual(answer["asOf"][:10], asked[:10])
                if level == "between":
                    self.assertEqual(answer["evidence"]["before"]["revision"], revision)
                    self.assertEqual(answer["evidence"]["after"]["revision"], after)
                    self.assertIn("between", [w["code"] for w in answer["warnings"]])

    def test_spans_and_events(self):
        self.record()
        spans = self.rows("SELECT first_seen, last_seen FROM span s JOIN tag t ON t.id = s.tag_id "
                          "WHERE t.name = 'ltsc2019' ORDER BY first_seen")
        self.assertEqual([(a[:10], b[:10]) for a, b in spans], [
            ("2020-01-15", "2020-01-20"), ("2020-02-19", "2020-02-19"), ("2020-02-24", "2020-02-24"),
            ("2020-03-01", "2020-03-05")])
        items = self.tagdb("history", "ltsc2019", "--format", "json", at=NOW).json()["items"]
        self.assertEqual([i["event"] for i in items][:3], ["moved", "rollback", "moved"])
        moved = self.resolve("ltsc2019", "--at", "2020-01-17", at=NOW)["next"]
        self.assertEqual((moved["event"], moved["to"]["revision"]), ("moved", B))

    def test_before_the_first_look_it_is_inferred(self):
        self.record()
        answer = self.resolve("ltsc2019", "--at", "2019-12-20", at=NOW)
        self.assertEqual(answer["revision"], "10.0.17763.914")
        self.assertEqual(answer["evidence"]["level"], "inferred")

    def test_weakest_evidence_to_accept(self):
        self.record()
        for asked, level, code in (("2020-02-10", "observed", program.NOT_FOUND), ("2020-02-10", "between", program.DONE),
                                   ("2019-12-20", "between", program.NOT_FOUND), ("2019-12-20", "inferred", program.DONE),
                                   ("2020-01-17", "observed", program.DONE)):
            with self.subTest(asked=asked, level=level):
                self.tagdb("resolve", "ltsc2019", "--at", asked, "--evidence", level, at=NOW, expect=code)

    def test_the_future_is_refused(self):
        self.record()
        self.tagdb("resolve", "ltsc2019", "--at", "2020-06-01", at=NOW, expect=program.USAGE)

    def test_stale_data_is_said_and_can_fail(self):
        self.record()
        answer = self.resolve("ltsc2019", at=NOW)
        self.assertIn("stale", [w["code"] for w in answer["warnings"]])
        self.tagdb("resolve", "ltsc2019", "--freshness", "fail", at=NOW, expect=program.STALE)
        self.tagdb("resolve", "ltsc2019", "--max-data-age", "3d", at="2020-03-09 06:00:00", expect=program.STALE)
        self.tagdb("resolve", "ltsc2019", "--freshness", "fail", at="2020-03-05 12:00:00")

    def test_changes_between_two_times(self):
        self.record()
        items = self.tagdb("changes", "--since", "2020-02-20", "--until", "2020-02-29", "--format", "json", at=NOW).json()["items"]
        self.assertEqual([(i["tag"], i["event"]) for i in items], [("ltsc2019", "rollback")])


if __name__ == "__main__":
    program.main()
