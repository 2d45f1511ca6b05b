"""The calendar of years that no recorded instant covers: tagdb hands them to tagdb-remote, which may load a time zone."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import program  # noqa: E402


class CalendarTest(program.E2eTest):
    def command(self, arguments):
        return [program.TAGDB, *arguments]  # no database is named: the built-in knowledge answers

    def months(self, year):
        document = json.loads(self.tagdb("calendar", str(year), "--format", "json", "--offline").stdout)
        self.assertEqual(document["schema"], 1)
        return {item["month"]: item for item in document["items"]}

    def test_years_beyond_the_record(self):
        cases = [("2038-07", "2038-07-13", "2038-07-13T17:00:00Z", "PDT", "2038-07-20"),
                 ("2040-01", "2040-01-10", "2040-01-10T18:00:00Z", "PST", "2040-01-17"),
                 ("2010-11", "2010-11-09", "2010-11-09T18:00:00Z", "PST", "2010-11-16"),
                 ("2003-10", "2003-10-14", "2003-10-14T17:00:00Z", "PDT", "2003-10-21")]
        for month, date, publishes, zone, marketplace in cases:
            with self.subTest(month):
                item = self.months(month[:4])[month]
                self.assertEqual((item["date"], item["publishes"], item["zone"], item["marketplace"]),
                                 (date, publishes, zone, marketplace))
                self.assertIsNone(item["released"])

    def test_text(self):
        text = self.tagdb("calendar", "2038").stdout
        self.assertIn("2038-07B  Tue 2038-07-13  2038-07-13T17:00:00Z  10:00 PDT   Tue 2038-07-20", text)
        self.assertIn("estimate", text)

    def test_a_recorded_year_and_one_worked_out_look_alike(self):
        recorded, worked_out = self.months(2027), self.months(2037)
        self.assertEqual(set(recorded["2027-01"]), set(worked_out["2037-01"]))
        self.assertEqual(len(recorded), len(worked_out))


if __name__ == "__main__":
    program.main()
