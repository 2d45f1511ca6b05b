"""Lays a catalogue down for a server: docker-registry's storage folder, or plain files for nginx.

docker-registry serves whatever lies in its folder verbatim. That is the only way to make it hold the real
manifests: a PUT of them is refused where a child is missing or a layer has a URL.
"""

import json
import os
import resource
import shutil


def _write(path, data):
    """Writes through a second name, so that a running server never reads half a file."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = path + ".new"
    with open(temporary, "wb") as out:
        out.write(data)
    os.replace(temporary, path)


def _create(path, data):
    """Writes content that nothing refers to yet: no second name needed, and faster by the thousand."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)


def write_storage(catalogue, root, laid):
    """`laid` remembers what this folder holds already: repository -> {tag: digest or ""}, and the blobs."""
    base = os.path.join(root, "docker/registry/v2")
    blobs = laid.setdefault("blobs", set())
    for repo in catalogue.repositories.values():
        folder = os.path.join(base, "repositories", repo.name)
        os.makedirs(os.path.join(folder, "_manifests/tags"), exist_ok=True)
        for digest, data in _content(repo):
            path = _blob_path(base, digest)
            if digest in repo.dropped:
                if digest in blobs:
                    shutil.rmtree(os.path.dirname(path), ignore_errors=True)
                    blobs.discard(digest)
            elif digest not in blobs:
                _create(path, data)
                blobs.add(digest)
            links = laid.setdefault("links", set())
            kind = "_manifests/revisions" if digest in repo.manifests else "_layers"
            link = os.path.join(folder, kind, "sha256", digest[7:], "link")
            if link not in links:
                _create(link, digest.encode())
                links.add(link)
        _write_tags(repo, folder, laid.setdefault(repo.name, {}))


def _content(repo):
    for digest, (_, data) in repo.manifests.items():
        yield digest, data
    yield from repo.configs.items()


def _blob_path(base, digest):
    return os.path.join(base, "blobs/sha256", digest[7:9], digest[7:], "data")


def _write_tags(repo, folder, known):
    for tag in [t for t in known if t not in repo.tags]:
        shutil.rmtree(os.path.join(folder, "_manifests/tags", tag), ignore_errors=True)
        del known[tag]
    for tag, digest in repo.tags.items():
        target = "" if tag in repo.broken else digest
        if known.get(tag) == target:
            continue
        path = os.path.join(folder, "_manifests/tags", tag)
        if target:
            _write(os.path.join(path, "current/link"), digest.encode())
        else:
            # The folder alone makes the tag appear in the list; without a link it cannot be resolved.
            shutil.rmtree(os.path.join(path, "current"), ignore_errors=True)
            os.makedirs(path, exist_ok=True)
        known[tag] = target


NGINX = """# Generated: a catalogue as static files.
worker_processes 1;
daemon off;
error_log {root}/error.log warn;
worker_rlimit_nofile {files};
pid {root}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  client_body_temp_path {root}/tmp/body; proxy_temp_path {root}/tmp/proxy; fastcgi_temp_path {root}/tmp/fastcgi;
  uwsgi_temp_path {root}/tmp/uwsgi; scgi_temp_path {root}/tmp/scgi;
  open_file_cache max={cached} inactive=600s;
  open_file_cache_valid 600s;
  map_hash_max_size 262144;
  map_hash_bucket_size 256;
  types {{ }}
  default_type "";
  map $uri $registry_type {{ default application/octet-stream; include {root}/types.map; }}
  map $uri $registry_digest {{ default ""; include {root}/digests.map; }}
  server {{
    listen 127.0.0.1:{port}{tls};
    {certificate}
    root {root}/files;
    location / {{
      add_header Content-Type $registry_type;
      add_header Docker-Content-Digest $registry_digest;
      add_header Docker-Distribution-Api-Version registry/2.0;
    }}
  }}
}}
"""


def write_static(catalogue, root, port, certificate=None):
    """`certificate` is (certificate file, key file): then the server speaks TLS and HTTP/2."""
    root = os.path.abspath(root)
    os.makedirs(os.path.join(root, "tmp"), exist_ok=True)
    types, digests = [], []

    def place(uri, data, media_type, digest):
        path = root + "/files" + uri
        _create(path, data)
        types.append('"%s" "%s";\n' % (uri, media_type))
        if digest:
            digests.append('"%s" "%s";\n' % (uri, digest))
        return path

    for repo in catalogue.repositories.values():
        base = "/v2/" + repo.name
        listed = json.dumps({"name": repo.name, "tags": repo.tag_names()}).encode()
        place(base + "/tags/list", listed, "application/json", "")
        paths = {}
        for digest, (media_type, data) in repo.manifests.items():
            if digest not in repo.dropped:
                paths[digest] = place(base + "/manifests/" + digest, data, media_type, digest)
        for digest, data in repo.configs.items():
            if digest not in repo.dropped:
                place(base + "/blobs/" + digest, data, "application/octet-stream", digest)
        for tag, digest in repo.tags.items():
            if tag in repo.broken or digest not in paths:
                continue
            uri = base + "/manifests/" + tag
            if os.path.lexists(root + "/files" + uri):
                os.unlink(root + "/files" + uri)
            os.link(paths[digest], root + "/files" + uri)
            types.append('"%s" "%s";\n' % (uri, repo.manifests[digest][0]))
            digests.append('"%s" "%s";\n' % (uri, digest))
    for name, lines in (("types.map", types), ("digests.map", digests)):
        _create(os.path.join(root, name), "".join(lines).encode())
    tls, lines = "", ""
    if certificate:
        tls = " ssl http2"
        lines = "ssl_certificate %s; ssl_certificate_key %s;" % certificate
    # Each cached file is an open one: the cache must leave room for connections.
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = 200000 if files == resource.RLIM_INFINITY else min(files, 200000)
    conf = NGINX.format(root=root, port=port, tls=tls, certificate=lines, files=files, cached=max(files - 2000, 100))
    _create(os.path.join(root, "nginx.conf"), conf.encode())
