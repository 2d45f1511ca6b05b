"""The 808 real tags of 2019 and the real manifests, served by the real registry. Skipped where the data is not there."""

import csv
import glob
import hashlib
import json
import re
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import images  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402
from releases import Release  # noqa: E402

CORE = "windows/servercore"
FOLDER = os.path.join(program.SHARED, "data/mcr/manifests")
TAGS = os.path.join(FOLDER, "tags-list_windows-servercore_2019-07-05.json")
RELEASES = os.path.join(program.SHARED, "data/reference/releases.csv")


def real_releases():
    with open(RELEASES, newline="", encoding="utf-8") as rows:
        return [Release(r["release_date"], r["label"], r["os_version"], r["kb"], r["out_of_band"] == "yes")
                for r in csv.DictReader(rows)]


def real_manifests():
    """A catalogue of the real lists, manifests and configs: what is not there is missing, as on a bad day."""
    made = catalogue.Catalogue()
    for path in sorted(glob.glob(os.path.join(FOLDER, "*_*_10.0.*.json"))):
        kind, name, version, digest = re.match(r"(\w+?)_(.+)_(10\.0\.[\d.]+)_([0-9a-f]{12})\.json",
                                               os.path.basename(path)).groups()
        if name not in ("nanoserver", "servercore"):
            continue
        with open(path, "rb") as file:
            data = file.read()
        assert hashlib.sha256(data).hexdigest().startswith(digest), path
        repo = made.repository("windows/" + name)
        if kind == "list":
            repo.tags[version] = repo.put_manifest(images.LIST, data)
        elif kind == "manifest":
            repo.tags[version + "-amd64"] = repo.put_manifest(images.MANIFEST, data)
        else:
            repo.put_config(data)
    return made


class RealDataTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(TAGS):
            self.skipTest("the real data is not there: " + TAGS)

    def test_808_real_tags(self):
        with open(TAGS, encoding="utf-8") as file:
            names = json.load(file)["tags"]
        self.assertEqual(len(names), 808)
        made = catalogue.from_tag_names(CORE, names, real_releases())
        with RealRegistry(made) as registry:
            self.sync(registry, CORE)
        rows = {r[0]: r[1:] for r in self.rows("SELECT name, kind, architecture, locale, os_version, kb FROM tag")}
        self.assertEqual(set(rows), set(names))
        kinds = {}
        for name, (kind, architecture, locale, version, kb) in rows.items():
            kinds[kind] = kinds.get(kind, 0) + 1
            with self.subTest(name):
                self.assertEqual(architecture, "amd64" if re.search(r"[-_]amd64", name) else "")
                found = re.search(r"[-_]([a-z]{2}-[a-z]{2})$", name)
                self.assertEqual(locale, found.group(1) if found else "")
                found = re.match(r"10\.0\.\d+\.\d+", name)
                self.assertEqual(version, found.group(0) if found else None)
                found = re.search(r"KB\d+", name)
                self.assertEqual(kb, found.group(0) if found else None)
        # 34+3+6+6+2+1 revisions, 510+68 and 68 with a locale, 17 with -amd64; 7 floating, each also -amd64, two also
        # _amd64; the rest are KB tags.
        self.assertEqual(kinds, {"revision": 52 + 510 + 68 + 68 + 17, "floating": 7 + 7 + 2, "kb": 808 - 715 - 16})
        listed = self.tagdb("list", "--format", "json").json()["items"]
        self.assertEqual(len(listed), 808)
        self.assertEqual(self.revision("1709_KB4074588"), self.revision("KB4074588"))

    def test_real_manifests(self):
        made = real_manifests()
        with RealRegistry(made) as registry:
            # Most children are not there: the indexes answer all the same.
            document = self.sync(registry, "--format", "json", expect=program.PARTIAL).json()
            self.assertTrue(all(f["status"] == 404 for f in document["failures"]), document["failures"][:3])
            again = self.sync_json(registry)
        self.assertEqual(sum(c["failed"] for c in again["checks"]), 0)
        for name, repo in made.repositories.items():
            for tag, digest in repo.tags.items():
                version = tag.replace("-amd64", "")
                if tag.endswith("-amd64"):
                    continue
                with self.subTest(repository=name, tag=tag):
                    answer = self.resolve("%s:%s" % (name, tag))
                    self.assertEqual((answer["revision"], answer["index"]), (version, digest))

    def test_the_one_complete_old_image(self):
        """10.0.18363.1556: a config with `rootfS`, `user` in lower case and a `created` with an offset."""
        with RealRegistry(real_manifests()) as registry:
            self.sync(registry, "windows/nanoserver", expect=None)
        answer = self.resolve("nanoserver:10.0.18363.1556-amd64")
        self.assertEqual(answer["revision"], "10.0.18363.1556")
        self.assertEqual(answer["platforms"][0]["osVersion"], "10.0.18363.1556")
        created, = self.rows("SELECT created FROM image WHERE os_version = '10.0.18363.1556'")[0]
        self.assertEqual(created, "2021-05-04T21:22:59Z")
        self.assertEqual(self.rows("SELECT count(*) FROM diff_id d JOIN image i ON i.config_id = d.config_id "
                                   "WHERE i.os_version = '10.0.18363.1556'"), [(1,)])


if __name__ == "__main__":
    program.main()
