"""tagdb mirror between real registries and layouts, and verify and gc of a layout.

What counts is that the target has every blob: each is asked for, foreign layers too."""

import base64
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))

import catalogue  # noqa: E402
import images  # noqa: E402
import program  # noqa: E402
from carried import Source, Target, digest_of  # noqa: E402
from real_registry import RealRegistry  # noqa: E402

CORE, NANO = catalogue.SERVERCORE, catalogue.NANOSERVER
USER, SECRET = "builder", "cor:rect horse"
FIRST, SECOND = "10.0.17763.1040", "10.0.17763.1098"


class MirrorTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.source = Source()
        self.source.publish(CORE, FIRST, ["ltsc2019", "1809"], "2020-02-14T00:00:00Z")
        self.source.publish(NANO, FIRST, ["1809"], "2020-02-14T00:00:00Z")
        self.layout = os.path.join(self.folder, "layout")
        self.environment["XDG_CACHE_HOME"] = os.path.join(self.folder, "cache")

    # -- what is there --------------------------------------------------------------------------------

    def ask(self, registry, path, method="HEAD"):
        request = urllib.request.Request(registry.url + path, method=method)
        request.add_header("Accept", images.LIST + ", " + images.MANIFEST)
        if registry.users:
            secret = base64.b64encode(("%s:%s" % (USER, SECRET)).encode()).decode()
            request.add_header("Authorization", "Basic " + secret)
        context = ssl.create_default_context(cafile=registry.ca_file) if registry.ca_file else None
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return answer.headers, answer.read()

    def assert_whole(self, registry, repo, tag, prefix="mcr/"):
        """The tag means the source's digest, and everything under it is there and is what it should be."""
        made = self.source.repository(repo)
        base = "/v2/" + prefix + repo
        headers, body = self.ask(registry, base + "/manifests/" + tag, "GET")
        self.assertEqual(headers["Docker-Content-Digest"], made.tags[tag])
        self.assertEqual(body, made.manifests[made.tags[tag]][1])
        asked = 0
        for entry in json.loads(body)["manifests"]:
            _, manifest = self.ask(registry, base + "/manifests/" + entry["digest"], "GET")
            self.assertEqual(digest_of(manifest), entry["digest"])
            document = json.loads(manifest)
            for blob in [document["config"], *document["layers"]]:
                headers, _ = self.ask(registry, base + "/blobs/" + blob["digest"])
                self.assertEqual(int(headers["Content-Length"]), blob["size"])
                _, data = self.ask(registry, base + "/blobs/" + blob["digest"], "GET")
                self.assertEqual(digest_of(data), blob["digest"])
                asked += 1
        self.assertEqual(asked, 3)

    def blob(self, digest):
        return os.path.join(self.layout, "blobs/sha256", digest[7:])

    def layer(self, repo, number):
        made = self.source.repository(repo)
        manifest = json.loads(made.manifests[images.entries(made.manifests[made.tags["1809"]][1])[0]][1])
        return manifest["layers"][number]["digest"]

    def mirror(self, *arguments, **options):
        return self.tagdb("mirror", *arguments, **options)

    def mirror_json(self, *arguments, **options):
        return self.mirror(*arguments, "--format", "json", **options).json()

    def to_layout(self, *references):
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            return self.mirror_json(*(references or ("servercore:ltsc2019", "nanoserver:1809")), "--registry",
                                    registry.url, "--to", "oci:" + self.layout)

    # -- copies ---------------------------------------------------------------------------------------

    def test_layout_then_far_registry_with_the_source_off(self):
        done = self.to_layout()
        self.assertEqual([item["state"] for item in done["items"]], ["copied", "copied"])
        self.assertEqual(done["outcome"], "complete")
        self.assertEqual(done["failures"], [])
        self.tagdb("verify", "oci:" + self.layout)
        os.unlink(self.db)
        with Target() as far:
            place = far.url + "/mcr"
            done = self.mirror_json("--from", "oci:" + self.layout, "--to", place)
            self.assertEqual(sorted(item["reference"].rsplit("/", 1)[1] for item in done["items"]),
                             ["nanoserver:1809", "servercore:ltsc2019"])
            self.assert_whole(far, CORE, "ltsc2019")
            self.assert_whole(far, NANO, "1809")
            far.requests()
            again = self.mirror_json("--from", "oci:" + self.layout, "--to", place)
            self.assertEqual([item["state"] for item in again["items"]], ["unchanged", "unchanged"])
            self.assertEqual(again["blobs"]["sent"], 0)
            asked = far.requests()
            self.assertTrue(asked)
            self.assertEqual([r for r in asked if r.method not in ("GET", "HEAD")], [])

    def test_second_copy_into_a_layout_fetches_nothing(self):
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            arguments = ("servercore:ltsc2019", "--registry", registry.url, "--to", "oci:" + self.layout)
            self.mirror(*arguments)
            registry.requests()
            again = self.mirror_json(*arguments)
            self.assertEqual(again["items"][0]["state"], "unchanged")
            self.assertEqual([r for r in registry.requests() if "/blobs/" in r.path], [])
            # Another run adds its name, and takes none away.
            self.mirror("nanoserver:1809", "--registry", registry.url, "--to", "oci:" + self.layout)
        with open(os.path.join(self.layout, "index.json"), encoding="utf-8") as index:
            names = {e.get("annotations", {}).get("io.containerd.image.name") for e in json.load(index)["manifests"]}
        self.assertLessEqual({registry.host + "/" + CORE + ":ltsc2019", registry.host + "/" + NANO + ":1809"}, names)

    def test_registry_to_registry_each_with_its_own_certificates_and_credentials(self):
        with RealRegistry(self.source) as near, Target(tls=True, users={USER: SECRET}) as far:
            self.sync(near)
            auth = os.path.join(self.folder, "auth.json")
            with open(auth, "w", encoding="utf-8") as out:
                secret = base64.b64encode(("%s:%s" % (USER, SECRET)).encode()).decode()
                json.dump({"auths": {far.host: {"auth": secret}}}, out)
            config = os.path.join(self.folder, "tagdb.toml")
            with open(config, "w", encoding="utf-8") as out:
                out.write('[host."%s"]\nca-file = "%s"\nauthfile = "%s"\n' % (far.host, far.ca_file, auth))
            arguments = ("servercore:ltsc2019", "--registry", near.url, "--to", far.host + "/mcr", "--config", config)
            result = self.mirror(*arguments, "-vv")
            self.assertNotIn(secret, result.stderr)
            self.assert_whole(far, CORE, "ltsc2019")
            # And nothing is left where blobs lay on their way.
            spool = os.path.join(self.folder, "cache/tagdb/blobs")
            self.assertEqual([f for f in os.listdir(spool) if os.path.getsize(os.path.join(spool, f))], [])
            # Without the credentials nothing gets there.
            refused = self.mirror("nanoserver:1809", "--registry", near.url, "--to", far.host + "/mcr", "--ca-file",
                                  far.ca_file, expect=program.UNAUTHORISED)
            self.assertNotIn(SECRET, refused.stderr)

    def test_from_a_registry_whose_tags_say_what_is_meant(self):
        self.to_layout()
        os.unlink(self.db)
        with Target() as far:
            self.mirror("--from", "oci:" + self.layout, "--to", far.url + "/mcr")
            second = os.path.join(self.folder, "second")
            done = self.mirror_json("servercore:ltsc2019", "--from", far.url + "/mcr", "--to", "oci:" + second)
            self.assertEqual(done["items"][0]["reference"], "mcr.microsoft.com/" + CORE + ":ltsc2019")
            self.assertEqual(done["items"][0]["digest"], self.source.servercore.tags["ltsc2019"])
            every = self.mirror_json("servercore", "--all-tags", "--from", far.url + "/mcr", "--to", "oci:" + second)
            self.assertEqual([item["tag"] for item in every["items"]], ["ltsc2019"])
            missing = self.mirror("servercore:ltsc1999", "--from", far.url + "/mcr", "--to", "oci:" + second,
                                  expect=program.NOT_FOUND)
            self.assert_sentence(missing, "ltsc1999")
        self.tagdb("verify", "oci:" + second)

    def test_a_registry_that_refuses_urls_is_not_asked_again_and_the_setting_is_shown(self):
        self.to_layout("servercore:ltsc2019")
        with RealRegistry() as far:
            result = self.mirror("--from", "oci:" + self.layout, "--to", far.url + "/mcr", expect=None)
            self.assertIn(result.code, (program.PARTIAL, program.NETWORK), str(result))
            self.assert_sentence(result, "urls", "allow")
            refused = [r for r in far.requests() if r.method == "PUT" and "/manifests/" in r.path]
            self.assertEqual(len(refused), 1)
            with self.assertRaises(urllib.error.HTTPError):
                self.ask(far, "/v2/mcr/" + CORE + "/manifests/ltsc2019")

    def test_a_layer_that_cannot_be_had_is_listed_and_its_name_stays_away(self):
        gone = self.layer(CORE, 1)
        self.source.servercore.drop(gone)
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            arguments = ("servercore:ltsc2019", "nanoserver:1809", "--registry", registry.url, "--to",
                         "oci:" + self.layout)
            done = self.mirror_json(*arguments, expect=program.PARTIAL)
            self.assertEqual(done["outcome"], "partial")
            self.assertEqual([item["state"] for item in done["items"]], ["failed", "copied"])
            self.assertEqual([(f["reference"], f["stage"], f["status"]) for f in done["failures"]],
                             [(CORE + ":ltsc2019", "blob", 404)])
            self.assertIn(gone, done["failures"][0]["message"])
            self.tagdb("verify", "oci:" + self.layout)
            self.source.servercore.restore(gone)
            registry.update()
            done = self.mirror_json(*arguments)
            self.assertEqual([item["state"] for item in done["items"]], ["copied", "unchanged"])
            self.assertEqual(done["blobs"]["sent"], 1)

    # -- what is meant --------------------------------------------------------------------------------

    def test_at_and_since(self):
        with RealRegistry(self.source) as registry:
            self.sync(registry, at="2020-02-19 02:11:09")
            self.source.publish(CORE, SECOND, ["ltsc2019"], "2020-03-07T00:00:00Z")
            registry.update()
            self.sync(registry, at="2020-03-11 02:00:00")
            to = ("--registry", registry.url, "--to", "oci:" + self.layout)
            then = self.mirror_json("ltsc2019", "--at", "2020-02-20", *to)
            tags = self.source.servercore.tags
            self.assertEqual([(i["tag"], i["digest"]) for i in then["items"]], [("ltsc2019", tags[FIRST])])
            now = self.mirror_json("ltsc2019", *to)
            self.assertEqual([(i["tag"], i["digest"]) for i in now["items"]], [("ltsc2019", tags[SECOND])])
            both = self.mirror_json("ltsc2019", "--since", "2020-02-20", *to)
            self.assertEqual(sorted((i["tag"], i["digest"]) for i in both["items"]),
                             [(FIRST, tags[FIRST]), (SECOND, tags[SECOND])])
            later = self.mirror_json("ltsc2019", "--since", "2020-03-12", *to)
            self.assertEqual([i["tag"] for i in later["items"]], [SECOND])
        # The database says what was meant, a layout has the bytes: no registry is needed.
        second = "oci:" + os.path.join(self.folder, "second")
        done = self.mirror_json("ltsc2019", "--at", "2020-02-20", "--from", "oci:" + self.layout, "--to", second,
                                "--platform", "windows/amd64:10.0.17763", "--offline")
        self.assertEqual([(i["tag"], i["digest"]) for i in done["items"]], [("ltsc2019", tags[FIRST])])
        self.tagdb("verify", second)
        self.tagdb("verify", "oci:" + self.layout)

    def test_kinds_and_metadata_only(self):
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            to = ("--registry", registry.url, "--to", "oci:" + self.layout)
            registry.requests()
            done = self.mirror_json("servercore", "--kind", "floating", "--metadata-only", *to)
            self.assertEqual(sorted(i["tag"] for i in done["items"]), ["1809", "ltsc2019"])
            self.assertEqual({tuple(i["leftOut"]) for i in done["items"]}, {("layers",)})
            self.assertFalse(os.path.exists(self.blob(self.layer(CORE, 0))))
            self.tagdb("verify", "oci:" + self.layout)
            done = self.mirror_json("servercore", "nanoserver", "--all-tags", *to)
            self.assertEqual(sorted(i["tag"] for i in done["items"]), [FIRST, FIRST, "1809", "1809", "ltsc2019"])
            self.assertTrue(os.path.exists(self.blob(self.layer(CORE, 0))))

    def test_what_is_refused(self):
        layout = "oci:" + self.layout
        for name, arguments, code, words in [
                ("no target", ("ltsc2019",), program.USAGE, ["--to"]),
                ("no image", ("--to", layout), program.USAGE, ["which images"]),
                ("both times", ("ltsc2019", "--at", "2020-02-20", "--since", "2020-02-20", "--to", layout),
                 program.USAGE, ["--since"]),
                ("a rate of nothing", ("ltsc2019", "--limit-rate", "0", "--to", layout), program.USAGE, ["rate"]),
                ("offline", ("ltsc2019", "--offline", "--to", layout), program.USAGE, ["--offline"]),
                ("no layout", ("--from", layout, "--to", layout + "2"), program.NOT_FOUND, ["layout"]),
                ("no database", ("ltsc2019", "--to", layout), program.NOT_FOUND, ["database"]),
                ("no place", ("ltsc2019", "--from", layout, "--to", "Not A Host/x"), program.USAGE, ["Not A Host"])]:
            with self.subTest(name):
                self.assert_sentence(self.mirror(*arguments, expect=code), *words)
                self.assertFalse(os.path.exists(self.layout))

    # -- progress and readers -------------------------------------------------------------------------

    def test_progress_as_json(self):
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            result = self.mirror("servercore:ltsc2019", "--registry", registry.url, "--to", "oci:" + self.layout,
                                 "--progress", "json")
        lines = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
        ended = {line["digest"]: line["arrived"] for line in lines if line["progress"] == "blobFinished"}
        self.assertEqual([ended[self.layer(CORE, number)] for number in (0, 1)], [True, True])
        self.assertEqual([line["images"] for line in lines if line["progress"] == "planned"], [1])

    def test_limit_rate(self):
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            began = time.monotonic()
            self.mirror("servercore:ltsc2019", "--registry", registry.url, "--to", "oci:" + self.layout,
                        "--limit-rate", "200k")
            # 400 kB at 200 kB/s; a burst at the beginning is allowed.
            self.assertGreater(time.monotonic() - began, 0.9)

    def test_interrupted_and_gone_on_with(self):
        self.source.publish(CORE, SECOND, ["ltsc2019"], "2020-03-07T00:00:00Z", size=3_000_000)
        with RealRegistry(self.source) as registry:
            self.sync(registry)
            arguments = ("servercore:ltsc2019", "--registry", registry.url, "--to", "oci:" + self.layout)
            process = self.start("mirror", *arguments, "--limit-rate", "300k", "--progress", "json")
            for line in process.stderr:
                if line.startswith("{") and json.loads(line).get("bytesDone", 0) > 0:
                    break
            process.terminate()
            _, errors = process.communicate(timeout=program.TIMEOUT)
            self.assertEqual(process.returncode, program.INTERRUPTED, errors)
            self.assertEqual(self.mirror_json(*arguments)["outcome"], "complete")
        self.tagdb("verify", "oci:" + self.layout)

    def test_skopeo_reads_both(self):
        if not shutil.which("skopeo"):
            self.skipTest("skopeo is not there")
        self.to_layout()
        listed = self.source.servercore.tags["ltsc2019"]
        platform = images.entries(self.source.servercore.manifests[listed][1])[0]
        with open(os.path.join(self.layout, "index.json"), encoding="utf-8") as index:
            names = [e["annotations"].get("org.opencontainers.image.ref.name")
                     for e in json.load(index)["manifests"] if "annotations" in e]
        name = [n for n in names if n and n.endswith(CORE + ":ltsc2019")][0]
        raw = self.skopeo("inspect", "--raw", "oci:%s:%s" % (self.layout, name))
        self.assertEqual([m["digest"] for m in json.loads(raw)["manifests"]], [platform])
        with Target() as far:
            self.mirror("--from", "oci:" + self.layout, "--to", far.url + "/mcr")
            raw = self.skopeo("inspect", "--raw", "--tls-verify=false",
                              "docker://%s/mcr/%s:ltsc2019" % (far.host, CORE))
            self.assertEqual(digest_of(raw), listed)
            # Under the original's name, by what --emit prints.
            conf = os.path.join(self.folder, "registries.conf")
            with open(conf, "w", encoding="utf-8") as out:
                out.write(self.mirror("--emit", "registries.conf", "--to", far.url + "/mcr").stdout)
            raw = self.skopeo("inspect", "--raw", "docker://mcr.microsoft.com/%s:ltsc2019" % CORE, conf=conf)
            self.assertEqual(digest_of(raw), listed)

    def skopeo(self, command, *arguments, conf=None):
        options = ["--override-os", "windows", "--override-arch", "amd64"]
        options += ["--registries-conf", conf] if conf else []
        done = subprocess.run(["skopeo", *options, command, *arguments],
                              capture_output=True, timeout=program.TIMEOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    # -- care -----------------------------------------------------------------------------------------

    def test_verify_finds_damage_and_gc_drops_orphans(self):
        self.to_layout()
        layout = "oci:" + self.layout
        orphan = self.blob(digest_of(b"nobody's"))
        with open(orphan, "wb") as out:
            out.write(b"nobody's")
        found = self.tagdb("verify", layout, "--format", "json").json()
        self.assertEqual((found["outcome"], found["items"][0]["orphans"]), ("complete", [digest_of(b"nobody's")]))
        self.assertEqual(self.tagdb("gc", layout, "--format", "json").json()["items"], [])  # too young
        would = self.tagdb("gc", layout, "--grace", "0s", "--format", "json", at="2100-01-01 00:00:00").json()
        self.assertEqual(([i["size"] for i in would["items"]], would["removed"]), ([8], False))
        self.assertTrue(os.path.exists(orphan))
        self.tagdb("gc", layout, "--grace", "0s", "--write", at="2100-01-01 00:00:00")
        self.assertFalse(os.path.exists(orphan))
        self.tagdb("verify", layout)

        layer = self.blob(self.layer(CORE, 1))
        with open(layer, "r+b") as out:
            out.write(b"\0")
        os.unlink(self.blob(self.layer(CORE, 0)))
        found = self.tagdb("verify", layout, "--format", "json", expect=program.INTEGRITY).json()
        self.assertEqual(found["outcome"], "failed")
        self.assertLessEqual({(f["code"], f["digest"]) for f in found["failures"]},
                             {("damaged", self.layer(CORE, 1)), ("missing", self.layer(CORE, 0))})
        self.assertEqual(len({f["digest"] for f in found["failures"]}), 2)
        self.tagdb("verify", layout + "-not-there", expect=program.NOT_FOUND)
        self.tagdb("gc", self.layout, expect=program.USAGE)


if __name__ == "__main__":
    program.main()
