"""An answer that is kept: its headers, its body compressed once for each way of it, its validators.

`ETag` is strong, of the words and the way they are compressed. `Last-Modified` is L, the second after the next one
that began after the answer was made (two seconds later, rounded down), and is sent only from then on. So a 304 for
If-Modified-Since >= L is right although pages may be a second old: whoever holds an L was answered at L or later,
with what was true at L - 1 or later; an entry whose own L is not after that was made before L - 1, and is true
still: nothing has changed in between.
"""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from http import HTTPStatus
from math import floor
from typing import Any

import brotli
from django.utils.http import http_date, parse_http_date_safe

VARY = ("Accept-Encoding", "Accept-Language", "Cookie", "HX-Request", "HX-Request-Type")
OURS = {"content-length", "content-encoding", "etag", "last-modified", "vary"}
AGAIN = {"cache-control", "content-language", "etag", "last-modified", "vary"}  # what a 304 says
TEXT = ("text/", "application/json", "application/feed+json", "application/xml", "application/rss", "application/atom")
WORTH_IT = 200  # bytes; less is sent as it is
OVERHEAD = 4_000  # bytes that an entry takes beside its bodies and ready answers: headers and keys
READY = 2_000  # bytes that a ready answer takes beside the words of its key: see ready_size()
LONGEST = 200  # characters of a header whose meaning is remembered
# Measured on 120 pages of the demo: 5 takes a thirtieth of the time of 11, for a seventh more bytes.
WAYS = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
Headers = list[tuple[str, str]]


def _weight(part: str) -> tuple[str, float]:
    """("gzip", 0.5) of "gzip;q=0.5"."""
    name, _, parameters = part.partition(";")
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return name.strip().lower(), min(max(float(value), 0.0), 1.0)
            except ValueError:
                return name.strip().lower(), 0.0
    return name.strip().lower(), 1.0


def _way(accept: str) -> str:
    """ "br", "gzip" or "identity": what Accept-Encoding likes best; of equals the smallest."""
    weights = dict(map(_weight, accept.split(",")))
    other = weights.get("*", 0.0)
    best = max(WAYS, key=lambda way: weights.get(way, other))
    weight = weights.get(best, other)
    return best if weight and weight >= weights.get("identity", 0.0) else "identity"


_known_way = lru_cache(256)(_way)


def way_of(accept: str) -> str:
    return _known_way(accept) if len(accept) <= LONGEST else _way(accept)


def _tags(header: str) -> set[str]:
    """The entity tags of an If-None-Match, compared weakly."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _vary(said: Iterable[str]) -> str:
    """VARY, and what else an answer said, each once."""
    names = {name.lower(): name for name in VARY}
    for header in said:
        for name in header.split(","):
            names.setdefault(name.strip().lower(), name.strip())
    return ", ".join(name for name in names.values() if name)


class Entry:
    """`stamp`: what was known to be true before it was made (see freshness.py), or None; `made`: when, in seconds
    since 1970; `read`: the post that is read by it, or None; `ready`: the keys of its ready answers.
    """

    __slots__ = ("body", "digest", "headers", "made", "packed", "read", "ready", "size", "stamp", "status", "used")

    def __init__(
        self, headers: Headers, body: bytes, *, stamp: Any, made: float, read: int | None, before: "Entry | None"
    ) -> None:
        """`before`: an earlier answer to the same question; if it said the same, it lends its compressed forms."""
        self.status = f"200 {HTTPStatus.OK.phrase}"
        self.body, self.stamp, self.made, self.read = body, stamp, made, read
        self.headers = [(name, value) for name, value in headers if name.lower() not in OURS]
        self.headers.append(("Vary", _vary(value for name, value in headers if name.lower() == "vary")))
        self.used, self.ready = False, []
        if before and before.body == body:
            self.body, self.digest, self.packed = before.body, before.digest, before.packed
        else:
            self.digest, self.packed = blake2b(body, digest_size=12).hexdigest(), {}
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if len(body) < WORTH_IT or not (kind.startswith(TEXT) or "+xml" in kind):
            self.packed = dict.fromkeys(WAYS)
        self.size = OVERHEAD + len(body) + sum(len(packed or b"") for packed in self.packed.values())

    @property
    def modified(self) -> int:
        """L, see above."""
        return floor(self.made) + 2

    def pack(self, way: str) -> int:
        """Compress it, if it is not yet. How many bytes it takes more."""
        if way == "identity" or way in self.packed:
            return 0
        packed = WAYS[way](self.body)
        self.packed[way] = packed if len(packed) < len(self.body) else None
        return len(self.packed[way] or b"")

    def answer(self, way: str, now: float) -> tuple[Headers, bytes]:
        """Headers and body, at the time `now`. It is packed that way."""
        packed = self.packed.get(way)
        body = self.body if packed is None else packed
        suffix = "" if packed is None else f"-{way}"
        headers = [*self.headers, ("ETag", f'"{self.digest}{suffix}"'), ("Content-Length", str(len(body)))]
        if packed is not None:
            headers.append(("Content-Encoding", way))
        if now >= self.modified:
            headers.append(("Last-Modified", http_date(self.modified)))
        return headers, body

    def known(self, headers: Headers, environ: dict[str, Any], now: float) -> bool:
        """Whether whoever asks has it already."""
        if (match := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            tags = _tags(match)
            return "*" in tags or dict(headers)["ETag"] in tags
        if since := environ.get("HTTP_IF_MODIFIED_SINCE"):
            at = parse_http_date_safe(since)
            return self.stamp is not None and at is not None and self.modified <= min(at, now)
        return False


def ready_size(key: tuple[str | None, ...]) -> int:
    """Bytes that a ready answer takes, whose body is its entry's."""
    return READY + sum(map(len, filter(None, key)))


def again(headers: Headers) -> Headers:
    """What a 304 says of them."""
    return [(name, value) for name, value in headers if name.lower() in AGAIN]
