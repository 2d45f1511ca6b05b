#!/usr/bin/env python3
"""A realistic Windows base image catalogue, made from a compact description.

A Catalogue holds repositories; a Repository holds tags, manifests and configs as bytes, in the shapes the
real registry has had over the years: a Docker list with one entry, a bare manifest behind `-amd64`, foreign
layers until June 2023, configs with `rootfS` until spring 2022, three-space indentation until then too.
Everything is deterministic: the same call gives the same digests.

As a program it lays a catalogue into a folder:

    catalogue.py storage DIR [--tags N]    a docker-registry storage folder
    catalogue.py static DIR [--tags N]     files and nginx configuration (DIR/nginx.conf)
    catalogue.py requests FILE [--tags N]  the requests of a full crawl, one `METHOD path` a line
"""

import argparse
import datetime
import hashlib
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import images  # noqa: E402
import layouts  # noqa: E402
from releases import FLOATING, KB_PREFIX, LOCALES, RELEASES, Release, build_of  # noqa: E402

SERVERCORE = "windows/servercore"
NANOSERVER = "windows/nanoserver"

LIST = images.LIST
MANIFEST = images.MANIFEST


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Repository:
    """Tags and content of one repository. `tags` maps a name to a digest; a tag in `broken` is listed, but
    the registry answers 404 when asked for it."""

    def __init__(self, name):
        self.name = name
        self.tags = {}
        self.broken = set()
        self.manifests = {}  # digest -> (media type, bytes)
        self.configs = {}  # digest -> bytes
        self.dropped = set()  # digests whose bytes are withheld
        self._made = {}

    # -- what a publisher does ------------------------------------------------------------------------

    def put_manifest(self, media_type, data):
        digest = digest_of(data)
        self.manifests[digest] = (media_type, data)
        return digest

    def put_config(self, data):
        digest = digest_of(data)
        self.configs[digest] = data
        return digest

    def image(self, version, date, locale="", edition=""):
        """Makes the image of a revision once; returns (list digest, amd64 manifest digest). `edition` makes
        another image with the same OS version (a republished one)."""
        key = (version, date, locale, edition)
        if key not in self._made:
            built = images.make(self.name, version, date, locale, edition)
            for config in built.configs:
                self.put_config(config)
            for manifest in built.manifests:
                self.put_manifest(MANIFEST, manifest)
            listed = self.put_manifest(LIST, built.index)
            self._made[key] = (listed, digest_of(built.manifests[0]))
        return self._made[key]

    def publish(self, release, floating=(), locale="", edition=""):
        """Publishes a Release under its revision tag, KB tag, both `-amd64` forms and the floating tags."""
        listed, bare = self.image(release.version, release.date, locale, edition)
        prefix = KB_PREFIX.get(build_of(release.version))
        names = [release.version] + list(floating)
        if prefix and release.kb and not locale:
            names.append(prefix + "-" + release.kb)
        for name in names:
            suffix = "-" + locale if locale else ""
            self.tags[name + suffix] = listed
            self.tags[name + "-amd64" + suffix] = bare
        return listed, bare

    # -- what goes wrong, or merely changes -----------------------------------------------------------

    def move(self, tag, target):
        """Points a tag at a digest, or at what another tag points at."""
        self.tags[tag] = target if target.startswith("sha256:") else self.tags[target]
        self.broken.discard(tag)

    def remove(self, tag):
        del self.tags[tag]
        self.broken.discard(tag)

    def list_only(self, tag):
        """The tag stays in the list and cannot be pulled, as some of MCR's do for good."""
        self.tags.setdefault(tag, "sha256:" + "0" * 64)
        self.broken.add(tag)

    def drop(self, digest):
        """The bytes of a manifest or config are gone: whatever refers to them remains."""
        self.dropped.add(digest)

    def restore(self, digest):
        self.dropped.discard(digest)

    def amd64(self, tag):
        """The digest of the (first) platform manifest behind a list tag."""
        return images.entries(self.manifests[self.tags[tag]][1])[0]

    # -- what a crawler asks --------------------------------------------------------------------------

    def tag_names(self):
        return sorted(self.tags)

    def lookup(self, reference):
        """(media type, bytes, digest) of a tag or digest, or None."""
        digest = reference
        if not reference.startswith("sha256:"):
            digest = None if reference in self.broken else self.tags.get(reference)
        if digest is None or digest in self.dropped or digest not in self.manifests:
            return None
        media_type, data = self.manifests[digest]
        return media_type, data, digest

    def crawl_requests(self):
        """The requests of a full crawl in an order that respects what must be known first: the list, every
        tag's HEAD, then each manifest and each config once."""
        base = "/v2/" + self.name
        lines = [("GET", base + "/tags/list")]
        lines += [("HEAD", base + "/manifests/" + tag) for tag in self.tag_names()]
        wanted = list(dict.fromkeys(self.tags[t] for t in self.tag_names() if t not in self.broken))
        for digest in list(wanted):
            if digest in self.manifests and self.manifests[digest][0] == LIST:
                wanted += images.entries(self.manifests[digest][1])
        wanted = list(dict.fromkeys(wanted))
        lines += [("GET", base + "/manifests/" + digest) for digest in wanted]
        configs = [images.config_of(self.manifests[d][1]) for d in wanted
                   if d in self.manifests and self.manifests[d][0] == MANIFEST]
        lines += [("GET", base + "/blobs/" + digest) for digest in dict.fromkeys(configs)]
        return lines


