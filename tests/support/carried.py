"""Images to carry, layers and all, and a registry that takes them."""

import hashlib
import json

import catalogue
import images
from real_registry import RealRegistry


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def described(media_type, data, **more):
    return {"mediaType": media_type, "size": len(data), "digest": digest_of(data), **more}


def bytes_of(seed, size):
    """Bytes that do not repeat: a part in the wrong place shows."""
    block = b"".join(hashlib.sha256(b"%s/%d" % (seed.encode(), i)).digest() for i in range(size // 32 + 1))
    return block[:size]


class Source(catalogue.Catalogue):
    """Base images whose layers are there, a foreign and an ordinary one, and small enough to carry."""

    def publish(self, repo, version, floating, created, size=200_000):
        repo = self.repository(repo)
        config = json.dumps({"os": "windows", "architecture": "amd64", "os.version": version, "created": created,
                             "rootfs": {"type": "layers", "diff_ids": [images.sha256(version)]}}).encode()
        foreign, own = bytes_of("base/" + repo.name, size), bytes_of("update/" + repo.name + version, size)
        url = "https://mcr.microsoft.com/v2/%s/blobs/%s" % (repo.name, digest_of(foreign))
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": images.MANIFEST, "config": described(images.CONFIG, config),
            "layers": [described(images.FOREIGN_LAYER, foreign, urls=[url]), described(images.LAYER, own)]}).encode()
        platform = {"os": "windows", "architecture": "amd64", "os.version": version}
        index = json.dumps({"schemaVersion": 2, "mediaType": images.LIST,
                            "manifests": [described(images.MANIFEST, manifest, platform=platform)]}, indent=3).encode()
        for data in (config, foreign, own):
            repo.put_config(data)
        repo.put_manifest(images.MANIFEST, manifest)
        listed = repo.put_manifest(images.LIST, index)
        for tag in [version, *floating]:
            repo.tags[tag] = listed
        return listed


class Target(RealRegistry):
    """Takes manifests whose layers have URLs, as the README sets it."""

    def _config(self, port):
        return super()._config(port) + "validation:\n  manifests:\n    urls:\n      allow: ['^https://mcr\\.microsoft\\.com/']\n"
