"""What a misbehaving registry does to one answer. Each function returns a change of a Response; the fault
server applies it where a rule says so. All are deterministic and none sleeps for long by itself."""

import email.utils
import time


class Response:
    """An answer about to be sent. `transport` says how: a dict of reset, truncate, trickle, stall, stream."""

    def __init__(self, status=200, headers=None, body=b""):
        self.status = status
        self.headers = dict(headers or {})
        self.body = body
        self.transport = {}


def error(code, message="", status=404):
    """A registry's own error document."""
    body = b'{"errors":[{"code":"%s","message":"%s"}]}' % (code.encode(), message.encode())
    return Response(status, {"Content-Type": "application/json"}, body)


def status(code, retry_after=None, body=b"", content_type="text/plain"):
    """Another status. retry_after: seconds, "date:SECONDS" (an HTTP date so many seconds ahead), or any text."""

    def change(_):
        response = Response(code, {"Content-Type": content_type}, body)
        if retry_after is not None:
            value = str(retry_after)
            if value.startswith("date:"):
                value = email.utils.formatdate(time.time() + float(value[5:]), usegmt=True)
            response.headers["Retry-After"] = value
        return response

    return change


def reset():
    """The connection is reset (RST) before a byte of the answer."""
    return _transport(reset=True)


def closed():
    """The connection is closed, politely, before a byte of the answer."""
    return _transport(close=True)


def truncated(keep=0.5):
    """Full Content-Length, a part of the body, then the end of the connection."""
    return _transport(truncate=keep)


def trickle(size=16, delay=0.01):
    """The body in small pieces: slow, but whole."""
    return _transport(trickle=(size, delay))


def stall(after=0.5):
    """A part of the body (nothing at all for HEAD), then silence until the server is stopped."""
    return _transport(stall=after)


def header(name, value):
    """One header set, or with None left out."""

    def change(response):
        response.headers = {k: v for k, v in response.headers.items() if k.lower() != name.lower()}
        if value is not None:
            response.headers[name] = value
        return response

    return change


def wrong_digest_header():
    return header("Docker-Content-Digest", "sha256:" + "ab" * 32)


def no_digest_header():
    return header("Docker-Content-Digest", None)


def content_type(value):
    return header("Content-Type", value)


def wrong_bytes():
    """One byte of the body differs; everything else claims that it does not."""

    def change(response):
        if response.body:
            response.body = response.body[:-1] + bytes([response.body[-1] ^ 1])
        return response

    return change


def redirect(location, code=307):
    """`location` may hold {path}, which the server fills in."""

    def change(_):
        return Response(code, {"Location": location}, b"")

    return change


def login_page():
    """What a captive portal or a proxy answers: 200 and HTML."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>password</form></body></html>"
    return lambda _: Response(200, {"Content-Type": "text/html; charset=utf-8"}, page)


def html_error(code=502):
    page = b"<html><head><title>%d Bad Gateway</title></head><body><center>nginx</center></body></html>" % code
    return lambda _: Response(code, {"Content-Type": "text/html"}, page)


def huge(size=100 * 1024 * 1024):
    """A body of `size` bytes under the right Content-Type, made while it is sent."""

    def change(response):
        response.headers.pop("Docker-Content-Digest", None)
        response.body = b""
        response.transport["stream"] = size
        return response

    return change


def nested(depth=300000):
    """JSON of nothing but opening brackets."""

    def change(response):
        response.headers.pop("Docker-Content-Digest", None)
        response.body = b'{"schemaVersion":2,"manifests":' + b"[" * depth
        return response

    return change


def body(data, media_type="application/json"):
    return lambda _: Response(200, {"Content-Type": media_type}, data)


def schema1():
    """The signed manifest of old, which a registry gives to clients that do not say what they accept."""
    data = b'{"schemaVersion":1,"name":"windows/servercore","tag":"x","architecture":"amd64","fsLayers":[],"history":[]}'
    return body(data, "application/vnd.docker.distribution.manifest.v1+prettyjws")


def _transport(**how):
    def change(response):
        response.transport.update(how)
        return response

    return change
