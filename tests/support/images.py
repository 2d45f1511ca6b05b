"""One Windows base image as bytes: index, platform manifests, configs, in the shape of its release date.

The shapes were taken from published manifests; the dates say when the real registry changed them:
  2022-05-10  compact indexes instead of three-space indentation; `os.features: ["win32k"]` for servercore;
              docker-style configs instead of `rootfS` ones
  2023-06-13  ordinary layers instead of foreign ones with `urls`
  2021-08-01  nanoserver 1809 loses its arm entry
"""

import datetime
import functools
import hashlib
import json
from collections import namedtuple

LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"

COMPACT_SINCE = "2022-05-10"
ORDINARY_LAYERS_SINCE = "2023-06-13"
NO_ARM_SINCE = "2021-08-01"

# The base layer under the monthly update layer changes seldom; images between two dates share it.
REBASES = ["2016-01-01", "2020-05-12", "2022-05-10", "2023-01-10", "2023-06-13", "2024-09-10", "2025-10-14", "2026-01-13"]

NAMES = {"14393": "1607", "17763": "1809", "20348": "2022", "26100": "2025"}

Image = namedtuple("Image", "index manifests configs")


def sha256(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _number(text, low, high):
    return low + int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % (high - low)


def _compact(document):
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


@functools.lru_cache(maxsize=None)
def created_of(date, edition=""):
    """When the image was built: five days before a second Tuesday, three before any other day."""
    day = datetime.date.fromisoformat(date)
    patch_tuesday = day.weekday() == 1 and 8 <= day.day <= 14
    made = day - datetime.timedelta(days=5 if patch_tuesday else 3)
    if edition:
        made += datetime.timedelta(days=1)
    return made.isoformat() + "T%02d:22:59" % _number(date + edition, 0, 23)


def _layers(repo, version, date, architecture, locale, edition):
    """(seed, size) of each layer: a base shared between rebases and, in servercore, a monthly update."""
    build = version.split(".")[2]
    base = max(day for day in REBASES if day <= date)
    if "nanoserver" in repo:
        seed = "/".join(["nano", version, architecture, locale, edition])
        return [(seed, _number(seed, 100_000_000, 122_000_000))]
    under = "/".join(["core", build, base, locale])
    update = "/".join(["update", version, architecture, locale, edition])
    return [(under, _number(under, 1_200_000_000, 1_720_000_000)), (update, _number(update, 380_000_000, 970_000_000))]


def _config(repo, version, date, architecture, seeds, locale, edition):
    created = created_of(date, edition)
    build = version.split(".")[2]
    diff_ids = [sha256("diff/" + seed) for seed in seeds]
    if date < COMPACT_SINCE:
        name = NAMES.get(build, build) + ("-" + locale if locale else "")
        texts = ["Apply image %s-RTM-%s" % (name, architecture), "Install update %s-%s" % (name, architecture)]
        stamp = created + ".0761106+00:00"
        document = {
            "architecture": architecture, "os": "windows", "os.version": version, "created": stamp,
            "history": [{"created": stamp, "created_by": text} for text in texts[:len(seeds)]],
            "rootfS": {"type": "layers", "diff_ids": diff_ids},
            "config": {"user": "ContainerUser" if "nano" in repo else "ContainerAdministrator",
                       "cmd": ["c:\\windows\\system32\\cmd.exe"]},
        }
    else:
        texts = ["Apply image 10.0.%s.1" % build, "Install update " + version]
        if len(seeds) == 1:
            texts = ["Apply image " + version]
        stamp = created + ".397994Z"
        document = {
            "architecture": architecture,
            "config": {"Hostname": "", "Domainname": "", "User": "ContainerUser", "AttachStdin": False,
                       "AttachStdout": False, "AttachStderr": False, "Tty": False, "OpenStdin": False,
                       "StdinOnce": False, "Env": None, "Cmd": ["c:\\windows\\system32\\cmd.exe"], "Image": "",
                       "Volumes": None, "WorkingDir": "", "Entrypoint": None, "OnBuild": None, "Labels": None},
            "created": stamp,
            "history": [{"created": stamp, "created_by": text} for text in texts],
            "os": "windows", "os.version": version,
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        }
    return _compact(document)


def _manifest(repo, date, config, layers):
    described = []
    for seed, size in layers:
        digest = sha256("layer/" + seed)
        layer = {"mediaType": LAYER, "size": size, "digest": digest}
        if date < ORDINARY_LAYERS_SINCE:
            layer["mediaType"] = FOREIGN_LAYER
            layer["urls"] = ["https://mcr.microsoft.com/v2/%s/blobs/%s" % (repo, digest)]
        described.append(layer)
    document = {
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": "sha256:" + hashlib.sha256(config).hexdigest()},
        "layers": described,
    }
    return _compact(document)


def make(repo, version, date, locale="", edition=""):
    """The image of one revision as an Image. manifests[0] is the amd64 one."""
    architectures = ["amd64"]
    if "nanoserver" in repo and version.startswith("10.0.17763.") and date < NO_ARM_SINCE:
        architectures.append("arm")
    manifests, configs, listed = [], [], []
    for architecture in architectures:
        layers = _layers(repo, version, date, architecture, locale, edition)
        config = _config(repo, version, date, architecture, [seed for seed, _ in layers], locale, edition)
        manifest = _manifest(repo, date, config, layers)
        platform = {"architecture": architecture, "os": "windows", "os.version": version}
        if "servercore" in repo and date >= COMPACT_SINCE:
            platform["os.features"] = ["win32k"]
        listed.append({"mediaType": MANIFEST, "size": len(manifest),
                       "digest": "sha256:" + hashlib.sha256(manifest).hexdigest(), "platform": platform})
        manifests.append(manifest)
        configs.append(config)
    document = {"schemaVersion": 2, "mediaType": LIST, "manifests": listed}
    index = json.dumps(document, indent=3).encode() if date < COMPACT_SINCE else _compact(document)
    return Image(index, manifests, configs)


def derive(manifest, config, name, recompress=False, os_version=None):
    """(manifest, config) of an image built on another one: its layers and history, and one more of each. With
    `recompress` the builder compressed all layers again: the same diff_ids, other digests and sizes."""
    below, base = json.loads(manifest), json.loads(config)
    root = base.get("rootfs") or base.get("rootFS") or base["rootfS"]
    document = {
        "architecture": base["architecture"], "os": base["os"], "os.version": os_version or base["os.version"],
        "created": "2024-07-01T08:00:00Z",
        "history": base["history"] + [{"created": "2024-07-01T08:00:00Z", "created_by": "COPY " + name}],
        "rootfs": {"type": "layers", "diff_ids": root["diff_ids"] + [sha256("diff/" + name)]},
    }
    own = _compact(document)
    layers = [{"mediaType": LAYER, "size": layer["size"] + 1, "digest": sha256("again/" + layer["digest"])}
              if recompress else {k: layer[k] for k in ("mediaType", "size", "digest")} for layer in below["layers"]]
    layers.append({"mediaType": LAYER, "size": 1000, "digest": sha256("layer/" + name)})
    document = {"schemaVersion": 2, "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, "size": len(own), "digest": "sha256:" + hashlib.sha256(own).hexdigest()},
                "layers": layers}
    return _compact(document), own


def entries(index):
    """The digests an index lists, in order."""
    return [entry["digest"] for entry in json.loads(index)["manifests"]]


def config_of(manifest):
    return json.loads(manifest)["config"]["digest"]
