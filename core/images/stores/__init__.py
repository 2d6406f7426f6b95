"""What every image store can do, and where to find it by name.

A store is a module, or any object, with these functions. `image` is a row of images.Image: the store reads its
`key`, `public_id`, `url`, `version`, `format` and `etag`, and never writes to it.

put(key, picture) -> Stored        Keep the bytes under a key of ours; the same again is the same picture.
drop(image) -> None                Remove it. That it was never there, or is already gone, is success.
read(image) -> bytes               The master, as it was put; a StoreError if it is not there, or is another.
missing(images) -> keys            Those of `images` that the store does not have, by their key.
listed(prefix="", cursor="") -> (names, next cursor)     At most 500 names, each with the time at which it was stored,
                                   None if that is not known; the cursor after the last is "".
usage() -> Usage                   What it holds, and what it takes.
url(image, width=None) -> str      The address of the master, or of a copy at most `width` pixels wide.

url never touches network or disk; the others raise StoreError. Each takes settings.IMAGES_TIMEOUT seconds at most
where it waits for somebody else, so that this is all that a request can lose by it; missing() so long for each
hundred pictures.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pkgutil import resolve_name
from typing import Any

from django.conf import settings


class StoreError(Exception):
    """The store did not confirm: it may or may not have happened. The same call may be made again later."""


class StoreRefused(StoreError):
    """The store said no for good: nothing was stored, and the same call would be refused again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store says of the picture that it keeps. Only `public_id` is certain; sizes are in pixels."""

    public_id: str
    url: str = ""
    version: str = ""
    format: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a store tells of itself; None where it does not say."""

    plan: str = ""
    used: int | None = None  # bytes that it keeps
    free: int | None = None  # bytes that still fit
    percent: float | None = None  # of what the plan allows in a month
    max_bytes: int | None = None  # of one picture
    max_pixels: int | None = None


def etag(data: bytes) -> str:
    """What tells these bytes from others, as Cloudinary does it: MD5 in hexadecimal. No secret hangs on it."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def store(name: str) -> Any:
    """The store called `name` in settings.IMAGES_STORES: "package.module" or "package.module:object"."""
    return _resolved(settings.IMAGES_STORES[name])


def unready(name: str) -> str:
    """Why nothing can be kept at the store called `name`, in one sentence; empty if it can."""
    if name not in settings.IMAGES_STORES:
        return f"There is no store called “{name}”; there are {' and '.join(settings.IMAGES_STORES)}."
    if name == "cloudinary" and not settings.CLOUDINARY_URL:
        return "CLOUDINARY_URL is not set, so nothing can be kept at Cloudinary."
    return ""


@cache
def _resolved(path: str) -> Any:
    return resolve_name(path if ":" in path else f"{path}:")
