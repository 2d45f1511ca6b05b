"""The README, tried as written: what its console blocks show is what the programs print.

A line `$ COMMAND` is run by bash; a comment that begins with an instant (`# 2025-04-08 20:00, …`) sets the clock. What
happens in the world by then is done here, with images made for the test. A line `…` stands for lines left out. Ports and times
of day are not compared. TAGDB_UPDATE_GOLDEN=1 writes what does not match into the README.
"""

import json
import os
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import images  # noqa: E402
import program  # noqa: E402
from carried import Source, Target  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import FLOATING, RELEASES, build_of  # noqa: E402

README = os.path.join(program.ROOT, "README.md")
HOST = "127.0.0.1:58641"  # as the README has it
MIRROR = "127.0.0.1:5000"
CLOCK = re.compile(r"# (\d{4}-\d\d-\d\d \d\d:\d\d)")
CORE, NANO = "windows/servercore", "windows/nanoserver"
MARCH, APRIL, OOB = ({build_of(r.version): r for r in RELEASES if r.label == label}
                     for label in ("2025-03B", "2025-04B", "2025-04 OOB"))

# docker is not installed where this runs: `docker inspect` prints what is in a file.
DOCKER = """#!/bin/sh
exec cat "$HOME/docker-$1.json"
"""


def without_what_varies(text):
    return re.sub(r"T\d\d:\d\d:\d\dZ", "T…Z", text)


def matches(wanted, got):
    parts = re.split(r"(?m)^…\n", without_what_varies(wanted))
    return re.fullmatch("(?:.*\n)*?".join(re.escape(part) for part in parts), without_what_varies(got)) is not None


def section(text, title):
    """Where a section begins and ends; a heading within a block is none."""
    begin = end = text.index("\n## %s\n" % title) + 1
    while True:
        end = text.find("\n## ", end + 1)
        if end < 0:
            return begin, len(text)
        if text[begin:end].count("```") % 2 == 0:
            return begin, end + 1


class ReadmeTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.need_clock()
        self.server = self.mirror = None
        self.events = []  # (instant, what happens), in order
        self.catalogue = catalogue.Catalogue()

    # -- the reader -----------------------------------------------------------------------------------

    def type(self, command, at, code):
        """What a terminal shows; `code` is what $? is before. Returns (text, $? after)."""
        tools = os.path.join(self.folder, "bin")
        if not os.path.exists(tools):
            os.mkdir(tools)
            os.symlink(program.TAGDB, os.path.join(tools, "tagdb"))
            docker = os.path.join(tools, "docker")
            with open(docker, "w", encoding="ascii") as out:
                out.write(DOCKER)
            os.chmod(docker, stat.S_IRWXU)
        environment = {**self.environment, **self.clock(at + ":00")}
        environment["PATH"] = tools + ":" + environment["PATH"]
        if self.server:
            environment.update(TAGDB_DB=self.db, TAGDB_REGISTRY=self.server.url)
        if self.mirror:
            environment["MIRROR"] = self.mirror.url
        done = subprocess.run(["bash", "-c", "(exit %d)\n%s" % (code, command)], env=environment, cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=program.TIMEOUT, check=False)
        text = done.stdout.replace(self.folder, "~")
        if self.server:
            text = text.replace(self.server.host, HOST)
        if self.mirror:
            text = text.replace(self.mirror.host, MIRROR)
        return text, done.returncode

    def try_section(self, title, at):
        with open(README, encoding="utf-8") as file:
            whole = file.read()
        begin, end = section(whole, title)
        wrong, tried = [], 0

        def block(match):
            nonlocal at, tried
            code, shown = 0, ""
            for part in re.split(r"(?m)^(?=[$#] )", match[1]):
                line, _, wanted = part.partition("\n")
                clock = CLOCK.match(line)
                if clock:
                    at = clock[1]
                if not line.startswith("$ "):
                    shown += part
                    continue
                while self.events and self.events[0][0] <= at:
                    self.events.pop(0)[1]()
                got, code = self.type(line[2:], at, code)
                tried += 1
                blank = "\n" if wanted.endswith("\n\n") else ""
                wanted = wanted[:len(wanted) - len(blank)]
                if matches(wanted, got):
                    got = wanted
                else:
                    wrong.append("%s\n--- the README\n%s--- printed\n%s" % (line, wanted, got))
                shown += line + "\n" + got + blank
            return "```console\n" + shown + "```\n"

        text = re.sub(r"(?s)```console\n(.*?)```\n", block, whole[begin:end])
        if wrong and "TAGDB_UPDATE_GOLDEN" in os.environ:
            with open(README, "w", encoding="utf-8") as file:
                file.write(whole[:begin] + text + whole[end:])
        self.assertGreater(tried, 2, "commands in the section " + title)
        self.assertEqual(self.events, [])
        self.assertFalse(wrong, "\n\n".join(wrong))

    # -- the sections ---------------------------------------------------------------------------------

    def test_what_it_knows_without_a_crawl(self):
        self.try_section("What it knows without a crawl", "2026-11-24 12:00")

    def test_asking(self):
        with RealRegistry(catalogue.quickstart()) as self.server:
            self.sync(self.server, at="2026-11-24 12:44:13")
            self.server.stop()
            self.try_section("Asking", "2026-11-24 12:51")

    def test_patch_tuesday_as_it_happens(self):
        """April 2025: see april2025_test.py. Server Core's ltsc2025 stood on March's image all the time."""
        self.repos = [self.catalogue.repository(name) for name in (CORE, NANO)]
        core, nano = self.repos
        self.publish(MARCH)
        with RealRegistry(self.catalogue) as self.server:
            self.app_is_built()
            self.happens("2025-04-07 05:00", lambda: None)
            self.happens("2025-04-08 17:40", self.april, look=False)
            self.happens("2025-04-10 05:00", lambda: [self.point(repo, ("1809", "ltsc2019"), MARCH) for repo in self.repos])
            self.happens("2025-04-17 05:00", lambda: self.out_of_band(core, nano))
            self.happens("2025-04-24 05:00", lambda: self.point(core, ("1809", "ltsc2019"), OOB))
            self.try_section("Patch Tuesday, as it happens", "2025-04-07 06:00")

    def test_carrying_images(self):
        source = Source()
        source.publish(CORE, "10.0.17763.1040", ["ltsc2019"], "2020-02-14T00:00:00Z")
        with RealRegistry(source) as self.server, Target() as self.mirror:
            self.sync(self.server, CORE, at="2020-02-20 06:00:00")
            self.try_section("Carrying images", "2020-02-21 09:00")

    # -- the world ------------------------------------------------------------------------------------

    def happens(self, when, what, look=True):
        def event():
            what()
            self.server.update()
            if look:  # the daily sync
                self.sync(self.server, CORE, NANO, at=when + ":00")
        self.events.append((when, event))

    def publish(self, releases, floating=True):
        for repo in self.repos:
            for build, release in releases.items():
                if build in FLOATING[repo.name]:
                    repo.publish(release, FLOATING[repo.name][build] if floating else ())

    @staticmethod
    def point(repo, names, releases):
        builds = {name: build for build, of_build in FLOATING[repo.name].items() for name in of_build}
        for name in names:
            for suffix in ("", "-amd64"):
                repo.move(name + suffix, releases[builds[name]].version + suffix)

    def april(self):
        self.publish(APRIL)
        self.point(self.repos[0], ["ltsc2025"], MARCH)

    def out_of_band(self, core, nano):
        self.publish(OOB, floating=False)
        self.point(core, ["ltsc2022"], OOB)
        self.point(nano, ["1809", "ltsc2019", "ltsc2022", "ltsc2025"], OOB)

    def app_is_built(self):
        """An image on March's base, as docker inspect prints it."""
        core = self.repos[0]
        manifest = core.manifests[core.amd64("ltsc2019")][1]
        _, config = images.derive(manifest, core.configs[images.config_of(manifest)], "shop")
        config = json.loads(config)
        root = config.get("rootfs") or config.get("rootFS") or config["rootfS"]
        with open(os.path.join(self.folder, "docker-inspect.json"), "w", encoding="ascii") as out:
            json.dump([{"Id": images.sha256("shop"), "RepoTags": ["shop:1.0"], "Architecture": "amd64", "Os": "windows",
                        "OsVersion": config["os.version"], "RootFS": {"Type": "layers", "Layers": root["diff_ids"]}}], out)


if __name__ == "__main__":
    program.main()
