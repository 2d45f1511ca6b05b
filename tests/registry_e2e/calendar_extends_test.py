"""A sync makes the release days reach two years ahead, so that no answer needs a time zone."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402

CORE = "windows/servercore"
LAST = "SELECT max(date) FROM release_instant"
BEYOND = "SELECT date, label, instant, zone, patch_tuesday, released FROM release_instant WHERE date > '2029-01-01' ORDER BY date"


class CalendarExtendsTest(program.E2eTest):
    def test_two_years_ahead_and_no_further(self):
        with FaultServer(catalogue.quickstart()) as server:
            self.sync(server, CORE, at="2026-11-20 12:00:00")
            built_in = self.rows(LAST)
            self.sync(server, CORE, at="2027-05-20 12:00:00")
        self.assertEqual(built_in, [("2028-12-12",)])
        beyond = self.rows(BEYOND)
        self.assertEqual([row[1] for row in beyond], ["2029-0%dB" % month for month in range(1, 6)])
        self.assertEqual(beyond[0], ("2029-01-09", "2029-01B", "2029-01-09T18:00:00Z", "PST", 1, None))
        self.assertEqual(beyond[-1], ("2029-05-08", "2029-05B", "2029-05-08T17:00:00Z", "PDT", 1, None))
        self.tagdb("verify")

    def test_without_time_zone_data_the_crawl_is_done_with_a_warning(self):
        empty = os.path.join(self.folder, "zoneinfo")
        os.mkdir(empty)
        with FaultServer(catalogue.quickstart()) as server:
            result = self.sync(server, CORE, at="2027-05-20 12:00:00", env={"TZDIR": empty})
        self.assert_sentence(result, "release days", "America/Los_Angeles")
        self.assertEqual(self.rows(LAST), [("2028-12-12",)])
        self.assertEqual(self.revision("ltsc2019", "--freshness", "ignore", at="2027-05-20 13:00:00"), "10.0.17763.9121")


if __name__ == "__main__":
    program.main()
