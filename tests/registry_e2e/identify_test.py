"""Which base is under an image: of what is recorded, and of what a real registry has beside it."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import catalogue  # noqa: E402
import images  # noqa: E402
import program  # noqa: E402
from real_registry import RealRegistry  # noqa: E402

BASE = "10.0.17763.1040"


class IdentifyTest(program.E2eTest):
    def setUp(self):
        super().setUp()
        self.catalogue = catalogue.quickstart(until="2020-03-31")
        self.app = self.catalogue.repository("team/app")

    def build(self, tag, base=BASE, repository=None, index=None, **options):
        """Publishes team/app:TAG, built on a base image; returns its config. `index` lists it behind an attestation,
        as buildx does."""
        repository = repository or self.catalogue.servercore
        manifest = repository.manifests[repository.amd64(base)][1]
        config = repository.configs[images.config_of(manifest)]
        manifest, config = images.derive(manifest, config, tag, **options)
        self.app.put_config(config)
        self.app.tags[tag] = self.app.put_manifest(images.MANIFEST, manifest)
        if index:
            listed = [{"mediaType": images.MANIFEST, "size": 1, "digest": images.sha256("attestation"),
                       "platform": {"os": "unknown", "architecture": "unknown"}},
                      {"mediaType": images.MANIFEST, "size": len(manifest), "digest": self.app.tags[tag],
                       "platform": {"os": "windows", "architecture": "amd64", "os.version": base}}]
            self.app.tags[tag] = self.app.put_manifest(images.LIST, json.dumps(
                {"schemaVersion": 2, "mediaType": images.LIST, "manifests": listed}).encode())
            # The registry holds the list without its attestation.
        return config

    def identify(self, registry, *arguments, **options):
        return self.tagdb("identify", "--registry", registry.url, "--format", "json", *arguments, **options)

    def test_online(self):
        self.build("1.0")
        self.build("2.0", index=True)
        self.build("nano", repository=self.catalogue.nanoserver)
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            registry.requests()
            core = self.identify(registry, "--online", "team/app:1.0").json()
            asked = [(r.method, r.path.split("/")[4]) for r in registry.requests()]
            many = self.identify(registry, "--online", "team/app:2.0", "team/app:nano", "team/app@" + self.app.tags["1.0"])
            reference = "%s/team/app:1.0" % registry.host
            named = self.identify(registry, "--online", reference).json()
            missing = self.identify(registry, "--online", "team/app:9", "team/app:1.0", expect=None)
            stored = self.identify(registry, "--online", "ltsc2019")
            offline = self.identify(registry, "team/app:1.0", expect=program.NOT_FOUND)
        self.assertEqual((core["repository"], core["revision"], core["match"]), ("windows/servercore", BASE, "diffIds"))
        self.assertEqual(core["kb"], "KB4546852")
        self.assertEqual(core["layers"], {"base": 2, "image": 3, "rebuilt": False})
        self.assertEqual(core["registry"], registry.host)
        self.assertIn("%s/windows/servercore:%s@sha256:" % (registry.host, BASE), core["reference"])
        self.assertEqual(core["behind"], 1)
        # One HEAD and the manifest for the tag, and the config: no layer is asked for.
        self.assertEqual(asked, [("HEAD", "manifests"), ("GET", "manifests"), ("GET", "blobs")])
        answers = [json.loads(line) for line in many.stdout.splitlines()]
        self.assertEqual([(a["repository"], a["match"]) for a in answers],
                         [("windows/servercore", "diffIds"), ("windows/nanoserver", "diffIds"),
                          ("windows/servercore", "diffIds")])
        self.assertEqual(named["revision"], BASE)
        self.assertNotEqual(missing.code, 0)
        self.assertIn("team/app:9", missing.stderr)
        self.assertEqual(json.loads(missing.stdout)["revision"], BASE)
        self.assertEqual(stored.json()["match"], "digest")
        self.assert_sentence(offline, "--online" if "--online" in offline.stderr else "never crawled")

    def test_nothing_is_stored(self):
        self.build("1.0")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            before = self.rows("SELECT count(*) FROM content"), self.rows("SELECT count(*) FROM repository")
            self.identify(registry, "--online", "team/app:1.0")
        self.assertEqual((self.rows("SELECT count(*) FROM content"), self.rows("SELECT count(*) FROM repository")), before)

    def test_rebuilt_layers(self):
        self.build("again", recompress=True)
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            answer = self.identify(registry, "--online", "team/app:again").json()
            text = self.tagdb("identify", "--registry", registry.url, "--online", "team/app:again").stdout
        self.assertEqual((answer["revision"], answer["match"], answer["layers"]["rebuilt"]), (BASE, "diffIds", True))
        self.assertIn("compressed anew", text)

    def test_wrong_label(self):
        """Tagged and labelled for one build, built on another: the layers tell."""
        self.build("1.0", os_version="10.0.20348.473")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            answer = self.identify(registry, "--online", "team/app:1.0").json()
        self.assertEqual(answer["revision"], BASE)
        self.assertEqual([w["code"] for w in answer["warnings"]], ["contradiction"])

    def test_images_of_the_record_and_pasted_ones(self):
        """With the registry gone: docker inspect, docker images, an ID, layers, a config."""
        config = self.build("1.0")
        core = self.catalogue.servercore
        manifest = core.amd64(BASE)
        base_id = images.config_of(core.manifests[manifest][1])
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
        parsed = json.loads(config)
        diff_ids = parsed["rootfs"]["diff_ids"]
        path = os.path.join(self.folder, "config.json")
        with open(path, "wb") as out:
            out.write(config)
        inspected = [{"Id": "sha256:" + "1" * 64, "RepoTags": ["app:1.0"], "RepoDigests": [], "Os": "windows",
                      "OsVersion": BASE, "Architecture": "amd64", "RootFS": {"Type": "layers", "Layers": diff_ids}}]
        table = "REPOSITORY   TAG   IMAGE ID       CREATED        SIZE\n"
        row = "mine   1   %s   2 weeks ago   5GB\n"
        cases = [("docker inspect", [], json.dumps(inspected, indent=4), "diffIds"),
                 ("config", [path], None, "diffIds"),
                 ("layers", diff_ids, None, "diffIds"),
                 ("layers, piped", ["-"], "\n".join(diff_ids), "diffIds"),
                 ("docker images", ["-"], table + row % base_id[7:19], "digest"),
                 ("docker images, containerd store: the index", ["-"], table + row % core.tags[BASE][7:19], "digest"),
                 ("docker images, containerd store: the manifest", ["-"], table + row % manifest[7:19], "digest"),
                 ("docker images --no-trunc", ["-"], table + row % base_id, "digest"),
                 ("docker images -q", ["-"], base_id[7:19] + "\n", "digest"),
                 ("an ID", [base_id[7:19]], None, "digest"),
                 ("a digest", [core.tags[BASE]], None, "digest"),
                 ("a tag", [BASE], None, "digest")]
        for name, arguments, stdin, match in cases:
            with self.subTest(name):
                answer = self.tagdb("identify", "--format", "json", *arguments, stdin=stdin or "").json()
                self.assertEqual((answer["repository"], answer["revision"], answer["match"]),
                                 ("windows/servercore", BASE, match))

    def test_history_names_the_base_where_layers_do_not(self):
        config = json.loads(self.build("1.0"))
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
        config["rootfs"]["diff_ids"] = [images.sha256("squashed")]
        del config["os.version"]
        answer = self.tagdb("identify", "--format", "json", stdin=json.dumps(config)).json()
        self.assertEqual((answer["repository"], answer["revision"], answer["match"]), ("windows/servercore", BASE, "history"))

    def test_another_system(self):
        manifest, config = images.derive(*self._alpine(), "x")
        self.app.put_config(config)
        self.app.tags["linux"] = self.app.put_manifest(images.MANIFEST, manifest)
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            answer = self.identify(registry, "--online", "team/app:linux").json()
        self.assertEqual((answer["os"], answer["match"]), ("linux", None))

    @staticmethod
    def _alpine():
        config = {"architecture": "amd64", "os": "linux", "os.version": "", "history": [],
                  "rootfs": {"type": "layers", "diff_ids": [images.sha256("alpine")]}}
        return json.dumps({"layers": [{"mediaType": images.LAYER, "size": 5, "digest": images.sha256("a")}]}), json.dumps(config)

    def test_registry_is_gone(self):
        self.build("1.0")
        with RealRegistry(self.catalogue) as registry:
            self.sync(registry)
            url = registry.url
        result = self.tagdb("identify", "--registry", url, "--online", "team/app:1.0", expect=program.NETWORK)
        self.assert_sentence(result, "team/app:1.0")


if __name__ == "__main__":
    program.main()
