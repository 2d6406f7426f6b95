"""What every image store can do, and where to find it by name.

A store is a module, or any object, with four functions. `image` is a row of images.Image: the store reads its
`key`, `public_id`, `url`, `version` and `format`, and never writes to it.

put(key, picture) -> Stored        Keep the bytes under a key of ours; the same again is the same picture.
drop(image) -> None                Remove it. That it was never there, or is already gone, is success.
url(image, width=None) -> str      The address of the master, or of a copy at most `width` pixels wide.
listed(prefix="", cursor="") -> (names, next cursor)     At most 500 names; the cursor after the last is "".

url never touches network or disk; the others raise StoreError.
"""

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


def store(name: str) -> Any:
    """The store called `name` in settings.IMAGES_STORES: "package.module" or "package.module:object"."""
    return _resolved(settings.IMAGES_STORES[name])


@cache
def _resolved(path: str) -> Any:
    return resolve_name(path if ":" in path else f"{path}:")