class Catalogue:
    """Repositories by name, and the ways to lay them down for a server."""

    def __init__(self):
        self.repositories = {}
        self._laid = {}

    def repository(self, name):
        return self.repositories.setdefault(name, Repository(name))

    @property
    def servercore(self):
        return self.repository(SERVERCORE)

    @property
    def nanoserver(self):
        return self.repository(NANOSERVER)

    def tag_count(self):
        return sum(len(r.tags) for r in self.repositories.values())

    def write_storage(self, root):
        """Lays everything into a docker-registry storage folder. Called again after a change it brings the
        folder up to date while the registry runs: content first, tags after it."""
        layouts.write_storage(self, root, self._laid.setdefault(os.path.abspath(root), {}))

    def write_static(self, root, port, certificate=None):
        """Lays everything down as files for nginx and writes root/nginx.conf."""
        layouts.write_static(self, root, port, certificate)

    def crawl_requests(self):
        return [line for r in self.repositories.values() for line in r.crawl_requests()]


# -- catalogues ---------------------------------------------------------------------------------------


def quickstart(until="9999"):
    """Both repositories with the releases of releases.py up to a date, and one set of locale tags."""
    made = Catalogue()
    for name, floating in FLOATING.items():
        repo = made.repository(name)
        for release in RELEASES:
            build = build_of(release.version)
            if release.date > until or (name == NANOSERVER and build == "14393"):
                continue
            repo.publish(release, floating.get(build, ()))
        if name == SERVERCORE:
            first = [r for r in RELEASES if build_of(r.version) == "14393"][0]
            for locale in LOCALES:
                repo.publish(first, locale=locale)
    split_2019(made.servercore)
    return made


def split_2019(repo):
    """Gives `1809` an index of its own around the same manifest, as the real ones were from 2019 to 2020."""
    media_type, data = repo.manifests[repo.tags["1809"]]
    repo.tags["1809"] = repo.put_manifest(media_type, data + b"\n")


def generated(tags, repositories=(SERVERCORE,)):
    """About `tags` tags: four a revision (revision and KB tag, each plain and -amd64), evenly over builds."""
    made = Catalogue()
    builds = ["14393", "17763", "20348", "26100"]
    share = tags // len(repositories)
    first_day = datetime.date(2017, 1, 10)
    for name in repositories:
        repo = made.repository(name)
        number = 0
        while len(repo.tags) + 4 <= share:
            step, index = divmod(number, len(builds))
            version = "10.0.%s.%d" % (builds[index], 100 + step)
            day = first_day + datetime.timedelta(days=step * 3 % 3600)
            release = Release(day.isoformat(), "", version, "KB%d" % (4000000 + number), False)
            repo.publish(release, FLOATING[name].get(builds[index], ()))
            number += 1
    return made


def from_tag_names(name, names, releases=RELEASES):
    """A repository with exactly the tags given (real ones), each pointing at an image in the real shape. KB
    tags that no known release explains get a revision of their own."""
    made = Catalogue()
    repo = made.repository(name)
    by_kb = {r.kb: r for r in releases}
    by_version = {r.version: r for r in releases}
    prefixes = {prefix: build for build, prefix in KB_PREFIX.items()}
    prefixes.update({"ltsc2016": "14393", "ltsc2019": "17763", "ltsc2022": "20348", "ltsc2025": "26100"})
    newest = {}
    for version in by_version:
        newest[build_of(version)] = max(newest.get(build_of(version), 0), int(version.split(".")[3]))
    for tag in names:
        match = re.match(r"^(.*?)(?:[-_](amd64))?(?:[-_]([a-z]{2}-[a-z]{2}))?$", tag)
        stem, bare, locale = match.group(1), match.group(2), match.group(3) or ""
        kb = re.match(r"^(.*?)[-_](KB\d+)$", stem)
        date = "2019-06-11"
        if stem.startswith("10.0."):
            version = stem
        elif kb and kb.group(2) in by_kb:
            version = by_kb[kb.group(2)].version
        elif kb:
            version = "10.0.%s.%d" % (prefixes[kb.group(1)], int(kb.group(2)[2:]) % 1000 + 5000)
        else:
            build = prefixes[stem]
            version = "10.0.%s.%d" % (build, newest.get(build, 1))
        if version in by_version:
            date = by_version[version].date
        listed, manifest = repo.image(version, date, locale)
        repo.tags[tag] = manifest if bare else listed
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["storage", "static", "requests"])
    parser.add_argument("target")
    parser.add_argument("--tags", type=int, help="generate this many instead of the quickstart catalogue")
    parser.add_argument("--port", type=int, default=8080, help="nginx: the port to listen on")
    options = parser.parse_args()
    made = generated(options.tags) if options.tags else quickstart()
    if options.what == "storage":
        made.write_storage(options.target)
    elif options.what == "static":
        made.write_static(options.target, options.port)
    else:
        with open(options.target, "w", encoding="ascii") as out:
            out.writelines("%s %s\n" % line for line in made.crawl_requests())
    print("%d tags in %s" % (made.tag_count(), ", ".join(made.repositories)))


if __name__ == "__main__":
    main()
