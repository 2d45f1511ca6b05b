"""Status of what a crawl recorded, and its Prometheus text read by a parser that forgives nothing."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import program  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from releases import RELEASES, Release  # noqa: E402

CORE = "windows/servercore"

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]Inf|NaN")
TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}


def parse(text):
    """{(metric, labels): value} of a text in the exposition format 0.0.4; ValueError for anything that node_exporter's
    textfile collector or promtool would take offence at."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    samples, helped, typed, closed, current = {}, set(), set(), set(), None

    def enter(metric):
        nonlocal current
        if metric != current:
            if metric in closed:
                raise ValueError("%s is in two places" % metric)
            if current:
                closed.add(current)
            current = metric

    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            metric, _, words = line[7:].partition(" ")
            enter(metric)
            if metric in helped or metric in typed or not words:
                raise ValueError("HELP at the wrong place: " + line)
            helped.add(metric)
        elif line.startswith("# TYPE "):
            metric, _, kind = line[7:].partition(" ")
            enter(metric)
            if metric in typed or kind not in TYPES:
                raise ValueError("a wrong TYPE: " + line)
            typed.add(metric)
        else:
            name = NAME.match(line)
            if not name:
                raise ValueError("no sample: " + line)
            enter(name[0])
            if name[0] not in typed or name[0] not in helped:
                raise ValueError("a sample before its TYPE and HELP: " + line)
            rest, labels = line[name.end():], {}
            if rest.startswith("{"):
                position = 1
                while True:
                    label = LABEL.match(rest, position)
                    if not label or label[1] in labels:
                        raise ValueError("a wrong label: " + line)
                    labels[label[1]] = label[2]
                    position = label.end()
                    if rest[position:position + 1] == "}":
                        break
                    if rest[position:position + 1] != ",":
                        raise ValueError("a wrong list of labels: " + line)
                    position += 1
                rest = rest[position + 1:]
            # One space and the value: the textfile collector refuses timestamps.
            if not rest.startswith(" ") or not NUMBER.fullmatch(rest[1:]):
                raise ValueError("a wrong value: " + line)
            series = (name[0], frozenset(labels.items()))
            if series in samples:
                raise ValueError("a series twice: " + line)
            samples[series] = float(rest[1:])
    return samples


class StatusTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.need_clock()
        self.catalogue = catalogue.quickstart(until="2025-04-09")
        self.core = self.catalogue.servercore

    def value(self, samples, metric, **labels):
        found = [v for (name, of), v in samples.items() if name == metric and labels.items() <= dict(of).items()]
        self.assertEqual(len(found), 1, (metric, labels, found))
        return found[0]

    def test_prometheus_of_a_lagging_tag(self):
        with FaultServer(self.catalogue) as server:
            self.core.move("ltsc2019", "10.0.17763.7009")
            self.sync(server, CORE, at="2025-04-09 12:00:00")
        result = self.tagdb("status", "--format", "prometheus", at="2025-04-09 13:00:00")
        self.assertEqual(result.stderr, "")
        samples = parse(result.stdout)
        for state in ("current", "lag", "rollback", "pending"):
            self.assertEqual(self.value(samples, "tagdb_floating_tag_state", tag="ltsc2019", state=state), state == "lag")
        self.assertEqual(self.value(samples, "tagdb_releases_behind", tag="ltsc2019"), 1)
        self.assertEqual(self.value(samples, "tagdb_data_stale", repository=CORE), 0)
        now = self.value(samples, "tagdb_status_timestamp_seconds")
        self.assertLess(now - self.value(samples, "tagdb_last_complete_check_timestamp_seconds", repository=CORE), 7200)

    def test_json(self):
        with FaultServer(self.catalogue) as server:
            self.core.move("ltsc2019", "10.0.17763.7009")
            self.sync(server, at="2025-04-09 12:00:00")
        document = self.tagdb("status", "--format", "json", at="2025-04-09 13:00:00").json()
        self.assertEqual(list(document)[:2], ["schema", "asOf"])
        self.assertEqual((document["complete"], document["stale"], document["behind"]), (True, False, 1))
        self.assertGreaterEqual(document["age"], 3500)
        self.assertEqual(document["nextRelease"], "2025-05-13T17:00:00Z")
        version = [v for v in document["versions"] if v["floatingTag"] == "ltsc2019" and v["repository"] == CORE][0]
        self.assertEqual((version["revision"], version["newestRevision"], version["state"], version["newestTag"]),
                         ("10.0.17763.7009", "10.0.17763.7136", "lag", "10.0.17763.7136"))
        self.assertEqual(version["support"]["phase"], "extended")
        self.assertIn("lag", [w["code"] for w in document["warnings"]])

    def test_stale_is_4_and_prints_all_the_same(self):
        with FaultServer(self.catalogue) as server:
            self.sync(server, CORE, at="2025-04-09 12:00:00")
        result = self.tagdb("status", at="2025-04-20 12:00:00", expect=program.STALE)
        self.assertIn("ltsc2019", result.stdout)
        self.assert_sentence(result, "stale", "tagdb sync")
        parse(self.tagdb("status", "--format", "prometheus", "--freshness", "ignore", at="2025-04-20 12:00:00").stdout)
        document = self.tagdb("status", "--format", "json", at="2025-04-20 12:00:00", expect=program.STALE)
        self.assertTrue(document.json()["stale"])

    def test_april_through_the_crawl(self):
        """Windows Server 2019 goes on, back, and on again; 2025 stays behind. Each sync tells its part, once."""
        made = catalogue.quickstart(until="2025-03-31")
        core = made.servercore
        release = {r.version: r for r in RELEASES}
        told = []

        def floats(version, *tags):
            for tag in tags:
                core.move(tag, version)
                core.move(tag + "-amd64", version + "-amd64")

        def look(day):
            document = self.sync_json(server, CORE, at="2025-04-%s 20:00:00" % day)
            told.append({(e["tag"], e["event"], e["use"]) for e in document["events"] if e["tag"] in ("ltsc2019", "ltsc2025")})
            ids.extend(e["id"] for e in document["events"])

        ids = []
        with FaultServer(made) as server:
            look("01")
            core.publish(release["10.0.17763.7136"], ("ltsc2019", "1809"))
            core.publish(release["10.0.26100.3775"])
            look("08")
            floats("10.0.17763.7009", "ltsc2019", "1809")
            look("09")
            core.publish(release["10.0.17763.7249"])
            core.publish(release["10.0.26100.3781"])
            look("16")
            floats("10.0.17763.7249", "ltsc2019", "1809")
            look("23")
            floats("10.0.26100.3781", "ltsc2025")
            look("30")
            look("30")
        self.assertEqual(told, [
            set(),
            {("ltsc2019", "moved", None), ("ltsc2025", "lag", "10.0.26100.3775")},
            {("ltsc2019", "rollback", "10.0.17763.7136")},
            set(),
            {("ltsc2019", "moved", None)},
            {("ltsc2025", "moved", None), ("ltsc2025", "lagEnded", None)},
            set()])
        changes = self.tagdb("changes", "--format", "json", at="2025-05-01 12:00:00").json()["items"]
        self.assertEqual(sorted(ids), sorted(item["id"] for item in changes))
        self.assertEqual(len(ids), len(set(ids)))
        status = self.tagdb("status", "--format", "json", at="2025-05-01 12:00:00").json()
        self.assertEqual({v["state"] for v in status["versions"] if v["floatingTag"] in ("ltsc2019", "1809", "ltsc2025")},
                         {"current"})


    def test_october_2025_out_of_band(self):
        """The regular release lands, then an out-of-band one: first by explicit tag, then at the floating tags of
        one product and not of the other."""
        made = catalogue.quickstart(until="2025-04-30")
        core = made.servercore

        def publish(date, label, version, kb, *floating):
            core.publish(Release(date, label, version, kb, "OOB" in label), floating)

        def state(at):
            document = self.tagdb("status", "--format", "json", at=at).json()
            return {v["floatingTag"]: (v["state"], v["release"]["label"], v["behind"], v["landed"])
                    for v in document["versions"] if v["floatingTag"] in ("ltsc2019", "ltsc2022")}

        with FaultServer(made) as server:
            self.sync(server, CORE, at="2025-10-01 20:00:00")
            publish("2025-10-14", "2025-10B", "10.0.17763.7919", "KB5066586", "ltsc2019", "1809")
            publish("2025-10-14", "2025-10B", "10.0.20348.4294", "KB5066782", "ltsc2022")
            self.sync(server, CORE, at="2025-10-14 20:00:00")
            self.assertEqual(state("2025-10-14 21:00:00"), {"ltsc2019": ("current", "2025-10B", 0, True),
                                                            "ltsc2022": ("current", "2025-10B", 0, True)})
            publish("2025-10-23", "2025-10 OOB", "10.0.17763.7922", "KB5070883")
            publish("2025-10-23", "2025-10 OOB", "10.0.20348.4297", "KB5070884", "ltsc2022")
            events = self.sync_json(server, CORE, at="2025-10-24 20:00:00")["events"]
        self.assertEqual({(e["tag"], e["event"], e["use"]) for e in events if e["tag"] in ("ltsc2019", "1809", "ltsc2022")},
                         {("ltsc2019", "lag", "10.0.17763.7922"), ("1809", "lag", "10.0.17763.7922"),
                          ("ltsc2022", "moved", None)})
        # An out-of-band release behind, but the one that was due is there.
        self.assertEqual(state("2025-10-24 21:00:00"), {"ltsc2019": ("lag", "2025-10B", 1, True),
                                                        "ltsc2022": ("current", "2025-10 OOB", 0, True)})


class ParserTest(unittest.TestCase):
    """The parser refuses what it must, or the tests above prove nothing."""

    def test_refusals(self):
        head = "# HELP a b\n# TYPE a gauge\n"
        self.assertEqual(parse(head + 'a{x="y"} 1\n'), {("a", frozenset({("x", "y")})): 1.0})
        for name, text in {
                "no end": head + "a 1", "timestamp": head + "a 1 1745474400\n", "no value": head + "a\n",
                "twice": head + "a 1\na 2\n", "no type": "a 1\n", "quote": head + 'a{x="y"z"} 1\n',
                "escape": head + 'a{x="\\y"} 1\n', "label twice": head + 'a{x="1",x="2"} 1\n',
                "two places": head + "a 1\n# HELP c d\n# TYPE c gauge\nc 1\na{x=\"1\"} 1\n",
                "word": head + "a true\n", "empty line": head + "\na 1\n", "type": "# HELP a b\n# TYPE a number\na 1\n"}.items():
            with self.subTest(name), self.assertRaises(ValueError):
                parse(text)


if __name__ == "__main__":
    program.main()
